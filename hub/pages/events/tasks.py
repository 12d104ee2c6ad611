from datetime import time, timedelta

from hub.core.accounts.actor import Actor
from hub.core.jobs.services import registry
from hub.core.kit.dates import today
from hub.pages.events import services


@registry.periodic("events.remind", at=time(7, 0), lease=timedelta(minutes=10))
def remind() -> None:
    services.give_places_on(Actor.system())
    services.remind(today())
