"""The matrix functions × CAEs, in a constant number of queries."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Max, Min, Q, QuerySet

from directory.cooperatives.models import DirectoryEntry
from directory.sharing import reference
from directory.sharing.enums import Practice
from directory.sharing.models import Announcement, Inventory, InventoryLine
from directory.sharing.reference import Function
from hub.core.accounts.actor import Actor
from hub.core.accounts.enums import OrganisationKind
from hub.core.accounts.models import Affiliation, Organisation
from hub.core.accounts.models.organisations import in_force
from hub.core.kit.dates import today
from hub.core.kit.ordering import alphabetical

OTHERS = 6  # columns beside one's own: what a screen of 1280 px holds


@dataclass(frozen=True)
class Mark:
    """One thing said in a cell: word and shape, words under it, and where it leads."""

    word: str
    icon: str = ""
    tone: str = ""
    small: str = ""
    url: str = ""


@dataclass(frozen=True)
class Cell:
    organisation: Organisation
    marks: Sequence[Mark]
    is_own: bool


@dataclass(frozen=True)
class Matrix:
    columns: Sequence[Organisation]
    rows: Sequence[tuple[Function, Sequence[Cell]]]
    page: Page
    own: Organisation | None
    fragile_count: int
    declared_count: int
    member_count: int
    first_on: date | None
    last_on: date | None


def caes() -> QuerySet[Organisation]:
    """The CAEs of the hub's federation."""
    return Organisation.objects.filter(kind=OrganisationKind.CAE).members_of_hub()


def own_cae(actor: Actor) -> Organisation | None:
    """The organisation acted for, when it is a CAE of the federation."""
    return caes().filter(pk=actor.organisation_id).first() if actor.organisation_id else None


def shown_caes(actor: Actor) -> QuerySet[Organisation]:
    """Those that this reader finds in the directory: one that hides its entry is not named to the others."""
    return caes().filter(pk__in=DirectoryEntry.objects.visible_to(actor).values("organisation"))


def networks() -> QuerySet[Organisation]:
    """Those whose members one may look at alone: networks and collectifs that have CAEs of the hub."""
    held = Affiliation.objects.filter(in_force(), organisation__in=caes().values("pk"))
    return Organisation.objects.filter(pk__in=held.values("network"), is_federation=False).order_by(alphabetical("name"))


def declared(actor: Actor, network: str = "") -> QuerySet[Organisation]:
    """CAEs that said something: a declaration, or an open announcement."""
    said = Q(pk__in=Inventory.objects.visible_to(actor).values("organisation"))
    said |= Q(pk__in=Announcement.objects.visible_to(actor).open(today()).values("organisation"))
    rows = shown_caes(actor).filter(said)
    if network:
        held = Affiliation.objects.filter(in_force(), network__slug=network)
        rows = rows.filter(pk__in=held.values("organisation"))
    return rows.order_by(alphabetical("name"), "id")


def matrix(actor: Actor, *, network: str = "", page: Any = 1) -> Matrix:
    """One's own column first, then the others, some at a time."""
    rows = declared(actor, network)
    own = own_cae(actor)
    others = Paginator(rows.exclude(pk=own.pk) if own else rows, OTHERS).get_page(page)
    columns = [*([own] if own else []), *others.object_list]
    ids = [one.pk for one in columns]
    lines = {(row.organisation_id, row.function): row for row in InventoryLine.objects.visible_to(actor).filter(organisation__in=ids)}
    said: dict[tuple[UUID, str], list[Announcement]] = {}
    for row in Announcement.objects.visible_to(actor).open(today()).filter(organisation__in=ids).order_by("-kind"):
        said.setdefault((row.organisation_id, row.function), []).append(row)
    found = [
        (
            function,
            [
                Cell(one, list(_marks(lines.get((one.pk, key)), said.get((one.pk, key), ()))), is_own=bool(own and one.pk == own.pk))
                for one in columns
            ],
        )
        for key, function in reference.functions().items()
    ]
    dates = Inventory.objects.visible_to(actor).filter(organisation__in=ids).aggregate(first=Min("declared_on"), last=Max("declared_on"))
    return Matrix(
        columns=columns, rows=found, page=others, own=own,
        fragile_count=sum(_is_fragile(cell) for _, cells in found for cell in cells),
        declared_count=rows.count(), member_count=caes().count(),
        first_on=dates["first"], last_on=dates["last"],
    )  # fmt: skip


