from django.apps import AppConfig


class CooperativesConfig(AppConfig):
    name = "directory.cooperatives"
    label = "cooperatives"
    verbose_name = "coopératives"

    def ready(self) -> None:
        from directory.cooperatives import panels, receivers  # noqa: F401  they register themselves
        from hub.core.audit import services as audit

        audit.actions.register(
            {
                "cooperatives.entry.update": "Fiche de coopérative modifiée",
                "cooperatives.entry.withdraw": "Fiche de la liste publique retirée",
                "cooperatives.list.load": "Liste publique chargée",
            }
        )
