"""The browser's own controls for dates, times and long texts, and the hub's words for what is missing."""

from django import forms

REQUIRED = forms.Field.default_error_messages["required"]
MISSING = {
    forms.BooleanField: "À cocher pour continuer.",
    forms.FileField: "Fichier à joindre.",
    forms.ChoiceField: "À choisir.",
    forms.ModelChoiceField: "À choisir.",
    forms.Field: "À remplir.",
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


OURS = {forms.DateInput: DateInput, forms.TimeInput: TimeInput, forms.DateTimeInput: DateTimeInput}


def adapt(field: forms.Field) -> None:
    """Give a field of a form its control and its words; what a form chose by itself stays."""
    ours = OURS.get(type(field.widget))
    if ours is not None:
        old, field.widget = field.widget, ours(field.widget.attrs)
        field.widget.is_required, field.widget.is_localized = old.is_required, False
    if type(field.widget) is forms.Textarea and field.widget.attrs.get("rows") == "10":
        field.widget.attrs.update({"rows": "4"})
        field.widget.attrs.pop("cols", None)
    if field.error_messages.get("required") == REQUIRED:
        field.error_messages["required"] = next(words for kind, words in MISSING.items() if isinstance(field, kind))
