"""Meetings of a group: when, where, what for; then who was there, what was said, and what came of it."""

from datetime import datetime

from django.db import models
from django.db.models import F, Q

from hub.core.kit.dates import long_day_fr
from hub.core.kit.models import Row
from workgroups.decisions.models import Action, Decision
from workgroups.groups.models import GroupMember, GroupRowQuerySet, Versioned, VersionedQuerySet, Workgroup


class Meeting(Versioned, Row):
    """A meeting of the group. Decisions and actions noted in it are rows of their own, which do not know it."""

    workgroup = models.ForeignKey(Workgroup, models.PROTECT, related_name="meetings", verbose_name="groupe")
    title = models.CharField("objet", max_length=160)
    starts_at = models.DateTimeField("début")
    ends_at = models.DateTimeField("fin", null=True, blank=True)
    place = models.CharField("lieu ou lien", max_length=300, blank=True)
    agenda = models.TextField("ordre du jour", blank=True)
    minutes = models.TextField("compte rendu", blank=True)
    minutes_told_at = models.DateTimeField("compte rendu annoncé le", null=True, blank=True)
    cancelled_at = models.DateTimeField("annulée le", null=True, blank=True)
    facilitator = models.ForeignKey(GroupMember, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="animée par")
    note_taker = models.ForeignKey(GroupMember, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="notée par")
    present = models.ManyToManyField(GroupMember, related_name="+", blank=True, verbose_name="personnes présentes")
    decisions = models.ManyToManyField(Decision, related_name="+", blank=True, verbose_name="décisions")
    actions = models.ManyToManyField(Action, related_name="+", blank=True, verbose_name="actions")

    objects = GroupRowQuerySet.as_manager()
    unscoped = models.Manager.from_queryset(VersionedQuerySet)()

    class Meta:
        verbose_name = "réunion"
        default_manager_name = base_manager_name = "unscoped"
        ordering = ["-starts_at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at=None) | Q(ends_at__gt=F("starts_at")), name="meeting_ends_after_it_starts"),
            models.CheckConstraint(condition=~Q(title=""), name="meeting_says_what_for"),
        ]
        indexes = [models.Index(fields=["workgroup", "-starts_at"])]

    def __str__(self) -> str:
        return self.title

    @property
    def day_words(self) -> str:
        """«vendredi 13 novembre 2026»"""
        return long_day_fr(self.starts_at)

    def has_begun(self, now: datetime) -> bool:
        return self.starts_at <= now

    def is_past(self, now: datetime) -> bool:
        return (self.ends_at or self.starts_at) < now
