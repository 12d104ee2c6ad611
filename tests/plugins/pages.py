"""Keeps a copy of every page and paper that the tests are served, so that bin/test can check them all in one batch.

Two pages with the same markup (text, numbers and ids apart) are one, and a few forms of one address say what its hundred filters say again.
Wagtail's admin is left out: its markup is not ours.
"""

import hashlib
import os
import re
from collections import Counter
from pathlib import Path

import pytest
from django.core.handlers.base import BaseHandler
from django.http import HttpRequest
from django.http.response import HttpResponseBase

CACHE = Path(__file__).resolve().parents[2] / ".cache"
_TEXT = re.compile(r">[^<]+<")
# What somebody typed comes back as it was, whatever it was: it says nothing of our markup.
_TYPED = re.compile(r'(<input (?=[^>]*type="(?:text|search|number|date|time|datetime-local|email|url|tel)")[^>]*?) value="[^"]*"')
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f]")
_NUMBERED = re.compile(r"\b[a-zA-Z_-]*+\d[\w-]*")  # looked for first: the words of markup without a figure are most of a page
_CHANGING = re.compile(r"\b[0-9a-f]{16}\b|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}|[\w-]{64}|\d+")
FORMS = 3  # kept of one address and status by one process; tests/tools/ci/html.py takes as many of all of them
_seen: set[str] = set()
_forms: Counter[str] = Counter()


@pytest.fixture(autouse=True, scope="session")
def _keep_pages() -> object:
    get_response = BaseHandler.get_response

    def keeping(self: BaseHandler, request: HttpRequest) -> HttpResponseBase:
        response = get_response(self, request)
        if not response.streaming and not request.path.startswith("/admin/"):
            kind = response.headers.get("Content-Type", "").partition(";")[0]
            content = response.content  # type: ignore[attr-defined]
            if kind == "text/html" and content and not response.headers.get("Content-Encoding"):
                _keep_page(request, response.status_code, content.decode())
            elif kind == "application/pdf" and b"pdfuaid" in content:
                _write(CACHE / "pdf" / f"{hashlib.sha256(content).hexdigest()[:16]}.pdf", content)
        return response

    patch = pytest.MonkeyPatch()
    patch.setattr(BaseHandler, "get_response", keeping)
    yield
    patch.undo()


def _keep_page(request: HttpRequest, status: int, html: str) -> None:
    if "<html" not in html:  # a fragment, checked as a part of the page that asks for it
        return
    place = re.sub(r"\W+", "-", _without_numbers(request.path)).strip("-")[:60] or "accueil"
    name = f"{place}--{status}"
    if _forms[name] == FORMS:
        return
    html = _UNPRINTABLE.sub("", _TYPED.sub(r'\1 value=""', html))
    form = _without_numbers(_TEXT.sub("><", html))
    digest = hashlib.sha256(form.encode()).hexdigest()[:12]
    if digest in _seen:
        return
    _seen.add(digest)
    _forms[name] += 1
    _write(CACHE / "html" / f"{name}-{digest}.html", html.encode())


def _without_numbers(markup: str) -> str:
    return _NUMBERED.sub(lambda word: _CHANGING.sub("0", word[0]), markup)


def _write(path: Path, content: bytes) -> None:
    """Only under bin/test, which makes the folder; several processes may write the same page."""
    if path.parent.is_dir() and not path.exists():
        draft = path.with_name(f".{path.name}.{os.getpid()}")
        draft.write_bytes(content)
        draft.replace(path)
