from django.apps import AppConfig


class NewsConfig(AppConfig):
    name = "hub.pages.news"
    label = "news"
    verbose_name = "actualités"

    def ready(self) -> None:
        from hub.pages.news import notifications, panels, receivers  # noqa: F401  they register themselves
        from hub.pages.writing.nouns import registry
        from hub.pages.writing.services import say_actions

        registry.register("hub.pages.news.views.NOUN")
        say_actions("news", "Actualité")
