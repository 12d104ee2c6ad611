from datetime import date
from typing import Self
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from directory.people.enums import Audience, ContractStatus, PersonKind
from directory.vocabularies.models import Commune, Department
from hub.core.accounts.actor import Actor
from hub.core.accounts.audiences import FEDERATION
from hub.core.accounts.models import Organisation
from hub.core.accounts.scoping import ScopedQuerySet
from hub.core.kit.dates import today
from hub.core.kit.models import Row


def audience_of_reader(actor: Actor) -> Audience:
    """The narrowest audience she is in as a stranger: what is open to her of people who are neither herself nor of her CAE."""
    return Audience.FEDERATION if FEDERATION in actor.audiences else Audience.PUBLIC


def staffed_organisation(actor: Actor) -> UUID | None:
    """The organisation whose people's private fields are open to her: the one she acts for, as staff and not under an agreement."""
    return actor.organisation_id if actor.is_staff_of(actor.organisation_id) else None


def open_to(actor: Actor, level: str = "level") -> Q:
    """The condition that a row with an `organisation` and an effective level is open to a reader, what is her own left aside."""
    condition = Q(**{f"{level}__gte": audience_of_reader(actor)})
    if staffed := staffed_organisation(actor):
        condition |= Q(organisation=staffed, **{f"{level}__gte": Audience.PRIVATE})
    return condition


def own(actor: Actor, path: str = "user") -> Q:
    """The condition that a row is hers; path leads from the row to the account."""
    return Q(**{path: actor.user_id}) if actor.user_id else Q(pk__in=())


class ProfileQuerySet(ScopedQuerySet["Profile"]):
    def visible_to(self, actor: Actor) -> Self:
        """Those whose name is open to the reader."""
        return self.scoped(open_to(actor) | own(actor))


class Profile(Row):
    """What a person is like: her trades, where she works, what can be asked of her. She belongs to one CAE at a time.

    `audiences` holds, by field of fields.py, the word of the audience that she chose; a field without one is private. The columns under
    «derived» follow in the same transaction (derived.py): lists and facets read them, nobody writes them.
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="profile", verbose_name="personne")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="profiles", verbose_name="coopérative")
    kind = models.CharField("qualité", max_length=20, choices=PersonKind, default=PersonKind.ENTREPRENEUR)
    left_on = models.DateField("sortie le", null=True, blank=True)
    # what she does
    trade_name = models.CharField("enseigne", max_length=120, blank=True)
    presentation = models.TextField("présentation", max_length=2000, blank=True)
    achievements = models.TextField("réalisations", max_length=2000, blank=True)
    web_site = models.URLField("site", max_length=200, blank=True)
    languages = models.CharField("langues", max_length=160, blank=True)
    # soft reference to a private file: documents may refuse or erase it by themselves
    photo_id = models.UUIDField("photo", null=True, blank=True)
    # where
    department = models.ForeignKey(Department, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="département")
    commune = models.ForeignKey(Commune, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="commune")
    radius_km = models.PositiveSmallIntegerField("rayon d’intervention, en km", null=True, blank=True)
    # what can be asked of her
    decennale_ends_on = models.DateField("décennale valable jusqu’au", null=True, blank=True)
    insurance_certificate_id = models.UUIDField("attestation d’assurance", null=True, blank=True)
    availability = models.JSONField("disponibilités par mois", default=dict, blank=True)  # {"2027-01": Free}
    day_rate_cents = models.PositiveIntegerField("tarif journalier indicatif, en centimes hors taxes", null=True, blank=True)
    stand_in = models.CharField("personne qui la remplace", max_length=160, blank=True)
    absent_from = models.DateField("absente ou absent du", null=True, blank=True)
    absent_until = models.DateField("au", null=True, blank=True)
    # between her and her CAE
    phone = models.CharField("téléphone", max_length=30, blank=True)
    email = models.EmailField("adresse électronique de contact", blank=True)
    postal_address = models.CharField("adresse postale", max_length=240, blank=True)
    contract_status = models.CharField("contrat", max_length=20, choices=ContractStatus, blank=True)
    contract_starts_on = models.DateField("depuis le", null=True, blank=True)
    contract_ends_on = models.DateField("jusqu’au", null=True, blank=True)
    trainings_followed = models.TextField("formations suivies", max_length=2000, blank=True)
    audiences = models.JSONField(default=dict, blank=True, editable=False)
    # derived: effective levels (Audience), what lists sort by, show and search
    sort_name = models.CharField(max_length=170, editable=False)
    level = models.PositiveSmallIntegerField(default=Audience.PRIVATE, editable=False)
    department_level = models.PositiveSmallIntegerField(default=Audience.PRIVATE, editable=False)
    trades_shown = models.JSONField(default=list, editable=False)
    skills_shown = models.JSONField(default=list, editable=False)
    # by audience: the fields of a row of the list (fields.IN_A_ROW)
    row_private = models.JSONField(default=dict, editable=False)
    row_federation = models.JSONField(default=dict, editable=False)
    row_public = models.JSONField(default=dict, editable=False)

    objects = ProfileQuerySet.as_manager()
    unscoped = models.Manager()

    class Meta:
        verbose_name = "fiche"
        default_manager_name = base_manager_name = "unscoped"
        constraints = [
            models.CheckConstraint(
                condition=Q(absent_until=None) | Q(absent_until__gte=F("absent_from")),
                name="absence_ends_after_it_starts",
                violation_error_message="L’absence finit après avoir commencé.",
            ),
            models.CheckConstraint(
                condition=Q(contract_ends_on=None) | Q(contract_ends_on__gte=F("contract_starts_on")),
                name="contract_ends_after_it_starts",
                violation_error_message="Le contrat finit après avoir commencé.",
            ),
            models.CheckConstraint(condition=Q(department_level__lte=F("level")), name="nothing_is_open_further_than_the_name"),
        ]
        indexes = [
            # a page of the list is found without opening the rows before it
            models.Index(fields=["sort_name", "id", "level", "organisation"], name="people_in_order"),
            models.Index(fields=["organisation", "level"], name="people_of_organisation"),
            models.Index(fields=["department", "department_level"], name="people_of_department"),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"

    @property
    def is_insured(self) -> bool:
        return self.decennale_ends_on is not None and self.decennale_ends_on >= today()

    def holds_decennale_on(self, day: date) -> bool:
        return self.decennale_ends_on is not None and day <= self.decennale_ends_on
