from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from directory.vocabularies.models import Skill
from hub.core.accounts.actor import Actor
from hub.core.accounts.models import Organisation, User
from hub.core.audit import services as audit
from hub.core.kit.text import counted
from hub.core.notifications import services as notifications
from trainings.catalogue.models import CoursePage
from trainings.sessions import services as sessions
from trainings.sessions.models import TrainingSession
from trainings.sessions.selectors import registrable_people
from trainings.wishes.enums import WishStatus
from trainings.wishes.errors import MoveRefused, VersionConflict, WishRefused
from trainings.wishes.models import Wish
from trainings.wishes.notifications import WishAnswered, WishWaitsAgain
from trainings.wishes.rules import theme_key
from trainings.wishes.selectors import tellable

REOPEN = "wishes.reopen"  # outbox topic
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
    Wish.unscoped.select_for_update(of=("self",)).get(pk=wish.pk)
    return Wish.unscoped.select_related("skill", "organisation", "session__organisation").get(pk=wish.pk)


def _check(organisation: Organisation, need: Need) -> None:
    if need.skill is None and not need.words.strip():
        raise WishRefused("Dites le thème : un mot du Formacode, ou les vôtres.")
    asked = {person.pk for person in need.people}
    if registrable_people(organisation.pk).filter(pk__in=asked).count() != len(asked):
        raise WishRefused(f"Chaque personne nommée est rattachée à {organisation.name}.")
    if len(asked) > need.people_count:
        raise WishRefused(f"{counted(len(asked), 'personne nommée', 'personnes nommées')} : le nombre ne peut pas être plus petit.")


def _write(row: Wish, need: Need) -> None:
    for name in CHANGED:
        setattr(row, name, getattr(need, name))
    row.theme_key = theme_key(need.skill.code if need.skill else "", need.words)


@transaction.atomic
def enter_wish(organisation: Organisation, *, need: Need, key: UUID, actor: Actor) -> Wish:
    """Say what one's CAE needs; the same form sent twice says it once. Raises: WishRefused."""
    if before := Wish.unscoped.filter(key=key, organisation=organisation).first():
        return before
    _check(organisation, need)
    row = Wish(organisation=organisation, key=key, author_id=actor.user_id)
    _write(row, need)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:  # the same form won the race
        if twin := Wish.unscoped.filter(key=key, organisation=organisation).first():
            return twin
        raise WishRefused("Ce formulaire a déjà servi. Ouvrez la page de nouveau.") from None
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
    _write(row, need)
    row.version += 1
    row.save()
    row.people.set(need.people)
    audit.record("trainings.wish.change", row, actor=actor, organisation=row.organisation, data={"version": row.version})
    return row


@transaction.atomic
def withdraw_wish(wish: Wish, *, actor: Actor) -> Wish:
    """Take it out of the census, and forget who it named. Raises: MoveRefused."""
    row = lock(wish)
    row.move_to(WishStatus.WITHDRAWN)
    row.session = None
    row.version += 1
    row.save()
    row.people.clear()
    audit.record("trainings.wish.withdraw", row, actor=actor, organisation=row.organisation)
    return row


@transaction.atomic
def open_session_for(wishes: Iterable[Wish], course: CoursePage, *, actor: Actor, **session_facts: Any) -> TrainingSession:
    """A draft session of a programme, which answers these needs; each CAE is told. Raises: WishRefused when one no longer waits."""
    rows = [lock(wish) for wish in sorted(wishes, key=lambda wish: wish.pk)]
    if any(row.status != WishStatus.OPEN for row in rows):
        raise WishRefused("Un de ces besoins n’attend plus de session : ouvrez la page de nouveau.")
    session = sessions.create_session(course, actor=actor, **session_facts)
    for row in rows:
        row.move_to(WishStatus.PLANNED)
        row.session = session
        row.version += 1
        row.save()
        notifications.send(WishAnswered(row), to=[user for user in tellable([row.organisation_id]) if user.pk != actor.user_id])
    for row in rows:
        audit.record("trainings.wish.plan", row, actor=actor, organisation=row.organisation, data={"session": str(session.pk)})
    return session


@transaction.atomic
def reopen_wishes_of(session: TrainingSession) -> int:
    """A session that will not be held gives back the needs that it answered. Returns how many wait again."""
    found = Wish.unscoped.filter(session=session, status=WishStatus.PLANNED).order_by("pk")
    rows = [lock(wish) for wish in found]
    for row in rows:
        row.move_to(WishStatus.OPEN)
        row.session = None
        row.version += 1
        row.save()
        notifications.send(WishWaitsAgain(row), to=tellable([row.organisation_id]))
    for row in rows:
        audit.record("trainings.wish.reopen", row, actor=Actor.system(), organisation=row.organisation)
    return len(rows)


__all__ = [
    "MoveRefused", "Need", "change_wish", "enter_wish", "open_session_for", "reopen_wishes_of", "withdraw_wish",
]  # fmt: skip
