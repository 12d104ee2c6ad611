"""E1: copies of the hub in its own data folder end, so that an erased person does not stay in one."""

import os
import signal
import subprocess
import sys
import time
from datetime import date

import pytest
from django.core.management import call_command

from hub.core.jobs import registry
from hub.core.kit import leftovers
from hub.core.kit.held import LOCK, bytes_stay, must_stay
from hub.ops.folder import Folder
from hub.ops.tasks import remove_leftovers
from hub.settings.env import ROOT
from tests.builders.accounts import make_user

RESTORE = """
from pathlib import Path
import time
from django.core.management import call_command
from hub.ops import backup
def stay(source, folder):
    (folder / "secret_key").write_text("x")
    print("ready", flush=True)
    time.sleep(60)
backup.unpack = stay
call_command("restore", __file__)
"""
BACKUP = """
from pathlib import Path
import sys, time
from django.core.management import call_command
from hub.ops import backup
from hub.ops.management.commands import backup as command
def stay(database, target):
    target.write_text("x")
    print("ready", flush=True)
    time.sleep(60)
command.is_prepared, command.applied_migrations, backup.Database.dump = lambda: True, list, stay
call_command("backup", str(Path(__file__).with_name("hub.backup")))
"""


def left(data):
    return sorted(path.name for path in data.iterdir() if path.name.startswith((".restore-", ".backup-", "before-")))


@pytest.mark.parametrize("program", [RESTORE, BACKUP])
def test_a_command_told_to_stop_leaves_nothing(tmp_path, program):
    data, script = tmp_path / "hub", tmp_path / "program.py"
    script.write_text("import django\ndjango.setup()\n" + program)
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("HUB_", "DJANGO_"))}
    environ |= {"HUB_DATA": str(data), "DJANGO_SETTINGS_MODULE": "hub.settings.base", "PYTHONPATH": str(ROOT)}
    running = subprocess.Popen([sys.executable, script], cwd=ROOT, env=environ, stdout=subprocess.PIPE, text=True)
    assert running.stdout.readline() == "ready\n"
    during = left(data)

    running.send_signal(signal.SIGTERM)
    running.communicate(timeout=30)

    assert (len(during), left(data)) == (1, [])
    assert running.returncode == 128 + signal.SIGTERM
    assert not [path for path in tmp_path.iterdir() if "hub.backup" in path.name]


def test_what_a_killed_command_left_goes_at_the_next_start(tmp_path):
    folder = Folder(tmp_path / "hub")
    folder.prepare()
    for name in (".restore-a", ".backup-a", "before-restore-20261101-101010"):
        (folder.path / name).mkdir()
        (folder.path / name / "secret_key").write_text("x")

    with bytes_stay(folder.path):  # a backup that runs keeps its own
        folder.hold()
        beside = left(folder.path)
    folder.release()
    folder.hold()
    folder.release()

    assert beside == [".backup-a", "before-restore-20261101-101010"]
    assert left(folder.path) == ["before-restore-20261101-101010"]


@pytest.mark.skipif(os.geteuid() != 0, reason="root alone gives a file away")
def test_the_lock_of_a_backup_that_root_makes_is_the_hub_s(tmp_path):
    nobody = 65534
    os.chown(tmp_path, nobody, nobody)

    with bytes_stay(tmp_path):
        assert must_stay(tmp_path)
        assert (tmp_path / LOCK).stat().st_uid == nobody


def test_each_night_what_was_set_aside_thirty_days_ago_goes(tmp_path):
    names = [
        "before-restore-20261101-101010",
        "before-restore-20261102-101010",
        "before-restore-mine",
        ".restore-now",
        ".restore-old",
        ".backup-a",
    ]
    for name in names:
        (tmp_path / name).mkdir()
        (tmp_path / name / "secret_key").write_text("x")
    os.utime(tmp_path / ".restore-old", (0, time.time() - 2 * 86400))

    leftovers.remove_over(tmp_path, date(2026, 12, 1))

    assert left(tmp_path) == [".restore-now", "before-restore-20261102-101010", "before-restore-mine"]


def test_the_night_does_it(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    (tmp_path / "before-restore-20200101-101010").mkdir()

    remove_leftovers()

    assert left(tmp_path) == []
    assert "ops.leftovers" in registry.periodics


@pytest.mark.django_db
def test_an_erasure_names_what_was_set_aside(settings, tmp_path, capsys):
    settings.DATA_DIR = tmp_path
    (tmp_path / "before-restore-20261101-101010").mkdir()
    user = make_user("ada@example.org")

    call_command("privacy", "erase", user.email, "--yes")

    said = capsys.readouterr().out
    assert f"{tmp_path}/before-restore-20261101-101010" in said
    assert "1er décembre 2026" in said.replace("\u00a0", " ")
