from collections.abc import Collection
from typing import Self

from django.core.validators import URLValidator
from django.db import models
from django.db.models import F, Q

from directory.vocabularies.models import Commune, Department, Trade
from hub.core.accounts.actor import Actor
from hub.core.accounts.enums import OrganisationKind
from hub.core.accounts.models import Organisation
from hub.core.accounts.scoping import ScopedQuerySet
from hub.core.kit.models import Row


class DirectoryEntryQuerySet(ScopedQuerySet["DirectoryEntry"]):
    def visible_to(self, actor: Actor) -> Self:
        """Organisations are public; one that hides its entry keeps it for its own staff and the coordinator."""
        if actor.is_coordinator:
            return self.scoped()
        own = [actor.organisation_id] if actor.is_staff_of(actor.organisation_id) else []
        return self.scoped(Q(is_published=True) | Q(organisation__in=own))

    def of_kinds(self, kinds: Collection[OrganisationKind]) -> Self:
        return self.filter(organisation__kind__in=kinds)


class DirectoryEntry(Row):
    """The public face of one organisation, under the same identifier: for the public they are one thing.

    `sort_key`, `words_key`, `departments`, `is_public_list` follow the organisation (services.follow_organisation). `source`, `source_on`
    and `list_key` are those of the public list, None or blank for what never stood there. A cooperative of the list that joins the
    federation keeps its own entry, `source` until its people change what the list said. `source_on` counts by its month.
    """

    organisation = models.OneToOneField(Organisation, models.CASCADE, related_name="entry")
    is_published = models.BooleanField("fiche publiée", default=True)
    # public, of the organisation: a box and a switchboard, of nobody in particular
    email = models.EmailField("courriel", blank=True)
    phone = models.CharField("téléphone", max_length=30, blank=True)
    website = models.URLField("site", blank=True, validators=[URLValidator(schemes=["http", "https"])])
    building_trade = models.BooleanField("bâtiment", null=True, blank=True)
    presentation = models.TextField("présentation", max_length=2000, blank=True)
    city = models.CharField("ville", max_length=80, blank=True)
    commune = models.ForeignKey(Commune, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="commune")
    departments = models.ManyToManyField(Department, related_name="entries", blank=True, verbose_name="départements")
    trades = models.ManyToManyField(Trade, related_name="+", blank=True, verbose_name="métiers")
    is_public_list = models.BooleanField("vient de la liste publique", default=False)
    list_key = models.CharField(max_length=120, null=True, unique=True, editable=False)
    source = models.TextField("source", blank=True)
    source_on = models.DateField("date de la source", null=True, blank=True)
    sort_key = models.CharField(max_length=170, editable=False, db_index=True)
    words_key = models.TextField(editable=False)

    objects = DirectoryEntryQuerySet.as_manager()
    unscoped = models.Manager()

    class Meta:
        verbose_name = "fiche de coopérative"
        verbose_name_plural = "fiches de coopératives"
        default_manager_name = base_manager_name = "unscoped"
        ordering = ["sort_key", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(id=F("organisation")), name="entry_bears_the_id_of_its_organisation"),
            models.CheckConstraint(
                condition=Q(is_public_list=False) | (Q(source_on__isnull=False, list_key__isnull=False) & ~Q(source="")),
                name="public_list_entry_names_its_source",
            ),
        ]

    def __str__(self) -> str:
        return self.organisation.name

    def get_absolute_url(self) -> str:
        return f"/cooperatives/{self.organisation.slug}/"


class ListedNetwork(Row):
    """A network that the public list names for an entry; membership of the hub's own networks is an Affiliation."""

    entry = models.ForeignKey(DirectoryEntry, models.CASCADE, related_name="listed_networks")
    name = models.CharField("réseau", max_length=120)
    slug = models.SlugField(max_length=130)

    class Meta:
        verbose_name = "réseau d’après la liste publique"
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["entry", "slug"], name="network_listed_once_per_entry")]

    def __str__(self) -> str:
        return self.name
