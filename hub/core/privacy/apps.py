from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    name = "hub.core.privacy"
    label = "privacy"
    verbose_name = "droits des personnes"

    def ready(self) -> None:
        from hub.core.audit import actions
        from hub.core.privacy import notifications, panels, receivers, tasks  # noqa: F401  they register themselves
        from hub.core.privacy.audit_actions import ACTIONS

        actions.register(ACTIONS)
