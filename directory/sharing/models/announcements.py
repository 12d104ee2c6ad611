"""Offers and needs: what a CAE says to the whole federation."""

from datetime import date
from typing import Self

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from directory.sharing import reference
from directory.sharing.enums import ANNOUNCEMENT_MOVES, AnnouncementKind, AnnouncementStatus
from directory.sharing.errors import MoveRefused
from directory.sharing.models.scope import federated_to, staffed
from hub.core.accounts.actor import Actor
from hub.core.accounts.scoping import ScopedQuerySet
from hub.core.kit.models import Row
from hub.core.kit.text import asked_line, fold

MOST_CENTS = 100_000


class AnnouncementQuerySet(ScopedQuerySet["Announcement"]):
    def visible_to(self, actor: Actor) -> Self:
        """What is published, for the federation; a CAE's staff sees its own past ones too."""
        return self.scoped(federated_to(actor) & Q(status=AnnouncementStatus.OPEN) | staffed(actor, "organisation"))

    def open(self, on: date) -> Self:
        return self.filter(status=AnnouncementStatus.OPEN, expires_on__gte=on)

    def matching(self, words: str) -> Self:
        """Each word in the function, its tasks, the quantity, the details or the CAE's name."""
        rows = self
        for word in asked_line(words).split()[:8]:
            keys = [key for key, one in reference.functions().items() if fold(word) in fold(f"{one.label} {one.tasks}")]
            said = Q(quantity__icontains=word) | Q(details__icontains=word) | Q(organisation__name__icontains=word)
            rows = rows.filter(said | Q(function__in=keys))
        return rows


class Announcement(Row):
    """An offer or a need of one CAE for one function: some words and an end are enough. One open at a time per function and kind."""

    kind = models.CharField("nature", max_length=6, choices=AnnouncementKind)
    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="sharing_announcements", verbose_name="CAE")
    function = models.CharField("fonction", max_length=40)
    quantity = models.CharField("combien", max_length=80)
    details = models.TextField("précisions", blank=True, max_length=4000)
    hourly_cost_cents = models.PositiveIntegerField(
        "coût horaire, en centimes", null=True, blank=True, validators=[MaxValueValidator(MOST_CENTS)]
    )
    status = models.CharField("état", max_length=10, choices=AnnouncementStatus, default=AnnouncementStatus.OPEN)
    published_on = models.DateField("publiée le")
    expires_on = models.DateField("jusqu’au")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name="publiée par")
    version = models.PositiveIntegerField("version", default=1)

    objects = AnnouncementQuerySet.as_manager()
    unscoped = models.Manager()

    class Meta:
        verbose_name = "annonce"
        default_manager_name = base_manager_name = "unscoped"
        ordering = ["-published_on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "function", "kind"], condition=Q(status=AnnouncementStatus.OPEN),
                name="sharing_one_open_announcement_per_function",
            ),
            models.CheckConstraint(condition=Q(expires_on__gte=F("published_on")), name="sharing_announcement_ends_after_it_starts"),
            models.CheckConstraint(condition=~Q(quantity=""), name="sharing_announcement_says_how_much"),
        ]  # fmt: skip
        indexes = [models.Index(fields=["kind", "status", "function"], name="sharing_announcement_list")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("sharing:announcement", args=[self.pk])

    @property
    def label(self) -> str:
        return reference.function_label(self.function)

    @property
    def tasks(self) -> str:
        found = reference.functions().get(self.function)
        return found.tasks if found else ""

    @property
    def title(self) -> str:
        """«Offre : gestion sociale, paie»"""
        return f"{self.get_kind_display()} : {self.label[:1].lower()}{self.label[1:]}"

    @property
    def audit_label(self) -> str:
        return self.title

    @property
    def is_offer(self) -> bool:
        return self.kind == AnnouncementKind.OFFER

    def is_open_on(self, day: date) -> bool:
        return self.status == AnnouncementStatus.OPEN and day <= self.expires_on

    def move_to(self, status: AnnouncementStatus) -> None:
        if status not in ANNOUNCEMENT_MOVES[self.status]:
            raise MoveRefused(f"{self.get_status_display()} → {status.label}")
        self.status = status
