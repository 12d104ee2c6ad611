"""OPCO files: one per employer and session, with what the employer says of itself, what OPCOs were read to want, and the reminders that were sent."""

from dataclasses import replace
from datetime import date
from typing import Self

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.urls import reverse

from hub.core.accounts.actor import Actor
from hub.core.accounts.audiences import FEDERATION
from hub.core.accounts.permissions import Permission
from hub.core.accounts.scoping import ScopedQuerySet
from hub.core.kit.models import Row
from trainings.funding import reference
from trainings.funding.enums import FundingStatus, LeadUnit, OpcoSource

ENDED = (FundingStatus.CANCELLED, FundingStatus.CLOSED)


class FundingFileQuerySet(ScopedQuerySet["FundingFile"]):
    def visible_to(self, actor: Actor) -> Self:
        """Whoever follows the files of the employer, and whoever holds the session; each under its own mandate, nobody else."""
        mine = Q(pk__in=())
        if FEDERATION in actor.audiences and actor.can(Permission.FUNDING_MANAGE):
            mine |= Q(employer=actor.organisation_id)
        if actor.can(Permission.SESSION_MANAGE) and actor.is_staff_of(actor.organisation_id):
            mine |= Q(session__organisation=actor.organisation_id)
        return self.scoped(mine)

    def open(self) -> Self:
        return self.exclude(status__in=ENDED)


class FundingFile(Row):
    """The request of one employer to its OPCO for one session (L6332-17).

    reference: the number that the OPCO's portal gave; grant_number: that of its accord. `opco` is the key of data/opco.toml, kept from the
    day of filing; `agreed_terms` and `filed_terms` are what the agreement and the request were
    for (terms.py). `reason` says why it was refused, is to be revised, or was cancelled. `past` is what each move that can be taken back changed,
    by column: the values before it. `request_file` is the page of the request as it was last taken before it was filed. Amounts and invoices
    come with a later state.
    """

    session = models.ForeignKey("training_sessions.TrainingSession", models.PROTECT, related_name="funding_files", verbose_name="session")
    employer = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+", verbose_name="employeur")
    status = models.CharField("état", max_length=16, choices=FundingStatus, default=FundingStatus.DRAFT)
    opco = models.CharField("OPCO", max_length=20, blank=True)
    agreement_file = models.ForeignKey(
        "documents.PrivateFile", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="convention signée"
    )
    request_file = models.ForeignKey(
        "documents.PrivateFile", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="demande, telle que prise"
    )
    agreed_on = models.DateField("signée le", null=True, blank=True)
    agreed_terms = models.JSONField("convenue pour", default=dict, blank=True, editable=False)
    filed_on = models.DateField("déposée le", null=True, blank=True)
    filed_terms = models.JSONField("demandée pour", default=dict, blank=True, editable=False)
    reference = models.CharField("numéro donné par l’OPCO", max_length=60, blank=True)
    asked_on = models.DateField("complément demandé le", null=True, blank=True)
    reply_by = models.DateField("réponse attendue le", null=True, blank=True)
    asked_words = models.TextField("ce que l’OPCO demande", blank=True, max_length=2000)
    answered_on = models.DateField("réponse de l’OPCO du", null=True, blank=True)
    grant_number = models.CharField("numéro de l’accord", max_length=60, blank=True)
    reason = models.TextField("motif", blank=True, max_length=2000)
    past = models.JSONField("avant ses derniers états", default=list, blank=True, editable=False, encoder=DjangoJSONEncoder)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name="ouvert par")
    version = models.PositiveIntegerField("version", default=1)

    objects = FundingFileQuerySet.as_manager()
    unscoped = models.Manager()

    class Meta:
        verbose_name = "dossier OPCO"
        verbose_name_plural = "dossiers OPCO"
        default_manager_name = base_manager_name = "unscoped"
        ordering = ["session__starts_on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "employer"], condition=~Q(status__in=ENDED), name="funding_one_live_file_per_employer"
            ),
            models.CheckConstraint(
                condition=Q(agreement_file=None, agreed_on=None) | Q(agreement_file__isnull=False, agreed_on__isnull=False),
                name="funding_agreement_is_signed_on_a_day",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["filed", "under_review", "more_asked", "granted", "partly_granted", "to_revise", "running"])
                | Q(filed_on__isnull=False) & ~Q(reference=""),
                name="funding_filed_with_a_day_and_a_number",
            ),
        ]
        indexes = [models.Index(fields=["employer", "status"], name="funding_file_list")]

    def __str__(self) -> str:
        return f"{self.session_id} · {self.employer_id}"

    def get_absolute_url(self) -> str:
        return reverse("funding:file", args=[self.pk])

    @property
    def audit_label(self) -> str:
        return self.session.title

    @property
    def state(self) -> FundingStatus:
        return FundingStatus(self.status)

    @property
    def before(self) -> FundingStatus | None:
        """The state that its last move left, when that one can be taken back."""
        return FundingStatus(self.past[-1]["status"]) if self.past else None

    @property
    def has_agreement(self) -> bool:
        """Whether its signed agreement is there; one that the antivirus removed is not."""
        return self.agreement_file is not None and not self.agreement_file.is_gone

    @property
    def unopened_agreement(self) -> bool:
        """Whether the signed agreement of a file still followed opens for nobody, removed by the antivirus or not read by it: the same paper
        may take its place, also once it is filed."""
        return self.status not in ENDED and self.agreement_file is not None and not self.agreement_file.is_served

    @property
    def is_ended(self) -> bool:
        return self.status in ENDED

    @property
    def filed_agreement(self) -> "FormerAgreement | None":
        """The agreement that its request was filed with, when an amendment has taken its place since."""
        return next((one for one in self.former_agreements.all() if one.was_filed), None) if self.filed_on else None

    @property
    def first_agreed_on(self) -> date | None:
        """The day of the agreement that its request follows."""
        return one.agreed_on if (one := self.filed_agreement) else self.agreed_on


