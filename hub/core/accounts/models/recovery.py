from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone

from hub.core.accounts.actor import Actor
from hub.core.accounts.models.memberships import Membership
from hub.core.accounts.models.organisations import in_force
from hub.core.accounts.permissions import Permission
from hub.core.accounts.scoping import ScopedQuerySet
from hub.core.kit.models import Row

OPEN_FOR = timedelta(days=7)


class RecoveryQuerySet(ScopedQuerySet["Recovery"]):
    def visible_to(self, actor: Actor) -> Self:
        """Those of the people of an organisation for whoever manages its members; all for the coordinator."""
        if actor.is_coordinator:
            return self.scoped()
        if not actor.can(Permission.MEMBERS_MANAGE):
            return self.scoped(pk__in=())
        return self.scoped(user__in=Membership.unscoped.filter(in_force(), organisation=actor.organisation_id).values("user"))

    def open(self) -> Self:
        return self.filter(created_at__gt=timezone.now() - OPEN_FOR)


class Recovery(Row):
    """A person lost what shows her second factor and asks to be let in again; it stands for seven days."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="recovery", verbose_name="personne")

    objects = RecoveryQuerySet.as_manager()
    unscoped = models.Manager()

    class Meta:
        verbose_name = "demande de réouverture"
        verbose_name_plural = "demandes de réouverture"
        default_manager_name = base_manager_name = "unscoped"

    def __str__(self) -> str:
        return str(self.user_id)

    def is_open(self, at: datetime) -> bool:
        return at < self.created_at + OPEN_FOR
