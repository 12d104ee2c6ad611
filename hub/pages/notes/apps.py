from django.apps import AppConfig


class NotesConfig(AppConfig):
    name = "hub.pages.notes"
    label = "notes"
    verbose_name = "notes d’expérience"

    def ready(self) -> None:
        from hub.pages.notes import panels  # noqa: F401  they register themselves
        from hub.pages.writing.nouns import registry
        from hub.pages.writing.services import say_actions

        registry.register("hub.pages.notes.views.NOUN")
        say_actions("note", "Note d’expérience")
