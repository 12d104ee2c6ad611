import json
from argparse import ArgumentParser
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand

from hub.core.audit import actions, services
from hub.core.audit.errors import UnknownAction
from hub.core.audit.models import AuditEntry
from hub.core.audit.verification import Verdict, verify
from hub.core.kit.dates import date_fr, hour_fr

REASONS = {"sauvegarde": "backup restored", "dossier": "data folder moved"}


@dataclass(frozen=True)
class Keyboard:
    """Whoever has the server's command line."""

    user_id: UUID | None = None
    organisation_id: UUID | None = None
    organisation_name: str = ""
    agreement_id: UUID | None = None


class Command(BaseCommand):
    help = "Le journal d’audit : verify (relire toute la chaîne), tail (dernières lignes), anchor (reprendre le fichier de tête)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        choices = parser.add_subparsers(dest="choice", required=True)
        reading = choices.add_parser("verify", help="relire toute la chaîne, nommer la première ligne mauvaise (code de sortie 1)")
        reading.add_argument("--json", action="store_true", help="réponse en JSON")
        tail = choices.add_parser("tail", help="montrer les dernières lignes")
        tail.add_argument("-n", type=int, default=20, help="combien (20)")
        restart = choices.add_parser("anchor", help="faire suivre la chaîne au fichier de tête, après une restauration ; la chaîne le note")
        restart.add_argument("--reason", required=True, choices=sorted(REASONS))

    def handle(self, *args: Any, **options: Any) -> None:
        getattr(self, options["choice"])(options)

    def verify(self, options: dict[str, Any]) -> None:
        verdict = verify()
        if options["json"]:
            moment = verdict.at.isoformat() if verdict.at else None
            answer = {"ok": verdict.is_ok, "count": verdict.count, "head": verdict.digest, "at": moment}
            self.stdout.write(json.dumps({**answer, "bad_seq": verdict.bad_seq, "why": verdict.why}, ensure_ascii=False))
        else:
            self.stdout.write(_words(verdict))
        if not verdict.is_ok:
            raise SystemExit(1)

    def tail(self, options: dict[str, Any]) -> None:
        for entry in reversed(AuditEntry.objects.order_by("-seq")[: max(0, options["n"])]):
            self.stdout.write(_line(entry))

    def anchor(self, options: dict[str, Any]) -> None:
        entry = services.restart_anchor(actor=Keyboard(), reason=REASONS[options["reason"]])
        self.stdout.write(f"Le fichier de tête suit la chaîne ; la ligne {entry.seq} le note.")


def _words(verdict: Verdict) -> str:
    if not verdict.is_ok or verdict.at is None:
        return verdict.sentence
    last = f"{date_fr(verdict.at, year=True)}, {hour_fr(verdict.at)}"
    return f"{verdict.sentence}\nDernière ligne : {last}\nEmpreinte : {verdict.digest}"


def _line(entry: AuditEntry) -> str:
    try:
        said = actions.wording(entry.action)
    except UnknownAction:  # a package that is no longer installed
        said = entry.action
    about = " ".join(part for part in (entry.object_kind, entry.object_label or entry.object_id) if part)
    who = str(entry.actor_id or "hub")
    moment = f"{date_fr(entry.at, year=True)}, {hour_fr(entry.at)}"
    return " | ".join(part for part in (str(entry.seq), moment, said, about, who, entry.organisation_label, entry.data) if part != "{}")
