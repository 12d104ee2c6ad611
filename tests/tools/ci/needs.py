"""What the tests need on a Debian 12, and how it gets there. Where nothing may be installed, the list of what is missing is an error."""

import ctypes.util
import fcntl
import hashlib
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.tools.ci.stages import CACHE, PYTHON, ROOT, say

TOOLS = ROOT / "tests" / "tools"


class Missing(Exception):
    """Something is not there and may not, or could not, be installed."""


@dataclass(frozen=True)
class Need:
    what: str
    packages: str  # Debian's names
    is_there: Callable[[], bool]


def _command(*names: str) -> Callable[[], bool]:
    return lambda: any(shutil.which(name) for name in names)


def _version(command: list[str], at_least: int) -> Callable[[], bool]:
    def check() -> bool:
        if not shutil.which(command[0]):
            return False
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        found = re.search(r"\d+", done.stdout + done.stderr)
        return bool(found) and int(found.group()) >= at_least

    return check


def _fonts() -> bool:
    done = subprocess.run(["fc-list", ":", "family"], capture_output=True, text=True, check=False) if shutil.which("fc-list") else None
    return done is not None and "Liberation Sans" in done.stdout and "DejaVu Sans" in done.stdout


def postgresql_bin() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    here = shutil.which("initdb")
    return found[-1].parent if found else Path(here).parent if here else None


def clamd() -> str | None:
    """Debian keeps it out of the path of who is not root."""
    return shutil.which("clamd") or shutil.which("/usr/sbin/clamd")


def chromium() -> str | None:
    """Debian's Chromium without its window first: the same pages in half the time."""
    return shutil.which("chromium-headless-shell") or shutil.which("chromium")


BROWSER = [
    Need("Chromium", "chromium-headless-shell", lambda: chromium() is not None),
    Need("polices Liberation et DejaVu", "fontconfig fonts-liberation fonts-dejavu-core", _fonts),
    Need("Node 18 ou plus", "nodejs", _version(["node", "--version"], 18)),
    Need("npm", "npm", _command("npm")),
    Need("Java 17 (JDK)", "openjdk-17-jdk-headless", _version(["javac", "-version"], 17)),
]
SERVERS = [
    Need("PostgreSQL 15 ou plus", "postgresql", lambda: postgresql_bin() is not None),
    Need("Redis", "redis-server", _command("redis-server")),
]
ANTIVIRUS = [Need("ClamAV", "clamav-daemon", lambda: clamd() is not None)]
SEARCH = [
    Need("Java 17 (JDK)", "openjdk-17-jdk-headless", _version(["javac", "-version"], 17)),
    Need("Maven", "maven", _command("mvn")),
]
PAPERS = [
    Need("poppler", "poppler-utils", _command("pdftotext")),
    Need("qpdf", "qpdf", _command("qpdf")),
]
PANGO = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
BENCH = [Need("Pango", PANGO, lambda: ctypes.util.find_library("pangoft2-1.0") is not None)]
PYTHON_VENV = Need("python3-venv", "python3-venv", lambda: _succeeds([_python(), "-c", "import ensurepip, venv"]))
GIT = Need("git", "git", _command("git"))


def provide(needs: list[Need]) -> None:
    """Install what is missing. Raises: Missing, with the list, where that is not allowed or does not work."""
    lacking = [need for need in needs if not need.is_there()]
    if not lacking:
        return
    names = ", ".join(need.what for need in lacking)
    packages = [package for need in lacking for package in need.packages.split()]
    command = ["apt-get", "install", "--yes", "--no-install-recommends", *packages]
    if not _may_install():
        raise Missing(f"Il manque, pour les tests : {names}. Sur Debian 12 : {' '.join(command)}")
    say(f"Installation de : {names}")
    apt = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-o", "DPkg::Lock::Timeout=300", "-qq"]
    said = [_said([*apt, "update"]), _said([*apt, *command[1:]])]
    still = ", ".join(need.what for need in lacking if not need.is_there())
    if still:
        raise Missing(f"L’installation n’a pas suffi, il manque encore : {still}. {said[-1][-800:]}")


