"""Needs of CAEs, with good defaults."""

from hub.core.accounts.models import Organisation
from hub.core.kit.identifiers import uuid7
from tests.builders.accounts import make_actor, make_member
from tests.builders.kept import kept
from trainings.wishes import services
from trainings.wishes.models import Wish
from trainings.wishes.services import Need


@kept
def make_wish(
    organisation: Organisation | None = None, *, words: str = "Enduits terre", people_count: int = 3, actor=None, **facts
) -> Wish:
    organisation = organisation or make_member()
    need = Need(people_count=people_count, words="" if facts.get("skill") else words, **facts)
    return services.enter_wish(organisation, need=need, key=uuid7(), actor=actor or make_actor(organisation, "advisor"))
