from django.urls import path

from hub.core.accounts.views import federation, identity, invitations, mandates, members, networks, providers, recovery, security

app_name = "accounts"
urlpatterns = [
    path("agir-pour/", mandates.act_for, name="act_for"),
    path("compte/", security.security, name="security"),
    path("compte/sessions/fermer/", security.end_session, name="end_session"),
    path("compte/saisie/oublier/", security.forget_typed, name="forget_typed"),
    path("invitation/<str:secret>/", invitations.accept, name="invitation"),
    path("ouvrir/<str:secret>/", invitations.open_hub, name="open_hub"),
    path("rouvrir/<str:secret>/", invitations.rescue, name="rescue"),
    path("organisations/<slug:slug>/equipe/", members.team, name="team"),
    path("organisations/<slug:slug>/equipe/<uuid:pk>/retirer/", members.withdraw_member_role, name="withdraw_role"),
    path("organisations/<slug:slug>/equipe/invitations/<uuid:pk>/retirer/", members.withdraw_invitation, name="withdraw_invitation"),
    path("organisations/<slug:slug>/equipe/comptes/<uuid:pk>/rouvrir/", recovery.reopen, name="reopen"),
    path("organisations/<slug:slug>/equipe/comptes/<uuid:pk>/ecarter/", recovery.dismiss, name="dismiss_recovery"),
    path("connexion/second-facteur/perdu/", recovery.lost, name="lost_factor"),
    path("federation/", federation.organisations, name="organisations"),
    path("federation/organisations/nouvelle/", federation.new_organisation, name="new_organisation"),
    path("federation/organisations/<slug:slug>/reseaux/", networks.networks, name="networks"),
    path("federation/adhesions/<uuid:pk>/", networks.affiliation, name="affiliation"),
    path("federation/adhesions/<uuid:pk>/retirer/", networks.remove_an_affiliation, name="remove_affiliation"),
    path("federation/successions/<uuid:pk>/retirer/", networks.remove_a_succession, name="remove_succession"),
    path("federation/organisations/<slug:slug>/fournisseur/", providers.record, name="identity_provider"),
    path("federation/organisations/<slug:slug>/fournisseur/retirer/", providers.remove, name="remove_identity_provider"),
    path("connexion/organisation/", providers.choose, name="providers"),
    path("connexion/organisation/<slug:slug>/", providers.start, name="provider_start"),
    path("connexion/organisation/<slug:slug>/retour/", providers.come_back, name="provider_return"),
    path("federation/personnes/<uuid:pk>/", identity.correct, name="correct_identity"),
    path("admin/users/edit/<uuid:pk>/", identity.in_the_admin, name="admin_edit_user"),
    path("admin/users/new/", identity.not_in_the_admin, name="admin_new_user"),
    path("admin/users/copy/<uuid:pk>/", identity.not_in_the_admin, name="admin_copy_user"),
    path("admin/users/delete/<uuid:pk>/", identity.not_in_the_admin, name="admin_delete_user"),
    path("admin/bulk/accounts/user/<str:action>/", identity.not_in_the_admin, name="admin_users_at_once"),
    path("federation/conventions/", federation.agreements, name="agreements"),
    path("federation/conventions/<uuid:pk>/rompre/", federation.break_agreement, name="break_agreement"),
]
