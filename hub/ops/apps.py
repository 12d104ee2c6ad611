from django.apps import AppConfig


class OpsConfig(AppConfig):
    name = "hub.ops"
    label = "ops"
    verbose_name = "exploitation"

    def ready(self) -> None:
        from hub.core.audit import actions
        from hub.ops import checks, tasks  # noqa: F401  it registers itself

        actions.register({"ops.restore": "Sauvegarde rétablie"})
        checks.register_own()
