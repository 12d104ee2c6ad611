"""`bin/hub up`: prepare the data folder, then hold the site, the worker and the scheduler together until told to stop.

It never imports Django, so that it starts at once and stays small.
"""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from hub.core.kit import starting
from hub.ops import launch, watchman
from hub.ops.bell import Bell
from hub.ops.children import Child, rotate
from hub.ops.console import fail, last_line, say, welcome
from hub.ops.errors import Refused
from hub.ops.folder import Folder, digest
from hub.ops.identity import settle
from hub.ops.kernel import adopt_orphans, tied_to_parent
from hub.ops.options import USAGE, Options, parse

STOP_SECONDS = 7.0
SLOW_SECONDS, START_SECONDS = 90.0, 300.0  # a slow machine is no fault: it is said, and waited for
HINT_SECONDS = 10.0


def main(arguments: list[str], *, data: Path, root: Path, environ: Mapping[str, str] = os.environ) -> int:
    """Returns: 0 after an orderly stop, 1 when it could not start; the reason is then one sentence on stderr."""
    if {"--help", "-h"} & set(arguments):
        say(USAGE)
        return 0
    try:
        return Supervisor(parse(arguments), data=data, root=root, environ=environ).run()
    except Refused as refusal:
        fail(str(refusal))
        return 1


