from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from django.db.models import BooleanField, Case, Count, ForeignObjectRel, Q, QuerySet, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from hub.core.accounts.actor import Actor
from hub.core.accounts.enums import OrganisationKind
from hub.core.accounts.models import Membership, Organisation, User
from hub.core.accounts.models.organisations import in_force
from hub.core.kit.ordering import alphabetical
from workgroups.groups.enums import GroupRole
from workgroups.groups.models import GroupMember, Workgroup, speaking, token


def tokens_of(user_id: UUID, teams: Collection[UUID]) -> Iterable[str]:
    """The groups of a person, while she is of the support team for which she speaks: `speaking`, asked of one whose teams are known. One query
    at most, as every request makes it."""
    if not teams:
        return []
    rows = GroupMember.unscoped.filter(in_force(), user=user_id, organisation__in=list(teams))
    return [token(pk) for pk in rows.values_list("workgroup", flat=True)]


def groups(actor: Actor) -> QuerySet[Workgroup]:
    """Groups in sight, with how many organisations speak in each, guests' left out as in `organisations`."""
    spoken = Count("members__organisation", filter=speaking("members__") & ~Q(members__role=GroupRole.GUEST), distinct=True)
    return Workgroup.objects.visible_to(actor).select_related("convener").annotate(organisation_count=spoken)


def is_bare(group: Workgroup) -> bool:
    """Whether nothing hangs on a group but its people: no meeting, decision, document, roadmap nor page."""
    relations = (one for one in Workgroup._meta.get_fields(include_hidden=True) if isinstance(one, ForeignObjectRel))
    others = (one for one in relations if one.related_model is not GroupMember)
    return not any(one.related_model._base_manager.filter(**{one.field.name: group.pk}).exists() for one in others)


def people(group: Workgroup) -> QuerySet[GroupMember]:
    """Those in the group today, facilitators first; for a group already granted."""
    found: QuerySet[GroupMember] = rows_of(group).filter(speaking())
    return found


def rows_of(group: Workgroup) -> QuerySet[Any]:
    """The same with those who left for whom they spoke, or whose account is closed, and were not taken out: `is_there` is false."""
    rows = GroupMember.unscoped.filter(in_force(), workgroup=group).select_related("user", "organisation")
    rows = rows.annotate(is_there=Case(When(speaking(), then=True), default=False, output_field=BooleanField()))
    return rows.annotate(facilitates=Q(role=GroupRole.FACILITATOR)).order_by("-facilitates", *as_read())


def as_read() -> tuple[Combinable, Combinable, str]:
    """The order of a group's people: the organisation that each speaks for, a guest's among the others, then the name."""
    return alphabetical(Coalesce("organisation__name", "guest_of")), alphabetical(Coalesce("user__sort_name", "guest_name")), "id"


def facilitators(group: Workgroup) -> list[GroupMember]:
    return list(people(group).filter(role=GroupRole.FACILITATOR))


def facilitates_alone(member: GroupMember) -> bool:
    """Whether nobody else facilitates her group today: she first gives that role to another."""
    others = GroupMember.unscoped.filter(speaking(), workgroup=member.workgroup_id, role=GroupRole.FACILITATOR).exclude(pk=member.pk)
    return member.role == GroupRole.FACILITATOR and not others.exists()


def organisations(group: Workgroup) -> QuerySet[Organisation]:
    """The organisations with somebody to speak for them in the group today, guests' left out."""
    held = GroupMember.unscoped.filter(speaking(), workgroup=group).exclude(role=GroupRole.GUEST)
    return Organisation.objects.filter(pk__in=held.values("organisation")).order_by(alphabetical("name"), "id")


def users_of(group: Workgroup, *, roles: Iterable[str] = GroupRole.values, but: Any = None) -> QuerySet[User]:
    """The accounts of a group's people, for telling them; `but` is the id of somebody who knows already."""
    held = GroupMember.unscoped.filter(speaking(), workgroup=group, role__in=list(roles)).exclude(user=None)
    return User.objects.filter(pk__in=held.values("user")).exclude(pk=but)


def person_by_address(address: str) -> tuple[User | None, QuerySet[Organisation]]:
    """The account at an address and the organisations of which its person is of the support team today."""
    user = User.objects.filter(email__iexact=address.strip(), is_active=True).first()
    if user is None:
        return None, Organisation.objects.none()
    held = Membership.unscoped.filter(in_force(), user=user, role__is_staff=True)
    return user, Organisation.objects.filter(pk__in=held.values("organisation")).order_by(alphabetical("name"))


def conveners(home: UUID | None, current: UUID | None = None) -> QuerySet[Organisation]:
    """Who may convene a group: the networks and collectifs of the hub, one's own organisation, and whoever does now."""
    kinds = [OrganisationKind.NETWORK, OrganisationKind.COLLECTIVE]
    hub = Organisation.objects.members_of_hub().filter(kind__in=kinds)
    return Organisation.objects.filter(Q(pk__in=hub.values("pk")) | Q(pk__in=[pk for pk in (home, current) if pk]))
