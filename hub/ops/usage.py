"""What a mistyped command reads, in French: argparse marks its messages for translation, and Python comes with none."""

import argparse
import sys
from difflib import get_close_matches

from django.core.management import ManagementUtility, get_commands
from django.core.management.base import BaseCommand

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


class Utility(ManagementUtility):
    """Django's, for whoever types a command."""

    def execute(self) -> None:
        vars(argparse).update(_=french, ngettext=french_of)  # the two names under which argparse looks for a catalogue
        super().execute()

    def fetch_command(self, subcommand: str) -> BaseCommand:
        commands = get_commands()
        if subcommand in commands:
            return super().fetch_command(subcommand)
        near = get_close_matches(subcommand, commands, n=1)
        asked = f" Vouliez-vous dire {near[0]} ?" if near else ""
        sys.exit(f"« {subcommand} » n’est pas une commande de bin/hub (bin/hub help les montre toutes).{asked}")
