from enum import StrEnum

from django.db import models


class FundingStatus(models.TextChoices):
    """Where the OPCO file of one employer stands, from its draft to the first day of the session."""

    DRAFT = "draft", "Brouillon"
    TO_COMPLETE = "to_complete", "À compléter"
    READY = "ready", "Prêt à déposer"
    FILED = "filed", "Déposé"
    UNDER_REVIEW = "under_review", "En instruction"
    MORE_ASKED = "more_asked", "Complément demandé"
    GRANTED = "granted", "Accordé"
    PARTLY_GRANTED = "partly_granted", "Accordé en partie"
    REFUSED = "refused", "Refusé"
    TO_REVISE = "to_revise", "À revoir"
    RUNNING = "running", "En cours"
    CANCELLED = "cancelled", "Annulé"
    CLOSED = "closed", "Clos"


class LeadUnit(models.TextChoices):
    """The days that the lead time of an OPCO is counted in."""

    CALENDAR = "calendar", "calendaires"
    WORKING = "working", "ouvrés"


class Side(StrEnum):
    """For whom somebody acts on a file."""

    EMPLOYER = "employer"  # «gestionnaire CAE»
    ORGANISER = "organiser"  # «OF»


class OpcoSource(models.TextChoices):
    """Where an employer's OPCO was read, the surest first."""

    REGISTER = "register", "table SIRET de France compétences"
    PAYROLL = "payroll", "déclaration dans la DSN"
    AGREEMENT = "agreement", "convention collective (IDCC)"
    DECLARED = "declared", "attestation de la CAE"
