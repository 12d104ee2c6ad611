from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "hub.core.notifications"
    label = "notifications"
    verbose_name = "avis"

    def ready(self) -> None:
        from hub.core.notifications import notifications, panels, receivers, tasks  # noqa: F401  they register themselves
