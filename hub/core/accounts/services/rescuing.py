"""The one-use link by which an account is opened again, handed by voice or in person, never by mail.

The host's, for a coordinator whom nobody else can help, lies as a digest in the data folder; that of who manages members holds by the
person's request (recovery.py).
"""

import hashlib
import json
import secrets
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from hub.core.accounts.actor import Actor
from hub.core.accounts.enums import SecurityEvent
from hub.core.accounts.errors import InvitationIsUsed, RuleBroken
from hub.core.accounts.models import User
from hub.core.accounts.selectors import coordinators
from hub.core.accounts.services.recovery import reopened_by, replace_keys
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
    """Whose link this is. Raises InvitationIsUsed unless who asked was handed it, or it is the last one that the host printed; still fresh."""
    return reopened_by(secret) or _rescued_by_host(secret)


def _rescued_by_host(secret: str) -> User:
    """Raises InvitationIsUsed, also for somebody who coordinates no more."""
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
def rescue(secret: str, *, totp_secret: str, password: str | None = None) -> User:
    """Use the link once: new keys in place of all the old ones. Raises InvitationIsUsed."""
    user = User.objects.select_for_update(no_key=True).get(pk=rescued(secret).pk)
    rescued(secret)  # whoever held the lock before has used it
    if reopened_by(secret) is not None:
        action, event = "accounts.second_factor.reset", SecurityEvent.SECOND_FACTOR_RESET
    else:
        action, event = "accounts.rescue.use", SecurityEvent.RESCUED
        _file().unlink(missing_ok=True)
    replace_keys(user, password=password, totp_secret=totp_secret, action=action, event=event)
    return user


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
