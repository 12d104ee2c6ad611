"""What the screens of this package share: the doors."""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from hub.core.accounts.actor import Actor, actor_of
from hub.core.accounts.models import Organisation
from trainings.wishes import rules


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


def renew_version(form: forms.Form, version: int) -> None:
    """After a conflict the form keeps what was typed and bears the version that its reader has now been shown."""
    data: Any = form.data.copy()  # type: ignore[attr-defined]
    data["version"] = version
    form.data = data
