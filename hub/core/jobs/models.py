"""The outbox: what must happen later, written in the transaction of the change. It is the only memory of the jobs; the broker is none."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from hub.core.kit.identifiers import uuid7

OPEN = Q(done_at=None, parked_at=None)


class OutboxQuerySet(models.QuerySet["Outbox"]):
    def open(self) -> Self:
        return self.filter(OPEN)

    def due(self, now: datetime) -> Self:
        """Lines to run now: their time has come, nobody holds them (or no longer), and no line of the same key is being run."""
        same_key = Outbox.objects.open().filter(topic=OuterRef("topic"), key=OuterRef("key"), lease_until__isnull=False)
        free = Q(lease_until=None) | Q(lease_until__lte=now)
        return self.open().filter(free, available_at__lte=now).exclude(Exists(same_key.exclude(pk=OuterRef("pk"))))

    def parked(self) -> Self:
        return self.filter(parked_at__isnull=False)


class Outbox(models.Model):
    """One thing to do. Open, then done or parked; held by a worker as long as `lease_until` lies ahead."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    topic = models.CharField("sujet", max_length=80)
    payload = models.JSONField("contenu", default=dict)
    key = models.CharField("clé de regroupement", max_length=200, null=True, blank=True)
    created_at = models.DateTimeField("créée le", default=timezone.now)
    available_at = models.DateTimeField("à faire dès", default=timezone.now)
    lease_until = models.DateTimeField("tenue jusqu’à", null=True, blank=True)
    attempts = models.PositiveSmallIntegerField("essais", default=0)
    done_at = models.DateTimeField("faite le", null=True, blank=True)
    parked_at = models.DateTimeField("garée le", null=True, blank=True)
    last_error = models.CharField("dernier motif", max_length=300, blank=True)

    objects = OutboxQuerySet.as_manager()

    class Meta:
        verbose_name = "tâche à faire"
        verbose_name_plural = "tâches à faire"
        constraints = [
            models.UniqueConstraint(fields=["topic", "key"], condition=OPEN & Q(lease_until__isnull=False), name="jobs_one_run_per_key"),
            models.CheckConstraint(condition=Q(done_at=None) | Q(parked_at=None), name="jobs_done_or_parked"),
            models.CheckConstraint(condition=OPEN | Q(lease_until=None), name="jobs_closed_is_not_held"),
        ]
        indexes = [
            models.Index(fields=["available_at"], condition=OPEN, name="jobs_due"),
            models.Index(fields=["topic", "key"], condition=OPEN, name="jobs_key"),
            models.Index(fields=["done_at"], condition=Q(done_at__isnull=False), name="jobs_done"),
            models.Index(fields=["parked_at"], condition=Q(parked_at__isnull=False), name="jobs_parked"),
        ]

    def __str__(self) -> str:
        return f"{self.topic} {self.pk}"


class TaskRun(models.Model):
    """One ended run of a handler: what the failure ratio is computed from. `line` is empty for a batch, which counts as one task."""

    topic = models.CharField("sujet", max_length=80)
    line = models.UUIDField("tâche", null=True)
    ok = models.BooleanField("réussie")
    ended_at = models.DateTimeField("finie le", default=timezone.now, db_index=True)
    seconds = models.FloatField("durée en secondes", default=0)

    class Meta:
        verbose_name = "exécution"

    def __str__(self) -> str:
        return f"{self.topic} {'ok' if self.ok else 'ko'}"


class PeriodicRun(models.Model):
    """When a periodic job was last put in the outbox: what makes two schedulers start it once."""

    name = models.CharField("nom", max_length=80, primary_key=True)
    last_at = models.DateTimeField("dernier départ")

    class Meta:
        verbose_name = "tâche périodique"
        verbose_name_plural = "tâches périodiques"

    def __str__(self) -> str:
        return self.name


class Heartbeat(models.Model):
    """The last sign of life of a kind of process («worker», «scheduler»)."""

    name = models.CharField("nom", max_length=40, primary_key=True)
    at = models.DateTimeField("vu le")

    class Meta:
        verbose_name = "signe de vie"
        verbose_name_plural = "signes de vie"

    def __str__(self) -> str:
        return self.name
