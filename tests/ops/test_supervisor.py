"""The supervisor with real processes (granian, Celery) around a site of three lines."""

import os
import shlex
import signal
import socket
import subprocess
import sys
import urllib.request
import uuid
from pathlib import Path
from types import SimpleNamespace

import pytest

from hub.ops import supervisor
from hub.ops.children import LOG_BYTES, LOGS_KEPT, Child, rotate
from hub.ops.options import Options
from hub.settings.env import ROOT
from tests.ops.processes import free_port, running, wait_until

pytestmark = pytest.mark.slow

FILES = {
    "requirements.lock": "",
    "hub/__init__.py": "from celery import Celery\ncelery_app = app = Celery('hub', broker='memory://')\n",
    "hub/settings/__init__.py": "",
    "hub/settings/base.py": "SECRET_KEY = 'x' * 50\nUSE_TZ = True\nTIME_ZONE = 'Europe/Paris'\nDATABASES = {}\n",
    "hub/wsgi.py": "def application(environ, start_response):\n    start_response('200 OK', [])\n    return [b'bonjour']\n",
    "hub/ops/__init__.py": "",
    "hub/ops/web.py": (
        "import sys\nfrom granian.cli import entrypoint\n"
        "sys.argv += '--interface wsgi --workers 2 --no-ws --respawn-failed-workers hub.wsgi:application'.split()\nentrypoint()\n"
    ),
    "manage.py": (
        "import os, sys\n"
        "if sys.argv[1] == 'first_link':\n    print(os.environ['HUB_PUBLIC_URL'] + '/premier-lien/')\n"
        "else:\n    open(os.environ['HUB_DATA'] + '/hub.sqlite3', 'w').close(); print('preparing', *sys.argv[2:])\n"
        "    sys.exit(os.environ.get('FAIL_PREPARE', 0))\n"
    ),
    "up.py": (
        "import sys\nfrom pathlib import Path\nsys.path.insert(0, sys.argv[1])\nfrom hub.ops.supervisor import main\n"
        "here = Path(__file__).resolve().parent\nsys.exit(main(sys.argv[2:], data=here / 'data', root=here))\n"
    ),
}


class Project:
    """A tiny project in a folder of its own, and what runs for it."""

    def __init__(self, folder):
        self.folder = folder
        self.data = folder / "data"
        self.port = free_port()
        self.marker = f"HUB_TEST_MARKER={uuid.uuid4()}"
        self.output = folder / "output.txt"
        for name, text in FILES.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text)
        self.output.touch()  # a shell gives the number of what it started before that opens its output

    @property
    def environ(self):
        name, value = self.marker.split("=")
        kept = {key: os.environ[key] for key in ("PATH", "HOME", "LANG") if key in os.environ}
        return {**kept, name: value}

    def command(self, *words):
        return [sys.executable, str(self.folder / "up.py"), str(ROOT), "--port", str(self.port), *words]

    def up(self, *words, **environ):
        with open(self.output, "wb") as output:
            return subprocess.Popen(
                self.command(*words), env=self.environ | environ, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, cwd="/"
            )

    def refusal(self, *words, **environ):
        done = subprocess.run(self.command(*words), env=self.environ | environ, capture_output=True, text=True, timeout=30)
        assert done.returncode == 1
        assert "Traceback" not in done.stderr
        return done.stderr.strip()

    def says(self, text):
        return text in self.output.read_text()

    def is_up(self):
        """The site answers, the worker has its two processes, the clock runs."""
        commands = list(running(self.marker).values())
        worker = sum("celery -A hub worker" in command for command in commands)
        return self.says("Pour arrêter") and worker == 3 and any("celery -A hub beat" in command for command in commands)

    def kill_all(self):
        for pid in running(self.marker):
            os.kill(pid, signal.SIGKILL)


@pytest.fixture
def project(tmp_path):
    project = Project(tmp_path)
    yield project
    project.kill_all()


