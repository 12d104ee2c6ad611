from typing import Any

from django.core.management.base import BaseCommand

from directory.people import services
from hub.core.kit.text import counted


class Command(BaseCommand):
    help = "Recalcule ce que l’annuaire des personnes montre et compte (après un nouveau vocabulaire ou une restauration)."

    def handle(self, *args: Any, **options: Any) -> None:
        count = services.rebuild()
        self.stdout.write(f"{counted(count, 'fiche recalculée', 'fiches recalculées')}.")
