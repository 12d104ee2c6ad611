from datetime import timedelta

from directory.sharing import services
from hub.core.jobs import registry


@registry.periodic("sharing.follow_dates", every=timedelta(minutes=15), lease=timedelta(minutes=10))
def follow_dates() -> None:
    """Requests and announcements past their date, services past their term."""
    services.follow_dates()
