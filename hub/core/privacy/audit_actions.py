"""The French wording of what the rights of people and organisations write in the audit trail."""

ACTIONS = {
    "privacy.export": "Données d’une personne exportées",
    "privacy.organisation.export": "Données d’une organisation exportées",
    "privacy.erasure.ask": "Effacement demandé",
    "privacy.erasure.withdraw": "Demande d’effacement retirée",
    "privacy.erasure.do": "Personne effacée",
    "privacy.account.close": "Compte fermé, 90 jours après le départ de la dernière organisation",
    "privacy.account.reopen": "Compte rouvert, la personne est de nouveau rattachée",
    "privacy.retention": "Données arrivées à leur terme effacées",
}
