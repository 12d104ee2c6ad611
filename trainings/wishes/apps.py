from django.apps import AppConfig


class WishesConfig(AppConfig):
    name = "trainings.wishes"
    label = "wishes"
    verbose_name = "besoins de formation"

    def ready(self) -> None:
        from hub.core.audit import actions
        from trainings.wishes import notifications, panels, receivers, tasks  # noqa: F401  they register themselves

        actions.register(
            {
                "trainings.wish.enter": "Besoin de formation entré",
                "trainings.wish.change": "Besoin de formation modifié",
                "trainings.wish.withdraw": "Besoin de formation retiré",
                "trainings.wish.ask": "Session demandée à un organisme",
                "trainings.wish.unask": "Demande de session retirée",
                "trainings.wish.decline": "Session demandée, déclinée",
                "trainings.wish.plan": "Session préparée pour un besoin",
                "trainings.wish.reopen": "Besoin de formation de nouveau sans session",
            }
        )
