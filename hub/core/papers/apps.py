from django.apps import AppConfig


class PapersConfig(AppConfig):
    name = "hub.core.papers"
    label = "papers"
    verbose_name = "documents établis"

    def ready(self) -> None:
        from hub.core.audit import services as audit
        from hub.core.papers import panels, specimen, tasks  # noqa: F401  they register themselves

        audit.actions.register({"papers.issue": "Document établi", "papers.replace": "Document remplacé"})
