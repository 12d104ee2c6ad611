from collections.abc import Iterable

from django.db import transaction

from directory.sharing import reference
from directory.sharing.enums import AnnouncementKind, Practice
from directory.sharing.errors import RuleBroken, VersionConflict
from directory.sharing.models import Inventory, InventoryLine
from directory.sharing.selectors.inventory import Declared
from directory.sharing.services.announcements import follow_words
from hub.core.accounts.actor import Actor
from hub.core.accounts.models import Organisation
from hub.core.audit import services as audit
from hub.core.kit.dates import today


@transaction.atomic
def declare_inventory(organisation: Organisation, *, lines: Iterable[Declared], version: int, actor: Actor) -> Inventory:
    """Replace what a CAE says of its functions; its words on offers and needs publish, change or withdraw the announcements.

    Raises: VersionConflict when somebody declared meanwhile; RuleBroken for a function that the file does not know.
    """
    whole, _ = Inventory.unscoped.select_for_update(of=("self",), no_key=True).get_or_create(
        organisation=organisation, defaults={"declared_on": today(), "declared_by_id": actor.user_id}
    )
    if whole.version != version:
        raise VersionConflict
    for line in lines:
        if line.function not in reference.functions():
            raise RuleBroken(f"La fonction « {line.function} » n’est pas dans l’inventaire.")
        _keep(organisation, line)
        follow_words(organisation, kind=AnnouncementKind.NEED, function=line.function, words=line.needs, actor=actor)
        follow_words(organisation, kind=AnnouncementKind.OFFER, function=line.function, words=line.offers, actor=actor)
    whole.version += 1
    whole.declared_on, whole.declared_by_id = today(), actor.user_id
    whole.save()
    audit.record("sharing.inventory.declare", whole, actor=actor, organisation=organisation, data={"version": whole.version})
    return whole


def _keep(organisation: Organisation, line: Declared) -> None:
    held = line.practice == Practice.HELD
    facts = {
        "practice": line.practice,
        "people_count": line.people_count if held else None,
        "fte_hundredths": line.fte_hundredths if held else None,
        "has_stand_in": line.has_stand_in and held,
    }
    InventoryLine.unscoped.update_or_create(organisation=organisation, function=line.function, defaults=facts)
