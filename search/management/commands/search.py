import json
from argparse import ArgumentParser
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError

from hub.core.accounts.actor import Actor
from hub.core.accounts.selectors import actor_for
from hub.core.kit.text import counted
from search.query import search
from search.results import Answer


class Command(BaseCommand):
    help = "Cherche dans le hub comme le ferait une personne, ou un visiteur sans compte."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("query", metavar="QUESTION")
        parser.add_argument("--as", dest="email", metavar="ADRESSE", help="ce que verrait cette personne")
        parser.add_argument("--kind", default="", metavar="GENRE", help="un seul genre de résultats")
        parser.add_argument("--page", type=int, default=1)
        parser.add_argument("--json", action="store_true", help="la réponse en JSON")

    def handle(self, *args: Any, query: str, email: str | None, kind: str, page: int, json: bool, **options: Any) -> None:
        answer = search(query, reader=_reader(email), kind=kind, page=max(page, 1))
        self.stdout.write(_as_json(answer) if json else _as_text(answer))


def _reader(email: str | None) -> Actor:
    if email is None:
        return Actor.anonymous()
    user = get_user_model().objects.filter(email__iexact=email, is_active=True).first()
    if user is None:
        raise CommandError(f"Personne n’a l’adresse {email}.")
    return actor_for(user)


def _as_json(answer: Answer) -> str:
    hits = [
        {
            "kind": one.kind,
            "id": one.id,
            "title": one.heading,
            "url": one.url,
            "why": {reason.asked: reason.found for reason in one.reasons},
        }
        for one in answer.found
    ]
    facets = {"kind": {facet.kind: facet.count for facet in answer.facets if facet.count}}
    found = {
        "total": answer.total,
        "partial": answer.partial,
        "hits": hits,
        "facets": facets,
        "corrections": [one.word for one in answer.corrections],
    }
    return json.dumps(found | {"place": answer.place.label if answer.place else None}, ensure_ascii=False, indent=2)


def _as_text(answer: Answer) -> str:
    lines = [counted(answer.total, "résultat") + (" (recherche simplifiée)" if answer.is_plain else "")]
    lines += [f"Lieu reconnu : {answer.place.label}"] if answer.place else []
    lines += [f"Essayez avec {one.word}" for one in answer.corrections]
    lines += [f"  {one.kind:<12} {one.heading}  {one.url}" for one in answer.found]
    return "\n".join(lines)
