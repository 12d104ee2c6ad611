"""Where allauth meets the hub: who may sign up (nobody but by invitation), how failures are counted, what is audited."""

import logging
import time
from hashlib import sha256
from ipaddress import ip_address
from smtplib import SMTPException
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal import ratelimit
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.shortcuts import render
from django.utils.encoding import punycode
from django.utils.http import url_has_allowed_host_and_scheme

from hub.core.accounts import second_factor
from hub.core.accounts.errors import MailIsDown
from hub.core.accounts.selectors import coordinators, door_of, is_of_a_team
from hub.core.kit import limits

logger = logging.getLogger(__name__)

UNKNOWN_AN_HOUR = 10  # letters to one mailbox that say why no account opens
TOO_MANY = {"too_many_login_attempts", "rate_limited"}


def place_of(request: HttpRequest) -> str:
    """Whom a limit counts as one: an IPv4 address, or an IPv6 /64, within which one client takes a new address as it likes (RFC 8981).

    Raises PermissionDenied when nobody knows where the request comes from.
    """
    place: str = ratelimit.get_ip(request)
    return place


class AccountAdapter(DefaultAccountAdapter):
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "too_many_login_attempts": "Trop d’essais. Réessayez dans 15 minutes, ou demandez un nouveau mot de passe.",
        "email_password_mismatch": "Cette adresse et ce mot de passe ne vont pas ensemble.",
        "incorrect_code": "Ce code n’est pas le bon.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def validation_error(self, code: str, *args: Any) -> ValidationError:
        """Past a limit the answer is 429, whichever factor is tried (middleware.say_too_many)."""
        if code in TOO_MANY:
            self.request.too_many_attempts = True
        error: ValidationError = super().validation_error(code, *args)
        return error

    def get_login_stages(self) -> list[str]:
        ours = {"allauth.mfa.stages.AuthenticateStage": "hub.core.accounts.stages.SecondFactorStage"}
        return [ours.get(stage, stage) for stage in super().get_login_stages()]

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Codes and links leave at once: they would not be worth much from the queue. Raises MailIsDown.

        When none may leave, the letter says what the screen does not: whose account it is, she reads; a stranger learns nothing.
        """
        if template_prefix == "account/email/unknown_account":
            if _gets_no_more(email):
                return
            whom = [user.email for user in coordinators()]
            context = context | {"door": door_of(email), "site": settings.WAGTAILADMIN_BASE_URL, "coordination": whom}
        try:
            super().send_mail(template_prefix, email, context)
        except (OSError, SMTPException) as error:
            logger.warning("courrier de connexion : %s", type(error).__name__)
            raise MailIsDown from error

    def get_reset_password_from_key_url(self, key: str) -> str:
        """The hub's own address, not the one that the request came by: a port may be forged."""
        return settings.WAGTAILADMIN_BASE_URL + urlsplit(super().get_reset_password_from_key_url(key)).path

    def get_client_ip(self, request: HttpRequest) -> str:
        """An IPv4 address as itself, also when it came by an IPv6 socket: there they all lie in one /64."""
        address = ip_address(super().get_client_ip(request))
        return str(getattr(address, "ipv4_mapped", None) or address)

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Per account and place: a stranger who fails on purpose does not lock the owner out. Not per site as allauth has it: a request
        names the site that it comes to, and may make up its port."""
        login: str = credentials.get("email", credentials.get("username", "")).lower()
        return f"{login}:{place_of(request)}"

    def is_reauthentication_required(self, *, app: str = "") -> bool:
        """Right after signing in, the first second factor is added without the password once more; right after it, its codes are shown.

        Who has nothing to show again, neither password nor factor, signs in again: allauth would take her at her session's word.
        """
        request = self.request
        if app == "allauth.mfa" and request.user.is_authenticated:
            if second_factor.is_fresh(request) or (_is_just_in(request) and not is_mfa_enabled(request.user)):
                return False
            if not self.get_reauthentication_methods(request.user):
                raise ImmediateHttpResponse(render(request, "accounts/sign_in_again.html"))
        required: bool = super().is_reauthentication_required(app=app)
        return required

    def is_safe_url(self, url: str | None) -> bool:
        return url_has_allowed_host_and_scheme(url, allowed_hosts={self.request.get_host()}, require_https=self.request.is_secure())

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return settings.LOGIN_REDIRECT_URL


def _gets_no_more(email: str) -> bool:
    """Whether a mailbox had its letters of the hour, under whatever spelling leads to it: «+word» (RFC 5233), a domain in either alphabet
    (RFC 3490). Also one of a domain that cannot be."""
    name, _, domain = email.lower().rpartition("@")
    try:
        mailbox = f"{name.partition('+')[0]}@{punycode(domain)}"
    except UnicodeError:
        return True
    return limits.count(f"accounts.unknown:{sha256(mailbox.encode()).hexdigest()}", limits.HOUR) > UNKNOWN_AN_HOUR


def _is_just_in(request: HttpRequest) -> bool:
    """Signed in a moment ago; somebody of a team, by more than a code that her mailbox received."""
    records = get_authentication_records(request, request.user)
    fresh = {record["method"] for record in records if time.time() - record["at"] < second_factor.FRESH_SECONDS}
    return bool(fresh - {"code"}) or ("code" in fresh and not is_of_a_team(request.user))  # type: ignore[arg-type]  # signed in


class MFAAdapter(DefaultMFAAdapter):
    def generate_authenticator_name(self, user: AbstractBaseUser, type: Authenticator.Type) -> str:
        held = Authenticator.objects.filter(user=user.pk, type=type).count()
        return f"Clé d’accès {held + 1}" if held else "Clé d’accès"

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return super().get_public_key_credential_rp_entity() | {"name": settings.WAGTAIL_SITE_NAME}

    def get_totp_label(self, user: AbstractBaseUser) -> str:
        return user.email  # type: ignore[attr-defined]  # a User of ours
