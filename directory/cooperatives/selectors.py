"""Reads of the pages of cooperatives: rows with all that a list shows of them, facts of one, counts for the filters."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from django.db.models import Count, Prefetch, Q

from directory.cooperatives.models import DirectoryEntry, DirectoryEntryQuerySet, ListedNetwork
from directory.vocabularies.models import CollectiveAgreement
from directory.vocabularies.selectors import activity_label, department_names
from directory.vocabularies.words import key
from hub.core.accounts.actor import Actor
from hub.core.accounts.enums import GATHERING, OrganisationKind
from hub.core.accounts.models import Accreditation, Affiliation, Organisation, Succession
from hub.core.documents.models import PrivateFile
from hub.core.kit.dates import LONG_MONTHS, date_fr, today
from hub.core.kit.identifiers import compact, dotted_ape, spaced, telephone
from hub.core.kit.ordering import alphabetical
from hub.core.kit.text import FIXED, mailto, web_address

BUILDING_WORDS = {True: "oui", False: "non", None: "inconnu"}


def shown(rows: DirectoryEntryQuerySet) -> DirectoryEntryQuerySet:
    """The rows with what a list, its JSON and its CSV show: four queries in all, whatever their number."""
    in_force = Affiliation.objects.in_force().select_related("network").order_by(alphabetical("network__name"))
    return rows.select_related("organisation", "commune").prefetch_related(
        "trades", "listed_networks", Prefetch("organisation__affiliations", in_force, to_attr="live_affiliations")
    )


def network_names(entry: DirectoryEntry) -> list[str]:
    """Networks that it belongs to today, and those that the public list names."""
    joined = [row.network.name for row in entry.organisation.live_affiliations]  # type: ignore[attr-defined]  # set by `shown`
    return list(dict.fromkeys([*joined, *(row.name for row in entry.listed_networks.all())]))


def place(entry: DirectoryEntry) -> str:
    """«Lormont (33)», or the city as the source writes it."""
    return str(entry.commune) if entry.commune else entry.city


def month_fr(entry: DirectoryEntry) -> str:
    """«novembre 2026»: the public list knows its month only."""
    day = entry.source_on
    return f"{LONG_MONTHS[day.month - 1]} {day.year}" if day else ""


def host(url: str) -> str:
    """«coopetbat.fr» for the words of a link."""
    return (urlsplit(url).hostname or url).removeprefix("www.")


def matching_words(text: str) -> Q:
    """Each word begins a word of the name, the city or a département."""
    words, condition = key(text).split(), Q()
    for word in words:
        condition &= Q(words_key__contains=f" {word}")
    return condition if words or not text else Q(pk__in=())


# -- counts for the filters -------------------------------------------------------------------------------------------


def department_counts(rows: DirectoryEntryQuerySet) -> dict[str, int]:
    """How many of these rows work in each département."""
    pairs = DirectoryEntry.departments.through.objects.filter(directoryentry__in=rows.order_by().values("pk"))
    return _counted(pairs.values_list("department_id", "directoryentry_id"))


def network_counts(rows: DirectoryEntryQuerySet) -> tuple[dict[str, int], dict[str, str]]:
    """How many of these rows each network holds, by its address word, and how it is called; a row named twice counts once."""
    among = rows.order_by().values("pk")
    listed = ListedNetwork.objects.filter(entry__in=among).values_list("slug", "entry_id", "name")
    joined = Affiliation.objects.in_force().filter(organisation__in=among).values_list("network__slug", "organisation_id", "network__name")
    found = [*listed, *joined]
    return _counted((slug, pk) for slug, pk, _ in found), {slug: name for slug, _, name in found}


def network_labels(rows: DirectoryEntryQuerySet, slugs: Iterable[str]) -> dict[str, str]:
    """How the networks of these address words are called: those with a page for everyone, or named by one of these rows, ever."""
    among = rows.order_by().values("pk")
    listed = ListedNetwork.objects.filter(slug__in=slugs, entry__in=among)
    joined = Affiliation.objects.filter(network__slug__in=slugs, organisation__in=among).values("network")
    shown = Organisation.objects.filter(Q(entry__is_published=True) | Q(pk__in=joined), slug__in=slugs, kind__in=GATHERING)
    return dict(listed.values_list("slug", "name")) | dict(shown.values_list("slug", "name"))


def kind_counts(rows: DirectoryEntryQuerySet) -> dict[str, int]:
    return dict(rows.order_by().values_list("organisation__kind").annotate(Count("pk")))


def building_counts(rows: DirectoryEntryQuerySet) -> dict[str, int]:
    found = rows.order_by().values_list("building_trade").annotate(Count("pk"))
    return {BUILDING_WORDS[value]: count for value, count in found}


def _counted(pairs: Iterable[tuple[str, object]]) -> dict[str, int]:
    members: dict[str, set[object]] = defaultdict(set)
    for value, pk in pairs:
        members[value].add(pk)
    return {value: len(pks) for value, pks in members.items()}


# -- one cooperative --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Fact:
    """A line of the fact sheet; `note` says where it comes from and since when, `url` leads outside."""

    label: str
    value: str
    note: str = ""
    url: str = ""


def facts(entry: DirectoryEntry) -> list[Fact]:
    """What is known, in order; what is not known has no line."""
    organisation = entry.organisation
    note = f"liste publique, {month_fr(entry)}" if entry.source else ""
    lines = [
        Fact("Sigle", organisation.short_name, note),
        Fact("Forme juridique", legal_form(organisation)),
        Fact("SIREN", spaced(organisation.siren)),
        Fact("SIRET du siège", spaced(organisation.siret)),
        Fact("Activité (NAF)", _activity(organisation.ape_code)),
        Fact("Convention collective", _agreement(organisation.idcc)),
        Fact("Déclaration d’activité", _declaration(organisation)),
        Fact("TVA des formations", _vat(organisation)),
        Fact("Adresse", organisation.address),
        Fact("Commune", place(entry) if not organisation.address else "", note),
        Fact("Départements", ", ".join(department_names(organisation.department_codes)), note),
        Fact("Bâtiment", {True: "oui", False: "non"}.get(entry.building_trade, ""), note),  # type: ignore[arg-type]  # None gives nothing
        Fact("Métiers", ", ".join(trade.label for trade in entry.trades.all())),
        Fact("Courriel", entry.email, "", mailto(entry.email)),
        Fact("Téléphone", telephone(entry.phone), "", f"tel:{compact(entry.phone)}"),
        Fact("Site", host(entry.website), note, web_address(entry.website)),
    ]
    return [line for line in lines if line.value]


ADDRESS = re.compile(r"((?:https?://)?(?:[a-z0-9-]+\.)+[a-z]{2,}(?:/[^\s;]*)?)(?=\s|$)\s*(.*)", re.IGNORECASE | re.DOTALL)


def sources(entry: DirectoryEntry) -> list[Fact]:
    """What the public list cites, one by one: an address of the web leads there, the rest is words («rebonds.net (article 832)»)."""
    found = []
    for text in filter(None, re.split(r"\s*;\s*", entry.source)):
        if match := ADDRESS.fullmatch(text):
            address, note = match.groups()
            found.append(Fact("", address, note, address if "://" in address else f"https://{address}"))
        else:
            found.append(Fact("", text))
    return found


def lead(entry: DirectoryEntry) -> str:
    """«Scop SARL à Lormont (33)», as far as it is known."""
    form, where = legal_form(entry.organisation), place(entry)
    return " ".join(filter(None, [form, f"à {where}" if form and where else where]))


def legal_form(organisation: Organisation) -> str:
    """«Scop SARL», «SARL», «Scic» or nothing."""
    return " ".join(filter(None, [organisation.get_cooperative_statute_display(), organisation.get_legal_form_display()]))


def _activity(ape_code: str) -> str:
    label = activity_label(ape_code) if ape_code else ""
    return f"{dotted_ape(ape_code)} {label}".strip()


def _agreement(idcc: str) -> str:
    known = CollectiveAgreement.objects.filter(pk=idcc).first() if idcc else None
    return f"IDCC {idcc}, {known.short_label}" if known else f"IDCC {idcc}" if idcc else ""


def _declaration(organisation: Organisation) -> str:
    region = f", préfecture de région {organisation.nda_region}" if organisation.nda_region else ""
    return f"n°{FIXED}{organisation.nda_number}{region}" if organisation.nda_number else ""


def _vat(organisation: Organisation) -> str:
    day = organisation.vat_exempt_on
    if day is None:
        return ""
    return f"exonérées {'depuis le' if day <= today() else 'à partir du'} {date_fr(day, year=True)} (CGI, article{FIXED}261, 4, 4°{FIXED}a)"


def networks(entry: DirectoryEntry) -> list[Fact]:
    """Its networks with their dates, those of the public list with the date of the list."""
    lines = []
    for row in entry.organisation.live_affiliations:  # type: ignore[attr-defined]  # ours, set for the template
        charter = f", charte signée le {date_fr(row.charter_on, year=True)}" if row.charter_on else ""
        note = f"{row.get_role_display()} depuis le {date_fr(row.starts_on, year=True)}{charter}"
        lines.append(Fact("", row.network.name, note, f"/cooperatives/{row.network.slug}/"))
    return lines + [Fact("", row.name, f"d’après la liste publique, {month_fr(entry)}") for row in entry.listed_networks.all()]


@dataclass(frozen=True)
class Held:
    """An accreditation with its document, for a reader who may open it."""

    row: Accreditation
    proof: PrivateFile | None
    on: date

    @property
    def is_over(self) -> bool:
        return self.row.ends_on is not None and self.row.ends_on < self.on

    @property
    def days(self) -> str:
        until = f" au {date_fr(self.row.ends_on, year=True)}" if self.row.ends_on else ", sans terme"
        return f"du {date_fr(self.row.starts_on, year=True)}{until}"


def all_accreditations(organisation: Organisation, actor: Actor) -> list[Held]:
    """Those of all days, the newest first in each kind; two queries."""
    rows = sorted(organisation.accreditations.all(), key=lambda row: row.starts_on, reverse=True)
    proofs = {file.pk: file for file in PrivateFile.objects.visible_to(actor).filter(pk__in=[row.proof_id for row in rows if row.proof_id])}
    return [Held(row, proofs.get(row.proof_id) if row.proof_id else None, today()) for row in sorted(rows, key=lambda row: row.kind)]


def accreditations(organisation: Organisation, actor: Actor) -> list[tuple[Fact, PrivateFile | None]]:
    """Those that hold today, with their document."""
    return [
        (Fact(one.row.get_kind_display(), one.row.title, one.days), one.proof)
        for one in all_accreditations(organisation, actor)
        if one.row.holds_on(today())
    ]


def members(organisation: Organisation) -> list[Organisation]:
    """The organisations affiliated today to a network or a collectif."""
    rows = Affiliation.objects.in_force().filter(network=organisation, organisation__entry__is_published=True)
    return [row.organisation for row in rows.select_related("organisation").order_by("organisation__entry__sort_key")]


def convener(organisation: Organisation, actor: Actor) -> Organisation | None:
    """Who convenes a collectif; one whose page the reader does not see is not named."""
    if organisation.kind != OrganisationKind.COLLECTIVE or organisation.convener_id is None:
        return None
    seen = DirectoryEntry.objects.visible_to(actor).values("organisation")
    return Organisation.objects.filter(pk=organisation.convener_id, pk__in=seen).first()


def history(organisation: Organisation, actor: Actor) -> list[Fact]:
    """Mergers and the like, before and after; one whose page the reader does not see is not named."""
    seen = DirectoryEntry.objects.visible_to(actor).values("organisation")
    named = Q(predecessor=organisation, successor__in=seen) | Q(successor=organisation, predecessor__in=seen)
    lines = []
    for row in Succession.objects.filter(named).select_related("predecessor", "successor").order_by("took_place_on"):
        before = row.successor_id == organisation.pk
        other = row.predecessor if before else row.successor
        label = f"{row.get_kind_display().capitalize()}, {'vient de' if before else 'devient'}"
        lines.append(Fact(label, other.name, date_fr(row.took_place_on, year=True), f"/cooperatives/{other.slug}/"))
    return lines
