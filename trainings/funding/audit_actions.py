"""The French wording of what this package writes in the audit trail."""

from hub.core.kit.text import FIXED
from trainings.funding.enums import FundingStatus

ACTIONS = {
    "trainings.funding.open": "Dossier OPCO ouvert",
    "trainings.funding.agreement": "Convention signée déposée",
    "trainings.funding.correct": "Dossier OPCO corrigé",
    "trainings.funding.revert": f"Dossier OPCO{FIXED}: retour à l’état précédent",
    "trainings.funding.request": "Dossier de demande remis",
    "trainings.funding.employer": "OPCO et effectif de la CAE enregistrés",
    "trainings.funding.opco": "Délai d’un OPCO noté",
    "trainings.funding.opco_reset": f"Délai d’un OPCO{FIXED}: chiffres du logiciel repris",
    **{f"trainings.funding.{status}": f"Dossier OPCO{FIXED}: {status.label.lower()}" for status in FundingStatus},
}
