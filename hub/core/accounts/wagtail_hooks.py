from typing import Any

from django.http import HttpRequest
from wagtail import hooks
from wagtail.admin.panels import FieldPanel

from hub.core.accounts.actor import actor_of
from hub.core.accounts.models import Organisation, User
from hub.core.accounts.services import close_sessions, create_organisation, update_organisation
from hub.core.accounts.signals import sessions_closed
from hub.core.accounts.viewsets import GuardedModelViewSet

FACTS = [
    "name", "short_name", "kind", "legal_form", "cooperative_statute", "siren", "siret", "identifier_override", "ape_code", "idcc", "nda_number",
    "nda_region", "vat_exempt_on", "street", "postal_code", "city", "representative_name", "representative_role", "convener",
]  # fmt: skip


class AddOrganisation(GuardedModelViewSet.add_view_class):  # type: ignore[name-defined]  # a class that Wagtail keeps in an attribute
    def save_instance(self) -> Organisation:
        return create_organisation(self.form.save(commit=False), actor=actor_of(self.request))


class EditOrganisation(GuardedModelViewSet.edit_view_class):  # type: ignore[name-defined]  # a class that Wagtail keeps in an attribute
    def save_instance(self) -> Organisation:
        return update_organisation(self.form.save(commit=False), actor=actor_of(self.request))


class OrganisationViewSet(GuardedModelViewSet):
    """The same services as the hub's own screens write what is changed here."""

    add_view_class, edit_view_class = AddOrganisation, EditOrganisation
    model = Organisation
    name = "organisations"
    icon = "group"
    menu_label = "Organisations"
    add_to_admin_menu = True
    list_display = ["name", "get_kind_display", "siren"]
    list_filter = ["kind"]
    search_fields = ["name", "short_name", "siren"]
    copy_view_enabled = False
    panels = [FieldPanel(name) for name in FACTS]


@hooks.register("after_edit_user")
def what_was_open_closes(request: HttpRequest, user: User) -> None:
    """An account closed in the admin, or given another password there, which tells no signal of sign-in."""
    if not user.is_active:
        close_sessions(user)
    elif request.POST.get("password1"):
        sessions_closed.send(sender=User, user=user)


@hooks.register("after_bulk_action")
def what_several_had_open_closes(request: HttpRequest, action_type: str, objects: list[Any], action: Any) -> None:
    if action_type == "set_active_state":
        for user in User.objects.filter(pk__in=[one.pk for one in objects], is_active=False):
            close_sessions(user)


@hooks.register("register_admin_viewset")
def organisations() -> Any:
    return OrganisationViewSet("organisations", url_prefix="organisations")
