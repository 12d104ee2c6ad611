from datetime import timedelta
from typing import cast
from uuid import UUID

from django.db import transaction

from hub.core.accounts.actor import Actor
from hub.core.accounts.models import Membership, Organisation, User
from hub.core.accounts.models.organisations import in_force
from hub.core.audit import services as audit
from hub.core.kit.dates import today
from hub.core.kit.text import in_sentence
from hub.core.notifications import services as notifications
from workgroups.groups.enums import GroupRole
from workgroups.groups.errors import NotPossible
from workgroups.groups.models import GroupMember, Workgroup
from workgroups.groups.notifications import AddedToGroup
from workgroups.groups.selectors import facilitates_alone
from workgroups.groups.services.twins import twin

_DAY = timedelta(days=1)
LAST = "Un groupe garde au moins une personne pour l’animer : donnez d’abord ce rôle à quelqu’un d’autre."


def _lock(group: Workgroup) -> Workgroup:
    """Everything that changes who is in a group goes through its row: its last facilitator is then counted exactly."""
    return Workgroup.unscoped.select_for_update(of=("self",), no_key=True).get(pk=group.pk)


@transaction.atomic
def add_member(group: Workgroup, *, user: User, organisation: Organisation, role: GroupRole, actor: Actor) -> GroupMember:
    """Raises: NotPossible when she is there already, or is not of the support team for which she would speak."""
    held = _lock(group)
    if GroupMember.unscoped.filter(in_force(), workgroup=held, user=user).exists():
        raise NotPossible(f"{user.name} est déjà dans le groupe.")
    if not Membership.unscoped.filter(in_force(), user=user, organisation=organisation, role__is_staff=True).exists():
        raise NotPossible(f"{user.name} n’est pas de l’équipe d’appui {in_sentence(organisation.name)}.")
    member = GroupMember.unscoped.create(workgroup=held, user=user, organisation=organisation, role=role)
    if user.pk != actor.user_id:
        notifications.send(AddedToGroup(held, actor.name), to=[user])
    _record("add", held, member, actor)
    return member


@transaction.atomic
def add_guest(group: Workgroup, *, name: str, of: str, actor: Actor, key: UUID | None = None) -> GroupMember:
    """A guest without account: named in the minutes, reads nothing here. The same key invites her once and gives her back after.

    One who was taken out since is invited anew.
    """
    held, facts = _lock(group), {"guest_name": name, "guest_of": of, "ends_on": None}
    made, pk = twin(GroupMember.unscoped.all(), held, key, facts)
    if made is not None:
        return cast(GroupMember, made)
    member = GroupMember.unscoped.create(pk=pk, workgroup=held, role=GroupRole.GUEST, **facts)
    _record("add", held, member, actor)
    return member


@transaction.atomic
def set_role(member: GroupMember, *, role: GroupRole, actor: Actor) -> GroupMember:
    """Raises: NotPossible for the last facilitator, for a guest without account, and for who was taken out meanwhile."""
    group = _lock(member.workgroup)
    held = GroupMember.unscoped.select_for_update(of=("self",), no_key=True).get(pk=member.pk)
    if held.is_over:
        raise NotPossible(f"{held.name} n’est plus dans le groupe.")
    if held.user_id is None and role != GroupRole.GUEST:
        raise NotPossible("Une personne sans compte reste invitée.")
    if role != GroupRole.FACILITATOR:
        _keep_one(held)
    before, held.role = held.role, role
    held.save(update_fields=["role", "updated_at"])
    _record("role", group, held, actor, before=before)
    return held


@transaction.atomic
def remove_member(member: GroupMember, *, actor: Actor) -> GroupMember:
    """End her time in the group, from this moment; what she wrote stays. Twice is once. Raises: NotPossible for the last facilitator."""
    group = _lock(member.workgroup)
    held = GroupMember.unscoped.select_for_update(of=("self",), no_key=True).get(pk=member.pk)
    if held.is_over:
        return held
    _keep_one(held)
    # the last day counts, so a membership that ends now ended yesterday; one that began today never was
    held.starts_on = min(held.starts_on, today() - _DAY)
    held.ends_on = today() - _DAY
    held.save(update_fields=["starts_on", "ends_on", "updated_at"])
    _record("remove", group, held, actor)
    return held


def _keep_one(member: GroupMember) -> None:
    if facilitates_alone(member):
        raise NotPossible(LAST)


def _record(verb: str, group: Workgroup, member: GroupMember, actor: Actor, **data: str) -> None:
    facts = {"member": member.pk, "person": member.user_id, "speaks_for": member.organisation_id, "after": member.role, **data}
    audit.record(f"workgroups.member.{verb}", group, actor=actor, organisation=group.convener, data=facts)
