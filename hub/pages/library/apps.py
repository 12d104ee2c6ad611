from django.apps import AppConfig


class LibraryConfig(AppConfig):
    name = "hub.pages.library"
    label = "library"
    verbose_name = "ressources"

    def ready(self) -> None:
        from hub.core.audit import actions
        from hub.core.documents import formats, kinds
        from hub.pages.library import panels, receivers  # noqa: F401  they register themselves
        from hub.pages.library.services import KIND
        from hub.pages.writing.nouns import registry
        from hub.pages.writing.services import say_actions

        kinds.register(KIND, "ressource partagée", formats.PDF | formats.OFFICE | formats.IMAGES | formats.TEXT, 20 * formats.MB)
        registry.register("hub.pages.library.views.NOUN")
        say_actions("resource", "Ressource")
        actions.register(
            {
                "life.resource.version": "Version d’une ressource déposée",
                "life.resource.remove_file": "Fichier d’une ancienne version d’une ressource retiré",
                "life.resource.use": "Usage d’une ressource annoncé",
                "life.resource.unuse": "Usage d’une ressource retiré",
            }
        )
