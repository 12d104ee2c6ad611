"""Where a command writes what it was asked for: a place that cannot be written is one sentence, said before the work begins."""

import os
from pathlib import Path

from django.core.management.base import CommandError


def out_folder(text: str) -> Path:
    """The folder, made if need be. Raises CommandError."""
    folder = Path(text)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        raise CommandError(f"{folder} n’est pas un dossier : dites où écrire avec --out.") from None
    except OSError as error:
        raise CommandError(f"Le dossier {folder} ne peut pas être fait ({error.strerror}).") from None
    if not os.access(folder, os.W_OK | os.X_OK):
        raise CommandError(f"Le dossier {folder} ne peut pas être écrit.")
    return folder


def out_file(path: Path) -> Path:
    """A file that can be written. Raises CommandError."""
    if path.exists() and not path.is_file():
        raise CommandError(f"{path} n’est pas un fichier : dites où écrire avec --out.")
    if not path.parent.is_dir():
        raise CommandError(f"Il n’y a pas de dossier {path.parent}.")
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        raise CommandError(f"{path} ne peut pas être écrit.")
    return path


def write_out(path: Path, content: bytes) -> None:
    """For the eyes of who asks, as a backup: it tells of people. Raises CommandError."""
    try:
        with open(path, "wb", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
            file.write(content)
    except OSError as error:
        raise CommandError(f"{path} n’a pas pu être écrit ({error.strerror}).") from None
