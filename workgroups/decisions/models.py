"""What a group decided, and what somebody is to do by a date. Both are sentences with an owner."""

from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from hub.core.kit.dates import nearness_fr
from hub.core.kit.models import Row
from workgroups.decisions.enums import ActionStatus
from workgroups.groups.models import GroupMember, GroupRowQuerySet, Versioned, VersionedQuerySet, Workgroup


class DecisionQuerySet(GroupRowQuerySet):
    def in_force(self) -> Self:
        """Without those that were withdrawn: the register alone keeps them."""
        return self.filter(withdrawn_at=None)


class Decision(Versioned, Row):
    """A decision as a sentence, with the day it was taken; `item_id` is the roadmap's point that it concerns.

    Written by mistake it is withdrawn, with a reason: it stays in the register and counts no more.
    """

    workgroup = models.ForeignKey(Workgroup, models.PROTECT, related_name="decisions", verbose_name="groupe")
    text = models.TextField("décision")
    taken_on = models.DateField("prise le")
    owner = models.ForeignKey(GroupMember, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="portée par")
    due_on = models.DateField("pour le", null=True, blank=True)
    item_id = models.UUIDField("point de la feuille de route", null=True, blank=True)
    dissent = models.TextField("réserves et objections", blank=True)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="notée par"
    )
    withdrawn_at = models.DateTimeField("retirée le", null=True, blank=True)
    withdrawn_reason = models.CharField("motif du retrait", max_length=500, blank=True)

    objects = DecisionQuerySet.as_manager()
    unscoped = models.Manager.from_queryset(VersionedQuerySet)()

    class Meta:
        verbose_name = "décision"
        default_manager_name = base_manager_name = "unscoped"
        ordering = ["-taken_on", "-created_at", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="decision_says_something"),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_reason="") | Q(withdrawn_at__isnull=False) & ~Q(withdrawn_reason=""),
                name="decision_withdrawn_with_a_reason",
            ),
        ]
        indexes = [models.Index(fields=["workgroup", "-taken_on"])]

    def __str__(self) -> str:
        return self.text[:80]


class ActionQuerySet(GroupRowQuerySet):
    def open(self) -> Self:
        return self.filter(status=ActionStatus.OPEN)


class Action(Versioned, Row):
    """Something that a person of the group does by a day; without owner it is the whole group's."""

    workgroup = models.ForeignKey(Workgroup, models.PROTECT, related_name="actions", verbose_name="groupe")
    text = models.TextField("action")
    owner = models.ForeignKey(GroupMember, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="faite par")
    due_on = models.DateField("pour le", null=True, blank=True)
    status = models.CharField("état", max_length=8, choices=ActionStatus, default=ActionStatus.OPEN)
    closed_at = models.DateTimeField("close le", null=True, blank=True)
    item_id = models.UUIDField("point de la feuille de route", null=True, blank=True)

    objects = ActionQuerySet.as_manager()
    unscoped = models.Manager.from_queryset(VersionedQuerySet)()

    class Meta:
        verbose_name = "action"
        default_manager_name = base_manager_name = "unscoped"
        ordering = [models.F("due_on").asc(nulls_last=True), "created_at", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="action_says_something"),
            models.CheckConstraint(
                condition=Q(status=ActionStatus.OPEN, closed_at=None) | ~Q(status=ActionStatus.OPEN) & Q(closed_at__isnull=False),
                name="a_moment_when_closed",
            ),
        ]
        indexes = [models.Index(fields=["workgroup", "status", "due_on"]), models.Index(fields=["owner", "status"])]

    def __str__(self) -> str:
        return self.text[:80]

    def state_on(self, day: date) -> tuple[str, str]:
        """(tone, words) of where the action is: «3 jours de retard»."""
        if self.status != ActionStatus.OPEN:
            return ("ok" if self.status == ActionStatus.DONE else "no"), self.get_status_display()
        if self.due_on and self.due_on < day:
            return "warn", nearness_fr(self.due_on, day)
        return "draft", self.get_status_display()
