"""What Wagtail's admin asks about organisations, answered from the hub's roles: the row decides, not the model."""

from collections.abc import Collection
from typing import Any

from django.db.models import QuerySet
from wagtail.permission_policies import ModelPermissionPolicy

from hub.core.accounts.models import Membership, Organisation, User
from hub.core.accounts.models.organisations import in_force
from hub.core.accounts.permissions import Permission


def managed_by(user: Any) -> QuerySet[Organisation]:
    """The organisations whose facts a person may change: all for the coordinator, else those where her role says so."""
    if not user.is_active:
        return Organisation.objects.none()
    if user.is_superuser:
        return Organisation.objects.all()
    held = Membership.unscoped.filter(in_force(), user=user.pk).select_related("role")
    return Organisation.objects.filter(
        pk__in=[row.organisation_id for row in held if Permission.ORGANISATION_MANAGE in row.role.permissions]
    )


class OrganisationPolicy(ModelPermissionPolicy):
    def user_has_permission(self, user: User, action: str) -> bool:
        if action == "delete":
            return False  # an organisation closes or merges; what it signed stays
        return user.is_superuser if action == "add" else managed_by(user).exists()

    def users_with_any_permission(self, actions: Collection[str]) -> QuerySet[User]:
        return User.objects.filter(is_superuser=True, is_active=True)

    def user_has_permission_for_instance(self, user: User, action: str, instance: Organisation) -> bool:
        return self.user_has_permission(user, action) and managed_by(user).filter(pk=instance.pk).exists()

    def user_has_any_permission_for_instance(self, user: User, actions: Collection[str], instance: Organisation) -> bool:
        return any(self.user_has_permission_for_instance(user, action, instance) for action in actions)

    def instances_user_has_any_permission_for(self, user: User, actions: Collection[str]) -> QuerySet[Organisation]:
        return managed_by(user)

    def instances_user_has_permission_for(self, user: User, action: str) -> QuerySet[Organisation]:
        return managed_by(user) if self.user_has_permission(user, action) else Organisation.objects.none()
