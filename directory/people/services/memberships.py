"""A profile follows the memberships of its person: opened with the first, moved with the CAE, closed with the last."""

from datetime import timedelta
from typing import Final

from django.db import transaction
from django.db.models import Exists, OuterRef

from directory.people.derived import facts
from directory.people.enums import PersonKind
from directory.people.models import Profile
from directory.people.services.erasure import erase_profile
from directory.people.services.lines import Lines
from directory.people.services.profiles import create_profile, locked, store
from hub.core.accounts.actor import Actor
from hub.core.accounts.models import Membership, Organisation, User
from hub.core.accounts.models.organisations import in_force
from hub.core.audit import services as audit
from hub.core.kit.dates import today

KEPT: Final = timedelta(days=90)


@transaction.atomic
def follow_memberships(user: User) -> Profile | None:
    """Make the profile agree with the memberships in force; doing it twice changes nothing.

    Who leaves is hidden at once from everyone but herself; who moves to another CAE leaves the contract with the old one behind. A CAE that
    entered her keeps the card which it opened until she says yes to another; no card moves to one to which she has not said yes.
    """
    rows = Membership.unscoped.filter(in_force(), user=user).select_related("organisation", "role")
    held = list(rows.order_by("awaits_her_yes", "role__rank", "starts_on"))
    profile = Profile.unscoped.filter(user=user).first()
    if profile is None:
        return _opened(user, held[0]) if held else None
    said_yes = [row for row in held if not row.awaits_her_yes]
    held = said_yes or [row for row in held if row.organisation_id == profile.organisation_id]
    if not held:
        return profile if profile.left_on else _changed(profile, "people.profile.leave", left=True)
    at = next((row for row in held if row.organisation_id == profile.organisation_id), held[0])
    kind = _kind(at)
    if at.organisation_id != profile.organisation_id:
        return _changed(profile, "people.profile.move", organisation=at.organisation, kind=kind)
    if profile.left_on or kind != profile.kind:
        return _changed(profile, "people.profile.return", kind=kind)
    return profile


@transaction.atomic
def follow_name(user: User) -> None:
    """Order, words and search index by her name as it is now."""
    if profile := Profile.unscoped.filter(user=user).first():
        row = locked(profile)
        store(row, list(facts(row)), Lines())


def _opened(user: User, membership: Membership) -> Profile:
    return create_profile(user, organisation=membership.organisation, kind=_kind(membership), actor=Actor.system())


def _kind(membership: Membership) -> PersonKind:
    return PersonKind.STAFF if membership.role.is_staff else PersonKind.ENTREPRENEUR


def _changed(
    profile: Profile, action: str, *, organisation: Organisation | None = None, kind: PersonKind | None = None, left: bool = False
) -> Profile:
    row = locked(profile)
    before = list(facts(row))
    row.left_on = today() if left else None
    row.kind = kind or row.kind
    if organisation:
        row.organisation = organisation
        row.contract_status, row.contract_starts_on, row.contract_ends_on = "", None, None
    row.save()
    store(row, before, Lines())
    audit.record(action, row, actor=Actor.system(), organisation=row.organisation)
    return row


def erase_departed() -> int:
    """Erase the profiles of those who left more than 90 days ago; returns how many."""
    gone = list(Profile.unscoped.filter(left_on__lt=today() - KEPT))
    for profile in gone:
        erase_profile(profile, actor=Actor.system())
    return len(gone)


def follow_everyone() -> int:
    """Follow the dates that passed: each person whose profile and memberships no longer agree. Returns how many were looked at."""
    open_now = Membership.unscoped.filter(in_force())
    gone = Profile.unscoped.filter(left_on=None).exclude(user__in=open_now.values("user"))
    back = Profile.unscoped.filter(left_on__isnull=False, user__in=open_now.values("user"))
    here = open_now.filter(user=OuterRef("user"), organisation=OuterRef("organisation"))
    moved = Profile.unscoped.filter(~Exists(here), left_on=None, user__in=open_now.values("user"))
    people = list(User.objects.filter(pk__in=[row for rows in (gone, back, moved) for row in rows.values_list("user", flat=True)]))
    for user in people:
        follow_memberships(user)
    return len(people)
