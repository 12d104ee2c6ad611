"""The training agreement as it is printed: facts made into strings, and its registration as a kind of paper."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

from hub.core.kit.dates import DAYS, date_fr, hour_fr, long_date_fr, long_day_fr
from hub.core.kit.identifiers import spaced
from hub.core.kit.text import FIXED, counted, euros, hours, in_sentence, typo
from hub.core.papers import kinds
from hub.core.papers.canonical import clean
from trainings.catalogue.enums import Modality
from trainings.paperwork.errors import ConventionRefused, MentionsMissing
from trainings.paperwork.facts import ConventionFacts, HalfDay, Party
from trainings.paperwork.mentions import missing_mentions

PERIOD = "Période de réalisation"


@dataclass(frozen=True)
class ConventionData:
    """The template's data: strings already formatted, lists of them, and rows of tables; an empty string prints nothing."""

    title: str
    letterhead: dict[str, Any]
    provider: str
    buyer: str
    parties: list[list[str]]
    declaration: str
    objectives: list[str]
    audience: list[list[str]]
    content: list[list[str]]
    programme: str
    delivery: list[list[str]]
    half_days: list[list[str]]
    means: list[list[str]]
    follow_up: list[list[str]]
    trainees: list[list[str]]
    headcount: str
    price: list[list[str]]
    price_totals: str
    vat: str
    hourly: str
    payment: list[str]
    clauses: list[dict[str, str]]
    done: str
    signatures: list[dict[str, Any]]


KIND, SUBJECT = "convention", "trainings.convention"
CONVENTION = kinds.register(
    KIND,
    template=Path(__file__).parent / "typst" / "convention.typ",
    label="Convention de formation",
    series="CF",
    fields=ConventionData,
)


def convention_data(facts: ConventionFacts) -> dict[str, Any]:
    """Data of the kind «convention», as `papers.issue` takes it and as the register keeps it.

    Raises: MentionsMissing when the law asks for more; ConventionRefused when the parties are one, or a trainee is another employer's.
    """
    return clean(asdict(build(facts)))


def is_said(data: Mapping[str, Any], facts: ConventionFacts) -> dict[str, bool]:
    """For each term of trainings/funding/terms.py, whether a printed agreement says it as these facts do."""
    then, now = data["price"][0], clean(_price(facts)["price"])[0]
    dates = [PERIOD, clean(_period(facts))] in data["delivery"]
    people = data["trainees"] == clean(_trainees(facts))
    programme = data["programme"] == clean(typo(facts.programme))
    return {
        "starts_on": dates, "ends_on": dates, "minutes": then[0] == now[0], "price_cents": then[2] == now[2], "programme": programme, "people": people,
    }  # fmt: skip


def build(facts: ConventionFacts) -> ConventionData:
    if facts.provider.key == facts.buyer.key:
        raise ConventionRefused(
            f"{facts.provider.name} ne conclut pas de convention avec elle-même : ses stagiaires suivent une formation interne."
        )
    if any(trainee.employer_key != facts.buyer.key for trainee in facts.trainees):
        raise ConventionRefused(f"Cette convention ne peut nommer que les stagiaires {in_sentence(facts.buyer.name)}.")
    if lacking := [one for one in missing_mentions(facts) if one.is_blocking]:
        raise MentionsMissing(lacking)
    return ConventionData(
        title=typo(facts.title),
        letterhead=_letterhead(facts.provider),
        provider=typo(facts.provider.name),
        buyer=typo(facts.buyer.name),
        parties=_parties(facts.provider, facts.buyer),
        declaration=_declaration(facts.provider),
        objectives=_lines(facts.objectives),
        audience=_pairs(("Public visé", facts.public), ("Prérequis", facts.prerequisites), ("Accessibilité", facts.accessibility)),
        content=[_lines(part) for part in re.split(r"\r?\n[ \t]*\r?\n", facts.content) if part.strip()],
        programme=typo(facts.programme),
        delivery=_delivery(facts),
        half_days=[_half_day(half_day) for half_day in facts.half_days],
        means=_pairs(
            ("Moyens pédagogiques", facts.teaching_means), ("Moyens techniques", facts.technical_means), ("Encadrement", facts.supervision)
        ),
        follow_up=_pairs(
            ("Modalités de suivi", facts.follow_up), ("Évaluation", facts.assessment), ("Modalités de sanction", facts.outcome)
        ),
        trainees=_trainees(facts),
        headcount=counted(len(facts.trainees), "stagiaire"),
        clauses=[{"title": typo(clause.title), "text": typo(clause.text)} for clause in facts.clauses if clause.text.strip()],
        payment=list(_payment(facts)),
        done=f"Fait à {facts.signed_at}, le {long_date_fr(facts.issued_on)}"
        if facts.signed_at
        else f"Fait le {long_date_fr(facts.issued_on)}",
        signatures=[_signature(facts.provider), _signature(facts.buyer)],
        **_price(facts),
    )


def _trainees(facts: ConventionFacts) -> list[list[str]]:
    return [[str(rank), typo(trainee.name)] for rank, trainee in enumerate(facts.trainees, 1)]


def _lines(text: str) -> list[str]:
    return [typo(line.strip(" -•\u2013")) for line in text.splitlines() if line.strip()]


def _pairs(*pairs: tuple[str, str]) -> list[list[str]]:
    return [[name, typo(text.strip())] for name, text in pairs if text.strip()]


