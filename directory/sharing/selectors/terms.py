"""What the texts of an agreement hold one after the other: until when today's terms do, and what comes after them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import takewhile
from uuid import UUID

from django.db.models import Q

from directory.sharing.models import SharedService
from directory.sharing.selectors.people import team
from hub.core.accounts.enums import Purpose
from hub.core.accounts.models import Agreement, Naming, User
from hub.core.kit.dates import local, long_date_fr, period_fr
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


def opening(service: SharedService) -> Opened:
    """The same for what would be opened now: it goes on under the texts to come that leave people and accesses as they were."""
    kept = following(service, "people", "purposes")
    until = last_day(service, [service.text, *kept][-1])
    return Opened(until, [_words(one) for one in service.later_texts if one not in kept])


def following(service: SharedService, *terms: str) -> list[Agreement]:
    """The texts to come, up to the first that changes one of these terms ("people", "purposes"): what is decided of them today holds there."""
    return [
        one.agreement for one in takewhile(lambda row: all(row.leaves(term) for term in terms), service.amendments_to_come) if one.agreement
    ]


@dataclass(frozen=True)
class Named:
    """Somebody whom the text in force names, or one to come; `words` say from or until when, empty as long as the agreement lasts."""

    person: User
    words: str = ""
    stops: bool = False
    has_left: bool = False  # the team that lends


def named_people(service: SharedService) -> list[Named]:
    """Those of today first, each list by name."""
    texts = [service.text, *service.later_texts]
    here = set(team(service.provider_id).values_list("pk", flat=True))
    lists = [sorted(text.people.all(), key=lambda one: (one.sort_name, one.pk)) for text in texts]
    found = [_named(person, texts, lists) for person in lists[0]]
    for text, people in zip(texts[1:], lists[1:], strict=True):
        begins = f"dès le {long_date_fr(text.starts_at)}, par l’avenant {text.number}"
        found += [Named(person, begins) for person in people if person not in [one.person for one in found]]
    return [replace(one, has_left=one.person.pk not in here) for one in found]


def named_from_now(service: SharedService) -> list[User]:
    """Whom the text in force names, and those to come: who is told of what becomes of the agreement."""
    return list({person.pk: person for text in [service.text, *service.later_texts] for person in text.people.all()}.values())


def _named(person: User, texts: Sequence[Agreement], lists: Sequence[Sequence[User]]) -> Named:
    stop = next((number for number, people in enumerate(lists) if person not in people), None)
    if stop is None:
        return Named(person)
    return Named(person, f"jusqu’au {_eve(texts[stop])} : l’avenant {texts[stop].number} ne reprend pas son nom", stops=True)


def _eve(text: Agreement) -> str:
    return long_date_fr(local(text.starts_at).date() - timedelta(days=1))


def list_stops(service: SharedService) -> list[str]:
    """Until when the list of today holds, when an amendment to come writes its own."""
    own = [one for one in service.later_texts if one not in following(service, "people")]
    return [f"Cette liste tient jusqu’au {_eve(one)} : l’avenant {one.number} a la sienne." for one in own[:1]]


def own_days(services: Iterable[SharedService], person_id: UUID | None) -> dict[UUID, list[tuple[date, date]]]:
    """From when to when each service names a person, in order, days that touch put together; none that an end has overtaken."""
    by_text = {service.agreement_id: service for service in services}
    rows = Naming.objects.filter(Q(agreement__in=by_text) | Q(agreement__amends__in=by_text), person=person_id)
    found: dict[UUID, list[tuple[date, date]]] = {}
    for row in rows.select_related("agreement").order_by("from_on"):
        service = by_text[row.agreement.root_id]
        last = min(row.until_on or date.max, last_day(service, row.agreement))
        spans = found.setdefault(service.pk, [])
        if spans and row.from_on <= spans[-1][1] + timedelta(days=1):
            spans[-1] = (spans[-1][0], max(last, spans[-1][1]))
        elif row.from_on <= last:
            spans.append((row.from_on, last))
    return found


def days_words(spans: Iterable[tuple[date, date]]) -> str:
    """«du 1er au 4 déc., puis du 20 déc. 2026 au 10 janv. 2027»"""
    return ", puis ".join(period_fr(first, last) for first, last in spans)


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
