from datetime import time

from django.db import models


class Nature(models.TextChoices):
    """An atelier is support given by a CAE, not always a training action in law: it has no convention and no certificate."""

    TRAINING = "training", "Formation"
    WORKSHOP = "workshop", "Atelier"


class SessionStatus(models.TextChoices):
    DRAFT = "draft", "Brouillon"
    OPEN = "open", "Inscriptions ouvertes"
    CLOSED = "closed", "Inscriptions closes"
    CANCELLED = "cancelled", "Annulée"


# from → to: every other move is refused
MOVES: dict[str, set[str]] = {
    SessionStatus.DRAFT: {SessionStatus.OPEN, SessionStatus.CANCELLED},
    SessionStatus.OPEN: {SessionStatus.CLOSED, SessionStatus.CANCELLED},
    SessionStatus.CLOSED: {SessionStatus.OPEN, SessionStatus.CANCELLED},
    SessionStatus.CANCELLED: set(),
}


class Period(models.TextChoices):
    MORNING = "am", "matin"
    AFTERNOON = "pm", "après-midi"


USUAL_HOURS = {Period.MORNING: (time(8, 30), time(12, 0)), Period.AFTERNOON: (time(13, 30), time(17, 0))}


class RegistrationStatus(models.TextChoices):
    CONFIRMED = "confirmed", "Inscrite"
    WAITING = "waiting", "En liste d’attente"
    CANCELLED = "cancelled", "Annulée"
