"""What one reader sees of one profile."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet

from directory.people.fields import FIELDS, Field, fields_at
from directory.people.models import Profile
from directory.people.rules import reading_level
from hub.core.accounts.actor import Actor
from hub.core.documents.models import PrivateFile


def visible_fields(profile: Profile, actor: Actor, of: Iterable[Field] = tuple(FIELDS.values())) -> dict[str, Any]:
    """The fields of a profile that a reader sees: key → JSON value, empty ones left out.

    Pages, rows of a list, JSON, CSV and entries of the search all show this and nothing else.
    """
    return fields_at(profile, reading_level(actor, profile), of)


def certificate(profile: Profile, actor: Actor) -> PrivateFile | None:
    """The certificate of insurance itself: its field holds an address, and the antivirus decides whether that leads anywhere."""
    pk = profile.insurance_certificate_id
    return PrivateFile.objects.visible_to(actor).filter(pk=pk).first() if pk else None


def with_all_fields(rows: QuerySet[Profile]) -> QuerySet[Profile]:
    """The rows that `visible_fields` reads, in a number of queries that does not grow with them."""
    return rows.select_related("user", "organisation", "commune").prefetch_related("accreditations")
