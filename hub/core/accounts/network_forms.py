"""The networks of an organisation, and who came before and after it."""

from typing import Any

from django import forms
from django.db.models import Q

from hub.core.accounts.enums import GATHERING, AffiliationRole, SuccessionKind
from hub.core.accounts.forms import BeginningField
from hub.core.accounts.models import Affiliation, Organisation
from hub.core.kit.dates import long_date_fr, today
from hub.core.kit.ordering import alphabetical
from hub.core.ui.conflicts import SeenField
from hub.core.ui.forms import DayField, HubForm, row_field


class AffiliationForm(HubForm):
    """What an organisation is in a network, and since when."""

    role = forms.ChoiceField(label="Qualité", choices=AffiliationRole.choices)
    starts_on = BeginningField(label="Depuis le")
    charter_on = DayField(label="Charte signée le", required=False, past=True)


class JoinForm(AffiliationForm):
    """A network that an organisation joins, or joined."""

    network = forms.ModelChoiceField(label="Réseau", queryset=Organisation.objects.none())
    field_order = ("network",)

    def __init__(self, *args: Any, organisation: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        joined = organisation.affiliations.filter(Q(ends_on=None) | Q(ends_on__gte=today())).values("network")
        networks = Organisation.objects.filter(kind__in=GATHERING)
        row_field(self, "network").queryset = (
            networks.exclude(pk=organisation.pk).exclude(pk__in=joined).order_by(alphabetical("name"), "pk")
        )


class EditAffiliationForm(AffiliationForm):
    """One that is known: its end, or what was written wrong."""

    seen = SeenField()
    ends_on = DayField(label="Dernier jour", required=False, help_text="Laissez vide tant qu’elle dure.")

    def __init__(self, *args: Any, row: Affiliation, **kwargs: Any) -> None:
        facts = {name: getattr(row, name) for name in ("role", "starts_on", "charter_on", "ends_on")}
        super().__init__(*args, initial=facts | {"seen": row.stamp}, **kwargs)
        if row.network.is_federation:
            self.fields["ends_on"].help_text += " Passé ce jour, son équipe ne lit plus ce que la fédération partage, et ne s’inscrit plus."

    def clean(self) -> dict[str, Any]:
        super().clean()
        first, last = self.cleaned_data.get("starts_on"), self.cleaned_data.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", f"L’adhésion a commencé le {long_date_fr(first)}.")
        return self.cleaned_data


class SuccessionForm(HubForm):
    """Who came before or after an organisation."""

    BECOMES, COMES_FROM = "devient", "vient-de"

    direction = forms.ChoiceField(
        label="Cette organisation", choices=[(COMES_FROM, "vient de"), (BECOMES, "devient")], widget=forms.RadioSelect
    )
    other = forms.ModelChoiceField(label="L’autre organisation", queryset=Organisation.objects.none())
    kind = forms.ChoiceField(label="Par", choices=SuccessionKind.choices)
    took_place_on = DayField(label="Le", past=True)

    def __init__(self, *args: Any, organisation: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organisation = organisation
        row_field(self, "other").queryset = Organisation.objects.exclude(pk=organisation.pk).order_by(alphabetical("name"), "pk")

    def facts(self) -> dict[str, Any]:
        data = self.cleaned_data
        pair = (self.organisation, data["other"]) if data["direction"] == self.BECOMES else (data["other"], self.organisation)
        return {"predecessor": pair[0], "successor": pair[1], "kind": data["kind"], "took_place_on": data["took_place_on"]}
