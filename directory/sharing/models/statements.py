"""Time given, and the month's statement that it makes: integer minutes, integer cents, totals always summed from the lines."""

from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from directory.sharing.amounts import MINUTES_PER_DAY, month_of, month_words, of_month, total_cents, total_minutes
from directory.sharing.enums import STATEMENT_MOVES, UNANSWERED, HalfDay, LineState, StatementStatus
from directory.sharing.errors import MoveRefused
from directory.sharing.models.scope import NOBODY, staffed
from directory.sharing.models.shared import SharedService
from hub.core.accounts.actor import Actor
from hub.core.accounts.scoping import ScopedQuerySet
from hub.core.kit.models import Row

PARTIES = ("service__provider", "service__beneficiary")


class StatementQuerySet(ScopedQuerySet["Statement"]):
    def visible_to(self, actor: Actor) -> Self:
        return self.scoped(staffed(actor, *PARTIES))


class Statement(Row):
    """What one CAE gave another in a month, sent by the one that gave, accepted or contested line by line by the one that received.

    Its sender recalls it before any answer; who accepted it may contest lines of it later, of itself or because the sender asks
    (`reopen_reason`, until it is withdrawn or answered). `month` is its first day; `round` counts how often
    it was sent. `contests` keeps what was contested of the sendings before, as both sides read it: [{"round": int, "on": ISO day, "lines":
    [{"work", "minutes", "amount_cents", "reason"}], "reply": text, "paper": number of what it had been accepted by, empty when never}].
    """

    service = models.ForeignKey(SharedService, models.PROTECT, related_name="statements", verbose_name="service")
    month = models.DateField("mois")
    status = models.CharField("état", max_length=10, choices=StatementStatus, default=StatementStatus.ISSUED)
    round = models.PositiveSmallIntegerField("envoi", default=1)
    issued_at = models.DateTimeField("envoyé le")
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name="envoyé par")
    reply = models.TextField("réponse aux lignes contestées", blank=True, max_length=1000)
    answered_at = models.DateTimeField("répondu le", null=True, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name="répondu par")

    reopen_reason = models.TextField("motif de la réouverture demandée", blank=True, max_length=1000)
    reopen_asked_at = models.DateTimeField("réouverture demandée le", null=True, blank=True)
    contests = models.JSONField("contestations réglées", default=list, blank=True)
    paper = models.ForeignKey("papers.IssuedPaper", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="pièce établie")

    objects = StatementQuerySet.as_manager()
    unscoped = models.Manager()

    class Meta:
        verbose_name = "relevé"
        default_manager_name = base_manager_name = "unscoped"
        ordering = ["-month", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["service", "month"], name="sharing_one_statement_per_month"),
            models.CheckConstraint(condition=Q(month__day=1), name="sharing_statement_of_a_month"),
            models.CheckConstraint(
                condition=Q(status__in=sorted(UNANSWERED), answered_at=None)
                | ~Q(status__in=sorted(UNANSWERED)) & Q(answered_at__isnull=False),
                name="sharing_a_moment_when_statement_answered",
            ),
            models.CheckConstraint(
                condition=Q(reopen_reason="", reopen_asked_at=None)
                | ~Q(reopen_reason="") & Q(reopen_asked_at__isnull=False, status=StatementStatus.ACCEPTED),
                name="sharing_reopening_asked_of_an_accepted_one",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.service.number}, {self.month_words}"

    def get_absolute_url(self) -> str:
        return reverse("sharing:statement", args=[self.pk])

    @property
    def audit_label(self) -> str:
        return str(self)

    @property
    def month_words(self) -> str:
        return month_words(self.month)

    @property
    def of_month(self) -> str:
        """«d’octobre 2026»"""
        return of_month(self.month)

    @property
    def total_minutes(self) -> int:
        return total_minutes(self.lines.all())

    @property
    def total_cents(self) -> int:
        return total_cents(self.lines.all())

    @property
    def is_invoiced(self) -> bool:
        return any(line.hourly_cost_cents for line in self.lines.all())

    def move_to(self, status: StatementStatus) -> None:
        if status not in STATEMENT_MOVES[self.status]:
            raise MoveRefused(f"{self.get_status_display()} → {status.label}")
        self.status = status


