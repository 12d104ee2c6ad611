from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from hub.core.accounts.actor import Actor
from hub.core.accounts.errors import RuleBroken
from hub.core.accounts.models import Organisation, User
from hub.core.kit.dates import long_date_fr
from hub.core.kit.leftovers import set_aside
from hub.core.kit.out import out_file, write_out
from hub.core.privacy import exports, services


class Command(BaseCommand):
    help = "Répond aux droits des personnes : leurs données, leur effacement ; et aux organisations qui emportent les leurs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERBE")
        export = verbs.add_parser("export", help="écrire les données d’une personne dans un zip")
        export.add_argument("email")
        export.add_argument("--out", type=Path, required=True)
        organisation = verbs.add_parser("organisation", help="écrire les données d’une organisation dans un zip")
        organisation.add_argument("slug")
        organisation.add_argument("--out", type=Path, required=True)
        erase = verbs.add_parser("erase", help="effacer une personne, sans délai ni retour")
        erase.add_argument("email")
        erase.add_argument("--yes", action="store_true", help="ne pas demander confirmation")

    def handle(self, *args: Any, **options: Any) -> None:
        getattr(self, options["verb"])(**options)

    def export(self, email: str, out: Path, **_: Any) -> None:
        write_out(out_file(out), exports.person_archive(_person(email), actor=Actor.system()))
        self.stdout.write(f"Écrit : {out}")

    def organisation(self, slug: str, out: Path, **_: Any) -> None:
        found = Organisation.objects.filter(slug=slug).first()
        if found is None:
            raise CommandError(f"Aucune organisation ne s’appelle « {slug} ».")
        write_out(out_file(out), exports.organisation_archive(found, actor=Actor.system()))
        self.stdout.write(f"Écrit : {out}")

    def erase(self, email: str, yes: bool, **_: Any) -> None:
        user = _person(email)
        if not yes and _answer(f"Effacer {user.name} ({user.email}) sans retour ? Écrivez son adresse : ").casefold() != user.email:
            raise CommandError("Rien n’est effacé.")
        try:
            told = services.erase(user, actor=Actor.system())
        except RuleBroken as refusal:
            raise CommandError(str(refusal)) from refusal
        for words in [*(f"Effacé : {one}" for one in told["erased"]), *(f"Gardé : {one}" for one in told["kept"])]:
            self.stdout.write(words)
        for place, ends_on in set_aside(settings.DATA_DIR).items():
            self.stdout.write(
                f"Gardé : {place} (ce qu’une restauration a mis de côté), jusqu’au {long_date_fr(ends_on)}, ou retirez ce dossier."
            )


def _answer(question: str) -> str:
    """What is typed, nothing where nobody can type (a task of the system, a pipe that is closed)."""
    try:
        return input(question).strip()
    except EOFError:
        return ""


def _person(email: str) -> User:
    found = User.objects.filter(email__iexact=email).first()
    if found is None:
        raise CommandError(f"Personne n’a l’adresse « {email} ».")
    return found
