"""What every screen of a group begins with; the other packages of working groups use it too."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.safestring import SafeString

from hub.core.accounts.actor import Actor
from hub.core.kit.text import typo
from hub.core.ui.forms import HubForm, HubModelForm
from hub.core.ui.words import marked
from workgroups.groups import rules
from workgroups.groups.models import Workgroup


def actor_of(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def group_of(request: HttpRequest, acronym: str) -> Workgroup:
    """A group in sight; any other does not exist for the reader."""
    rows = Workgroup.objects.visible_to(actor_of(request)).select_related("convener")
    group: Workgroup = get_object_or_404(rows, acronym=acronym)
    return group


def group_inside(request: HttpRequest, acronym: str) -> Workgroup:
    """A group whose inside the reader may see: for others its meetings, decisions and drafts do not exist."""
    group = group_of(request, acronym)
    if not rules.can_see_inside(actor_of(request), group):
        raise Http404
    return group


def group_written(request: HttpRequest, acronym: str) -> Workgroup:
    """A group in which the reader writes."""
    group = group_inside(request, acronym)
    if not rules.can_write(actor_of(request), group):
        raise PermissionDenied
    return group


def ask(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """The page that asks before what cannot be undone (ui/confirm.html), its sentences spaced as French wants."""
    words = {name: typo(context[name]) for name in ("title", "text", "action", "keep")}
    consequences = [typo(line) for line in context["consequences"]]
    return render(request, "ui/confirm.html", context | words | {"consequences": consequences, "tone": "bad"})


def differing(form: HubForm | HubModelForm, theirs: Any, names: Iterable[str]) -> list[tuple[str, SafeString]]:
    """Of a form that came second: (label, words of the saved text struck out and of the typed one underlined) for each field that differs.

    Args: theirs is the row as it stands; values are compared as the form shows them.
    """
    found = []
    for name in names:
        bound = form[name]
        saved, typed = _words(bound, getattr(theirs, name)), _words(bound, bound.data)
        if saved != typed:
            found.append((str(bound.label), marked(saved, typed)))
    return found


def _words(bound: forms.BoundField, value: Any) -> str:
    """A value as it is read: the label of a choice, a date in French order as typed, lines with the same ends."""
    if isinstance(bound.field, forms.ModelChoiceField):
        wanted = str(getattr(value, "pk", value) or "")
        return _label(bound.field.choices, wanted) if wanted else ""
    if isinstance(bound.field, forms.ChoiceField):
        return _label(bound.field.choices, str(value)) or str(value or "")
    prepared = bound.field.widget.format_value(value) if not isinstance(value, str) else value
    return str(prepared if prepared is not None else "").replace("\r\n", "\n").strip()


def _label(choices: Any, wanted: str) -> str:
    return next((str(label) for key, label in choices if str(key) == wanted), "")


def reopen(form: HubForm | HubModelForm, name: str, value: Any) -> None:
    """After a conflict the typed form stands on the newest text: saving it again is then a choice."""
    data: Any = form.data.copy()  # type: ignore[attr-defined]  # a QueryDict
    data[form.add_prefix(name)] = str(value)
    form.data = data