class StatementLine(Row):
    """The time of one person for one piece of work in the month, at the agreed cost. A contested line says why.

    `days`, of a contested line, is what it was sent with, [[ISO day, minutes]]: its entries may change from then on.
    """

    statement = models.ForeignKey(Statement, models.CASCADE, related_name="lines", verbose_name="relevé")
    position = models.PositiveSmallIntegerField("rang")
    work = models.CharField("travail fait", max_length=120)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="personne")
    minutes = models.PositiveIntegerField("minutes")
    hourly_cost_cents = models.PositiveIntegerField("coût horaire, en centimes")
    amount_cents = models.PositiveIntegerField("montant, en centimes")
    state = models.CharField("état", max_length=10, choices=LineState, default=LineState.PENDING)
    reason = models.TextField("motif", blank=True, max_length=500)
    days = models.JSONField("jours envoyés", default=list, blank=True)

    class Meta:
        verbose_name = "ligne de relevé"
        verbose_name_plural = "lignes de relevé"
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state=LineState.CONTESTED) & ~Q(reason="") | ~Q(state=LineState.CONTESTED) & Q(reason=""),
                name="sharing_a_reason_when_contested",
            ),
            models.CheckConstraint(condition=Q(minutes__gt=0), name="sharing_a_line_has_minutes"),
        ]

    def __str__(self) -> str:
        return self.work


class TimeEntryQuerySet(ScopedQuerySet["TimeEntry"]):
    def visible_to(self, actor: Actor) -> Self:
        """The staff of the two CAEs; the lent person sees her own, whatever her mandate."""
        own = Q(person=actor.user_id) if actor.user_id else NOBODY
        return self.scoped(staffed(actor, *PARTIES) | own)

    def of_month(self, month: date) -> Self:
        return self.filter(day__year=month.year, day__month=month.month)


class TimeEntry(Row):
    """Minutes given by one person on one day, as a half-day or in hours. A half-day of a person belongs to one CAE alone."""

    service = models.ForeignKey(SharedService, models.PROTECT, related_name="entries", verbose_name="service")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="personne")
    day = models.DateField("jour")
    period = models.CharField("demi-journée", max_length=2, choices=HalfDay, blank=True, default=HalfDay.NONE)
    minutes = models.PositiveSmallIntegerField("minutes")
    work = models.CharField("travail fait", max_length=120)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name="noté par")
    line = models.ForeignKey(StatementLine, models.SET_NULL, null=True, blank=True, related_name="entries", verbose_name="ligne de relevé")
    key = models.UUIDField("clé du formulaire", unique=True, null=True, editable=False)

    objects = TimeEntryQuerySet.as_manager()
    unscoped = models.Manager()

    class Meta:
        verbose_name = "temps passé"
        verbose_name_plural = "temps passés"
        default_manager_name = base_manager_name = "unscoped"
        ordering = ["-day", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(minutes__gt=0, minutes__lte=MINUTES_PER_DAY), name="sharing_minutes_of_a_day"),
            models.UniqueConstraint(
                fields=["person", "day", "period"], condition=~Q(period=""), name="sharing_a_half_day_belongs_to_one_service"
            ),
        ]
        indexes = [
            models.Index(fields=["service", "day"], name="sharing_entry_service_day"),
            models.Index(fields=["person", "day"], name="sharing_entry_person_day"),
        ]

    def __str__(self) -> str:
        return f"{self.day} · {self.minutes}"

    @property
    def is_stated(self) -> bool:
        """Whether it stands on a statement that holds: then it does not change."""
        return self.line_id is not None

    @property
    def month(self) -> date:
        return month_of(self.day)

    @property
    def audit_label(self) -> str:
        return f"{self.service.number}, {self.day.isoformat()}"
