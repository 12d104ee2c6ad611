from django.apps import AppConfig


class SharingConfig(AppConfig):
    name = "directory.sharing"
    label = "sharing"
    verbose_name = "services partagés"

    def ready(self) -> None:
        from directory.sharing import notifications, panels, receivers, statement_paper, tasks  # noqa: F401  they register themselves
        from directory.sharing.audit_actions import ACTIONS
        from directory.sharing.services.shared import PIECE_FILE
        from hub.core.audit import services as audit
        from hub.core.documents import formats, kinds

        audit.actions.register(ACTIONS)
        kinds.register(PIECE_FILE, "pièce d’une convention entre CAE", formats.PAPERS | formats.OFFICE, 10 * formats.MB)
