"""What somebody wrote in a form that was not taken, given back to be read again or copied."""

import sys
from collections.abc import Iterable, Iterator

from django.forms import BaseForm, BaseFormSet
from django.http import HttpRequest

LONGEST_WORD = 12  # signs: a value without space, or that short, is a choice or an identifier


def sentences(request: HttpRequest | None, fields: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """(label, text) of the sentences among these (name, value) of a form sent to the address of this request."""
    labels = _labels(request)
    texts = [(name, value) for name, value in fields if len(value) > LONGEST_WORD and " " in value]
    return [(labels.get(name.rsplit("-", 1)[-1]) or f"Texte saisi, {number}", value) for number, (name, value) in enumerate(texts, start=1)]


def _labels(request: HttpRequest | None) -> dict[str, str]:
    """By name, the label of a field in the forms that the page uses; empty for a name that two of them label differently."""
    found: dict[str, str] = {}
    for form in _forms(request):
        for name, field in form.base_fields.items():  # type: ignore[attr-defined]  # of every form class
            label = str(field.label or "")
            found[name] = label if found.setdefault(name, label) == label else ""
    return found


def _forms(request: HttpRequest | None) -> Iterator[type[BaseForm]]:
    match = getattr(request, "resolver_match", None)
    view = getattr(match.func, "view_class", match.func) if match else None
    for one in vars(sys.modules.get(getattr(view, "__module__", ""), sys)).values() if view else ():
        if isinstance(one, type) and issubclass(one, BaseFormSet):
            yield one.form  # type: ignore[attr-defined]  # of every class that formset_factory makes
        elif isinstance(one, type) and issubclass(one, BaseForm) and hasattr(one, "base_fields"):
            yield one
