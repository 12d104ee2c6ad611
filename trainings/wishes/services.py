from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from directory.vocabularies.models import Skill
from hub.core.accounts.actor import Actor
from hub.core.accounts.models import Organisation, User
from hub.core.accounts.permissions import Permission
from hub.core.accounts.selectors import coordinators, holders
from hub.core.audit import services as audit
from hub.core.kit.dates import today
from hub.core.kit.text import counted, to
from hub.core.kit.twins import once, twin
from hub.core.notifications import services as notifications
from trainings.catalogue.models import CoursePage
from trainings.sessions import services as sessions
from trainings.sessions.models import TrainingSession
from trainings.sessions.selectors import registrable_people
from trainings.wishes.enums import WishStatus
from trainings.wishes.errors import MoveRefused, VersionConflict, WishRefused
from trainings.wishes.models import Wish
from trainings.wishes.notifications import (
    SessionAsked,
    SessionAskedNoMore,
    SessionDeclined,
    SessionPrepared,
    WishAnswered,
    WishWaitsAgain,
    WishWithdrawn,
)
from trainings.wishes.rules import is_asked, theme_key

REOPEN = "wishes.reopen"  # outbox topic
ASKED = ("asked_course", "asked_by", "asked_at", "declined_by", "declined_reason", "declined_at")
CHANGED = ("skill", "words", "people_count", "department_code", "period", "note")


@dataclass(frozen=True)
class Need:
    """What is asked: a descriptor or words, how many people, who among the CAE's own, where, when, in other words."""

    people_count: int
    skill: Skill | None = None
    words: str = ""
    people: Sequence[User] = field(default=())
    department_code: str = ""
    period: str = ""
    note: str = ""


def lock(wish: Wish) -> Wish:
    """The row, held until the transaction ends."""
    Wish.unscoped.select_for_update(of=("self",), no_key=True).get(pk=wish.pk)
    rows = Wish.unscoped.select_related("skill", "organisation", "session__organisation", "asked_by", "asked_course__organisation")
    return rows.get(pk=wish.pk)


def _check(organisation: Organisation, need: Need) -> None:
    if need.skill is None and not need.words.strip():
        raise WishRefused("Dites le thème : un mot du Formacode, ou les vôtres.")
    asked = {person.pk for person in need.people}
    if registrable_people(organisation.pk).filter(pk__in=asked).count() != len(asked):
        raise WishRefused(f"Chaque personne nommée est rattachée {to(organisation.name)}.")
    if len(asked) > need.people_count:
        raise WishRefused(f"{counted(len(asked), 'personne nommée', 'personnes nommées')} : le nombre ne peut pas être plus petit.")


def _key(need: Need) -> str:
    return theme_key(need.skill.code if need.skill else "", need.words)


def _write(row: Wish, need: Need) -> None:
    for name in CHANGED:
        setattr(row, name, getattr(need, name))
    row.theme_key = _key(need)


def _says_the_same(row: Wish, need: Need) -> bool:
    is_same = all(getattr(row, name) == getattr(need, name) for name in CHANGED)
    return is_same and set(row.people.values_list("pk", flat=True)) == {person.pk for person in need.people}


def _told(row: Wish) -> dict[str, Any]:
    """What the trail keeps of a need: neither its note, which is free, nor whom it names."""
    return {"theme": row.theme_key, "people_count": row.people_count, "department_code": row.department_code, "period": row.period}


def _spare(rows: Iterable[Wish], *, actor: Actor) -> None:
    """Tell each body asked for these needs, before they forget it, that it is so no more; nobody is told of what she does herself."""
    asked: dict[CoursePage, list[Wish]] = defaultdict(list)
    for row in rows:
        if row.asked_course is not None:
            asked[row.asked_course].append(row)
    for course, some in asked.items():
        people = holders(Permission.SESSION_MANAGE, [course.organisation_id])
        notifications.send(SessionAskedNoMore(tuple(some), course), to=[user for user in people if user.pk != actor.user_id])


def _spare_others(rows: Iterable[Wish], course: CoursePage, *, actor: Actor) -> None:
    """The bodies that have nothing to prepare any more: that of this programme has, on whichever of its own it was asked before."""
    _spare([row for row in rows if row.asked_course and row.asked_course.organisation_id != course.organisation_id], actor=actor)


