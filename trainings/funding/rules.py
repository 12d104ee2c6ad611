"""The state machine of a file as pure functions, then who may see and move one.

Source of the table: docs/decisions/0012-opco-file.md, after the reference «training-funding», § 7.1.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Self
from uuid import UUID

from hub.core.accounts.actor import Actor
from hub.core.accounts.audiences import FEDERATION
from hub.core.accounts.permissions import Permission
from hub.core.kit.dates import long_date_fr
from hub.core.kit.text import counted
from trainings.funding.enums import FundingStatus, Side
from trainings.funding.pieces import Period, is_certified
from trainings.funding.reference import UNKNOWN_OPCO, Opco

S = FundingStatus
EMPLOYER, BOTH = frozenset({Side.EMPLOYER}), frozenset({Side.EMPLOYER, Side.ORGANISER})

# from → who may move it on, and to what. The OPCO's answers are written down by the employer, whom it answers.
MOVES: dict[FundingStatus, tuple[frozenset[Side], frozenset[FundingStatus]]] = {
    S.DRAFT: (BOTH, frozenset({S.TO_COMPLETE, S.CANCELLED})),
    S.TO_COMPLETE: (EMPLOYER, frozenset({S.READY, S.CANCELLED})),
    S.READY: (EMPLOYER, frozenset({S.FILED, S.CANCELLED})),  # else one that was never filed in time would wait for ever
    S.FILED: (EMPLOYER, frozenset({S.UNDER_REVIEW, S.CANCELLED})),
    S.UNDER_REVIEW: (EMPLOYER, frozenset({S.MORE_ASKED, S.GRANTED, S.PARTLY_GRANTED, S.REFUSED, S.CANCELLED})),
    S.MORE_ASKED: (BOTH, frozenset({S.UNDER_REVIEW, S.CANCELLED})),
    S.GRANTED: (EMPLOYER, frozenset({S.RUNNING, S.CANCELLED, S.TO_REVISE})),
    S.PARTLY_GRANTED: (EMPLOYER, frozenset({S.RUNNING, S.CANCELLED, S.TO_REVISE})),
    S.REFUSED: (EMPLOYER, frozenset({S.CLOSED, S.DRAFT})),
    S.TO_REVISE: (EMPLOYER, frozenset({S.UNDER_REVIEW, S.CANCELLED})),
    S.RUNNING: (frozenset(), frozenset()),
    S.CANCELLED: (frozenset(), frozenset()),
    S.CLOSED: (frozenset(), frozenset()),
}
ENDED = frozenset({S.CANCELLED, S.CLOSED})
BEFORE_FILING = frozenset({S.DRAFT, S.TO_COMPLETE, S.READY})
# the OPCO has the request: to cancel it is to withdraw it there too, and the employer alone does (training-funding § 1.11)
WITHDRAWN_FROM = frozenset({S.FILED, S.UNDER_REVIEW, S.MORE_ASKED, S.GRANTED, S.PARTLY_GRANTED, S.TO_REVISE})
AMENDED_IN = WITHDRAWN_FROM  # its signed agreement is what the OPCO holds: another takes its place, kept beside it
# States whose last move is taken back when it was a slip: it kept words, and nothing in the hub follows from them. Not an end, from which the law
# counts and after which another file may be open; not a new request, whose pieces change at once; not those where there is nothing to take back.
REVERSIBLE = frozenset({S.FILED, S.UNDER_REVIEW, S.MORE_ASKED, S.GRANTED, S.PARTLY_GRANTED, S.REFUSED, S.TO_REVISE, S.RUNNING})
# what a move keeps of what was said with it: target → name in Said, column of the file
KEPT: dict[FundingStatus, dict[str, str]] = {
    S.FILED: {"on": "filed_on", "reference": "reference"},
    S.MORE_ASKED: {"on": "asked_on", "reply_by": "reply_by", "reason": "asked_words"},
    S.GRANTED: {"on": "answered_on", "reference": "grant_number"},
    S.PARTLY_GRANTED: {"on": "answered_on", "reference": "grant_number"},
    S.REFUSED: {"on": "answered_on", "reason": "reason"},
    S.TO_REVISE: {"reason": "reason"},
    S.CANCELLED: {"reason": "reason"},
}
ANSWERS = frozenset({S.MORE_ASKED, S.GRANTED, S.PARTLY_GRANTED, S.REFUSED})
NEEDS_REASON = frozenset({S.REFUSED, S.TO_REVISE, S.CANCELLED, S.MORE_ASKED})
NEEDS_REFERENCE = frozenset({S.FILED, S.GRANTED, S.PARTLY_GRANTED})
SHORTEST_REPLY = 7  # days, R6332-26
ON_THE_PORTAL = "Retirez aussi la demande sur le portail de l’OPCO : le hub ne lui écrit pas."
TOO_LATE = "La session a commencé : une demande reçue à partir du premier jour n’est pas financée."


@dataclass(frozen=True)
class Standing:
    """A file as the machine sees it: its state, its days, what of the session changed since it was filed, how many pieces it lacks, the
    certificates of who trains."""

    status: FundingStatus
    starts_on: date | None = None
    filed_on: date | None = None
    changed: str = ""
    agreed_on: date | None = None
    missing_count: int = 0
    qualiopi: Sequence[Period] = field(default=())


@dataclass(frozen=True)
class Said:
    """What is said with a move: the day of the fact, the OPCO's number, the day it gave for a reply, why."""

    on: date
    reference: str = ""
    reply_by: date | None = None
    reason: str = ""


