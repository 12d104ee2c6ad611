from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.lookups import IsNull

from hub.core.accounts.actor import Actor
from hub.core.accounts.scoping import ScopedQuerySet
from hub.core.kit.models import Row


class NotificationQuerySet(ScopedQuerySet["Notification"]):
    def visible_to(self, actor: Actor) -> Self:
        """A person's own, nobody else's; what a group was told only while she is of it, what concerns a CAE only while she acts for it."""
        hers = Q(audience="") | Q(audience__in=sorted(actor.audiences))
        here = Q(data__organisations__isnull=True) | Q(data__organisations__icontains=str(actor.organisation_id))
        return self.scoped(hers, here, user=actor.user_id, user__isnull=False)

    def unread_first(self) -> Self:
        return self.order_by(IsNull(F("read_at"), False), "-created_at", "-id")


class Notification(Row):
    """Something that a person is told on screen; the words are kept as they were when it happened."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notifications", verbose_name="personne")
    kind = models.CharField("nature", max_length=80)
    text = models.CharField("phrase", max_length=300)
    url = models.CharField("adresse", max_length=300, blank=True)
    data = models.JSONField("identifiants", default=dict, blank=True)
    audience = models.CharField("audience", max_length=60, blank=True)
    read_at = models.DateTimeField("lue le", null=True, blank=True)

    objects = NotificationQuerySet.as_manager()
    unscoped = models.Manager()

    class Meta:
        verbose_name = "avis"
        verbose_name_plural = "avis"
        default_manager_name = base_manager_name = "unscoped"
        indexes = [
            models.Index(fields=["user", "-created_at"]),
            models.Index(fields=["user"], condition=Q(read_at=None), name="notification_unread"),
        ]

    def __str__(self) -> str:
        return self.text


class Rhythm(models.TextChoices):
    NEVER = "never", "Au fur et à mesure, sans récapitulatif"
    DAILY = "daily", "Un récapitulatif chaque matin"
    WEEKLY = "weekly", "Un récapitulatif chaque lundi matin"


class Digest(models.Model):
    """How often a person wants the letters that can wait gathered in one; without a row, never."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="+", verbose_name="personne")
    rhythm = models.CharField("récapitulatif", max_length=6, choices=Rhythm, default=Rhythm.NEVER)
    done_on = models.DateField("dernier récapitulatif le", null=True, blank=True)

    class Meta:
        verbose_name = "récapitulatif"

    def __str__(self) -> str:
        return self.rhythm


class Preference(models.Model):
    """How a person wants to be told of one kind; without a row, the kind's own way holds."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notification_preferences", verbose_name="personne")
    kind = models.CharField("nature", max_length=80)
    by_mail = models.BooleanField("par courrier électronique")
    on_screen = models.BooleanField("à l’écran")

    class Meta:
        verbose_name = "réglage d’avis"
        verbose_name_plural = "réglages d’avis"
        constraints = [models.UniqueConstraint(fields=["user", "kind"], name="notification_preference_once")]

    def __str__(self) -> str:
        return self.kind


class Mail(Row):
    """A letter on its way. Once sent it keeps its kind and its moment only: address and words are emptied.

    One that is `held` waits for the digest of its reader, which says its subject and its address.

    `claimed_until` is the lease of the worker that sends it, `mailed_at` the end: a letter is sent at least once, and twice only when a
    worker dies between the mail server's yes and the row.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="mails", verbose_name="personne")
    kind = models.CharField("nature", max_length=80)
    address = models.EmailField("adresse", blank=True)
    subject = models.CharField("objet", max_length=150, blank=True)
    body = models.TextField("texte", blank=True)
    url = models.CharField("où elle mène", max_length=300, blank=True)
    audience = models.CharField("audience", max_length=60, blank=True)
    held = models.BooleanField("attend le récapitulatif", default=False)
    calendar = models.TextField("rendez-vous joints (iCalendar)", blank=True)
    claimed_until = models.DateTimeField("en cours d’envoi jusqu’à", null=True, blank=True)
    mailed_at = models.DateTimeField("envoyée le", null=True, blank=True)

    class Meta:
        verbose_name = "lettre"
        verbose_name_plural = "lettres"
        constraints = [
            models.CheckConstraint(
                condition=Q(mailed_at__isnull=False, address="", subject="", body="", url="", calendar="", held=False) | Q(mailed_at=None),
                name="mail_sent_is_empty",
            )
        ]
        indexes = [
            models.Index(fields=["mailed_at"]),
            models.Index(fields=["user"], condition=Q(held=True), name="mail_held_for_digest"),
        ]

    def __str__(self) -> str:
        return self.kind
