from typing import Any

from django.core.management.base import BaseCommand

from hub.core.accounts.services import first_link


class Command(BaseCommand):
    help = "Imprime le lien à usage unique qui crée la coordination d’un hub vide ; rien quand elle existe déjà."

    def handle(self, *args: Any, **options: Any) -> None:
        if link := first_link():
            self.stdout.write(link)
