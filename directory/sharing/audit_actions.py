"""The French wording of what this package writes in the audit trail."""

ACTIONS = {
    "sharing.inventory.declare": "État des lieux déclaré",
    "sharing.announcement.publish": "Annonce publiée",
    "sharing.announcement.change": "Annonce modifiée",
    "sharing.announcement.withdraw": "Annonce retirée",
    "sharing.announcement.expire": "Annonce arrivée à son terme",
}
