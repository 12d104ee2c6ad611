"""The counts of the unfiltered list, kept in the transaction of each change."""

from collections import Counter
from collections.abc import Iterable, Iterator

from django.db import transaction
from django.db.models import F

from directory.people.derived import DERIVED, FOUND_BY, Fact, derive, facts, found_by
from directory.people.enums import FacetKind
from directory.people.models import FacetCount, PersonSkill, PersonTrade, PersonWords, Profile
from hub.core.accounts.models import Organisation

BATCH = 500


def count_again(before: Iterable[Fact], after: Iterable[Fact]) -> None:
    """Move the counts from what a profile was to what it is; rows are taken in one order, so that two writers wait and never block."""
    labels = {_key(fact): fact.label for fact in (*before, *after)}
    change = Counter(map(_key, after))
    change.subtract(Counter(map(_key, before)))
    moved = sorted(one for one, difference in change.items() if difference)
    FacetCount.unscoped.bulk_create(
        [FacetCount(scope=scope, kind=kind, value=value, label=labels[scope, kind, value]) for scope, kind, value in moved],
        ignore_conflicts=True,
    )
    for one in moved:
        scope, kind, value = one
        FacetCount.unscoped.filter(scope=scope, kind=kind, value=value).update(
            people_count=F("people_count") + change[one], label=labels[one]
        )


def _key(fact: Fact) -> tuple[str, str, str]:
    return fact.scope, str(fact.kind), fact.value


@transaction.atomic
def rebuild_counts() -> int:
    """Count everyone anew; returns how many rows of counts there are."""
    counted: Counter[tuple[str, str, str]] = Counter()
    labels: dict[tuple[str, str, str], str] = {}
    columns = (
        "organisation__name", "organisation__slug", "department", "left_on", "audiences", "trades_shown", "skills_shown",
    )  # fmt: skip
    for profile in Profile.unscoped.select_related("organisation").only(*columns).iterator(chunk_size=BATCH):
        for fact in facts(profile):
            counted[_key(fact)] += 1
            labels[_key(fact)] = fact.label
    FacetCount.unscoped.all().delete()
    rows = [FacetCount(scope=one[0], kind=one[1], value=one[2], label=labels[one], people_count=n) for one, n in sorted(counted.items())]
    FacetCount.unscoped.bulk_create(rows, batch_size=BATCH)
    return len(rows)


@transaction.atomic
def follow_organisation(organisation: Organisation) -> None:
    """The counts bear the name and the slug of each organisation: count anew when one of them changed."""
    if not Profile.unscoped.filter(organisation=organisation).exists():
        return
    named = FacetCount.unscoped.filter(kind=FacetKind.ORGANISATION, value=organisation.slug)
    if not named.exists() or named.exclude(label=organisation.name).exists():
        rebuild_counts()


@transaction.atomic
def rebuild() -> int:
    """Derive every profile and every count anew (a vocabulary changed its labels, a backup was restored); returns how many profiles."""
    count = 0
    for profiles in _batches():
        for profile in profiles:
            derive(profile, list(profile.trades.all()), list(profile.skills.all()))
        Profile.unscoped.bulk_update(profiles, DERIVED)
        PersonWords.unscoped.bulk_create(map(found_by, profiles), update_conflicts=True, unique_fields=["profile"], update_fields=FOUND_BY)
        trades = [row for profile in profiles for row in profile.trades.all()]
        skills = [row for profile in profiles for row in profile.skills.all()]
        PersonTrade.unscoped.bulk_update(trades, ("organisation", "level"), batch_size=BATCH)
        PersonSkill.unscoped.bulk_update(skills, ("organisation", "level", "value"), batch_size=BATCH)
        count += len(profiles)
    rebuild_counts()
    return count


def _batches(size: int = 100) -> Iterator[list[Profile]]:
    """All the profiles, by their own identifier, so that no more than one batch is held."""
    rows = Profile.unscoped.select_related("user", "organisation").prefetch_related("trades__trade", "skills__skill").order_by("pk")
    last = None
    while batch := list((rows.filter(pk__gt=last) if last else rows)[:size]):
        yield batch
        last = batch[-1].pk
