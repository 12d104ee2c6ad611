"""What a CAE's people need to learn: told by the CAE, counted by the federation, answered by a session."""

from collections.abc import Iterable
from datetime import datetime
from typing import Self
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse

from hub.core.accounts.actor import Actor
from hub.core.accounts.audiences import FEDERATION
from hub.core.accounts.models import Organisation
from hub.core.accounts.permissions import Permission
from hub.core.accounts.scoping import ScopedQuerySet
from hub.core.kit.identifiers import uuid7
from hub.core.kit.models import Row
from trainings.catalogue.models import CoursePage
from trainings.wishes.enums import MOVES, WishStatus
from trainings.wishes.errors import MoveRefused

MOST_PEOPLE = 200


class WishQuerySet(ScopedQuerySet["Wish"]):
    def visible_to(self, actor: Actor) -> Self:
        """Its own CAE's team; the open and the answered ones, for whoever holds sessions in the federation."""
        mine = Q(pk__in=())
        if FEDERATION in actor.audiences and actor.is_staff_of(actor.organisation_id) and actor.can(Permission.TRAINEES_REGISTER):
            mine |= Q(organisation=actor.organisation_id)
        if FEDERATION in actor.audiences and actor.can(Permission.SESSION_MANAGE):
            mine |= ~Q(status=WishStatus.WITHDRAWN)
        return self.scoped(mine)

    def open(self) -> Self:
        return self.filter(status=WishStatus.OPEN)


class Wish(Row):
    """A need of one CAE: a theme, how many people, where and when. `people` are named for the CAE alone.

    The theme is a descriptor of the Formacode, or words; `theme_key` groups the needs that mean the same (rules.theme_key).
    """

    key = models.UUIDField("clé du formulaire", unique=True, default=uuid7, editable=False)
    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="training_wishes", verbose_name="CAE")
    skill = models.ForeignKey(
        "vocabularies.Skill", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="thème du Formacode"
    )
    words = models.CharField("thème en quelques mots", max_length=120, blank=True)
    theme_key = models.CharField(max_length=140, editable=False, db_index=True)
    people_count = models.PositiveSmallIntegerField(
        "combien de personnes", validators=[MinValueValidator(1), MaxValueValidator(MOST_PEOPLE)]
    )
    people = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+", blank=True, verbose_name="qui")
    department_code = models.CharField("département", max_length=3, blank=True)
    period = models.CharField("période souhaitée", max_length=80, blank=True)
    note = models.TextField("précisions", max_length=1000, blank=True)
    status = models.CharField("état", max_length=10, choices=WishStatus, default=WishStatus.OPEN)
    session = models.ForeignKey(
        "training_sessions.TrainingSession", models.PROTECT, null=True, blank=True, related_name="wishes", verbose_name="session"
    )
    # the programme of another organisation that the federation asked to hold for it, while nobody has answered;
    # `asked_at` alone stays while a session is prepared, so that who coordinates is told if it is cancelled
    asked_course = models.ForeignKey(
        "catalogue.CoursePage", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="programme demandé"
    )
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name="demandé par")
    asked_at = models.DateTimeField("demandé le", null=True, blank=True)
    # the last refusal, until it is asked again or answered
    declined_by = models.ForeignKey(
        "accounts.Organisation", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="session déclinée par"
    )
    declined_reason = models.CharField("motif du refus", max_length=500, blank=True)
    declined_at = models.DateTimeField("déclinée le", null=True, blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name="entré par")
    version = models.PositiveIntegerField("version", default=1)

    objects = WishQuerySet.as_manager()
    unscoped = models.Manager()

    class Meta:
        verbose_name = "besoin de formation"
        verbose_name_plural = "besoins de formation"
        default_manager_name = base_manager_name = "unscoped"
        ordering = ["-created_at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(skill__isnull=False) | ~Q(words=""), name="wish_has_a_theme"),
            models.CheckConstraint(condition=Q(people_count__gte=1), name="wish_is_for_somebody"),
            models.CheckConstraint(
                condition=Q(status=WishStatus.PLANNED, session__isnull=False) | ~Q(status=WishStatus.PLANNED) & Q(session=None),
                name="wish_is_planned_by_a_session",
            ),
        ]
        indexes = [models.Index(fields=["status", "theme_key"], name="wish_census")]

    def __str__(self) -> str:
        return self.theme

    @property
    def audit_label(self) -> str:
        """The vocabulary's word: those that were typed are for the two who read the need."""
        return self.skill.label if self.skill else ""

    @property
    def theme(self) -> str:
        return self.skill.label if self.skill else self.words

    def is_of(self, organisation_id: UUID | None) -> bool:
        return self.organisation_id == organisation_id

    def answer_url(self, course_id: UUID, others: Iterable["Wish"] = (), *, name: str = "open") -> str:
        """Where a programme answers this need, and others of its theme: the form of a session, or what asks its organisation for one."""
        more = urlencode({"besoin": [str(one.pk) for one in others]}, doseq=True)
        url = reverse(f"wishes:{name}", args=[self.pk, course_id])
        return f"{url}?{more}" if more else url

    def ask(self, course: CoursePage | None = None, by: UUID | None = None, at: datetime | None = None) -> None:
        """Note what is asked and by whom, or with nothing that nobody asks any more; the refusal before it is answered."""
        self.asked_course, self.asked_by_id, self.asked_at = course, by, at
        self.declined_by, self.declined_reason, self.declined_at = None, "", None

    def decline(self, body: Organisation, reason: str, at: datetime) -> None:
        """The organisation that was asked will not hold it, and why."""
        self.ask()
        self.declined_by, self.declined_reason, self.declined_at = body, reason, at

    def move_to(self, status: WishStatus) -> None:
        if status not in MOVES[self.status]:
            raise MoveRefused(f"{WishStatus(self.status).label.lower()} → {status.label.lower()}")
        self.status = status
        self.ask(at=self.asked_at if status == WishStatus.PLANNED else None)
