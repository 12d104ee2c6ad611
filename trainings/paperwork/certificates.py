"""The certificat de réalisation: what it states, what it lacks, and its words. Pure; assembled from rows by selectors/certificates.py.

Source: arrêté du 21 décembre 2018 (NOR MTRD1835482A) on R6332-26, and the Ministry's model, read second-hand: «à vérifier». The arrêté
fixes no layout; funders ask for the words of the model.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from hub.core.kit.dates import long_date_fr
from hub.core.kit.identifiers import spaced
from hub.core.kit.text import hours, typo
from hub.core.papers import kinds
from hub.core.papers.canonical import clean
from trainings.paperwork.errors import CertificateRefused
from trainings.paperwork.facts import Party

KIND, SUBJECT = "certificat", "trainings.certificate"
ARTICLE = "R6332-26 et arrêté du 21 décembre 2018"
KEEPING = (  # the official formula, word for word
    "Sans préjudice des délais imposés par les règles fiscales, comptables ou commerciales, je m’engage à conserver l’ensemble des pièces "
    "justificatives qui ont permis d’établir le présent certificat pendant une durée de 3 ans à compter de la fin de l’année du dernier "
    "paiement. En cas de cofinancement des fonds européens, la durée de conservation est étendue conformément aux obligations "
    "conventionnelles spécifiques."
)
NATURE = "action de formation"  # the other three of the model (bilan, VAE, apprenticeship) are not held here


@dataclass(frozen=True)
class CertificateFacts:
    """minutes: really followed and counted, remote ones included; first_on, last_on: days really attended; provider signs, the trainee does not."""

    provider: Party
    trainee: str
    employer: str
    title: str
    first_on: date
    last_on: date
    minutes: int
    remote_minutes: int
    half_days: int
    issued_on: date
    signed_at: str = ""
    nature: str = NATURE


@dataclass(frozen=True)
class CertificateData:
    title: str
    letterhead: dict[str, Any]
    provider: str
    representative: str
    capacity: str
    declaration: str
    trainee: str
    employer: str
    facts: list[list[str]]
    duration: str
    keeping: str
    done: str
    signatures: list[dict[str, Any]]


CERTIFICATE = kinds.register(
    KIND,
    template=Path(__file__).parent / "typst" / "certificat.typ",
    label="Certificat de réalisation",
    series="CR",
    fields=CertificateData,
)


@dataclass(frozen=True)
class Lacking:
    """A mention that the provider has not given; it is entered among the facts of the organisation."""

    code: str
    label: str
    article: str = ARTICLE
    is_verified: bool = False


def lacking(provider: Party) -> list[Lacking]:
    return list(_lacking(provider))


def _lacking(provider: Party) -> Iterator[Lacking]:
    if not provider.representative.strip():
        yield Lacking("C01", "nom de la personne qui représente l’organisme")
    if not provider.capacity.strip():
        yield Lacking("C02", "qualité de la personne qui représente l’organisme")
    if not provider.address.strip():
        yield Lacking("C03", "adresse de l’organisme")
    if not provider.siret.strip():
        yield Lacking("C04", "SIRET de l’organisme")


def certificate_data(facts: CertificateFacts) -> dict[str, Any]:
    """Data of the kind «certificat». Raises: CertificateRefused for nobody's hours, or when something the model asks for is missing."""
    if facts.minutes <= 0:
        raise CertificateRefused(f"{facts.trainee} n’a suivi aucune heure : pas de certificat.")
    if missing := lacking(facts.provider):
        raise CertificateRefused(f"Il manque au certificat : {' ; '.join(one.label for one in missing)}.")
    if facts.issued_on < facts.last_on:
        raise CertificateRefused("Un certificat ne s’établit pas avant la dernière demi-journée suivie.")
    provider = facts.provider
    data = CertificateData(
        title=typo(facts.title),
        letterhead={"name": typo(provider.name), "lines": [typo(provider.address.replace("\n", ", ")), f"SIRET {spaced(provider.siret)}"]},
        provider=typo(provider.name),
        representative=typo(provider.representative),
        capacity=typo(provider.capacity),
        declaration=_declaration(provider),
        trainee=typo(facts.trainee),
        employer=typo(facts.employer),
        facts=_rows(facts),
        duration=hours(facts.minutes),
        keeping=KEEPING,
        done=f"Fait {f'à {facts.signed_at}, ' if facts.signed_at else ''}le {long_date_fr(facts.issued_on)}",
        signatures=[{"title": f"Pour {typo(provider.name)}", "lines": [typo(provider.representative), typo(provider.capacity)]}],
    )
    found: dict[str, Any] = clean(asdict(data))
    return found


def _declaration(provider: Party) -> str:
    if not (provider.nda_number and provider.nda_region):
        return ""
    return f"déclaration d’activité enregistrée sous le numéro {provider.nda_number} auprès du préfet de région de {provider.nda_region}"


def _rows(facts: CertificateFacts) -> list[list[str]]:
    first, last = long_date_fr(facts.first_on), long_date_fr(facts.last_on)
    rows = [
        ["Nature de l’action", facts.nature],
        ["Dates suivies", f"le {first}" if first == last else f"du {first} au {last}"],
        ["Durée suivie", hours(facts.minutes)],
    ]
    if facts.remote_minutes:
        rows.append(["Dont à distance", hours(facts.remote_minutes)])
    return [
        *rows,
        ["Demi-journées suivies", str(facts.half_days)],
        ["Preuve", "feuilles d’émargement closes, demi-journée par demi-journée"],
    ]
