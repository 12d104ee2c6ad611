from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models

from hub.core.accounts.actor import Actor
from hub.core.accounts.scoping import ScopedQuerySet
from hub.core.kit.models import Row


class ErasureQuerySet(ScopedQuerySet["Erasure"]):
    def visible_to(self, actor: Actor) -> Self:
        """A person's own, nobody else's."""
        return self.scoped(user=actor.user_id, user__isnull=False)


class Erasure(Row):
    """A person asked to be erased; it is done on `due_at` unless she changes her mind. The done ones are the ledger: identifiers only.

    Of what the coordination entered for her, `entered_by` is who did, and is told when she keeps her account; it is empty once done.
    Of who `departed`, nobody asked: her account closed ninety days after she left her last organisation, and is erased as if she had.
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="personne")
    due_at = models.DateTimeField("à faire le")
    done_at = models.DateTimeField("faite le", null=True, blank=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="notée pour elle par"
    )
    departed = models.BooleanField("partie de sa dernière organisation", default=False)

    objects = ErasureQuerySet.as_manager()
    unscoped = models.Manager()

    class Meta:
        verbose_name = "effacement"
        default_manager_name = base_manager_name = "unscoped"

    def __str__(self) -> str:
        return str(self.user_id)

    def is_due(self, now: datetime) -> bool:
        return self.done_at is None and self.due_at <= now
