from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from django.db import transaction

from directory.people.derived import DERIVED, derive, facts, found_by
from directory.people.enums import PersonKind
from directory.people.errors import NotHerField
from directory.people.models import AccessibilityNeed, PersonAccreditation, PersonSkill, PersonTrade, Profile
from directory.people.services.counts import count_again
from directory.people.services.files import follow_audiences
from directory.people.services.lines import Lines, accreditation_rows, skill_rows, trade_rows
from hub.core.accounts.actor import Actor
from hub.core.accounts.models import Organisation, User
from hub.core.audit import services as audit
from hub.core.jobs import services as jobs
from hub.core.kit.searchable import index_line

SEARCH_KIND: Final = "person"
# What a form may set; organisation, owner, files and audiences have verbs of their own.
WRITABLE: Final = frozenset(
    {
        "kind", "trade_name", "presentation", "achievements", "web_site", "languages", "department", "commune", "radius_km",
        "decennale_ends_on", "availability", "day_rate_cents", "stand_in", "absent_from", "absent_until", "phone", "email",
        "postal_address", "contract_status", "contract_starts_on", "contract_ends_on", "trainings_followed",
    }
)  # fmt: skip


def locked(profile: Profile) -> Profile:
    """The profile as it is now, held until the end of the transaction."""
    rows = Profile.unscoped.select_related("user", "organisation", "commune", "department")
    return rows.select_for_update(of=("self",), no_key=True).get(pk=profile.pk)


@transaction.atomic
def create_profile(
    user: User, *, organisation: Organisation, actor: Actor, kind: PersonKind = PersonKind.ENTREPRENEUR, lines: Lines | None = None,
    **values: Any,
) -> Profile:  # fmt: skip
    """Open the profile of a person in her CAE; all of it is private until she says otherwise."""
    profile = Profile(user=user, organisation=organisation, kind=kind)
    _set(profile, values)
    derive(profile, [], [])
    profile.save(force_insert=True)
    store(profile, [], lines or Lines(trades=(), skills=(), accreditations=()))
    audit.record("people.profile.create", profile, actor=actor, organisation=organisation)
    return profile


@dataclass(frozen=True)
class Needs:
    """What a training must provide for her, and whether the referent of whoever trains her may read it."""

    words: str
    shared: bool = False


@transaction.atomic
def update_profile(
    profile: Profile, *, actor: Actor, values: Mapping[str, Any], lines: Lines | None = None, needs: Needs | None = None
) -> Profile:
    """Write what a form gathered; `needs` (accessibility) is hers alone, None leaves it as it is. Audiences stay as they are."""
    row = locked(profile)
    before = list(facts(row))
    changed = _set(row, values)
    row.save()
    store(row, before, lines or Lines())
    if needs is not None:
        if actor.user_id != row.user_id:
            raise NotHerField("Chaque personne écrit elle-même ses besoins d’accessibilité.")
        changed += _keep_needs(row, needs)
    audit.record("people.profile.update", row, actor=actor, organisation=row.organisation, data={"columns": changed})
    return row


def store(profile: Profile, before: list[Any], lines: Lines) -> None:
    """Save the rows of a profile, what derives from them, and ask for it to be indexed again.

    Args: before, the facts of the profile as it was.
    """
    trades = list(profile.trades.select_related("trade")) if lines.trades is None else trade_rows(profile, lines.trades)
    skills = list(profile.skills.select_related("skill")) if lines.skills is None else skill_rows(profile, lines.skills)
    derive(profile, trades, skills)
    profile.save(update_fields=[*DERIVED, "updated_at"])
    found_by(profile).save()
    _replace(PersonTrade, profile, trades, by="trade_id")
    _replace(PersonSkill, profile, skills, by="value")
    if lines.accreditations is not None:
        PersonAccreditation.unscoped.filter(profile=profile).delete()
        PersonAccreditation.unscoped.bulk_create(accreditation_rows(profile, lines.accreditations))
    count_again(before, list(facts(profile)))
    follow_audiences(profile)
    announce(profile)


def announce(profile: Profile) -> None:
    jobs.emit(**index_line(SEARCH_KIND, profile.pk))


def _replace(model: type[PersonTrade] | type[PersonSkill], profile: Profile, rows: list[Any], *, by: str) -> None:
    """The rows as given; one that was there under the same value keeps its identifier."""
    held = {getattr(row, by): row for row in model.unscoped.filter(profile=profile)}
    wanted = {getattr(row, by) for row in rows}
    model.unscoped.filter(pk__in=[row.pk for value, row in held.items() if value not in wanted]).delete()
    for row in rows:
        if (old := held.get(getattr(row, by))) is not None:
            row.pk, row.created_at, row._state.adding = old.pk, old.created_at, False
        row.save()


def _set(profile: Profile, values: Mapping[str, Any]) -> list[str]:
    """Set columns; the département follows the commune. Returns the names of those that changed."""
    if unknown := set(values) - WRITABLE:
        raise KeyError(f"not writable: {sorted(unknown)}")
    values = dict(values)
    if commune := values.get("commune"):
        values["department"] = commune.department
    changed = [name for name, value in values.items() if getattr(profile, name) != value]
    for name, value in values.items():
        setattr(profile, name, value)
    return sorted(changed)


def _keep_needs(profile: Profile, needs: Needs) -> list[str]:
    """The names of what changed: with the date and the author of the audit's line, the proof of her consent (RGPD art. 9)."""
    held = AccessibilityNeed.unscoped.filter(profile=profile).first()
    was = Needs(held.words, held.shared) if held else Needs("")
    if needs.words:
        AccessibilityNeed.unscoped.update_or_create(profile=profile, defaults=asdict(needs))
    elif held:
        held.delete()
    shows = bool(needs.words) and needs.shared
    return ["accessibility"] * (was.words != needs.words) + ["accessibility_shown" if shows else "accessibility_kept"] * (
        was.shared != shows
    )
