import json
import logging
import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from hub.core.jobs import health
from hub.core.jobs.health import Check, State
from hub.ops import checks

WORDS = {State.OK: "bon", State.WARN: "à voir", State.BAD: "EN PANNE"}
ORDER = ["database", "schema", "broker", "worker", "scheduler", "search", "mail", "storage", "antivirus"]


class Command(BaseCommand):
    help = "L’état du hub en un écran ; le code de sortie est 1 quand une ligne est en panne."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help='{"state", "data", "checks": [{"name", "state", "fact", "latency_ms"}]}')

    def handle(self, *args: Any, **options: Any) -> None:
        logging.getLogger("hub.core.jobs.health").setLevel(logging.ERROR)  # the screen says it
        health.register("schema", checks.schema, label="Tables")
        found = list(health.run_checks(fresh=True))
        if not any(check.name == "search" for check in found):
            found.append(Check("search", "Recherche", State.WARN, "Aucun contrôle", 0.0))
        found.sort(key=_rank)
        if options["json"]:
            self.stdout.write(json.dumps(_document(found), ensure_ascii=False, indent=1))
        else:
            for line in _screen(found):
                self.stdout.write(line)
        if health.worst(found) == State.BAD:
            sys.exit(1)


def _rank(check: Check) -> int:
    return ORDER.index(check.name) if check.name in ORDER else len(ORDER)


def _document(found: list[Check]) -> dict[str, Any]:
    lines = [{"name": check.name, "state": check.state, "fact": check.fact, "latency_ms": check.latency_ms} for check in found]
    return {"state": health.worst(found), "data": str(settings.DATA_DIR), "checks": lines}


def _screen(found: list[Check]) -> list[str]:
    kind = "démonstration" if settings.DEMO else "hub"
    lines = [f"{settings.DATA_DIR} ({kind}), {settings.PUBLIC_URL.geturl()}"]
    for check in found:
        latency = f"{check.latency_ms:.1f}".replace(".", ",")
        lines.append(f"{check.label:<18} {WORDS[check.state]:<9} {latency:>8} ms   {check.fact}")
    return lines
