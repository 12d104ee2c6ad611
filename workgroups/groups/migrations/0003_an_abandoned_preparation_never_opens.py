from django.db import migrations


def prepare_again(apps, schema_editor):
    """Going back: the code before knows no abandoned preparation, and would show it to the federation."""
    apps.get_model('workgroups', 'Workgroup')._base_manager.filter(status='abandoned').update(status='preparing')


class Migration(migrations.Migration):

    dependencies = [
        ('workgroups', '0002_a_preparation_is_abandoned'),
    ]

    operations = [migrations.RunPython(migrations.RunPython.noop, prepare_again)]
