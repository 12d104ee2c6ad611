"""Questions to the federation: the question is a page, its answers and their marks are counted rows."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from wagtail.models import PageManager

from hub.core.accounts.actor import Actor
from hub.core.accounts.scoping import ScopedQuerySet
from hub.core.kit.models import Row
from hub.pages.writing.models import WrittenPage, WrittenQuerySet, count_of
from workgroups.groups.models import Versioned, VersionedQuerySet


class QuestionQuerySet(WrittenQuerySet):
    def for_list(self) -> Self:
        """Also `answer_count` and `is_solved`."""
        shown = Answer.unscoped.filter(question=OuterRef("pk"), withdrawn_at=None)
        solved = Answer.unscoped.filter(question=OuterRef("pk"), accepted_at__isnull=False)
        return super().for_list().annotate(answer_count=count_of(shown, "question"), is_solved=Exists(solved))


class QuestionPage(WrittenPage):
    """A question; published as soon as it is asked."""

    noun = "question"
    namespace = "questions"
    has_draft = False

    trades = models.JSONField("métiers (ROME)", default=list, blank=True)
    skills = models.JSONField("compétences (Formacode)", default=list, blank=True)

    objects = PageManager.from_queryset(QuestionQuerySet)()

    class Meta:
        verbose_name = "question"

    def lacking(self) -> list[str]:
        """Nothing: its title asks, and is enough whenever it is published."""
        return []


class AnswerQuerySet(ScopedQuerySet["Answer"]):
    def visible_to(self, actor: Actor) -> Self:
        """Those of a question in sight; one that moderation withdrew, by its author alone, for the organisation that she answered for."""
        shown = Q(withdrawn_at=None)
        if actor.mandate is not None and actor.agreement_id is None:
            shown |= Q(author=actor.user_id, organisation=actor.organisation_id)
        return self.scoped(shown, question__in=QuestionPage.objects.visible_to(actor).values("pk"))

    def with_marks(self, actor: Actor) -> Self:
        """`useful_count`, `is_marked` (by this actor); the accepted one first, then the most useful, then the oldest."""
        mine = UsefulMark.objects.filter(answer=OuterRef("pk"), user=actor.user_id)
        marks = UsefulMark.objects.filter(answer=OuterRef("pk"))
        counted = self.annotate(useful_count=count_of(marks, "answer"), is_marked=Exists(mine))
        return counted.order_by(F("accepted_at").asc(nulls_last=True), "-useful_count", "created_at", "id")


class Answer(Versioned, Row):
    """What somebody answers; the author of the question may keep one as the answer."""

    question = models.ForeignKey(QuestionPage, models.PROTECT, related_name="answers", verbose_name="question")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="écrite par"
    )
    organisation = models.ForeignKey(
        "accounts.Organisation", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="organisation"
    )
    body = models.TextField("réponse")
    accepted_at = models.DateTimeField("retenue le", null=True, blank=True)
    withdrawn_at = models.DateTimeField("retirée le", null=True, blank=True)
    withdrawn_reason = models.CharField("motif du retrait", max_length=500, blank=True)

    objects = AnswerQuerySet.as_manager()
    unscoped = models.Manager.from_queryset(VersionedQuerySet)()

    class Meta:
        verbose_name = "réponse"
        default_manager_name = base_manager_name = "unscoped"
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["question"], condition=Q(accepted_at__isnull=False), name="one_accepted_answer"),
            models.CheckConstraint(condition=Q(withdrawn_at=None) | Q(accepted_at=None), name="a_withdrawn_answer_is_not_kept"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class UsefulMark(Row):
    """«Utile»: once per person and answer."""

    answer = models.ForeignKey(Answer, models.CASCADE, related_name="marks", verbose_name="réponse")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name="personne")

    class Meta:
        verbose_name = "marque « utile »"
        verbose_name_plural = "marques « utile »"
        constraints = [models.UniqueConstraint(fields=["answer", "user"], name="useful_once")]

    def __str__(self) -> str:
        return f"{self.answer_id} · {self.user_id}"


class Follow(Row):
    """Who is told of the answers to a question: whoever asked, answered or said so."""

    question = models.ForeignKey(QuestionPage, models.CASCADE, related_name="follows", verbose_name="question")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name="personne")

    class Meta:
        verbose_name = "suivi d’une question"
        verbose_name_plural = "suivis des questions"
        constraints = [models.UniqueConstraint(fields=["question", "user"], name="follow_once")]

    def __str__(self) -> str:
        return f"{self.question_id} · {self.user_id}"
