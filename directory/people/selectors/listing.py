"""The list of people: who is in it for one reader, what a filter matches, what stands beside each filter.

A filter on a field matches only the people of whom the reader sees that field, and counts count no one else: else a filter would tell
what the page hides.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.db.models import (
    Aggregate,
    Case,
    Count,
    Exists,
    F,
    IntegerField,
    JSONField,
    Max,
    OuterRef,
    Q,
    QuerySet,
    TextField,
    When,
)
from django.db.models.functions import Coalesce
from django.db.models.sql.compiler import SQLCompiler

from directory.people.derived import Value, values
from directory.people.enums import Audience, FacetKind
from directory.people.models import PersonSkill, PersonTrade, PersonWords, Profile
from directory.people.models.profiles import audience_of_reader, open_to, staffed_organisation
from directory.vocabularies.selectors import departments
from hub.core.accounts import audiences
from hub.core.accounts.actor import Actor

LISTED: Final = (FacetKind.TRADE, FacetKind.SKILL, FacetKind.DEPARTMENT, FacetKind.ORGANISATION)
TOP: Final = 8
FEW: Final = 500


@dataclass(frozen=True)
class Reader:
    """An actor with her own profile, which she sees whole."""

    actor: Actor
    own: Profile | None

    def sees(self, level: str = "level", profile: str = "pk") -> Q:
        """The condition that a row with an effective level is open to her; `profile` names its column that holds the profile."""
        condition = open_to(self.actor, level)
        return condition | Q(**{profile: self.own.pk}) if self.own else condition

    def counts_already(self, value: Value) -> bool:
        """Whether a value of her own stands in the counts that she reads as a member of the federation or as staff."""
        assert self.own is not None  # noqa: S101  asked of her own values only
        staffed = staffed_organisation(self.actor) == self.own.organisation_id
        return value.level >= (Audience.PRIVATE if staffed else audience_of_reader(self.actor))


def reader_of(actor: Actor) -> Reader:
    if actor.user_id is None:
        return Reader(actor, None)
    mine = Profile.unscoped.filter(user=actor.user_id).select_related("organisation").only(*_FOR_VALUES)
    return Reader(actor, next(iter(mine), None))


_FOR_VALUES = (
    "id", "user_id", "left_on", "audiences", "department_id", "trades_shown", "skills_shown", "organisation__slug", "organisation__name",
)  # fmt: skip


def people(reader: Reader) -> QuerySet[Profile]:
    """Everyone whose name the reader sees: the same as `visible_to`, without the join to the accounts."""
    return Profile.objects.scoped(reader.sees())


def in_rows(reader: Reader, rows: QuerySet[Profile]) -> QuerySet[Profile, tuple[UUID, str, dict[str, Any]]]:
    """Each person as her identifier, the name of her CAE, and the fields of a row that this reader sees (fields.IN_A_ROW)."""
    whole = [When(organisation=staffed, then="row_private")] if (staffed := staffed_organisation(reader.actor)) else []
    if reader.own:
        whole.append(When(pk=reader.own.pk, then="row_private"))
    seen = f"row_{audience_of_reader(reader.actor).word}"
    shown = Case(*whole, default=seen, output_field=JSONField()) if whole else F(seen)
    return rows.annotate(shown=shown).values_list("pk", "organisation__name", "shown")


# -- what a filter matches --------------------------------------------------------------------------------------------
def _found_by(reader: Reader, words: Sequence[str]) -> QuerySet[PersonWords]:
    """Each word (folded by vocabularies.words.key) begins a word of a field that the reader sees: name, enseigne, trades, skills."""

    def all_in(column: str) -> Q:
        return Q(*(Q(**{f"{column}__contains": f" {word}"}) for word in words))

    condition = all_in(f"words_{audience_of_reader(reader.actor).word}")
    if staffed := staffed_organisation(reader.actor):
        condition |= Q(organisation=staffed) & all_in("words_private")
    if reader.own:
        condition |= Q(pk=reader.own.pk) & all_in("words_private")
    return PersonWords.objects.scoped(reader.sees(), condition)


def with_words(reader: Reader, words: Sequence[str], *, are_few: bool = True) -> Q:
    """The people whom the words find. are_few: looked for once and named; else each person is asked, in the order of the list."""
    found = _found_by(reader, words)
    return Q(pk__in=found.values("pk")) if are_few else Q(Exists(found.filter(pk=OuterRef("pk"))))


def matches(reader: Reader, words: Sequence[str]) -> str:
    """Whom the words find, a line each: the values that this reader sees of her (PersonWords)."""
    whole = [When(organisation=staffed, then="values_private")] if (staffed := staffed_organisation(reader.actor)) else []
    if reader.own:
        whole.append(When(pk=reader.own.pk, then="values_private"))
    seen = f"values_{audience_of_reader(reader.actor).word}"
    shown = Case(*whole, default=seen, output_field=TextField()) if whole else F(seen)
    return _found_by(reader, words).aggregate(lines=Lines(shown))["lines"] or ""


class Lines(Aggregate):
    """A column as one text, a line for each row: thousands of rows are fetched in a fifth of the time."""

    template, output_field = "GROUP_CONCAT(%(expressions)s, char(10))", TextField()

    def as_postgresql(self, compiler: SQLCompiler, connection: Any) -> Any:
        return super().as_sql(compiler, connection, template="STRING_AGG(%(expressions)s, chr(10))")


def with_trades(reader: Reader, codes: Sequence[str]) -> Q:
    return Q(pk__in=PersonTrade.unscoped.filter(reader.sees(profile="profile"), trade__in=codes).values("profile"))


def with_skills(reader: Reader, chosen: Sequence[str]) -> Q:
    return Q(pk__in=PersonSkill.unscoped.filter(reader.sees(profile="profile"), value__in=chosen).values("profile"))


def in_departments(reader: Reader, codes: Sequence[str]) -> Q:
    return Q(department__in=codes) & reader.sees("department_level")


def in_organisations(slugs: Sequence[str]) -> Q:
    return Q(organisation__slug__in=slugs)


# -- counts beside the filters ----------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Counted:
    value: str
    label: str
    count: int


Counts = dict[str, list[Counted]]


def is_summed_up(reader: Reader) -> bool:
    """Whether the kept counts answer this reader: all but the staff of an organisation outside the federation."""
    return staffed_organisation(reader.actor) is None or audience_of_reader(reader.actor) == Audience.FEDERATION


# Written out because Django takes eight times longer to compose this query than the database to answer it. {} is the list of placeholders.
_MOST_FREQUENT = (
    "SELECT * FROM (SELECT kind, value, label, people_count, 0 AS beside FROM people_facetcount "
    "WHERE scope = %s AND kind = %s ORDER BY people_count DESC, value LIMIT %s) AS most"
)
_NAMED = "SELECT kind, value, label, people_count, 0 FROM people_facetcount WHERE scope = %s AND kind = %s AND value IN ({})"
_BESIDE = (
    "SELECT own.kind, own.value, own.label, COALESCE(base.people_count, 0), own.people_count FROM people_facetcount AS own "
    "LEFT JOIN people_facetcount AS base ON base.scope = %s AND base.kind = own.kind AND base.value = own.value WHERE own.scope = %s"
)


def kept_counts(reader: Reader, kinds: Iterable[FacetKind] = LISTED, chosen: Mapping[str, Sequence[str]] | None = None) -> Counts:
    """The most frequent values of each kind over everyone that the reader sees, the chosen ones always, and the total; one query.

    What her own CAE keeps private is added to what the federation sees, value by value; so is what she keeps to herself.
    """
    base, chosen, kinds = audience_of_reader(reader.actor).word, chosen or {}, (*kinds, FacetKind.TOTAL)
    mine = [value for value in values(reader.own) if not reader.counts_already(value)] if reader.own else []
    parts: list[str] = []
    parameters: list[Any] = []
    for kind in kinds:
        parts.append(_MOST_FREQUENT)
        parameters += [base, kind.value, TOP]
        if named := sorted({*chosen.get(kind, ()), *(one.value for one in mine if one.kind == kind)}):
            parts.append(_NAMED.format(", ".join(["%s"] * len(named))))
            parameters += [base, kind.value, *named]
    if staffed := staffed_organisation(reader.actor):
        parts.append(_BESIDE)
        parameters += [base, audiences.staff(staffed)]
    found: dict[str, dict[str, Counted]] = {kind: {} for kind in FacetKind.values}
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), parameters)
        for kind, value, label, count, beside in cursor.fetchall():
            if beside or value not in found[kind]:
                found[kind][value] = Counted(value, label, count + beside)
    for one in mine:
        held = found[one.kind].get(one.value)
        found[one.kind][one.value] = Counted(one.value, one.label, (held.count if held else 0) + 1)
    return {kind: most(list(found[kind].values()), chosen.get(kind, ())) for kind in kinds}


def total(reader: Reader) -> int:
    """How many people the reader sees in all."""
    if not is_summed_up(reader):
        return people(reader).count()
    return sum(row.count for row in kept_counts(reader, ())[FacetKind.TOTAL])


def most(rows: list[Counted], chosen: Sequence[str]) -> list[Counted]:
    """The chosen ones, then the most frequent, as many as are shown; equals by value, so that the order never depends on the engine."""
    held = [row for row in rows if row.count > 0]
    held.sort(key=lambda row: (-row.count, row.value))
    first = [row for row in held if row.value in chosen]
    return sorted(first + [row for row in held if row.value not in chosen][:TOP], key=lambda row: (-row.count, row.value))


def live_counts(kind: FacetKind, rows: QuerySet[Profile], reader: Reader, chosen: Sequence[str] = ()) -> list[Counted]:
    """The same over a part of the people; every organisation, for the sum of them is the total."""
    match kind:
        case FacetKind.TRADE:
            trades = PersonTrade.unscoped.filter(reader.sees(profile="profile"), profile__in=rows.values("pk"))
            return _counted(trades.values_list("trade", "trade__label"), "trade", chosen)
        case FacetKind.SKILL:
            skills = PersonSkill.unscoped.filter(reader.sees(profile="profile"), profile__in=rows.values("pk"))
            labelled = skills.values("value").annotate(label=Coalesce(Max("skill__label"), Max("words")))
            return _counted(labelled.values_list("value", "label"), "value", chosen)
        case FacetKind.DEPARTMENT:
            known = rows.filter(reader.sees("department_level"), department__isnull=False).order_by().values_list("department")
            counted = [Counted(code, str(departments().get(code, code)), n) for code, n in known.annotate(n=Count("pk"))]
            return most(counted, chosen)
        case FacetKind.ORGANISATION:
            held = rows.order_by().values_list("organisation__slug", "organisation__name").annotate(n=Count("pk"))
            return sorted((Counted(*row) for row in held), key=lambda row: (-row.count, row.value))
    raise ValueError(kind)


def _counted(rows: QuerySet, value: str, chosen: Sequence[str]) -> list[Counted]:
    first = Case(When(**{f"{value}__in": chosen}, then=0), default=1, output_field=IntegerField()) if chosen else None
    order = [*([first] if first else []), "-n", value]
    return [Counted(*row[:3]) for row in rows.annotate(n=Count("pk")).order_by(*order)[: TOP + len(chosen)]]
