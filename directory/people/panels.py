"""What people add to pages below them, publish for the search, and keep of a person."""

from dataclasses import replace
from datetime import date
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q
from django.urls import reverse

from directory.people import services
from directory.people.derived import DERIVED, FOUND_BY
from directory.people.enums import Audience
from directory.people.fields import EXPORTED, fields_at
from directory.people.models import (
    AccessibilityNeed,
    ConsentLine,
    FacetCount,
    PersonAccreditation,
    PersonSkill,
    PersonTrade,
    PersonWords,
    Profile,
)
from directory.people.selectors import listing, search_entries
from directory.people.selectors.reading import with_all_fields
from directory.people.selectors.rows import rows_of
from hub.core.accounts.actor import Actor
from hub.core.accounts.models import Organisation, User
from hub.core.kit.dates import years_before
from hub.core.kit.searchable import SearchSource
from hub.core.kit.text import agreed
from hub.core.privacy.models import Erasure
from hub.core.ui.panels import Personal, collect, personal, register

SHOWN = 6


@register("cooperative", "people", order=20, template="people/panels/cooperative.html")
def people_of(actor: Actor, organisation: Organisation) -> dict[str, Any] | None:
    """The people of a cooperative whom the reader sees: how many, and the first ones."""
    reader = listing.reader_of(actor)
    people = listing.people(reader).filter(organisation=organisation)
    count = people.count()
    rows = rows_of(reader, people.order_by("sort_name", "id")[:SHOWN]) if count else []
    return {"count": count, "rows": rows, "address": f"{reverse('people:list')}?organisation={organisation.slug}"} if count else None


@register("home.area", "people", order=20)
def area(actor: Actor, subject: Any) -> dict[str, Any]:
    """The directory of people on the first page."""
    count = listing.total(listing.reader_of(actor))
    return {
        "title": "Personnes",
        "url": reverse("people:list"),
        "count": count,
        "text": agreed(count, "fiche") + " dans l’annuaire",
        "area": "a-dir",
    }


SEARCH = SearchSource(
    kind="person", label="Personnes", iterate=search_entries.rows, entries=search_entries.entries, visible=search_entries.visible,
    simple=search_entries.simple, icon="person", order=20,
)  # fmt: skip


@register("search.source", "person")
def search_source(actor: Any, subject: Any) -> SearchSource:
    return SEARCH


@register("export", "people")
def export(actor: Actor, organisation: Organisation) -> dict[str, list[dict[str, Any]]]:
    """The people of an organisation, with the fields that its staff reads."""
    people = with_all_fields(Profile.unscoped.filter(organisation=organisation, left_on=None).order_by("sort_name", "id"))
    return {"personnes": [{"id": str(row.pk), **fields_at(row, Audience.PRIVATE, EXPORTED)} for row in people]}


@register("erasure", "people")
def erase(actor: Actor, person: User) -> dict[str, list[str]]:
    """Erases the profile of a person; says what went and what stays, with its ground."""
    profile = Profile.unscoped.filter(user=person).first()
    if profile:
        services.erase_profile(profile, actor=actor)
    kept = ["Preuves de consentement, par identifiant seul : durée du traitement puis 5 ans"]
    return {"erased": ["Fiche de l’annuaire, photo, attestation, place dans la recherche"] if profile else [], "kept": kept}


# -- personal data ----------------------------------------------------------------------------------------------------
FIND = "trouver qui fait quoi, et où, entre coopératives"
ASK = "savoir ce que l’on peut demander à la personne"
FOLLOW = "suivre la personne dans sa coopérative"
SHOW = "montrer chaque donnée à l’audience que la personne a choisie"
KEPT = "tant que la personne est dans sa coopérative et le veut, puis 90 jours"
STAMPS = {"id", "created_at", "updated_at"}


def _all(names: str, purpose: str) -> dict[str, Personal]:
    return {name: Personal(purpose, KEPT, "delete") for name in names.split()}


personal(
    Profile,
    {
        **_all("user trade_name presentation achievements web_site languages photo_id department commune radius_km", FIND),
        **_all("decennale_ends_on insurance_certificate_id availability day_rate_cents stand_in absent_from absent_until", ASK),
        **_all("phone email postal_address contract_status contract_starts_on contract_ends_on trainings_followed left_on", FOLLOW),
        **_all("audiences " + " ".join(DERIVED), SHOW),
    },
    other=STAMPS | {"organisation", "kind"},
)
personal(PersonTrade, _all("profile trade words", FIND), other=STAMPS | {"rank", "organisation", "level"})
personal(
    PersonSkill,
    _all("profile skill words evidence evidence_words evidence_on value", FIND),
    other=STAMPS | {"rank", "organisation", "level"},
)
personal(PersonAccreditation, _all("profile title ends_on", ASK), other=STAMPS | {"rank"})


def _trained_long_ago(on: date) -> Q:
    """Trainings lie above: they say whose sessions are over (RGPD art. 9: health data goes with what it served)."""
    found: list[Q] = [one["over"] for one in collect("needs.over", Actor.system(), on)]
    return reduce(or_, found, Q(pk__in=()))


_need = Personal("préparer l’accueil en formation", "30 jours après la fin de la dernière session, ou dès le retrait", "delete")
personal(AccessibilityNeed, {"profile": replace(_need, over=_trained_long_ago), "words": _need, "shared": _need}, other=STAMPS)
PROOF = "keep: preuve du consentement (RGPD art. 7), par identifiant seul"
PROOF_KEPT = "durée du traitement, puis 5 ans"


def _erased_long_ago(on: date) -> Q:
    """The treatment ends with the erasure of the person; the purge goes by kind in alphabetical order, so that its ledger is still there."""
    return Q(person_id__in=Erasure.unscoped.filter(done_at__date__lte=years_before(on, 5)).values("user"))


personal(
    ConsentLine,
    {
        "person_id": Personal("prouver chaque choix d’audience", PROOF_KEPT, PROOF, over=_erased_long_ago),
        **{
            name: Personal("prouver chaque choix d’audience", PROOF_KEPT, PROOF)
            for name in ("field", "was", "now", "text_version", "created_at")
        },
    },
    other={"id", "updated_at"},
)
personal(PersonWords, _all("profile " + " ".join(sorted({*FOUND_BY} - {"organisation", "level"})), SHOW), other={"organisation", "level"})
personal(FacetCount, {}, other={"id", "scope", "kind", "value", "label", "people_count"})
