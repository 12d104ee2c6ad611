"""The forms of allauth as the hub shows them (settings ACCOUNT_FORMS and MFA_FORMS): its rules, our labels, hints and error summary."""

from typing import Any

from allauth.account import forms as account
from allauth.core import context
from allauth.mfa import app_settings
from allauth.mfa.base import forms as mfa
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.forms import GenerateRecoveryCodesForm as AllauthGenerateRecoveryCodesForm
from allauth.mfa.totp import forms as totp
from allauth.mfa.totp.internal.auth import TOTP
from allauth.mfa.webauthn import forms as webauthn
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from hub.core.accounts import passkeys
from hub.core.accounts.actor import Actor
from hub.core.accounts.adapters import TOO_MANY
from hub.core.accounts.models import User
from hub.core.accounts.selectors import is_of_a_team, lacks_her_factor
from hub.core.accounts.services import ask_recovery, helpers_of
from hub.core.kit.text import one_line
from hub.core.ui.forms import HubFormMixin


class _OursMixin(HubFormMixin):
    """A label says what to type; a placeholder would go when one types (RGAA 11.1)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():  # type: ignore[attr-defined]  # a mixin: the form comes beside it
            field.widget.attrs.pop("placeholder", None)


class _CodeMixin(_OursMixin):
    """A code that somebody copies from a mail, a telephone or a sheet."""

    words = "Code à six chiffres"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = self.words  # type: ignore[attr-defined]  # a mixin: the form comes beside it


class SignInForm(_OursMixin, account.LoginForm):
    """Address and password; a session ends with the browser's or by itself, nobody chooses."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = "Adresse électronique"
        self.fields["login"].widget.attrs["autocomplete"] = "username"
        self.fields["password"].help_text = ""  # the page has its own link for who forgot


TOO_MANY_CODES = (
    "Trop de codes demandés. Cherchez le dernier dans votre boîte aux lettres et parmi les indésirables, ou réessayez plus tard, dans une heure "
    "au plus."
)


class RequestCodeForm(_OursMixin, account.RequestLoginCodeForm):
    _user: User | None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = "Adresse électronique"

    def clean_email(self) -> str:
        """A code by mail is for entrepreneurs: whoever is of a team shows a password first. Her letter says so, the screen does not."""
        try:
            email: str = super().clean_email()
        except ValidationError as refusal:
            raise ValidationError(TOO_MANY_CODES) from refusal
        if self._user is not None and is_of_a_team(self._user):
            self._user = None
        return email


OF_A_TEAM = "Ce compte est celui d’une équipe d’appui ou de la rédaction du site : il s’ouvre par son mot de passe, et non par un code reçu par courrier."


ELSEWHERE = "L’adresse de ce compte a été corrigée depuis l’envoi de ce code : demandez-en un autre, à la nouvelle adresse."


class ConfirmCodeForm(_CodeMixin, account.ConfirmLoginCodeForm):
    words = "Code reçu"

    def clean_code(self) -> str:
        """The code may have left before she was of a team, or to an address that is hers no more."""
        code: str = super().clean_code()
        stage = context.request._login_stage
        if is_of_a_team(stage.login.user):
            raise ValidationError(OF_A_TEAM)
        if str(stage.state.get("email", "")).lower() != stage.login.user.email.lower():
            raise ValidationError(ELSEWHERE)
        return code


class ReauthenticateForm(_OursMixin, account.ReauthenticateForm):
    pass


class ResetPasswordForm(_OursMixin, account.ResetPasswordForm):
    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        """Who lacks her second factor is helped by voice instead: the letter that goes says by whom."""
        for user in [user for user in self.users if lacks_her_factor(user)]:
            if helpers_of(user):
                ask_recovery(user, actor=Actor.anonymous())
            self.users.remove(user)
        email: str = super().save(request, **kwargs)
        return email


class ResetPasswordKeyForm(_OursMixin, account.ResetPasswordKeyForm):
    def clean(self) -> dict[str, Any]:
        """The link may have left before the factor was taken away."""
        if self.user and lacks_her_factor(self.user):
            raise ValidationError("Ce compte n’a plus de second facteur : un lien reçu par courrier ne suffit plus à l’ouvrir.")
        cleaned: dict[str, Any] = super().clean()
        return cleaned


