"""What groups needs, and who may enter, count and answer them."""

from uuid import UUID

from hub.core.accounts.actor import Actor
from hub.core.accounts.audiences import FEDERATION
from hub.core.accounts.permissions import Permission
from hub.core.kit.text import fold, one_line
from trainings.wishes.models import Wish


def theme_key(code: str, words: str) -> str:
    """One key for the needs of one theme: «f:22454» for a descriptor, «w:enduits terre» for words, whatever their case and accents."""
    return f"f:{code}" if code else f"w:{' '.join(fold(one_line(words)).replace('-', ' ').split())}"[:140]


def can_enter(actor: Actor) -> bool:
    """Enter, change and withdraw the needs of one's own CAE, a member of the federation; not who registers its people under an agreement."""
    return FEDERATION in actor.audiences and actor.is_staff_of(actor.organisation_id) and actor.can(Permission.TRAINEES_REGISTER)


def can_change(actor: Actor, organisation_id: UUID) -> bool:
    return can_enter(actor) and actor.organisation_id == organisation_id


def can_count(actor: Actor) -> bool:
    """See the needs of the whole federation, by theme: whoever holds sessions in a member of it."""
    return FEDERATION in actor.audiences and actor.can(Permission.SESSION_MANAGE)


def can_ask(actor: Actor) -> bool:
    """Ask another organisation of the federation to hold a session: whoever runs the federation, which has no programme of its own to open."""
    return can_count(actor) and actor.can(Permission.FEDERATION_MANAGE)


def is_asked(actor: Actor, wish: Wish) -> bool:
    """Whether the organisation acted for was asked for a session, which the actor may open or decline."""
    course = wish.asked_course
    return course is not None and course.organisation_id == actor.organisation_id and actor.can(Permission.SESSION_MANAGE)


def can_name(actor: Actor, organisation_id: UUID) -> bool:
    """Read who needs it: the CAE's own team."""
    return can_change(actor, organisation_id)