class FormerAgreement(Row):
    """A signed agreement that an amendment took the place of once the request was filed; was_filed: the one that this request was filed with."""

    file = models.ForeignKey(FundingFile, models.CASCADE, related_name="former_agreements")
    document = models.ForeignKey("documents.PrivateFile", models.PROTECT, related_name="+", verbose_name="convention signée")
    agreed_on = models.DateField("signée le")
    was_filed = models.BooleanField("déposée avec la demande", default=False)

    class Meta:
        verbose_name = "convention d’avant un avenant"
        ordering = ["created_at", "id"]

    def __str__(self) -> str:
        return f"{self.file_id} · {self.agreed_on}"


class EmployerQuerySet(ScopedQuerySet["EmployerFacts"]):
    def visible_to(self, actor: Actor) -> Self:
        if not (FEDERATION in actor.audiences and actor.can(Permission.FUNDING_MANAGE)):
            return self.scoped(pk__in=())
        return self.scoped(organisation=actor.organisation_id)


class EmployerFacts(Row):
    """What an employer says of itself to its OPCO, with the source and the day it was checked.

    headcount_hundredths: average of `headcount_year`, in hundredths of a person, truncated (CSS L130-1 I, R130-1). has_other_funds: branch or
    voluntary money, the only one from 50 people on.
    """

    organisation = models.OneToOneField("accounts.Organisation", models.PROTECT, related_name="+", verbose_name="employeur")
    opco = models.CharField("OPCO", max_length=20, blank=True)
    opco_source = models.CharField("source", max_length=10, choices=OpcoSource, blank=True)
    opco_checked_on = models.DateField("vérifié le", null=True, blank=True)
    headcount_hundredths = models.PositiveIntegerField("effectif, en centièmes", null=True, blank=True)
    headcount_year = models.PositiveSmallIntegerField("année de l’effectif", null=True, blank=True)
    has_other_funds = models.BooleanField("financement de branche ou volontaire", default=False)
    version = models.PositiveIntegerField("version", default=1)

    objects = EmployerQuerySet.as_manager()
    unscoped = models.Manager()

    class Meta:
        verbose_name = "faits d’un employeur pour son OPCO"
        default_manager_name = base_manager_name = "unscoped"
        constraints = [
            models.CheckConstraint(
                condition=Q(opco="", opco_source="", opco_checked_on=None)
                | ~Q(opco="") & ~Q(opco_source="") & Q(opco_checked_on__isnull=False),
                name="funding_opco_has_a_source_and_a_day",
            ),
            models.CheckConstraint(
                condition=Q(headcount_hundredths=None, headcount_year=None)
                | Q(headcount_hundredths__isnull=False, headcount_year__isnull=False),
                name="funding_headcount_has_a_year",
            ),
        ]

    def __str__(self) -> str:
        return str(self.organisation_id)

    @property
    def audit_label(self) -> str:
        return self.organisation.name

    @property
    def opco_name(self) -> str:
        """Empty when it is not known."""
        found = reference.opcos().get(self.opco)
        return found.name if found else ""


class OpcoRule(Row):
    """The figures of an OPCO as the coordinator read them, in the place of those of the release (data/opco.toml) until she takes these again.

    opco is a key of that file; lead_days and aim_days as in reference.Opco, from 0 to 365. reviewer: who confirmed them, when they are verified.
    """

    FIGURES = ("lead_days", "lead_unit", "aim_days", "portal", "source", "read_on", "verified")

    opco = models.CharField("OPCO", max_length=20, unique=True)
    lead_days = models.PositiveSmallIntegerField("préavis, en jours")
    lead_unit = models.CharField("jours", max_length=10, choices=LeadUnit)
    aim_days = models.PositiveSmallIntegerField("avance, en jours")
    portal = models.CharField("portail", max_length=120, blank=True)
    source = models.CharField("source", max_length=300)
    read_on = models.DateField("lue le")
    verified = models.BooleanField("confirmé", default=False)
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name="confirmé par")

    class Meta:
        verbose_name = "délai d’un OPCO"
        constraints = [
            models.CheckConstraint(condition=Q(lead_days__lte=365, aim_days__lte=365), name="funding_opco_within_a_year"),
            models.CheckConstraint(condition=~Q(source=""), name="funding_opco_figures_have_a_source"),
            models.CheckConstraint(condition=Q(verified=True) | Q(reviewer=None), name="funding_opco_confirmed_by_somebody"),
        ]

    def __str__(self) -> str:
        return self.opco

    @property
    def audit_label(self) -> str:
        return reference.opcos()[self.opco].name

    def over(self, opco: reference.Opco) -> reference.Opco:
        """The OPCO of the release, with these figures in the place of its own."""
        return replace(opco, **{name: getattr(self, name) for name in self.FIGURES})


class Reminder(models.Model):
    """A due date told once: a job that runs twice tells nothing twice, and a date that moves is told again."""

    file = models.ForeignKey(FundingFile, models.CASCADE, related_name="reminders")
    key = models.CharField("échéance", max_length=20)
    due_on = models.DateField("pour le")
    sent_at = models.DateTimeField("rappelée le", auto_now_add=True)

    class Meta:
        verbose_name = "rappel d’échéance"
        constraints = [models.UniqueConstraint(fields=["file", "key", "due_on"], name="funding_one_reminder_per_date")]

    def __str__(self) -> str:
        return f"{self.key} {self.due_on}"
