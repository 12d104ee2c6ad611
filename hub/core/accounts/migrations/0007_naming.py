import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import hub.core.kit.identifiers


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_agreement_amendments"),
    ]

    operations = [
        migrations.CreateModel(
            name="Naming",
            fields=[
                ("id", models.UUIDField(default=hub.core.kit.identifiers.uuid7, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="créé le")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="modifié le")),
                ("from_on", models.DateField(verbose_name="nommée du")),
                ("until_on", models.DateField(blank=True, null=True, verbose_name="au")),
                (
                    "agreement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="namings",
                        to="accounts.agreement",
                        verbose_name="convention",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="personne"
                    ),
                ),
            ],
            options={
                "verbose_name": "personne nommée",
                "verbose_name_plural": "personnes nommées",
                "ordering": ["from_on", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("until_on", None), ("until_on__gte", models.F("from_on")), _connector="OR"),
                        name="naming_ends_after_it_starts",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("until_on", None)), fields=("agreement", "person"), name="one_open_naming_per_person"
                    ),
                ],
            },
        ),
    ]