def targets(status: FundingStatus, side: Side | None) -> list[FundingStatus]:
    """Where somebody of this side may move a file on to, in the order of the states."""
    return [one for one in FundingStatus if one in MOVES[status][1] and side in _movers(status, one)]


def _movers(status: FundingStatus, target: FundingStatus) -> frozenset[Side]:
    return EMPLOYER if target == S.CANCELLED and status in WITHDRAWN_FROM else MOVES[status][0]


class Fault(str):
    """Why a move cannot be, and the name of the field that says it; none when it is no field's."""

    field: str

    def __new__(cls, words: str, field: str = "") -> Self:
        made = super().__new__(cls, words)
        made.field = field
        return made


def held_back(file: Standing, target: FundingStatus, today: date) -> str:
    """Why this move would be refused today whatever is said with it; empty when it can be. No button leads to such a refusal."""
    if target == S.FILED:  # it may be noted late: the day said decides
        return _lacking(file)
    return _wrong_state(file, target, Said(today), today) if target in {S.READY, S.RUNNING} else ""


def refusal(file: Standing, target: FundingStatus, side: Side | None, said: Said, today: date) -> str:
    """Why this move cannot be, as a French sentence; empty when it can."""
    if target not in MOVES[file.status][1]:
        return f"Un dossier « {file.status.label.lower()} » ne passe pas à « {target.label.lower()} »."
    if side not in _movers(file.status, target):
        return "Seule la CAE qui demande le financement fait avancer ce dossier."
    return _wrong_words(target, said) or _wrong_day(file, target, said, today) or _wrong_state(file, target, said, today)


def _wrong_words(target: FundingStatus, said: Said) -> str:
    if target in NEEDS_REASON and not said.reason.strip():
        return Fault("Dites pourquoi, en quelques mots.", "reason")
    if target in NEEDS_REFERENCE and not said.reference.strip():
        return Fault("Écrivez le numéro que l’OPCO a donné.", "reference")
    return ""


def _wrong_day(file: Standing, target: FundingStatus, said: Said, today: date) -> str:
    if said.on > today:
        return Fault(f"Le {long_date_fr(said.on)} n’est pas encore venu.", "on")
    if file.filed_on and target in ANSWERS | {S.UNDER_REVIEW} and said.on < file.filed_on:
        return Fault(f"La demande a été déposée le {long_date_fr(file.filed_on)} : la suite ne peut pas la précéder.", "on")
    if file.agreed_on and target == S.FILED and said.on < file.agreed_on:
        return Fault(f"La convention a été signée le {long_date_fr(file.agreed_on)} : la demande la suit.", "on")
    if target == S.MORE_ASKED and said.reply_by is None:
        return Fault("Écrivez le jour que l’OPCO donne pour répondre.", "reply_by")
    if target == S.MORE_ASKED and said.reply_by is not None and said.reply_by < said.on:
        return Fault(f"Le {long_date_fr(said.reply_by)} précède la demande : le jour donné pour répondre suit la demande.", "reply_by")
    return ""


