from django.apps import AppConfig


class FundingConfig(AppConfig):
    name = "trainings.funding"
    label = "funding"
    verbose_name = "dossiers OPCO"

    def ready(self) -> None:
        from hub.core.audit import actions
        from hub.core.documents import formats, kinds
        from trainings.funding import notifications, panels, receivers, tasks  # noqa: F401  they register themselves
        from trainings.funding.audit_actions import ACTIONS
        from trainings.funding.services.files import AGREEMENT_FILE, REQUEST_FILE

        actions.register(ACTIONS)
        kinds.register(REQUEST_FILE, "demande de prise en charge", formats.PDF)
        kinds.register(AGREEMENT_FILE, "convention de formation signée", formats.PAPERS, 10 * formats.MB)
