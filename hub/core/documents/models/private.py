from collections.abc import Iterator
from typing import Self

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.db import models
from django.db.models import Q

from hub.core.accounts.actor import Actor
from hub.core.accounts.scoping import ScopedQuerySet
from hub.core.documents import kinds
from hub.core.documents.enums import Scan
from hub.core.documents.formats import INLINE
from hub.core.kit.models import Row

CHUNK = 64 * 1024


def private_storage() -> Storage:
    return storages["private"]


def pieces(storage: Storage, name: str) -> Iterator[bytes]:
    """The bytes of a stored file; it is opened when the first piece is asked for, and closed whatever happens to the reader."""
    with storage.open(name, "rb") as content:
        while piece := content.read(CHUNK):
            yield piece


class PrivateFileQuerySet(ScopedQuerySet["PrivateFile"]):
    def visible_to(self, actor: Actor) -> Self:
        """Those with an audience that is open to the actor now."""
        open_to = FileAudience.objects.filter(token__in=sorted(actor.audiences))
        return self.scoped(pk__in=open_to.values("file"))


class PrivateFile(Row):
    """A file of a member or of an organisation; its bytes lie in the private storage under a random name.

    Who may read it stands in FileAudience, one row per token; without any row nobody reads it.
    """

    kind = models.CharField("nature", max_length=60)
    name = models.CharField("nom", max_length=120)
    content_type = models.CharField("type", max_length=100)
    size_bytes = models.PositiveIntegerField("taille en octets")
    sha256 = models.CharField("empreinte", max_length=64)
    storage_name = models.CharField(max_length=60, unique=True, editable=False)
    width = models.PositiveIntegerField("largeur en points", null=True, blank=True)
    height = models.PositiveIntegerField("hauteur en points", null=True, blank=True)
    pages = models.PositiveIntegerField("nombre de pages", null=True, blank=True)
    scan = models.CharField("antivirus", max_length=8, choices=Scan, default=Scan.CLEAR, editable=False)
    waiting_told_at = models.DateTimeField("attente dite le", null=True, blank=True, editable=False)
    organisation = models.ForeignKey(
        "accounts.Organisation", models.PROTECT, null=True, blank=True, related_name="private_files", verbose_name="organisation"
    )
    # The file belongs to what it proves; who sent it may leave.
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="uploaded_files", verbose_name="envoyé par"
    )

    objects = PrivateFileQuerySet.as_manager()
    unscoped = models.Manager()

    class Meta:
        verbose_name = "fichier privé"
        verbose_name_plural = "fichiers privés"
        default_manager_name = base_manager_name = "unscoped"
        ordering = ["-created_at", "id"]
        indexes = [
            models.Index(fields=["organisation", "kind"]),
            models.Index(fields=["scan"], condition=Q(scan=Scan.WAITING), name="private_file_waiting"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(size_bytes__gt=0), name="private_file_is_not_empty"),
            models.CheckConstraint(condition=~Q(name="") & ~Q(sha256=""), name="private_file_is_named_and_hashed"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        from django.urls import reverse

        return reverse("documents:file", args=[self.pk])

    @property
    def audiences(self) -> frozenset[str]:
        """The tokens of those who may read it; prefetch `audience_rows` in a list."""
        return frozenset(row.token for row in self.audience_rows.all())

    @property
    def kind_label(self) -> str:
        return kinds.label(self.kind)

    @property
    def audit_label(self) -> str:
        """Its kind: a file's name may hold a person's."""
        return self.kind_label

    @property
    def is_served(self) -> bool:
        """False in quarantine, and once removed for a virus; `get_scan_display` says which."""
        return self.scan == Scan.CLEAR

    @property
    def is_gone(self) -> bool:
        """Removed for a virus: what it proved is to be sent again."""
        return self.scan == Scan.INFECTED

    @property
    def can_be_shown(self) -> bool:
        """Whether a browser shows it inside a page; the other formats are downloaded."""
        return self.content_type in INLINE


class FileAudience(models.Model):
    """One token of the audience vocabulary (hub.core.accounts.audiences) that may read a file; a table so that both databases index it."""

    file = models.ForeignKey(PrivateFile, models.CASCADE, related_name="audience_rows", verbose_name="fichier")
    token = models.CharField("audience", max_length=60)

    class Meta:
        verbose_name = "audience d’un fichier"
        verbose_name_plural = "audiences des fichiers"
        ordering = ["token"]
        indexes = [models.Index(fields=["token", "file"])]
        constraints = [
            models.UniqueConstraint(fields=["file", "token"], name="file_audience_once"),
            models.CheckConstraint(condition=~Q(token=""), name="file_audience_is_named"),
        ]

    def __str__(self) -> str:
        return self.token
