from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("documents", "0002_file_scan")]

    operations = [
        migrations.AddField(
            model_name="privatefile",
            name="waiting_told_at",
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name="attente dite le"),
        ),
    ]
