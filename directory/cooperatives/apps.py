from django.apps import AppConfig


class CooperativesConfig(AppConfig):
    name = "directory.cooperatives"
    label = "cooperatives"
    verbose_name = "coopératives"

    def ready(self) -> None:
        from directory.cooperatives import panels, receivers  # noqa: F401  they register themselves
        from directory.cooperatives.services import PROOF
        from hub.core.audit import services as audit
        from hub.core.documents import formats, kinds

        kinds.register(PROOF, "preuve d’un agrément", formats.PAPERS, 10 * formats.MB)
        audit.actions.register(
            {
                "cooperatives.accreditation.add": "Agrément ajouté",
                "cooperatives.accreditation.update": "Agrément modifié",
                "cooperatives.accreditation.remove": "Agrément retiré",
                "cooperatives.entry.update": "Fiche de coopérative modifiée",
                "cooperatives.entry.withdraw": "Fiche de la liste publique retirée",
                "cooperatives.list.load": "Liste publique chargée",
            }
        )
