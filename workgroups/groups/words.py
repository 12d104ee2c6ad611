"""Two texts compared in words, marked so that one hears and sees what was taken out and what was put in."""

from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from wagtail.admin.compare import diff_text

TAGS = {"addition": "ins", "deletion": "del", "equal": "span"}


def marked(before: str, after: str) -> SafeString:
    """The words of both texts: struck out those of the first alone, underlined those of the second alone."""
    changes = [(TAGS[kind], kind, words, TAGS[kind]) for kind, words in diff_text(before, after).changes]
    return format_html_join("", '<{} class="{}">{}</{}>', changes)
