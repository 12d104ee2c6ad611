from django.db import models


class Attended(models.TextChoices):
    """What became of a trainee in a half-day."""

    PRESENT = "present", "Présence"
    ABSENT = "absent", "Absence"


class Method(models.TextChoices):
    DRAWN = "drawn", "tracée"
    TYPED = "typed", "au clavier"
