"""What is read by who asks how a command goes, or mistypes it, in French: argparse marks its messages for translation, and Python comes with none."""

import argparse
import sys
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from textwrap import fill
from typing import Any

from django.core.management import ManagementUtility, get_commands, load_command_class
from django.core.management.base import BaseCommand, CommandError, DjangoHelpFormatter, SystemCheckError

ROOT = Path(__file__).resolve().parents[2]
UP = "Prépare le dossier de données, puis tient le site, les tâches et l’horloge jusqu’à Ctrl-C."
FRENCH = {
    "usage: ": "emploi : ",
    "%(prog)s: error: %(message)s\n": "%(prog)s : %(message)s\n",
    "positional arguments": "arguments",
    "show this help message and exit": "montre cette aide",
    "argument %(argument_name)s: %(message)s": "%(argument_name)s : %(message)s",
    "unrecognized arguments: %s": "mots inattendus : %s",
    "the following arguments are required: %s": "il manque : %s",
    "one of the arguments %s is required": "il manque l’un de ceux-ci : %s",
    "not allowed with argument %s": "ne va pas avec %s",
    "ignored explicit argument %r": "ne prend pas de valeur ; reçu %r",
    "expected one argument": "attend une valeur",
    "expected at most one argument": "attend une valeur au plus",
    "expected at least one argument": "attend au moins une valeur",
    "expected %s argument": "attend %s valeur",
    "expected %s arguments": "attend %s valeurs",
    "ambiguous option: %(option)s could match %(matches)s": "%(option)s peut se lire de plusieurs façons : %(matches)s",
    "invalid %(type)s value: %(value)r": "valeur refusée : %(value)r (type attendu : %(type)s)",
    "invalid choice: %(value)r (choose from %(choices)s)": "%(value)r n’est pas un choix (au choix : %(choices)s)",
    "can't open '%(filename)s': %(error)s": "« %(filename)s » ne s’ouvre pas : %(error)s",
}


def french(message: str) -> str:
    """What is said to who writes a program, not to who types a command, stays as it is."""
    return FRENCH.get(message, message)


def french_of(one: str, many: str, number: int) -> str:
    return french(one if number < 2 else many)


class Formatter(DjangoHelpFormatter):
    """Without the options that every command has from Django, for who writes programs: they work, and are said nowhere."""

    def _reordered_actions(self, actions: Any) -> list[argparse.Action]:
        return [one for one in actions if not self.show_last & set(one.option_strings)]


def answer(command: BaseCommand, /, *words: Any, **options: Any) -> Any:
    """Run it; what it refuses is one sentence, without the name that it has in Python."""
    try:
        return type(command).execute(command, *words, **options)
    except CommandError as refusal:
        if options["traceback"] or isinstance(refusal, SystemCheckError):
            raise
        print(refusal, file=sys.stderr)
        sys.exit(refusal.returncode)


def own_commands() -> dict[str, str]:
    """Those of the hub, each with what it does."""
    found = {name: app for name, app in get_commands().items() if (ROOT / app.partition(".")[0]).is_dir()}
    return {"up": UP} | {name: load_command_class(app, name).help for name, app in sorted(found.items())}


class Utility(ManagementUtility):
    """Django's, for whoever types a command."""

    def execute(self) -> None:
        vars(argparse).update(_=french, ngettext=french_of)  # the two names under which argparse looks for a catalogue
        super().execute()

    def main_help_text(self, commands_only: bool = False) -> str:
        if commands_only:
            return super().main_help_text(commands_only=True)
        own = own_commands()
        lines = [f"  {name:<16}{said}" for name, said in own.items()]
        others = fill(", ".join(sorted(get_commands().keys() - own.keys())), width=100, initial_indent="  ", subsequent_indent="  ")
        end = "bin/hub COMMANDE --help dit comment une commande s’emploie ; --data DOSSIER, pour toutes, dit quel dossier de données."
        return "\n".join(["Les commandes du hub :", "", *lines, "", "Celles de Django et de Wagtail, en anglais :", "", others, "", end])

    def fetch_command(self, subcommand: str) -> BaseCommand:
        commands = get_commands()
        if subcommand in commands:
            found = super().fetch_command(subcommand)
            found.create_parser = partial(found.create_parser, formatter_class=Formatter)  # type: ignore[method-assign]  # of this one command
            found.execute = partial(answer, found)  # type: ignore[method-assign]  # as typed, not as called by code
            return found
        near = get_close_matches(subcommand, [*commands, "help", "up"], n=1)
        asked = f" Vouliez-vous dire {near[0]} ?" if near else ""
        sys.exit(f"« {subcommand} » n’est pas une commande de bin/hub (bin/hub help les montre toutes).{asked}")
