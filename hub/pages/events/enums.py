from django.db import models


class EventKind(models.TextChoices):
    SEMINAR = "seminar", "séminaire"
    INFORMATION = "information", "réunion d’information"
    VISIT = "visit", "visite"
    WORKSHOP = "workshop", "atelier"
    FAIR = "fair", "salon"
    OTHER = "other", "autre rendez-vous"


class PlaceStatus(models.TextChoices):
    CONFIRMED = "confirmed", "Inscrite ou inscrit"
    WAITING = "waiting", "En liste d’attente"
    CANCELLED = "cancelled", "Annulée"
