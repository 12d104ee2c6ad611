"""Where commands write: a place that does not suit is one sentence, and nothing was done."""

import io
import os

import pytest
from django.core.management import CommandError, call_command

from hub.core.audit.models import AuditEntry
from hub.core.kit import out
from tests.builders.accounts import make_member, make_user
from tests.builders.trainings import make_session

pytestmark = pytest.mark.django_db


@pytest.fixture(params=["a file", "under a file", "closed"])
def bad(request, tmp_path, monkeypatch):
    """A place that is no folder, that cannot be one, or that another person owns."""
    (tmp_path / "file").write_text("gardé")
    if request.param == "closed":
        monkeypatch.setattr(out.os, "access", lambda *args: False)  # the superuser may write everywhere
    return {"a file": tmp_path / "file", "under a file": tmp_path / "file" / "x", "closed": tmp_path}[request.param]


@pytest.mark.parametrize("command", ["convention", "dossier"])
def test_a_folder_that_cannot_be_written(bad, command, tmp_path):
    session, employer = make_session(), make_member()
    words = ["--organisation", employer.slug] if command == "dossier" else []
    before = AuditEntry.objects.count()

    with pytest.raises(CommandError, match=r"n’est pas un dossier|ne peut pas être écrit"):
        call_command(command, str(session.pk), *words, out=str(bad))

    assert (tmp_path / "file").read_text() == "gardé"
    assert AuditEntry.objects.count() == before


@pytest.mark.parametrize("verb", ["export", "organisation"])
@pytest.mark.parametrize("place", ["", "file/x", "none/x"])
def test_a_file_that_cannot_be_written(tmp_path, verb, place):
    (tmp_path / "file").write_text("gardé")
    whom = make_user("ada@example.org").email if verb == "export" else make_member().slug
    before = AuditEntry.objects.count()

    with pytest.raises(CommandError, match=r"n’est pas un fichier|pas de dossier"):
        call_command("privacy", verb, whom, out=tmp_path / place)

    assert sorted(os.listdir(tmp_path)) == ["file"]
    assert AuditEntry.objects.count() == before


def test_a_write_that_fails_is_a_sentence(tmp_path):
    with pytest.raises(CommandError, match="n’a pas pu être écrit"):
        out.write_out(tmp_path, b"x")


def test_a_backup_replaces_files_only_and_stays_out_of_the_data(settings, tmp_path):
    settings.DATA_DIR = tmp_path / "hub"
    (tmp_path / "hub").mkdir()
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "hub")

    for name in ("pipe", "folder"):
        with pytest.raises(CommandError, match="n’est pas un fichier"):
            call_command("backup", str(tmp_path / name), "--replace")
    for name in ("hub/x", "link/x"):
        with pytest.raises(CommandError, match="est dans le dossier de données"):
            call_command("backup", str(tmp_path / name))

    assert os.listdir(tmp_path / "hub") == []
    assert (tmp_path / "pipe").is_fifo()


def test_what_is_written_is_for_the_eyes_of_who_asked(tmp_path):
    out.write_out(tmp_path / "a.zip", b"tout")

    assert (tmp_path / "a.zip").stat().st_mode & 0o777 == 0o600


def test_an_erasure_that_nobody_can_confirm_erases_nothing(monkeypatch):
    user = make_user("ada@example.org")
    monkeypatch.setattr("sys.stdin", io.StringIO())

    with pytest.raises(CommandError, match="Rien n’est effacé"):
        call_command("privacy", "erase", user.email)
