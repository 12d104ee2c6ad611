"""What somebody tried and learnt, told to the others."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import OuterRef
from wagtail.models import PageManager

from hub.core.kit.models import Row
from hub.pages.writing.models import WrittenPage, WrittenQuerySet, count_of


class NoteQuerySet(WrittenQuerySet):
    def for_list(self) -> Self:
        """Also `useful_count`."""
        return super().for_list().annotate(useful_count=count_of(NoteMark.objects.filter(note=OuterRef("pk")), "note"))


class NotePage(WrittenPage):
    """An experience note; a change waits as a draft until its author publishes it."""

    noun = "note"
    namespace = "notes"

    trades = models.JSONField("métiers (ROME)", default=list, blank=True)
    skills = models.JSONField("compétences (Formacode)", default=list, blank=True)

    objects = PageManager.from_queryset(NoteQuerySet)()

    class Meta:
        verbose_name = "note d’expérience"
        verbose_name_plural = "notes d’expérience"


class NoteMark(Row):
    """«Utile»: once per person and note."""

    note = models.ForeignKey(NotePage, models.CASCADE, related_name="marks", verbose_name="note")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name="personne")

    class Meta:
        verbose_name = "marque « utile » d’une note"
        verbose_name_plural = "marques « utile » des notes"
        constraints = [models.UniqueConstraint(fields=["note", "user"], name="note_useful_once")]

    def __str__(self) -> str:
        return f"{self.note_id} · {self.user_id}"
