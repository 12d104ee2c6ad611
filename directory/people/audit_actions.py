"""The French wording of what people write in the audit trail."""

ACTIONS = {
    "people.profile.create": "Fiche ouverte",
    "people.profile.update": "Fiche modifiée",
    "people.profile.view": "Fiche consultée par une équipe d’appui",
    "people.profile.move": "Fiche passée dans une autre coopérative",
    "people.profile.leave": "Fiche masquée à la sortie de la coopérative",
    "people.profile.return": "Fiche rouverte",
    "people.profile.import": "Fiches importées",
    "people.profile.erase": "Fiche effacée",
    "people.list.export": "Liste de personnes exportée",
    "people.audience.change": "Audience d’une donnée changée",
    "people.consent.give": "Consentement donné",
    "people.consent.withdraw": "Consentement retiré",
    "people.relay.send": "Message transmis à une personne",
}
