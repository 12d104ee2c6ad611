"""The life of a shared service: who, what is opened, legal form and pieces, the end. Every verb locks the service's row."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from directory.sharing import reference
from directory.sharing.enums import Stage
from directory.sharing.errors import DayRefused, MoveRefused, PiecesMissing, RuleBroken, TermsChanged
from directory.sharing.models import Piece, SharedService
from directory.sharing.reference import RequiredPiece
from directory.sharing.selectors.terms import following, named_from_now, named_people, names
from directory.sharing.services import telling
from hub.core.accounts import audiences
from hub.core.accounts import services as accounts
from hub.core.accounts.actor import Actor
from hub.core.accounts.enums import Purpose
from hub.core.accounts.errors import DayOutside, WasChanged
from hub.core.accounts.errors import RuleBroken as AccountsRuleBroken
from hub.core.accounts.models import Organisation, User
from hub.core.audit import services as audit
from hub.core.documents import services as documents
from hub.core.documents.enums import Scan
from hub.core.documents.sniff import Examined
from hub.core.kit.dates import long_date_fr, today
from hub.core.kit.text import joined

PIECE_FILE = "sharing.piece"


def lock(service: SharedService) -> SharedService:
    rows = SharedService.unscoped.select_for_update(of=("self",), no_key=True).select_related(
        "provider", "beneficiary", "agreement", "request"
    )
    return rows.get(pk=service.pk)


def record(verb: str, row: SharedService, actor: Actor, data: dict[str, object] | None = None) -> None:
    """One line for each of the two CAEs."""
    for organisation in (row.provider, row.beneficiary):
        audit.record(f"sharing.service.{verb}", row, actor=actor, organisation=organisation, data=data)


def require_alive(row: SharedService) -> None:
    if row.stage == Stage.ENDED:
        raise MoveRefused("cette convention est terminée")


@transaction.atomic
def name_people(
    service: SharedService, *, people: Iterable[User], people_seen: Iterable[UUID], actor: Actor, since: date | None = None
) -> SharedService:
    """The lending CAE says who gives the time, those who are new from a day on. Raises: RuleBroken, MoveRefused."""
    row, people = lock(service), list(people)
    require_alive(row)
    text = row.text
    before = list(text.people.all())
    had_purposes, since = bool(text.purposes), since or text.naming_day
    with _said_here():
        follow = {one.pk for one in following(row, "people")}
        text = accounts.name_people(text, people=people, people_seen=people_seen, actor=actor, following=follow, since=since)
    if {person.pk for person in before} != {person.pk for person in people}:
        closed = had_purposes and not text.purposes
        words = telling.acting(people, since=" désormais")
        if since < today() and (fresh := [person for person in people if person not in before]):
            words += f" ; temps noté depuis le {long_date_fr(since)} pour {names(fresh)}"
        words += "".join(f" ; {one.person.name} {one.words}" for one in named_people(row) if one.stops)
        words += " ; les accès sont fermés jusqu’à ce qu’ils soient rouverts" if closed else ""
        telling.of_service(row, words, also=people)
        telling.no_longer_named(row, [person for person in before if person not in people])
        record("people", row, actor, {"people": sorted(str(person.pk) for person in people)})
    return row


@transaction.atomic
def open_purposes(
    service: SharedService, *, purposes: Iterable[str], people_seen: Iterable[UUID], purposes_seen: Iterable[str], actor: Actor
) -> SharedService:
    """The receiving CAE opens some of its data to the people that it has been shown. Raises: RuleBroken, TermsChanged, MoveRefused."""
    row = lock(service)
    require_alive(row)
    text, before = row.text, list(row.text.purposes)
    with _said_here():
        follow = {one.pk for one in following(row, "people", "purposes")}
        text = accounts.open_purposes(
            text, purposes=purposes, people_seen=people_seen, purposes_seen=purposes_seen, actor=actor, following=follow
        )
    if text.purposes != before:
        opened = joined([str(Purpose(purpose).label) for purpose in text.purposes])
        telling.of_service(row, f"accès ouvert : {opened}" if opened else "les accès sont fermés", also=text.people.all())
        record("purposes", row, actor, {"purposes": text.purposes})
    return row


@contextmanager
def _said_here() -> Iterator[None]:
    """What accounts refuse, in the errors of this package."""
    try:
        yield
    except WasChanged as change:
        raise TermsChanged(str(change)) from None
    except DayOutside as refusal:
        raise DayRefused(str(refusal)) from None
    except AccountsRuleBroken as refusal:
        raise RuleBroken(str(refusal)) from None


# -- legal form and pieces --------------------------------------------------------------------------------------------
def missing_pieces(service: SharedService) -> Sequence[RequiredPiece]:
    """What the chosen form asks for and nobody has given or waived, or gave with a virus; nothing as long as no form is chosen."""
    if service.form is None:
        return []
    rows = Piece.unscoped.filter(service=service, legal_form=service.legal_form).exclude(file__scan=Scan.INFECTED)
    held = set(rows.values_list("key", flat=True))
    return [piece for piece in service.form.pieces if piece.key not in held]


def has_pieces(service: SharedService) -> bool:
    """Whether a piece of any form was ever given or waived."""
    return Piece.unscoped.filter(service=service).exists()


def is_held_up(service: SharedService) -> bool:
    """Whether time waits for pieces: those of an agreement that gathers them, or that was ended before they came."""
    return service.stage == Stage.PIECES or (service.stage == Stage.ENDED and bool(missing_pieces(service)))


@transaction.atomic
def choose_form(service: SharedService, *, legal_form: str, actor: Actor) -> SharedService:
    """Choose the form in law: from then on the service waits for its pieces, and the accesses are closed meanwhile.

    Raises: RuleBroken, MoveRefused.
    """
    row = lock(service)
    require_alive(row)
    if legal_form not in reference.legal_forms():
        raise RuleBroken("Choisissez une forme de la liste.")
    form = reference.legal_forms()[legal_form]
    if form.key == "mutual_help" and (
        row.hourly_cost_cents or any(one.hourly_cost_cents for one in row.amendments.all() if one.is_accepted)
    ):
        raise RuleBroken("L’entraide ne se facture pas : cette convention a un coût horaire.")
    if legal_form == row.legal_form:
        return row
    before, row.legal_form = row.legal_form, legal_form
    if row.stage == Stage.RUNNING:
        row.move_to(Stage.PIECES)
        row.agreement = accounts.suspend_agreement(row.agreement, actor=actor)
    row.save(update_fields=["legal_form", "stage", "updated_at"])
    telling.of_service(row, f"forme choisie : {form.label} ; les pièces sont à réunir", also=named_from_now(row))
    record("form", row, actor, {"before": before, "after": legal_form, "edition": reference.legal_forms_edition().edition})
    return row


@transaction.atomic
def clear_form(service: SharedService, *, actor: Actor) -> SharedService:
    """A form chosen by mistake goes, and what it closed opens again, as long as no piece was given or waived; twice is once.

    Raises: RuleBroken, MoveRefused.
    """
    row = lock(service)
    require_alive(row)
    if not row.legal_form:
        return row
    if has_pieces(row):
        raise RuleBroken("Une pièce est déposée ou levée : la forme se change, mais la convention ne redevient pas sans forme.")
    before, row.legal_form = row.legal_form, ""
    if row.stage == Stage.PIECES:
        row.move_to(Stage.RUNNING)
        row.agreement = accounts.resume_agreement(row.agreement, actor=actor)
    row.save(update_fields=["legal_form", "stage", "updated_at"])
    telling.of_service(row, "plus aucune forme choisie ; aucune pièce n’est attendue", also=named_from_now(row))
    record("clear_form", row, actor, {"before": before})
    return row


@transaction.atomic
def store_piece(service: SharedService, *, key: str, upload: Examined, signed_on: date, organisation: Organisation, actor: Actor) -> Piece:
    """Keep a piece of the chosen form, for the teams of both CAEs; a new one takes the place of the old, or of a waiver.

    Raises: RuleBroken, MoveRefused.
    """
    row = lock(service)
    require_alive(row)
    _require_piece(row, key)
    if signed_on > today():
        raise RuleBroken("Le jour de la signature n’est pas encore venu.")
    readers = [audiences.staff(row.provider_id), audiences.staff(row.beneficiary_id)]
    piece = Piece.unscoped.filter(service=row, legal_form=row.legal_form, key=key).first() or Piece(
        service=row, legal_form=row.legal_form, key=key
    )
    old = documents.hold(piece.file)
    file = documents.store(upload, actor=actor, kind=PIECE_FILE, audiences=readers, organisation=organisation)
    piece.file, piece.signed_on, piece.added_by_id = file, signed_on, actor.user_id
    piece.waived_at, piece.waived_by, piece.waived_for, piece.waived_reason = None, None, None, ""
    piece.save()
    if old is not None:
        documents.delete(old, actor=actor, reason="remplacée")
    record("piece", row, actor, {"piece": key, "signed_on": signed_on, "sha256": file.sha256})
    return piece


@transaction.atomic
def waive_piece(service: SharedService, *, key: str, reason: str, organisation: Organisation, actor: Actor) -> Piece:
    """A director lets the service go without a piece, and writes why. Raises: RuleBroken, MoveRefused."""
    row = lock(service)
    require_alive(row)
    required = _require_piece(row, key)
    if not reason.strip():
        raise RuleBroken("La levée d’une pièce dit pourquoi.")
    held = Piece.unscoped.filter(service=row, legal_form=row.legal_form, key=key).select_related("file").first()
    if held is not None:
        if held.file is None or not held.file.is_gone:
            raise RuleBroken("Cette pièce est déjà là, ou déjà levée.")
        held.delete()  # the antivirus removed what it held: it is missing, and may be waived as such
        documents.delete(held.file, actor=actor, reason="levée")
    piece = Piece.unscoped.create(
        service=row, legal_form=row.legal_form, key=key, waived_at=timezone.now(), waived_by_id=actor.user_id, waived_for=organisation,
        waived_reason=reason,
    )  # fmt: skip
    telling.of_service(row, f"pièce levée par {organisation.name} : {required.label}", reason=reason)
    record("waive", row, actor, {"piece": key, "basis": required.basis, "has_reason": True})
    return piece


def _require_piece(row: SharedService, key: str) -> RequiredPiece:
    piece = row.form.piece(key) if row.form else None
    if piece is None:
        raise RuleBroken("Cette pièce n’est pas de la forme choisie.")
    return piece


@transaction.atomic
def start_service(service: SharedService, *, actor: Actor) -> SharedService:
    """Go on under the chosen form, once every piece is there or waived; twice is once. Raises: PiecesMissing, MoveRefused."""
    row = lock(service)
    require_alive(row)
    if row.stage == Stage.RUNNING:
        return row
    if missing := missing_pieces(row):
        raise PiecesMissing(f"Il manque : {joined([piece.label for piece in missing])}.")
    row.move_to(Stage.RUNNING)
    row.save(update_fields=["stage", "updated_at"])
    row.agreement = accounts.resume_agreement(row.agreement, actor=actor)
    telling.of_service(row, "en cours, toutes les pièces sont réunies", also=named_from_now(row))
    record("start", row, actor, {"legal_form": row.legal_form})
    return row


# -- the end ----------------------------------------------------------------------------------------------------------
@transaction.atomic
def end_service(service: SharedService, *, reason: str, actor: Actor) -> SharedService:
    """Either CAE breaks it off today; what was logged can still be stated. Raises: MoveRefused, RuleBroken."""
    if not reason.strip():
        raise RuleBroken("La fin d’une convention dit pourquoi.")
    row = lock(service)
    require_alive(row)
    _close(row, on=today(), reason=reason, actor=actor)
    with _said_here():
        accounts.end_agreement(row.agreement, actor=actor)
    return row


@transaction.atomic
def follow_broken_agreement(service: SharedService, *, actor: Actor) -> None:
    """The agreement was broken off from elsewhere (by the coordination): the service ends with it."""
    row = lock(service)
    if row.stage != Stage.ENDED:
        _close(row, on=today(), reason="Convention rompue par la coordination.", actor=actor)


@transaction.atomic
def finish_service(service: SharedService, *, on: date, actor: Actor) -> bool:
    """End a service whose last day is over; False when there is nothing to do."""
    row = lock(service)
    if row.stage == Stage.ENDED or row.ends_on >= on:
        return False
    _close(row, on=row.ends_on, reason="", actor=actor)
    return True


def _close(row: SharedService, *, on: date, reason: str, actor: Actor) -> None:
    people = named_from_now(row)  # before it ends: nothing comes after
    row.move_to(Stage.ENDED)
    row.ended_on, row.end_reason = on, reason
    row.save(update_fields=["stage", "ended_on", "end_reason", "updated_at"])
    telling.of_service(row, "terminée" if reason else "arrivée à son terme", reason=reason, also=people)
    record("end", row, actor, {"has_reason": bool(reason), "ended_on": on})
