"""Forms as the hub shows them: label above, hint under it, error between hint and control, summary on top of the page.

A page writes `<form method="post" novalidate>` (the hub's own sentences, not the browser's), `{% form_errors form %}` above it, and either
`{{ form }}` or one `{{ form.name.as_field_group }}` per field. Base.html puts «Erreur :» in front of the title by itself when the context
holds the bound form under the name `form`; a page with several forms gives `page_errors`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import BaseValidator, MaxValueValidator, MinValueValidator, RegexValidator
from django.forms.formsets import BaseFormSet
from django.forms.renderers import TemplatesSetting
from django.forms.utils import ErrorDict
from django.http import HttpRequest

from hub.core.kit.dates import is_skipped, today
from hub.core.kit.identifiers import compact
from hub.core.kit.text import FIXED, one_line
from hub.core.ui.widgets import EurosInput, adapt

MOST_CHARACTERS = 300_000
FIRST_YEAR, LAST_YEAR = 1900, 2099
PHONE = RegexValidator(r"^\+?[\d\s().\-\u00a0\u202f]{6,30}$", f"Écrivez un numéro, comme «{FIXED}01 99 00 12 34{FIXED}».")
SECRET = ("hub_mandate", "password", "code", "otp", "secret", "token", "credential")  # anywhere in the name of a field
NO_SECRET = ("postal_code", "ape_code", "department_code")  # lost, they would be emptied by the form sent again
NOT_REQUIRED_BY_ARIA = (forms.RadioSelect, forms.FileInput, forms.HiddenInput, forms.CheckboxInput)


LOST_FILE = "Choisissez de nouveau « {} », que le navigateur ne garde pas."


# With what the hub's sentences begin, and Django's: another first word may be somebody's name, and «La Coop» is one too.
BEGINNINGS = {
    "à", "après", "assurez", "au", "aucun", "aucune", "avant", "c", "ce", "ces", "cet", "cette", "chaque", "choisissez", "cochez", "d", "dans",
    "de", "des", "deux", "dites", "donnez", "écrivez", "elle", "entrez", "hors", "il", "indiquez", "l", "la", "là", "laissez", "le", "les",
    "ligne", "même", "neuf", "ouvrez", "personne", "pour", "quatorze", "quatre", "répondez", "retirez", "rien", "s", "saisissez",
    "sélectionnez", "signez", "sinon", "trop", "un", "une", "vous",
}  # fmt: skip


class LineField(forms.CharField):
    """One line of text: spaces collapsed, control characters gone."""

    def to_python(self, value: Any) -> str:
        return one_line(super().to_python(value) or "")


class NumberField(forms.CharField):
    """An official number, that people write with spaces, dots or hyphens: its characters are kept."""

    def to_python(self, value: Any) -> str:
        return compact(super().to_python(value) or "")


class DayField(forms.DateField):
    """A day as somebody writes one down: of this century or the last; with `past`, today or before."""

    widget = forms.DateInput

    def __init__(self, *, past: bool = False, **kwargs: Any) -> None:
        self.past = past
        super().__init__(**kwargs)

    def clean(self, value: Any) -> date | None:
        day = super().clean(value)
        if day is not None and not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise forms.ValidationError(f"Une date entre {FIRST_YEAR} et {LAST_YEAR}.", code="year")
        if day is not None and self.past and day > today():
            raise forms.ValidationError("Ce jour n’est pas encore venu.", code="future")
        return day


class PhoneField(LineField):
    """A number as people write it, at most 30 characters."""

    default_validators = [PHONE]

    def __init__(self, *, max_length: int = 30, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput({"inputmode": "tel", "autocomplete": "tel"}))
        super().__init__(max_length=max_length, **kwargs)


TWO_MARKS = re.compile(r"\d[.,]\d{3}[.,]\d")  # «1.234,50»
TWO_MARKS_WORDS = f"Une espace pour les milliers, une virgule pour les centimes, comme «{FIXED}1 234,50{FIXED}»."


class EurosField(forms.DecimalField):
    """Entered in euros, given in whole cents; max_value is in euros."""

    widget = EurosInput

    def __init__(self, *, max_value: int, **kwargs: Any) -> None:
        super().__init__(min_value=0, max_value=max_value, decimal_places=2, **kwargs)

    def to_python(self, value: Any) -> Any:
        """What is legible comes as a Decimal of its control already."""
        if isinstance(value, str) and TWO_MARKS.search(value):
            raise ValidationError(TWO_MARKS_WORDS, code="invalid")
        return super().to_python(value)

    def clean(self, value: Any) -> int | None:
        euros = super().clean(value)
        return None if euros is None else int(euros * 100)

    @staticmethod
    def from_cents(cents: int | None) -> Decimal | None:
        return None if cents is None else Decimal(cents) / 100


class HubBoundField(forms.BoundField):
    """Required is told to assistive tools without the browser's own pop-ups; a group is described by its fieldset alone."""

    def build_widget_attrs(self, attrs: dict[str, Any], widget: forms.Widget | None = None) -> dict[str, Any]:
        widget = widget or self.field.widget
        built = super().build_widget_attrs(attrs, widget)
        if isinstance(widget, forms.RadioSelect):
            built.pop("aria-invalid", None)
        elif self.field.required and not isinstance(widget, NOT_REQUIRED_BY_ARIA) and not widget.is_hidden:
            built["aria-required"] = "true"
        return built

    @property
    def target(self) -> str:
        """The id of the first control, where an error of the field leads."""
        return self.id_for_label or f"{self.auto_id}_0"

    @property
    def lost_file(self) -> str:
        """The name of a good file that was sent with a form shown again: no browser keeps it, it must be chosen anew. Empty when there is none."""
        sent = self.form.files.get(self.html_name) if isinstance(self.field, forms.FileField) and self.form.is_bound else None
        return "" if sent is None or self.errors else one_line(str(sent.name))

    @property
    def is_tick(self) -> bool:
        return isinstance(self.field.widget, forms.CheckboxInput)


