from django.apps import AppConfig


class PaperworkConfig(AppConfig):
    name = "trainings.paperwork"
    label = "paperwork"
    verbose_name = "pièces de formation"

    def ready(self) -> None:
        from hub.core.audit import actions
        from trainings.paperwork import certificates, convocations, kinds, mentions_of_files, panels, receivers, tasks  # noqa: F401  they register

        actions.register(
            {
                "trainings.convention.read": "Convention lue",
                "trainings.convention.signed": "Convention dite signée",
                "trainings.convention.unsigned": "Signature d’une convention enlevée",
                "trainings.certificate.read": "Certificat de réalisation lu",
                "trainings.dossier.read": "Dossier de preuve remis",
                "trainings.convocation.send": "Convocation envoyée",
                "trainings.convocation.cancel": "Convocation annulée",
                "trainings.convocation.read": "Convocation lue",
            }
        )
