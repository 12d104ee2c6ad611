from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from hub.core.kit.comparing import Piece, pieces

SAID = {"added": ("ins", "ajouté"), "removed": ("del", "retiré")}


def marked(before: str, after: str) -> SafeString:
    """Both texts in one: struck out the words of the first alone, underlined those of the second alone, and said to who listens."""
    return format_html_join("", "{}", ((_marked(piece),) for piece in pieces(before, after)))


def _marked(piece: Piece) -> SafeString:
    if piece.kind == "same":
        return format_html("{}", piece.text)
    tag, word = SAID[piece.kind]
    return format_html('<{0}><span class="vh">[{1}\u00a0: </span>{2}<span class="vh">]</span></{0}>', tag, word, piece.text)
