from django.db import models


class PieceKind(models.TextChoices):
    """What a roadmap is made of; the value stands in addresses, so it is French."""

    PHASE = "phases", "phase"
    ITEM = "points", "point"
    MILESTONE = "jalons", "jalon"


class Progress(models.TextChoices):
    PLANNED = "planned", "Prévu"
    UNDER_WAY = "under_way", "En cours"
    DONE = "done", "Fait"
    DROPPED = "dropped", "Abandonné"


class Stance(models.TextChoices):
    """What a CAE does with a point. No answer is no row: silence is not a stance."""

    ADOPTED = "adopted", "Adopté"
    ADAPTED = "adapted", "Adapté"
    DEFERRED = "deferred", "Différé"
    DECLINED = "declined", "Décliné"
    THINKING = "thinking", "En réflexion"


TONES = {Stance.ADOPTED: "ok", Stance.ADAPTED: "adapt", Stance.DEFERRED: "later", Stance.DECLINED: "no", Stance.THINKING: "wait"}


class AnswerReach(models.TextChoices):
    """Who reads what a CAE answers: the group, unless the CAE opens it."""

    GROUP = "group", "le groupe"
    FEDERATION = "federation", "la fédération"
    PUBLIC = "public", "tout le monde, sans compte"
