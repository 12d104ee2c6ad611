"""Decisions and actions are read by the group's people, written by its members; an action is closed by its owner too."""

from datetime import date

from hub.core.accounts.actor import Actor
from hub.core.kit.dates import today
from workgroups.decisions.models import Action, Decision
from workgroups.groups import rules as groups
from workgroups.groups.models import Workgroup


def can_write(actor: Actor, group: Workgroup) -> bool:
    return groups.can_write(actor, group)


def can_withdraw_decision(actor: Actor, group: Workgroup, decision: Decision) -> bool:
    """Whoever facilitates, and who wrote it while she still writes in the group; once."""
    own = decision.written_by_id is not None and decision.written_by_id == actor.user_id
    return decision.withdrawn_at is None and groups.can_write(actor, group) and (own or groups.can_facilitate(actor, group))


def can_close_action(actor: Actor, group: Workgroup, action: Action) -> bool:
    """A member; or the guest who was given it."""
    own = action.owner is not None and action.owner.user_id is not None and action.owner.user_id == actor.user_id
    return groups.can_write(actor, group) or (own and groups.can_see_inside(actor, group))


def not_taken_yet(day: date) -> str:
    """Why a decision cannot bear this date, as a French sentence; empty when it can."""
    return "Une décision se note une fois prise : ce jour n’est pas encore venu." if day > today() else ""


def action_due_too_early(due_on: date | None, given_on: date) -> str:
    """The same for an action given in a meeting of that day."""
    return "Ce jour vient avant celui de la réunion où l’action est donnée." if due_on and due_on < given_on else ""


def due_too_early(due_on: date | None, taken_on: date) -> str:
    """Why what was decided that day cannot be due on this one, as a French sentence; empty when it can."""
    return "Ce jour vient avant celui où la décision est prise." if due_on and due_on < taken_on else ""
