from typing import Self

from django.db import models

from directory.people.enums import FacetKind
from directory.people.models.profiles import audience_of_reader, staffed_organisation
from hub.core.accounts import audiences
from hub.core.accounts.actor import Actor
from hub.core.accounts.scoping import ScopedQuerySet


class FacetCountQuerySet(ScopedQuerySet["FacetCount"]):
    def visible_to(self, actor: Actor) -> Self:
        scopes = [audience_of_reader(actor).word]
        if staffed := staffed_organisation(actor):
            scopes.append(audiences.staff(staffed))
        return self.scoped(scope__in=scopes)


class FacetCount(models.Model):
    """How many people a reader finds under one value, kept so that the unfiltered list counts nothing (derived.py).

    `scope` is «public» or «federation», each with all that such a reader sees, or «staff:<organisation>» with what her staff sees
    beside. Counting 12,000 people anew costs more than the whole page may.
    """

    scope = models.CharField(max_length=50)
    kind = models.CharField(max_length=20, choices=FacetKind)
    value = models.CharField(max_length=80, blank=True)
    label = models.CharField(max_length=300)
    people_count = models.IntegerField(default=0)

    unscoped = models.Manager()
    objects = FacetCountQuerySet.as_manager()

    class Meta:
        verbose_name = "décompte de l’annuaire"
        verbose_name_plural = "décomptes de l’annuaire"
        default_manager_name = base_manager_name = "unscoped"
        constraints = [
            models.UniqueConstraint(fields=["scope", "kind", "value"], name="a_value_counted_once"),
            models.CheckConstraint(condition=models.Q(people_count__gte=0), name="no_negative_count"),
        ]
        indexes = [models.Index(fields=["scope", "kind", "-people_count", "value"], name="most_frequent_values")]

    def __str__(self) -> str:
        return f"{self.kind} {self.value} : {self.people_count}"
