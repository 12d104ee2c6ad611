from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0010_purposes_to_reopen"),
    ]

    operations = [
        migrations.AlterConstraint(
            model_name="organisation",
            name="organisation_siren_unique",
            constraint=models.UniqueConstraint(
                condition=models.Q(("siren", ""), _negated=True),
                fields=("siren",),
                name="organisation_siren_unique",
                violation_error_code="unique",
                violation_error_message="Une autre organisation de ce hub a déjà ce SIREN.",
            ),
        ),
    ]
