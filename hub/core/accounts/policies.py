"""What Wagtail's admin asks about rows, answered by the hub: the row decides, not the model, nor a group's right on a branch of pages."""

from collections.abc import Collection
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet
from wagtail.models import Page, PagePermissionTester, get_page_models
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permission_policies.pages import PagePermissionPolicy

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
        if action in {"add", "delete"}:
            return False  # it is entered on the hub's own page, and closes or merges; what it signed stays
        return managed_by(user).exists()

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


def has_own_screens(page: Page) -> bool:
    """Whether a page is written on the hub's own screens, under the hub's own rules (`own_screens = True` on its class)."""
    return bool(getattr(page.specific_class, "own_screens", False))


class HubPagePolicy(PagePermissionPolicy):
    """Wagtail's rights by branch, which stop where a page has its own screens: Wagtail's groups hold rights on the root."""

    def user_has_any_permission_for_instance(self, user: User, actions: Collection[str], instance: Page) -> bool:
        return not has_own_screens(instance) and bool(super().user_has_any_permission_for_instance(user, actions, instance))

    def instances_user_has_any_permission_for(self, user: User, actions: Collection[str]) -> QuerySet[Page]:
        pages = super().instances_user_has_any_permission_for(user, actions)
        return pages if user.is_superuser else pages.exclude(content_type__in=_own_screen_types())

    def explorable_instances(self, user: User) -> QuerySet[Page]:
        pages = super().explorable_instances(user)
        return pages if user.is_superuser else pages.exclude(content_type__in=_own_screen_types())


def _own_screen_types() -> list[ContentType]:
    own = [model for model in get_page_models() if getattr(model, "own_screens", False)]
    return list(ContentType.objects.get_for_models(*own).values()) if own else []


def _refuse(self: PagePermissionTester, *args: Any, **kwargs: Any) -> bool:
    return False


# The coordinator sees these pages in the admin's tree; even she writes them on their own screens, where a review and the audit trail are.
ClosedTester = type(
    "ClosedTester", (PagePermissionTester,), {name: _refuse for name in dir(PagePermissionTester) if name.startswith("can_")}
)


def permissions_for_user(page: Page, user: User) -> PagePermissionTester:
    """Takes the place of Page.permissions_for_user: Wagtail asks a page, and has no setting for whom it asks."""
    return ClosedTester(user, page) if has_own_screens(page) else PagePermissionTester(user, page)
