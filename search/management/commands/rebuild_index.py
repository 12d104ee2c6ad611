import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from hub.core.kit.text import grouped
from search import index
from search.errors import EngineAway, EngineBusy, EngineUnavailable


class Command(BaseCommand):
    help = "Refait l’index de recherche à partir de la base, pendant que l’ancien continue de répondre."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="compare seulement l’index et la base ; sort avec 1 s’ils diffèrent")

        parser.add_argument("--or-later", action="store_true", help="si le cluster ne répond pas, le dit et s’arrête là sans erreur")

    def handle(self, *args: Any, check: bool, or_later: bool, **options: Any) -> None:
        if check:
            return self._check()
        started = time.monotonic()
        try:
            index.rebuild(self._progress)
        except EngineBusy:
            raise CommandError("Un autre processus refait l’index ; il suffit d’attendre.")
        except EngineAway as error:
            if not or_later:
                raise CommandError(f"L’index n’a pas pu être écrit : {error}.")
            self.stdout.write(f"L’index sera refait plus tard : {error}. La recherche est simplifiée jusque-là (bin/hub rebuild_index).")
            return None
        except EngineUnavailable as error:
            raise CommandError(f"L’index n’a pas pu être écrit : {error}.")
        self.stdout.write(f"Index refait en {time.monotonic() - started:.1f} s.".replace(".", ",", 1))
        return None

    def _progress(self, label: str, count: int) -> None:
        end = "\r" if self.stdout.isatty() else "\n"
        if self.stdout.isatty() or count % 5000 == 0 or count % 500:
            self.stdout.write(f"  {label} : {grouped(count)}", ending=end)

    def _check(self) -> None:
        if found := index.differences():
            raise CommandError("\n".join(found))
        self.stdout.write("L’index et la base sont d’accord.")
