"""The pages of what went wrong, in the hub's voice; none of them can fail in its turn."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import get_template

from hub.core.ui.forms import typed


class PartIsDown(Exception):
    """A part that the hub needs for this request does not answer (files, mail). Subclasses say which in `sentence`, French, for the person."""

    sentence = "Une partie du hub ne répond pas pour le moment."


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Without the request: a forged host or a broken form may be what makes it unreadable."""
    return HttpResponse(get_template("400.html").render(), status=400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "403.html", status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The same words whatever was asked: a thing that is hidden and a thing that is not there read alike."""
    return render(request, "404.html", status=404)


def method_not_allowed(request: HttpRequest, allowed: str) -> HttpResponse:
    response = render(request, "405.html", status=405)
    response["Allow"] = allowed
    return response


def part_down(request: HttpRequest, error: PartIsDown) -> HttpResponse:
    """What was typed comes back with a button that sends it again; files are to be chosen anew, secrets typed anew."""
    fields = typed(request) if request.method == "POST" else []
    context = {"sentence": error.sentence, "fields": fields, "path": request.get_full_path(), "has_files": bool(request.FILES)}
    response = render(request, "503_part.html", context, status=503)
    response["Retry-After"] = "60"
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    return HttpResponse(get_template("500.html").render(), status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return render(request, "403_csrf.html", {"fields": typed(request)}, status=403)
