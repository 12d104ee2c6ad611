"""Who is told, and who can be named."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from directory.sharing.models import SharedService
from hub.core.accounts.models import Membership, Role, User
from hub.core.accounts.models.organisations import in_force
from hub.core.accounts.permissions import Permission
from hub.core.accounts.selectors import SHARED_STAFF


def managers(organisation_ids: Iterable[UUID]) -> list[User]:
    """Those who follow the shared services of these organisations today."""
    codes = [role.code for role in Role.objects.all() if Permission.SERVICES_MANAGE in role.permissions]
    held = Membership.unscoped.filter(in_force(), organisation__in=list(organisation_ids), role__in=codes)
    return list(User.objects.filter(pk__in=held.values("user"), is_active=True).order_by("sort_name", "id"))


def team(organisation_id: UUID) -> QuerySet[User]:
    """The support team of a CAE, by name; `may_act` says whether her role lets her act for another under an agreement."""
    held = Membership.unscoped.filter(in_force(), organisation=organisation_id, role__is_staff=True)
    shared = held.filter(user=OuterRef("pk"), role=SHARED_STAFF)
    people = User.objects.filter(pk__in=held.values("user"), is_active=True).annotate(may_act=Exists(shared))
    return people.order_by("sort_name", "id")


def people_of(service: SharedService) -> QuerySet[User]:
    """Everybody whom the agreement, or one of its amendments, names."""
    texts = Q(agreements=service.agreement_id) | Q(agreements__amends=service.agreement_id)
    return User.objects.filter(texts).distinct().order_by("sort_name", "id")
