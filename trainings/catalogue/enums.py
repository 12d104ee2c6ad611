from django.db import models


class Modality(models.TextChoices):
    """Code du travail L6313-2; D6313-3-1 for remote parts, D6313-3-2 for training at work (AFEST)."""

    IN_PERSON = "in_person", "en présence"
    REMOTE = "remote", "à distance"
    MIXED = "mixed", "mixte"
    AT_WORK = "at_work", "en situation de travail (AFEST)"


class CourseStatus(models.TextChoices):
    """Where a programme stands for whoever writes it; read from the page and its workflow, never stored."""

    DRAFT = "draft", "Brouillon"
    IN_REVIEW = "in_review", "En relecture"
    LIVE = "live", "Publié"
    LIVE_WITH_DRAFT = "live_with_draft", "Publié, un brouillon en cours"
