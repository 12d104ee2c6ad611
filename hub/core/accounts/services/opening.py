"""An empty hub: the one-use link that makes its coordinator and her federation."""

import hashlib
import json
import secrets
from datetime import datetime, timedelta
from pathlib import Path

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from hub.core.accounts.actor import Actor
from hub.core.accounts.enums import OrganisationKind
from hub.core.accounts.errors import InvitationIsUsed
from hub.core.accounts.models import Organisation, Role, User
from hub.core.accounts.selectors import federation
from hub.core.accounts.services.memberships import give_role
from hub.core.accounts.services.organisations import create_organisation
from hub.core.kit.twins import twice

VALID_FOR = timedelta(days=2)


def _file() -> Path:
    return Path(settings.DATA_DIR) / "first_link.json"


def first_link() -> str | None:
    """A fresh link, good for two days and one use; None once the hub has its federation. An earlier link stops working."""
    if federation() is not None:
        return None
    secret = secrets.token_urlsafe(32)
    expires_at = timezone.now() + VALID_FOR
    _file().write_text(json.dumps({"digest": hashlib.sha256(secret.encode()).hexdigest(), "expires_at": expires_at.isoformat()}))
    _file().chmod(0o600)
    return settings.WAGTAILADMIN_BASE_URL + reverse("accounts:open_hub", args=[secret])


def check_link(secret: str) -> None:
    """Raises InvitationIsUsed unless this is the last link printed, still fresh, of a hub that has no federation yet."""
    if federation() is not None or not _file().exists():
        raise InvitationIsUsed
    held = json.loads(_file().read_text())
    known = secrets.compare_digest(held["digest"], hashlib.sha256(secret.encode()).hexdigest())
    if not known or timezone.now() > datetime.fromisoformat(held["expires_at"]):
        raise InvitationIsUsed


def open_hub(secret: str, *, federation_name: str, email: str, first_name: str, last_name: str, password: str) -> User:
    """Raises: InvitationIsUsed, for the second of two clicks as well."""
    try:
        return twice(lambda: _open(secret, federation_name, email, first_name, last_name, password))
    except ValidationError:  # of two who open it at one instant, each with her own address: the hub has its federation
        if federation() is None:
            raise
        raise InvitationIsUsed from None


@transaction.atomic
def _open(secret: str, federation_name: str, email: str, first_name: str, last_name: str, password: str) -> User:
    check_link(secret)
    user = User.objects.create_user(email, password, first_name=first_name, last_name=last_name)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    actor = Actor(user_id=user.pk, name=user.name)
    organisation = create_organisation(Organisation(kind=OrganisationKind.NETWORK, name=federation_name, is_federation=True), actor=actor)
    give_role(user, organisation=organisation, role=Role.objects.get(code="coordinator"), actor=actor)
    transaction.on_commit(lambda: _file().unlink(missing_ok=True))
    return user
