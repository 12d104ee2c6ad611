"""From a kind to the words of a mail, and from words to a message. Plain text is written first; the HTML says the same."""

import re
from functools import lru_cache
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template import loader
from django.template.base import Template
from django.template.context import Context
from django.template.loader import render_to_string
from django.urls import reverse

from hub.core.kit.icalendar import MEDIA_TYPE
from hub.core.kit.text import typo
from hub.core.notifications.kinds import NotificationKind
from hub.core.notifications.models import Mail

_LINK = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)]")


def absolute(url: str) -> str:
    """A path of the hub as a full address; an address of the hub stays; any other leads home."""
    base = settings.WAGTAILADMIN_BASE_URL
    if url.startswith("/") and not url.startswith(("//", "/\\")):
        return base + url
    return url if url.startswith(f"{base}/") else f"{base}/"


def body(kind: NotificationKind) -> str:
    """The text of the mail: the template of the kind between a greeting and the foot; nothing is escaped, plain text has no markup."""
    link = absolute(kind.url()) if kind.url() else ""
    words = _plain(kind.template, {"kind": kind, "link": link})
    foot = {"settings_url": absolute(reverse("notifications:preferences")) if kind.is_choosable else "", "kind": kind}
    text = _plain("notifications/mail.txt", {"words": words.strip(), "link": link, **foot})
    return re.sub(r"\n{3,}", "\n\n", text.replace("\x00", "")).strip() + "\n"


def message(mail: Mail) -> EmailMultiAlternatives:
    """What is handed to the mail server. The same letter has the same Message-ID, so that a double is seen as one."""
    host = urlsplit(settings.WAGTAILADMIN_BASE_URL).hostname or "localhost"
    headers = {
        "Message-ID": f"<{mail.pk}@{host}>",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "Content-Language": "fr",
    }
    letter = EmailMultiAlternatives(mail.subject, mail.body, to=[mail.address], headers=headers)
    letter.attach_alternative(_html(mail), "text/html")
    if mail.calendar:
        letter.attach("rendez-vous.ics", mail.calendar.encode(), f"{MEDIA_TYPE}; charset=utf-8")  # bytes: its CRLF are kept
    return letter


def _html(mail: Mail) -> str:
    """The paragraphs of the text, each cut into words and links; the template escapes all of it."""
    blocks = [[_pieces(line) for line in block.split("\n")] for block in mail.body.strip().split("\n\n")]
    return render_to_string("notifications/mail.html", {"subject": mail.subject, "paragraphs": blocks})


def _pieces(line: str) -> list[dict[str, str]]:
    pieces, end = [], 0
    for found in _LINK.finditer(line):
        pieces += [{"text": line[end : found.start()]}, {"link": found[0]}]
        end = found.end()
    return [piece for piece in [*pieces, {"text": line[end:]}] if any(piece.values())]


def _plain(name: str, values: dict[str, object]) -> str:
    return typo_lines(_template(name).render(Context(values, autoescape=False)))


def typo_lines(text: str) -> str:
    """French spaces in the words, addresses left alone."""
    return "\n".join(line if "://" in line else typo(line) for line in text.splitlines())


@lru_cache(maxsize=64)
def _template(name: str) -> Template:
    return loader.get_template(name).template  # type: ignore[attr-defined]  # of the Django engine
