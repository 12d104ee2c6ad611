from django.apps import AppConfig
from django.db.models.signals import post_migrate


class WritingConfig(AppConfig):
    name = "hub.pages.writing"
    label = "writing"
    verbose_name = "vie de la fédération"

    def ready(self) -> None:
        from hub.core.audit import actions
        from hub.pages.writing import notifications, panels, receivers, tree  # noqa: F401  they register themselves

        post_migrate.connect(tree.plant, sender=self)
        actions.register({"life.feed.make": "Flux personnel ouvert", "life.feed.revoke": "Flux personnel fermé"})
