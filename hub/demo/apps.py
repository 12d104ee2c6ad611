from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "hub.demo"
    label = "demo"
    verbose_name = "démonstration"

    def ready(self) -> None:
        from hub.core.audit import actions

        actions.register({"demo.load": "Démonstration chargée"})
