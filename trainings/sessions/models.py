"""Sessions, their half-days, and who is registered by which employer: counted and signed, so plain rows."""

from datetime import date, datetime, timedelta
from typing import Self

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce, NullIf
from django.utils.functional import cached_property

from hub.core.accounts.actor import Actor
from hub.core.accounts.permissions import Permission
from hub.core.accounts.scoping import ScopedQuerySet
from hub.core.kit.dates import DAYS, at_home, date_fr, long_date_fr, long_day_fr
from hub.core.kit.models import Row
from hub.core.kit.text import FIXED
from trainings.catalogue.models import CoursePage
from trainings.sessions.enums import MOVES, Nature, Period, RegistrationStatus, SessionStatus
from trainings.sessions.errors import MoveRefused

MOST_PLACES = 500
DEFAULT_PAYMENT = "Paiement à 30 jours après la fin de la session, sur facture ; subrogation par l’OPCO possible."


# the public has seen it: open or closed, or cancelled after it was
PUBLISHED = ~Q(status__in=[SessionStatus.DRAFT, SessionStatus.CANCELLED]) | Q(status=SessionStatus.CANCELLED, opened_at__isnull=False)


class SessionQuerySet(ScopedQuerySet["TrainingSession"]):
    def visible_to(self, actor: Actor) -> Self:
        """Sessions are public once they have left the draft, which the staff of the training organisation sees, and those cancelled before that."""
        own = Q(organisation=actor.organisation_id) if actor.is_staff_of(actor.organisation_id) else Q(pk__in=())
        return self.scoped(PUBLISHED | own)

    def upcoming(self, on: date) -> Self:
        return self.filter(ends_on__gte=on).exclude(status=SessionStatus.CANCELLED)

    def openable(self, on: date) -> Self:
        """Those that an opening makes registrable on a day: the rows whose `past_words` are empty."""
        return self.exclude(starts_on__lte=on).exclude(registration_closes_on__lt=on)

    def with_places(self, on: date) -> Self:
        """Those where somebody registered on a day has a place at once."""
        return self.openable(on).filter(status=SessionStatus.OPEN, confirmed_count__lt=F("capacity"))


