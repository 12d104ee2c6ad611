"""Who says that an organisation uses a resource."""

from hub.core.accounts.actor import Actor
from hub.pages.library.models import ResourcePage
from hub.pages.writing import rules as writing


def can_say_use(actor: Actor, page: ResourcePage) -> bool:
    """The team of an organisation, for that one; of a resource that is read now."""
    return page.live and writing.can_take_part(actor) and actor.is_staff_of(actor.organisation_id)
