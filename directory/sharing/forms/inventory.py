from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BaseFormSet, formset_factory

from directory.sharing import reference
from directory.sharing.enums import Practice
from directory.sharing.selectors.inventory import Declared
from hub.core.ui.forms import HubForm, LineField

PREFIX = "ligne"


class LineForm(HubForm):
    """One function of the inventory; each label names the function, for whoever does not see the table."""

    function = forms.CharField(widget=forms.HiddenInput, max_length=40)
    practice = forms.ChoiceField(label="Comment", choices=Practice.choices)
    people_count = forms.IntegerField(label="Personnes", required=False, min_value=1, max_value=500)
    fte = forms.DecimalField(label="ETP", required=False, min_value=0, max_value=500, decimal_places=2)
    has_stand_in = forms.BooleanField(label="Remplaçable", required=False)
    offers = LineField(label="Nous offrons", required=False, max_length=80)
    needs = LineField(label="Nous cherchons", required=False, max_length=80)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        key = self.data.get(self.add_prefix("function")) if self.is_bound else self.initial.get("function")
        self.about = reference.functions().get(str(key))
        if self.about:
            for name in ("practice", "people_count", "fte", "has_stand_in", "offers", "needs"):
                self.fields[name].label = f"{self.about.label}, {str(self.fields[name].label).lower()}"

    def clean_function(self) -> str:
        key: str = self.cleaned_data["function"]
        if key not in reference.functions():
            raise ValidationError("Cette fonction n’est plus dans l’inventaire : ouvrez la page de nouveau.")
        return key

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("practice") in {Practice.UNKNOWN, Practice.ABSENT} and cleaned.get("people_count"):
            self.add_error("practice", "Des personnes sont indiquées : choisissez « Tenue ».")
        return cleaned

    @property
    def declared(self) -> Declared:
        row = self.cleaned_data
        return Declared(
            row["function"], row["practice"], row["people_count"], int(row["fte"] * 100) if row["fte"] is not None else None,
            row["has_stand_in"], row["offers"], row["needs"],
        )  # fmt: skip


class BaseLines(BaseFormSet):
    def clean(self) -> None:
        keys = [form.cleaned_data.get("function") for form in self.forms if hasattr(form, "cleaned_data")]
        if len(set(keys)) != len(keys):
            raise ValidationError("Deux lignes portent la même fonction.")

    def declared(self) -> Iterator[Declared]:
        return (form.declared for form in self.forms)


Lines = formset_factory(LineForm, formset=BaseLines, extra=0, max_num=60, absolute_max=60, validate_max=True)


def initial_of(lines: Iterable[Declared]) -> list[dict[str, Any]]:
    return [
        {
            "function": one.function, "practice": one.practice, "people_count": one.people_count,
            "fte": None if one.fte_hundredths is None else Decimal(one.fte_hundredths) / 100, "has_stand_in": one.has_stand_in,
            "offers": one.offers, "needs": one.needs,
        }
        for one in lines
    ]  # fmt: skip


class VersionForm(HubForm):
    """The version that the editor read."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2_000_000)
