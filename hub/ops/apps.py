from django.apps import AppConfig


class OpsConfig(AppConfig):
    name = "hub.ops"
    label = "ops"
    verbose_name = "exploitation"

    def ready(self) -> None:
        from hub.ops import checks

        checks.register_own()
