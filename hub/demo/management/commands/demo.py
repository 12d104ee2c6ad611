from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from hub.core.accounts.models import Organisation, User
from hub.demo.loading import load
from hub.demo.otp import code_for
from hub.demo.progress import Bar
from hub.demo.year import play


class Command(BaseCommand):
    help = (
        "La démonstration : `load` remplit un hub vide, `--year` y joue une année de la fédération inventée, "
        "`otp ADRESSE` imprime le code que la connexion demande."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--year", action="store_true", help="jouer une année : sessions et pièces, séminaire, feuille de route, délégation"
        )
        verbs = parser.add_subparsers(dest="verb")
        loader = verbs.add_parser("load")
        loader.add_argument("--people", type=int, default=1200)
        loader.add_argument("--cooperatives", type=int, default=16)
        loader.add_argument("--accounts-json", dest="accounts_json")
        otp = verbs.add_parser("otp")
        otp.add_argument("email")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("Ce dossier n’est pas une démonstration.")
        if bool(options["verb"]) == options["year"]:
            raise CommandError("bin/hub demo --year, ou bin/hub demo otp ADRESSE.")
        getattr(self, f"_{options['verb'] or 'year'}")(options)

    def _load(self, options: dict[str, Any]) -> None:
        path = Path(options["accounts_json"] or settings.DATA_DIR / "accounts.json")
        bar = Bar(self.stdout)
        made = load(people=options["people"], cooperatives=options["cooperatives"], accounts_file=path, progress=bar)
        self.stdout.write("  Fédération de démonstration chargée." if made else "  Fédération de démonstration déjà là.")

    def _year(self, options: dict[str, Any]) -> None:
        if not Organisation.objects.filter(is_federation=True).exists():
            raise CommandError("Cette démonstration est vide : bin/hub up --demo la remplit.")
        played = play(Bar(self.stdout))
        self.stdout.write("  Une année de la fédération est jouée." if played else "  Cette année était déjà jouée.")

    def _otp(self, options: dict[str, Any]) -> None:
        user = User.objects.filter(email__iexact=options["email"]).first()
        if user is None:
            raise CommandError(f"Aucun compte à l’adresse {options['email']}.")
        code = code_for(user, Path(settings.MAIL_FOLDER))
        if code is None:
            raise CommandError("Aucun code : demandez-en un sur /connexion/, puis relancez cette commande.")
        self.stdout.write(code)
