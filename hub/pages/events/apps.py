from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "hub.pages.events"
    label = "events"
    verbose_name = "agenda de la fédération"

    def ready(self) -> None:
        from hub.core.audit import actions
        from hub.pages.events import notifications, panels, tasks  # noqa: F401  they register themselves
        from hub.pages.writing.nouns import registry
        from hub.pages.writing.services import say_actions

        registry.register("hub.pages.events.views.pages.NOUN")
        say_actions("event", "Rendez-vous")
        actions.register(
            {
                "life.event.cancel": "Rendez-vous annulé",
                "life.event.places": "Places d’un rendez-vous changées",
                "life.registration.confirmed": "Inscription à un rendez-vous",
                "life.registration.waiting": "Inscription en liste d’attente d’un rendez-vous",
                "life.registration.guest": "Personne sans compte ajoutée à un rendez-vous",
                "life.registration.promoted": "Place donnée depuis la liste d’attente d’un rendez-vous",
                "life.registration.cancelled": "Inscription à un rendez-vous annulée",
                "life.event.people": "Liste des personnes inscrites à un rendez-vous emportée",
            }
        )