def started(project, *words):
    """Everything runs: site, worker with its two processes, clock."""
    process = project.up(*words)
    assert wait_until(project.is_up, 40), project.output.read_text()
    return process


def answering(project, *words):
    """The site answers; the rest may still be starting."""
    process = project.up(*words)
    assert wait_until(lambda: project.says("Pour arrêter"), 40), project.output.read_text()
    return process


@pytest.mark.parametrize("number", [signal.SIGTERM, *(pytest.param(one, marks=pytest.mark.full) for one in (signal.SIGINT, signal.SIGHUP))])
def test_up_stops_on_a_signal_and_leaves_nothing(project, number):
    process = started(project)
    body = urllib.request.urlopen(f"http://127.0.0.1:{project.port}/", timeout=5).read()

    process.send_signal(number)

    assert body == b"bonjour"
    assert process.wait(timeout=30) == 0
    assert running(project.marker) == {}
    assert project.says("Tout est arrêté.")


def test_up_in_the_background_of_a_shell_stops_on_interrupt(project):
    """A shell without job control starts `command &` with SIGINT ignored."""
    script = f"{shlex.join(project.command())} >{project.output} 2>&1 & echo $!; wait $!"
    shell = subprocess.Popen(["sh", "-c", script], env=project.environ, stdout=subprocess.PIPE, text=True, cwd="/")
    pid = int(shell.stdout.readline())
    assert wait_until(project.is_up, 40), project.output.read_text()
    clock = next(child for child, command in running(project.marker).items() if "celery -A hub beat" in command)
    ignored = next(line for line in Path(f"/proc/{clock}/status").read_text().splitlines() if line.startswith("SigIgn"))

    os.kill(pid, signal.SIGINT)

    shell.communicate(timeout=30)
    assert not int(ignored.split()[1], 16) & (1 << (signal.SIGINT - 1))
    assert shell.returncode == 0
    assert running(project.marker) == {}


def test_up_killed_outright_leaves_nothing(project):
    process = started(project)

    process.kill()
    process.wait()

    assert wait_until(lambda: not running(project.marker), 10), running(project.marker)


def test_up_starts_again_what_crashed(project):
    process = answering(project)
    site = {pid for pid, command in running(project.marker).items() if "hub.ops.web" in command}
    leader = min(site)

    os.kill(leader, signal.SIGKILL)

    assert wait_until(lambda: project.says("site : arrêt inattendu"), 10)
    assert wait_until(lambda: len({pid for pid, command in running(project.marker).items() if "hub.ops.web" in command} - site) == 3, 15)
    assert not site & running(project.marker).keys()
    process.terminate()
    assert process.wait(timeout=30) == 0


