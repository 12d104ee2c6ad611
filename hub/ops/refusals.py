"""What the site's gate answers by itself: before the application, and whatever becomes of it."""

from html import escape

Headers = list[tuple[str, str]]
BACK = "Revenez à la page précédente : ce que vous y aviez écrit y est encore, le fichier est à choisir de nouveau."
SAFE: Headers = [
    ("Connection", "close"),
    ("Cache-Control", "no-store"),
    (
        "Content-Security-Policy",
        "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "same-origin"),
]
PAGE = """<!doctype html>
<html lang="fr">
<head>
<meta charset="utf-8">
<title>{title} – Hub inter-CAE</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<link rel="icon" href="/static/ui/mark.svg" type="image/svg+xml">
<link rel="stylesheet" href="/static/ui/hub.css">
</head>
<body>
<header class="head"><div class="band"><div class="wrap"></div></div><div class="wrap head__in"><a class="brand" href="/">Hub inter-CAE</a></div></header>
<main class="wrap"><div class="title"><h1>{title}</h1></div>
<div class="stack"><p>{sentence}</p>
{way}</div></main>
</body>
</html>
"""


class Refused(Exception):
    """Args: status; a sentence; a title for the page that says it."""

    def __init__(self, status: int, sentence: str, title: str) -> None:
        super().__init__(status, sentence, title)
        self.status, self.sentence, self.title = status, sentence, title

    def said(self, accept: str, method: str) -> tuple[Headers, str]:
        """Returns: headers and body; a page for who reads pages, the sentence for others."""
        headers = [*SAFE, ("Retry-After", "30")] if self.status == 503 else SAFE
        if "text/html" not in accept:
            return [("Content-Type", "text/plain; charset=utf-8"), *headers], self.sentence
        way = '<p><a href="/">Aller à l’accueil</a></p>' if method in {"GET", "HEAD"} else f"<p>{BACK}</p>"
        return [("Content-Type", "text/html; charset=utf-8"), *headers], PAGE.format(
            title=self.title, sentence=escape(self.sentence), way=way
        )
