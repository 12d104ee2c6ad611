from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AuditConfig(AppConfig):
    name = "hub.core.audit"
    label = "audit"
    verbose_name = "journal d’audit"

    def ready(self) -> None:
        from hub.core.audit import actions, health, panels, tasks  # noqa: F401  panels and tasks register themselves
        from hub.core.jobs.health import register

        actions.register({"audit.anchor.restart": "Fichier de tête de l’audit repris après restauration"})
        register("audit", health.head, label="Journal d’audit")
        post_migrate.connect(_begin, sender=self)


def _begin(using: str = "default", **_: Any) -> None:
    from hub.core.audit import anchor

    if using == "default":
        anchor.begin()