@transaction.atomic
def enter_wish(organisation: Organisation, *, need: Need, key: UUID, actor: Actor) -> Wish:
    """Say what one's CAE needs; the same form sent twice with the same words says it once. Raises: WishRefused."""

    def find() -> tuple[Wish | None, UUID | None]:
        return twin(
            key, (organisation.pk, need), rows=lambda one: Wish.unscoped.filter(key=one),
            is_same=lambda row: (row.organisation_id, row.status) == (organisation.pk, WishStatus.OPEN) and _says_the_same(row, need),
        )  # fmt: skip

    def write(free: UUID) -> Wish:
        _check(organisation, need)
        row = Wish(organisation=organisation, key=free, author_id=actor.user_id)
        _write(row, need)
        row.save(force_insert=True)
        return row

    row, is_new = once(find, write)
    if not is_new:
        return row
    row.people.set(need.people)
    audit.record("trainings.wish.enter", row, actor=actor, organisation=organisation, data={"people_count": row.people_count})
    return row


@transaction.atomic
def change_wish(wish: Wish, *, need: Need, version: int, actor: Actor) -> Wish:
    """Raises: VersionConflict; WishRefused when it no longer waits."""
    row = lock(wish)
    if row.version != version:
        raise VersionConflict
    if row.status != WishStatus.OPEN:
        raise WishRefused("Ce besoin n’attend plus de session : entrez-en un nouveau.")
    _check(row.organisation, need)
    before = _told(row)
    if (row.theme_key, row.people_count) != (_key(need), need.people_count):
        _spare([row], actor=actor)  # what was asked of a body was another need
        row.ask()
    _write(row, need)
    row.version += 1
    row.save()
    row.people.set(need.people)
    data = {"version": row.version, "before": before, "after": _told(row)}
    audit.record("trainings.wish.change", row, actor=actor, organisation=row.organisation, data=data)
    return row


@transaction.atomic
def withdraw_wish(wish: Wish, *, actor: Actor) -> Wish:
    """Take it out of the census, and forget who it named. Raises: MoveRefused."""
    row = lock(wish)
    before, session = row.status, row.session
    _spare([row], actor=actor)
    row.move_to(WishStatus.WITHDRAWN)
    if session is not None and not session.is_over_on(today()):
        people = holders(Permission.SESSION_MANAGE, [session.organisation_id])
        notifications.send(WishWithdrawn(row, session), to=[user for user in people if user.pk != actor.user_id])
    row.session = None
    row.version += 1
    row.save()
    row.people.clear()
    audit.record("trainings.wish.withdraw", row, actor=actor, organisation=row.organisation, data={"before": before, "after": row.status})
    return row


def _moved(before: WishStatus, row: Wish, session: TrainingSession) -> dict[str, str]:
    return {"before": before, "after": row.status, "session": str(session.pk)}


@transaction.atomic
def open_session_for(wishes: Iterable[Wish], course: CoursePage, *, actor: Actor, **session_facts: Any) -> TrainingSession:
    """A draft session of a programme, which answers these needs; each CAE is told. Raises: WishRefused when one no longer waits."""
    rows = [lock(wish) for wish in sorted(wishes, key=lambda wish: wish.pk)]
    if any(row.status != WishStatus.OPEN for row in rows):
        raise WishRefused("Un de ces besoins n’attend plus de session : ouvrez la page de nouveau.")
    session = sessions.create_session(course, actor=actor, **session_facts)
    _spare_others(rows, course, actor=actor)
    for row in rows:
        row.move_to(WishStatus.PLANNED)
        row.session = session
        row.version += 1
        row.save()
        notifications.send(
            WishAnswered(row),
            to=[user for user in holders(Permission.TRAINEES_REGISTER, [row.organisation_id]) if user.pk != actor.user_id],
        )
    if asked := [row for row in rows if row.asked_at]:
        notifications.send(SessionPrepared(tuple(asked), session), to=[user for user in coordinators() if user.pk != actor.user_id])
    for row in rows:
        audit.record("trainings.wish.plan", row, actor=actor, organisation=row.organisation, data=_moved(WishStatus.OPEN, row, session))
    return session


