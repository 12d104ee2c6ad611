from django.db import models


class Scan(models.TextChoices):
    """Where a file stands with the antivirus. Nobody is served one that is not clear; what came in while no antivirus was set is."""

    CLEAR = "clear", "rien contre"
    WAITING = "waiting", "en attente de l’analyse antivirus"
    INFECTED = "infected", "retiré, l’antivirus y a trouvé un virus"