def _may_install() -> bool:
    return os.environ.get("HUB_TEST_INSTALL") != "no" and os.geteuid() == 0 and shutil.which("apt-get") is not None


def _python() -> str:
    """Debian's own first: built with profile-guided optimisation, an eighth faster on our tests than one compiled without."""
    found = [path for path in map(shutil.which, ("/usr/bin/python3.11", "python3.11", "python3")) if path]
    whole = found if _may_install() else [path for path in found if _succeeds([path, "-c", "import ensurepip, venv"])]
    return next(iter([*whole, *found]), "python3")


@contextmanager
def _alone(name: str) -> Iterator[None]:
    CACHE.mkdir(exist_ok=True)
    with open(CACHE / name, "a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def provide_environment() -> None:
    """.venv with the larger lock; its stamp names both, so that bin/hub is content with it too."""
    stamp = ROOT / ".venv" / "installed"
    wanted = "".join(f"{_digest(ROOT / name)}  -\n" for name in ("requirements.lock", "requirements-dev.lock"))
    with _alone("install.lock"):  # the same lock as bin/hub
        if stamp.exists() and stamp.read_text() == wanted and Path(PYTHON).exists():
            return
        say("Installation des bibliothèques des tests…")
        if not (Path(PYTHON).exists() and _succeeds([PYTHON, "-c", "import pip"])):
            _must([_python(), "-m", "venv", "--clear", str(ROOT / ".venv")])
        stamp.unlink(missing_ok=True)
        pip = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
        _must([*pip, "--no-deps", "--only-binary", ":all:", "--require-hashes", "-r", str(ROOT / "requirements-dev.lock")])
        stamp.write_text(wanted)


def node_tools() -> Path:
    """The folder of the npm tools, named for the digest of their lock."""
    return CACHE / f"node-{_digest(TOOLS / 'package-lock.json')[:16]}"


def provide_node_tools() -> None:
    folder = node_tools()
    with _alone("node.lock"):
        if (folder / "ready").exists():
            return
        say("Installation des outils npm des tests…")
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        for name in ("package.json", "package-lock.json", ".npmrc"):
            shutil.copy(TOOLS / name, folder / name)
        _must(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], cwd=folder)
        (folder / "ready").touch()


def provide_verapdf() -> None:
    """In CI the package lists may never have been read: apt-get download needs them."""
    install = str(TOOLS / "verapdf" / "install.sh")
    if _succeeds([install]):
        return
    if os.environ.get("HUB_TEST_INSTALL") == "no" or os.geteuid() != 0:
        raise Missing("veraPDF n’a pas pu être préparé : lancez « apt-get update », puis tests/tools/verapdf/install.sh")
    _must(["apt-get", "-qq", "update"])
    _must([install])


def provide_opensearch() -> Path:
    """The folder of the search node's jars and class."""
    command = [str(TOOLS / "opensearch" / "install.sh")]
    done = subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Missing(f"Le moteur de recherche des tests n’a pas pu être préparé :\n{done.stderr[-2000:]}")
    return Path(done.stdout.strip())  # its errors apart: maven's colours would come before the path


def _must(command: list[str], cwd: Path = ROOT) -> None:
    done = _run(command, cwd)
    if done.returncode:
        raise Missing(f"« {' '.join(command)} » a échoué :\n{done.stdout[-2000:]}")


def _succeeds(command: list[str]) -> bool:
    return _run(command).returncode == 0


def _said(command: list[str]) -> str:
    return _run(command).stdout.strip()


def _run(command: list[str], cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    both = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    return subprocess.run(command, cwd=cwd, stdin=subprocess.DEVNULL, text=True, check=False, **both)


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
