from django.db import migrations


def take_out(apps, schema_editor):
    """Going back: the code before knows no version without its file."""
    apps.get_model('library', 'ResourceVersion')._base_manager.filter(file=None).delete()


class Migration(migrations.Migration):

    dependencies = [
        ('library', '0004_the_file_of_a_version_goes'),
    ]

    operations = [migrations.RunPython(migrations.RunPython.noop, take_out)]
