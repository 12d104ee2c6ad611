from datetime import date
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from hub.core.accounts.enums import AffiliationRole, CooperativeStatute, LegalForm, OrganisationKind, SuccessionKind
from hub.core.kit import identifiers
from hub.core.kit.dates import today
from hub.core.kit.models import Row

SIREN_TAKEN = "Une autre organisation de ce hub a déjà ce SIREN."

KEYED = {"siren": 9, "siret": 14}  # how many digits: a reason stands for their key, not for a digit that is missing


def in_force(on: date | None = None, prefix: str = "") -> Q:
    """The condition that a dated row holds on a day (today): begun, and not yet ended; the last day counts."""
    day = on or today()
    return Q(**{f"{prefix}starts_on__lte": day}) & (Q(**{f"{prefix}ends_on": None}) | Q(**{f"{prefix}ends_on__gte": day}))


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def members_of_hub(self) -> Self:
        """Those affiliated today to the federation that runs this hub, and that federation itself."""
        return self.filter(
            Q(is_federation=True) | Q(pk__in=Affiliation.objects.in_force().filter(network__is_federation=True).values("organisation"))
        )


class Organisation(Row):
    """A CAE, network, training body, local partner, or a collectif without legal form.

    Identifiers are kept compact («73282932000074»). Money, people and paperwork hang on the legal facts here;
    the public face (web site, trades, presentation) is directory.cooperatives.DirectoryEntry.
    """

    kind = models.CharField("nature", max_length=20, choices=OrganisationKind)
    name = models.CharField("nom", max_length=160)
    short_name = models.CharField("sigle", max_length=40, blank=True)
    slug = models.SlugField(max_length=70, unique=True)
    is_federation = models.BooleanField("fédération de ce hub", default=False)
    # identity in law
    legal_form = models.CharField("forme juridique", max_length=20, choices=LegalForm, blank=True)
    cooperative_statute = models.CharField("statut coopératif", max_length=20, choices=CooperativeStatute, blank=True)
    siren = models.CharField("SIREN", max_length=9, blank=True)
    siret = models.CharField("SIRET du siège", max_length=14, blank=True)
    identifier_override = models.CharField("motif d’un numéro hors clé", max_length=200, blank=True)
    ape_code = models.CharField("code NAF", max_length=5, blank=True)
    idcc = models.CharField("convention collective (IDCC)", max_length=4, blank=True)
    nda_number = models.CharField("numéro de déclaration d’activité", max_length=11, blank=True)
    nda_region = models.CharField("région de la déclaration", max_length=80, blank=True)
    vat_exempt_on = models.DateField("exonérée de TVA depuis (attestation 3511)", null=True, blank=True)
    # where and who
    department_codes = models.JSONField("départements", default=list, blank=True)
    street = models.CharField("adresse", max_length=200, blank=True)
    postal_code = models.CharField("code postal", max_length=5, blank=True)
    city = models.CharField("commune", max_length=80, blank=True)
    representative_name = models.CharField("représentante ou représentant", max_length=120, blank=True)
    representative_role = models.CharField("qualité", max_length=80, blank=True)
    convener = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="convened", verbose_name="convoqué par")

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = "organisation"
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["siren"],
                condition=~Q(siren=""),
                name="organisation_siren_unique",
                violation_error_code="unique",
                violation_error_message=SIREN_TAKEN,
            ),
            models.UniqueConstraint(fields=["is_federation"], condition=Q(is_federation=True), name="one_federation_runs_the_hub"),
            models.CheckConstraint(
                condition=~Q(kind=OrganisationKind.COLLECTIVE) | Q(siren="", siret="", legal_form="", nda_number=""),
                name="collective_has_no_legal_identity",
            ),
            models.CheckConstraint(condition=Q(siret="") | Q(siret__startswith=F("siren")), name="siret_begins_with_siren"),
        ]
        indexes = [models.Index(fields=["kind", "name"])]

    def __str__(self) -> str:
        return self.name

    @property
    def audit_label(self) -> str:
        return self.name

    def clean(self) -> None:
        """Numbers are checked where there is one; a reason lets through those that the register holds against the key."""
        errors: dict[str, Any] = {}
        self.siren, self.siret = identifiers.compact(self.siren), identifiers.compact(self.siret)
        self.nda_number, self.ape_code = identifiers.compact(self.nda_number), identifiers.compact(self.ape_code)
        self.idcc = identifiers.padded_idcc(self.idcc) if self.idcc else ""
        if self.kind == OrganisationKind.COLLECTIVE:  # said beside what is too much: not every form has its nature
            too_much = [field for field in ("siren", "siret", "legal_form", "nda_number") if getattr(self, field)]
            errors |= dict.fromkeys(too_much, "Un collectif n’a ni SIREN, ni forme juridique, ni déclaration d’activité.")
        if self.siret and not self.siren:
            self.siren = self.siret[:9]
        checks = {
            "siren": identifiers.siren_error, "siret": identifiers.siret_error, "nda_number": identifiers.nda_error,
            "ape_code": identifiers.naf_error, "idcc": identifiers.idcc_error,
        }  # fmt: skip
        for field, check in checks.items():
            value = getattr(self, field)
            overridden = self.identifier_override and value.isdigit() and len(value) == KEYED.get(field)
            if value and (sentence := check(value)) and not overridden:
                errors[field] = sentence
        if self.siret and self.siren and not self.siret.startswith(self.siren):
            errors["siret"] = "Le SIRET commence par le SIREN de l’organisation."
        if errors:
            raise ValidationError(errors)

    @property
    def address(self) -> str:
        """One line, empty when the city is unknown."""
        place = f"{self.postal_code} {self.city}".strip()
        return ", ".join(part for part in (self.street, place) if part)


