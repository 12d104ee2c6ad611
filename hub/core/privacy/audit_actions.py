"""The French wording of what the rights of people and organisations write in the audit trail."""

ACTIONS = {
    "privacy.export": "Données d’une personne exportées",
    "privacy.organisation.export": "Données d’une organisation exportées",
    "privacy.erasure.ask": "Effacement demandé",
    "privacy.erasure.withdraw": "Demande d’effacement retirée",
    "privacy.erasure.do": "Personne effacée",
    "privacy.retention": "Données arrivées à leur terme effacées",
}
