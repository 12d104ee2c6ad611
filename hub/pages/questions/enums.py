from django.db import models


class QuestionState(models.TextChoices):
    """Words of the address bar, so French."""

    OPEN = "sans-reponse", "Sans réponse"
    ANSWERED = "avec-reponse", "Avec des réponses"
    SOLVED = "resolue", "Résolue"