class AffiliationQuerySet(models.QuerySet["Affiliation"]):
    def in_force(self, on: date | None = None) -> Self:
        return self.filter(in_force(on))


class Affiliation(Row):
    """An organisation in a network, dated, with its role and the day it signed the network's charter."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="affiliations")
    network = models.ForeignKey(Organisation, models.PROTECT, related_name="affiliates")
    role = models.CharField("qualité", max_length=20, choices=AffiliationRole, default=AffiliationRole.MEMBER)
    starts_on = models.DateField("depuis le")
    ends_on = models.DateField("jusqu’au", null=True, blank=True)
    charter_on = models.DateField("charte signée le", null=True, blank=True)

    objects = AffiliationQuerySet.as_manager()

    class Meta:
        verbose_name = "adhésion"
        constraints = [
            models.CheckConstraint(condition=~Q(organisation=F("network")), name="no_affiliation_to_itself"),
            models.CheckConstraint(condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="affiliation_ends_after_it_starts"),
            models.UniqueConstraint(fields=["organisation", "network"], condition=Q(ends_on=None), name="one_open_affiliation_per_network"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} / {self.network}"

    @property
    def is_to_come(self) -> bool:
        return self.starts_on > today()


class Succession(Row):
    """A merger, split or incubation: who came before whom."""

    predecessor = models.ForeignKey(Organisation, models.PROTECT, related_name="successions")
    successor = models.ForeignKey(Organisation, models.PROTECT, related_name="precedents")
    kind = models.CharField("nature", max_length=20, choices=SuccessionKind)
    took_place_on = models.DateField("le")

    class Meta:
        verbose_name = "succession"
        constraints = [
            models.CheckConstraint(condition=~Q(predecessor=F("successor")), name="no_succession_to_itself"),
            models.UniqueConstraint(fields=["predecessor", "successor"], name="one_succession_per_pair"),
        ]

    def __str__(self) -> str:
        return f"{self.predecessor} → {self.successor}"


class Accreditation(Row):
    """An agrément, declaration or certificate with its period of validity; the proof is a private file, named by its identifier."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="accreditations")
    kind = models.CharField(
        "nature",
        max_length=20,
        choices={
            "qualiopi": "Qualiopi",
            "esus": "ESUS",
            "sap": "services à la personne",
            "rge": "RGE",
            "qualibat": "Qualibat",
            "other": "autre",
        },
    )
    title = models.CharField("intitulé", max_length=160)
    number = models.CharField("numéro", max_length=60, blank=True)
    starts_on = models.DateField("valable du")
    ends_on = models.DateField("au", null=True, blank=True)
    # documents stand above accounts: a soft reference, checked when the file is served
    proof_id = models.UUIDField("preuve", null=True, blank=True)

    class Meta:
        verbose_name = "agrément"
        ordering = ["kind", "starts_on"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="accreditation_ends_after_it_starts")
        ]

    def __str__(self) -> str:
        return self.title

    def holds_on(self, day: date) -> bool:
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)
