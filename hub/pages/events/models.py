"""Events: what is announced is a page; its places and who holds them are counted rows, which no revision of the page can touch."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from wagtail.models import PageManager

from hub.core.accounts.actor import Actor
from hub.core.accounts.scoping import ScopedQuerySet
from hub.core.kit.dates import hour_fr, local, long_day_fr
from hub.core.kit.models import Row
from hub.pages.events.enums import EventKind, PlaceStatus
from hub.pages.writing.enums import Writers
from hub.pages.writing.models import WrittenPage, WrittenQuerySet

MOST_PLACES = 2_000


class EventQuerySet(WrittenQuerySet):
    def for_list(self) -> Self:
        return super().for_list().select_related("seating")

    def to_come(self, now: datetime) -> Self:
        """Those that have not ended."""
        return self.filter(ends_at__gte=now)


class EventPage(WrittenPage):
    """A seminar, a visit, an information meeting. Moments are aware; a change is published at once."""

    noun = "event"
    namespace = "events"
    writers = Writers.TEAM
    has_draft = False
    WHERE_AND_WHEN = ("starts_at", "ends_at", "place", "link")

    kind = models.CharField("nature", max_length=12, choices=EventKind, default=EventKind.OTHER)
    starts_at = models.DateTimeField("commence le")
    ends_at = models.DateTimeField("finit le")
    place = models.CharField("lieu", max_length=300, blank=True)
    link = models.URLField("lien de la visioconférence", max_length=500, blank=True)
    closes_at = models.DateTimeField("inscriptions jusqu’au", null=True, blank=True)

    objects = PageManager.from_queryset(EventQuerySet)()

    class Meta:
        verbose_name = "rendez-vous"
        verbose_name_plural = "rendez-vous"
        constraints = [models.CheckConstraint(condition=Q(ends_at__gte=F("starts_at")), name="event_ends_after_it_starts")]
        indexes = [models.Index(fields=["starts_at"])]

    @property
    def when(self) -> str:
        """«jeudi 14 janvier 2027, de 9 h à 17 h», or both days when they differ."""
        first, last = local(self.starts_at), local(self.ends_at)
        if first.date() == last.date():
            return f"{long_day_fr(first)}, de {hour_fr(first)} à {hour_fr(last)}"
        return f"du {long_day_fr(first)}, {hour_fr(first)}, au {long_day_fr(last)}, {hour_fr(last)}"


class Seating(Row):
    """The places of an event and their counts, which follow the registrations under the lock of this row (services/seats.py).

    `capacity` None: one comes without registering. `sequence` counts the changes that calendars must take over (RFC 5545, SEQUENCE).
    """

    event = models.OneToOneField(EventPage, models.PROTECT, related_name="seating", verbose_name="rendez-vous")
    capacity = models.PositiveSmallIntegerField(
        "places", null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(MOST_PLACES)]
    )
    confirmed_count = models.PositiveSmallIntegerField("inscrites", default=0)
    waiting_count = models.PositiveIntegerField("en attente", default=0)
    sequence = models.PositiveIntegerField("changements", default=0)
    cancelled_at = models.DateTimeField("annulé le", null=True, blank=True)
    cancellation_reason = models.CharField("motif de l’annulation", max_length=500, blank=True)

    class Meta:
        verbose_name = "places d’un rendez-vous"
        verbose_name_plural = "places des rendez-vous"
        constraints = [
            models.CheckConstraint(
                condition=Q(capacity=None, confirmed_count=0, waiting_count=0) | Q(confirmed_count__lte=F("capacity")),
                name="never_more_seated_than_places",
            )
        ]

    def __str__(self) -> str:
        return str(self.event_id)

    @property
    def free_count(self) -> int:
        return max(0, (self.capacity or 0) - self.confirmed_count)

    def is_awaited_at(self, now: datetime) -> bool:
        """Whether it is expected to take place: announced, not cancelled, not begun."""
        return self.event.live and self.cancelled_at is None and now < self.event.starts_at

    def is_open_at(self, now: datetime) -> bool:
        """Whether one registers: it is awaited, there are places to give, and its own closing moment is not past."""
        late = self.event.closes_at is not None and now > self.event.closes_at
        return self.is_awaited_at(now) and self.capacity is not None and not late

    def takes_guests_at(self, now: datetime) -> bool:
        """Whether who holds it adds somebody: until it begins, its closing moment is for those who register by themselves."""
        return self.is_awaited_at(now) and self.capacity is not None


class AttendanceQuerySet(ScopedQuerySet["EventRegistration"]):
    def visible_to(self, actor: Actor) -> Self:
        """One's own; all of an event for those who hold it: whoever may write its page."""
        if actor.user_id is None or actor.agreement_id is not None:
            return self.scoped(pk__in=())
        return self.scoped(Q(user=actor.user_id) | Q(event__in=EventPage.objects.written_by(actor).values("pk")))

    def own(self, actor: Actor) -> Self:
        """Of the rows that `visible_to` grants, those of the actor herself."""
        return self.scoped(Q(pk__in=()) if actor.user_id is None or actor.agreement_id is not None else Q(user=actor.user_id))

    def active(self) -> Self:
        return self.exclude(status=PlaceStatus.CANCELLED)


class EventRegistration(Row):
    """A person's place or rank at an event, with the organisation that she came for."""

    event = models.ForeignKey(EventPage, models.PROTECT, related_name="registrations", verbose_name="rendez-vous")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="event_registrations", verbose_name="personne"
    )
    organisation = models.ForeignKey(
        "accounts.Organisation", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="organisation"
    )
    status = models.CharField("état", max_length=10, choices=PlaceStatus)
    rank = models.PositiveIntegerField("rang", null=True, blank=True)
    # the day of the event of which each reminder spoke: moved to another day, it is told again
    week_told_for = models.DateField("rappel d’une semaine, pour le", null=True, blank=True, editable=False)
    eve_told_for = models.DateField("rappel de la veille, pour le", null=True, blank=True, editable=False)

    objects = AttendanceQuerySet.as_manager()
    unscoped = models.Manager()

    class Meta:
        verbose_name = "inscription à un rendez-vous"
        verbose_name_plural = "inscriptions aux rendez-vous"
        default_manager_name = base_manager_name = "unscoped"
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["event", "user"], condition=~Q(status=PlaceStatus.CANCELLED), name="one_active_registration_per_event"
            ),
            models.CheckConstraint(
                condition=Q(status=PlaceStatus.WAITING, rank__isnull=False) | ~Q(status=PlaceStatus.WAITING) & Q(rank=None),
                name="only_who_waits_has_a_rank",
            ),
        ]
        indexes = [models.Index(fields=["event", "status", "rank"])]

    def __str__(self) -> str:
        return f"{self.event_id} · {self.status}"

    @property
    def as_guest(self) -> "Guest | None":
        """Who holds it without an account."""
        return getattr(self, "guest", None)

    @property
    def name(self) -> str:
        who = self.user or self.as_guest
        return who.name if who else "ancien compte"


class Guest(Row):
    """Who holds a place without an account: whoever holds the event wrote her down. The row goes with the place, or with the names of the others."""

    registration = models.OneToOneField(EventRegistration, models.CASCADE, related_name="guest", verbose_name="inscription")
    name = models.CharField("nom", max_length=150)
    email = models.EmailField("courriel", blank=True)
    phone = models.CharField("téléphone", max_length=30, blank=True)

    class Meta:
        verbose_name = "personne sans compte inscrite à un rendez-vous"
        verbose_name_plural = "personnes sans compte inscrites à un rendez-vous"

    def __str__(self) -> str:
        return str(self.registration_id)
