"""A command on a data folder that holds no hub yet: one sentence, no traceback."""

import os
import subprocess
import sys

import pytest

from hub.settings.env import ROOT


@pytest.mark.parametrize("words", [["rescue", "x@example.org"], ["audit", "verify"], ["backup", "copie.zip"]])
def test_a_command_that_needs_a_hub_says_that_there_is_none(tmp_path, words):
    data = tmp_path / "vide"
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("HUB_", "DJANGO_"))} | {"HUB_DATA": str(data)}

    done = subprocess.run(
        [sys.executable, ROOT / "manage.py", *words], env=environ, cwd=tmp_path, capture_output=True, text=True, timeout=120
    )

    assert done.returncode == 1
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    assert f"pas encore de hub dans {data}" in done.stderr
    assert not (tmp_path / "copie.zip").exists()
