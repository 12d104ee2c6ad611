from datetime import timedelta
from typing import Any

from directory.sharing import services
from directory.sharing.models import Statement
from hub.core.jobs.services import registry


@registry.periodic("sharing.follow_dates", every=timedelta(minutes=15), lease=timedelta(minutes=10))
def follow_dates() -> None:
    """Requests and announcements past their date, services past their term."""
    services.follow_dates()
    services.establish_missing_papers()


@registry.handler(services.PAPER_TOPIC)
def establish_paper(payload: dict[str, Any]) -> None:
    """An accepted statement gets its paper; papers are typeset outside the transaction that accepts."""
    statement = Statement.unscoped.filter(pk=payload["statement"]).first()
    if statement is not None:
        services.establish_paper(statement)
