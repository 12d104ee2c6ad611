"""A form sent after its session ended is kept until the person has signed in again (product rule: nothing typed is lost).

What was typed waits in the session, for half an hour, and only for the person whose account the browser last showed: a signed cookie says
whose. Files and passwords are not kept. A form without a valid token comes from elsewhere and never gets here: Django refuses it first.
Nobody is signed in, so what one person, and one address, may have kept in an hour has a limit, and the row ends with what it keeps.
"""

import time
from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from hub.core.accounts.adapters import place_of
from hub.core.kit import limits
from hub.core.ui.forms import typed

COOKIE = "hub_last"
COOKIE_AGE = 30 * 24 * 3600
KEY = "hub.kept"
KEPT_SECONDS = 30 * 60
MOST_OF_PERSON, MOST_OF_ADDRESS = 6, 60  # in an hour; a whole cooperative comes from one address
KEPT = "Votre session s’était fermée. Ce que vous avez écrit est gardé une demi-heure : connectez-vous pour l’envoyer."
NOT_KEPT = (
    "Votre session s’était fermée. Ce que vous avez écrit n’a pas été gardé : trop de saisies l’ont été depuis une heure. "
    "Revenez à la page précédente pour copier votre texte, puis connectez-vous."
)


def remember_who(request: HttpRequest, response: HttpResponse) -> None:
    """Note in the browser whose account it showed."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated or _last(request) == str(user.pk):
        return
    response.set_cookie(
        COOKIE, signing.dumps(str(user.pk), salt=COOKIE), max_age=COOKIE_AGE, httponly=True, samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )  # fmt: skip


def _last(request: HttpRequest) -> str:
    try:
        return str(signing.loads(request.COOKIES.get(COOKIE, ""), salt=COOKIE, max_age=COOKIE_AGE))
    except signing.BadSignature:
        return ""


def keep(request: HttpRequest) -> str:
    """Returns: what to tell the person, empty when there was nothing to keep."""
    who, fields = _last(request), typed(request)
    if not (who and fields):
        return ""
    if _is_too_much(who, place_of(request)):
        return NOT_KEPT
    request.session[KEY] = {
        "path": request.get_full_path(),
        "who": who,
        "at": time.time(),
        "fields": fields,
        "files": bool(request.FILES),
    }
    request.session.set_expiry(KEPT_SECONDS)
    return KEPT


def _is_too_much(who: str, address: str) -> bool:
    """The person first: beyond her own limit she takes nothing from that of her address."""
    return (
        limits.count(f"{KEY}:{who}", limits.HOUR) > MOST_OF_PERSON
        or limits.count(f"{KEY}:from:{address}", limits.HOUR) > MOST_OF_ADDRESS
    )  # fmt: skip


def last_as_others(request: HttpRequest) -> None:
    """The session of who signed in ends when all others do, not with what it keeps."""
    if KEY in request.session:
        request.session.set_expiry(None)


def waiting(request: HttpRequest) -> dict[str, Any] | None:
    """What was kept for this person at this address."""
    found: dict[str, Any] | None = request.session.get(KEY)
    if found is None:
        return None
    if found["who"] != str(request.user.pk) or time.time() - found["at"] > KEPT_SECONDS:
        forget(request)
        return None
    return found if found["path"] == request.get_full_path() else None


def forget(request: HttpRequest) -> str:
    """Drop what was kept. Returns: the address it was for."""
    found = request.session.pop(KEY, None)
    return str(found["path"]) if found else settings.LOGIN_REDIRECT_URL
