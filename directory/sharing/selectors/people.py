"""Who is told, and who can be named."""

from collections.abc import Iterable
from uuid import UUID

from hub.core.accounts.models import Membership, Role, User
from hub.core.accounts.models.organisations import in_force
from hub.core.accounts.permissions import Permission


def managers(organisation_ids: Iterable[UUID]) -> list[User]:
    """Those who follow the shared services of these organisations today."""
    codes = [role.code for role in Role.objects.all() if Permission.SERVICES_MANAGE in role.permissions]
    held = Membership.unscoped.filter(in_force(), organisation__in=list(organisation_ids), role__in=codes)
    return list(User.objects.filter(pk__in=held.values("user"), is_active=True).order_by("sort_name", "id"))
