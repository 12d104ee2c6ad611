"""`bin/hub status`: one screen, one document, and 1 when a line is red."""

import contextlib
import json

import pytest
from django.core.management import call_command

from hub.core.jobs import health
from hub.core.jobs.health import State
from hub.ops import checks

pytestmark = pytest.mark.django_db


@pytest.fixture
def looks(monkeypatch):
    """Only the checks that a test names, so that nothing else decides."""
    monkeypatch.setattr(health, "_looks", {})
    return lambda name, state, fact="Un fait": health.register(name, lambda: (state, fact), label=name.capitalize())


def broken():
    raise ConnectionRefusedError


def test_status_all_good_exits_quietly(looks, capsys):
    looks("database", State.OK, "SQLite")
    looks("search", State.OK)

    call_command("status")

    lines = capsys.readouterr().out.splitlines()
    assert lines[1].split()[:2] == ["Database", "bon"]
    assert lines[1].endswith("SQLite")
    assert any(line.startswith("Tables") and "bon" in line for line in lines)


def test_status_exits_1_when_a_line_is_red_and_still_shows_the_others(looks, capsys):
    looks("storage", State.OK)
    health.register("broker", broken, label="File")

    with pytest.raises(SystemExit) as stopped:
        call_command("status")

    shown = capsys.readouterr().out
    assert stopped.value.code == 1
    assert "EN PANNE" in shown
    assert "ConnectionRefusedError" in shown
    assert "Storage" in shown


def test_status_warning_alone_is_not_a_failure(looks):
    looks("mail", State.WARN)

    call_command("status")


def test_status_json_says_the_same(looks, capsys):
    looks("search", State.OK, "12 fiches")

    call_command("status", "--json")

    document = json.loads(capsys.readouterr().out)
    assert document["state"] == "ok"
    assert {"name": "search", "state": "ok", "fact": "12 fiches"}.items() <= document["checks"][-1].items()


def test_status_without_a_search_check_says_so(looks, capsys):
    call_command("status", "--json")

    search = next(check for check in json.loads(capsys.readouterr().out)["checks"] if check["name"] == "search")
    assert search["state"] == "warn"


def test_status_shows_the_six_parts(capsys):
    with contextlib.suppress(SystemExit):  # no worker runs here
        call_command("status", "--json")
    named = {check["name"] for check in json.loads(capsys.readouterr().out)["checks"]}

    assert {"database", "broker", "worker", "search", "mail", "storage"} <= named


def test_mail_in_files_is_told_apart_in_a_real_hub(settings, tmp_path):
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path)

    settings.DEMO = False
    assert checks.mail()[0] == State.WARN
    settings.DEMO = True
    assert checks.mail()[0] == State.OK


def test_mail_server_that_refuses_is_red(settings, looks):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    health.register("mail", checks.mail, label="Courrier")

    assert [check.state for check in health.run_checks(fresh=True)] == [State.BAD]


def test_storage_that_cannot_be_written_is_red(settings, looks, tmp_path):
    (tmp_path / "fichier").touch()
    settings.PRIVATE_ROOT = tmp_path / "fichier" / "private"
    health.register("storage", checks.storage, label="Fichiers")

    assert [check.state for check in health.run_checks(fresh=True)] == [State.BAD]


@pytest.mark.parametrize(("free", "state"), [(50_000_000, State.BAD), (500_000_000, State.WARN), (5_000_000_000, State.OK)])
def test_storage_watches_the_room_that_is_left(settings, tmp_path, monkeypatch, free, state):
    settings.PRIVATE_ROOT = tmp_path
    monkeypatch.setattr(checks.shutil, "disk_usage", lambda folder: type("Usage", (), {"free": free}))

    assert checks.storage()[0] == state
