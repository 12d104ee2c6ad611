"""What people write for each other: the trunk of its pages, what every such page holds, and the key of a personal feed."""

from collections.abc import Collection, Mapping
from typing import Any, ClassVar, Self
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Case, F, Q, When
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from wagtail.models import Page, PageQuerySet

from hub.core.accounts.actor import Actor, actor_of
from hub.core.accounts.audiences import FEDERATION
from hub.core.kit.identifiers import uuid7
from hub.core.kit.models import Row
from hub.pages.writing import themes
from hub.pages.writing.enums import Writers
from workgroups.groups.models import groups_run_by, own_group_ids


def count_of(rows: models.QuerySet[Any], column: str) -> Coalesce:
    """How many of `rows` (filtered by OuterRef) belong to the row outside, by the column that leads to it."""
    counted = rows.order_by().values(column).annotate(counted=models.Count("pk")).values("counted")
    return Coalesce(models.Subquery(counted, output_field=models.IntegerField()), 0)


class LifePage(Page):
    """The trunk; its address is the hub's own screen, so the page itself only sends there."""

    own_screens = True
    max_count = 1
    parent_page_types = ["pages.HomePage"]

    class Meta:
        verbose_name = "vie de la fédération"

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return redirect("life:life")


class WrittenQuerySet(PageQuerySet):
    def visible_to(self, actor: Actor) -> Self:
        """Published pages of an audience that is open to the actor; those that she may write, as drafts too; withdrawn ones for moderators."""
        run = groups_run_by(actor)
        return self.filter(Q(live=True, audience__in=sorted(actor.audiences)) | self._hers(actor, run) | self._moderated(actor, run))

    def written_by(self, actor: Actor) -> Self:
        """Hers, her team's, and those of the groups that she runs, published or not: the twin of rules.can_edit."""
        return self.filter(self._hers(actor, groups_run_by(actor)))

    def to_finish(self, actor: Actor) -> Self:
        """Of hers those that are not published as last written, and what she moderates and may put back.

        Also `shown_title`: that of the draft for its writers alone, for moderation the one that was published.
        """
        run = groups_run_by(actor)
        unpublished, hers = Q(live=False) | Q(has_unpublished_changes=True), self._hers(actor, run)
        titled = self.annotate(shown_title=Case(When(hers, then=F("draft_title")), default=F("title")))
        return titled.filter(hers & unpublished | self._moderated(actor, run))

    def _hers(self, actor: Actor, run: Collection[UUID]) -> Q:
        if actor.mandate is None or actor.agreement_id is not None:
            return Q(pk__in=())
        own = Q(author=actor.user_id)
        in_group, in_organisation = Q(workgroup__in=own_group_ids(actor)), Q(organisation=actor.organisation_id, workgroup=None)
        if self.model.writers == Writers.EVERYONE:
            return own & (in_group | in_organisation)
        hers = own & in_group | Q(workgroup__in=run)
        return hers | in_organisation if actor.is_staff_of(actor.organisation_id) else hers

    def _moderated(self, actor: Actor, run: Collection[UUID]) -> Q:
        hers = Q(workgroup__in=run)
        if actor.is_coordinator:
            hers |= Q(audience__in=sorted(actor.audiences))
        return Q(withdrawn_at__isnull=False) & hers

    def published(self) -> Self:
        return self.filter(live=True)

    def for_list(self) -> Self:
        """With what a line of a list shows."""
        return self.select_related("organisation", "author", "workgroup")


class WrittenPage(Page):
    """A page that members write: its text, its readers (one token of the audience vocabulary), in whose name it stands.

    What moderation and ownership say never comes back from an old revision (`KEPT`).
    """

    noun: ClassVar[str]  # in the audit trail and in the search index
    namespace: ClassVar[str]  # of its addresses
    writers: ClassVar[Writers] = Writers.EVERYONE
    has_draft: ClassVar[bool] = True  # a change of a published page waits as a draft; otherwise it is published at once
    KEPT: ClassVar[tuple[str, ...]] = ("public_id", "author_id", "withdrawn_at", "withdrawn_reason")
    FACTS: ClassVar[tuple[str, ...]] = ("title", "theme", "body", "audience")

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    audience = models.CharField("lu par", max_length=60, default=FEDERATION, db_index=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="écrit par")
    organisation = models.ForeignKey(
        "accounts.Organisation", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="organisation"
    )
    workgroup = models.ForeignKey(
        "workgroups.Workgroup", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="groupe de travail"
    )
    theme = models.CharField("thème", max_length=30, blank=True)
    body = models.TextField("texte", blank=True)
    withdrawn_at = models.DateTimeField("retirée le", null=True, blank=True, editable=False)
    withdrawn_reason = models.CharField("motif du retrait", max_length=500, blank=True, editable=False)

    own_screens = True
    parent_page_types = ["writing.LifePage"]
    subpage_types: list[str] = []
    preview_modes: list[tuple[str, str]] = []

    class Meta:
        abstract = True

    def get_absolute_url(self) -> str:
        return reverse(f"{self.namespace}:detail", args=[self.public_id])

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Wagtail's address of the page leads to the hub's own, for those who may read it."""
        if not type(self).objects.visible_to(actor_of(request)).filter(pk=self.pk).exists():
            raise Http404
        return redirect(self)

    def with_content_json(self, content: Mapping[str, Any]) -> Self:
        page: Self = super().with_content_json(content)
        for name in self.KEPT:
            setattr(page, name, getattr(self, name))
        return page

    @property
    def theme_label(self) -> str:
        return themes.label_of(self.theme) if self.theme else ""

    @property
    def signature(self) -> str:
        """In whose name it stands, without naming a person: a group, else an organisation."""
        return self.workgroup.name if self.workgroup else self.organisation.name if self.organisation else ""

    def lacking(self) -> list[str]:
        """What must be there before it is published, in French."""
        return [] if self.body.strip() else ["le texte"]


class FeedKey(Row):
    """The secret address of a person's own feed, kept as its digest (SHA-256): shown once, forgotten when she closes it."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="feed_key", verbose_name="personne")
    digest = models.CharField("empreinte", max_length=64, unique=True)

    class Meta:
        verbose_name = "flux personnel"
        verbose_name_plural = "flux personnels"

    def __str__(self) -> str:
        return str(self.user_id)