class ChangePasswordForm(_OursMixin, account.ChangePasswordForm):
    pass


class SetPasswordForm(_OursMixin, account.SetPasswordForm):
    pass


USED = "Ce code a déjà servi : attendez le suivant."


class _OnceMixin(_CodeMixin):
    """A code of the application opens once (RFC 6238 § 5.2): allauth, which remembers a used one for one step of the clock, remembers it for as
    many as MFA_TOTP_TOLERANCE accepts it in."""

    def clean_code(self) -> str:
        used = TOTP(Authenticator(user=self.user))._get_used_cache_key(self.cleaned_data["code"])  # type: ignore[attr-defined]  # a mixin
        try:
            code: str = super().clean_code()  # type: ignore[misc]  # of the form beside the mixin
        except ValidationError as refusal:
            if refusal.code == "incorrect_code" and cache.get(used):
                raise ValidationError(USED) from refusal
            raise
        cache.set(used, "y", timeout=app_settings.TOTP_PERIOD * (2 * app_settings.TOTP_TOLERANCE + 1))
        return code


class SecondFactorForm(_OnceMixin, mfa.AuthenticateForm):
    words = "Code de l’application, ou code de secours"


class ConfirmSecondFactorForm(_OnceMixin, mfa.ReauthenticateForm):
    words = "Code de l’application, ou code de secours"


class ActivateTOTPForm(_OnceMixin, totp.ActivateTOTPForm):
    pass


class DeactivateTOTPForm(_OursMixin, totp.DeactivateTOTPForm):
    pass


class GenerateRecoveryCodesForm(_OursMixin, AllauthGenerateRecoveryCodesForm):
    pass


PASSKEY_REFUSED = "Cette clé d’accès n’a pas été reconnue. Recommencez, ou prenez une autre façon de faire."
KEY_NAME = {"label": "Nom de la clé", "help_text": "Pour la reconnaître : le téléphone, l’ordinateur du bureau…"}


class AddPasskeyForm(_OursMixin, webauthn.AddWebAuthnForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["passwordless"]  # every passkey of the hub is
        vars(self.fields["name"]).update(KEY_NAME, max_length=60)
        vars(self.fields["credential"]).update(required=False, decoder=passkeys.Decoder)  # its absence gets the sentence of a refusal

    def clean_name(self) -> str:
        return one_line(super().clean_name())[:60]

    def clean(self) -> dict[str, Any]:
        try:
            passkeys.require_this_address(self.cleaned_data.get("credential"))
            cleaned: dict[str, Any] = super().clean()
        except (ValidationError, *passkeys.NONSENSE) as error:
            raise ValidationError(PASSKEY_REFUSED, code="passkey") from error
        return cleaned


class EditPasskeyForm(_OursMixin, webauthn.EditWebAuthnForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        vars(self.fields["name"]).update(KEY_NAME)

    def clean_name(self) -> str:
        return one_line(self.cleaned_data["name"])[:60]


class _ShowPasskeyMixin(_OursMixin):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["credential"].decoder = passkeys.Decoder  # type: ignore[attr-defined]  # a mixin: the form comes beside it
        self.fields["credential"].error_messages |= {"required": PASSKEY_REFUSED, "invalid": PASSKEY_REFUSED}  # type: ignore[attr-defined]  # a mixin: the form comes beside it

    def clean_credential(self) -> Authenticator:
        try:
            passkeys.require_this_address(self.cleaned_data["credential"])  # type: ignore[attr-defined]  # a mixin: the form comes beside it
            return super().clean_credential()  # type: ignore[misc]  # a mixin: the form comes beside it
        except (ValidationError, *passkeys.NONSENSE) as error:
            if getattr(error, "code", "") in TOO_MANY:
                raise
            raise ValidationError(PASSKEY_REFUSED, code="passkey") from error


class SecondFactorPasskeyForm(_ShowPasskeyMixin, webauthn.AuthenticateWebAuthnForm):
    pass


class SignInPasskeyForm(_ShowPasskeyMixin, webauthn.LoginWebAuthnForm):
    pass


class ConfirmPasskeyForm(_ShowPasskeyMixin, webauthn.ReauthenticateWebAuthnForm):
    pass