class Supervisor:
    def __init__(self, options: Options, *, data: Path, root: Path, environ: Mapping[str, str]) -> None:
        self.started_at = time.monotonic()
        self.options = options
        self.root = root
        self.folder = Folder(data)
        self.environ = launch.environment(options, data, environ)
        self.demo = options.demo or bool(self.folder.recall().get("demo"))
        if self.demo:
            launch.refuse_far_demo(options, self.public_url)
        self.children: tuple[Child, ...] = ()
        self.hinted_at = 0.0

    @property
    def public_url(self) -> str:
        return self.environ["HUB_PUBLIC_URL"]

    def run(self) -> int:
        self._take_folder()
        launch.refuse_taken_port(self.options)
        self.watchman = watchman.Watchman()
        self.bell = Bell()
        adopt_orphans()
        try:
            if not (self._prepare() and self._start()):
                return 0 if self.bell.stops else 1
            self._watch()
            self._stop()
            return 0
        finally:
            self.watchman.dismiss()
            self.folder.release()

    # -- the folder ---------------------------------------------------------------------------------------------------

    def _take_folder(self) -> None:
        os.umask(0o077)
        self.folder.prepare()
        self.folder.hold()
        self.memory = settle(self.folder, self.options, demo=self.demo, public_url=self.public_url)

    def _prepare(self) -> bool:
        """Bring the data up to date, when it is not. Returns: whether the hub may start."""
        accounts = self.folder.path / "accounts.json"
        stamp = digest(self.root, self.environ.get("HUB_DATABASE_URL", ""))
        database = self.folder.path / "hub.sqlite3"
        if self.memory.get("ready") != stamp or not (self.environ.get("HUB_DATABASE_URL") or database.exists()):
            say(f"Préparation du dossier de données {self.folder.path}")
            command = [sys.executable, str(self.root / "manage.py"), "prepare"]
            if self.demo:
                command += ["--demo", "--accounts-json", str(accounts)]
                command += ["--people", str(self.memory["people"]), "--cooperatives", str(self.memory["cooperatives"])]
            log = self.folder.path / "logs" / "prepare.log"
            code = self._run_to_end(command, log)
            if code != 0:
                if not self.bell.stops:
                    fail(f"La préparation a échoué : {last_line(log)}\nTout est dans {log} ; la même commande reprend où elle en était.")
                return False
            self.memory = self.folder.remember(ready=stamp)
        if self.options.accounts_json and accounts.exists():
            shutil.copyfile(accounts, self.options.accounts_json)
            self.options.accounts_json.chmod(0o600)
        return True

    def _run_to_end(self, command: list[str], log: Path) -> int | None:
        """Run one child that speaks on our console and errs in a log. Returns: its exit code, or None when we were told to stop."""
        with open(log, "wb") as errors:
            process = subprocess.Popen(  # noqa: S603 - our own command
                command, stdin=subprocess.DEVNULL, stderr=errors, env=self.environ, cwd=self.root,
                start_new_session=True, preexec_fn=tied_to_parent(),
            )  # fmt: skip
        self.watchman.know(process.pid)
        while process.poll() is None and not self.bell.stops:
            self.bell.wait(1.0)
        watchman.end(process.pid, 9 if self.bell.stops else 15)
        code = process.wait()
        self.watchman.forget(process.pid)
        return None if self.bell.stops else code

    # -- life of the children -----------------------------------------------------------------------------------------

    def _launch(self, child: Child) -> None:
        child.start(self.environ, self.root)
        self.watchman.know(child.pid)

    def _start(self) -> bool:
        web, *others = self.children = launch.children(self.options, self.folder.path)
        starting.mark(self.folder.path)
        self._launch(web)
        if not self._wait_for(web):
            self._stop()
            return False
        seconds = time.monotonic() - self.started_at
        welcome(self.public_url, self.folder.path, demo=self.demo, seconds=seconds)
        starting.mark(self.folder.path)  # the worker and the clock begin now
        for child in others:
            self._launch(child)
        self._offer_first_link()
        return True

    def _wait_for(self, web: Child) -> bool:
        began, is_told = time.monotonic(), False
        while not self.bell.stops:
            if web in self._reap():
                self.watchman.forget(web.pid)
                web.ended()
            status = launch.answer(self.options, self.public_url) if web.is_running else None
            waited = time.monotonic() - began
            if web.is_running and status is None and waited > START_SECONDS:
                fail(
                    f"Le temps a manqué : le site n’a pas répondu en {waited:.0f} s, la machine est peut-être trop occupée.\nSon journal est {web.log}."
                )
                return False
            if not web.is_running:
                fail(f"Le site n’a pas pu démarrer : {last_line(web.log)}\nTout est dans {web.log}.")
                return False
            if status is not None:
                if status >= 500:
                    fail(f"Le site démarre mais sa page d’accueil échoue ({status}) ; le détail est dans {web.log}.")
                return True
            if waited > SLOW_SECONDS and not is_told:
                is_told = True
                say(f"Le site met plus de {SLOW_SECONDS:.0f} s à démarrer ; il est attendu jusqu’à {START_SECONDS:.0f} s.")
            self.bell.wait(0.1)
        return False

    def _offer_first_link(self) -> None:
        """On an empty hub, the link that creates its coordinator; once she exists, nobody asks again."""
        if self.demo or self.memory.get("coordinator") or self.bell.stops:
            return
        command = [sys.executable, str(self.root / "manage.py"), "first_link"]
        asked = subprocess.run(  # noqa: S603 - our own command
            command, env=self.environ, cwd=self.root, capture_output=True, text=True, check=False, start_new_session=True
        )
        if asked.returncode:
            fail(f"Le lien de première connexion n’a pas pu être fait : {(asked.stderr.strip().splitlines() or ['aucun message'])[-1]}")
        elif link := asked.stdout.strip():
            say(f"  Ce hub est vide. Ce lien, valable une fois, crée la coordinatrice et sa fédération :\n  {link}")
        else:
            self.memory = self.folder.remember(coordinator=True)

    def _watch(self) -> None:
        while not self.bell.stops:
            for child in self._reap():
                self.watchman.forget(child.pid)
                wait = child.ended()
                fail(f"{child.label} : arrêt inattendu, nouvel essai dans {wait:.0f} s ({last_line(child.log)})")
            for child in self.children:
                if not child.is_running and time.monotonic() >= child.restart_at:
                    self._launch(child)
            self._hint()
            for child in self.children:
                rotate(child.log)
            self.bell.wait(1.0)

    def _reap(self) -> list[Child]:
        """Collect every process that ended, adopted ones too. Returns: those of ours, not yet marked as ended."""
        ours = {child.pid: child for child in self.children if child.pid}
        gone = []
        while True:
            try:
                pid, _status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                break
            if pid == 0:
                break
            if pid in ours:
                gone.append(ours[pid])
        return gone

    def _hint(self) -> None:
        for child in self.children:
            fresh = child.news()
            if ("ERROR" in fresh or "CRITICAL" in fresh or "Traceback" in fresh) and time.monotonic() - self.hinted_at > HINT_SECONDS:
                self.hinted_at = time.monotonic()
                fail(f"{child.label} : une erreur s’est produite, le détail est dans {child.log}")

    def _stop(self) -> None:
        running = [child for child in self.children if child.is_running]
        starting.unmark(self.folder.path)
        say("Arrêt…")
        for child in reversed(running):
            child.ask_to_stop()
        deadline, patience = time.monotonic() + STOP_SECONDS, self.bell.stops + 1
        while any(watchman.alive(child.pid) for child in running) and time.monotonic() < deadline and self.bell.stops < patience:
            self._reap()
            self.bell.wait(0.1)
        for child in running:
            watchman.end(child.pid, 9)
        while any(watchman.alive(child.pid) for child in running):
            self._reap()
            self.bell.wait(0.05)
        for child in running:
            self.watchman.forget(child.pid)
        say("Tout est arrêté.")
