"""Counts beside the filters for people found by words, made from what was read to find them (listing.matches) without reading it again."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice

from django.db.models import Max

from directory.people.enums import FacetKind
from directory.people.models import PersonSkill
from directory.people.selectors.listing import LISTED, TOP, Counted, Counts, Reader
from directory.vocabularies.models import Skill, Trade
from directory.vocabularies.selectors import departments
from hub.core.accounts.models import Organisation

ByKind = dict[str, dict[str, int]]  # how many people have each value


def among(found: str, reader: Reader, chosen: Mapping[str, Sequence[str]]) -> tuple[int, Counts]:
    """How many of these people the chosen values leave, and the counts of each kind, which are made without its own values.

    Args: found, as listing.matches gives it; chosen, the kinds that are filtered by: nobody has a value out of an empty list.
    """
    homes = {str(pk): (slug, name) for pk, slug, name in Organisation.objects.values_list("pk", "slug", "name")}
    wanted: dict[str, set[str]] = {kind: {f"{kind}:{value}" for value in some} for kind, some in chosen.items()}
    if FacetKind.ORGANISATION in chosen:
        slugs = chosen[FacetKind.ORGANISATION]
        wanted[FacetKind.ORGANISATION] = {f"{FacetKind.ORGANISATION}:{pk}" for pk, (slug, _) in homes.items() if slug in slugs}
    left = _counted(found, wanted.values())
    total = sum(left[FacetKind.ORGANISATION].values())
    left |= {kind: _counted(found, [its for other, its in wanted.items() if other != kind])[kind] for kind in wanted}
    left[FacetKind.ORGANISATION] = {homes[pk][0]: count for pk, count in left[FacetKind.ORGANISATION].items()}
    kept = {kind: _most(left[kind], chosen.get(kind, ())) for kind in LISTED}
    labels = {
        FacetKind.TRADE: dict(Trade.objects.filter(pk__in=kept[FacetKind.TRADE]).values_list("code", "label")),
        FacetKind.SKILL: _skills(reader, list(kept[FacetKind.SKILL])),
        FacetKind.DEPARTMENT: {code: str(departments().get(code, code)) for code in kept[FacetKind.DEPARTMENT]},
        FacetKind.ORGANISATION: dict(homes.values()),
    }
    return total, {kind: [Counted(value, labels[kind].get(value, value), n) for value, n in some.items()] for kind, some in kept.items()}


def _counted(found: str, wanted: Iterable[set[str]]) -> ByKind:
    """What those have who have one value at least of each set."""
    for its in wanted:
        found = "\n".join(line for line in found.split("\n") if not its.isdisjoint(line.split()))
    counts: ByKind = {kind: {} for kind in LISTED}
    for token, count in Counter(found.split()).items():
        kind, _, value = token.partition(":")
        counts[kind][value] = count
    return counts


def _most(counts: Mapping[str, int], chosen: Sequence[str]) -> dict[str, int]:
    """The chosen values and the most frequent ones, as many as are shown; equals by value."""
    ordered = sorted(counts, key=lambda value: (-counts[value], value))
    first = {*islice((value for value in ordered if value not in chosen), TOP), *chosen}
    return {value: counts[value] for value in ordered if value in first}


def _skills(reader: Reader, values: Sequence[str]) -> dict[str, str]:
    """Labels of the Formacode, else words that this reader sees somebody use."""
    labels = dict(Skill.objects.filter(pk__in=values).values_list("code", "label"))
    if missing := [value for value in values if value not in labels]:
        said = PersonSkill.objects.scoped(reader.sees(profile="profile"), value__in=missing, skill=None)
        labels |= dict(said.order_by().values_list("value").annotate(said=Max("words")))
    return labels
