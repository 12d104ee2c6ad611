"""Two people save the same form: what the second one is shown (ui/conflict.html), so that nothing is overwritten unseen."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.safestring import SafeString

from hub.core.ui.forms import HubForm, HubModelForm
from hub.core.ui.words import marked


class VersionField(forms.IntegerField):
    """The version that was opened: saved over another one, the form says so instead of writing."""

    def __init__(self) -> None:
        super().__init__(required=False, widget=forms.HiddenInput, min_value=0, max_value=2_000_000_000)


class SeenField(forms.CharField):
    """The same, of a row that counts no versions: the stamp of what was opened."""

    def __init__(self) -> None:
        super().__init__(required=False, max_length=64, widget=forms.HiddenInput)


def differing(form: HubForm | HubModelForm, theirs: Any, names: Iterable[str]) -> list[tuple[str, SafeString]]:
    """Of a form that came second: (label, words of the saved text struck out and of the typed one underlined) for each field that differs.

    Args: theirs is the row as it stands; values are compared as the form shows them.
    """
    found = []
    for name in names:
        bound = form[name]
        saved, typed = as_read(bound, getattr(theirs, name)), as_read(bound, bound.data)
        if saved != typed:
            found.append((str(bound.label), marked(saved, typed)))
    return found


def as_read(bound: forms.BoundField, value: Any) -> str:
    """A value as it is read: the label of a choice, «oui», a date in French order as typed, lines with the same ends."""
    if isinstance(bound.field, forms.ModelChoiceField):
        wanted = str(getattr(value, "pk", value) or "")
        return _label(bound.field.choices, wanted) if wanted else ""
    if isinstance(bound.field, forms.ChoiceField):
        return _label(bound.field.choices, "" if value is None else str(value)) or str(value or "")
    if isinstance(bound.field, forms.BooleanField):
        return "oui" if value else "non"
    prepared = bound.field.widget.format_value(value) if not isinstance(value, str) else value
    if isinstance(prepared, list):
        return ", ".join(str(one) for one in prepared if one)
    return str(prepared if prepared is not None else "").replace("\r\n", "\n").strip()


def _label(choices: Any, wanted: str) -> str:
    return next((str(label) for key, label in choices if str(key) == wanted), "")


def reopen(form: HubForm | HubModelForm, name: str, value: Any) -> None:
    """After a conflict the typed form stands on the newest text: saving it again is then a choice."""
    data: Any = form.data.copy()  # type: ignore[attr-defined]  # a QueryDict
    data[form.add_prefix(name)] = str(value)
    form.data = data
