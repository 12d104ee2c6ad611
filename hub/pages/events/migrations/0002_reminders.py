from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("events", "0001_initial")]

    operations = [
        migrations.AddField(
            "eventregistration",
            "week_told_for",
            models.DateField(blank=True, editable=False, null=True, verbose_name="rappel d’une semaine, pour le"),
        ),
        migrations.AddField(
            "eventregistration",
            "eve_told_for",
            models.DateField(blank=True, editable=False, null=True, verbose_name="rappel de la veille, pour le"),
        ),
    ]
