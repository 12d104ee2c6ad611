from django.db import models


class ActionStatus(models.TextChoices):
    OPEN = "open", "À faire"
    DONE = "done", "Faite"
    DROPPED = "dropped", "Abandonnée"
