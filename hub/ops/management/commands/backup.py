import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from hub.core.kit.text import counted
from hub.core.privacy import ledger
from hub.ops import backup, bucket
from hub.ops.checks import is_prepared
from hub.ops.errors import Refused
from hub.ops.folder import no_hub
from hub.ops.kernel import end_in_order


def applied_migrations() -> list[str]:
    return sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations())


class Command(BaseCommand):
    help = "Écrit une sauvegarde complète dans un fichier, pendant que le hub tourne."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FICHIER")
        parser.add_argument("--replace", action="store_true", help="remplace un fichier qui existe")

    def handle(self, *args: Any, **options: Any) -> None:
        if not is_prepared():
            raise CommandError(no_hub(settings.DATA_DIR))
        target = Path(options["file"]).absolute()
        if target.exists() and not target.is_file():
            raise CommandError(f"{target} n’est pas un fichier : une sauvegarde ne le remplace pas.")
        if target.resolve().is_relative_to(settings.DATA_DIR.resolve()):
            raise CommandError(f"{target} est dans le dossier de données, et se perdrait avec lui : gardez la sauvegarde ailleurs.")
        if target.exists() and not options["replace"]:
            raise CommandError(f"{target} existe déjà (--replace pour le remplacer).")
        if not target.parent.is_dir() or not os.access(target.parent, os.W_OK):
            raise CommandError(f"Le dossier {target.parent} ne peut pas être écrit.")
        database = backup.Database.of(settings.DATABASES["default"])
        end_in_order()
        try:
            manifest = backup.write(
                target, data=settings.DATA_DIR, database=database, migrations=applied_migrations(), buckets=bucket.in_use()
            )
        except Refused as refusal:
            raise CommandError(str(refusal))
        size = counted(round(target.stat().st_size / 1_000_000), "mégaoctet")
        self.stdout.write(f"Sauvegarde écrite : {target}, {counted(len(manifest.members), 'fichier')}, {size}.")
        self._keep_erased(target.parent)
        self.stdout.write("Elle contient les clés et les données personnelles : gardez-la comme le hub lui-même.")

    def _keep_erased(self, folder: Path) -> None:
        """Beside the backups, newer than the oldest of them: whichever comes back, who was erased since does not."""
        try:
            ledger.add(folder, ledger.read(settings.DATA_DIR) | ledger.done())
        except (OSError, ValueError) as error:
            self.stderr.write(f"La liste des effacements n’a pas pu être mise à côté ({getattr(error, 'strerror', None) or error}).")
        else:
            self.stdout.write(f"À garder à côté d’elle : {folder / ledger.FILE}, la liste des personnes effacées, par identifiant seul.")
