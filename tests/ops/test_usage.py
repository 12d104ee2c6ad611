"""Who asks how a command goes, or mistypes it, reads French, of Django's own as of the hub's."""

import argparse
import os
import subprocess
import sys

import pytest

from hub.ops.usage import Utility, french, french_of, own_commands
from hub.settings.env import ROOT


@pytest.fixture
def parser(monkeypatch):
    monkeypatch.setattr(argparse, "_", french)
    monkeypatch.setattr(argparse, "ngettext", french_of)
    made = argparse.ArgumentParser(prog="hub essai")
    made.add_argument("file", metavar="FICHIER")
    made.add_argument("-n", type=int)
    made.add_argument("--two", nargs=2)
    made.add_argument("--some", nargs="+")
    made.add_argument("--reason", choices=["panne"])
    made.add_argument("--replace", action="store_true")
    either = made.add_mutually_exclusive_group()
    either.add_argument("--json", action="store_true")
    either.add_argument("--text", action="store_true")
    return made


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("", "il manque : FICHIER"),
        ("a b --c", "mots inattendus : b --c"),
        ("a -n x", "-n : valeur refusée : 'x' (type attendu : int)"),
        ("a -n", "-n : attend une valeur"),
        ("a --two 1", "--two : attend 2 valeurs"),
        ("a --some", "--some : attend au moins une valeur"),
        ("a --reason x", "--reason : 'x' n’est pas un choix (au choix : 'panne')"),
        ("a --replace=x", "--replace : ne prend pas de valeur ; reçu 'x'"),
        ("a --re", "--re peut se lire de plusieurs façons : --reason, --replace"),
        ("a --json --text", "--text : ne va pas avec --json"),
    ],
)
def test_each_mistake_has_its_sentence(parser, capsys, words, said):
    with pytest.raises(SystemExit) as left:
        parser.parse_args(words.split())

    usage, _, last = capsys.readouterr().err.rstrip().rpartition("\n")
    assert (left.value.code, last) == (2, f"hub essai : {said}")
    assert usage.startswith("emploi : hub essai")


@pytest.mark.parametrize(("word", "near"), [("statut", "status"), ("upp", "up"), ("helpp", "help")])
def test_an_unknown_command_is_said_to_be(word, near):
    with pytest.raises(SystemExit) as left:
        Utility(["bin/hub", word]).fetch_command(word)

    assert left.value.code == f"« {word} » n’est pas une commande de bin/hub (bin/hub help les montre toutes). Vouliez-vous dire {near} ?"


def test_a_command_has_options_of_any_name(capsys):
    """«shell -c» is kept under the name `command`."""
    command = Utility(["bin/hub", "shell"]).fetch_command("shell")

    command.run_from_argv(["bin/hub", "shell", "-c", "print('fait')"])

    assert capsys.readouterr().out.rstrip().endswith("fait")


@pytest.fixture
def hub(tmp_path):
    """Runs bin/hub, on a folder where there is nothing yet."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("HUB_", "DJANGO_"))} | {"HUB_DATA": str(tmp_path)}

    def run(words):
        return subprocess.run(
            [sys.executable, "manage.py", *words.split()], cwd=ROOT, env=environ, capture_output=True, text=True, check=False
        )

    return run


@pytest.mark.parametrize(("command", "said"), [("restore", "il manque : FICHIER"), ("migrate --essai", "mots inattendus : --essai")])
def test_bin_hub_says_it(hub, command, said):
    done = hub(command)

    assert done.returncode == 2
    assert done.stderr.startswith("emploi : hub ")
    assert done.stderr.endswith(f" : {said}\n")


def test_what_a_command_refuses_is_one_sentence(hub):
    done = hub("restore absent")

    assert (done.returncode, done.stdout, done.stderr) == (1, "", f"Il n’y a pas de fichier {ROOT / 'absent'}.\n")
    assert "Traceback" in hub("restore absent --traceback").stderr


def test_each_command_of_the_hub_shows_its_own_options_alone(hub):
    said = "emploi : hub backup [-h] [--replace] FICHIER\n\nÉcrit une sauvegarde complète dans un fichier, pendant que le hub tourne.\n\n"
    arguments = "arguments:\n  FICHIER\n\noptions:\n  -h, --help  montre cette aide\n  --replace   remplace un fichier qui existe\n"

    assert hub("backup --help").stdout == hub("help backup").stdout == said + arguments
    assert hub("help up").stdout == hub("up --help").stdout != ""


def test_help_shows_the_commands_of_the_hub_first_each_with_its_line():
    own, text = own_commands(), Utility(["bin/hub"]).main_help_text()

    heads, lines, _, others, _ = text.replace("\n\n", "\0").split("\0")
    assert heads == "Les commandes du hub :"
    assert lines.split("\n") == [f"  {name:<16}{said}" for name, said in own.items()]
    assert {"up", "status", "backup", "search", "convention"} <= own.keys()
    assert all(said.endswith((".", " !")) and said[0].isupper() for said in own.values())
    assert {"migrate", "shell"} <= set(others.replace(",", " ").split())
    assert not own.keys() & set(others.replace(",", " ").split())
