"""Resources that teams share: a page says what it is and under which licence; its files are versions, none is ever replaced, an old one may go."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from wagtail.models import PageManager

from hub.core.accounts.actor import Actor
from hub.core.accounts.audiences import FEDERATION
from hub.core.accounts.scoping import ScopedQuerySet
from hub.core.documents.formats import BY_CONTENT_TYPE, size_fr
from hub.core.kit.models import Row
from hub.pages.library.licences import INTERNAL, Licence, licence
from hub.pages.writing.enums import Writers
from hub.pages.writing.models import WrittenPage, WrittenQuerySet


class ResourceQuerySet(WrittenQuerySet):
    def for_list(self) -> Self:
        return super().for_list().prefetch_related("versions__file")


class ResourcePage(WrittenPage):
    """A template, a tool, a guide; a change of its words is published at once."""

    noun = "resource"
    namespace = "library"
    writers = Writers.TEAM
    has_draft = False

    licence_key = models.CharField("licence", max_length=20, default=INTERNAL)

    objects = PageManager.from_queryset(ResourceQuerySet)()

    class Meta:
        verbose_name = "ressource"

    @property
    def licence(self) -> Licence:
        return licence(self.licence_key)

    @property
    def newest(self) -> "ResourceVersion | None":
        """The version that is served; `versions` are ordered newest first."""
        return next(iter(self.versions.all()), None)


class VersionQuerySet(ScopedQuerySet["ResourceVersion"]):
    def visible_to(self, actor: Actor) -> Self:
        return self.scoped(resource__in=ResourcePage.objects.visible_to(actor).values("pk"))


class ResourceVersion(Row):
    """Version n of a resource: a private file that carries the readers of the page. Removed from an older version, its line stays and says when."""

    resource = models.ForeignKey(ResourcePage, models.PROTECT, related_name="versions", verbose_name="ressource")
    number = models.PositiveIntegerField("version")
    file = models.OneToOneField("documents.PrivateFile", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="fichier")
    removed_at = models.DateTimeField("fichier retiré le", null=True, blank=True)
    note = models.CharField("ce qui change", max_length=300, blank=True)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="déposée par"
    )

    objects = VersionQuerySet.as_manager()
    unscoped = models.Manager()

    class Meta:
        verbose_name = "version d’une ressource"
        verbose_name_plural = "versions d’une ressource"
        default_manager_name = base_manager_name = "unscoped"
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["resource", "number"], name="one_resource_version_per_number"),
            models.CheckConstraint(
                condition=Q(file__isnull=False, removed_at=None) | Q(file=None, removed_at__isnull=False),
                name="a_resource_version_has_its_file_or_lost_it_on_a_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.resource_id} · {self.number}"

    @property
    def label(self) -> str:
        return f"Version {self.number}"

    @property
    def file_words(self) -> str:
        """«PDF, 1,4 Mo»: what a reader knows before she opens it; nothing once the file is removed."""
        if self.file is None:
            return ""
        known = BY_CONTENT_TYPE.get(self.file.content_type)
        return ", ".join([known.extensions[0].upper() if known else "fichier", size_fr(self.file.size_bytes)])


class UseQuerySet(ScopedQuerySet["ResourceUse"]):
    def visible_to(self, actor: Actor) -> Self:
        """Which CAEs use a resource is said inside the federation, to those who read the resource."""
        if FEDERATION not in actor.audiences:
            return self.scoped(pk__in=())
        return self.scoped(resource__in=ResourcePage.objects.visible_to(actor).values("pk"))


class ResourceUse(Row):
    """An organisation uses a resource, as somebody of its team says; once per organisation."""

    resource = models.ForeignKey(ResourcePage, models.CASCADE, related_name="uses", verbose_name="ressource")
    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+", verbose_name="organisation")
    said_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="dit par")

    objects = UseQuerySet.as_manager()
    unscoped = models.Manager()

    class Meta:
        verbose_name = "usage d’une ressource"
        verbose_name_plural = "usages des ressources"
        default_manager_name = base_manager_name = "unscoped"
        constraints = [models.UniqueConstraint(fields=["resource", "organisation"], name="one_resource_use_per_organisation")]

    def __str__(self) -> str:
        return f"{self.resource_id} · {self.organisation_id}"
