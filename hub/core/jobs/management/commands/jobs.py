from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from hub.core.jobs import services
from hub.core.jobs.models import Outbox
from hub.core.kit.dates import date_fr, hour_fr
from hub.core.kit.text import counted


class Command(BaseCommand):
    help = "Les tâches de fond : parked (les garées), retry (relancer), drain (faire ici tout ce qui attend)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        actions.add_parser("parked", help="lister les tâches garées et leur motif")
        actions.add_parser("drain", help="faire maintenant, dans ce processus, tout ce qui attend")
        retry = actions.add_parser("retry", help="relancer une tâche garée, ou toutes")
        which = retry.add_mutually_exclusive_group(required=True)
        which.add_argument("id", nargs="?", type=UUID, help="identifiant, comme « jobs parked » l’affiche")
        which.add_argument("--all", action="store_true", help="toutes les tâches garées")

    def handle(self, *args: Any, **options: Any) -> None:
        getattr(self, options["action"])(options)

    def parked(self, options: dict[str, Any]) -> None:
        rows = Outbox.objects.parked().order_by("parked_at")
        for row in rows.iterator():
            assert row.parked_at  # noqa: S101  as filtered
            moment = f"{date_fr(row.parked_at)}, {hour_fr(row.parked_at)}"
            self.stdout.write(f"{row.pk}  {row.topic}  {moment}  {counted(row.attempts, 'essai')}  {row.last_error}")
        self.stdout.write(f"{counted(rows.count(), 'tâche garée', 'tâches garées')}.")

    def drain(self, options: dict[str, Any]) -> None:
        services.start_due()
        self.stdout.write(f"{counted(services.drain(), 'exécution')}.")

    def retry(self, options: dict[str, Any]) -> None:
        rows = Outbox.objects.parked()
        if not options["all"]:
            rows = rows.filter(pk=options["id"])
            if not rows.exists():
                raise CommandError(f"Aucune tâche garée ne porte l’identifiant {options['id']}.")
        count = sum(services.retry(row) for row in rows)
        self.stdout.write(f"{counted(count, 'tâche relancée', 'tâches relancées')}.")
