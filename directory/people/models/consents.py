from typing import Self

from django.db import models

from hub.core.accounts.actor import Actor
from hub.core.accounts.scoping import ScopedQuerySet
from hub.core.kit.models import Row


class ConsentLineQuerySet(ScopedQuerySet["ConsentLine"]):
    def visible_to(self, actor: Actor) -> Self:
        return self.scoped(person_id=actor.user_id, person_id__isnull=False)


class ConsentLine(Row):
    """The proof of one choice: who chose, when (`created_at`), from which audience to which, before which text.

    The person is a soft reference: the proof outlives the profile (life of the processing + 5 years).
    """

    person_id = models.UUIDField("personne")
    field = models.CharField("donnée", max_length=40)
    was = models.CharField("avant", max_length=20)
    now = models.CharField("après", max_length=20)
    text_version = models.CharField("version du texte", max_length=20)

    objects = ConsentLineQuerySet.as_manager()
    unscoped = models.Manager()

    class Meta:
        verbose_name = "choix d’audience"
        verbose_name_plural = "choix d’audience"
        default_manager_name = base_manager_name = "unscoped"
        ordering = ["created_at", "id"]
        indexes = [models.Index(fields=["person_id", "field"], name="consents_of_person")]

    def __str__(self) -> str:
        return f"{self.field} : {self.was} → {self.now}"
