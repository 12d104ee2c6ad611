from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from directory.people import rules, services
from directory.people.enums import Audience
from directory.people.fields import FIELDS, effective_level, evidence_words, said, words_of
from directory.people.forms.audiences import audience_words
from directory.people.models import Profile
from directory.people.selectors import consultations, rows
from directory.people.selectors.reading import certificate, visible_fields, with_all_fields
from hub.core.accounts.actor import Actor, actor_of
from hub.core.accounts.adapters import place_of
from hub.core.kit import limits
from hub.core.kit.dates import date_fr, today
from hub.core.kit.text import joined

PER_MINUTE: Final = 60
# what the column beside the page says, in this order, under words that leave room for the value
BRIEF: Final = {
    "availability": "Disponible", "day_rate": "Tarif jour", "languages": "Langues", "web_site": "Site", "stand_in": "Absence",
    "phone": "Téléphone", "email": "Courriel", "postal_address": "Adresse", "contract": "Contrat", "trainings_followed": "Formations",
    "insurance_certificate": "Assurance", "accessibility_needs": "Accessibilité",
}  # fmt: skip


@dataclass(frozen=True)
class Proof:
    """A skill of the page: its words, its Formacode, what stands behind it. `shape` is None when proofs are not for this reader."""

    label: str
    code: str
    words: str
    day: str
    shape: int | None

    @property
    def freshness(self) -> str:
        return {3: "moins d’un an", 2: "moins de trois ans", 1: "plus ancienne"}.get(self.shape or 0, "aucune preuve")


@dataclass(frozen=True)
class Validity:
    """Something with an expiry: `tone` is that of ui/state.html."""

    label: str
    tone: str
    words: str


def seen_page(profile: Profile, reader: Actor) -> dict[str, Any]:
    """The context of people/_person.html: what this reader sees, made ready."""
    seen = visible_fields(profile, reader)
    words = words_of(seen)
    return {
        "profile": profile,
        "seen": seen,
        "words": words,
        "name": seen.get("name", ""),
        "initials": rows.initials(seen.get("name", "")),
        "place": rows.place(seen),
        "host": (urlsplit(seen.get("web_site", "")).hostname or "").removeprefix("www."),
        "proofs": list(proofs(seen)),
        "brief": [(label, key, words[key]) for key, label in BRIEF.items() if key in seen],
        "months": [words_of({"availability": {month: state}})["availability"] for month, state in seen.get("availability", {}).items()],
        "validities": list(validities(seen)),
        "certificate": certificate(profile, reader) if "insurance_certificate" in seen else None,
    }


def proofs(seen: dict[str, Any]) -> list[Proof]:
    known = {line["skill"]: line for line in seen.get("evidence", ())}
    return [_proof(line, known.get(said(line)), "evidence" in seen) for line in seen.get("skills", ())]


def _proof(line: dict[str, str], proof: dict[str, str] | None, is_open: bool) -> Proof:
    if proof is None:
        return Proof(said(line), line["code"], "", "", 0 if is_open else None)
    day = date_fr(date.fromisoformat(proof["on"])) if proof["on"] else ""
    return Proof(said(line), line["code"], evidence_words({**proof, "on": ""}), day, rows.freshness(proof["on"], today()))


def validities(seen: dict[str, Any]) -> list[Validity]:
    found = []
    if "decennale" in seen:
        found.append(Validity("Décennale", "ok" if seen["decennale"] else "warn", "en cours" if seen["decennale"] else "échue"))
    for line in seen.get("accreditations", ()):
        if not line["ends_on"]:
            found.append(Validity(line["title"], "ok", "sans date de fin"))
        else:
            until = date_fr(date.fromisoformat(line["ends_on"]))
            is_valid = line["ends_on"] >= today().isoformat()
            words = f"jusqu’au {until}" if is_valid else f"échue depuis le {until}"
            found.append(Validity(line["title"], "ok" if is_valid else "warn", words))
    return found


def who_sees(profile: Profile) -> list[dict[str, str]]:
    """«Qui voit quoi»: each field that says something, in words, with its audience and its ceiling."""
    own = visible_fields(profile, Actor(user_id=profile.user_id))
    organisation = profile.organisation.name
    return [
        {
            "label": FIELDS[key].label.capitalize(),
            "words": text,
            "audience": audience_words(effective_level(profile, key), organisation),
            "ceiling": audience_words(FIELDS[key].ceiling, organisation),
        }
        for key, text in words_of(own).items()
    ]


def _too_many(request: HttpRequest) -> bool:
    """Whether a stranger has opened more than 60 pages of people in a minute from one place: nobody reads that fast."""
    if actor_of(request).is_signed_in:
        return False
    name = f"people.pages:{place_of(request)}"
    return limits.count(name) > PER_MINUTE


def slow_down(request: HttpRequest, many: str, most: str) -> HttpResponse:
    """What is refused for a minute, and how much of it is not: «de fiches», «une même connexion ouvre…»."""
    context = {"many": many, "most": f"Pour que personne ne recopie l’annuaire, {most}."}
    response = render(request, "people/slow_down.html", context, status=429)
    response["Retry-After"] = "60"
    return response


@require_safe
def person(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The page of a person, field by field as its reader may see it; staff who opens another's leaves a line."""
    actor = actor_of(request)
    if _too_many(request):
        return slow_down(request, "de fiches", "une même connexion ouvre au plus soixante fiches par minute")
    profile = get_object_or_404(with_all_fields(Profile.objects.visible_to(actor)), pk=pk)
    services.note_view(profile, actor=actor)
    own = rules.is_own(actor, profile)
    context = seen_page(profile, actor) | {
        "is_own": own,
        "can_edit": rules.can_edit(actor, profile),
        "can_write": actor.is_signed_in and not own,
        "who_sees": who_sees(profile) if own else [],
        "consultations": consultations.of_profile(profile) if own else [],
        "more_template": "people/_own_more.html" if own else "",
    }
    return render(request, "people/person.html", context)


READERS: Final = {"public": Audience.PUBLIC, "federation": Audience.FEDERATION, "cae": Audience.PRIVATE}


@require_safe
def preview(request: HttpRequest) -> HttpResponse:
    """Her own page exactly as others see it: `?comme=public`, `federation` or `cae`."""
    actor = actor_of(request)
    profile = with_all_fields(Profile.objects.visible_to(actor)).filter(user=actor.user_id).first()
    if profile is None:
        raise Http404
    word = request.GET.get("comme", "public")
    level = READERS.get(word, Audience.PUBLIC)
    reader = rules.stranger(profile, level)
    tabs = [
        {"url": f"?comme={key}", "label": audience_words(one, profile.organisation.name), "current": one == level}
        for key, one in READERS.items()
    ]
    context = seen_page(profile, reader) | {
        "reader": reader, "tabs": tabs, "audience": audience_words(level, profile.organisation.name), "hidden": hidden(profile, level),
    }  # fmt: skip
    return render(request, "people/preview.html", context)


def hidden(profile: Profile, level: Audience) -> str:
    """The labels of what she wrote and this audience does not see."""
    own = visible_fields(profile, Actor(user_id=profile.user_id))
    return joined([FIELDS[key].label for key in own if effective_level(profile, key) < level])
