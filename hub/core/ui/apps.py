from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "hub.core.ui"
    label = "ui"
    verbose_name = "interface"
