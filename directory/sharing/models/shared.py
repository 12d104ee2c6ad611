"""A shared service: what an accepted request became, under an agreement of hub.core.accounts."""

from datetime import date, time, timedelta
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from directory.sharing import reference
from directory.sharing.enums import STAGE_MOVES, Stage
from directory.sharing.errors import MoveRefused
from directory.sharing.models.requests import HALF_DAY_MINUTES, ServiceRequest
from directory.sharing.models.scope import NOBODY, staffed
from directory.sharing.reference import LegalForm
from hub.core.accounts.actor import Actor
from hub.core.accounts.models import Agreement, Membership, Naming
from hub.core.accounts.models.organisations import in_force
from hub.core.accounts.scoping import ScopedQuerySet
from hub.core.documents.models import PrivateFile
from hub.core.kit.dates import at_home, period_fr, today
from hub.core.kit.models import Row


class SharedServiceQuerySet(ScopedQuerySet["SharedService"]):
    def visible_to(self, actor: Actor) -> Self:
        """The staff of the two CAEs, acting for theirs."""
        return self.scoped(staffed(actor, "provider", "beneficiary"))

    def lending(self, actor: Actor) -> Self:
        """Those whose agreement names or has named the actor, still of the team that lends, for her own log alone, whatever her mandate."""
        team = Membership.unscoped.filter(in_force(), user=actor.user_id, organisation=OuterRef("provider"), role__is_staff=True)
        texts = Q(agreement=OuterRef("agreement")) | Q(agreement__amends=OuterRef("agreement"))
        named = Naming.objects.filter(texts, person=actor.user_id)
        return self.scoped(Q(Exists(named), Exists(team)) if actor.user_id else NOBODY)

    def with_somebody_gone(self) -> Self:
        """Those that name, today or from their first day on, somebody who is no more of the team that lends."""
        team = Membership.unscoped.filter(
            in_force(), user=OuterRef("person"), organisation=OuterRef("agreement__provider"), role__is_staff=True
        )
        now = timezone.now()
        begun = Q(agreement__amends=None) | Q(agreement__starts_at__lte=now)
        texts = Q(agreement=OuterRef("agreement")) | Q(agreement__amends=OuterRef("agreement"))
        gone = Naming.objects.filter(texts, begun, ~Exists(team), until_on=None, agreement__ends_at__gt=now)
        return self.exclude(stage=Stage.ENDED).filter(Exists(gone))


