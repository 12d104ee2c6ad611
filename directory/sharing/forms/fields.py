"""Controls that several forms of this package share."""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms

from directory.sharing import reference
from directory.sharing.errors import RuleBroken
from hub.core.accounts.enums import Purpose
from hub.core.accounts.models import User
from hub.core.kit.text import one_line

MOST_PER_HOUR = 1000  # euros


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


def held_to(rule: Callable[[date], None], day: date) -> date:
    """A day that a service will not refuse: the form says so with its other faults."""
    try:
        rule(day)
    except RuleBroken as refusal:
        raise forms.ValidationError(str(refusal)) from None
    return day


DURATION = re.compile(r"(?:(\d{1,2})\s*(?:h|:)\s*(\d{1,2})?|(\d{1,2}(?:[.,]\d{1,2})?)\s*(?:h)?|(\d{1,4})\s*min)", re.I)


class DurationField(forms.CharField):
    """«3 h 30», «3:30», «3,5» (hours), «45 min»; given in minutes."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=20, **kwargs)
        self.widget.attrs.setdefault("class", "short")

    def clean(self, value: Any) -> int | None:
        text = one_line(super().clean(value) or "")
        if not text:
            return None
        if not text.isascii() or not (found := DURATION.fullmatch(text)):
            raise forms.ValidationError("Écrivez une durée comme 3 h 30, 3:30, 3,5 ou 45 min.")
        hours, minutes, decimal, alone = found.groups()
        if alone:
            return int(alone)
        if decimal:
            return round(Decimal(decimal.replace(",", ".")) * 60)
        if int(minutes or 0) > 59:
            raise forms.ValidationError("Une heure compte 60 minutes.")
        return int(hours) * 60 + int(minutes or 0)


class TeamField(forms.ModelMultipleChoiceField):
    """People of a support team; each says whether her role lets her act for another CAE."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=User.objects.none(), widget=forms.CheckboxSelectMultiple, **kwargs)

    def label_from_instance(self, user: Any) -> str:
        return user.name if user.may_act else f"{user.name}, note son temps seulement"


class PurposesField(forms.MultipleChoiceField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=Purpose.choices, widget=forms.CheckboxSelectMultiple, required=False, **kwargs)
