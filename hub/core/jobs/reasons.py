"""Why a job failed, in words for the coordinator. Never the exception's own message: it may quote an address or a name."""

import smtplib
import traceback
from pathlib import Path

from django.core.exceptions import ObjectDoesNotExist
from django.db import Error as DatabaseError

from hub.core.jobs.errors import UnknownTopic

PROJECT = Path(__file__).resolve().parents[3]
WORDS: list[tuple[type[BaseException], str]] = [
    (UnknownTopic, "Aucun traitement ne connaît ce sujet"),
    (smtplib.SMTPException, "Le serveur de courrier a refusé"),
    (TimeoutError, "Un service n’a pas répondu à temps"),
    (ConnectionError, "Un service est injoignable"),
    (DatabaseError, "La base de données a refusé"),
    (ObjectDoesNotExist, "L’objet n’existe plus"),
    (FileNotFoundError, "Un fichier manque"),
    (OSError, "Un fichier ou un service n’est pas accessible"),
    (MemoryError, "La mémoire a manqué"),
]


def reason_of(error: BaseException) -> str:
    """«Le serveur de courrier a refusé (SMTPDataError, hub/core/notifications/tasks.py, ligne 41).»"""
    words = next((words for kind, words in WORDS if isinstance(error, kind)), "Erreur inattendue")
    details = ", ".join([type(error).__name__, *_place(error)])
    return f"{words} ({details})."


def _place(error: BaseException) -> list[str]:
    """The last line of our own code that it went through."""
    ours = [frame for frame in traceback.extract_tb(error.__traceback__) if _is_ours(frame.filename)]
    if not ours:
        return []
    return [str(Path(ours[-1].filename).relative_to(PROJECT)), f"ligne {ours[-1].lineno}"]


def _is_ours(filename: str) -> bool:
    path = Path(filename)
    return path.is_relative_to(PROJECT) and "site-packages" not in path.parts and not path.is_relative_to(Path(__file__).parent)
