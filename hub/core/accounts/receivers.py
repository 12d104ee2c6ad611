"""What sign-in tells: kept in the audit trail, and announced to the person by `security_event`."""

from typing import Any

from allauth.account.signals import password_changed, password_reset
from allauth.account.signals import user_logged_in as came_in
from allauth.mfa.signals import authentication_failed, authenticator_added, authenticator_removed
from django.contrib.auth.signals import user_logged_in, user_login_failed
from django.db import transaction
from django.dispatch import receiver
from django.http import HttpRequest

from hub.core.accounts import kept, second_factor
from hub.core.accounts.actor import Actor
from hub.core.accounts.enums import SecurityEvent
from hub.core.accounts.models import Membership, User
from hub.core.accounts.models.organisations import in_force
from hub.core.accounts.selectors import coordinators
from hub.core.accounts.services import forget_recovery
from hub.core.accounts.services.providers import SESSION_KEY as PROVIDER_KEY
from hub.core.accounts.signals import membership_changed, security_event, sessions_closed
from hub.core.audit import services as audit


def _tell(action: str, user: User, event: SecurityEvent, **facts: str) -> None:
    with transaction.atomic():
        audit.record(action, user, actor=Actor(user_id=user.pk, name=user.name), data=facts)
        security_event.send(sender=User, user=user, event=str(event), label=str(event.label))


@receiver(user_login_failed)
def sign_in_refused(sender: Any, credentials: dict[str, Any], **_: Any) -> None:
    """The line names the account when there is one, never the words typed."""
    user = User.objects.filter(email__iexact=str(credentials.get("email") or credentials.get("username") or "")).first()
    with transaction.atomic():
        audit.record("accounts.sign_in.refuse", user, actor=Actor.anonymous())


@receiver(authentication_failed)
def second_factor_refused(sender: Any, user: User | None, **_: Any) -> None:
    """Nobody is named when a passkey opened no account."""
    with transaction.atomic():
        audit.record("accounts.sign_in.refuse", user, actor=Actor.anonymous(), data={"factor": "second"})


@receiver(user_logged_in)
def signed_in(sender: Any, request: HttpRequest, user: User, **_: Any) -> None:
    kept.last_as_others(request)
    with transaction.atomic():
        audit.record("accounts.sign_in", user, actor=Actor(user_id=user.pk, name=user.name))


@receiver(came_in)
def session_is_marked(sender: Any, request: HttpRequest, identity_provider: str = "", **_: Any) -> None:
    """What an organisation's identity provider opened acts for that organisation alone; what her own keys opened, for all of hers."""
    request.session.pop(PROVIDER_KEY, None)
    if identity_provider:
        request.session[PROVIDER_KEY] = identity_provider


@receiver(came_in)
def found_again(sender: Any, user: User, **_: Any) -> None:
    forget_recovery(user)


@receiver(authenticator_added)
def factor_added(sender: Any, request: HttpRequest, user: User, authenticator: Any, **_: Any) -> None:
    second_factor.mark_done(request)
    if authenticator.type != "recovery_codes":
        _tell("accounts.second_factor.add", user, SecurityEvent.SECOND_FACTOR_ADDED, kind=authenticator.type)


@receiver(authenticator_removed)
def factor_removed(sender: Any, request: HttpRequest, user: User, authenticator: Any, **_: Any) -> None:
    second_factor.forget_without(request)
    if authenticator.type != "recovery_codes":
        _tell("accounts.second_factor.remove", user, SecurityEvent.SECOND_FACTOR_REMOVED, kind=authenticator.type)


@receiver([password_changed, password_reset])
def password_was_changed(sender: Any, user: User, **_: Any) -> None:
    forget_recovery(user)  # whoever asked knew the password of before
    sessions_closed.send(sender=User, user=user)
    _tell("accounts.password.change", user, SecurityEvent.PASSWORD_CHANGED)


@receiver(membership_changed, dispatch_uid="accounts.end_editing")
def writes_the_site_no_more(sender: Any, membership: Membership, **_: Any) -> None:
    """With her last role goes her place among the editors, and the first of a new stay does not give it back."""
    user, others = membership.user, Membership.unscoped.filter(in_force(), user=membership.user_id).exclude(pk=membership.pk)
    if user.groups.exists() and not others.exists():
        user.groups.clear()
        audit.record("accounts.identity.correct", user, actor=Actor.system(), data={"columns": ["edits_site"], "edits_site": False})


def coordinators_addresses() -> list[str]:
    """Who receives the day's head of the audit chain."""
    return [user.email for user in coordinators()]
