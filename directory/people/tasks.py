from datetime import time, timedelta

from directory.people import services
from hub.core.jobs import registry


@registry.periodic("people.follow_dates", at=time(0, 20), lease=timedelta(minutes=10))
def follow_dates() -> None:
    """Memberships that ended or began today; profiles of those who left long ago."""
    services.follow_everyone()
    services.erase_departed()