def _wrong_state(file: Standing, target: FundingStatus, said: Said, today: date) -> str:
    begun = file.starts_on is not None and file.starts_on <= today
    if target in {S.READY, S.FILED} and file.missing_count:
        return _lacking(file)
    if target in {S.READY, S.DRAFT} and begun:
        return TOO_LATE
    if target == S.FILED and file.starts_on is not None and said.on >= file.starts_on:
        late = f"Le {long_date_fr(said.on)} est trop tard : la session commence le {long_date_fr(file.starts_on)}"
        return Fault(f"{late}, et une demande reçue à partir du premier jour n’est pas financée.", "on")
    if target in {S.GRANTED, S.PARTLY_GRANTED} and not is_certified(file.qualiopi, said.on):
        return Fault(
            f"Le certificat Qualiopi de l’organisme n’était pas valable le {long_date_fr(said.on)} : l’accord ne peut pas tenir (R6316-8).",
            "on",
        )
    if target == S.RUNNING and not begun:
        return "Le dossier se met en cours à partir du premier jour de la session."
    if target == S.RUNNING and file.changed:
        return f"{file.changed} depuis la demande : mettez le dossier à revoir."
    return ""


# -- what was noted wrong --------------------------------------------------------------------------------------------
def can_revert(status: FundingStatus, before: FundingStatus | None, side: Side | None) -> bool:
    """Take back the move that led from `before` to this state: whoever could make it. None when nobody knows what was before."""
    return before is not None and status in REVERSIBLE and side in MOVES[before][0]


def noted(status: FundingStatus, *, is_granted: bool) -> list[FundingStatus]:
    """The moves whose words stand on a file in this state, and are put right when they are wrong; is_granted: it bears a grant's number."""
    if status in BEFORE_FILING | ENDED:
        return []
    shown = {S.FILED, status} if status in {S.MORE_ASKED, S.REFUSED, S.TO_REVISE} else {S.FILED}
    return [one for one in KEPT if one in shown or (one == S.GRANTED and is_granted and status != S.REFUSED)]


def wrong_correction(
    file: Standing, words: Mapping[FundingStatus, Said], touched: Iterable[FundingStatus], today: date
) -> tuple[FundingStatus, Fault] | None:
    """Of what was noted and is put right: the move whose words would have been refused, and why.

    Args: words are those of every move noted, put right; touched are the moves that differ.
    """
    file = replace(file, filed_on=words[S.FILED].on if S.FILED in words else file.filed_on)
    asked = set(words) if S.FILED in (changed := set(touched)) else changed  # what follows a filing follows it on its new day too
    for target in (one for one in words if one in asked):
        said = words[target]
        if fault := _wrong_words(target, said) or _wrong_day(file, target, said, today) or _wrong_state(file, target, said, today):
            return target, Fault(fault, getattr(fault, "field", ""))
    return None


def _lacking(file: Standing) -> str:
    return f"Il manque {counted(file.missing_count, 'pièce')} : le dossier ne peut pas encore avancer." if file.missing_count else ""


def warning(file: Standing, target: FundingStatus, said: Said, opco: Opco | None) -> str:
    """What does not stop a move and must be said; empty when nothing."""
    held = opco or UNKNOWN_OPCO
    if target == S.FILED and file.starts_on is not None and held.last_day(file.starts_on) < said.on < file.starts_on:
        doubt = "" if held.verified else ", à vérifier"
        return f"Hors délai : {held.name} demande {held.lead_words}, donc le {long_date_fr(held.last_day(file.starts_on))} au plus tard{doubt}."
    if target == S.MORE_ASKED and said.reply_by is not None and (said.reply_by - said.on).days < SHORTEST_REPLY:
        return "L’OPCO laisse au moins sept jours pour répondre (R6332-26) : vous pouvez le lui rappeler."
    if target == S.CANCELLED and file.status in WITHDRAWN_FROM:
        return ON_THE_PORTAL
    return ""


def can_amend(status: FundingStatus, outdated: str, side: Side | None) -> bool:
    """The employer brings the signed amendment to a request that was filed, once its agreement says something else than the session."""
    return side == Side.EMPLOYER and status in AMENDED_IN and bool(outdated)


# -- who -------------------------------------------------------------------------------------------------------------
def can_manage(actor: Actor) -> bool:
    """Follow the OPCO files of the organisation acted for, a member of the federation."""
    return FEDERATION in actor.audiences and actor.can(Permission.FUNDING_MANAGE)


def side_of(actor: Actor, *, employer_id: UUID, organiser_id: UUID) -> Side | None:
    """For whom the actor acts on a file of this employer, at a session of this organiser: the twin of `visible_to`."""
    if can_manage(actor) and actor.organisation_id == employer_id:
        return Side.EMPLOYER
    if actor.can(Permission.SESSION_MANAGE, organiser_id) and actor.is_staff_of(organiser_id):
        return Side.ORGANISER
    return None
