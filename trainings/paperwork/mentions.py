"""The mentions that a training agreement must hold, as data, and what a given one lacks."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from hub.core.kit.text import in_sentence
from trainings.catalogue.enums import Modality
from trainings.paperwork.facts import ConventionFacts, Party

_NOUN, _SHARE = r"\b(?:acomptes?|avances?|arrhes)\b", r"(?<![\d.,])(\d{1,3}(?:[.,]\d+)?)\s*(?:%|pour\s+cent)"
# «60 % d’acompte», «100 % payables d’avance», or «Acompte de 60 %», «Acompte : 60 %»; the first group: there is none
_WRITTEN = re.compile(
    rf"{_SHARE}\s+(?:(?!sans|pas|aucune?)\w+\s+){{0,4}}?(?:d[’']\s?|en\s|à\s+titre\s+d[’']){_NOUN}"
    rf"|(\b(?:sans|aucune?|pas|ni)\s+(?:\w+\s+)?(?:d[’']\s?)?)?{_NOUN}(?:(?!\bsolde|\breste|\bpuis\b)[^.,:;\n%\d]){{0,120}}:?[^\S\n]*{_SHARE}",
    re.IGNORECASE,
)


class Standing(StrEnum):
    """How sure a rule is; shown beside it."""

    READ = "lu dans le code consolidé"
    USAGE = "usage de la profession, à vérifier"


@dataclass(frozen=True)
class Provenance:
    text: str
    version_on: date
    read_on: date
    reviewer: str


PROVENANCE = Provenance(
    text="Code du travail consolidé (Légifrance), L6353-1, D6353-1, R6351-6, R6332-25, D6313-3-1, D6313-3-2",
    version_on=date(2026, 3, 27),
    read_on=date(2026, 11, 21),
    reviewer="",  # no lawyer has read the wording: screens say so
)

Lacks = Callable[[ConventionFacts], Iterable[tuple[str, str]]]


@dataclass(frozen=True)
class Mention:
    """term: the words of the text; lacks: for each thing missing, its name (or "") and where it is entered, a key that views link."""

    code: str
    term: str
    article: str
    lacks: Lacks
    standing: Standing = Standing.READ
    is_blocking: bool = True


@dataclass(frozen=True)
class Missing:
    code: str
    label: str
    article: str
    where: str
    is_blocking: bool
    is_verified: bool


REMOTE_RATE_SINCE = date(2025, 7, 1)  # décret n° 2025-586 du 27 juin 2025
ADVANCE_LIMIT_PERCENT = 30  # R6332-25, II
CLAUSES = {
    "withdrawal": "dédit, annulation, absence",
    "subcontracting": "sous-traitance",
    "personal_data": "données personnelles",
    "disputes": "litiges",
}


def _empty(field: str, where: str, name: str = "") -> Lacks:
    """Lacking when this fact is empty; zero is a value, not an absence."""

    def lacks(facts: ConventionFacts) -> Iterator[tuple[str, str]]:
        value = getattr(facts, field)
        if value is None or value == "" or value == () or (isinstance(value, str) and not value.strip()):
            yield name, where

    return lacks


def _all(*checks: Lacks) -> Lacks:
    return lambda facts: [one for check in checks for one in check(facts)]


def _remote_rate(facts: ConventionFacts) -> Iterator[tuple[str, str]]:
    if facts.remote_minutes is None and (facts.agreed_on or facts.issued_on) >= REMOTE_RATE_SINCE:
        yield "", "session.half_days"


def _place(facts: ConventionFacts) -> Iterator[tuple[str, str]]:
    if facts.modality != Modality.REMOTE and not facts.place.strip():
        yield "lieu", "session.place"


def _hours(facts: ConventionFacts) -> Iterator[tuple[str, str]]:
    if not facts.half_days and not facts.schedule.strip():
        yield "horaires", "session.half_days"


def _vat(facts: ConventionFacts) -> Iterator[tuple[str, str]]:
    if facts.vat_rate_percent is None and not facts.vat_exemption.strip():
        yield "taux de TVA ou mention d’exonération", "provider.vat"


def _advance(facts: ConventionFacts) -> Iterator[tuple[str, str]]:
    if facts.price_cents is not None and facts.advance_cents * 100 > facts.price_cents * ADVANCE_LIMIT_PERCENT:
        yield "un acompte qui ne dépasse pas 30 % du prix", "session.payment_terms"


def _written_advance(facts: ConventionFacts) -> Iterator[tuple[str, str]]:
    """A share read in free words: whoever wrote them judges, nothing is locked."""
    shares = [before or after for before, none, after in _WRITTEN.findall(facts.payment_terms) if not none]
    if over := [share for share in shares if Decimal(share.replace(",", ".")) > ADVANCE_LIMIT_PERCENT]:
        yield f"30 % du prix au plus ; les modalités de règlement semblent dire {over[0]} %", "session.payment_terms"


def _declaration(facts: ConventionFacts) -> Iterator[tuple[str, str]]:
    if facts.is_first_convention:
        return
    if not facts.provider.nda_number:
        yield "numéro", "provider.nda_number"
    if not facts.provider.nda_region:
        yield "région du préfet", "provider.nda_region"


_PARTY = {
    "name": "dénomination",
    "address": "adresse",
    "siret": "SIRET",
    "representative": "nom de la personne qui représente",
    "capacity": "qualité de la personne qui représente",
}
_DIRECT = {"representative", "capacity"}  # their words take the name without «de»


def _parties(facts: ConventionFacts) -> Iterator[tuple[str, str]]:
    def lacks(party: Party, side: str, role: str) -> Iterator[tuple[str, str]]:
        for field, name in _PARTY.items():
            if not getattr(party, field).strip():
                named = party.name or role
                yield f"{name} {named if field in _DIRECT else in_sentence(named)}", f"{side}.{field}"

    yield from lacks(facts.provider, "provider", "l’organisme de formation")
    yield from lacks(facts.buyer, "buyer", "l’employeur")


def _trainees(facts: ConventionFacts) -> Iterator[tuple[str, str]]:
    if not facts.trainees or not all(trainee.name.strip() for trainee in facts.trainees):
        yield "", "registrations"


def _clauses(facts: ConventionFacts) -> Iterator[tuple[str, str]]:
    present = {clause.theme for clause in facts.clauses if clause.text.strip()}
    for theme, name in CLAUSES.items():
        if theme not in present:
            yield name, f"clauses.{theme}"


def _remote_conditions(facts: ConventionFacts) -> Iterator[tuple[str, str]]:
    if not facts.remote_minutes:
        return
    yield from _empty("remote_assistance", "session.remote_assistance", "assistance technique et pédagogique")(facts)
    yield from _empty("remote_activities", "session.remote_activities", "activités à distance et leur durée moyenne")(facts)
    yield from _empty("assessment", "course.assessment", "évaluations qui jalonnent ou concluent l’action")(facts)


I1, I2 = "D6353-1, I, 1°", "D6353-1, I, 2°"
PRODUCT = "règle du hub"

MENTIONS = (
    Mention("M01", "l’intitulé de l’action", I1, _empty("title", "course.title")),
    Mention("M02", "l’objectif", I1, _empty("objectives", "course.objectives")),
    Mention("M03", "le contenu", I1, _empty("content", "course.content")),
    Mention(
        "M04",
        "les moyens prévus",
        I1,
        _all(
            _empty("teaching_means", "course.teaching_means", "moyens pédagogiques"),
            _empty("technical_means", "course.technical_means", "moyens techniques"),
            _empty("supervision", "course.supervision", "encadrement"),
        ),
    ),
    Mention("M05", "la durée", I1, _empty("duration_minutes", "session.half_days")),
    Mention(
        "M06",
        "la période de réalisation",
        I1,
        _all(_empty("starts_on", "session.half_days", "premier jour"), _empty("ends_on", "session.half_days", "dernier jour")),
    ),
    Mention("M07", "le taux des enseignements dispensés à distance sur la durée totale", I1, _remote_rate),
    Mention("M08", "les modalités de déroulement", I1, _all(_empty("modality", "course.modality", "modalité"), _place, _hours)),
    Mention("M09", "les modalités de suivi", I1, _empty("follow_up", "course.follow_up")),
    Mention("M10", "les modalités de sanction", I1, _empty("outcome", "course.outcome")),
    Mention("M11", "le prix de l’action", I2, _all(_empty("unit_price_cents", "session.price_cents", "montant"), _vat)),
    Mention(
        "M12",
        "les modalités de règlement",
        f"{I2} ; R6332-25, II",
        _all(
            _empty("payment_terms", "session.payment_terms", "échéancier"),
            _empty("subrogation", "session.subrogation", "subrogation, oui ou non"),
            _advance,
        ),
    ),
    Mention("M13", "la déclaration d’activité", "R6351-6", _declaration),
    Mention("P01", "l’identification des deux parties", PRODUCT, _parties, Standing.USAGE),
    Mention("P02", "l’effectif et les noms des stagiaires", PRODUCT, _trainees, Standing.USAGE),
    Mention("P03", "les clauses d’usage", PRODUCT, _clauses, Standing.USAGE, is_blocking=False),
    Mention("P04", "l’acompte", "R6332-25, II", _written_advance, is_blocking=False),
    Mention("F01", "les conditions de la formation à distance", "D6313-3-1", _remote_conditions, is_blocking=False),
)


def missing_mentions(facts: ConventionFacts) -> list[Missing]:
    """Everything that this agreement lacks, in the order of the table; those that block come with `is_blocking`."""
    return [
        Missing(
            code=mention.code,
            label=f"{mention.term} : {name}" if name else mention.term,
            article=mention.article,
            where=where,
            is_blocking=mention.is_blocking,
            is_verified=mention.standing == Standing.READ,
        )
        for mention in MENTIONS
        for name, where in mention.lacks(facts)
    ]
