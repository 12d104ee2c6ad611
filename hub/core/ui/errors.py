"""The pages of what went wrong, in the hub's voice; none of them can fail in its turn."""

import errno
import logging
import sys

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template.loader import get_template

from hub.core.kit.text import FIXED
from hub.core.ui.forms import typed

logger = logging.getLogger(__name__)


class PartIsDown(Exception):
    """A part that the hub needs for this request does not answer (files, mail). Subclasses say which in `sentence`, French, for the person."""

    sentence = "Une partie du hub ne répond pas pour le moment."


class DiskIsFull(PartIsDown):
    """The database or a file could not be written for want of room, or because the disk takes nothing more."""

    sentence = "Le disque du hub est plein ou ne répond plus : rien ne s’enregistre pour le moment. Prévenez la coordination."


class DatabaseIsAway(PartIsDown):
    """Nothing can be read either: its page is made without asking who is there."""

    sentence = "La base de données du hub ne répond pas : rien ne se lit ni ne s’enregistre pour le moment. Réessayez dans une minute."


class DatabaseIsBusy(PartIsDown):
    """Others held what was asked for too long, or each waited for the other: nothing of it was kept, and the next try may pass."""

    sentence = "Le hub est trop occupé : rien n’a été enregistré. Réessayez dans un instant."


FULL = {errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS}
FULL_WORDS = ("disk is full", "disk I/O error", "readonly database")  # of SQLite
FULL_STATE = "53100"  # of PostgreSQL: disk_full
AWAY_STATES = ("08", "53300", "57P01", "57P02", "57P03")  # of PostgreSQL: connection exceptions, too many; stopped, crashed, starting
AWAY_WORDS = "unable to open database file"  # of SQLite
BUSY_STATES = {"40001", "40P01", "55P03", "57014"}  # of PostgreSQL: serialization, deadlock; a lock, a statement that lasts too long
BUSY_WORDS = "database is locked"  # of SQLite


def part_that_is_down(error: BaseException | None) -> PartIsDown | None:
    """What a part that does not answer, or a disk that is full, makes of an error; None for all others."""
    if isinstance(error, PartIsDown):
        return error
    if isinstance(error, OperationalError | InterfaceError) and _is_away(error):
        logger.error("la base de données ne répond pas : %s", error)
        return DatabaseIsAway()
    if isinstance(error, OperationalError) and _is_busy(error):
        logger.error("la base de données est trop occupée", exc_info=error)  # where: two who wait for each other are a fault of ours
        return DatabaseIsBusy()
    is_full = isinstance(error, OSError) and error.errno in FULL
    if isinstance(error, DatabaseError):
        is_full = any(words in str(error) for words in FULL_WORDS) or getattr(error.__cause__, "sqlstate", "") == FULL_STATE
    if is_full:
        logger.error("disque plein ou en panne : %s", error)
    return DiskIsFull() if is_full else None


def _is_away(error: BaseException) -> bool:
    """Who never reached PostgreSQL, or lost it on the way, has no state from it; a lock or a statement that lasts too long has its own."""
    state = getattr(error.__cause__, "sqlstate", "")
    return state is None or state.startswith(AWAY_STATES) or AWAY_WORDS in str(error)


def _is_busy(error: BaseException) -> bool:
    return getattr(error.__cause__, "sqlstate", "") in BUSY_STATES or BUSY_WORDS in str(error)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Of the request only its method: a forged host or a broken form may be what makes it unreadable."""
    if request.method == "POST" and (sentence := _too_large(exception)):
        return HttpResponse(get_template("413.html").render({"sentence": sentence}), status=413)
    return HttpResponse(get_template("400.html").render(), status=400)


def _too_large(error: Exception | None) -> str:
    """What is too large in a form, when that is what Django refused."""
    if isinstance(error, RequestDataTooBig):
        most = f"{settings.DATA_UPLOAD_MAX_MEMORY_SIZE / 2**20:.1f}".replace(".", ",")
        return f"Son texte dépasse {most}{FIXED}Mo, sans compter les fichiers joints."
    if isinstance(error, TooManyFieldsSent):
        return f"Il a plus de {settings.DATA_UPLOAD_MAX_NUMBER_FIELDS} champs."
    if isinstance(error, TooManyFilesSent):
        return f"Il a plus de {settings.DATA_UPLOAD_MAX_NUMBER_FILES} fichiers."
    return ""


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "403.html", {"fields": _sent(request)}, status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The same words whatever was asked: a thing that is hidden and a thing that is not there read alike."""
    return render(request, "404.html", {"fields": _sent(request)}, status=404)


def _sent(request: HttpRequest) -> list[tuple[str, str]]:
    """What was typed about a thing that closed or went meanwhile. Where no view was found no token was checked: nothing is repeated."""
    is_ours = request.method == "POST" and getattr(request, "resolver_match", None) is not None
    return typed(request) if is_ours else []


def method_not_allowed(request: HttpRequest, allowed: str) -> HttpResponse:
    response = render(request, "405.html", status=405)
    response["Allow"] = allowed
    return response


def part_down(request: HttpRequest, error: PartIsDown) -> HttpResponse:
    """What was typed comes back with a button that sends it again; files are to be chosen anew, secrets typed anew."""
    fields = typed(request) if request.method == "POST" else []
    context = {"sentence": error.sentence, "fields": fields, "path": request.get_full_path(), "has_files": bool(request.FILES)}
    if isinstance(error, DatabaseIsAway | DatabaseIsBusy):  # who is there would be asked of it
        page = get_template("503_part.html").render(context | {"csrf_token": get_token(request)})
        response = HttpResponse(page, status=503)
    else:
        response = render(request, "503_part.html", context, status=503)
    response["Retry-After"] = "60"
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """Also for what happens outside of a view: a session that cannot be kept on a disk that is full."""
    if error := part_that_is_down(sys.exc_info()[1]):
        return part_down(request, error)
    return HttpResponse(get_template("500.html").render(), status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return render(request, "403_csrf.html", {"fields": typed(request)}, status=403)
