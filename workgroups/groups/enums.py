from django.db import models


class WorkgroupStatus(models.TextChoices):
    PREPARING = "preparing", "En préparation"
    ACTIVE = "active", "En activité"
    ENDED = "ended", "Terminé"
    ABANDONED = "abandoned", "Préparation abandonnée"


UNSEEN = {WorkgroupStatus.PREPARING, WorkgroupStatus.ABANDONED}  # never opened: its people alone know of it
OVER = {WorkgroupStatus.ENDED, WorkgroupStatus.ABANDONED}  # nothing is written in it any more

# from → to: every other move is refused
MOVES: dict[str, set[str]] = {
    WorkgroupStatus.PREPARING: {WorkgroupStatus.ACTIVE, WorkgroupStatus.ABANDONED},
    WorkgroupStatus.ACTIVE: {WorkgroupStatus.ENDED},
    WorkgroupStatus.ENDED: {WorkgroupStatus.ACTIVE},
    WorkgroupStatus.ABANDONED: {WorkgroupStatus.PREPARING},
}


class Reach(models.TextChoices):
    """Who reads what a group publishes: its presentation and its released roadmap."""

    FEDERATION = "federation", "la fédération"
    PUBLIC = "public", "tout le monde, sans compte"


class GroupRole(models.TextChoices):
    FACILITATOR = "facilitator", "animatrice ou animateur"
    MEMBER = "member", "membre"
    GUEST = "guest", "invitée ou invité"
