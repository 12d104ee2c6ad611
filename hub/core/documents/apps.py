from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "hub.core.documents"
    label = "documents"
    verbose_name = "documents"

    def ready(self) -> None:
        from hub.core.audit import services as audit
        from hub.core.documents import checks, formats, kinds, panels, tasks  # noqa: F401  they register themselves

        kinds.register("editorial.image", "image d’une page", formats.IMAGES, 10 * formats.MB, can_wait=False)
        kinds.register("editorial.document", "document d’une page", formats.PDF | formats.OFFICE, 20 * formats.MB, can_wait=False)
        audit.actions.register(
            {
                "documents.file.store": "Fichier déposé",
                "documents.file.read": "Fichier privé lu",
                "documents.file.audience": "Lecteurs d’un fichier changés",
                "documents.file.delete": "Fichier supprimé",
                "documents.file.release": "Fichier analysé, sorti de quarantaine",
                "documents.file.infected": "Fichier infecté retiré",
                "documents.upload.refuse": "Fichier refusé",
            }
        )
