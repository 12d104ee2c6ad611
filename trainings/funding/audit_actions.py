"""The French wording of what this package writes in the audit trail."""

from trainings.funding.enums import FundingStatus

ACTIONS = {
    "trainings.funding.open": "Dossier OPCO ouvert",
    "trainings.funding.agreement": "Convention signée déposée",
    "trainings.funding.employer": "OPCO et effectif de la CAE enregistrés",
    **{f"trainings.funding.{status}": f"Dossier OPCO : {status.label.lower()}" for status in FundingStatus},
}
