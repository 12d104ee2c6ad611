"""What the screens of this package share: the doors."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from hub.core.accounts.actor import Actor, actor_of
from hub.core.accounts.models import Organisation
from trainings.sessions.forms import known_ids
from trainings.wishes import rules
from trainings.wishes.enums import WishStatus
from trainings.wishes.models import Wish

GONE = "Ce besoin n’attend plus de session."


def entering(request: HttpRequest) -> tuple[Actor, Organisation]:
    """The actor and the CAE whose needs she enters."""
    actor = actor_of(request)
    if not rules.can_enter(actor):
        raise PermissionDenied
    return actor, get_object_or_404(Organisation, pk=actor.organisation_id)


def counting(request: HttpRequest) -> Actor:
    """The actor, who holds sessions in a member of the federation."""
    actor = actor_of(request)
    if not rules.can_count(actor):
        raise PermissionDenied
    return actor


def wish_to_answer(request: HttpRequest, pk: UUID) -> tuple[Actor, Wish]:
    """A need that somebody may answer, and who looks at it."""
    actor = counting(request)
    rows = Wish.objects.visible_to(actor).exclude(status=WishStatus.WITHDRAWN)
    return actor, get_object_or_404(rows.select_related("organisation", "skill", "asked_course__organisation", "declined_by"), pk=pk)


def ticked(request: HttpRequest, wishes: Iterable[Wish]) -> list[Wish]:
    """Those that the address names."""
    asked = known_ids(request.GET.getlist("besoin"))
    return [one for one in wishes if one.pk in asked]


def renew_version(form: forms.Form, version: int) -> None:
    """After a conflict the form keeps what was typed and bears the version that its reader has now been shown."""
    data: Any = form.data.copy()  # type: ignore[attr-defined]  # a QueryDict
    data["version"] = version
    form.data = data
