from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone

from hub.core.kit.dates import day_fr, hour_fr
from hub.core.notifications.kinds import Category, NotificationKind, register
from workgroups.meetings import ics
from workgroups.meetings.models import Meeting


class _AboutMeeting(NotificationKind):
    category = Category.GROUPS
    meeting: Meeting

    def audience(self) -> str:
        return self.meeting.workgroup.token

    def url(self) -> str:
        return reverse("meetings:meeting", args=[self.meeting.workgroup.acronym, self.meeting.pk])

    def data(self) -> dict[str, str]:
        return {"meeting": str(self.meeting.pk), "workgroup": str(self.meeting.workgroup_id)}

    def calendar(self) -> str:
        """What is told of a meeting to come goes into diaries too."""
        if self.meeting.is_past(timezone.now()):
            return ""
        method = ics.Method.CANCEL if self.meeting.cancelled_at is not None else ics.Method.PUBLISH
        return ics.calendar([ics.appointment(self.meeting)], method=method)

    @property
    def when(self) -> str:
        return f"{day_fr(self.meeting.starts_at)}, {hour_fr(self.meeting.starts_at)}"


@register
@dataclass(frozen=True)
class MeetingPlanned(_AboutMeeting):
    code = "workgroups.meeting_planned"
    label = "Une réunion d’un de mes groupes est fixée, ou change de moment"
    can_wait = False
    meeting: Meeting
    is_moved: bool = False

    def subject(self) -> str:
        return f"{'Réunion déplacée' if self.is_moved else 'Réunion'} du groupe {self.meeting.workgroup.name} : {self.when}"


@register
@dataclass(frozen=True)
class MeetingCancelled(_AboutMeeting):
    code = "workgroups.meeting_cancelled"
    label = "Une réunion d’un de mes groupes est annulée"
    can_wait = False
    meeting: Meeting

    def subject(self) -> str:
        return f"Réunion annulée du groupe {self.meeting.workgroup.name} : {self.when}"


@register
@dataclass(frozen=True)
class MinutesWritten(_AboutMeeting):
    code = "workgroups.minutes_written"
    label = "Le compte rendu d’une réunion d’un de mes groupes est écrit"
    meeting: Meeting

    def subject(self) -> str:
        return f"Compte rendu du groupe {self.meeting.workgroup.name} : {self.meeting.title}"
