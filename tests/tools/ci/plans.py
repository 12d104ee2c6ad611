"""What each mode of bin/test runs."""

import contextlib
import random
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.tools.ci import bases, needs, servers
from tests.tools.ci.stages import CACHE, PYTHON, ROOT, Run, say

FLOORS = ["hub", "directory", "trainings", "workgroups", "search"]
TESTING = {"DJANGO_SETTINGS_MODULE": "hub.settings.test"}
DEPLOY = ["HUB_PUBLIC_URL=https://hub.example.org", "DJANGO_SETTINGS_MODULE=hub.settings.base", f"HUB_DATA={CACHE / 'deploy'}"]
COPIED = {"HUB_TEST_TEMPLATE": bases.TEMPLATE}
# In chunks, never by work stealing: tests that empty the database come after those that count on its first rows.
BOTH_CORES = ["-n", "2"]
MANY = ["-n", "3"]  # one more than two cores: some wait for processes of theirs, those of the browser for pages
PATIENT = ["-o", "faulthandler_timeout=3600"]
HTML, PDF = CACHE / "html", CACHE / "pdf"


def everything(run: Run, words: list[str]) -> None:
    _prepare(needs.BROWSER + needs.SERVERS + needs.ANTIVIRUS + needs.SEARCH + needs.PAPERS)
    if not words:
        _style(run)
    _clear()
    environ = _servers(run)
    seed = str(random.randrange(2**31))
    say(f"ordre des tests : --randomly-seed={seed}")
    order, some = [f"--randomly-seed={seed}", *words], bool(words)
    redis = {"HUB_TEST_REDIS_URL": environ["HUB_TEST_REDIS_URL"]}
    with contextlib.ExitStack() as nodes:
        project = {} if some else _project() | {"tests lus": [PYTHON, "-m", "pytest", "--collect-only", "--quiet", "--quiet", "--quiet"]}
        with run.beside(_bases(environ["HUB_TEST_DATABASE_URL"]) | project, TESTING):  # they work while the rest comes from the network
            needs.provide_node_tools()
            needs.provide_verapdf()
            node = nodes.enter_context(servers.opensearch(needs.provide_opensearch()))
        real = {**redis, "HUB_TEST_SEARCH_URL": node, "HUB_TEST_CLAMAV_URL": nodes.enter_context(servers.antivirus())}
        run.tests("tests SQLite", ["-m", "not browser and not full", *MANY, *order], environ=real, may_be_empty=some)
    fast = ["-m", "not browser and not full and not slow", f"--database-only={'all' if run.mode == 'full' else 'some'}"]
    run.tests("tests PostgreSQL", [*fast, *MANY, *order], environ=environ | COPIED, may_be_empty=some)
    run.tests(
        "navigateur", ["-m", "browser and not full", *MANY, *([] if some else of_browser()), *order], environ=redis, may_be_empty=some
    )
    if not some:
        run.together(_seen())


def full(run: Run, words: list[str]) -> None:
    """Everything, then the long drills on both databases, then two more orders."""
    everything(run, words)
    environ = _servers(run)
    run.tests(
        "épreuves SQLite",
        ["-m", "full", *PATIENT, *words],
        environ={"HUB_TEST_REDIS_URL": environ["HUB_TEST_REDIS_URL"]},
        may_be_empty=True,
    )
    of_database = ["-m", "full and not slow", "--database-only=all", *PATIENT]
    run.tests("épreuves PostgreSQL", [*of_database, *words], environ=environ | COPIED, may_be_empty=True)
    for number in (2, 3):
        run.tests(f"ordre n° {number}", ["-m", "not browser and not full and not slow", *BOTH_CORES, *words], may_be_empty=bool(words))


def quick(run: Run, words: list[str]) -> None:
    _prepare([])
    if not words:
        _style(run)
        changed = _changed()
        if changed:
            run.check("types", PYTHON, "-m", "mypy", *changed)
    run.tests("tests SQLite", ["-m", "not browser and not full and not slow", "-p", "tests.plugins.quick", "--quick", *BOTH_CORES, *words])


def bench(run: Run, words: list[str]) -> None:
    """One table of figures, each beside its bar; words name the benches to run."""
    _prepare(needs.SERVERS + needs.SEARCH + needs.BENCH)
    with servers.opensearch(needs.provide_opensearch()) as node:
        run.check("mesures", PYTHON, "-m", "tests.bench", *words, environ={**_servers(run), "HUB_TEST_SEARCH_URL": node})


def _prepare(machine: list[needs.Need]) -> None:
    """Debian's packages and Python's come side by side: on a bare machine each waits for its own servers."""
    needs.provide([needs.PYTHON_VENV, needs.GIT])
    with ThreadPoolExecutor() as beside:
        for coming in [beside.submit(needs.provide, machine), beside.submit(needs.provide_environment)]:
            coming.result()


def _style(run: Run) -> None:
    run.check("style", PYTHON, "-m", "ruff", "check", "--quiet", ".")
    run.check("mise en forme", PYTHON, "-m", "ruff", "format", "--check", "--quiet", ".")


def _project() -> dict[str, list[str]]:
    """What reads the project without running it."""
    return {
        "types": [PYTHON, "-m", "mypy", *FLOORS],
        "contrats d’imports": [str(Path(PYTHON).with_name("lint-imports")), "--no-cache"],
        "migrations": [PYTHON, "manage.py", "makemigrations", "--check", "--dry-run"],
        "check --deploy": ["env", *DEPLOY, PYTHON, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        "secrets": [PYTHON, "-m", "tests.tools.ci.secrets"],
    }


def _servers(run: Run) -> dict[str, str]:
    if not hasattr(run, "addresses"):
        run.addresses = {  # type: ignore[attr-defined]
            "HUB_TEST_DATABASE_URL": run.servers.enter_context(servers.postgresql()),
            "HUB_TEST_REDIS_URL": run.servers.enter_context(servers.redis()),
        }
    return run.addresses  # type: ignore[attr-defined, no-any-return]


def of_browser() -> list[str]:
    """Where the tests marked `browser` are (tests/test_architecture.py): the thousands of others are not read for them."""
    return [str(path.relative_to(ROOT)) for path in [ROOT / "tests" / "browser", *sorted((ROOT / "tests").glob("*/test_*browser.py"))]]


def _clear() -> None:
    for folder in (HTML, PDF, CACHE / "reports"):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)


def _bases(postgresql: str) -> dict[str, list[str]]:
    make = [PYTHON, "-m", "tests.tools.ci.bases"]
    return {"base SQLite": make, "base PostgreSQL": ["env", f"HUB_TEST_DATABASE_URL={postgresql}", *make]}


def _seen() -> dict[str, list[str]]:
    """Every page and every paper that the tests have been served, checked once."""
    papers = sorted(str(path) for path in PDF.glob("*.pdf"))
    return {
        "pages : html-validate": [PYTHON, "-m", "tests.tools.ci.html", "html-validate"],
        "pages : vnu": [PYTHON, "-m", "tests.tools.ci.html", "vnu"],
        "papiers : veraPDF": [str(needs.TOOLS / "verapdf" / "check.sh"), "3a,ua1", *papers],
    }


def _changed() -> list[str]:
    """Python files of the floors that differ from the last commit."""
    listed = subprocess.run(
        ["git", "ls-files", "--modified", "--others", "--exclude-standard", "--", *(f"{floor}/*.py" for floor in FLOORS)],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return [name for name in listed.stdout.splitlines() if "/migrations/" not in name and (ROOT / name).exists()]
