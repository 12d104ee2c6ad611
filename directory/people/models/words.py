"""By which words the list finds a person, and under which values it then counts her."""

from typing import Self

from django.db import models

from directory.people.enums import Audience
from directory.people.models.profiles import Profile, open_to, own
from hub.core.accounts.actor import Actor
from hub.core.accounts.models import Organisation
from hub.core.accounts.scoping import ScopedQuerySet


class PersonWordsQuerySet(ScopedQuerySet["PersonWords"]):
    def visible_to(self, actor: Actor) -> Self:
        return self.scoped(open_to(actor) | own(actor, "profile__user"))


class PersonWords(models.Model):
    """Derived (derived.py), by audience: folded words, each after a space, and values as «trade:F1703» with one space between (her organisation by its id).

    Apart from the profile and narrow: no index answers a search by the beginnings of several words, so that each reads everyone's.
    """

    profile = models.OneToOneField(Profile, models.CASCADE, primary_key=True, related_name="found_by", verbose_name="fiche")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", editable=False)
    level = models.PositiveSmallIntegerField(default=Audience.PRIVATE, editable=False)
    words_private = models.TextField(default="", editable=False)
    words_federation = models.TextField(default="", editable=False)
    words_public = models.TextField(default="", editable=False)
    values_private = models.TextField(default="", editable=False)
    values_federation = models.TextField(default="", editable=False)
    values_public = models.TextField(default="", editable=False)

    unscoped = models.Manager()
    objects = PersonWordsQuerySet.as_manager()

    class Meta:
        verbose_name = "mots d’une fiche"
        verbose_name_plural = "mots des fiches"
        default_manager_name = base_manager_name = "unscoped"

    def __str__(self) -> str:
        return str(self.profile_id)
