"""The request file of an employer: what it copies into its OPCO's form, and the papers that go with it (training-funding § 7.1)."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.utils.text import capfirst

from hub.core.accounts.models import Accreditation, Organisation
from hub.core.kit.dates import DAYS, date_fr, hour_fr
from hub.core.kit.identifiers import dotted_ape, spaced
from hub.core.kit.text import euros, hours, typo
from hub.core.papers import kinds
from hub.core.papers.canonical import clean
from hub.core.papers.glyphs import legible
from trainings.funding.models import EmployerFacts, FundingFile
from trainings.funding.reference import Opco
from trainings.sessions.models import HalfDay

KIND = "demande"


@dataclass(frozen=True)
class RequestData:
    title: str
    period: str
    opco: str
    employer: str
    letterhead: dict[str, Any]
    employer_facts: list[list[str]]
    provider_facts: list[list[str]]
    action_facts: list[list[str]]
    half_days: list[list[str]]
    people: list[list[str]]
    price: list[list[str]]
    enclosed: list[str]


REQUEST = kinds.register(
    KIND, template=Path(__file__).parent / "typst" / "demande.typ", label="Demande de prise en charge", series="DP", fields=RequestData
)


def request_data(
    file: FundingFile,
    *,
    facts: EmployerFacts,
    opco: Opco | None,
    certificate: Accreditation | None,
    names: Sequence[str],
    enclosed: Sequence[str],
) -> dict[str, Any]:
    """Data of the kind «demande». A character that our typeface has not is printed by its code: it keeps nobody from filing in time."""
    session, employer, provider = file.session, file.employer, file.session.organisation
    unit = session.price_cents or 0
    data = RequestData(
        title=typo(session.title),
        period=capfirst(session.period_words),
        opco=typo(opco.name) if opco else "son OPCO",
        employer=typo(employer.name),
        letterhead=_letterhead(employer),
        employer_facts=_said(
            ("SIRET", spaced(employer.siret)), ("Code NAF", dotted_ape(employer.ape_code)),
            ("Convention collective", f"IDCC {employer.idcc}" if employer.idcc else ""),
            ("Effectif", _headcount(facts)), ("Représentée par", ", ".join(filter(None, [employer.representative_name, employer.representative_role]))),
        ),
        provider_facts=_said(
            ("Organisme", provider.name), ("SIRET", spaced(provider.siret)), ("Déclaration d’activité", provider.nda_number),
            ("Qualiopi", _certified(certificate)),
        ),
        action_facts=_said(
            ("Intitulé", session.title), ("Dates", session.period_words), ("Durée", hours(session.duration_minutes)), ("Lieu", session.place),
            ("Convention signée", f"le {date_fr(file.agreed_on, year=True)}" if file.agreed_on else ""),
        ),
        half_days=[_half_day(row) for row in session.half_days.all()],
        people=[[str(rank), typo(name)] for rank, name in enumerate(names, 1)],
        price=[[f"Action de formation, {hours(session.duration_minutes)}", str(len(names)), euros(unit), euros(unit * len(names))]],
        enclosed=[typo(line) for line in enclosed],
    )  # fmt: skip
    found: dict[str, Any] = legible(clean(asdict(data)))
    return found


def _letterhead(party: Organisation) -> dict[str, Any]:
    return {"name": typo(party.name), "lines": [typo(party.address.replace("\n", ", "))] if party.address else []}


def _said(*rows: tuple[str, str]) -> list[list[str]]:
    return [[name, typo(text.strip())] for name, text in rows if text.strip()]


def _headcount(facts: EmployerFacts) -> str:
    if facts.headcount_hundredths is None:
        return ""
    whole, rest = divmod(facts.headcount_hundredths, 100)
    return f"{whole},{rest:02d} en {facts.headcount_year}"


def _certified(row: Accreditation | None) -> str:
    if row is None:
        return ""
    until = f", jusqu’au {date_fr(row.ends_on, year=True)}" if row.ends_on else ""
    return f"{row.number or row.title}{until}"


def _half_day(row: HalfDay) -> list[str]:
    day = f"{DAYS[row.date.weekday()]} {date_fr(row.date, year=True)}"
    return [day, f"{hour_fr(row.starts_at)} – {hour_fr(row.ends_at)}", "à distance" if row.is_remote else "en présence"]
