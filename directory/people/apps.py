from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "directory.people"
    label = "people"
    verbose_name = "personnes"

    def ready(self) -> None:
        from directory.people import notifications, panels, receivers, tasks  # noqa: F401  they register themselves
        from directory.people.audit_actions import ACTIONS
        from directory.people.services.files import CERTIFICATE, PHOTO
        from hub.core.audit import services as audit
        from hub.core.documents import formats, kinds

        audit.actions.register(ACTIONS)
        kinds.register(PHOTO, "photo d’une fiche", formats.IMAGES, 5 * formats.MB, can_wait=False)
        kinds.register(CERTIFICATE, "attestation d’assurance", formats.PAPERS, 5 * formats.MB)
