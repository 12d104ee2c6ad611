"""allauth's screens for passkeys as the hub has them: always with the code, finger or face that the device asks; addressed by a name that
tells nothing; a refusal is audited and comes back as a sentence."""

from typing import Any

from allauth.account.internal.stagekit import LOGIN_SESSION_KEY
from allauth.mfa.base.views import AuthenticateView, IndexView
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authentication_failed
from allauth.mfa.utils import is_mfa_enabled
from allauth.mfa.webauthn import views as webauthn
from allauth.mfa.webauthn.internal.auth import begin_registration
from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse, reverse_lazy
from django.utils.decorators import method_decorator

from hub.core.accounts.models import User
from hub.core.accounts.selectors import passkeys
from hub.core.accounts.stages import second_factor_pending


class Index(IndexView):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"passkeys": passkeys(self.request.user)}


class Add(webauthn.AddWebAuthnView):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        options = {"creation_options": begin_registration(self.request.user, passwordless=True)}
        return super(webauthn.AddWebAuthnView, self).get_context_data(
            **kwargs, js_data=options, has_factor=is_mfa_enabled(self.request.user)
        )


class _OneOfMine:
    request: HttpRequest
    kwargs: dict[str, Any]
    success_url = reverse_lazy("mfa_index")

    def get_object(self, queryset: Any = None) -> Authenticator:
        found = next((key for key in passkeys(self.request.user) if key.handle == self.kwargs["handle"]), None)
        if found is None:
            raise Http404
        return found.authenticator


class Edit(_OneOfMine, webauthn.EditWebAuthnView):
    pass


class Remove(_OneOfMine, webauthn.RemoveWebAuthnView):
    pass


def _refuse(request: HttpRequest, form: Form, user: Any) -> None:
    authentication_failed.send(sender=Authenticator, request=request, user=user, authenticator_type=Authenticator.Type.WEBAUTHN)
    for sentence in form.errors.get("credential", []):
        messages.error(request, str(sentence))


class SignIn(webauthn.LoginWebAuthnView):
    def form_invalid(self, form: Form) -> HttpResponse:
        _refuse(self.request, form, None)
        return redirect("account_login")


@method_decorator(second_factor_pending, name="dispatch")
class SecondFactor(AuthenticateView):
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """A factor taken away meanwhile (recovery) leaves nothing to show here: the sign-in begins again with the password."""
        answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        if answer.headers.get("Location") == reverse("account_login"):
            request.session.pop(LOGIN_SESSION_KEY, None)
        return answer

    def form_invalid(self, form: Form) -> HttpResponse:
        if form is self.webauthn_form:
            _refuse(self.request, form, self.stage.login.user)
        answer: HttpResponse = super().form_invalid(form)
        return answer

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        user: User = self.stage.login.user
        return context | {"has_passkey": bool(passkeys(user))}


class Reauthenticate(webauthn.ReauthenticateWebAuthnView):
    def form_invalid(self, form: Form) -> HttpResponse:
        _refuse(self.request, form, self.request.user)
        return redirect(self.request.get_full_path())
