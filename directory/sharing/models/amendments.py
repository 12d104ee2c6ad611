"""An amendment (avenant): other terms of a shared service from a day on, once both CAEs have said yes."""

from datetime import date
from typing import Self
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Q

from directory.sharing.enums import REQUEST_MOVES, RequestStatus, Stage
from directory.sharing.errors import MoveRefused
from directory.sharing.models.scope import staffed
from directory.sharing.models.shared import SharedService
from hub.core.accounts.actor import Actor
from hub.core.accounts.models import Agreement, Organisation
from hub.core.accounts.scoping import ScopedQuerySet
from hub.core.kit.models import Row


class AmendmentQuerySet(ScopedQuerySet["Amendment"]):
    def visible_to(self, actor: Actor) -> Self:
        return self.scoped(staffed(actor, "service__provider", "service__beneficiary"))


class Amendment(Row):
    """What one CAE proposes to change and the other accepts: end, people, accesses, hourly cost, all written whole.

    Accepted, it is an agreement of its own («CV-2026-0012-1»), which begins at the first moment of `effective_on`. `before` keeps the terms
    that both had in front of them: {"ends_on": ISO day, "hourly_cost_cents": int, "people": [ids], "purposes": [keys]}.
    """

    service = models.ForeignKey(SharedService, models.PROTECT, related_name="amendments", verbose_name="service")
    agreement = models.OneToOneField(Agreement, models.PROTECT, null=True, related_name="amendment", verbose_name="texte")
    asker = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+", verbose_name="CAE qui propose")
    effective_on = models.DateField("prend effet le")
    ends_on = models.DateField("au")
    hourly_cost_cents = models.PositiveIntegerField("coût horaire, en centimes")
    people = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+", blank=True, verbose_name="personnes")
    purposes = models.JSONField("finalités ouvertes", default=list, blank=True)
    before = models.JSONField("termes d’avant")
    message = models.TextField("message", blank=True, max_length=1000)
    status = models.CharField("état", max_length=10, choices=RequestStatus, default=RequestStatus.PENDING)
    sent_on = models.DateField("proposé le")
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name="proposé par")
    answered_at = models.DateTimeField("répondu le", null=True, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name="répondu par")
    reason = models.TextField("motif du refus", blank=True, max_length=1000)

    objects = AmendmentQuerySet.as_manager()
    unscoped = models.Manager()

    class Meta:
        verbose_name = "avenant"
        default_manager_name = base_manager_name = "unscoped"
        ordering = ["-effective_on", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["service"], condition=Q(status=RequestStatus.PENDING), name="sharing_one_amendment_waits"),
            models.CheckConstraint(
                condition=Q(status=RequestStatus.ACCEPTED, agreement__isnull=False) | ~Q(status=RequestStatus.ACCEPTED) & Q(agreement=None),
                name="sharing_an_accepted_amendment_is_a_text",
            ),
            models.CheckConstraint(condition=Q(ends_on__gte=models.F("effective_on")), name="sharing_amendment_ends_after_it_starts"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """«avenant CV-2026-0012-1», «avenant proposé à CV-2026-0012»"""
        return f"avenant {self.agreement.number}" if self.agreement else f"avenant proposé à {self.service.number}"

    @property
    def audit_label(self) -> str:
        return self.title

    @property
    def answerer_id(self) -> UUID:
        service = self.service
        return service.beneficiary_id if self.asker_id == service.provider_id else service.provider_id

    @property
    def answerer(self) -> Organisation:
        return self.service.beneficiary if self.asker_id == self.service.provider_id else self.service.provider

    @property
    def is_accepted(self) -> bool:
        return self.status == RequestStatus.ACCEPTED

    def leaves(self, term: str) -> bool:
        """Whether it leaves the "people" or the "purposes" that it had in front of it: what is decided of them before its day goes on."""
        written = {"people": sorted(str(one.pk) for one in self.people.all()), "purposes": sorted(self.purposes)}
        return bool(self.before[term] == written[term])

    def is_open_on(self, day: date) -> bool:
        """It is answered before it takes effect."""
        return self.status == RequestStatus.PENDING and day < self.effective_on and self.service.stage != Stage.ENDED

    def move_to(self, status: RequestStatus) -> None:
        if status not in REQUEST_MOVES[self.status]:
            raise MoveRefused(f"cette proposition est {self.get_status_display().lower()}")
        self.status = status
