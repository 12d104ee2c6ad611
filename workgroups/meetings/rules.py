"""Meetings are read by the group's people and written by its members."""

from hub.core.accounts.actor import Actor
from workgroups.groups import rules as groups
from workgroups.groups.models import Workgroup
from workgroups.meetings.models import Meeting


def can_write(actor: Actor, group: Workgroup) -> bool:
    return groups.can_write(actor, group)


def can_change(actor: Actor, group: Workgroup, meeting: Meeting) -> bool:
    """A meeting that was cancelled stays as it was."""
    return meeting.cancelled_at is None and groups.can_write(actor, group)
