from typing import Any

from django.core.management.base import BaseCommand

from directory.cooperatives import services
from hub.core.accounts.actor import Actor


class Command(BaseCommand):
    help = "Charge la liste publique des coopératives, avec la source de chacune ; ce qu’aucune source ne dit reste vide."

    def handle(self, *args: Any, **options: Any) -> None:
        summary = services.load_public_list(actor=Actor.system())
        words = {
            "créées": summary.created,
            "mises à jour": summary.updated,
            "inchangées": summary.unchanged,
            "retirées de la liste, cachées": summary.withdrawn,
            "tenues par la coopérative, laissées": summary.left,
        }
        said = [f"{len(names)} {word}" for word, names in words.items() if names]
        self.stdout.write(f"Liste publique : {', '.join(said) or 'vide'}")
