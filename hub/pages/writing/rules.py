"""Who writes, changes and moderates what members write for each other."""

from hub.core.accounts.actor import Actor
from hub.core.accounts.audiences import FEDERATION
from hub.core.accounts.permissions import Permission
from hub.pages.writing.enums import Writers
from hub.pages.writing.models import WrittenPage
from workgroups.groups.models import groups_run_by, own_group_ids


def can_take_part(actor: Actor) -> bool:
    """Write, answer, mark, register: in one's own name, never for a CAE that one serves under an agreement."""
    return actor.user_id is not None and actor.agreement_id is None and FEDERATION in actor.audiences


def can_create(actor: Actor, model: type[WrittenPage]) -> bool:
    if not can_take_part(actor):
        return False
    match model.writers:
        case Writers.EVERYONE:
            return True
        case Writers.TEAM:
            return actor.is_staff_of(actor.organisation_id)
        case Writers.NEWSROOM:
            return _coordinates(actor) or bool(groups_run_by(actor))


def _coordinates(actor: Actor) -> bool:
    return actor.is_coordinator and actor.can(Permission.FEDERATION_MANAGE)


def can_edit(actor: Actor, page: WrittenPage) -> bool:
    """Her own while she belongs to the group or organisation that signs it; a team's page is the team's, a group's also of whoever runs it."""
    if not can_take_part(actor):
        return False
    is_hers, is_everyone_s = page.author_id == actor.user_id, page.writers == Writers.EVERYONE
    if page.workgroup_id is not None:
        stays = is_hers and page.workgroup_id in own_group_ids(actor)
        return stays or (not is_everyone_s and page.workgroup_id in groups_run_by(actor))
    if page.organisation_id != actor.organisation_id:
        return False
    return is_hers if is_everyone_s else actor.is_staff_of(page.organisation_id)


def can_moderate(actor: Actor, page: WrittenPage) -> bool:
    """The coordinator, of what she may read; inside a group, whoever runs it."""
    if page.audience.startswith("workgroup:"):
        return page.workgroup_id in groups_run_by(actor)
    return _coordinates(actor) and page.audience in actor.audiences