@transaction.atomic
def ask_session(wishes: Iterable[Wish], course: CoursePage, *, actor: Actor) -> list[Wish]:
    """Ask the organisation of a published programme for a session that answers these needs; asked of another one before, they are so no more.

    Those for which it was asked already, and has not answered, are asked no second time. Returns the others.
    Raises: WishRefused when one no longer waits, when nobody there holds sessions, or when all were asked for already.
    """
    rows = [lock(wish) for wish in sorted(wishes, key=lambda wish: wish.pk)]
    if any(row.status != WishStatus.OPEN for row in rows):
        raise WishRefused("Un de ces besoins n’attend plus de session : ouvrez la page de nouveau.")
    people = holders(Permission.SESSION_MANAGE, [course.organisation_id])
    if not people:
        raise WishRefused(f"Personne ne tient de sessions dans le hub pour {course.organisation.name} : choisissez un autre organisme.")
    rows = [row for row in rows if row.asked_course_id != course.pk]
    if not rows:
        raise WishRefused(f"{course.organisation.name} a déjà cette demande et n’a pas encore répondu.")
    now, before = timezone.now(), {row.pk: row.asked_course for row in rows}
    _spare_others(rows, course, actor=actor)
    for row in rows:
        row.ask(course, actor.user_id, now)
        row.save(update_fields=[*ASKED, "updated_at"])
    notifications.send(SessionAsked(tuple(rows), course), to=people)
    for row in rows:
        last = before[row.pk]
        data = {"before": last.public_id if last else None, "after": course.public_id, "provider": course.organisation_id}
        audit.record("trainings.wish.ask", row, actor=actor, organisation=row.organisation, data=data)
    return rows


@transaction.atomic
def unask_session(wishes: Iterable[Wish], *, actor: Actor) -> list[Wish]:
    """Take back what was asked and is not answered; the body is told that it has nothing to prepare. Twice is once: returns those taken back."""
    held = [lock(wish) for wish in sorted(wishes, key=lambda wish: wish.pk)]
    rows = [row for row in held if row.status == WishStatus.OPEN and row.asked_course is not None]
    asked = {row.pk: row.asked_course.public_id for row in rows if row.asked_course}
    _spare(rows, actor=actor)
    for row in rows:
        row.ask()
        row.save(update_fields=[*ASKED, "updated_at"])
    for row in rows:
        data = {"before": asked[row.pk], "after": None}
        audit.record("trainings.wish.unask", row, actor=actor, organisation=row.organisation, data=data)
    return rows


@transaction.atomic
def decline_session(wishes: Iterable[Wish], *, reason: str, actor: Actor) -> list[Wish]:
    """Say that the organisation acted for will not hold it; the needs wait as before, and who coordinates today is told why. Twice is once."""
    held = [lock(wish) for wish in sorted(wishes, key=lambda wish: wish.pk)]
    rows = [row for row in held if row.status == WishStatus.OPEN and is_asked(actor, row)]
    now, asked = timezone.now(), {row.pk: row.asked_course.public_id for row in rows if row.asked_course}
    for row in rows:
        if course := row.asked_course:
            row.decline(course.organisation, reason, now)
            row.save(update_fields=[*ASKED, "updated_at"])
            if row is rows[0]:
                notifications.send(SessionDeclined(row, course, reason), to=coordinators())
    for row in rows:
        audit.record(
            "trainings.wish.decline",
            row,
            actor=actor,
            organisation=row.organisation,
            data={"before": asked[row.pk], "after": None, "has_reason": bool(reason)},
        )
    return rows


@transaction.atomic
def reopen_wishes_of(session: TrainingSession) -> int:
    """A session that will not be held gives back the needs that it answered; who had asked for it is told why. Returns how many wait again."""
    found = Wish.unscoped.filter(session=session, status=WishStatus.PLANNED).order_by("pk")
    rows = [lock(wish) for wish in found]
    asked, at = [row for row in rows if row.asked_at], session.cancelled_at or timezone.now()
    for row in rows:
        row.move_to(WishStatus.OPEN)
        if row in asked:
            row.decline(session.organisation, session.cancellation_reason, at)
        row.session = None
        row.version += 1
        row.save()
        notifications.send(WishWaitsAgain(row), to=holders(Permission.TRAINEES_REGISTER, [row.organisation_id]))
    if asked:
        notifications.send(SessionDeclined(asked[0], session.course, session.cancellation_reason, is_cancelled=True), to=coordinators())
    for row in rows:
        data = _moved(WishStatus.PLANNED, row, session)
        audit.record("trainings.wish.reopen", row, actor=Actor.system(), organisation=row.organisation, data=data)
    return len(rows)


__all__ = [
    "MoveRefused", "Need", "ask_session", "change_wish", "decline_session", "enter_wish", "open_session_for", "reopen_wishes_of", "unask_session",
    "withdraw_wish",
]  # fmt: skip
