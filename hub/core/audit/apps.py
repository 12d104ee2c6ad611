from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "hub.core.audit"
    label = "audit"
    verbose_name = "journal d’audit"

    def ready(self) -> None:
        from hub.core.audit import actions, health, panels, tasks  # noqa: F401  panels and tasks register themselves
        from hub.core.jobs.health import register

        actions.register({"audit.anchor.restart": "Fichier de tête de l’audit repris après restauration"})
        register("audit", health.head, label="Journal d’audit")
