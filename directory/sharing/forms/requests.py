from typing import Any

from django import forms
from django.db.models import QuerySet

from directory.sharing.forms.fields import MOST_PER_HOUR, DurationField, FunctionField, PurposesField, TeamField, date_field
from directory.sharing.models import Announcement
from directory.sharing.models.requests import HALF_DAY_MINUTES
from directory.sharing.services import Terms
from directory.sharing.services.requests import USUAL_WAIT
from hub.core.accounts.models import Organisation, User
from hub.core.kit.dates import today
from hub.core.kit.identifiers import uuid7
from hub.core.kit.text import hours
from hub.core.ui.forms import EurosField, HubForm, LineField, row_field

ROLE_HELP = "Une personne agit pour l’autre CAE si elle est gestionnaire mutualisée de la vôtre ; sinon elle note son temps."
PURPOSES_HELP = "Sans accès coché, la personne vous aide sans rien ouvrir dans le hub ; l’accès se ferme avec la convention."


class RequestForm(HubForm):
    """Two dates and a cost; from an announcement, the CAE and the function are known."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    other = forms.ModelChoiceField(label="CAE", queryset=Organisation.objects.none(), empty_label="Choisir une CAE")
    function = FunctionField(label="Fonction")
    quantity = LineField(label="Combien", max_length=80, help_text="« 2 j par mois », « deux visites de chantier ».")
    starts_on = date_field("Du")
    ends_on = date_field("Au")
    hourly_cost = EurosField(
        label="Coût horaire, en euros", max_value=MOST_PER_HOUR, help_text="Salaire, charges et frais, sans marge. Zéro : sans facturation."
    )
    half_day = DurationField(label="Une demi-journée compte", help_text="3 h 30 d’habitude.")
    people = TeamField(label="Qui donnerait ce temps", required=False, help_text=ROLE_HELP)
    purposes = PurposesField(label="Accès ouverts aux personnes que l’autre CAE nommera", help_text=PURPOSES_HELP)
    message = forms.CharField(label="Message", required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 4}))
    expires_on = date_field("Réponse attendue jusqu’au")

    def __init__(
        self,
        *args: Any,
        others: QuerySet[Organisation],
        team: QuerySet[User] | None,
        announcement: Announcement | None = None,
        **kwargs: Any,
    ) -> None:
        """`team` is given when we would lend our people; without it we are the ones who open accesses."""
        initial: dict[str, Any] = {"key": uuid7(), "half_day": hours(HALF_DAY_MINUTES), "expires_on": today() + USUAL_WAIT}
        if announcement is not None:
            initial |= {"quantity": announcement.quantity, "hourly_cost": EurosField.from_cents(announcement.hourly_cost_cents)}
        super().__init__(*args, initial=initial | kwargs.pop("initial", {}), **kwargs)
        self.announcement = announcement
        if announcement is not None:
            del self.fields["other"], self.fields["function"]
        else:
            row_field(self, "other").queryset = others
        if team is not None:
            row_field(self, "people").queryset = team
            del self.fields["purposes"]
        else:
            del self.fields["people"]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("starts_on") and cleaned.get("ends_on") and cleaned["ends_on"] < cleaned["starts_on"]:
            self.add_error("ends_on", "La fin suit le début.")
        length = cleaned.get("half_day")
        if length is not None and not 30 <= length <= 480:
            self.add_error("half_day", "Entre 30 minutes et 8 heures.")
        return cleaned

    def terms(self) -> Terms:
        row = self.cleaned_data
        return Terms(
            function=self.announcement.function if self.announcement else row["function"], quantity=row["quantity"], starts_on=row["starts_on"],
            ends_on=row["ends_on"], hourly_cost_cents=row["hourly_cost"], expires_on=row["expires_on"], message=row["message"],
            half_day_minutes=row["half_day"], people=list(row.get("people", [])), purposes=row.get("purposes", []), announcement=self.announcement,
        )  # fmt: skip


class AcceptForm(HubForm):
    """With the yes: people when we lend them, accesses when we receive."""

    people = TeamField(label="Qui donnera ce temps", required=False, help_text=f"{ROLE_HELP} Vous pourrez aussi les nommer plus tard.")
    purposes = PurposesField(label="Accès ouverts aux personnes nommées", help_text=PURPOSES_HELP)

    def __init__(self, *args: Any, team: QuerySet[User] | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if team is not None:
            row_field(self, "people").queryset = team
            del self.fields["purposes"]
        else:
            del self.fields["people"]


class ReasonForm(HubForm):
    """Why, in writing, for the other CAE to read."""

    reason = forms.CharField(label="Motif", max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, label: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = label
