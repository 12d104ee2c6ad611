import sqlite3
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections, transaction
from django.db.migrations.loader import MigrationLoader

from hub.core.accounts.actor import Actor
from hub.core.audit import services as audit
from hub.core.kit.leftovers import ASIDE, KEEP_ASIDE_DAYS
from hub.ops import backup, bucket
from hub.ops.errors import Refused
from hub.ops.folder import Folder
from hub.ops.kernel import end_in_order
from hub.ops.progress import Indented


class Command(BaseCommand):
    help = "Remet le hub dans l’état d’une sauvegarde, le site arrêté ; ce qui est là est mis de côté, pas effacé."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FICHIER")

    def handle(self, *args: Any, **options: Any) -> None:
        source, data = Path(options["file"]).absolute(), Path(settings.DATA_DIR)
        if not source.is_file():
            raise CommandError(f"Il n’y a pas de fichier {source}.")
        folder = Folder(data)
        end_in_order()
        try:
            self._restore(source, folder)
        finally:
            folder.give_back()

    def _restore(self, source: Path, folder: Folder) -> None:
        data, database = folder.path, backup.Database.of(settings.DATABASES["default"])
        try:
            folder.prepare()
            folder.hold()  # a hub that runs on this folder holds it
            with tempfile.TemporaryDirectory(dir=data, prefix=".restore-") as place:
                manifest = backup.unpack(source, Path(place))
                self._compare(manifest, database)
                connections.close_all()
                aside = data / f"{ASIDE}{datetime.now():%Y%m%d-%H%M%S}"
                backup.put_back(Path(place), data=data, database=database, aside=aside, buckets=bucket.in_use())
        except Refused as refusal:
            raise CommandError(str(refusal))
        except (OSError, sqlite3.Error) as error:
            raise CommandError(backup.failed(error, data))
        self.stdout.write(f"Rétabli : l’état du {manifest['made_at']}. Ce qui était là est dans {aside}, {KEEP_ASIDE_DAYS} jours.")
        self._bring_up_to_date(manifest)

    def _compare(self, manifest: dict[str, Any], database: backup.Database) -> None:
        if manifest["engine"] != database.engine:
            raise Refused(f"Cette sauvegarde vient de {manifest['engine']}, la base réglée est {database.engine} (HUB_DATABASE_URL).")
        known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
        if unknown := sorted(set(manifest["migrations"]) - known):
            raise Refused(f"Cette sauvegarde vient d’un hub plus récent ({unknown[0]}) : mettez d’abord ce hub à jour.")

    def _bring_up_to_date(self, manifest: dict[str, Any]) -> None:
        call_command("createcachetable", verbosity=0)
        call_command("migrate", interactive=False, verbosity=0)
        cache.clear()
        with transaction.atomic():
            audit.record("ops.restore", actor=Actor.system(), data={"made_at": manifest["made_at"]})
        call_command("rebuild_index", or_later=True, stdout=Indented())  # all else is back: its lack is told, and mended each night
        self.stdout.write("Le hub peut redémarrer : bin/hub up.")
