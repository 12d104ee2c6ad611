"""Pages as an Atom feed (RFC 4287). Authors are organisations and groups: a feed is copied far from here, so it names no person."""

import re
from collections.abc import Iterable

from django.http import HttpRequest, HttpResponse
from django.utils.feedgenerator import Atom1Feed

from hub.core.kit.text import typo
from hub.pages.writing.models import WrittenPage

LONGEST = 1_000
# what XML 1.0 does not hold
_IMPOSSIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


def plain(text: str) -> str:
    return _IMPOSSIBLE.sub("", typo(text))


def feed_response(request: HttpRequest, title: str, path: str, pages: Iterable[WrittenPage]) -> HttpResponse:
    """One entry per page: its title, its address, the beginning of its text. Entries keep their identifier (the page's) for ever."""
    link = request.build_absolute_uri(path)
    feed = Atom1Feed(title=title, link=link, description="", language="fr", feed_url=None, feed_guid=link)
    for page in pages:
        feed.add_item(
            title=plain(page.title), link=request.build_absolute_uri(page.get_absolute_url()), description=plain(page.body)[:LONGEST],
            unique_id=f"urn:uuid:{page.public_id}", author_name=plain(page.signature) or "Hub inter-CAE",
            pubdate=page.first_published_at, updateddate=page.last_published_at or page.first_published_at,
            categories=[page.theme_label] if page.theme else (),
        )  # fmt: skip
    response = HttpResponse(feed.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")
    response["Cache-Control"] = "private, no-cache"
    return response
