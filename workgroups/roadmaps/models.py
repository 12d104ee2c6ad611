"""A group's roadmap: a page with its drafts and releases, how far its points are, and what each CAE does with them."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from wagtail.admin.panels import FieldPanel
from wagtail.models import Page, PageManager, PageQuerySet

from hub.core.accounts.actor import Actor
from hub.core.accounts.audiences import FEDERATION, PUBLIC
from hub.core.accounts.scoping import ScopedQuerySet
from hub.core.kit.dates import date_fr
from hub.core.kit.identifiers import uuid7
from hub.core.kit.models import Row
from workgroups.groups.enums import UNSEEN, Reach
from workgroups.groups.models import Versioned, VersionedQuerySet, Workgroup, own_group_ids
from workgroups.roadmaps import plan as plans
from workgroups.roadmaps.enums import TONES, AnswerReach, Progress, Stance


class RoadmapsIndexPage(Page):
    """The trunk; its address is the list of groups, so the page itself only sends there."""

    own_screens = True
    max_count = 1
    parent_page_types = ["pages.HomePage"]
    subpage_types = ["roadmaps.RoadmapPage"]

    class Meta:
        verbose_name = "feuilles de route"

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return redirect("groups:groups")


def released_to(actor: Actor, prefix: str = "") -> Q:
    """The condition that a released roadmap is read by an actor: her group's, or of a group at work that reaches her."""
    group = f"{prefix}workgroup"
    open_group = ~Q(**{f"{group}__status__in": UNSEEN})
    if FEDERATION not in actor.audiences:
        open_group &= Q(**{f"{group}__reach": Reach.PUBLIC})
    return Q(**{f"{group}__in": own_group_ids(actor)}) | open_group & Q(**{f"{prefix}live": True})


class RoadmapQuerySet(PageQuerySet):
    def visible_to(self, actor: Actor) -> Self:
        """A release is read by those whom the group reaches; the draft by the group's people."""
        return self.filter(released_to(actor))


class RoadmapPage(Page):
    """What a group means to do. `plan` holds phases, points and milestones (plan.py); `version` counts the releases."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    workgroup = models.OneToOneField(Workgroup, models.PROTECT, related_name="roadmap", verbose_name="groupe")
    version = models.PositiveIntegerField("version publiée", default=0, editable=False)
    introduction = models.TextField("introduction", blank=True)
    plan = models.JSONField("phases, points et jalons", default=plans.empty, blank=True)

    own_screens = True
    objects = PageManager.from_queryset(RoadmapQuerySet)()

    parent_page_types = ["roadmaps.RoadmapsIndexPage"]
    subpage_types: list[str] = []
    preview_modes: list[tuple[str, str]] = []
    content_panels = [*Page.content_panels, FieldPanel("introduction")]

    class Meta:
        verbose_name = "feuille de route"
        verbose_name_plural = "feuilles de route"

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return redirect("roadmaps:roadmap", self.workgroup.acronym)

    @property
    def read(self) -> plans.ReadPlan:
        return plans.read(self.plan)


class RoadmapRelease(Row):
    """Version n as it was published; its text is Wagtail's revision, which nobody changes any more."""

    roadmap = models.ForeignKey(RoadmapPage, models.PROTECT, related_name="releases", verbose_name="feuille de route")
    number = models.PositiveIntegerField("version")
    revision = models.ForeignKey("wagtailcore.Revision", models.PROTECT, related_name="+")
    released_at = models.DateTimeField("publiée le")
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="publiée par"
    )
    note = models.TextField("ce qui change", blank=True)

    class Meta:
        verbose_name = "version d’une feuille de route"
        verbose_name_plural = "versions d’une feuille de route"
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["roadmap", "number"], name="one_release_per_number")]

    def __str__(self) -> str:
        return f"{self.roadmap_id} · {self.number}"

    @property
    def words(self) -> str:
        return f"Version {self.number}, du {date_fr(self.released_at, year=True)}"

    def page(self) -> RoadmapPage:
        """The roadmap as this release has it."""
        found: RoadmapPage = self.revision.as_object()
        return found


