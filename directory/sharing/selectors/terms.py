"""What the texts of an agreement hold one after the other: until when today's terms do, and what comes after them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from directory.sharing.models import SharedService
from hub.core.accounts.enums import Purpose
from hub.core.accounts.models import Agreement, User
from hub.core.kit.dates import local, long_date_fr
from hub.core.kit.text import joined


def last_day(service: SharedService, text: Agreement) -> date:
    """The last day of a text: its own, or that of the service when it ended before."""
    return min(local(text.last_moment).date(), service.last_day)


@dataclass(frozen=True)
class Opened:
    """What is opened holds until `until`, included; `coming` says what each text that changes it opens then."""

    until: date
    coming: Sequence[str] = field(default=())


def opened(service: SharedService) -> Opened:
    """Until when the same people may do the same things under the text in force, and what follows it."""
    until, held, coming = last_day(service, service.text), _terms(service.text), []
    for one in service.later_texts:
        terms = _terms(one)
        if terms != held:
            coming.append(_words(one))
        elif not coming:
            until = last_day(service, one)
        held = terms
    return Opened(until, coming)


def _terms(text: Agreement) -> tuple[frozenset[UUID], frozenset[str]]:
    return frozenset(person.pk for person in text.people.all()), frozenset(text.purposes)


def _words(text: Agreement) -> str:
    """«dès le 5 décembre 2026, l’avenant CV-2026-0012-1 n’ouvre rien»"""
    begins = f"dès le {long_date_fr(text.starts_at)}, l’avenant {text.number}"
    people = names(text.people.all())
    if not people or not text.purposes:
        return f"{begins} n’ouvre rien"
    return f"{begins} ouvre à {people} : {joined([str(Purpose(one).label) for one in text.purposes])}"


def names(people: Iterable[User]) -> str:
    return joined(sorted(person.name for person in people))
