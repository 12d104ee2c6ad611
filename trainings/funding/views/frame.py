"""What the screens of this package share: the door, a file as its reader sees it."""

from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from hub.core.accounts.actor import Actor, actor_of
from hub.core.accounts.models import Organisation
from trainings.funding import rules
from trainings.funding.models import FundingFile
from trainings.funding.selectors import Reading, files_of, read_file


def manager(request: HttpRequest) -> tuple[Actor, Organisation]:
    """The actor and the organisation whose files she follows."""
    actor = actor_of(request)
    if not rules.can_manage(actor):
        raise PermissionDenied
    return actor, get_object_or_404(Organisation, pk=actor.organisation_id)


def reading(request: HttpRequest, pk: UUID) -> Reading:
    """The file, absent for who may not see it."""
    actor = actor_of(request)
    return read_file(get_object_or_404(files_of(FundingFile.objects.visible_to(actor)), pk=pk), actor)


def renew_version(form: forms.Form, version: int) -> None:
    """After a conflict the form keeps what was typed and bears the version that its reader has now been shown."""
    data: Any = form.data.copy()  # type: ignore[attr-defined]  # a QueryDict
    data["version"] = version
    form.data = data
