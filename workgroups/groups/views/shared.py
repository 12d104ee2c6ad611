"""What every screen of a group begins with; the other packages of working groups use it too."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from hub.core.accounts.actor import actor_of
from workgroups.groups import rules
from workgroups.groups.models import Workgroup


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
