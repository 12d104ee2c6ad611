"""Headers that depend on who asks and for what, and a page for what a browser may not do."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.utils.cache import patch_cache_control

from hub.core.ui.errors import method_not_allowed, part_down, part_that_is_down

# Wagtail has no nonces: its date widgets are inline scripts, its rich text editor sets inline styles.
ADMIN_CSP = {"script-src": ["'unsafe-inline'"], "style-src": ["'unsafe-inline'"], "img-src": ["blob:"]}


def admin_csp(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Loosen the content security policy under /admin/ only; keep what a signed-in person sees out of every cache."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if request.path.startswith("/admin/"):
            response._csp_update = ADMIN_CSP  # type: ignore[attr-defined]  # the way in of django-csp 4
        if settings.SESSION_COOKIE_NAME in request.COOKIES and "public" not in response.get("Cache-Control", ""):
            patch_cache_control(response, no_store=True)
        return response

    return middleware


METHODS = ("GET", "HEAD", "POST", "OPTIONS")


def refuse_other_methods(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Pages and forms need no other: a view that tells POST from the rest never takes a DELETE for a visit. Wagtail's admin has its own."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if request.method not in METHODS and not request.path.startswith("/admin/"):
            return HttpResponseNotAllowed(METHODS)
        return get_response(request)

    return middleware


def say_refused_methods(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """An address that takes only forms answers a visit with a sentence instead of nothing."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if response.status_code == 405 and request.method == "GET" and not request.path.startswith("/admin/"):
            return method_not_allowed(request, response.headers.get("Allow", ""))
        return response

    return middleware


class say_parts_down:
    """A part that does not answer is a sentence and a 503, never a page of error."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        error = part_that_is_down(exception)
        return part_down(request, error) if error else None