class SharedService(Row):
    """One function, one CAE for another, between two days; at cost. Its stage locks the agreement while pieces are missing."""

    request = models.OneToOneField(ServiceRequest, models.PROTECT, related_name="service", verbose_name="demande")
    agreement = models.OneToOneField(Agreement, models.PROTECT, related_name="shared_service", verbose_name="convention")
    provider = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+", verbose_name="CAE qui donne du temps")
    beneficiary = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+", verbose_name="CAE qui reçoit")
    function = models.CharField("fonction", max_length=40)
    quantity = models.CharField("combien", max_length=80)
    starts_on = models.DateField("du")
    ends_on = models.DateField("au")
    hourly_cost_cents = models.PositiveIntegerField("coût horaire, en centimes")
    half_day_minutes = models.PositiveSmallIntegerField("minutes d’une demi-journée", default=HALF_DAY_MINUTES)
    legal_form = models.CharField("forme juridique", max_length=40, blank=True)
    stage = models.CharField("état", max_length=10, choices=Stage, default=Stage.RUNNING)
    ended_on = models.DateField("terminée le", null=True, blank=True)
    end_reason = models.TextField("motif de fin", blank=True, max_length=1000)

    objects = SharedServiceQuerySet.as_manager()
    unscoped = models.Manager()

    class Meta:
        verbose_name = "service partagé"
        verbose_name_plural = "services partagés"
        default_manager_name = base_manager_name = "unscoped"
        ordering = ["-starts_on", "-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(provider=F("beneficiary")), name="sharing_service_has_two_parties"),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="sharing_service_ends_after_it_starts"),
            models.CheckConstraint(
                condition=Q(stage=Stage.ENDED, ended_on__isnull=False) | ~Q(stage=Stage.ENDED) & Q(ended_on=None),
                name="sharing_a_day_when_ended",
            ),
            models.CheckConstraint(condition=~Q(stage=Stage.PIECES) | ~Q(legal_form=""), name="sharing_pieces_of_a_legal_form"),
        ]
        indexes = [
            models.Index(fields=["provider", "stage"], name="sharing_service_provider"),
            models.Index(fields=["beneficiary", "stage"], name="sharing_service_beneficiary"),
            models.Index(fields=["stage", "ends_on"], name="sharing_service_term"),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("sharing:service", args=[self.pk])

    @property
    def number(self) -> str:
        return self.agreement.number

    @property
    def audit_label(self) -> str:
        return f"{self.number}, {self.label}"

    @property
    def label(self) -> str:
        return reference.function_label(self.function)

    @property
    def form(self) -> LegalForm | None:
        return reference.legal_forms().get(self.legal_form)

    @property
    def legal_form_label(self) -> str:
        return reference.legal_form_label(self.legal_form) if self.legal_form else ""

    @property
    def last_day(self) -> date:
        """The last day on which time can have been given."""
        return min(self.ends_on, self.ended_on) if self.ended_on else self.ends_on

    @property
    def period(self) -> str:
        """«du 1er au 28 nov.», cut where it was broken off; «prévue du 1er au 28 nov.» when that was before its first day."""
        if self.last_day < self.starts_on:
            return f"prévue {period_fr(self.starts_on, self.ends_on)}"
        return period_fr(self.starts_on, self.last_day)

    @property
    def texts(self) -> list[Agreement]:
        """The agreement and its amendments, in the order in which they hold."""
        return [self.agreement, *sorted(self.agreement.amendments.all(), key=lambda one: one.starts_at)]

    def text_on(self, day: date) -> Agreement:
        """Whose terms hold on a day: the first text before it begins, the last one after its end."""
        moment = at_home(day, time.min)
        return [self.agreement, *(one for one in self.texts if one.starts_at <= moment)][-1]

    def cost_on(self, day: date) -> int:
        """The hourly cost agreed for a day, in cents: `hourly_cost_cents` until an amendment says otherwise."""
        held = [one for one in self.amendments.all() if one.is_accepted and one.effective_on <= day]
        return max(held, key=lambda one: one.effective_on).hourly_cost_cents if held else self.hourly_cost_cents

    @property
    def later_texts(self) -> list[Agreement]:
        """The texts that hold after the one of today, the first one first; what has ended has none."""
        return [] if self.stage == Stage.ENDED else [one for one in self.texts if one.starts_at > max(self.text.starts_at, timezone.now())]

    @property
    def amendments_to_come(self) -> list[Any]:
        """Those accepted that begin after today, the first one first; what has ended has none."""
        held = [] if self.stage == Stage.ENDED else [one for one in self.amendments.all() if one.is_accepted and one.effective_on > today()]
        return sorted(held, key=lambda one: one.effective_on)

    @property
    def costs_to_come(self) -> list[tuple[date, int]]:
        """From which day to come the hour costs something else, in cents."""
        days = [one.effective_on for one in self.amendments_to_come]
        return [(day, self.cost_on(day)) for day in days if self.cost_on(day) != self.cost_on(day - timedelta(days=1))]

    @property
    def text(self) -> Agreement:
        return self.text_on(min(today(), self.last_day))

    @property
    def cost_cents(self) -> int:
        return self.cost_on(min(today(), self.last_day))

    def covers(self, day: date) -> bool:
        return self.starts_on <= day <= self.last_day

    def move_to(self, stage: Stage) -> None:
        if stage not in STAGE_MOVES[self.stage]:
            raise MoveRefused(f"{self.get_stage_display()} → {stage.label}")
        self.stage = stage


class PieceQuerySet(ScopedQuerySet["Piece"]):
    def visible_to(self, actor: Actor) -> Self:
        return self.scoped(staffed(actor, "service__provider", "service__beneficiary"))


class Piece(Row):
    """A paper that the legal form asks for: there with the day it was signed, or waived by a director with a written reason."""

    service = models.ForeignKey(SharedService, models.PROTECT, related_name="pieces", verbose_name="service")
    legal_form = models.CharField("forme juridique", max_length=40)
    key = models.CharField("pièce", max_length=40)
    file = models.ForeignKey(PrivateFile, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="fichier")
    signed_on = models.DateField("signée le", null=True, blank=True)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name="déposée par")
    waived_at = models.DateTimeField("levée le", null=True, blank=True)
    waived_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name="levée par")
    waived_for = models.ForeignKey("accounts.Organisation", models.PROTECT, null=True, related_name="+", verbose_name="levée pour")
    waived_reason = models.TextField("motif de la levée", blank=True, max_length=1000)

    objects = PieceQuerySet.as_manager()
    unscoped = models.Manager()

    class Meta:
        verbose_name = "pièce"
        default_manager_name = base_manager_name = "unscoped"
        constraints = [
            models.UniqueConstraint(fields=["service", "legal_form", "key"], name="sharing_one_row_per_piece"),
            models.CheckConstraint(
                condition=Q(file__isnull=False, signed_on__isnull=False, waived_at=None, waived_reason="")
                | Q(file=None, signed_on=None, waived_at__isnull=False) & ~Q(waived_reason=""),
                name="sharing_a_piece_is_there_or_waived",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.legal_form} · {self.key}"

    @property
    def is_waived(self) -> bool:
        return self.waived_at is not None
