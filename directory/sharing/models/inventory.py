"""Who does what: one line per CAE and function, declared by the CAE itself."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from directory.sharing import reference
from directory.sharing.enums import Practice
from directory.sharing.models.scope import federated_to, staffed
from hub.core.accounts.actor import Actor
from hub.core.accounts.scoping import ScopedQuerySet
from hub.core.kit.models import Row


class InventoryQuerySet(ScopedQuerySet["Inventory"]):
    def visible_to(self, actor: Actor) -> Self:
        return self.scoped(federated_to(actor) | staffed(actor, "organisation"))


class Inventory(Row):
    """One CAE's declaration as a whole: when, by whom, and the version that keeps two editors from overwriting each other."""

    organisation = models.OneToOneField("accounts.Organisation", models.PROTECT, related_name="sharing_inventory", verbose_name="CAE")
    version = models.PositiveIntegerField("version", default=0)
    declared_on = models.DateField("déclaré le")
    declared_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name="déclaré par")

    objects = InventoryQuerySet.as_manager()
    unscoped = models.Manager()

    class Meta:
        verbose_name = "état des lieux"
        verbose_name_plural = "états des lieux"
        default_manager_name = base_manager_name = "unscoped"

    def __str__(self) -> str:
        return str(self.organisation_id)

    @property
    def audit_label(self) -> str:
        return self.organisation.name


class InventoryLineQuerySet(ScopedQuerySet["InventoryLine"]):
    def visible_to(self, actor: Actor) -> Self:
        return self.scoped(federated_to(actor) | staffed(actor, "organisation"))


class InventoryLine(Row):
    """A function as one CAE has it held. `fte_hundredths`: 150 is one and a half full-time jobs."""

    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="sharing_lines", verbose_name="CAE")
    function = models.CharField("fonction", max_length=40)
    practice = models.CharField("comment", max_length=10, choices=Practice, default=Practice.UNKNOWN)
    people_count = models.PositiveSmallIntegerField("personnes", null=True, blank=True)
    fte_hundredths = models.PositiveIntegerField("temps, en centièmes d’équivalent temps plein", null=True, blank=True)
    has_stand_in = models.BooleanField("quelqu’un peut remplacer", default=False)

    objects = InventoryLineQuerySet.as_manager()
    unscoped = models.Manager()

    class Meta:
        verbose_name = "ligne de l’état des lieux"
        verbose_name_plural = "lignes de l’état des lieux"
        default_manager_name = base_manager_name = "unscoped"
        constraints = [
            models.UniqueConstraint(fields=["organisation", "function"], name="sharing_one_line_per_function"),
            models.CheckConstraint(
                condition=Q(practice=Practice.HELD) | Q(people_count=None, fte_hundredths=None, has_stand_in=False),
                name="sharing_people_only_where_held",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} · {self.function}"

    @property
    def label(self) -> str:
        return reference.function_label(self.function)

    @property
    def is_fragile(self) -> bool:
        """One person holds it and nobody stands in for her."""
        return self.practice == Practice.HELD and self.people_count == 1 and not self.has_stand_in

    @property
    def amount_words(self) -> str:
        """«2 personnes», «1,5 ETP», or nothing."""
        if self.people_count:
            return f"{self.people_count} personne{'s' if self.people_count > 1 else ''}"
        if self.fte_hundredths:
            return f"{self.fte_hundredths / 100:g} ETP".replace(".", ",")
        return ""
