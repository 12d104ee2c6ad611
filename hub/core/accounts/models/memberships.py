from datetime import date, datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from hub.core.accounts.actor import Actor
from hub.core.accounts.enums import EndedBy
from hub.core.accounts.models.organisations import Organisation, in_force
from hub.core.accounts.scoping import ScopedQuerySet
from hub.core.kit.models import Row


class Role(models.Model):
    """A list of permission names under a short stable code; the rows follow data/roles.json at each migrate."""

    code = models.CharField(max_length=40, primary_key=True)
    label = models.CharField("rôle", max_length=80)
    is_staff = models.BooleanField("équipe d’appui")
    permissions = models.JSONField(default=list)
    rank = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = "rôle"
        ordering = ["rank"]

    def __str__(self) -> str:
        return self.label


class MembershipQuerySet(ScopedQuerySet["Membership"]):
    def in_force(self, on: date | None = None) -> Self:
        return self.filter(in_force(on))

    def visible_to(self, actor: Actor) -> Self:
        """Her own, and all of the organisation whose staff she is; the coordinator sees who holds which role everywhere."""
        if actor.is_coordinator:
            return self.scoped()
        staffed = Q(organisation=actor.organisation_id) if actor.is_staff_of(actor.organisation_id) else Q(pk__in=())
        return self.scoped(staffed | Q(user=actor.user_id, user__isnull=False))


class Membership(Row):
    """A person × an organisation × a role, dated. Rights are read from here at every request, never cached."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="memberships")
    role = models.ForeignKey(Role, models.PROTECT, related_name="+", verbose_name="rôle")
    starts_on = models.DateField("depuis le")
    ends_on = models.DateField("jusqu’au", null=True, blank=True)
    ended_by = models.CharField("fin notée par", max_length=20, choices=EndedBy, blank=True, editable=False)
    end_noted_on = models.DateField("fin notée le", null=True, blank=True, editable=False)  # a last day may be long past when it is noted
    # A cooperative entered her, and she has accepted no invitation of its own (docs/decisions/0026-a-cooperative-enters-its-people.md).
    awaits_her_yes = models.BooleanField("sans son accord encore", default=False, editable=False)

    objects = MembershipQuerySet.as_manager()
    unscoped = models.Manager()

    class Meta:
        verbose_name = "rattachement"
        default_manager_name = base_manager_name = "unscoped"
        constraints = [
            models.CheckConstraint(condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="membership_ends_after_it_starts"),
            models.UniqueConstraint(
                fields=["user", "organisation", "role"], condition=Q(ends_on=None), name="one_open_membership_per_role"
            ),
        ]
        indexes = [models.Index(fields=["user", "organisation"]), models.Index(fields=["organisation", "role"])]

    def __str__(self) -> str:
        return f"{self.role_id} · {self.organisation_id}"


class InvitationQuerySet(ScopedQuerySet["Invitation"]):
    def visible_to(self, actor: Actor) -> Self:
        return self.scoped() if actor.is_coordinator else self.scoped(organisation=actor.organisation_id, organisation__isnull=False)


class Invitation(Row):
    """A one-use link sent to an address: it makes the account, or adds the role to the one that exists.

    Only the digest of the secret is kept (SHA-256, 64 hex digits); the secret itself is in the mail alone.
    """

    email = models.EmailField("adresse électronique")
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="invitations")
    role = models.ForeignKey(Role, models.PROTECT, related_name="+", verbose_name="rôle")
    digest = models.CharField(max_length=64, unique=True, editable=False)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    expires_at = models.DateTimeField("valable jusqu’au")
    accepted_at = models.DateTimeField("acceptée le", null=True, blank=True)
    withdrawn_at = models.DateTimeField("retirée le", null=True, blank=True)

    objects = InvitationQuerySet.as_manager()
    unscoped = models.Manager()

    class Meta:
        verbose_name = "invitation"
        default_manager_name = base_manager_name = "unscoped"
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.role_id} · {self.organisation_id}"

    def is_open(self, at: datetime) -> bool:
        return self.accepted_at is None and self.withdrawn_at is None and at < self.expires_at
