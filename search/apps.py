from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "search"
    label = "search"
    verbose_name = "recherche"

    def ready(self) -> None:
        from search import tasks

        tasks.register_health()
