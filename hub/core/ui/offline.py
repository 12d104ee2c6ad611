"""Pages that the browser of a signed-in person may keep, to open them without network (docs/decisions/0018-offline-sheet.md)."""

from datetime import datetime
from uuid import UUID

from django.http import HttpResponse
from django.utils.crypto import salted_hmac

HEADER = "Hub-Keep"  # without it no page is kept


def device_key(user_id: UUID | None) -> str:
    """16 hexadecimal digits that tell one account from another in a browser and say nothing else; empty for nobody."""
    return salted_hmac("hub.offline", str(user_id)).hexdigest()[:16] if user_id else ""


def let_keep(response: HttpResponse, user_id: UUID | None, until: datetime) -> None:
    """«key seconds»: for whom, and the moment (Unix time) from which the browser shows it no more."""
    response[HEADER] = f"{device_key(user_id)} {int(until.timestamp())}"
