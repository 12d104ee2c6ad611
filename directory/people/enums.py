from typing import Self

from django.db import models


class Audience(models.IntegerChoices):
    """Who may read a field, from the narrowest to the widest; a reader of one level reads the wider ones too.

    REFERENT stands for the person in charge of accessibility in her CAE: that role does not exist yet, so only herself reads it.
    """

    REFERENT = 0, "moi seule ou moi seul"
    PRIVATE = 1, "mon équipe d’appui"
    FEDERATION = 2, "la fédération"
    PUBLIC = 3, "tout le monde"

    @property
    def word(self) -> str:
        """How it is stored and sent: «public»."""
        return self.name.lower()

    @classmethod
    def of(cls, word: str) -> Self:
        """Raises KeyError for a word that is no audience."""
        return cls[word.upper()]


class PersonKind(models.TextChoices):
    ENTREPRENEUR = "entrepreneur", "entrepreneur·e"
    STAFF = "staff", "équipe d’appui"


class ContractStatus(models.TextChoices):
    """The contracts between a person and her CAE: C. com. L127-1 (CAPE), C. trav. L7331-2 (CESA)."""

    CAPE = "cape", "contrat d’appui (CAPE)"
    CESA = "cesa", "entrepreneur·e salarié·e (CESA)"
    SHAREHOLDER = "esa", "entrepreneur·e salarié·e associé·e"
    EMPLOYEE = "employee", "salarié·e de la CAE"


class Evidence(models.TextChoices):
    """What stands behind a skill; without it the skill is only declared."""

    TRAINED = "trained", "formation suivie"
    DELIVERED = "delivered", "chantier ou mission livrée"
    ENDORSED = "endorsed", "reconnue par une autre CAE"
    TAUGHT = "taught", "a formé d’autres personnes"


class Free(models.TextChoices):
    """How free a person is in one month."""

    FREE = "free", "disponible"
    PARTLY = "partly", "en partie"
    TAKEN = "taken", "pas disponible"


class FacetKind(models.TextChoices):
    """What a list counts; TOTAL has one empty value."""

    TOTAL = "total"
    TRADE = "trade"
    SKILL = "skill"
    DEPARTMENT = "department"
    ORGANISATION = "organisation"
