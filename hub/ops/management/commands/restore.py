import sqlite3
import tempfile
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, connections, transaction
from django.db.migrations.loader import MigrationLoader

from hub.core.accounts.actor import Actor
from hub.core.accounts.models import Membership
from hub.core.accounts.models.organisations import in_force
from hub.core.accounts.selectors import COORDINATOR
from hub.core.accounts.services import close_all_sessions
from hub.core.audit import services as audit
from hub.core.kit.leftovers import ASIDE, KEEP_ASIDE_DAYS
from hub.core.kit.text import counted, grouped, one_line
from hub.core.privacy import ledger
from hub.core.privacy import services as privacy
from hub.ops import backup, bucket
from hub.ops.errors import Refused
from hub.ops.folder import MEMORY, Folder
from hub.ops.identity import after_restore
from hub.ops.kernel import end_in_order
from hub.ops.progress import Indented

KEY_LENGTH = 50  # signs: with a shorter one hub.settings.env refuses every command


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
            erased = self._erased(database, source.parent, data)
            with tempfile.TemporaryDirectory(dir=data, prefix=".restore-") as place:
                manifest = backup.unpack(source, Path(place))
                self._compare(manifest, database)
                database.check(Path(place) / database.member)
                self._keep_identity(
                    folder, Path(place, "data"), is_empty=not (folder.recall() or (database.engine == "sqlite" and database.exists()))
                )
                connections.close_all()
                aside = data / f"{ASIDE}{datetime.now():%Y%m%d-%H%M%S}"
                if erased:  # before the database that knows them is gone: a second try reads them there
                    ledger.add(data, erased)
                buckets = bucket.in_use()
                with backup.put_back(Path(place), data=data, database=database, aside=aside, buckets=buckets, listed=ledger.FILE):
                    try:
                        told = self._bring_up_to_date(manifest, erased)
                    finally:
                        connections.close_all()
        except Refused as refusal:
            raise CommandError(str(refusal))
        except (OSError, sqlite3.Error) as error:
            raise CommandError(backup.failed(error, data))
        self.stdout.write(f"Rétabli : l’état du {manifest.made_at}. Ce qui était là est dans {aside}, {KEEP_ASIDE_DAYS} jours.")
        for line in told:
            self.stdout.write(line)
        self.stdout.write("Aucune session n’est ouverte : chacun se connecte de nouveau, et rouvre son flux personnel.")
        self.stdout.write("Le hub peut redémarrer : bin/hub up.")

    def _erased(self, database: backup.Database, *folders: Path) -> ledger.Erased | None:
        """Who was ever erased, as the lists beside the backup and in the data folder say, and the database that is replaced; None when there
        is neither."""
        try:
            found = [ledger.read(folder) for folder in folders if (folder / ledger.FILE).exists()]
        except (OSError, ValueError) as error:
            raise Refused(
                f"La liste des effacements est illisible ({getattr(error, 'strerror', None) or error}) : rien n’a été touché."
            ) from error
        if database.engine != "sqlite" or Path(database.settings["NAME"]).exists():
            with suppress(DatabaseError):  # of an empty machine, or why one restores
                found += filter(None, [ledger.done()])
        return {who: day for one in found for who, day in one.items()} if found else None

    def _compare(self, manifest: backup.Manifest, database: backup.Database) -> None:
        if manifest.engine != database.engine:
            raise Refused(f"Cette sauvegarde vient de {manifest.engine}, la base réglée est {database.engine} (HUB_DATABASE_URL).")
        known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
        if unknown := sorted(set(manifest.migrations) - known):
            raise Refused(f"Cette sauvegarde vient d’un hub plus récent ({one_line(unknown[0])[:200]}) : mettez d’abord ce hub à jour.")

    def _keep_identity(self, folder: Folder, place: Path, *, is_empty: bool) -> None:
        """What would leave a hub where every command refuses, or make another one of it, does not come out of a backup."""
        key = place / "secret_key"
        try:
            if key.exists() and len(key.read_text().strip()) < KEY_LENGTH:
                raise ValueError(key.name)
            theirs = Folder(place).recall()
        except (Refused, OSError, ValueError) as error:
            raise Refused("Cette sauvegarde est abîmée (secret_key ou hub.json) : rien n’a été touché.") from error
        mine = folder.recall()
        memory = after_restore(mine, theirs, is_empty=is_empty, host=settings.PUBLIC_URL.hostname or "")
        if mine or theirs:
            (place / MEMORY).unlink(missing_ok=True)
            Folder(place).remember(**memory)

    def _bring_up_to_date(self, manifest: backup.Manifest, erased: ledger.Erased | None) -> list[str]:
        """Returns: what is to be said once nothing can fail any more."""
        is_dropped = audit.drop_unreadable_head()
        call_command("createcachetable", verbosity=0)
        call_command("migrate", interactive=False, verbosity=0)
        cache.clear()
        with transaction.atomic():
            closed = close_all_sessions()  # whoever signed out since would be in again, by a cookie of then
            audit.record("ops.restore", actor=Actor.system(), data={"made_at": manifest.made_at, "sessions_closed": closed})
        told = [*self._erase_again(erased, manifest), *self._what_came_back(manifest)]
        call_command("rebuild_index", or_later=True, stdout=Indented())  # its lack is told, and mended each night
        if is_dropped:
            told.append(
                "Le fichier de tête de l’audit était illisible dans cette sauvegarde : il n’a pas été repris "
                "(bin/hub audit verify, puis bin/hub audit anchor --reason sauvegarde)."
            )
        return told

    def _what_came_back(self, manifest: backup.Manifest) -> list[str]:
        """What was taken away since holds again: the lines that said so went with the database that was replaced."""
        roles = Membership.unscoped.filter(in_force())
        held = counted(roles.count(), "rôle est en cours", "rôles sont en cours")
        leading = grouped(roles.filter(role=COORDINATOR).count())
        return [
            f"{held}, dont {leading} à la coordination. Rôles, invitations, mots de passe et seconds facteurs sont ceux du {manifest.made_at} : "
            "ce qui a été retiré ou changé depuis est à refaire (« Fédération », puis l’« Équipe » de chaque organisation)."
        ]

    def _erase_again(self, erased: ledger.Erased | None, manifest: backup.Manifest) -> list[str]:
        told = []
        if erased is None:
            told.append(
                f"Aucune liste d’effacements ({ledger.FILE}) n’est à côté de la sauvegarde ni dans le dossier de données : si quelqu’un a été "
                f"effacé depuis le {manifest.made_at}, effacez-le de nouveau (bin/hub privacy erase)."
            )
        count, refused = privacy.erase_again(erased or {})
        ledger.add(settings.DATA_DIR, {**(erased or {}), **ledger.done()})
        if count:
            told.append(f"{counted(count, 'personne effacée', 'personnes effacées')} de nouveau, pour l’avoir été depuis cette sauvegarde.")
        for reason in refused:
            self.stderr.write(f"Une personne effacée depuis cette sauvegarde est revenue. {reason} Puis : bin/hub privacy erase.")
        return told
