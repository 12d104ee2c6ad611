"""Shared services between CAEs, with good defaults."""

from datetime import timedelta

from directory.sharing import services
from directory.sharing.enums import AnnouncementKind
from directory.sharing.models import Announcement
from directory.sharing.selectors.inventory import Declared
from hub.core.accounts.models import Organisation
from hub.core.kit.dates import today
from tests.builders.accounts import SYSTEM, make_member


def make_announcement(
    organisation: Organisation | None = None, *, kind: str = "offer", function: str = "gestion_sociale", quantity: str = "2 j par mois",
    ends_in: int = 60, **facts,
) -> Announcement:  # fmt: skip
    facts = {"details": "", "hourly_cost_cents": 3480 if kind == "offer" else None, "actor": SYSTEM} | facts
    return services.publish_announcement(
        organisation or make_member(), kind=AnnouncementKind(kind), function=function, quantity=quantity,
        expires_on=today() + timedelta(days=ends_in), **facts,
    )  # fmt: skip


def declare(organisation: Organisation, *lines: Declared, version: int = 0, actor=SYSTEM):
    return services.declare_inventory(organisation, lines=lines, version=version, actor=actor)
