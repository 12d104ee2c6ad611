from django.db import models


class Attended(models.TextChoices):
    """What became of a trainee in a half-day."""

    PRESENT = "present", "Présence"
    ABSENT = "absent", "Absence"


class Cause(models.TextChoices):
    """Why a line was taken back: of a list, for only the trail keeps it, which holds no words that somebody typed."""

    WRONG_LINE = "wrong_line", "Une autre personne a signé sur cette ligne"
    WRONG_HOURS = "wrong_hours", "Heures fausses"
    WRONG_STATE = "wrong_state", "Présence ou absence notée à tort"
    OTHER = "other", "Une autre erreur"


class Method(models.TextChoices):
    DRAWN = "drawn", "tracée"
    TYPED = "typed", "au clavier"
    CODED = "coded", "au clavier, avec son code"
