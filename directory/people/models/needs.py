"""Health data: apart from the profile, sealed at rest, read by herself and by whom she shows it to, in no list, export or index."""

import base64
from collections.abc import Collection
from functools import lru_cache
from typing import Any
from uuid import UUID

from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import models

from directory.people.models.profiles import Profile
from hub.core.accounts.actor import Actor
from hub.core.accounts.scoping import ScopedQuerySet
from hub.core.kit.models import Row


@lru_cache(maxsize=4)
def _box(secrets: tuple[str, ...]) -> MultiFernet:
    def fernet(secret: str) -> Fernet:
        key = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"directory.people.needs").derive(secret.encode())
        return Fernet(base64.urlsafe_b64encode(key))

    return MultiFernet([fernet(secret) for secret in secrets])


def _current_box() -> MultiFernet:
    """The key follows SECRET_KEY; those of SECRET_KEY_FALLBACKS still open what they sealed."""
    return _box((settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS))


class SealedTextField(models.TextField):
    """Text that the database holds encrypted (Fernet); it can be neither searched nor compared there."""

    def get_prep_value(self, value: Any) -> Any:
        return _current_box().encrypt(str(value).encode()).decode() if value else value

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return _current_box().decrypt(value.encode()).decode() if value else value


class AccessibilityNeedQuerySet(ScopedQuerySet["AccessibilityNeed"]):
    def visible_to(self, actor: Actor) -> "AccessibilityNeedQuerySet":
        return self.scoped(profile__user=actor.user_id, profile__user__isnull=False)

    def shown_to_referent(self, people: Collection[UUID]) -> "AccessibilityNeedQuerySet":
        """What these people show; whoever asks vouches that they are trainees of the referent's own organisation."""
        return self.scoped(profile__user__in=people, shared=True)


class AccessibilityNeed(Row):
    """Her words, for herself; once she shows them, also for the referent of whoever trains her, until the session is over
    (trainings.sessions.selectors.needs_of)."""

    profile = models.OneToOneField(Profile, models.CASCADE, related_name="accessibility", verbose_name="fiche")
    words = SealedTextField("besoins d’accessibilité", max_length=1000)
    shared = models.BooleanField("montrés à la personne référente handicap", default=False)

    objects = AccessibilityNeedQuerySet.as_manager()
    unscoped = models.Manager()

    class Meta:
        verbose_name = "besoin d’accessibilité"
        verbose_name_plural = "besoins d’accessibilité"
        default_manager_name = base_manager_name = "unscoped"

    def __str__(self) -> str:
        return str(self.pk)
