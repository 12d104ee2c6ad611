from django.apps import AppConfig
from django.db.models.signals import post_migrate


class CatalogueConfig(AppConfig):
    name = "trainings.catalogue"
    label = "catalogue"
    verbose_name = "catalogue des formations"

    def ready(self) -> None:
        from hub.core.audit import actions
        from trainings.catalogue import panels, receivers, tree  # noqa: F401  they register themselves

        post_migrate.connect(tree.plant, sender=self)
        actions.register(
            {
                "trainings.course.create": "Programme commencé",
                "trainings.course.submit": "Programme remis en relecture",
                "trainings.course.take_back": "Programme repris avant la décision",
                "trainings.course.publish": "Programme publié",
                "trainings.course.send_back": "Programme renvoyé",
                "trainings.course.remove": "Brouillon de programme supprimé",
                "trainings.course.unpublish": "Programme retiré du catalogue",
            }
        )
