"""The French wording of what accounts write in the audit trail."""

ACTIONS = {
    "accounts.sign_in": "Connexion",
    "accounts.sign_in.refuse": "Connexion refusée",
    "accounts.second_factor.add": "Second facteur ajouté",
    "accounts.second_factor.remove": "Second facteur retiré",
    "accounts.password.change": "Mot de passe changé",
    "accounts.act_for": "Mandat choisi",
    "accounts.organisation.create": "Organisation inscrite",
    "accounts.organisation.update": "Organisation modifiée",
    "accounts.affiliation.begin": "Adhésion commencée",
    "accounts.affiliation.end": "Adhésion terminée",
    "accounts.role.give": "Rôle donné",
    "accounts.role.withdraw": "Rôle retiré",
    "accounts.invitation.send": "Invitation envoyée",
    "accounts.invitation.accept": "Invitation acceptée",
    "accounts.invitation.withdraw": "Invitation retirée",
    "accounts.agreement.begin": "Convention entre CAE commencée",
    "accounts.agreement.end": "Convention entre CAE rompue",
}
