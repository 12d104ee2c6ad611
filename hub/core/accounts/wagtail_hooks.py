from typing import Any

from wagtail import hooks
from wagtail.admin.panels import FieldPanel

from hub.core.accounts.actor import actor_of
from hub.core.accounts.models import Organisation, User
from hub.core.accounts.services import create_organisation, update_organisation
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


@hooks.register("register_admin_viewset")
def organisations() -> Any:
    return OrganisationViewSet("organisations", url_prefix="organisations")


@hooks.register("register_log_actions")
def nothing_of_people(log: Any) -> None:
    """Wagtail's log keeps the name of what it speaks of; what happens to an account is in the audit trail, without names."""
    log.log_entry_models_by_type.register(User, value=None)
