from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.internal.decorators import login_stage_required
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authentication_failed
from allauth.mfa.stages import AuthenticateStage
from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.crypto import constant_time_compare

from hub.core.accounts import second_factor

View = Callable[..., HttpResponseBase]
_CHANGED = "Le mot de passe de ce compte a été changé entre-temps : recommencez la connexion."


class SecondFactorStage(AuthenticateStage):
    """Allauth's, which does not ask again what an organisation's provider has just asked and the organisation's record counts, and which
    waits for its second factor only as long as the password of its first one stands."""

    def handle(self) -> tuple[Any, bool]:
        self.state["password"] = self._password()
        response, goes_on = super().handle()
        return response, goes_on

    def _should_handle(self, request: HttpRequest) -> bool:
        return not second_factor.was_shown_elsewhere(request) and bool(super()._should_handle(request))

    def still_holds(self) -> bool:
        return constant_time_compare(self.state.get("password", ""), self._password())

    def _password(self) -> str:
        """What Django keeps in a session to end it when the password changes (SHA-256 keyed, 64 hex digits)."""
        return str(self.login.user.get_session_auth_hash())


def second_factor_pending(view: View) -> View:
    """Only between the two factors of a sign-in; one begun with a password of before begins again, one of an account closed since ends."""

    @login_stage_required(stage=AuthenticateStage.key, redirect_urlname="account_login")
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        stage: SecondFactorStage = request._login_stage  # type: ignore[attr-defined]
        user = stage.login.user
        if user.is_active and stage.still_holds():
            return view(request, *args, **kwargs)
        answer: HttpResponseBase = stage.abort()
        if not user.is_active:
            authentication_failed.send(sender=Authenticator, request=request, user=user, authenticator_type="")
            return redirect("account_inactive")
        messages.error(request, _CHANGED)
        return answer

    guarded_view: View = guarded
    return guarded_view
