from django.apps import AppConfig
from django.db.models.signals import post_migrate


class RoadmapsConfig(AppConfig):
    name = "workgroups.roadmaps"
    label = "roadmaps"
    verbose_name = "feuilles de route"

    def ready(self) -> None:
        from hub.core.audit import actions
        from workgroups.roadmaps import notifications, panels, receivers, tree  # noqa: F401  they register themselves

        post_migrate.connect(tree.plant, sender=self)
        actions.register(
            {
                "workgroups.roadmap.create": "Feuille de route commencée",
                "workgroups.roadmap.submit": "Feuille de route remise à l’animation",
                "workgroups.roadmap.take_back": "Feuille de route reprise avant la décision",
                "workgroups.roadmap.release": "Version d’une feuille de route publiée",
                "workgroups.roadmap.send_back": "Feuille de route renvoyée au groupe",
                "workgroups.roadmap.progress": "Avancement d’un point noté",
                "workgroups.answer.set": "Réponse d’une CAE à un point changée",
                "workgroups.answer.withdraw": "Réponse d’une CAE à un point retirée",
                "workgroups.answer.readers": "Lecteurs des réponses d’une CAE changés",
            }
        )
