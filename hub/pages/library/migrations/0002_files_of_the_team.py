from django.db import migrations


def take_authors_out(apps, schema_editor):
    """Files stored before the team alone kept them carried their author as a reader of her own: who left it read them on."""
    audience = apps.get_model("documents", "FileAudience")
    audience.objects.filter(file__kind="life.resource", token__startswith="person:").delete()


class Migration(migrations.Migration):
    dependencies = [("library", "0001_initial"), ("documents", "__first__")]

    operations = [migrations.RunPython(take_authors_out, migrations.RunPython.noop)]
