import hashlib
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from hub.core.accounts.actor import Actor
from hub.core.accounts.models import Organisation
from hub.core.kit.out import out_folder, write_out
from trainings.paperwork import services
from trainings.paperwork.errors import DossierRefused
from trainings.sessions.models import TrainingSession


class Command(BaseCommand):
    help = (
        "Écrit le dossier de preuve d’un employeur (zip et manifeste d’empreintes) ; sort avec 1 et la liste quand il manque quelque chose."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("session", help="l’identifiant de la session")
        parser.add_argument("--organisation", required=True, help="l’employeur, par le mot de son adresse")
        parser.add_argument("--out", required=True, help="le dossier où écrire")

    def handle(self, *args: Any, **options: Any) -> None:
        session, employer = self._session(options["session"]), self._employer(options["organisation"])
        folder, actor = out_folder(options["out"]), Actor.system()
        refusals = services.complete_dossier(session, employer, actor=actor)
        try:
            name, archive = services.pack_dossier(session, employer, actor=actor)
        except DossierRefused as refusal:
            raise CommandError("\n".join(dict.fromkeys([*refusals, *refusal.missing]))) from None
        write_out(folder / name, archive)
        self.stdout.write(f"{folder / name}  {hashlib.sha256(archive).hexdigest()}")

    def _session(self, text: str) -> TrainingSession:
        try:
            return TrainingSession.unscoped.select_related("organisation", "course", "programme_revision").get(pk=UUID(text))
        except (ValueError, TrainingSession.DoesNotExist):
            raise CommandError(f"Aucune session ne porte l’identifiant {text}.") from None

    def _employer(self, slug: str) -> Organisation:
        found = Organisation.objects.filter(slug=slug).first()
        if found is None:
            raise CommandError(f"Aucune organisation ne porte l’identifiant « {slug} ».")
        return found
