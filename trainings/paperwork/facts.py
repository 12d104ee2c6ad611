"""What a training agreement (convention de formation) states, as plain values: assembled from rows by whoever knows them.

Amounts in integer cents without tax, lengths in minutes. Empty text and None mean «not known»: mentions.py says which the law forbids.
"""

from dataclasses import dataclass
from datetime import date, time

from trainings.catalogue.enums import Modality


@dataclass(frozen=True)
class Party:
    """One side of the agreement. `key` tells two parties apart (the organisation's id); identifiers are compact («73282932000074»)."""

    key: str
    name: str
    legal_form: str = ""
    address: str = ""
    siret: str = ""
    representative: str = ""
    capacity: str = ""
    nda_number: str = ""
    nda_region: str = ""
    contact: str = ""


@dataclass(frozen=True)
class Trainee:
    """`employer_key` is the `key` of the party that employs her: no agreement lists another employer's people."""

    name: str
    employer_key: str


@dataclass(frozen=True)
class HalfDay:
    day: date
    starts_at: time
    ends_at: time
    is_remote: bool = False
    topic: str = ""

    @property
    def minutes(self) -> int:
        return (self.ends_at.hour - self.starts_at.hour) * 60 + self.ends_at.minute - self.starts_at.minute


@dataclass(frozen=True)
class Clause:
    """`theme` is one of mentions.CLAUSES, or anything else for a clause of the parties' own."""

    theme: str
    title: str
    text: str


@dataclass(frozen=True)
class ConventionFacts:
    """One agreement between the training organisation (`provider`) and one employer (`buyer`).

    objectives: one per line; content: one sequence per line, an empty line between two parts. unit_price_cents: per trainee.
    vat_rate_percent: 20 for the normal rate; None with `vat_exemption`, the sentence that justifies it. subrogation: None when nobody has
    said. agreed_on: the day it is signed, or else issued. advance_cents: asked before the start. programme: «version 4, publiée le …».
    """

    provider: Party
    buyer: Party
    title: str
    issued_on: date
    objectives: str = ""
    content: str = ""
    programme: str = ""
    public: str = ""
    prerequisites: str = ""
    accessibility: str = ""
    teaching_means: str = ""
    technical_means: str = ""
    supervision: str = ""
    duration_minutes: int | None = None
    remote_minutes: int | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    modality: Modality | None = None
    place: str = ""
    schedule: str = ""
    half_days: tuple[HalfDay, ...] = ()
    remote_assistance: str = ""
    remote_activities: str = ""
    follow_up: str = ""
    assessment: str = ""
    outcome: str = ""
    trainees: tuple[Trainee, ...] = ()
    unit_price_cents: int | None = None
    vat_rate_percent: int | None = None
    vat_exemption: str = ""
    payment_terms: str = ""
    subrogation: bool | None = None
    funder: str = ""
    advance_cents: int = 0
    clauses: tuple[Clause, ...] = ()
    agreed_on: date | None = None
    signed_at: str = ""
    is_first_convention: bool = False

    @property
    def price_cents(self) -> int | None:
        """This employer's own price: its trainees only."""
        return None if self.unit_price_cents is None else self.unit_price_cents * len(self.trainees)