@pytest.mark.full
def test_up_cuts_a_log_that_grows_while_it_runs(project):
    process = answering(project)
    log = project.data / "logs" / "web.log"

    for number in range(LOGS_KEPT + 2):
        with open(log, "ab") as writer:
            writer.write(b"%d\n" % number * (LOG_BYTES // 2))
        assert wait_until(lambda: log.stat().st_size < LOG_BYTES, 20)

    kept = [(path.name, path.read_bytes()[:1]) for path in sorted(log.parent.glob("web.log*"))]
    assert kept == [("web.log", b""), ("web.log.1", b"4"), ("web.log.2", b"3"), ("web.log.3", b"2")]
    process.terminate()
    assert process.wait(timeout=30) == 0


def test_who_writes_a_log_goes_on_after_it_was_cut(tmp_path):
    log, go = tmp_path / "x.log", tmp_path / "go"
    code = (
        f"import os, time\nos.write(1, b'x' * {LOG_BYTES})\nwhile not os.path.exists({str(go)!r}): time.sleep(0.05)\nos.write(1, b'next')"
    )
    child = Child("x", "x", [sys.executable, "-c", code], log)
    child.start(os.environ, tmp_path)
    try:
        assert wait_until(lambda: log.exists() and log.stat().st_size == LOG_BYTES, 20)
        while child.news():
            pass

        rotate(log)
        go.touch()

        assert wait_until(log.read_bytes, 20)
        assert log.read_bytes() == b"next"
        assert child.news() == "next"
    finally:
        os.kill(child.pid, signal.SIGKILL)
        os.waitpid(child.pid, 0)


def test_up_prepares_once(project):
    process = answering(project)
    assert wait_until(lambda: project.says("/premier-lien/"), 10)
    process.terminate()
    process.wait(timeout=30)
    first = project.output.read_text()

    process = answering(project)
    process.terminate()
    process.wait(timeout=30)

    assert "preparing" in first
    assert "preparing" not in project.output.read_text()


def test_up_demo_stays_one_and_gives_its_accounts(project):
    process = answering(project, "--demo", "--people", "60")
    process.terminate()
    process.wait(timeout=30)
    first = project.output.read_text()
    (project.data / "accounts.json").write_text("[]")

    process = answering(project, "--accounts-json", str(project.folder / "comptes.json"))
    process.terminate()
    process.wait(timeout=30)

    assert f"preparing --demo --accounts-json {project.data}/accounts.json --people 60 --cooperatives 16" in first
    assert "premier-lien" not in first
    assert project.says("/demo/courrier/")
    assert (project.folder / "comptes.json").read_text() == "[]"
    assert (project.folder / "comptes.json").stat().st_mode & 0o777 == 0o600


def test_up_refuses_a_second_on_the_same_folder(project):
    process = answering(project)

    sentence = project.refusal("--port", str(free_port()))

    assert "tourne déjà" in sentence
    assert str(process.pid) in sentence
    process.terminate()
    process.wait(timeout=30)


def test_up_refuses_a_port_that_is_taken(project):
    with socket.socket() as other:
        other.bind(("127.0.0.1", project.port))
        other.listen()

        sentence = project.refusal()

    assert sentence == f"Le port {project.port} est déjà pris sur 127.0.0.1 : choisissez-en un autre avec --port."


def test_up_demo_refuses_to_listen_to_the_network(project):
    assert "démonstration" in project.refusal("--demo", "--host", "0.0.0.0", HUB_PUBLIC_URL="http://127.0.0.1")
    assert not project.data.exists()


def test_up_says_why_preparing_failed(project):
    sentence = project.refusal(FAIL_PREPARE="plus de place")

    assert sentence.startswith("La préparation a échoué : plus de place")
    assert "ready" not in (project.data / "hub.json").read_text()


def test_up_says_why_the_site_does_not_start(project):
    (project.folder / "hub/wsgi.py").write_text("raise RuntimeError('site cassé')\n")

    process = project.up()

    assert process.wait(timeout=60) == 1
    assert project.says("Le site n’a pas pu démarrer")
    assert running(project.marker) == {}


@pytest.mark.parametrize(
    ("waits", "said"), [((0.0, 300.0), "met plus de 0 s à démarrer"), ((0.0, 0.0), "Le temps a manqué : le site n’a pas répondu en")]
)
def test_a_slow_start_is_waited_for_and_what_ran_out_is_said(monkeypatch, tmp_path, capsys, waits, said):
    web = Child("web", "Site", [], tmp_path / "web.log", pid=os.getpid())  # alive, and silent
    slow = supervisor.Supervisor(Options(), data=tmp_path, root=tmp_path, environ={"HUB_PUBLIC_URL": "http://127.0.0.1"})
    slow.bell = SimpleNamespace(stops=0, wait=lambda _seconds: setattr(slow.bell, "stops", slow.bell.stops + 1))
    monkeypatch.setattr(slow, "_reap", list)
    monkeypatch.setattr(supervisor.launch, "answer", lambda *_: None)
    monkeypatch.setattr(supervisor, "SLOW_SECONDS", waits[0])
    monkeypatch.setattr(supervisor, "START_SECONDS", waits[1])

    assert not slow._wait_for(web)

    told = "".join(capsys.readouterr())
    assert said in told
    assert "aucun message" not in told
