from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from hub.core.accounts.errors import RuleBroken
from hub.core.accounts.services import rescue_link


class Command(BaseCommand):
    help = "Imprime le lien à usage unique par lequel une personne de la coordination, que nul autre ne peut aider, rouvre son compte."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", help="l’adresse de la personne, dans le hub")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self.stdout.write(rescue_link(options["email"]))
        except RuleBroken as refusal:
            raise CommandError(str(refusal)) from refusal
