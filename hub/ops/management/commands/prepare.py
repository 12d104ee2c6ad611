"""What `bin/hub up` runs when the data folder is new, or older than the code."""

from collections import Counter
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser
from django.core.management.commands import migrate
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from hub.ops.progress import Indented, Progress


class Migrate(migrate.Command):
    """Django's own, telling how far it is: a line per app, with the count of all steps."""

    def __init__(self, progress: Progress, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.progress = progress
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
        self.left = Counter(migration.app_label for migration, _backwards in plan)
        self.total = len(plan)

    def migration_progress_callback(self, action: str, migration: Any = None, fake: bool = False) -> None:
        if action != "apply_success":
            return
        app = migration.app_label
        self.left[app] -= 1
        done = self.total - self.left.total()
        if self.left[app] == 0:
            self.progress.note(f"Base de données : {app:<24} {done:>4} / {self.total}")
        else:
            self.progress.step(f"Base de données : {app}", done, self.total)


class Command(BaseCommand):
    help = "Met le dossier de données à jour : base, cache, nomenclatures, démonstration, index de recherche."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--demo", action="store_true")
        parser.add_argument("--people", type=int)
        parser.add_argument("--cooperatives", type=int)
        parser.add_argument("--accounts-json")

    def handle(self, *args: Any, **options: Any) -> None:
        progress = Progress()
        settings.PRIVATE_ROOT.mkdir(mode=0o700, parents=True, exist_ok=True)  # files never make it themselves (hub.core.documents.folder)
        call_command("createcachetable", verbosity=0)  # first: what follows a migration may want the cache
        call_command(Migrate(progress), interactive=False, verbosity=0)
        progress.note("Nomenclatures : métiers, compétences, communes…")
        call_command("vocabularies", stdout=Indented())
        if options["demo"]:
            progress.note("Fédération de démonstration…")
            size = {name: options[name] for name in ("people", "cooperatives", "accounts_json") if options[name]}
            call_command("demo", "load", **size)
        progress.note("Index de recherche…")
        call_command("rebuild_index", or_later=True, stdout=Indented())  # a hub starts with the index it had, or without one
