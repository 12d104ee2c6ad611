from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "search"
    label = "search"
    verbose_name = "recherche"

    def ready(self) -> None:
        from search import receivers, tasks  # noqa: F401  the receivers register themselves

        tasks.register_health()
