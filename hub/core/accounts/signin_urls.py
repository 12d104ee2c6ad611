"""allauth's screens under French addresses; only those that the hub uses, with the names allauth looks up."""

from allauth.account import views as account
from allauth.mfa.base import views as factor
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.usersessions import views as sessions
from django.urls import path, re_path

from hub.core.accounts.own_keys import by_own_keys
from hub.core.accounts.views import passkeys
from hub.core.accounts.views.sign_in import closed

urlpatterns = [
    path("connexion/", account.login, name="account_login"),
    path("connexion/code/", account.request_login_code, name="account_request_login_code"),
    path("connexion/code/confirmer/", account.confirm_login_code, name="account_confirm_login_code"),
    path("connexion/second-facteur/", passkeys.SecondFactor.as_view(), name="mfa_authenticate"),
    path("connexion/cle-d-acces/", passkeys.SignIn.as_view(), name="mfa_login_webauthn"),
    path("connexion/compte-ferme/", account.account_inactive, name="account_inactive"),
    path("deconnexion/", account.logout, name="account_logout"),
    path("mot-de-passe/oublie/", account.password_reset, name="account_reset_password"),
    path("mot-de-passe/oublie/envoye/", account.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^mot-de-passe/nouveau/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("mot-de-passe/nouveau/fait/", account.password_reset_from_key_done, name="account_reset_password_from_key_done"),
    path("compte/mot-de-passe/", account.password_change, name="account_change_password"),
    path("compte/mot-de-passe/choisir/", by_own_keys(account.password_set), name="account_set_password"),
    path("compte/confirmer/", account.reauthenticate, name="account_reauthenticate"),
    path("compte/second-facteur/", passkeys.Index.as_view(), name="mfa_index"),
    path("compte/second-facteur/confirmer/", factor.reauthenticate, name="mfa_reauthenticate"),
    path("compte/second-facteur/confirmer/cle-d-acces/", passkeys.Reauthenticate.as_view(), name="mfa_reauthenticate_webauthn"),
    path("compte/second-facteur/activer/", by_own_keys(totp.activate_totp), name="mfa_activate_totp"),
    path("compte/second-facteur/retirer/", by_own_keys(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path("compte/cles-d-acces/ajouter/", by_own_keys(passkeys.Add.as_view()), name="mfa_add_webauthn"),
    path("compte/cles-d-acces/<slug:handle>/renommer/", by_own_keys(passkeys.Edit.as_view()), name="mfa_edit_webauthn"),
    path("compte/cles-d-acces/<slug:handle>/retirer/", by_own_keys(passkeys.Remove.as_view()), name="mfa_remove_webauthn"),
    path("compte/codes-de-secours/", by_own_keys(recovery.view_recovery_codes), name="mfa_view_recovery_codes"),
    path("compte/codes-de-secours/nouveaux/", by_own_keys(recovery.generate_recovery_codes), name="mfa_generate_recovery_codes"),
    path("compte/codes-de-secours/telecharger/", by_own_keys(recovery.download_recovery_codes), name="mfa_download_recovery_codes"),
    path("compte/sessions/", sessions.list_usersessions, name="usersessions_list"),
    # names that allauth reverses although nobody signs up here and addresses change through the hub
    path("inscription/", closed, name="account_signup"),
    path("compte/adresse/", closed, name="account_email"),
    path("compte/adresse/envoye/", closed, name="account_email_verification_sent"),
    re_path(r"^compte/adresse/(?P<key>[-:\w]+)/$", closed, name="account_confirm_email"),
]
