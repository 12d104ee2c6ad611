"""Running the stages one after the other: a failure hides none of those that follow, and the closing lines tell all."""

import contextlib
import os
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
CACHE = ROOT / ".cache"
PYTHON = str(ROOT / ".venv" / "bin" / "python")
NO_TESTS = 5  # pytest's exit code when nothing was collected


@dataclass(frozen=True)
class Result:
    name: str
    passed: int
    failed: int
    seconds: float


class Run:
    """One call of bin/test: its results, and the servers to stop at its end."""

    def __init__(self, mode: str) -> None:
        self.mode = mode
        self.results: list[Result] = []
        self.began = time.monotonic()
        self.servers = contextlib.ExitStack()
        CACHE.mkdir(exist_ok=True)

    def record(self, name: str, *, ok: bool, seconds: float) -> None:
        self.results.append(Result(name, int(ok), int(not ok), seconds))

    def check(self, name: str, *command: str, environ: Mapping[str, str] | None = None) -> bool:
        """A stage that passes or fails as a whole."""
        print(f"\n── {name}", flush=True)
        began = time.monotonic()
        code = subprocess.run(command, cwd=ROOT, env={**os.environ, **(environ or {})}, stdin=subprocess.DEVNULL, check=False).returncode
        self.record(name, ok=code == 0, seconds=time.monotonic() - began)
        return code == 0

    def together(self, checks: Mapping[str, Sequence[str]]) -> None:
        with self.beside(checks):
            pass

    @contextlib.contextmanager
    def beside(self, checks: Mapping[str, Sequence[str]], environ: Mapping[str, str] | None = None) -> Iterator[None]:
        """Checks of one core each, begun together, while the block runs; each is told when the block is done."""
        with contextlib.ExitStack() as files:
            begun = []
            for name, command in checks.items():
                said = files.enter_context(tempfile.TemporaryFile())
                quiet = {"stdin": subprocess.DEVNULL, "stdout": said, "stderr": subprocess.STDOUT}
                child = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **(environ or {})}, **quiet)
                begun.append((name, child, said, time.monotonic()))
            yield
            for name, child, said, began in begun:
                code = child.wait()
                said.seek(0)
                print(f"\n── {name}\n{said.read().decode(errors='replace')}", flush=True)
                self.record(name, ok=code == 0, seconds=time.monotonic() - began)

    def tests(self, name: str, words: Sequence[str], *, environ: Mapping[str, str] | None = None, may_be_empty: bool = False) -> None:
        """A stage of pytest: its tests are counted one by one."""
        print(f"\n── {name}", flush=True)
        began = time.monotonic()
        report = CACHE / "reports" / f"{len(self.results)}.xml"
        report.unlink(missing_ok=True)
        command = [PYTHON, "-m", "pytest", f"--junitxml={report}", *words]
        code = subprocess.run(command, cwd=ROOT, env={**os.environ, **(environ or {})}, stdin=subprocess.DEVNULL, check=False).returncode
        passed, failed = _counts(report)
        if code == NO_TESTS and may_be_empty:
            code = 0
        self.results.append(Result(name, passed, failed or int(code != 0), time.monotonic() - began))

    def close(self) -> None:
        self.servers.close()

    def conclude(self) -> int:
        """The table, then the line that sums it up."""
        print(f"\n{'étape':<24} {'réussis':>8} {'échoués':>8} {'durée':>9}")
        for result in self.results:
            verdict = "   ÉCHEC" if result.failed else ""
            print(f"{result.name:<24} {result.passed:>8} {result.failed:>8} {result.seconds:>7.1f} s{verdict}")
        print(f"{'en tout':<24} {'':>8} {'':>8} {time.monotonic() - self.began:>7.1f} s\n")
        passed, failed = sum(result.passed for result in self.results), sum(result.failed for result in self.results)
        if not self.results:
            failed = 1
        print(f"{passed} passed, {failed} failed", flush=True)
        return 1 if failed else 0


def _counts(report: Path) -> tuple[int, int]:
    """Passed and failed of a junit report; a skipped test is not one that passed."""
    if not report.exists():
        return 0, 0
    suite = ElementTree.parse(report).getroot().find("testsuite")
    if suite is None:
        return 0, 0
    number = {key: int(suite.get(key, 0)) for key in ("tests", "failures", "errors", "skipped")}
    bad = number["failures"] + number["errors"]
    return max(number["tests"] - bad - number["skipped"], 0), bad


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
