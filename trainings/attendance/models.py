"""The attendance sheet of a half-day, its versions, and what each trainee's line says."""

from datetime import datetime
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from hub.core.accounts.actor import Actor
from hub.core.accounts.scoping import ScopedQuerySet
from hub.core.kit.dates import hour_fr
from hub.core.kit.models import Row
from trainings.attendance.enums import Attended, Method
from trainings.attendance.hours import Times, followed_minutes


class AttendanceSheetQuerySet(ScopedQuerySet["AttendanceSheet"]):
    def visible_to(self, actor: Actor) -> Self:
        """The staff of the organisation that trains, whoever trains for it, and once it is closed the staff of each employer on it."""
        if actor.organisation_id is None or actor.agreement_id is not None:
            return self.scoped(pk__in=())
        trains = Q(half_day__session__organisation=actor.organisation_id)
        if not actor.is_staff_of(actor.organisation_id):
            return self.scoped(trains, half_day__session__trainers=actor.user_id).distinct()
        employs = Q(closed_at__isnull=False, presences__registration__employer=actor.organisation_id)
        return self.scoped(trains | employs).distinct()

    def current(self) -> Self:
        """The last version of each half-day."""
        return self.filter(replaced_by=None)


class AttendanceSheet(Row):
    """One version of the sheet of a half-day (R6313-3). Closed, it changes no more; a correction makes the next version, with its reason.

    `content` is what was closed, in canonical form, and `digest` its SHA-256, which the audit trail knows: hours and certificates are
    read from it. `device_at` of a signature is what a telephone without network said; `signed_at` is the server's.
    """

    half_day = models.ForeignKey("training_sessions.HalfDay", models.PROTECT, related_name="sheets", verbose_name="demi-journée")
    version = models.PositiveSmallIntegerField("version", default=1)
    replaces = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="replaced_by", verbose_name="corrige")
    correction_reason = models.CharField("motif de la correction", max_length=300, blank=True)
    assistance = models.TextField("assistance à distance donnée", blank=True)
    assessment = models.TextField("évaluations à distance faites", blank=True)
    closed_at = models.DateTimeField("close le", null=True, blank=True)
    trainer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="signée par"
    )
    trainer_name = models.CharField("nom de qui a signé", max_length=160, blank=True)
    trainer_method = models.CharField("signature", max_length=5, choices=Method, blank=True)
    trainer_typed = models.CharField("nom écrit", max_length=160, blank=True)
    trainer_strokes = models.JSONField("tracé", default=list, blank=True)
    content = models.JSONField("contenu clos", null=True, blank=True)
    digest = models.CharField("empreinte du contenu", max_length=64, blank=True)
    paper = models.ForeignKey("papers.IssuedPaper", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="pièce")

    objects = AttendanceSheetQuerySet.as_manager()
    unscoped = models.Manager()

    class Meta:
        verbose_name = "feuille d’émargement"
        verbose_name_plural = "feuilles d’émargement"
        default_manager_name = base_manager_name = "unscoped"
        ordering = ["half_day__date", "half_day__starts_at", "version"]
        constraints = [
            models.UniqueConstraint(fields=["half_day", "version"], name="one_sheet_per_half_day_and_version"),
            models.CheckConstraint(
                condition=Q(replaces=None, version=1) | Q(replaces__isnull=False, version__gt=1) & ~Q(correction_reason=""),
                name="later_sheet_says_what_it_corrects",
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None, content=None, digest="", trainer=None)
                | Q(closed_at__isnull=False, content__isnull=False, trainer__isnull=False) & ~Q(digest="") & ~Q(trainer_name=""),
                name="closed_sheet_is_signed_and_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.half_day} v{self.version}"

    @property
    def audit_label(self) -> str:
        return f"{self.half_day.day_words}, {self.half_day.get_period_display()}"

    @property
    def is_closed(self) -> bool:
        return self.closed_at is not None


class Presence(Row):
    """What a sheet says of one trainee. Present, she has signed; absent, somebody has written why.

    `key` is made by the device with the signature: sent again, it is the same one. Strokes: see strokes.py.
    `left_noted_at`: she signed for the whole half-day, then left; who holds the sheet wrote `left_at`, and her signature stands.
    """

    sheet = models.ForeignKey(AttendanceSheet, models.PROTECT, related_name="presences", verbose_name="feuille")
    registration = models.ForeignKey("training_sessions.Registration", models.PROTECT, related_name="presences", verbose_name="inscription")
    attended = models.CharField("présence", max_length=8, choices=Attended)
    arrived_at = models.TimeField("arrivée", null=True, blank=True)
    left_at = models.TimeField("départ", null=True, blank=True)
    reason = models.CharField("motif du retard, du départ ou de l’absence", max_length=200, blank=True)
    late_reason = models.CharField("motif de la signature tardive", max_length=200, blank=True)
    method = models.CharField("signature", max_length=5, choices=Method, blank=True)
    strokes = models.JSONField("tracé", default=list, blank=True)
    typed_name = models.CharField("nom écrit", max_length=160, blank=True)
    signed_at = models.DateTimeField("signée le", null=True, blank=True)
    device_at = models.DateTimeField("signée sur l’appareil le", null=True, blank=True)
    noted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name="sur l’appareil de")
    key = models.UUIDField("clé de l’appareil", null=True, blank=True)
    left_reason = models.CharField("motif du départ noté après la signature", max_length=200, blank=True)
    left_noted_at = models.DateTimeField("départ noté le", null=True, blank=True)
    left_noted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="départ noté par"
    )

    class Meta:
        verbose_name = "présence"
        constraints = [
            models.UniqueConstraint(fields=["sheet", "registration"], name="one_line_per_trainee_and_sheet"),
            models.UniqueConstraint(fields=["sheet", "key"], name="one_gesture_signs_once"),
            models.CheckConstraint(
                condition=Q(attended=Attended.ABSENT, method="", signed_at=None)
                | Q(attended=Attended.PRESENT, signed_at__isnull=False) & (Q(method="") | Q(typed_name="") | Q(strokes=[])),
                name="present_is_signed_absent_is_not",
            ),
            models.CheckConstraint(
                condition=Q(left_noted_at=None, left_reason="", left_noted_by=None)
                | Q(left_noted_at__isnull=False, left_at__isnull=False, attended=Attended.PRESENT) & ~Q(method="") & ~Q(left_reason=""),
                name="departure_is_noted_on_a_signed_line",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sheet_id} · {self.registration_id}"

    def times(self, half_day: Any) -> Times:
        return Times(half_day.starts_at, half_day.ends_at, self.arrived_at, self.left_at)

    def minutes(self, half_day: Any) -> int:
        return followed_minutes(self.times(half_day), is_present=self.attended == Attended.PRESENT)

    @property
    def gesture_at(self) -> datetime | None:
        """When she signed: the hour of the telephone when it had no network, the server's otherwise."""
        return self.device_at or self.signed_at

    @property
    def words(self) -> str:
        """«À l’heure», «Arrivée à 9 h 10», «Absence»."""
        if self.attended == Attended.ABSENT:
            return "Absence"
        parts = [
            f"arrivée à {hour_fr(self.arrived_at)}" if self.arrived_at else "",
            f"départ à {hour_fr(self.left_at)}" if self.left_at else "",
        ]
        said = ", ".join(part for part in parts if part)
        return said[:1].upper() + said[1:] if said else "À l’heure"
