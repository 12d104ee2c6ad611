"""What a file must hold before it is filed, each with its article and where it is repaired: a pure list made from facts."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

LARGEST_HUNDREDTHS = 50_00  # plan money is for employers under 50 (L6332-1-3, L6332-17)


@dataclass(frozen=True)
class Period:
    """Both days count; no end, no limit."""

    starts_on: date
    ends_on: date | None = None

    def holds_on(self, day: date) -> bool:
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)


@dataclass(frozen=True)
class Piece:
    """Something missing. `where` is the key of the screen that repairs it, or `url` its address already; by: who enters it;
    action: what the link to it says."""

    code: str
    label: str
    article: str
    is_verified: bool
    where: str = ""
    by: str = ""
    url: str = ""
    action: str = "À remplir"


@dataclass(frozen=True)
class FileFacts:
    """What is known of a file today.

    mentions: what the agreement's text lacks, None when it could not be read. headcount_hundredths: yearly average of the year before, in
    hundredths of a person, truncated (CSS R130-1). changed: what of the session did since the agreement was signed. ineligible: one piece a
    trainee whose contract is no employment (`under_cape`).
    """

    starts_on: date | None = None
    trainee_count: int = 0
    ineligible: Sequence[Piece] = ()
    mentions: Sequence[Piece] | None = ()
    agreed_on: date | None = None
    has_agreement: bool = False
    changed: str = ""
    has_frozen_programme: bool = False
    nda_number: str = ""
    siret: str = ""
    opco: str = ""
    headcount_hundredths: int | None = None
    has_other_funds: bool = False
    qualiopi: Sequence[Period] = field(default=())


@dataclass(frozen=True)
class Requirement:
    code: str
    article: str
    is_verified: bool
    where: str
    lacks: Callable[[FileFacts], Iterable[str | Piece]]


def _days(facts: FileFacts) -> Iterator[str]:
    if facts.starts_on is None:
        yield "les demi-journées de la session"


def _trainees(facts: FileFacts) -> Iterator[str]:
    if not facts.trainee_count:
        yield "au moins une personne inscrite, place confirmée"


def under_cape(name: str, url: str) -> Piece:
    """A trainee whom plan money does not pay for. Args: name and sheet of somebody whose contract the reader may read, else both empty."""
    who = name or "une personne inscrite"
    label = f"{who} est en contrat CAPE, qu’un autre financeur prend en charge : corrigez son contrat s’il a changé, sinon annulez l’inscription"
    where = "" if url else "registrations"
    return Piece("eligible", label, "L6312-1 ; C. com. L127-1", False, where, "qui suit sa fiche", url, "Ouvrir sa fiche")


def _programme(facts: FileFacts) -> Iterator[str]:
    if not facts.has_frozen_programme:
        yield "la version publiée du programme"


def _declared(facts: FileFacts) -> Iterator[str]:
    if not facts.nda_number:
        yield "le numéro de déclaration d’activité de l’organisme"


def _qualiopi(facts: FileFacts) -> Iterator[str]:
    """On the day of the agreement, or today's absence of any certificate: R6316-8 looks at the day of the agreement or of the grant."""
    if not facts.qualiopi:
        yield "le certificat Qualiopi de l’organisme"
    elif facts.agreed_on and not is_certified(facts.qualiopi, facts.agreed_on):
        yield "un certificat Qualiopi valable le jour de la convention"


def _siret(facts: FileFacts) -> Iterator[str]:
    if not facts.siret:
        yield "le SIRET de l’employeur"


def _opco(facts: FileFacts) -> Iterator[str]:
    if not facts.opco:
        yield "l’OPCO de l’employeur"


def _headcount(facts: FileFacts) -> Iterator[str]:
    if facts.headcount_hundredths is None:
        yield "l’effectif de l’employeur, moyenne de l’année précédente"
    elif facts.headcount_hundredths >= LARGEST_HUNDREDTHS and not facts.has_other_funds:
        yield "un financement de branche ou volontaire : à partir de 50 personnes, l’OPCO ne prend pas en charge le plan"


def _agreement(facts: FileFacts) -> Iterator[str]:
    if not facts.has_agreement:
        yield "la convention signée"
    elif facts.changed:
        yield f"une convention ou un avenant à signer de nouveau : {facts.changed[0].lower()}{facts.changed[1:]} depuis la signature"


REQUIREMENTS = (
    Requirement("days", "D6353-1, I, 1°", True, "session", _days),
    Requirement("trainees", "règle du hub", False, "registrations", _trainees),
    Requirement("eligible", "L6312-1 ; C. com. L127-1", False, "registrations", lambda facts: facts.ineligible),
    Requirement("programme", "D6353-1, I, 1°", True, "session", _programme),
    Requirement("nda", "R6351-6", True, "organiser", _declared),
    Requirement("qualiopi", "L6316-1 ; R6316-8", True, "certificate", _qualiopi),
    Requirement("siret", "R6123-34", True, "employer", _siret),
    Requirement("opco", "L6332-1-1, III", True, "settings", _opco),
    Requirement("headcount", "L6332-17 ; CSS L130-1, I", True, "settings", _headcount),
    Requirement("agreement", "L6353-1 ; D6353-1", True, "agreement", _agreement),
)


def missing_pieces(facts: FileFacts) -> list[Piece]:
    """Everything that the file lacks, in the order of the table, the mentions of the agreement before its signature."""
    found = [
        said if isinstance(said, Piece) else Piece(one.code, said, one.article, one.is_verified, one.where)
        for one in REQUIREMENTS
        for said in one.lacks(facts)
    ]
    if facts.mentions is None:
        mentions = [Piece("mentions", "les mentions de la convention, qui n’ont pas pu être lues", "D6353-1", True, "session")]
    else:
        mentions = list(facts.mentions)
    last = [one for one in found if one.code == "agreement"]
    return [*(one for one in found if one.code != "agreement"), *mentions, *last]


def is_certified(periods: Iterable[Period], day: date) -> bool:
    return any(period.holds_on(day) for period in periods)


def hundredths(text: str) -> int:
    """«49,999» → 4999: two decimals, the rest is cut off and never rounded (CSS R130-1). Raises ValueError."""
    whole, _, rest = text.strip().replace(",", ".").partition(".")
    if not (whole.isascii() and whole.isdigit() and len(whole) < 7) or (rest and not (rest.isascii() and rest.isdigit())):
        raise ValueError(text)
    return int(whole) * 100 + int((rest + "00")[:2])
