from allauth.mfa.stages import AuthenticateStage
from django.http import HttpRequest

from hub.core.accounts import second_factor


class SecondFactorStage(AuthenticateStage):
    """Allauth's, which does not ask again what an organisation's provider has just asked and the organisation's record counts."""

    def _should_handle(self, request: HttpRequest) -> bool:
        return not second_factor.was_shown_elsewhere(request) and bool(super()._should_handle(request))
