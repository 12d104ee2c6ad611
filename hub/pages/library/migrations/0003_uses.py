import django.db.models.deletion
import django.db.models.manager
from django.conf import settings
from django.db import migrations, models

import hub.core.kit.identifiers


class Migration(migrations.Migration):
    dependencies = [
        ("library", "0002_files_of_the_team"),
        ("accounts", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ResourceUse",
            fields=[
                ("id", models.UUIDField(default=hub.core.kit.identifiers.uuid7, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="créé le")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="modifié le")),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                        verbose_name="organisation",
                    ),
                ),
                (
                    "resource",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="uses",
                        to="library.resourcepage",
                        verbose_name="ressource",
                    ),
                ),
                (
                    "said_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="dit par",
                    ),
                ),
            ],
            options={
                "verbose_name": "usage d’une ressource",
                "verbose_name_plural": "usages des ressources",
                "base_manager_name": "unscoped",
                "default_manager_name": "unscoped",
                "constraints": [models.UniqueConstraint(fields=("resource", "organisation"), name="one_resource_use_per_organisation")],
            },
            managers=[("unscoped", django.db.models.manager.Manager())],
        ),
    ]
