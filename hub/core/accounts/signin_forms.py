"""The forms of allauth as the hub shows them (settings ACCOUNT_FORMS and MFA_FORMS): its rules, our labels, hints and error summary."""

from typing import Any

from allauth.account import forms as account
from allauth.mfa.base import forms as mfa
from allauth.mfa.recovery_codes.forms import GenerateRecoveryCodesForm as AllauthGenerateRecoveryCodesForm
from allauth.mfa.totp import forms as totp

from hub.core.ui.forms import HubFormMixin


class _OursMixin(HubFormMixin):
    """A label says what to type; a placeholder would go when one types (RGAA 11.1)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():  # type: ignore[attr-defined]
            field.widget.attrs.pop("placeholder", None)


class _CodeMixin(_OursMixin):
    """A code that somebody copies from a mail, a telephone or a sheet."""

    words = "Code à six chiffres"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = self.words  # type: ignore[attr-defined]


class SignInForm(_OursMixin, account.LoginForm):
    """Address and password; a session ends with the browser's or by itself, nobody chooses."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = "Adresse électronique"
        self.fields["login"].widget.attrs["autocomplete"] = "username"
        self.fields["password"].help_text = ""  # the page has its own link for who forgot


class RequestCodeForm(_OursMixin, account.RequestLoginCodeForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = "Adresse électronique"


class ConfirmCodeForm(_CodeMixin, account.ConfirmLoginCodeForm):
    words = "Code reçu"


class ReauthenticateForm(_OursMixin, account.ReauthenticateForm):
    pass


class ResetPasswordForm(_OursMixin, account.ResetPasswordForm):
    pass


class ResetPasswordKeyForm(_OursMixin, account.ResetPasswordKeyForm):
    pass


class ChangePasswordForm(_OursMixin, account.ChangePasswordForm):
    pass


class SetPasswordForm(_OursMixin, account.SetPasswordForm):
    pass


class SecondFactorForm(_CodeMixin, mfa.AuthenticateForm):
    words = "Code de l’application, ou code de secours"


class ConfirmSecondFactorForm(_CodeMixin, mfa.ReauthenticateForm):
    words = "Code de l’application, ou code de secours"


class ActivateTOTPForm(_CodeMixin, totp.ActivateTOTPForm):
    pass


class DeactivateTOTPForm(_OursMixin, totp.DeactivateTOTPForm):
    pass


class GenerateRecoveryCodesForm(_OursMixin, AllauthGenerateRecoveryCodesForm):
    pass
