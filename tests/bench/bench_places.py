"""Registrations per second over HTTP, twelve places and a thousand people: the drill of tests/trainings/test_seats_http.py, and its figure."""

import os
import re
import subprocess
import sys
from pathlib import Path

from tests.bench.table import Measure, plain

ROOT = Path(__file__).resolve().parents[2]
DRILL = "tests/trainings/test_seats_http.py::test_twelve_places_asked_by_a_thousand_over_http[0]"
SAID = re.compile(r"(\w+): (\d+) registrations in ([\d.]+) s")
NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


def measures() -> list[Measure]:
    """On SQLite, and on PostgreSQL when bin/test has started one. The drill fails, and so does the bench, if one place too many is given."""
    apart = {name: value for name, value in os.environ.items() if name != "HUB_TEST_DATABASE_URL"}
    runs = [apart] + ([dict(os.environ)] if "HUB_TEST_DATABASE_URL" in os.environ else [])
    return [_run(environ) for environ in runs]


def _run(environ: dict[str, str]) -> Measure:
    environ = {name: value for name, value in environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    command = [sys.executable, "-m", "pytest", DRILL, "-m", "full", "-s", "-q", "-p", "no:randomly"]
    done = subprocess.run(command, cwd=ROOT, env=environ, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    said = SAID.search(done.stdout)
    if done.returncode or not said:
        raise SystemExit(f"the drill of the places failed:\n{done.stdout[-3000:]}{done.stderr[-1000:]}")
    vendor, count, seconds = said[1], int(said[2]), float(said[3])
    return plain("dernière place", f"{count} inscriptions par HTTP, {NAMES[vendor]}", count / seconds, "/s", 0)
