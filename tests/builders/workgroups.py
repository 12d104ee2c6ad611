"""Working groups and what is in them, with good defaults."""

from hub.core.accounts.models import Organisation, User
from tests.builders.accounts import SYSTEM, make_member, make_person, numbers
from workgroups.groups import services as groups
from workgroups.groups.enums import GroupRole, WorkgroupStatus
from workgroups.groups.models import GroupMember, Workgroup


def make_group(
    name: str = "",
    *,
    organisation: Organisation | None = None,
    status: str = WorkgroupStatus.ACTIVE,
    facilitator: User | None = None,
    **facts,
) -> Workgroup:
    """A group with one facilitator, who speaks for `organisation`; she is `facilitator_of(group)`."""
    number = next(numbers)
    home = organisation or make_member()
    person = facilitator or make_person(home, "advisor")
    facts = {"name": name or f"Groupe {number}", "purpose": "Former ensemble."} | facts
    group = groups.create_group(acronym=f"groupe-{number}", facts=facts, facilitator=person, organisation=home, actor=SYSTEM)
    if status != WorkgroupStatus.PREPARING:
        groups.move_group(group, status=WorkgroupStatus.ACTIVE, actor=SYSTEM)
    if status == WorkgroupStatus.ENDED:
        groups.move_group(group, status=WorkgroupStatus.ENDED, actor=SYSTEM)
    return Workgroup.unscoped.get(pk=group.pk)


def facilitator_of(group: Workgroup) -> User:
    row = GroupMember.unscoped.filter(workgroup=group, role=GroupRole.FACILITATOR, ends_on=None).select_related("user").first()
    assert row is not None
    assert row.user is not None
    return row.user


def join_group(
    group: Workgroup, organisation: Organisation | None = None, *, role: str = GroupRole.MEMBER, user: User | None = None
) -> User:
    """Somebody of the support team of an organisation, in the group."""
    home = organisation or make_member()
    person = user or make_person(home, "advisor")
    groups.add_member(group, user=person, organisation=home, role=GroupRole(role), actor=SYSTEM)
    return person


def member_row(group: Workgroup, user: User) -> GroupMember:
    return GroupMember.unscoped.get(workgroup=group, user=user, ends_on=None)