def _is_fragile(cell: Cell) -> bool:
    return any(mark.word == FRAGILE for mark in cell.marks)


FRAGILE = "Fragile"


def _marks(line: InventoryLine | None, said: Sequence[Announcement]) -> Iterator[Mark]:
    """Needs, then offers; how the function is held when there is neither, or when it is fragile."""
    for one in said:
        if one.is_offer:
            yield Mark("Offre", "upload", "ok", one.quantity, one.get_absolute_url())
        else:
            yield Mark("Besoin", "download", "info", one.quantity, one.get_absolute_url())
    if line is None or line.practice == Practice.UNKNOWN:
        return
    if line.is_fragile:
        yield Mark(FRAGILE, "s-warn", "warn", "" if said else line.amount_words)
    elif not said:
        match line.practice:
            case Practice.SHARED:
                yield Mark("Déléguée", "swap", "info", "à une autre CAE")
            case Practice.EXTERNAL:
                yield Mark("Tenue", small="prestataire")
            case Practice.HELD:
                yield Mark("Tenue", small=line.amount_words)
            case _:
                yield Mark("Pas tenue")


@dataclass(frozen=True)
class Weakness:
    """A function that one's CAE has held by one person alone, and who offers some of it."""

    line: InventoryLine
    offers: Sequence[Announcement]


def weaknesses(actor: Actor, organisation: Organisation) -> list[Weakness]:
    rows = InventoryLine.objects.visible_to(actor).filter(
        organisation=organisation, practice=Practice.HELD, people_count=1, has_stand_in=False
    )
    lines = list(rows)
    offers: dict[str, list[Announcement]] = {}
    open_now = Announcement.objects.visible_to(actor).open(today()).filter(kind="offer", function__in=[row.function for row in lines])
    for one in open_now.exclude(organisation=organisation).filter(organisation__in=caes().values("pk")).select_related("organisation"):
        offers.setdefault(one.function, []).append(one)
    order = list(reference.functions())
    lines.sort(key=lambda row: order.index(row.function) if row.function in order else len(order))
    return [Weakness(row, offers.get(row.function, [])[:3]) for row in lines]


@dataclass(frozen=True)
class Declared:
    """What the form of the inventory shows and gives back for one function; offers and needs are the words of the open announcements."""

    function: str
    practice: str = Practice.UNKNOWN
    people_count: int | None = None
    fte_hundredths: int | None = None
    has_stand_in: bool = False
    offers: str = ""
    needs: str = ""


def declaration(actor: Actor, organisation: Organisation) -> tuple[int, list[Declared]]:
    """The version and the lines of one CAE, a line for each function of the file."""
    whole = Inventory.objects.visible_to(actor).filter(organisation=organisation).first()
    lines = {row.function: row for row in InventoryLine.objects.visible_to(actor).filter(organisation=organisation)}
    words: dict[tuple[str, str], str] = {}
    for one in Announcement.objects.visible_to(actor).open(today()).filter(organisation=organisation):
        words[one.function, one.kind] = one.quantity
    found = []
    for key in reference.functions():
        row = lines.get(key, InventoryLine(function=key))
        found.append(
            Declared(
                key,
                row.practice,
                row.people_count,
                row.fte_hundredths,
                row.has_stand_in,
                offers=words.get((key, "offer"), ""),
                needs=words.get((key, "need"), ""),
            )
        )
    return (whole.version if whole else 0), found
