from django.db import migrations


def open_to_the_lent(apps, schema_editor):
    """The signed agreements already kept are read, like the next ones, by those who follow the employer's files."""
    FundingFile = apps.get_model("funding", "FundingFile")
    FileAudience = apps.get_model("documents", "FileAudience")
    kept = FundingFile.unscoped.filter(agreement_file__isnull=False).values_list("agreement_file_id", "employer_id")
    rows = (FileAudience(file_id=file, token=f"funding:{employer}") for file, employer in kept)
    FileAudience.objects.bulk_create(rows, ignore_conflicts=True)


def close_again(apps, schema_editor):
    apps.get_model("documents", "FileAudience").objects.filter(token__startswith="funding:").delete()


class Migration(migrations.Migration):
    dependencies = [("funding", "0001_initial"), ("documents", "0001_initial")]

    operations = [migrations.RunPython(open_to_the_lent, close_again)]
