"""The register of issued papers: what was printed, when, under which number, and the digests that prove it."""

from typing import Self

from django.db import models
from django.db.models import Q

from hub.core.accounts.actor import Actor
from hub.core.accounts.scoping import ScopedQuerySet
from hub.core.kit.models import Row


class PaperSeries(Row):
    """One sequence of numbers per code and year; where the law wants a sequence per seller (invoices), each seller has a code."""

    code = models.CharField("code", max_length=8)
    year = models.PositiveSmallIntegerField("année")
    last_number = models.PositiveIntegerField("dernier numéro", default=0)

    class Meta:
        verbose_name = "série de numéros"
        verbose_name_plural = "séries de numéros"
        constraints = [models.UniqueConstraint(fields=["code", "year"], name="paper_series_once_a_year")]

    def __str__(self) -> str:
        return f"{self.code}-{self.year}"


class IssuedPaperQuerySet(ScopedQuerySet["IssuedPaper"]):
    def visible_to(self, actor: Actor) -> Self:
        """The staff of the issuer; the other parties read a paper through the domain's own row, which names them."""
        if not actor.is_staff_of(actor.organisation_id):
            return self.scoped(pk__in=())
        return self.scoped(organisation_id=actor.organisation_id)


class IssuedPaper(Row):
    """One paper as it was issued; never changed, never deleted but by the retention rule of its domain.

    Issuer and subject are values, not foreign keys: a paper is evidence, and nothing that happens to a row (merger, erasure) may alter it
    or be refused because of it. Moments are UTC. Digests are SHA-256 in hex: `sha256` of the bytes before the seal, which the data, the
    template and the moment give again at any time; `sealed_sha256` of the file that was handed out.
    """

    number = models.CharField("numéro", max_length=24, unique=True)
    version = models.PositiveSmallIntegerField("version", default=1)
    kind = models.CharField("nature", max_length=40)
    template_version = models.CharField("empreinte du gabarit", max_length=64)
    data = models.JSONField("données imprimées")
    issued_at = models.DateTimeField("établi le")
    sha256 = models.CharField("empreinte avant cachet", max_length=64)
    sealed_sha256 = models.CharField("empreinte du fichier scellé", max_length=64)
    organisation_id = models.UUIDField("émetteur", null=True, db_index=True)
    replaces = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="replaced_by", verbose_name="remplace"
    )  # one to one: a paper is replaced once
    subject_kind = models.CharField("nature de l’objet", max_length=60)
    subject_id = models.UUIDField("objet")

    objects = IssuedPaperQuerySet.as_manager()
    unscoped = models.Manager()

    class Meta:
        verbose_name = "document établi"
        verbose_name_plural = "documents établis"
        default_manager_name = base_manager_name = "unscoped"
        ordering = ["-issued_at", "-id"]
        indexes = [models.Index(fields=["subject_kind", "subject_id", "kind"], name="paper_by_subject")]
        constraints = [
            models.CheckConstraint(condition=Q(replaces=None) | Q(version__gt=1), name="paper_replacement_has_later_version"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def audit_label(self) -> str:
        return self.number

    @property
    def path(self) -> str:
        """Of the sealed file in the private storage."""
        return f"papers/{self.issued_at.year}/{self.pk}.pdf"
