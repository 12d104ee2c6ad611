"""The controls of dates, times, numbers and long texts, and the hub's words for what is missing or wrong."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.core.validators import (
    DecimalValidator,
    MaxLengthValidator,
    MaxValueValidator,
    MinLengthValidator,
    MinValueValidator,
    URLValidator,
)
from django.utils.choices import CallableChoiceIterator

from hub.core.kit.text import FIXED, NARROW, counted, grouped

CHOOSE = "Choisir…"
DASHES = "---------"
REQUIRED = forms.Field.default_error_messages["required"]
MISSING = {
    forms.BooleanField: "À cocher pour continuer.",
    forms.FileField: "Fichier à joindre.",
    forms.ChoiceField: "À choisir.",
    forms.ModelChoiceField: "À choisir.",
    forms.Field: "À remplir.",
}
INVALID: dict[type[forms.Field], dict[str, str]] = {
    forms.URLField: {"invalid": f"Écrivez une adresse de site, comme «{FIXED}https://www.example.org{FIXED}»."},
    forms.EmailField: {"invalid": f"Écrivez une adresse de courriel, comme «{FIXED}prenom.nom@example.org{FIXED}»."},
    forms.DateField: {"invalid": f"Écrivez une date, comme «{FIXED}18/01/2027{FIXED}»."},
    forms.TimeField: {"invalid": f"Écrivez une heure, comme «{FIXED}14:30{FIXED}»."},
    forms.IntegerField: {"invalid": f"Écrivez un nombre entier, comme «{FIXED}12{FIXED}»."},
    forms.DecimalField: {"invalid": f"Écrivez un nombre, comme «{FIXED}12,5{FIXED}»."},
    forms.ChoiceField: {"invalid_choice": f"«{FIXED}%(value)s{FIXED}» n’est pas dans la liste."},
    forms.ModelChoiceField: {"invalid_choice": "Ce choix n’est pas, ou n’est plus, dans la liste."},
}


class DateInput(forms.DateInput):
    """A date with the browser's calendar; its value travels as ISO 8601."""

    input_type = "date"

    def __init__(self, attrs: dict[str, object] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class TimeInput(forms.TimeInput):
    input_type = "time"

    def __init__(self, attrs: dict[str, object] | None = None) -> None:
        super().__init__(attrs, format="%H:%M")


class DateTimeInput(forms.DateTimeInput):
    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, object] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%dT%H:%M")


TYPED = re.compile(r"([-−]?)(\d{1,3}(?:\s\d{3})+|\d+)(?:[.,](\d*))?\s*(€?)")
LONGEST_NUMBER = 40  # characters; nothing longer is read as a number


class DecimalInput(forms.TextInput):
    """A number as people write one, «1 234,5»: the browser's own control drops the comma of «49,90» and sends 4990.

    What is legible travels as a Decimal; the rest as it was typed, for its field to refuse.
    """

    units: tuple[str, ...] = ("",)
    least_decimals = 0

    def __init__(self, attrs: dict[str, object] | None = None) -> None:
        super().__init__({"inputmode": "decimal"} | (attrs or {}))

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Any:
        value = super().value_from_datadict(data, files, name)
        found = TYPED.fullmatch(value.strip()) if isinstance(value, str) and len(value) <= LONGEST_NUMBER else None
        if found is None or found[4] not in self.units:
            return value
        sign, whole, rest, _ = found.groups()
        return Decimal(("-" if sign else "") + "".join(whole.split()) + "." + (rest or ""))

    def format_value(self, value: Any) -> str | None:
        if not isinstance(value, (int, float, Decimal)):
            return super().format_value(value)
        whole, _, rest = f"{Decimal(str(value)):f}".partition(".")
        rest = rest.rstrip("0").ljust(self.least_decimals, "0")
        return f"{whole},{rest}" if rest else whole


class EurosInput(DecimalInput):
    units, least_decimals = ("", "€"), 2


WORDS = (
    100  # from this length on it is words that somebody writes or pastes: a browser would cut the end off without a word, the hub says it
)
OURS = {forms.DateInput: DateInput, forms.TimeInput: TimeInput, forms.DateTimeInput: DateTimeInput}


def adapt(field: forms.Field) -> None:
    """Give a field of a form its control and its words; what a form chose by itself stays."""
    ours = OURS.get(type(field.widget))
    if ours is not None:
        old, field.widget = field.widget, ours(field.widget.attrs)
        field.widget.is_required, field.widget.is_localized = old.is_required, False
    if isinstance(field, (forms.DecimalField, forms.FloatField)) and type(field.widget) is forms.NumberInput:
        old, attrs = field.widget, {name: value for name, value in field.widget.attrs.items() if name not in {"min", "max", "step"}}
        field.widget = DecimalInput(attrs)
        field.widget.is_required = old.is_required
    if type(field.widget) is forms.Textarea and field.widget.attrs.get("rows") == "10":
        field.widget.attrs.update({"rows": "4"})
        field.widget.attrs.pop("cols", None)
    if isinstance(field, forms.CharField) and (field.max_length or 0) >= WORDS:
        field.widget.attrs.pop("maxlength", None)
    if field.error_messages.get("required") == REQUIRED:
        field.error_messages["required"] = next(words for kind, words in MISSING.items() if isinstance(field, kind))
    for kind, messages in INVALID.items():
        if isinstance(field, kind):
            stock: Any = kind.default_error_messages
            field.error_messages |= {code: words for code, words in messages.items() if field.error_messages.get(code) == stock.get(code)}
    if isinstance(field, forms.URLField):  # one judge, so that one fault is said once
        field.validators = [one for one in field.validators if not isinstance(one, URLValidator)]
        field.validators.append(URLValidator(schemes=["http", "https"]))
    _say_limits(field)
    _name_the_empty_choice(field)


def _say_limits(field: forms.Field) -> None:
    """One least and one greatest value, each in the hub's words; the length too."""
    bounds: tuple[tuple[Any, Any, str], ...] = ((MinValueValidator, max, "Au moins"), (MaxValueValidator, min, "Au plus"))
    for kind, tightest, words in bounds:
        found = [one for one in field.validators if isinstance(one, kind) and not callable(one.limit_value)]
        if found:
            limit = tightest(one.limit_value for one in found)
            field.validators = [*(one for one in field.validators if one not in found), kind(limit, f"{words} {_number(limit)}.")]
    for one in field.validators:
        if isinstance(one, MaxLengthValidator):
            words = f"{_number(one.limit_value)} signes au plus{NARROW}; il y en a %(show_value)d."
            field.error_messages.setdefault("max_length", words)
        elif isinstance(one, MinLengthValidator):
            words = f"{_number(one.limit_value)} signes au moins{NARROW}; il y en a %(show_value)d."
            field.error_messages.setdefault("min_length", words)
        elif isinstance(one, DecimalValidator) and one.decimal_places is not None:
            field.error_messages.setdefault("max_decimal_places", f"Au plus {counted(one.decimal_places, 'chiffre')} après la virgule.")


def _number(value: object) -> str:
    whole, comma, rest = str(value).partition(".")
    return (grouped(int(whole)) if whole.isdecimal() else whole) + comma.replace(".", ",") + rest


def _name_the_empty_choice(field: forms.Field) -> None:
    if isinstance(field, forms.ModelChoiceField):
        if field.empty_label == DASHES:
            field.empty_label = CHOOSE
    elif isinstance(field, forms.ChoiceField) and not isinstance(field.choices, CallableChoiceIterator):
        given: Any = field.choices
        choices = list(given)
        if choices[:1] == [("", DASHES)]:
            field.choices = [("", CHOOSE), *choices[1:]]
