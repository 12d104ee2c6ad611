from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from wagtail import hooks
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, ObjectList

from hub.core.accounts.actor import actor_of
from hub.core.accounts.errors import OrganisationWasChanged
from hub.core.accounts.models import Organisation, User
from hub.core.accounts.services.organisations import stamp, update_organisation
from hub.core.accounts.viewsets import GuardedModelViewSet
from hub.core.kit.text import typo
from hub.core.ui.conflicts import SeenField, reopen

FACTS = [
    "name", "short_name", "legal_form", "cooperative_statute", "siren", "siret", "identifier_override", "ape_code", "idcc", "nda_number",
    "nda_region", "vat_exempt_on", "street", "postal_code", "city", "representative_name", "representative_role",
]  # fmt: skip
CHANGED = "Quelqu’un d’autre a modifié cette organisation pendant que vous écriviez. {what}Enregistrez de nouveau pour garder votre texte."


class OrganisationForm(WagtailAdminModelForm):
    """`seen`: the facts that were opened (hub.core.accounts.services.organisations.stamp)."""

    seen = SeenField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["seen"].initial = stamp(self.instance)


class EditOrganisation(GuardedModelViewSet.edit_view_class):  # type: ignore[name-defined]  # a class that Wagtail keeps in an attribute
    def save_instance(self) -> Organisation:
        return update_organisation(self.form.save(commit=False), actor=actor_of(self.request), seen=self.form.cleaned_data["seen"])

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            return super().form_valid(form)
        except OrganisationWasChanged as conflict:
            self.produced_error_message = _says(form, conflict.theirs)
            reopen(form, "seen", stamp(conflict.theirs))
            response: HttpResponse = self.form_invalid(form)
            response.status_code = 409
            return response
        except ValidationError as refusal:
            form.add_error(None, refusal)
            self.is_valid(form)  # no more: Wagtail writes its message here
            refused: HttpResponse = self.form_invalid(form)
            return refused


def _says(form: Any, theirs: Organisation) -> str:
    """What stands now, where it is not what was typed."""
    differ = [name for name in FACTS if getattr(theirs, name) != getattr(form.instance, name)]
    words = [f"{form.fields[name].label} « {getattr(theirs, name) or 'rien'} »" for name in differ]
    return typo(CHANGED.format(what=f"Est enregistré : {', '.join(words)}. " if words else ""))


class OrganisationViewSet(GuardedModelViewSet):
    """The facts in law of an organisation, written by the service of the hub's own screens. Entering one, with its nature, is theirs alone."""

    edit_view_class = EditOrganisation
    model = Organisation
    name = "organisations"
    icon = "group"
    menu_label = "Organisations"
    add_to_admin_menu = True
    list_display = ["name", "get_kind_display", "siren"]
    list_filter = ["kind"]
    search_fields = ["name", "short_name", "siren"]
    copy_view_enabled = False
    edit_handler = ObjectList(
        [FieldPanel("kind", read_only=True), FieldPanel("convener", read_only=True), *(FieldPanel(name) for name in FACTS)],
        base_form_class=OrganisationForm,
    )


@hooks.register("register_admin_viewset")
def organisations() -> Any:
    return OrganisationViewSet("organisations", url_prefix="organisations")


@hooks.register("register_log_actions")
def nothing_of_people(log: Any) -> None:
    """Wagtail's log keeps the name of what it speaks of; what happens to an account is in the audit trail, without names."""
    log.log_entry_models_by_type.register(User, value=None)


@hooks.register("construct_settings_menu")
def only_what_opens(request: HttpRequest, items: list[Any]) -> None:
    """What the hub sets itself: Wagtail shows their entries to whoever has its rights, and hub/access.toml shuts them."""
    items[:] = [item for item in items if item.name not in {"groups", "sites", "redirects", "workflows", "workflow-tasks"}]