class ItemProgress(Versioned, Row):
    """How far a point is, noted between two releases: the text does not move for that."""

    roadmap = models.ForeignKey(RoadmapPage, models.PROTECT, related_name="progress", verbose_name="feuille de route")
    item_id = models.UUIDField("point")
    status = models.CharField("où en est ce point", max_length=10, choices=Progress, default=Progress.PLANNED)
    reading = models.CharField("mesure de l’indicateur", max_length=160, blank=True)
    noted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="noté par"
    )

    objects = models.Manager.from_queryset(VersionedQuerySet)()

    class Meta:
        verbose_name = "avancement d’un point"
        verbose_name_plural = "avancement des points"
        constraints = [models.UniqueConstraint(fields=["roadmap", "item_id"], name="one_progress_per_item")]

    def __str__(self) -> str:
        return f"{self.item_id} · {self.status}"


class SheetQuerySet(ScopedQuerySet["AnswerSheet"]):
    def visible_to(self, actor: Actor) -> Self:
        """The group sees all; a CAE's team its own; others what a CAE opened, of a roadmap that they may read."""
        seen = Q(roadmap__workgroup__in=own_group_ids(actor))
        if actor.is_staff_of(actor.organisation_id):
            seen |= Q(organisation=actor.organisation_id)
        opened = {AnswerReach.PUBLIC} | ({AnswerReach.FEDERATION} if FEDERATION in actor.audiences else set())
        return self.scoped(seen | Q(reach__in=opened) & released_to(actor, "roadmap__"))


class AnswerSheet(Row):
    """The answers of one CAE to one roadmap, and who reads them. It exists once the CAE has answered something."""

    roadmap = models.ForeignKey(RoadmapPage, models.PROTECT, related_name="answer_sheets", verbose_name="feuille de route")
    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+", verbose_name="CAE")
    reach = models.CharField("lu par", max_length=10, choices=AnswerReach, default=AnswerReach.GROUP)

    objects = SheetQuerySet.as_manager()
    unscoped = models.Manager()

    class Meta:
        verbose_name = "réponses d’une CAE"
        verbose_name_plural = "réponses des CAE"
        default_manager_name = base_manager_name = "unscoped"
        constraints = [models.UniqueConstraint(fields=["roadmap", "organisation"], name="one_sheet_per_cae")]

    def __str__(self) -> str:
        return f"{self.organisation_id} · {self.roadmap_id}"


class AnswerQuerySet(ScopedQuerySet["Answer"]):
    def visible_to(self, actor: Actor) -> Self:
        return self.scoped(sheet__in=AnswerSheet.objects.visible_to(actor).values("pk"))

    def current(self) -> Self:
        return self.filter(replaced_at=None)


class Answer(Row):
    """What a CAE does with a point, as she said it of a release; a new answer replaces the row and never changes it."""

    sheet = models.ForeignKey(AnswerSheet, models.PROTECT, related_name="answers", verbose_name="réponses")
    item_id = models.UUIDField("point")
    release = models.PositiveIntegerField("à la version")
    stance = models.CharField("réponse", max_length=10, choices=Stance)
    note = models.TextField("dans ses mots", blank=True)
    owner = models.CharField("porté chez elle par", max_length=160, blank=True)
    starts_on = models.DateField("à partir du", null=True, blank=True)
    ends_on = models.DateField("jusqu’au", null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="répondu par"
    )
    answered_at = models.DateTimeField("répondu le")
    replaced_at = models.DateTimeField("remplacée le", null=True, blank=True)

    objects = AnswerQuerySet.as_manager()
    unscoped = models.Manager()

    class Meta:
        verbose_name = "réponse à un point"
        verbose_name_plural = "réponses aux points"
        default_manager_name = base_manager_name = "unscoped"
        ordering = ["answered_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["sheet", "item_id"], condition=Q(replaced_at=None), name="one_current_answer_per_item"),
            models.CheckConstraint(
                condition=Q(starts_on=None) | Q(ends_on=None) | Q(ends_on__gte=models.F("starts_on")), name="answer_ends_after_it_starts"
            ),
        ]
        indexes = [models.Index(fields=["item_id", "replaced_at"])]

    def __str__(self) -> str:
        return f"{self.item_id} · {self.stance}"

    @property
    def tone(self) -> str:
        return TONES[Stance(self.stance)]


def reach_of(group: Workgroup) -> str:
    """The audience of a release."""
    return group.token if group.status in UNSEEN else PUBLIC if group.reach == Reach.PUBLIC else FEDERATION
