from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from directory.vocabularies import services
from hub.core.accounts.actor import Actor
from hub.core.kit.text import counted


class Command(BaseCommand):
    help = "Charge les vocabulaires (communes, métiers, compétences…) dont les fichiers ont changé ; ne retire jamais un code en usage."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="dit ce qui est à charger, sans rien écrire ; sort en 1 s’il y en a")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["check"]:
            self._check()
            return
        for loading in services.load_vocabularies(actor=Actor.system()):
            self._say(loading)

    def _check(self) -> None:
        rows = services.pending()
        for row in rows:
            self.stdout.write(f"{'à charger' if row.is_due else 'à jour':<10} {row.source.title} ({row.source.edition})")
        if due := sum(row.is_due for row in rows):
            raise CommandError(f"{due} à charger : bin/hub vocabularies", returncode=1)

    def _say(self, loading: services.Loading) -> None:
        if loading.is_due and loading.row_count is None:  # it fills columns of another, which says how many
            return
        what = f"{counted(loading.row_count or 0, 'ligne')}, {loading.seconds:.1f} s".replace(".", ",") if loading.is_due else "inchangé"
        self.stdout.write(f"{loading.source.title} : {what}")
        if loading.withdrawn:
            words = "code absent de cette édition, gardé", "codes absents de cette édition, gardés"
            self.stdout.write(f"  {counted(len(loading.withdrawn), *words)} pour les fiches qui les portent")
