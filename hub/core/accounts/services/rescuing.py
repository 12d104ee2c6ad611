"""A coordinator whom nobody else can help: the host hands her a one-use link, by voice or in person, never by mail."""

import hashlib
import json
import secrets
from datetime import datetime, timedelta
from pathlib import Path

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from hub.core.accounts.actor import Actor
from hub.core.accounts.enums import SecurityEvent
from hub.core.accounts.errors import InvitationIsUsed, RuleBroken
from hub.core.accounts.models import User
from hub.core.accounts.selectors import coordinators
from hub.core.accounts.services.memberships import close_sessions
from hub.core.accounts.services.recovery import forget_recovery
from hub.core.accounts.signals import security_event
from hub.core.audit import services as audit

VALID_FOR = timedelta(days=2)


def _file() -> Path:
    return Path(settings.DATA_DIR) / "rescue_link.json"


@transaction.atomic
def rescue_link(email: str) -> str:
    """A link good for two days and one use, for somebody who coordinates the federation; an earlier one stops working. Raises: RuleBroken."""
    user = next((one for one in coordinators() if one.email.lower() == email.strip().lower()), None)
    if user is None:
        raise RuleBroken("Personne à la coordination de la fédération n’a cette adresse.")
    secret = secrets.token_urlsafe(32)
    held = {"digest": _digest(secret), "user": str(user.pk), "expires_at": (timezone.now() + VALID_FOR).isoformat()}
    audit.record("accounts.rescue.offer", user, actor=Actor.system())
    draft = _file().with_suffix(".new")  # whole or not at all: the earlier link stands until then
    draft.unlink(missing_ok=True)
    draft.touch(mode=0o600)
    draft.write_text(json.dumps(held))
    draft.replace(_file())
    return settings.WAGTAILADMIN_BASE_URL + reverse("accounts:rescue", args=[secret])


def rescued(secret: str) -> User:
    """Whose link this is. Raises InvitationIsUsed unless it is the last one printed, still fresh, of somebody who still coordinates."""
    try:
        held = json.loads(_file().read_text())
    except (OSError, ValueError):  # no link, or what a full disk left of one
        raise InvitationIsUsed from None
    is_known = secrets.compare_digest(held["digest"], _digest(secret))
    if not is_known or timezone.now() > datetime.fromisoformat(held["expires_at"]):
        raise InvitationIsUsed
    user = next((one for one in coordinators() if str(one.pk) == held["user"]), None)
    if user is None:
        raise InvitationIsUsed
    return user


@transaction.atomic
def rescue(secret: str, *, password: str) -> User:
    """A new password, no second factor, no session left open: she enrols another when she signs in. Raises InvitationIsUsed."""
    user = User.objects.select_for_update().get(pk=rescued(secret).pk)
    rescued(secret)  # whoever held the lock before has used it
    kinds = sorted(set(Authenticator.objects.filter(user=user).values_list("type", flat=True)))
    Authenticator.objects.filter(user=user).delete()
    closed = close_sessions(user)
    forget_recovery(user)
    user.set_password(password)
    user.save(update_fields=["password", "updated_at"])
    _file().unlink(missing_ok=True)
    event = SecurityEvent.RESCUED
    security_event.send(sender=User, user=user, event=str(event), label=str(event.label))
    facts = {"kinds": kinds, "sessions_closed": closed}
    audit.record("accounts.rescue.use", user, actor=Actor(user_id=user.pk, name=user.name), data=facts)
    return user


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
