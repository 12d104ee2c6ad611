from django.db import models


class WishStatus(models.TextChoices):
    OPEN = "open", "Attend une session"
    PLANNED = "planned", "Session en préparation"
    WITHDRAWN = "withdrawn", "Retiré"


# from → to: every other move is refused; a session that is cancelled gives its wishes back
MOVES: dict[str, set[str]] = {
    WishStatus.OPEN: {WishStatus.PLANNED, WishStatus.WITHDRAWN},
    WishStatus.PLANNED: {WishStatus.OPEN, WishStatus.WITHDRAWN},
    WishStatus.WITHDRAWN: set(),
}