class HubRenderer(TemplatesSetting):
    form_template_name = "ui/forms/form.html"
    field_template_name = "ui/forms/field.html"
    bound_field_class = HubBoundField

    OWN = {
        "django/forms/widgets/radio.html": "ui/forms/choices.html",
        "django/forms/widgets/checkbox_select.html": "ui/forms/choices.html",
        "django/forms/widgets/clearable_file_input.html": "ui/forms/file.html",
        "django/forms/widgets/select.html": "ui/forms/select.html",
    }

    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> str:
        return super().render(self.OWN.get(template_name, template_name), context, request)


class HubFormMixin:
    """What makes any form a form of the hub; for those of a library: `class Login(HubFormMixin, LoginForm)`."""

    default_renderer: Any = HubRenderer
    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():  # type: ignore[attr-defined]  # a mixin: the form comes beside it
            field.validators += self.limits_of(name, field)
            adapt(field)

    def limits_of(self, name: str, field: forms.Field) -> list[BaseValidator]:
        return []


class HubForm(HubFormMixin, forms.Form):
    pass


class HubModelForm(HubFormMixin, forms.ModelForm):
    def limits_of(self, name: str, field: forms.Field) -> list[BaseValidator]:
        """Those of the column: the form says them in the hub's words before the model does in Django's."""
        columns = {column.name: column for column in self._meta.model._meta.concrete_fields}
        if name not in columns or not isinstance(field, forms.IntegerField):
            return []
        return [one for one in columns[name].validators if isinstance(one, (MinValueValidator, MaxValueValidator))]


def check_hour(form: forms.BaseForm, name: str, day: date | None) -> None:
    """An hour that clocks pass over, the night they are put forward, is refused: nobody can come at it."""
    hour = form.cleaned_data.get(name)
    if day and hour and is_skipped(day, hour):
        form.add_error(name, "Cette heure n’existe pas ce jour-là : on avance les horloges. Choisissez-en une autre.")


def row_field(form: forms.BaseForm, name: str) -> "forms.ModelChoiceField[Any]":
    """The field of that name, which chooses among rows: to say which ones."""
    return cast("forms.ModelChoiceField[Any]", form.fields[name])


def choice_field(form: forms.BaseForm, name: str) -> forms.ChoiceField:
    """The same for one that chooses among values."""
    return cast("forms.ChoiceField", form.fields[name])


def typed(request: HttpRequest) -> list[tuple[str, str]]:
    """(name, value) of a form as it was sent, less its secrets; nothing of a form too long to give back."""
    pairs = [(name, value) for name, values in request.POST.lists() for value in values if not _is_secret(name)]
    return pairs if sum(len(name) + len(value) for name, value in pairs) <= MOST_CHARACTERS else []


def _is_secret(name: str) -> bool:
    for known in NO_SECRET:
        name = name.replace(known, "")
    return any(word in name.lower() for word in SECRET)


def keep_without_judging(*forms: Any) -> None:
    """Show what was typed without its faults: for a button that adds lines, not for one that saves."""
    for form in forms:
        if isinstance(form, BaseFormSet):
            form._errors, form._non_form_errors = [{} for _ in form.forms], form.error_class()  # type: ignore[attr-defined]  # private, and the only way
            keep_without_judging(*form.forms)
        else:
            form._errors = ErrorDict()


@dataclass(frozen=True)
class ErrorLine:
    """One thing to correct; `target` is the id of the control, empty when the whole form is concerned."""

    text: str
    target: str = ""


def error_lines(form: forms.BaseForm | forms.BaseFormSet) -> Iterator[ErrorLine]:
    if isinstance(form, forms.BaseFormSet):
        yield from (ErrorLine(str(error)) for error in form.non_form_errors())
        for one in form.forms:
            yield from error_lines(one)
        return
    yield from (ErrorLine(str(error)) for error in form.non_field_errors())
    for bound in form:
        for error in bound.errors:
            hidden = bound.is_hidden
            target = "" if hidden else getattr(bound, "target", "") or bound.id_for_label
            yield ErrorLine(str(error) if hidden else _named(str(bound.label), str(error)), target)
        if lost := getattr(bound, "lost_file", ""):
            yield ErrorLine(_named(str(bound.label), LOST_FILE.format(lost)), bound.target)  # type: ignore[attr-defined]


def _named(label: str, error: str) -> str:
    """«Lieu : à remplir.»: the field, then its sentence, which starts small unless its first words may be an acronym or a name."""
    first = re.match(r"(\w+)\W+(\w)", error)
    starts_small = first is not None and first[1].lower() in BEGINNINGS and not first[2].isupper()
    return f"{label}{FIXED}: {error[:1].lower() + error[1:] if starts_small else error}"
