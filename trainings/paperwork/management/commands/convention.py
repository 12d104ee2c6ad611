from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from hub.core.accounts.actor import Actor
from hub.core.accounts.models import Organisation
from hub.core.kit.out import out_folder, write_out
from trainings.paperwork import services
from trainings.paperwork.selectors.agreements import to_establish
from trainings.sessions.models import TrainingSession
from trainings.sessions.selectors import employers_of


class Command(BaseCommand):
    help = "Établit les conventions d’une session, un PDF par employeur ; sort avec 1 et la liste quand il manque quelque chose."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("session", help="l’identifiant de la session")
        parser.add_argument("--organisation", help="un seul employeur, par le mot de son adresse")
        parser.add_argument("--out", required=True, help="le dossier où écrire")

    def handle(self, *args: Any, **options: Any) -> None:
        session = self._session(options["session"])
        employers = list(to_establish(session))
        if slug := options["organisation"]:
            employers = [one for one in employers_of(session) if one.slug == slug]  # asked for by name, also beside one signed elsewhere
            if not employers:
                raise CommandError(self._nobody(slug))
        folder = out_folder(options["out"])
        results = services.issue_agreements(session, actor=Actor.system(), employers=employers)
        for one in results:
            if one.agreement and one.agreement.paper:
                path = folder / f"{one.agreement.paper.number}-{one.employer.slug}.pdf"
                write_out(path, one.pdf)
                self.stdout.write(f"{path}  {one.agreement.paper.sha256}")
        if blocked := [one for one in results if not one.is_issued]:
            raise CommandError("\n".join(self._why(one) for one in blocked))

    def _session(self, text: str) -> TrainingSession:
        try:
            return TrainingSession.unscoped.select_related("organisation", "course", "programme_revision").get(pk=UUID(text))
        except (ValueError, TrainingSession.DoesNotExist):
            raise CommandError(f"Aucune session ne porte l’identifiant {text}.") from None

    def _nobody(self, slug: str) -> str:
        if not Organisation.objects.filter(slug=slug).exists():
            return f"Aucune organisation ne porte l’identifiant « {slug} »."
        return f"{slug} n’a aucune convention à recevoir pour cette session : personne d’inscrit, ou c’est elle qui forme."

    def _why(self, result: services.AgreementResult) -> str:
        lines = [f"{result.employer.name} : {result.refusal or 'il manque'}"]
        return "\n".join(lines + [f"  {one.code} {one.label} ({one.article})" for one in result.missing])
