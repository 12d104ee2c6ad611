"""The month's statement as a paper: pure facts made into strings. Its number and its seal come when it is accepted (services/papers.py)."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from directory.sharing.amounts import total_cents, total_minutes
from directory.sharing.enums import LineState, StatementStatus
from directory.sharing.models import Statement, StatementLine, TimeEntry
from hub.core.accounts.models import Organisation, User
from hub.core.kit.dates import date_fr, long_date_fr
from hub.core.kit.identifiers import spaced
from hub.core.kit.text import FIXED, euros, hours, typo
from hub.core.papers import kinds
from hub.core.papers.canonical import clean

KIND, SUBJECT = "releve", "sharing.statement"


@dataclass(frozen=True)
class StatementData:
    """Strings already formatted; the last row of `lines` and of `days` is their total. `warning` stands at the head, empty as a rule."""

    title: str
    letterhead: dict[str, Any]
    provider: str
    beneficiary: str
    parties: list[list[str]]
    facts: list[list[str]]
    lines: list[list[str]]
    days: list[list[str]]
    warning: str
    note: list[str]
    standing: list[str]


RELEVE = kinds.register(
    KIND, template=Path(__file__).parent / "typst" / "releve.typ", label="Relevé du mois", series="RM", fields=StatementData
)


def statement_data(statement: Statement, lines: Sequence[StatementLine], entries: Sequence[TimeEntry]) -> dict[str, Any]:
    """Data of the kind «releve»: entries are those of the lines, by day."""
    service = statement.service
    provider, beneficiary = service.provider, service.beneficiary
    found: dict[str, Any] = clean(
        asdict(
            StatementData(
                title=f"Relevé {statement.of_month}",
                letterhead={"name": typo(provider.name), "lines": [line for line in (_address(provider), _siret(provider)) if line]},
                provider=typo(provider.name),
                beneficiary=typo(beneficiary.name),
                parties=_parties(provider, beneficiary),
                facts=_facts(statement, entries),
                lines=line_rows(lines),
                days=day_rows(entries, service.label),
                warning=_warning(service.beneficiary, lines),
                note=[typo(line) for line in statement.reply.splitlines() if line.strip()],
                standing=_standing(statement),
            )
        )
    )
    return found


def line_rows(lines: Sequence[StatementLine]) -> list[list[str]]:
    rows = [[_work(one), typo(one.person.name), hours(one.minutes), euros(one.hourly_cost_cents), euros(one.amount_cents)] for one in lines]
    return [*rows, ["Total hors taxes", "", hours(total_minutes(lines)), "", euros(total_cents(lines))]]


def _work(line: StatementLine) -> str:
    """What was done and, of a contested line, why it is, on a line of its own."""
    if line.state != LineState.CONTESTED:
        return typo(line.work)
    reason = " ".join(line.reason.split())
    return typo(line.work) + "\n" + typo(f"contestée : {reason}")


def _warning(beneficiary: Organisation, lines: Sequence[StatementLine]) -> str:
    count = sum(line.state == LineState.CONTESTED for line in lines)
    if not count:
        return ""
    told = "une ligne de ce relevé : son motif est écrit" if count == 1 else f"{count} lignes de ce relevé : le motif de chacune est écrit"
    return typo(f"{beneficiary.name} conteste {told} sous le travail fait.")


def day_rows(entries: Sequence[TimeEntry], function: str) -> list[list[str]]:
    """One row per day, person and piece of work: two half-days of the same work would read as a double."""
    given: dict[tuple[date, User, str], int] = {}
    for one in entries:
        key = (one.day, one.person, one.work)
        given[key] = given.get(key, 0) + one.minutes
    rows = [
        [date_fr(day, year=True), typo(person.name), typo(f"{function} : {work}"), hours(minutes)]
        for (day, person, work), minutes in given.items()
    ]
    return [*rows, ["Total", "", "", hours(sum(one.minutes for one in entries))]]


def _address(party: Organisation) -> str:
    place = FIXED.join(filter(None, [party.postal_code, party.city]))
    return typo(", ".join(filter(None, [party.street.replace("\n", ", "), place])))


def _siret(party: Organisation) -> str:
    digits = party.siret
    return f"SIRET {spaced(digits)}" if digits else ""


def _parties(provider: Organisation, beneficiary: Organisation) -> list[list[str]]:
    rows = [
        ["Dénomination", typo(provider.name), typo(beneficiary.name)],
        ["Adresse", _address(provider), _address(beneficiary)],
        ["SIRET", _siret(provider).removeprefix("SIRET "), _siret(beneficiary).removeprefix("SIRET ")],
    ]
    return [row for row in rows if any(row[1:])]


def _facts(statement: Statement, entries: Sequence[TimeEntry]) -> list[list[str]]:
    service = statement.service
    texts = list(dict.fromkeys(service.text_on(entry.day).number for entry in entries)) or [service.number]
    rows = [
        ["Convention", ", ".join(texts)],
        ["Fonction", typo(service.label)],
        ["Période", statement.month_words],
        ["Forme juridique", typo(f"{service.form.label} ({service.form.basis})") if service.form else ""],
        ["Prix", "au coût réel, sans marge, hors taxes" if statement.is_invoiced else "sans facturation"],
        ["Envoi", f"le {long_date_fr(statement.issued_at)}" + (f", {statement.round}e envoi" if statement.round > 1 else "")],
    ]
    return [row for row in rows if row[1]]


def _standing(statement: Statement) -> list[str]:
    service = statement.service
    sent = f"{typo(service.provider.name)} a envoyé ce relevé le {long_date_fr(statement.issued_at)}."
    answered = long_date_fr(statement.answered_at) if statement.answered_at else ""
    match statement.status:
        case StatementStatus.ACCEPTED:
            said = f"{typo(service.beneficiary.name)} l’a accepté, ligne par ligne, le {answered}."
            seal = (
                "Le cachet électronique de ce fichier prouve qu’il n’a pas changé depuis. Il ne vaut pas signature de l’une des personnes."
            )
        case StatementStatus.CONTESTED:
            said = f"{typo(service.beneficiary.name)} en conteste des lignes depuis le {answered}."
            seal = "Ce fichier n’a ni numéro ni cachet : il ne vaut pas pièce."
        case _:
            said = f"{typo(service.beneficiary.name)} n’y a pas encore répondu."
            seal = "Ce fichier n’a ni numéro ni cachet : il ne vaut pas pièce avant l’accord."
    return [sent, said, typo(seal)]
