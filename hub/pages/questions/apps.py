from django.apps import AppConfig


class QuestionsConfig(AppConfig):
    name = "hub.pages.questions"
    label = "questions"
    verbose_name = "questions à la fédération"

    def ready(self) -> None:
        from hub.core.audit import actions
        from hub.pages.questions import notifications, panels, receivers, selectors  # noqa: F401  they register themselves
        from hub.pages.writing.nouns import registry
        from hub.pages.writing.services import say_actions

        registry.register("hub.pages.questions.views.NOUN")
        registry.starts["reponse"] = selectors.as_beginning
        say_actions("question", "Question")
        actions.register(
            {
                "life.answer.create": "Réponse écrite",
                "life.answer.update": "Réponse changée",
                "life.answer.accept": "Réponse retenue",
                "life.answer.unaccept": "Réponse plus retenue",
                "life.answer.delete": "Réponse retirée par la personne qui l’avait écrite",
                "life.answer.withdraw": "Réponse retirée par la modération",
            }
        )
