from dataclasses import dataclass, replace

from django.urls import reverse

from hub.core.notifications.kinds import Category, NotificationKind, register
from hub.pages.events import ics
from hub.pages.events.enums import PlaceStatus
from hub.pages.events.models import EventPage, EventRegistration


class _AboutEvent(NotificationKind):
    category = Category.HUB
    event: EventPage

    def audience(self) -> str:
        return self.event.audience

    def url(self) -> str:
        return self.event.get_absolute_url()

    def data(self) -> dict[str, str]:
        return {"page": str(self.event.public_id)}

    def calendar(self) -> str:
        """Without the link: the letter's reader may have lost her place when she opens it; the page shows it."""
        method = ics.Method.CANCEL if self.event.seating.cancelled_at is not None else ics.Method.PUBLISH
        return ics.calendar([ics.appointment(self.event, is_waiting=self.waits())], method=method)

    def waits(self) -> bool:
        """Whether its reader has a rank and no place: her diary says that it is not sure."""
        return False


@register
@dataclass(frozen=True)
class Registered(_AboutEvent):
    code = "life.registered"
    label = "Je m’inscris à un rendez-vous"
    on_screen = False
    event: EventPage
    registration: EventRegistration

    def waits(self) -> bool:
        return self.registration.status == PlaceStatus.WAITING

    def subject(self) -> str:
        return f"{'Liste d’attente' if self.waits() else 'Inscription'} : {self.event.title}"


@register
@dataclass(frozen=True)
class PlaceGiven(_AboutEvent):
    code = "life.place_given"
    label = "Une place se libère pour moi à un rendez-vous"
    event: EventPage

    def subject(self) -> str:
        return f"Une place pour vous : {self.event.title}"


@register
@dataclass(frozen=True)
class EventMoved(_AboutEvent):
    code = "life.event_moved"
    label = "Un rendez-vous où je suis inscrite ou inscrit change de moment ou de lieu"
    event: EventPage
    is_back: bool = False  # put back by moderation which had withdrawn it, or announced anew by who had taken it down
    is_waiting: bool = False

    def waits(self) -> bool:
        return self.is_waiting

    def subject(self) -> str:
        return f"{'De nouveau annoncé' if self.is_back else 'Changement'} : {self.event.title}, {self.event.when}"


@register
@dataclass(frozen=True)
class EventCancelled(_AboutEvent):
    code = "life.event_cancelled"
    label = "Un rendez-vous où je suis inscrite ou inscrit est annulé"
    event: EventPage
    reason: str

    def subject(self) -> str:
        return f"Annulé : {self.event.title}"


@register
@dataclass(frozen=True)
class EventWithdrawn(_AboutEvent):
    """Its page is gone for its readers: the letter leads nowhere, and diaries take it out as if it were cancelled."""

    code = "life.event_withdrawn"
    label = "Un rendez-vous où je suis inscrite ou inscrit est retiré par la modération"
    event: EventPage
    reason: str

    def subject(self) -> str:
        return f"Retiré par la modération : {self.event.title}"

    def url(self) -> str:
        return ""

    def calendar(self) -> str:
        return ics.calendar([ics.appointment(self.event)], method=ics.Method.CANCEL)


@register
@dataclass(frozen=True)
class TakenOff(_AboutEvent):
    """Whoever holds the event took her off its list: her diary takes it out, for her alone."""

    code = "life.taken_off"
    label = "Qui organise un rendez-vous y retire mon inscription"
    can_wait = False
    event: EventPage

    def subject(self) -> str:
        return f"Inscription retirée : {self.event.title}"

    def calendar(self) -> str:
        return ics.calendar([ics.appointment(self.event)], method=ics.Method.CANCEL)


@register
@dataclass(frozen=True)
class GuestSeated(_AboutEvent):
    """The hub writes to nobody without an account: whoever announced the event has to tell her."""

    code = "life.guest_seated"
    label = "Une personne sans compte reçoit une place à un rendez-vous que j’annonce"
    event: EventPage

    def subject(self) -> str:
        return f"Une place pour une personne sans compte : {self.event.title}"

    def url(self) -> str:
        return reverse("events:people", args=[self.event.public_id])

    def calendar(self) -> str:
        return ""


@register
@dataclass(frozen=True)
class PlaceLost(_AboutEvent):
    """She left those who read of it, and her place went to who waited. She is told what she knew of it, the title and the moment of then
    (`event` as it was, seats._as_she_knew): neither its words nor its place, and no page, which she reads no more.
    """

    code = "life.place_lost"
    label = "Ma place à un rendez-vous que je ne lis plus passe à qui attend"
    can_wait = False
    event: EventPage

    def subject(self) -> str:
        return f"Place rendue : {self.event.title}"

    def audience(self) -> str:
        return ""

    def url(self) -> str:
        return ""

    def calendar(self) -> str:
        return ics.calendar([replace(ics.appointment(self.event), place="", description="")], method=ics.Method.CANCEL)


class _Reminder(_AboutEvent):
    """The letter of the registration carried the appointment: this one does not, so that a digest may hold it."""

    def calendar(self) -> str:
        return ""


@register
@dataclass(frozen=True)
class EventNextWeek(_Reminder):
    code = "life.event_next_week"
    label = "Un rendez-vous où j’ai une place a lieu dans une semaine"
    event: EventPage

    def subject(self) -> str:
        return f"Dans quelques jours : {self.event.title}, {self.event.when}"


@register
@dataclass(frozen=True)
class EventTomorrow(_Reminder):
    code = "life.event_tomorrow"
    label = "Un rendez-vous où j’ai une place a lieu demain"
    can_wait = False
    event: EventPage

    def subject(self) -> str:
        return f"Demain : {self.event.title}, {self.event.when}"
