from datetime import date
from typing import Any

from django import forms

from directory.sharing.enums import AnnouncementKind
from directory.sharing.forms.fields import MOST_PER_HOUR, FunctionField, date_field, held_to
from directory.sharing.models import Announcement
from directory.sharing.services.announcements import USUAL, check_end
from hub.core.kit.dates import today
from hub.core.ui.forms import EurosField, HubForm, LineField


class AnnouncementForm(HubForm):
    """An offer or a need: a function, some words, an end."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0, max_value=2_000_000)
    function = FunctionField(label="Fonction")
    quantity = LineField(
        label="Combien", max_length=80, help_text="En quelques mots : « 2 j par mois », « clôture annuelle », « ponctuel »."
    )
    details = forms.CharField(
        label="Précisions", required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Lieu, période, logiciels, déplacement. Aucune donnée de paie, aucun nom de personne accompagnée.",
    )  # fmt: skip
    hourly_cost = EurosField(
        label="Coût horaire indicatif, en euros",
        max_value=MOST_PER_HOUR,
        required=False,
        help_text="Salaire, charges et frais, sans marge. Il se convient à chaque demande.",
    )
    expires_on = date_field("Publiée jusqu’au", help_text="Un an au plus.")

    def __init__(self, *args: Any, kind: str, instance: Announcement | None = None, **kwargs: Any) -> None:
        initial: dict[str, Any] = {"expires_on": today() + USUAL}
        if instance is not None:
            initial = {
                "version": instance.version, "function": instance.function, "quantity": instance.quantity, "details": instance.details,
                "hourly_cost": EurosField.from_cents(instance.hourly_cost_cents), "expires_on": instance.expires_on,
            }  # fmt: skip
        super().__init__(*args, initial=initial | kwargs.pop("initial", {}), **kwargs)
        if kind == AnnouncementKind.NEED:
            del self.fields["hourly_cost"]
        if instance is not None:
            del self.fields["function"]

    def clean_expires_on(self) -> date:
        return held_to(check_end, self.cleaned_data["expires_on"])

    def facts(self) -> dict[str, Any]:
        row = self.cleaned_data
        return {
            "quantity": row["quantity"], "details": row["details"], "hourly_cost_cents": row.get("hourly_cost"), "expires_on": row["expires_on"]
        }  # fmt: skip
