from datetime import date, datetime, timedelta
from typing import Self
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from hub.core.accounts.actor import Actor
from hub.core.accounts.models.organisations import Organisation
from hub.core.accounts.scoping import ScopedQuerySet
from hub.core.kit.dates import local, today
from hub.core.kit.models import Row


def live(at: datetime | None = None) -> Q:
    """The condition that an agreement lives at a moment: begun, not suspended, neither ended nor broken off; its last second is out."""
    moment = at or timezone.now()
    return Q(starts_at__lte=moment, ends_at__gt=moment, suspended_at=None) & (Q(ended_at=None) | Q(ended_at__gt=moment))


class AgreementQuerySet(ScopedQuerySet["Agreement"]):
    def live(self, at: datetime | None = None) -> Self:
        return self.filter(live(at))

    def visible_to(self, actor: Actor) -> Self:
        if actor.is_coordinator:
            return self.scoped()
        parties = Q(beneficiary=actor.organisation_id) | Q(provider=actor.organisation_id)
        if not actor.is_staff_of(actor.organisation_id):
            parties = Q(pk__in=())
        return self.scoped(parties | Q(people=actor.user_id, people__isnull=False)).distinct()


class Agreement(Row):
    """Named people of one organisation may act for another, for named purposes, between two moments; outside them, nothing.

    Made by the coordinator, or by the two CAEs themselves (directory.sharing, which holds forms in law, pieces and statements): it may then
    begin without people or purposes, and opens nothing until it has both. `to_reopen` are the purposes that somebody newly named closed,
    until the other CAE says what becomes of them: they open nothing. Moments are UTC; `ended_at` breaks it off before its term,
    `suspended_at` closes it until it is resumed. An amendment is a row of its own («CV-2026-0012-1»), which begins at the moment when the
    terms before it end; `amends` is the first text.
    """

    number = models.CharField("numéro", max_length=20, unique=True)
    provider = models.ForeignKey(Organisation, models.PROTECT, related_name="agreements_given", verbose_name="CAE qui prête ses gens")
    beneficiary = models.ForeignKey(Organisation, models.PROTECT, related_name="agreements_received", verbose_name="CAE pour qui l’on agit")
    people = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="agreements", verbose_name="personnes")
    purposes = models.JSONField("finalités", default=list, blank=True)
    to_reopen = models.JSONField("finalités à rouvrir", default=list, blank=True)
    starts_at = models.DateTimeField("commence le")
    ends_at = models.DateTimeField("finit le")
    ended_at = models.DateTimeField("rompue le", null=True, blank=True)
    suspended_at = models.DateTimeField("suspendue le", null=True, blank=True)
    amends = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="amendments", verbose_name="avenant à")

    objects = AgreementQuerySet.as_manager()
    unscoped = models.Manager()

    class Meta:
        verbose_name = "convention entre CAE"
        verbose_name_plural = "conventions entre CAE"
        default_manager_name = base_manager_name = "unscoped"
        ordering = ["-starts_at"]
        constraints = [
            models.CheckConstraint(condition=~Q(provider=F("beneficiary")), name="agreement_has_two_parties"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="agreement_ends_after_it_starts"),
            models.UniqueConstraint(fields=["amends", "starts_at"], name="agreement_amended_once_at_a_moment"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def audit_label(self) -> str:
        return self.number

    @property
    def root_id(self) -> UUID:
        return self.amends_id or self.pk

    @property
    def last_moment(self) -> datetime:
        """The last one inside: an agreement that ends at midnight reads as ending the day before."""
        return self.ends_at - timedelta(microseconds=1)

    def lives(self, at: datetime | None = None) -> bool:
        moment = at or timezone.now()
        broken = self.ended_at is not None and moment >= self.ended_at
        return self.starts_at <= moment < self.ends_at and not broken and self.suspended_at is None

    @property
    def first_day(self) -> date:
        return local(self.starts_at).date()

    @property
    def naming_day(self) -> date:
        """From when those whom it now takes give time: from its first day when it never named anybody, else from today."""
        return max(today(), self.first_day) if self.namings.exists() else self.first_day

    @property
    def is_to_come(self) -> bool:
        return self.starts_at > timezone.now()

    @property
    def is_to_break(self) -> bool:
        """Whether there is something to break off; an amendment to come goes with the text that holds until then."""
        return self.ended_at is None and self.ends_at > timezone.now() and not (self.amends_id and self.is_to_come)

    def named(self, person_id: UUID, day: date) -> bool:
        """Whether the list of that day held her, whatever it holds now; the day of each change counts for both lists."""
        return self.namings.filter(Q(until_on=None) | Q(until_on__gte=day), person=person_id, from_on__lte=day).exists()


class Naming(Row):
    """From which day on somebody gives time under an agreement, and until which one: `people` is the list of now, these rows its history.

    The first day may come before she was named (`created_at`): what an agreement opens follows `people`, and so opens from then on alone.
    """

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="namings", verbose_name="convention")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="personne")
    from_on = models.DateField("nommée du")
    until_on = models.DateField("au", null=True, blank=True)

    class Meta:
        verbose_name = "personne nommée"
        verbose_name_plural = "personnes nommées"
        ordering = ["from_on", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(until_on=None) | Q(until_on__gte=F("from_on")), name="naming_ends_after_it_starts"),
            models.UniqueConstraint(fields=["agreement", "person"], condition=Q(until_on=None), name="one_open_naming_per_person"),
        ]

    def __str__(self) -> str:
        return f"{self.agreement_id} · {self.person_id}"
