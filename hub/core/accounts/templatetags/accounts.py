from django import template

register = template.Library()

# In this order: each browser also names those it descends from.
BROWSERS = [
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("Chrom", "Chrome"),
    ("CriOS", "Chrome"),
    ("Safari", "Safari"),
]
SYSTEMS = [
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS", "Mac"), ("CrOS", "Chromebook"), ("Linux", "Linux"),
]  # fmt: skip


def _named(words: str, known: list[tuple[str, str]]) -> str:
    return next((name for mark, name in known if mark in words), "")


@register.filter
def device(user_agent: str) -> str:
    """«Firefox, Windows»: enough to recognise one's own machine; what a browser says of itself is no proof."""
    return ", ".join(filter(None, [_named(user_agent, BROWSERS), _named(user_agent, SYSTEMS)])) or "Appareil inconnu"
