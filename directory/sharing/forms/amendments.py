import json
from datetime import date
from functools import partial
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from directory.sharing.forms.fields import MOST_PER_HOUR, PurposesField, TeamField, date_field, held_to
from directory.sharing.models import SharedService
from directory.sharing.services import NewTerms
from directory.sharing.services.amendments import check_effect
from hub.core.accounts.models import User
from hub.core.kit.text import typo
from hub.core.ui.forms import EurosField, HubForm, row_field


class SeenTermsField(forms.CharField):
    """The terms that the page showed, as an amendment keeps them."""

    def __init__(self) -> None:
        super().__init__(widget=forms.HiddenInput, max_length=8000)

    def clean(self, value: Any) -> dict[str, Any]:
        try:
            found = json.loads(super().clean(value))
        except (ValueError, RecursionError):
            found = None
        if not isinstance(found, dict):
            raise ValidationError("Ouvrez la page de nouveau.")
        return found

    @staticmethod
    def of(terms: dict[str, Any]) -> str:
        return json.dumps(terms, sort_keys=True)


class AmendmentForm(HubForm):
    """All of the terms from a day on; those that stay are written again."""

    seen = SeenTermsField()
    effective_on = date_field("Prend effet le", help_text="Les termes d’aujourd’hui tiennent jusqu’à la veille, minuit.")
    ends_on = date_field("La convention va jusqu’au")
    hourly_cost = EurosField(
        label="Coût horaire, en euros", max_value=MOST_PER_HOUR, help_text="Salaire, charges et frais, sans marge. Zéro : sans facturation."
    )
    people = TeamField(label="Qui donne le temps", required=False)
    purposes = PurposesField(
        label="Accès ouverts aux personnes nommées",
        help_text="Sans accès coché, la personne aide sans rien ouvrir dans le hub ; l’accès se ferme avec la convention.",
    )
    message = forms.CharField(label="Pourquoi", required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, service: SharedService, terms: dict[str, Any], team: QuerySet[User], **kwargs: Any) -> None:
        initial = {
            "seen": SeenTermsField.of(terms), "ends_on": terms["ends_on"], "hourly_cost": EurosField.from_cents(terms["hourly_cost_cents"]),
            "people": terms["people"], "purposes": terms["purposes"],
        }  # fmt: skip
        super().__init__(*args, initial=initial, **kwargs)
        self.service = service
        row_field(self, "people").queryset = team
        self.fields["people"].help_text = typo(
            f"Une personne nommée par {service.provider.name} agit pour {service.beneficiary.name} si elle est gestionnaire mutualisée ; "
            "sinon elle note son temps."
        )

    def clean_effective_on(self) -> date:
        return held_to(partial(check_effect, self.service), self.cleaned_data["effective_on"])

    def terms(self) -> NewTerms:
        row = self.cleaned_data
        return NewTerms(
            effective_on=row["effective_on"], ends_on=row["ends_on"], hourly_cost_cents=row["hourly_cost"], people=list(row["people"]),
            purposes=row["purposes"], message=row["message"],
        )  # fmt: skip
