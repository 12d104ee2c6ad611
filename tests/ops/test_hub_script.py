"""bin/hub on a checkout of its own: the environment is made once, whoever asks, wherever from."""

import hashlib
import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from hub.settings.env import ROOT

pytestmark = pytest.mark.slow

SHOW = "import os, sys\nprint(sys.executable, os.getcwd(), *sys.argv[1:])\n"


@pytest.fixture
def checkout(tmp_path):
    folder = tmp_path / "mon hub"
    (folder / "bin").mkdir(parents=True)
    shutil.copy(ROOT / "bin" / "hub", folder / "bin" / "hub")
    (folder / "requirements.lock").write_text("# rien\n")
    (folder / "manage.py").write_text(SHOW)
    return folder


def hub(checkout, *words, cwd="/", path=None, script=None):
    environ = {"PATH": path or os.environ["PATH"], "HOME": os.environ.get("HOME", "/")}
    return subprocess.run([script or checkout / "bin" / "hub", *words], cwd=cwd, env=environ, capture_output=True, text=True, timeout=120)


def made_by_bin_test(checkout):
    """An environment that needs nothing: python is there, and the stamp names both lock files."""
    python = Path(shutil.which("python3")).resolve()
    (checkout / ".venv" / "bin").mkdir(parents=True)
    (checkout / ".venv" / "bin" / "python").symlink_to(python)
    (checkout / ".venv" / "pyvenv.cfg").write_text(f"home = {python.parent}\ninclude-system-site-packages = true\n")
    digest = hashlib.sha256((checkout / "requirements.lock").read_bytes()).hexdigest()
    (checkout / ".venv" / "installed").write_text(f"{digest}  -\n{'0' * 64}  -\n")


@pytest.mark.full
def test_hub_makes_its_environment_once_for_two_that_start_together(checkout):
    both = [subprocess.Popen([checkout / "bin" / "hub", "bonjour"], stdout=-1, stderr=-1, text=True, cwd="/") for _ in range(2)]
    outputs = [process.communicate(timeout=120) for process in both]
    third = hub(checkout, "bonjour")

    assert [process.returncode for process in both] == [0, 0], outputs
    assert sum("Installation des bibliothèques" in errors for _output, errors in outputs) == 1
    assert third.stderr == ""
    assert third.stdout == f"{checkout}/.venv/bin/python / bonjour\n"


def test_hub_works_from_any_folder_and_through_a_link(checkout, tmp_path):
    made_by_bin_test(checkout)
    link = tmp_path / "lien"
    link.symlink_to(checkout / "bin" / "hub")

    through_link = hub(checkout, "a b", cwd=tmp_path, script=link)
    relative = subprocess.run("bin/hub '*'", shell=True, cwd=checkout, capture_output=True, text=True)

    assert through_link.stdout.endswith(f" {tmp_path} a b\n")
    assert relative.stdout.endswith(" *\n")


def test_hub_installs_again_when_the_lock_changed(checkout):
    made_by_bin_test(checkout)
    assert "Installation" not in hub(checkout).stderr

    (checkout / "requirements.lock").write_text("# autre chose\n")

    assert "Installation" in hub(checkout).stderr
    assert "Installation" not in hub(checkout).stderr


def test_hub_starts_at_once_when_all_is_there(checkout):
    made_by_bin_test(checkout)
    began = time.monotonic()

    hub(checkout)

    assert time.monotonic() - began < 2


def sentence(done):
    assert done.returncode == 1
    assert done.stdout == ""
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1, done.stderr
    return lines[0]


def tools(tmp_path, python):
    """A PATH with what bin/hub needs and a python of our choice."""
    folder = tmp_path / "tools"
    folder.mkdir()
    for name in ("sh", "readlink", "dirname", "sha256sum", "grep", "mkdir", "flock", "date", "rm", "tail", "cat"):
        (folder / name).symlink_to(shutil.which(name))
    if python:
        (folder / "python3").write_text(f"#!/bin/sh\n{python}\n")
        (folder / "python3").chmod(0o755)
    return str(folder)


@pytest.mark.parametrize("version", ["3.9", "3.13"])
def test_hub_says_which_python_it_needs(checkout, tmp_path, version):
    stub = f'case "$2" in *exit*) exit 1;; *) echo {version};; esac'

    assert sentence(hub(checkout, path=tools(tmp_path, stub))).startswith(f"Le hub demande Python 3.11 ; cette machine a Python {version} ")


def test_hub_says_that_python_is_missing(checkout, tmp_path):
    assert sentence(hub(checkout, path=tools(tmp_path, ""))).startswith("Le hub demande Python 3.11 (")


def test_hub_says_that_venv_is_missing(checkout, tmp_path):
    stub = 'case "$2" in *ensurepip*) exit 1;; *) exit 0;; esac'

    assert "python3-venv" in sentence(hub(checkout, path=tools(tmp_path, stub)))


def test_hub_says_that_the_checkout_is_read_only(checkout):
    (checkout / ".cache").touch()  # root may write anywhere: a file in the way stands for a folder that cannot be made

    assert "n’est pas modifiable" in sentence(hub(checkout))


def test_hub_says_why_the_installation_failed(checkout):
    made_by_bin_test(checkout)
    shutil.rmtree(checkout / ".venv")
    (checkout / "requirements.lock").write_text("Django==5.2.19\n")  # without its hash

    done = hub(checkout)

    assert done.returncode == 1
    assert "L’installation des bibliothèques a échoué" in done.stderr
    assert not Path(checkout / ".venv" / "installed").exists()