class TrainingSession(Row):
    """A programme held at a time and place, with places and a price.

    `price_cents` is per trainee, without tax. `starts_on`, `ends_on`, `duration_minutes` and `remote_minutes` follow the half-days.
    The two counts follow the registrations under the lock of this row (services/seats.py). `needs_closed_on` is its last day as it was when days were
    changed after it: what trainees had shown of their needs stays closed since.
    """

    course = models.ForeignKey("catalogue.CoursePage", models.PROTECT, related_name="sessions", verbose_name="programme")
    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="sessions", verbose_name="organisme")
    title = models.CharField("intitulé", max_length=255)
    programme_version = models.PositiveIntegerField("version du programme")
    # the released text as it stood when the session was made, or took a newer one: paperwork says that one, whatever is released later
    programme_revision = models.ForeignKey("wagtailcore.Revision", models.PROTECT, null=True, blank=True, related_name="+")
    programme_published_on = models.DateField("version du programme publiée le", null=True, blank=True, editable=False)
    nature = models.CharField("nature", max_length=8, choices=Nature, default=Nature.TRAINING)
    status = models.CharField("état", max_length=12, choices=SessionStatus, default=SessionStatus.DRAFT)
    starts_on = models.DateField("premier jour", null=True, blank=True)
    ends_on = models.DateField("dernier jour", null=True, blank=True)
    duration_minutes = models.PositiveIntegerField("durée", default=0)
    remote_minutes = models.PositiveIntegerField("dont à distance", default=0)
    version = models.PositiveIntegerField("version", default=1, editable=False)  # raised by each save of the form, not by registrations
    capacity = models.PositiveSmallIntegerField("places", validators=[MinValueValidator(1), MaxValueValidator(MOST_PLACES)])
    confirmed_count = models.PositiveSmallIntegerField("inscrites", default=0)
    waiting_count = models.PositiveIntegerField("en attente", default=0)
    registration_closes_on = models.DateField("inscriptions jusqu’au", null=True, blank=True)
    price_cents = models.PositiveIntegerField("prix par personne, hors taxes, en centimes")
    payment_terms = models.TextField("modalités de règlement", default=DEFAULT_PAYMENT)
    subrogation = models.BooleanField("l’OPCO règle directement l’organisme (subrogation)", default=False)
    cancellation_terms = models.TextField("dédit, absence, annulation", blank=True)
    remote_assistance = models.TextField("assistance à distance", blank=True)
    remote_activities = models.TextField("activités à distance et leur durée moyenne", blank=True)
    place_name = models.CharField("lieu", max_length=120, blank=True)
    street = models.CharField("adresse", max_length=200, blank=True)
    postal_code = models.CharField("code postal", max_length=5, blank=True)
    city = models.CharField("commune", max_length=80, blank=True)
    access_notes = models.TextField("accès", blank=True)
    opened_at = models.DateTimeField("ouverte la première fois le", null=True, blank=True, editable=False)
    cancelled_at = models.DateTimeField("annulée le", null=True, blank=True)
    cancellation_reason = models.CharField("motif de l’annulation", max_length=500, blank=True)
    needs_closed_on = models.DateField("besoins lus jusqu’au", null=True, blank=True, editable=False)
    trainers = models.ManyToManyField(
        settings.AUTH_USER_MODEL, related_name="trained_sessions", blank=True, verbose_name="formatrices et formateurs"
    )

    objects = SessionQuerySet.as_manager()
    unscoped = models.Manager()

    class Meta:
        verbose_name = "session"
        default_manager_name = base_manager_name = "unscoped"
        ordering = ["starts_on", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(confirmed_count__lte=F("capacity")), name="never_more_confirmed_than_places"),
            models.CheckConstraint(
                condition=Q(starts_on=None, ends_on=None) | Q(ends_on__gte=F("starts_on")), name="session_ends_after_it_starts"
            ),
            models.CheckConstraint(condition=Q(remote_minutes__lte=F("duration_minutes")), name="remote_part_of_the_whole"),
        ]
        indexes = [
            models.Index(fields=["status", "starts_on"]), models.Index(fields=["organisation", "starts_on"]),
            models.Index(fields=["status", "ends_on"]), models.Index(fields=["ends_on"]),  # those that are not over, among those of ten years
            models.Index(fields=["created_at"]),  # those opened since somebody's last visit
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.title

    @property
    def audit_label(self) -> str:
        return self.title

    @cached_property
    def programme(self) -> CoursePage:
        """The programme of this session, in the version that it was made from."""
        found: CoursePage = self.programme_revision.as_object() if self.programme_revision else self.course
        return found

    @property
    def has_newer_release(self) -> bool:
        """Whether its programme was published anew since the version that it keeps."""
        return self.course.live and self.course.live_revision_id not in {None, self.programme_revision_id}

    def read_programme_text(self) -> None:
        """Make `programme` the released text alone, read without a query from the revision at hand: for lists, which neither link nor save it."""
        if self.programme_revision is not None:
            self.programme = CoursePage.from_serializable_data(self.programme_revision.content, check_fks=False)

    @property
    def free_count(self) -> int:
        return self.capacity - self.confirmed_count

    @property
    def remote_rate(self) -> float:
        """Share of remote teaching in the whole, in % with two decimals (D6353-1, since 1 July 2025)."""
        return round(100 * self.remote_minutes / self.duration_minutes, 2) if self.duration_minutes else 0.0

    @property
    def remote_rate_words(self) -> str:
        """«0 %», «33,33 %»"""
        return f"{self.remote_rate:g}".replace(".", ",") + f"{FIXED}%"

    @property
    def place(self) -> str:
        town = f"{self.postal_code} {self.city}".strip()
        return ", ".join(part for part in (self.place_name, self.street, town) if part)

    @property
    def missing_minutes(self) -> int:
        """What its half-days lack of the length of its programme; nothing while it has none, or when the programme says no length."""
        return max(0, (self.programme.duration_minutes or 0) - self.duration_minutes) if self.duration_minutes else 0

    @property
    def is_workshop(self) -> bool:
        return self.nature == Nature.WORKSHOP

    @property
    def is_cancelled(self) -> bool:
        return self.status == SessionStatus.CANCELLED

    @property
    def was_published(self) -> bool:
        """Whether the public has ever seen it: the twin of PUBLISHED."""
        return self.status not in {SessionStatus.DRAFT, SessionStatus.CANCELLED} or (self.is_cancelled and self.opened_at is not None)

    def can_be_removed(self) -> bool:
        """Never published, and nobody ever registered: it leaves no trace that somebody could look for. One query at most."""
        return not self.was_published and not self.registrations.exists()

    @property
    def period_words(self) -> str:
        """«le lundi 18 janvier 2027», «du lundi 18 au mercredi 20 janvier 2027»; empty without half-days."""
        first, last = self.starts_on, self.ends_on
        if first is None or last is None:
            return ""
        if first == last:
            return f"le {long_day_fr(first)}"
        start = long_day_fr(first)
        if first.year == last.year:
            start = start.rsplit(" ", 1)[0]
            if first.month == last.month:
                start = start.rsplit(FIXED, 1)[0]
        return f"du {start} au {long_day_fr(last)}"

    def is_over_on(self, day: date) -> bool:
        return self.ends_on is not None and self.ends_on < day

    def are_needs_closed_on(self, day: date) -> bool:
        """Whether what its trainees show of their needs is read no more: it is over, or was before days were added to it."""
        return self.is_over_on(day) or self.needs_closed_on is not None

    def has_come(self, day: date) -> bool:
        """Whether its first day has come, from the morning on: what was to be done before it is late."""
        return self.starts_on is not None and day >= self.starts_on

    def has_begun(self, day: date) -> bool:
        """Whether it is over, or somebody has signed for a half-day: from then on the session is proof, and stays. One query."""
        return self.is_over_on(day) or self.half_days.filter(signing_began_at__isnull=False).exists()

    @property
    def registrable_until(self) -> date | None:
        """The last day on which people are registered: its own, and the eve of the first day at the latest; None without dates."""
        eve = self.starts_on - timedelta(days=1) if self.starts_on else None
        return min((day for day in (self.registration_closes_on, eve) if day), default=None)

    def is_open_on(self, day: date) -> bool:
        """Whether people can be registered on a day: open, not begun, and not past its own closing date."""
        return self.status == SessionStatus.OPEN and not self.past_words(day)

    def status_on(self, day: date) -> str:
        """Its status as the calendar leaves it: an open one is closed once nobody can be registered any more."""
        return SessionStatus.CLOSED if self.status == SessionStatus.OPEN and self.past_words(day) else self.status

    def closed_words(self, day: date) -> str:
        """Why nobody can be registered on a day; empty when people can."""
        if self.is_open_on(day):
            return ""
        if self.is_cancelled:
            return "Cette session est annulée."
        if self.status == SessionStatus.DRAFT and not self.past_words(day):
            return "Les inscriptions de cette session ne sont pas encore ouvertes."
        return f"Les inscriptions de cette session sont closes. {self.past_words(day) or 'Seul l’organisme les rouvre.'}"

    def past_words(self, day: date) -> str:
        """What no opening can change, in words; empty when it can be opened on that day."""
        if self.starts_on and self.has_come(day):
            return f"La session a commencé le {long_date_fr(self.starts_on)}."
        if self.registration_closes_on and day > self.registration_closes_on:
            return f"Elles se faisaient jusqu’au {long_date_fr(self.registration_closes_on)}."
        return ""

    def move_to(self, status: SessionStatus) -> None:
        if status not in MOVES[self.status]:
            raise MoveRefused(f"{self.get_status_display()} → {status.label}")
        self.status = status


class HalfDay(Row):
    """One half-day of a session: what is signed for, one line per trainee."""

    session = models.ForeignKey(TrainingSession, models.CASCADE, related_name="half_days")
    date = models.DateField("jour")
    period = models.CharField("demi-journée", max_length=2, choices=Period)
    starts_at = models.TimeField("début")
    ends_at = models.TimeField("fin")
    is_remote = models.BooleanField("à distance", default=False)
    topic = models.CharField("sujet", max_length=160, blank=True)
    signing_began_at = models.DateTimeField("feuille commencée le", null=True, blank=True)  # from then on its day and hours hold

    class Meta:
        verbose_name = "demi-journée"
        verbose_name_plural = "demi-journées"
        ordering = ["date", "starts_at"]
        constraints = [
            models.UniqueConstraint(fields=["session", "date", "period"], name="one_row_per_half_day"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="half_day_ends_after_it_starts"),
        ]

    def __str__(self) -> str:
        return f"{self.date} {self.get_period_display()}"

    @property
    def day_words(self) -> str:
        """«lun. 4 janv.»: the year is said once, by the session."""
        return f"{DAYS[self.date.weekday()]} {date_fr(self.date, year=False)}"

    @property
    def begins_at(self) -> datetime:
        return at_home(self.date, self.starts_at)

    @property
    def finishes_at(self) -> datetime:
        return at_home(self.date, self.ends_at)

    def overlaps(self, other: "HalfDay") -> bool:
        return self.date == other.date and self.starts_at < other.ends_at and other.starts_at < self.ends_at

    @property
    def minutes(self) -> int:
        return (self.ends_at.hour - self.starts_at.hour) * 60 + self.ends_at.minute - self.starts_at.minute


class RegistrationQuerySet(ScopedQuerySet["Registration"]):
    def visible_to(self, actor: Actor) -> Self:
        """An employer sees its own people, the training organisation those of its sessions, a person her own rows."""
        mine = Q(trainee=actor.user_id, trainee__isnull=False)
        if actor.can(Permission.TRAINEES_REGISTER) or actor.is_staff_of(actor.organisation_id):
            mine |= Q(employer=actor.organisation_id)
        if actor.is_staff_of(actor.organisation_id):
            mine |= Q(session__organisation=actor.organisation_id)
        return self.scoped(mine)

    def active(self) -> Self:
        return self.exclude(status=RegistrationStatus.CANCELLED)


BY_PRINTED_NAME = (Coalesce(NullIf("kept_sort_name", Value("")), "trainee__sort_name"), "trainee_id")


class Registration(Row):
    """A person at a session, sent by her employer: confirmed, or waiting at a rank (1 is next, without holes)."""

    session = models.ForeignKey(TrainingSession, models.PROTECT, related_name="registrations")
    trainee = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="registrations", verbose_name="stagiaire")
    employer = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+", verbose_name="employeur")
    status = models.CharField("état", max_length=10, choices=RegistrationStatus)
    rank = models.PositiveIntegerField("rang d’attente", null=True, blank=True)
    registered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    registered_at = models.DateTimeField("inscrite le")
    cancelled_at = models.DateTimeField("annulée le", null=True, blank=True)
    # written when the trainee is erased: the proofs of the training name her until their term, whenever they are printed
    kept_name = models.CharField("nom gardé pour les pièces", max_length=161, blank=True, editable=False)
    kept_sort_name = models.CharField(max_length=170, blank=True, editable=False)

    objects = RegistrationQuerySet.as_manager()
    unscoped = models.Manager()

    class Meta:
        verbose_name = "inscription"
        default_manager_name = base_manager_name = "unscoped"
        ordering = ["registered_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "trainee"], condition=~Q(status=RegistrationStatus.CANCELLED), name="one_active_registration_per_person"
            ),
            models.CheckConstraint(
                condition=Q(status=RegistrationStatus.WAITING, rank__isnull=False) | ~Q(status=RegistrationStatus.WAITING) & Q(rank=None),
                name="a_rank_while_waiting_and_only_then",
            ),
            models.CheckConstraint(
                condition=Q(status=RegistrationStatus.CANCELLED, cancelled_at__isnull=False)
                | ~Q(status=RegistrationStatus.CANCELLED) & Q(cancelled_at=None),
                name="a_moment_when_cancelled",
            ),
        ]
        indexes = [models.Index(fields=["session", "status", "rank"]), models.Index(fields=["employer", "session"])]

    def __str__(self) -> str:
        return f"{self.session_id} · {self.trainee_id}"

    @property
    def printed_name(self) -> str:
        """The trainee's name on a proof of the training."""
        return self.kept_name or self.trainee.name

    @property
    def rank_words(self) -> str:
        return f"En attente, rang {self.rank}"


class RegistrationRequest(models.Model):
    """One form sent once: the key of the form and a digest of what it asked, so that a double click asks nothing more."""

    key = models.UUIDField(primary_key=True)
    session = models.ForeignKey(TrainingSession, models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "demande d’inscription"

    def __str__(self) -> str:
        return str(self.key)
