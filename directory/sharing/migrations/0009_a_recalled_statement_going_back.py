from django.db import migrations
from django.db.models import F


def contest(apps, schema_editor):
    """Going back: the code before knows only a contested statement that its sender may send again."""
    rows = apps.get_model('sharing', 'Statement')._base_manager.filter(status='recalled')
    rows.update(status='contested', answered_at=F('issued_at'))


class Migration(migrations.Migration):

    dependencies = [
        ('sharing', '0008_a_statement_is_recalled'),
    ]

    operations = [migrations.RunPython(migrations.RunPython.noop, contest)]
