from django.apps import AppConfig


class VocabulariesConfig(AppConfig):
    name = "directory.vocabularies"
    label = "vocabularies"
    verbose_name = "vocabulaires"

    def ready(self) -> None:
        from directory.vocabularies import panels  # noqa: F401  it registers itself
        from hub.core.audit import services as audit

        audit.actions.register({"vocabularies.load": "Vocabulaire chargé"})
