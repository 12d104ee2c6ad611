"""What a profile says in several rows. `level` and `organisation` are derived (derived.py): one index then answers a facet."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q

from directory.people.enums import Audience, Evidence
from directory.people.models.profiles import Profile, open_to, own, staffed_organisation
from directory.vocabularies.models import Skill, Trade
from hub.core.accounts.actor import Actor
from hub.core.accounts.models import Organisation
from hub.core.accounts.scoping import ScopedQuerySet
from hub.core.kit.models import Row


class PersonTradeQuerySet(ScopedQuerySet["PersonTrade"]):
    def visible_to(self, actor: Actor) -> Self:
        return self.scoped(open_to(actor) | own(actor, "profile__user"))


class PersonTrade(Row):
    """A trade of the ROME, with the words she uses for it («enduiseuse»)."""

    profile = models.ForeignKey(Profile, models.CASCADE, related_name="trades", verbose_name="fiche")
    trade = models.ForeignKey(Trade, models.PROTECT, related_name="+", verbose_name="métier")
    words = models.CharField("avec vos mots", max_length=80, blank=True)
    rank = models.PositiveSmallIntegerField(default=0)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", editable=False)
    level = models.PositiveSmallIntegerField(default=Audience.PRIVATE, editable=False)

    objects = PersonTradeQuerySet.as_manager()
    unscoped = models.Manager()

    class Meta:
        verbose_name = "métier d’une personne"
        default_manager_name = base_manager_name = "unscoped"
        ordering = ["rank", "id"]
        constraints = [models.UniqueConstraint(fields=["profile", "trade"], name="a_trade_once_per_person")]
        indexes = [models.Index(fields=["trade", "level", "organisation", "profile"], name="people_of_trade")]

    def __str__(self) -> str:
        return self.words or self.trade_id


class PersonSkillQuerySet(ScopedQuerySet["PersonSkill"]):
    def visible_to(self, actor: Actor) -> Self:
        return self.scoped(open_to(actor) | own(actor, "profile__user"))


class PersonSkill(Row):
    """A skill of the Formacode, free words, or both; and what stands behind it.

    `value` is what an address bar holds: the Formacode, or the words made into a slug.
    """

    profile = models.ForeignKey(Profile, models.CASCADE, related_name="skills", verbose_name="fiche")
    skill = models.ForeignKey(Skill, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="compétence")
    words = models.CharField("avec vos mots", max_length=80, blank=True)
    evidence = models.CharField("preuve", max_length=20, choices=Evidence, blank=True)
    evidence_words = models.CharField("précision", max_length=160, blank=True)
    evidence_on = models.DateField("date de la preuve", null=True, blank=True)
    rank = models.PositiveSmallIntegerField(default=0)
    value = models.CharField(max_length=80, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", editable=False)
    level = models.PositiveSmallIntegerField(default=Audience.PRIVATE, editable=False)

    objects = PersonSkillQuerySet.as_manager()
    unscoped = models.Manager()

    class Meta:
        verbose_name = "compétence d’une personne"
        default_manager_name = base_manager_name = "unscoped"
        ordering = ["rank", "id"]
        constraints = [
            models.UniqueConstraint(fields=["profile", "value"], name="a_skill_once_per_person"),
            models.CheckConstraint(condition=Q(skill__isnull=False) | ~Q(words=""), name="a_skill_is_a_code_or_words"),
        ]
        indexes = [models.Index(fields=["value", "level", "organisation", "profile"], name="people_of_skill")]

    def __str__(self) -> str:
        return self.words or self.value


class PersonAccreditationQuerySet(ScopedQuerySet["PersonAccreditation"]):
    def visible_to(self, actor: Actor) -> Self:
        """Of oneself and of one's own people: others read accreditations through the profile, by the audience of the field."""
        mine = own(actor, "profile__user")
        staffed = staffed_organisation(actor)
        return self.scoped(mine | Q(profile__organisation=staffed) if staffed else mine)


class PersonAccreditation(Row):
    """A card, habilitation or certificate of the person, with its expiry."""

    profile = models.ForeignKey(Profile, models.CASCADE, related_name="accreditations", verbose_name="fiche")
    title = models.CharField("intitulé", max_length=120)
    ends_on = models.DateField("valable jusqu’au", null=True, blank=True)
    rank = models.PositiveSmallIntegerField(default=0)

    objects = PersonAccreditationQuerySet.as_manager()
    unscoped = models.Manager()

    class Meta:
        verbose_name = "habilitation d’une personne"
        default_manager_name = base_manager_name = "unscoped"
        ordering = ["rank", "id"]

    def __str__(self) -> str:
        return self.title

    def holds_on(self, day: date) -> bool:
        return self.ends_on is None or day <= self.ends_on
