from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q

from hub.core.accounts.actor import Actor
from hub.core.accounts.scoping import ScopedQuerySet
from hub.core.kit.models import Row


class TrainingAgreementQuerySet(ScopedQuerySet["TrainingAgreement"]):
    def visible_to(self, actor: Actor) -> Self:
        """The support teams of the two parties, each under its own mandate; nobody else."""
        if not actor.is_staff_of(actor.organisation_id):
            return self.scoped(pk__in=())
        return self.scoped(Q(employer=actor.organisation_id) | Q(session__organisation=actor.organisation_id))


class TrainingAgreement(Row):
    """The agreement (convention, L6353-1) of one session with one employer; its papers are in the register under this row's id.

    `signed_on` is the day that the employer says, for one that no OPCO file holds, and `signed_paper` the paper that it says it of: a new
    version is to be signed again.
    """

    session = models.ForeignKey("training_sessions.TrainingSession", models.PROTECT, related_name="agreements")
    employer = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+", verbose_name="employeur")
    paper = models.ForeignKey("papers.IssuedPaper", models.PROTECT, null=True, related_name="+", verbose_name="pièce en vigueur")
    signed_on = models.DateField("signée le", null=True, blank=True)
    signed_paper = models.ForeignKey("papers.IssuedPaper", models.PROTECT, null=True, related_name="+", verbose_name="pièce signée")

    objects = TrainingAgreementQuerySet.as_manager()
    unscoped = models.Manager()

    class Meta:
        verbose_name = "convention de formation"
        verbose_name_plural = "conventions de formation"
        default_manager_name = base_manager_name = "unscoped"
        constraints = [
            models.UniqueConstraint(fields=["session", "employer"], name="one_agreement_per_employer"),
            models.CheckConstraint(
                condition=Q(signed_on=None, signed_paper=None) | Q(signed_on__isnull=False, signed_paper__isnull=False),
                name="agreement_paper_is_signed_on_a_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.session_id} · {self.employer_id}"

    @property
    def day_signed(self) -> date | None:
        """The day on which the paper in force was signed, says the employer."""
        return self.signed_on if self.signed_paper_id == self.paper_id else None


def _hers_or_of_the_parties(actor: Actor) -> Q:
    """The trainee herself, the support teams of her employer and of the organisation that trains."""
    mine = Q(registration__trainee=actor.user_id) if actor.user_id else Q(pk__in=())
    if actor.is_staff_of(actor.organisation_id):
        mine |= Q(registration__employer=actor.organisation_id) | Q(registration__session__organisation=actor.organisation_id)
    return mine


class OwnPaper(Row):
    """What is established for one trainee of a session; its papers are in the register under this row's id."""

    registration = models.OneToOneField("training_sessions.Registration", models.PROTECT, related_name="+", verbose_name="inscription")
    paper = models.ForeignKey("papers.IssuedPaper", models.PROTECT, null=True, related_name="+", verbose_name="pièce en vigueur")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(self.registration_id)


class CertificateQuerySet(ScopedQuerySet["CompletionCertificate"]):
    def visible_to(self, actor: Actor) -> Self:
        return self.scoped(_hers_or_of_the_parties(actor))


class CompletionCertificate(OwnPaper):
    """The certificat de réalisation of one trainee (R6332-26)."""

    objects = CertificateQuerySet.as_manager()
    unscoped = models.Manager()

    class Meta:
        default_manager_name = base_manager_name = "unscoped"
        verbose_name = "certificat de réalisation"
        verbose_name_plural = "certificats de réalisation"


class ConvocationQuerySet(ScopedQuerySet["Convocation"]):
    def visible_to(self, actor: Actor) -> Self:
        return self.scoped(_hers_or_of_the_parties(actor))


class Convocation(OwnPaper):
    """What one trainee was last told. `slots` are the appointments then announced, `sequence` their iCalendar revision, `digest` of all of it."""

    sequence = models.PositiveIntegerField("révision", default=0)
    slots = models.JSONField("rendez-vous annoncés", default=list)
    digest = models.CharField("empreinte de ce qui est annoncé", max_length=64, blank=True)
    told_at = models.DateTimeField("envoyée le", null=True, blank=True)
    cancelled_at = models.DateTimeField("annulée le", null=True, blank=True)

    objects = ConvocationQuerySet.as_manager()
    unscoped = models.Manager()

    class Meta:
        default_manager_name = base_manager_name = "unscoped"
        verbose_name = "convocation"