def _grouped(identifier: str, *lengths: int) -> str:
    """«75 33 90001 33», with spaces that never break a line."""
    found, start = [], 0
    for length in lengths:
        found.append(identifier[start : start + length])
        start += length
    return FIXED.join([*found, identifier[start:]]).strip(FIXED)


def _address(party: Party) -> str:
    return typo(re.sub(r", (?=\d{5} )", "\n", party.address))


def _letterhead(party: Party) -> dict[str, Any]:
    lines = [typo(party.address.replace("\n", ", ")), f"SIRET {spaced(party.siret)}", party.contact]
    return {"name": typo(party.name), "lines": [line for line in lines if line]}


def _parties(provider: Party, buyer: Party) -> list[list[str]]:
    def row(name: str, field: str) -> list[str]:
        return [name, typo(getattr(provider, field)), typo(getattr(buyer, field))]

    rows = [
        row("Dénomination", "name"),
        row("Forme juridique", "legal_form"),
        ["Adresse", _address(provider), _address(buyer)],
        ["SIRET", spaced(provider.siret), spaced(buyer.siret)],
        row("Représentée par", "representative"),
        row("En qualité de", "capacity"),
    ]
    return [cells for cells in rows if any(cells[1:])]


def _declaration(party: Party) -> str:
    """The formula of R6351-6, word for word."""
    if not (party.nda_number and party.nda_region):
        return ""
    number = _grouped(party.nda_number, 2, 2, 5)
    return f"déclaration d’activité enregistrée sous le numéro {number} auprès du préfet de région de {party.nda_region}"


def _delivery(facts: ConventionFacts) -> list[list[str]]:
    half_days = f" en {counted(len(facts.half_days), 'demi-journée')}" if facts.half_days else ""
    rows = [["Durée", f"{hours(facts.duration_minutes or 0)}{half_days} par stagiaire"], [PERIOD, _period(facts)]]
    if facts.remote_minutes is not None:
        rows.append(["Taux des enseignements dispensés à distance sur la durée totale", remote_rate(facts)])
    rows += _pairs(
        ("Modalités de déroulement", Modality(facts.modality).label if facts.modality else ""),
        ("Lieu", facts.place),
        ("Horaires", facts.schedule),
        ("Assistance à distance", facts.remote_assistance),
        ("Activités à distance", facts.remote_activities),
    )
    return rows


def _period(facts: ConventionFacts) -> str:
    if facts.starts_on is None or facts.ends_on is None:
        return ""
    if facts.starts_on == facts.ends_on:
        return f"le {long_day_fr(facts.starts_on)}"
    first = long_day_fr(facts.starts_on)
    if facts.starts_on.year == facts.ends_on.year:
        first = first.removesuffix(f" {facts.starts_on.year}")
    return f"du {first} au {long_day_fr(facts.ends_on)}"


def remote_rate(facts: ConventionFacts) -> str:
    """«0 %», «33,3 %»: remote minutes in a hundred of all, one decimal, half up."""
    rate = Decimal(100) * (facts.remote_minutes or 0) / (facts.duration_minutes or 1)
    shown = str(rate.quantize(Decimal("0.1"), ROUND_HALF_UP)).removesuffix(".0").replace(".", ",")
    return f"{shown}{FIXED}%"


def _half_day(half_day: HalfDay) -> list[str]:
    when = f"{hour_fr(half_day.starts_at)} – {hour_fr(half_day.ends_at)}"
    day = f"{DAYS[half_day.day.weekday()]} {date_fr(half_day.day, year=True)}"  # with its year: printed words do not depend on today
    return [day, when, hours(half_day.minutes), "à distance" if half_day.is_remote else "en présence", typo(half_day.topic)]


def _half_up(value: Decimal) -> int:
    return int(value.quantize(Decimal(1), ROUND_HALF_UP))


def _price(facts: ConventionFacts) -> dict[str, Any]:
    total, unit = facts.price_cents or 0, facts.unit_price_cents or 0
    label = f"Action de formation, {hours(facts.duration_minutes or 0)}"
    rows = [[label, str(len(facts.trainees)), euros(unit), euros(total)], ["Total hors taxes", "", "", euros(total)]]
    if facts.vat_rate_percent is not None:
        vat = _half_up(Decimal(total * facts.vat_rate_percent) / 100)
        rows += [
            [f"TVA {facts.vat_rate_percent}{FIXED}%", "", "", euros(vat)],
            ["Total toutes taxes comprises", "", "", euros(total + vat)],
        ]
    hourly = _half_up(Decimal(unit * 60) / (facts.duration_minutes or 1))
    return {
        "price": rows,
        "price_totals": str(len(rows) - 1),
        "vat": typo(facts.vat_exemption).rstrip(".") if facts.vat_rate_percent is None else "",
        "hourly": f"{euros(hourly)} hors taxes par heure et par stagiaire",
    }


def _payment(facts: ConventionFacts) -> Iterator[str]:
    yield from _lines(facts.payment_terms)
    if facts.advance_cents:
        yield f"Un acompte de {euros(facts.advance_cents)} est versé avant le premier jour ; il ne dépasse pas 30{FIXED}% du prix."
    funder = typo(facts.funder) or "le financeur"
    if facts.subrogation:
        yield f"Subrogation : {funder} règle directement à l’organisme de formation la part prise en charge ; l’acheteur règle le reste."
    else:
        yield "Sans subrogation : l’acheteur règle à l’organisme de formation la totalité du prix."


def _signature(party: Party) -> dict[str, Any]:
    return {"title": f"Pour {typo(party.name)}", "lines": [line for line in (typo(party.representative), typo(party.capacity)) if line]}
