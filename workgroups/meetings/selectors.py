from datetime import timedelta
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from hub.core.accounts.actor import Actor
from workgroups.decisions.models import Decision
from workgroups.groups.models import GroupMember, Workgroup
from workgroups.groups.selectors import as_read
from workgroups.meetings.models import Meeting

LONG = timedelta(hours=4)


def meetings(actor: Actor, group: Workgroup) -> QuerySet[Meeting]:
    found: QuerySet[Meeting] = Meeting.objects.visible_to(actor).filter(workgroup=group)
    return found.select_related("facilitator__user", "note_taker__user")


def upcoming(actor: Actor, group: Workgroup) -> QuerySet[Meeting]:
    """Nearest first; one that goes on now is still to come."""
    found = meetings(actor, group).filter(cancelled_at=None)
    return found.filter(starts_at__gte=timezone.now() - LONG).order_by("starts_at", "id")


def held(actor: Actor, group: Workgroup, *kept: UUID | None) -> QuerySet[Meeting]:
    """Meetings that have begun and were not cancelled, in which something can have been decided; and those `kept` anyway."""
    return meetings(actor, group).filter(Q(cancelled_at=None, starts_at__lte=timezone.now()) | Q(pk__in=[pk for pk in kept if pk]))


def meeting_of(decision: Decision) -> Meeting | None:
    """The meeting in which a decision was noted; for a decision already granted."""
    return Meeting.unscoped.filter(decisions=decision).first()


def present(meeting: Meeting) -> list[tuple[str, list[GroupMember]]]:
    """Who was there, by the organisation that each spoke for."""
    rows = meeting.present.select_related("user", "organisation").order_by(*as_read())
    found: dict[str, list[GroupMember]] = {}
    for row in rows:
        found.setdefault(row.speaks_for, []).append(row)
    return list(found.items())
