from django.apps import AppConfig


class SharingConfig(AppConfig):
    name = "directory.sharing"
    label = "sharing"
    verbose_name = "services partagés"

    def ready(self) -> None:
        from directory.sharing import panels  # noqa: F401  they register themselves
        from directory.sharing.audit_actions import ACTIONS
        from hub.core.audit import services as audit

        audit.actions.register(ACTIONS)
