from django.apps import AppConfig
from django.db.models.signals import post_migrate


class PagesConfig(AppConfig):
    name = "hub.pages"
    label = "pages"
    verbose_name = "pages du site"

    def ready(self) -> None:
        from hub.core.jobs import health
        from hub.pages import panels, tree  # noqa: F401  panels register themselves
        from hub.pages.health import site

        health.register("site", site, label="Pages du site")
        post_migrate.connect(tree.plant, sender=self)
