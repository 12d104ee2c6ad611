"""Controls that several forms of this package share."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms

from directory.sharing import reference
from hub.core.kit.text import one_line


class LineField(forms.CharField):
    """One line of words: spaces collapsed, control characters gone."""

    def clean(self, value: Any) -> str:
        return str(super().clean(one_line(str(value)) if value else value))


class EurosField(forms.DecimalField):
    """Entered in euros, given in cents."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=0, max_value=1000, decimal_places=2, max_digits=6, **kwargs)
        self.widget.attrs.setdefault("class", "short")

    def clean(self, value: Any) -> int | None:
        euros = super().clean(value.replace(",", ".") if isinstance(value, str) else value)
        return None if euros is None else int(euros * 100)

    @staticmethod
    def from_cents(cents: int | None) -> Decimal | None:
        return None if cents is None else Decimal(cents) / 100


class FunctionField(forms.ChoiceField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=self._choices, **kwargs)

    @staticmethod
    def _choices() -> list[tuple[str, str]]:
        return [("", "Choisir une fonction"), *((key, one.label) for key, one in reference.functions().items())]


def date_field(label: str, **kwargs: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **kwargs)


def earliest(day: date, words: str) -> Any:
    """A validator: not before a day."""

    def check(value: date) -> None:
        if value < day:
            raise forms.ValidationError(words)

    return check
