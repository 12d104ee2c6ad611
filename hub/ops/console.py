"""What the person who typed the command reads."""

import contextlib
import sys
from pathlib import Path
from typing import TextIO


def say(text: str) -> None:
    _print(text, sys.stdout)


def fail(text: str) -> None:
    _print(text, sys.stderr)


def _print(text: str, stream: TextIO) -> None:
    with contextlib.suppress(OSError):  # the terminal is gone: stopping in good order matters more
        print(text, file=stream, flush=True)


def last_line(log: Path) -> str:
    """The line that says most in a log: the last one that is not empty."""
    try:
        lines = log.read_text(errors="replace").splitlines()[-50:]
    except OSError:
        lines = []
    return next((line.strip()[:300] for line in reversed(lines) if line.strip()), "aucun message")


def welcome(address: str, data: Path, *, demo: bool, seconds: float) -> None:
    address = address.rstrip("/")
    taken = f"{seconds:.1f}".replace(".", ",")
    say(f"Le hub répond sur {address}/ ({taken} s)")
    if demo:
        say(f"  Démonstration : entrez en un clic sur {address}/connexion/ ; tous les comptes sont dans {data / 'accounts.json'}")
        say(f"  Le courrier envoyé se lit sur {address}/demo/courrier/ ; un code de connexion : bin/hub demo otp ADRESSE")
    else:
        say(f"  Pour entrer : {address}/connexion/")
    say("  Pour arrêter : Ctrl-C")
