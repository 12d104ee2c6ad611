from django.apps import AppConfig


class SessionsConfig(AppConfig):
    name = "trainings.sessions"
    label = "training_sessions"  # «sessions» is Django's
    verbose_name = "sessions de formation"

    def ready(self) -> None:
        from hub.core.audit import actions
        from trainings.sessions import panels, receivers  # noqa: F401  they register themselves

        actions.register(
            {
                "trainings.session.create": "Session préparée",
                "trainings.needs.read": "Besoins d’accessibilité lus",
                "trainings.session.update": "Session modifiée",
                "trainings.session.remove": "Session supprimée avant d’être publiée",
                "trainings.session.programme": "Nouvelle version du programme prise",
                "trainings.session.places": "Places d’une session changées",
                "trainings.session.open": "Inscriptions ouvertes",
                "trainings.session.closed": "Inscriptions closes",
                "trainings.session.cancelled": "Session annulée",
                "trainings.registration.confirmed": "Inscription confirmée",
                "trainings.registration.waiting": "Inscription en liste d’attente",
                "trainings.registration.promoted": "Place donnée à la première en attente",
                "trainings.registration.cancelled": "Inscription annulée",
            }
        )
