"""A command on a data folder that holds no hub yet: one sentence, no traceback."""

import os
import subprocess
import sys

import pytest

from hub.ops.folder import Folder
from hub.settings.env import ROOT


def hub(data, cwd, *words):
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("HUB_", "DJANGO_"))} | {"HUB_DATA": str(data)}
    return subprocess.run([sys.executable, ROOT / "manage.py", *words], env=environ, cwd=cwd, capture_output=True, text=True, timeout=120)


@pytest.mark.parametrize("words", [["rescue", "x@example.org"], ["audit", "verify"], ["backup", "copie.zip"], ["status"]])
@pytest.mark.parametrize("holds", ["nothing", "the rooms", "a key without tables"])
def test_a_command_that_needs_a_hub_says_that_there_is_none(tmp_path, words, holds):
    data = tmp_path / "vide"
    if holds == "the rooms":
        Folder(data).prepare()
    if holds == "a key without tables":
        if words == ["status"]:
            return  # it tells what lacks, line by line
        data.mkdir()
        (data / "secret_key").write_text("x" * 60)

    done = hub(data, tmp_path, *words)

    assert done.returncode == 1
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    assert f"pas encore de hub dans {data}" in done.stderr
    assert not (tmp_path / "copie.zip").exists()
    assert holds != "nothing" or not data.exists()
    assert holds != "the rooms" or sorted(path.name for path in data.iterdir()) == ["logs", "media", "private", "static"]


@pytest.mark.parametrize("words", [["restore", "copie.zip"], ["status"], ["migrate"], ["createcachetable"]])
def test_a_folder_of_something_else_is_left_as_it_was(tmp_path, words):
    photos = tmp_path / "photos"
    photos.mkdir(mode=0o755)
    (photos / "plage.jpg").write_bytes(b"x")
    (photos / "logs").mkdir()
    (tmp_path / "copie.zip").write_bytes(b"x")

    done = hub(photos, tmp_path, *words)

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"Le dossier {photos} contient autre chose qu’un hub : choisissez un dossier vide avec --data.\n"
    assert sorted(path.name for path in photos.iterdir()) == ["logs", "plage.jpg"]
    assert photos.stat().st_mode & 0o777 == 0o755
