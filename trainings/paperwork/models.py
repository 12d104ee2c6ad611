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
    """The agreement (convention, L6353-1) of one session with one employer; its papers are in the register under this row's id."""

    session = models.ForeignKey("training_sessions.TrainingSession", models.PROTECT, related_name="agreements")
    employer = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+", verbose_name="employeur")
    paper = models.ForeignKey("papers.IssuedPaper", models.PROTECT, null=True, related_name="+", verbose_name="pièce en vigueur")

    objects = TrainingAgreementQuerySet.as_manager()
    unscoped = models.Manager()

    class Meta:
        verbose_name = "convention de formation"
        verbose_name_plural = "conventions de formation"
        default_manager_name = base_manager_name = "unscoped"
        constraints = [models.UniqueConstraint(fields=["session", "employer"], name="one_agreement_per_employer")]

    def __str__(self) -> str:
        return f"{self.session_id} · {self.employer_id}"
