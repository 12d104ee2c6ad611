from django.apps import AppConfig


class PaperworkConfig(AppConfig):
    name = "trainings.paperwork"
    label = "paperwork"
    verbose_name = "pièces de formation"

    def ready(self) -> None:
        from hub.core.audit import actions
        from trainings.paperwork import kinds, mentions_of_files, panels  # noqa: F401  they register themselves

        actions.register({"trainings.convention.read": "Convention lue"})
