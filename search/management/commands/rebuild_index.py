import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from hub.core.kit.text import grouped
from search import index
from search.engines import engine
from search.errors import EngineBusy, EngineUnavailable


class Command(BaseCommand):
    help = "Refait l’index de recherche à partir de la base, pendant que l’ancien continue de répondre."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="compare seulement l’index et la base ; sort avec 1 s’ils diffèrent")

        parser.add_argument("--or-later", action="store_true", help="si l’index ne peut pas être refait, le dit et s’arrête là sans erreur")

    def handle(self, *args: Any, check: bool, or_later: bool, **options: Any) -> None:
        if check:
            return self._check()
        started = time.monotonic()
        try:
            index.rebuild(self._progress)
        except EngineBusy:
            return self._failed("Un autre processus refait l’index ; il suffit d’attendre.", or_later=or_later)
        except EngineUnavailable as error:
            said = "L’index sera refait plus tard" if or_later else "L’index n’a pas pu être refait"
            return self._failed(f"{said} : {error}. {_meanwhile()}", or_later=or_later)
        self.stdout.write(f"Index refait en {time.monotonic() - started:.1f} s.".replace(".", ",", 1))
        return None

    def _failed(self, said: str, *, or_later: bool) -> None:
        if not or_later:
            raise CommandError(said)
        self.stdout.write(said)

    def _progress(self, label: str, count: int) -> None:
        end = "\r" if self.stdout.isatty() else "\n"
        if self.stdout.isatty() or count % 5000 == 0 or count % 500:
            self.stdout.write(f"  {label} : {grouped(count)}", ending=end)

    def _check(self) -> None:
        if found := index.differences():
            raise CommandError("\n".join(found))
        self.stdout.write("L’index et la base sont d’accord.")


def _meanwhile() -> str:
    one = engine()
    one.refresh()
    if one.health().ready:
        return "L’index d’avant continue de répondre (bin/hub rebuild_index)."
    return "La recherche est simplifiée jusque-là (bin/hub rebuild_index)."
