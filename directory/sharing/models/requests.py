"""A request from one CAE to another: the two parties' alone."""

from datetime import date
from typing import Self
from uuid import UUID

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from directory.sharing import reference
from directory.sharing.enums import REQUEST_MOVES, RequestStatus
from directory.sharing.errors import MoveRefused
from directory.sharing.models.announcements import MOST_CENTS, Announcement
from directory.sharing.models.scope import staffed
from hub.core.accounts.actor import Actor
from hub.core.accounts.models import Organisation
from hub.core.accounts.scoping import ScopedQuerySet
from hub.core.kit.identifiers import uuid7
from hub.core.kit.models import Row

HALF_DAY_MINUTES = 210
ANSWERED = (RequestStatus.ACCEPTED, RequestStatus.REFUSED)


class ServiceRequestQuerySet(ScopedQuerySet["ServiceRequest"]):
    def visible_to(self, actor: Actor) -> Self:
        return self.scoped(staffed(actor, "provider", "beneficiary"))


class ServiceRequest(Row):
    """What one CAE asks of another: time from its people, or the place to give some. A function, two dates and a cost are enough.

    `asker` is one of the two. People are named by the provider, purposes opened by the beneficiary, each in its own request or answer.
    `hourly_cost_cents` is at cost, without margin; zero is help without an invoice.
    """

    key = models.UUIDField("clé du formulaire", unique=True, default=uuid7, editable=False)
    provider = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+", verbose_name="CAE qui donne du temps")
    beneficiary = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+", verbose_name="CAE qui reçoit")
    asker = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+", verbose_name="CAE qui demande")
    announcement = models.ForeignKey(Announcement, models.PROTECT, null=True, blank=True, related_name="requests", verbose_name="annonce")
    function = models.CharField("fonction", max_length=40)
    quantity = models.CharField("combien", max_length=80)
    message = models.TextField("message", blank=True, max_length=4000)
    starts_on = models.DateField("du")
    ends_on = models.DateField("au")
    hourly_cost_cents = models.PositiveIntegerField("coût horaire, en centimes", validators=[MaxValueValidator(MOST_CENTS)])
    half_day_minutes = models.PositiveSmallIntegerField(
        "minutes d’une demi-journée", default=HALF_DAY_MINUTES, validators=[MinValueValidator(30), MaxValueValidator(480)]
    )
    people = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+", blank=True, verbose_name="personnes proposées")
    purposes = models.JSONField("finalités ouvertes", default=list, blank=True)
    status = models.CharField("état", max_length=10, choices=RequestStatus, default=RequestStatus.PENDING)
    sent_on = models.DateField("envoyée le")
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name="envoyée par")
    expires_on = models.DateField("réponse attendue jusqu’au")
    answered_at = models.DateTimeField("répondue le", null=True, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name="répondue par")
    reason = models.TextField("motif du refus", blank=True, max_length=1000)

    objects = ServiceRequestQuerySet.as_manager()
    unscoped = models.Manager()

    class Meta:
        verbose_name = "demande entre CAE"
        verbose_name_plural = "demandes entre CAE"
        default_manager_name = base_manager_name = "unscoped"
        ordering = ["-sent_on", "-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(provider=F("beneficiary")), name="sharing_request_has_two_parties"),
            models.CheckConstraint(condition=Q(asker=F("provider")) | Q(asker=F("beneficiary")), name="sharing_asker_is_a_party"),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="sharing_request_ends_after_it_starts"),
            models.CheckConstraint(condition=Q(expires_on__gte=F("sent_on")), name="sharing_request_expires_after_it_is_sent"),
            models.CheckConstraint(
                condition=Q(status__in=ANSWERED, answered_at__isnull=False) | ~Q(status__in=ANSWERED) & Q(answered_at=None),
                name="sharing_a_moment_when_answered",
            ),
            models.CheckConstraint(
                condition=Q(status=RequestStatus.REFUSED) & ~Q(reason="") | ~Q(status=RequestStatus.REFUSED) & Q(reason=""),
                name="sharing_a_reason_when_refused",
            ),
            models.UniqueConstraint(
                fields=["provider", "beneficiary", "asker", "function"], condition=Q(status=RequestStatus.PENDING),
                name="sharing_one_pending_request_per_pair_and_function",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["provider", "status"], name="sharing_request_provider"),
            models.Index(fields=["beneficiary", "status"], name="sharing_request_beneficiary"),
            models.Index(fields=["status", "expires_on"], name="sharing_request_expiry"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("sharing:request", args=[self.pk])

    @property
    def label(self) -> str:
        return reference.function_label(self.function)

    @property
    def title(self) -> str:
        """«Gestion sociale, paie : A pour B»"""
        return f"{self.label} : {self.provider.name} pour {self.beneficiary.name}"

    @property
    def audit_label(self) -> str:
        return self.title

    @property
    def answerer_id(self) -> UUID:
        return self.beneficiary_id if self.asker_id == self.provider_id else self.provider_id

    @property
    def answerer(self) -> Organisation:
        return self.beneficiary if self.asker_id == self.provider_id else self.provider

    @property
    def asks_for_time(self) -> bool:
        """Sent by the one that would receive; otherwise it proposes to give."""
        return self.asker_id == self.beneficiary_id

    @property
    def noun(self) -> str:
        """What both CAEs call it; either is feminine."""
        return "demande" if self.asks_for_time else "proposition"

    def is_open_on(self, day: date) -> bool:
        return self.status == RequestStatus.PENDING and day <= self.expires_on

    def move_to(self, status: RequestStatus) -> None:
        if status not in REQUEST_MOVES[self.status]:
            raise MoveRefused(f"{self.get_status_display()} → {status.label}")
        self.status = status
