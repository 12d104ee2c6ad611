"""Nomenclatures: public codes are their own keys, so that a column that refers to one can be read and exchanged as it is.

A code is never deleted: one that a new edition drops stays for the rows that hold it, with `is_current` false, and is no longer offered.
"""

from math import asin, cos, radians, sin, sqrt

from django.db import models

EARTH_RADIUS_KM = 6371.0088


class Vocabulary(models.Model):
    """One loaded nomenclature: which edition, from whom, under which licence, and the digest of its files (SHA-256)."""

    code = models.CharField(max_length=40, primary_key=True)
    title = models.CharField("intitulé", max_length=120)
    edition = models.CharField("édition", max_length=120)
    source = models.TextField("source")
    licence = models.CharField("licence", max_length=120)
    licence_url = models.URLField("texte de la licence", blank=True)
    credit = models.CharField("mention à afficher", max_length=250)
    gaps = models.TextField("manques connus", blank=True)
    row_count = models.PositiveIntegerField("lignes", default=0)
    loaded_at = models.DateTimeField("chargé le")
    digest = models.CharField(max_length=64)
    rank = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = "vocabulaire"
        ordering = ["rank"]

    def __str__(self) -> str:
        return f"{self.title}, {self.edition}"


class Term(models.Model):
    code = models.CharField("code", max_length=12, primary_key=True)
    label = models.CharField("libellé", max_length=300)
    key = models.CharField(max_length=320, editable=False, db_index=True)
    is_current = models.BooleanField("dans l’édition en cours", default=True)

    class Meta:
        abstract = True
        ordering = ["code"]

    def __str__(self) -> str:
        return self.label


class Department(Term):
    """A département, or an overseas collectivity."""

    region_code = models.CharField(max_length=3)
    region = models.CharField("région", max_length=80)

    class Meta(Term.Meta):
        verbose_name = "département"

    def __str__(self) -> str:
        return f"{self.label} ({self.code})"

    @property
    def is_overseas(self) -> bool:
        return len(self.code) == 3


class Commune(Term):
    """Coordinates are WGS 84 degrees of the commune's centre; postal codes are parted by one space."""

    department = models.ForeignKey(Department, models.PROTECT, related_name="+", verbose_name="département")
    postal_codes = models.CharField("codes postaux", max_length=160, blank=True)
    population = models.PositiveIntegerField("population", null=True, blank=True)
    latitude = models.FloatField("latitude", null=True, blank=True)
    longitude = models.FloatField("longitude", null=True, blank=True)

    class Meta(Term.Meta):
        verbose_name = "commune"

    def __str__(self) -> str:
        """«Lormont (33)»: no two communes of a département share their name."""
        return f"{self.label} ({self.department_id})"

    def distance_km(self, other: "Commune") -> float | None:
        """As the crow flies, in km, centre to centre (haversine); None when a point is unknown."""
        if self.latitude is None or self.longitude is None or other.latitude is None or other.longitude is None:
            return None
        north, south = radians(self.latitude), radians(other.latitude)
        half_north, half_east = (south - north) / 2, radians(other.longitude - self.longitude) / 2
        chord = sin(half_north) ** 2 + cos(north) * cos(south) * sin(half_east) ** 2
        return 2 * EARTH_RADIUS_KM * asin(sqrt(chord))


class Trade(Term):
    """A sheet of the ROME (level 3), with the two levels above it; `is_building` is this project's choice, data/building_trades.csv."""

    domain_code = models.CharField(max_length=3, db_index=True)
    domain = models.CharField("domaine professionnel", max_length=160)
    sector = models.CharField("grand domaine", max_length=160)
    is_building = models.BooleanField("métier du bâtiment", default=False)

    class Meta(Term.Meta):
        verbose_name = "métier"


class TradeName(Term):
    """An appellation of the ROME, as people say it; its code is the OGR code."""

    trade = models.ForeignKey(Trade, models.PROTECT, related_name="names", verbose_name="métier")

    class Meta(Term.Meta):
        verbose_name = "appellation de métier"


class Skill(Term):
    """A descriptor of the Formacode: three digits for the field, two of its own."""

    field_code = models.CharField(max_length=3, db_index=True)
    field = models.CharField("champ", max_length=120)
    synonyms_key = models.TextField(editable=False, blank=True)
    speciality_code = models.CharField("spécialité NSF", max_length=3, blank=True)

    class Meta(Term.Meta):
        verbose_name = "compétence"


class Activity(Term):
    """A level of the NAF; level 5 is the APE code («43.22A», which organisations keep compact as «4322A»)."""

    level = models.PositiveSmallIntegerField()
    parent_code = models.CharField(max_length=6, blank=True)

    class Meta(Term.Meta):
        verbose_name = "activité"


class Speciality(Term):
    """A level of the NSF; level 3 is what training statistics ask for."""

    level = models.PositiveSmallIntegerField()
    parent_code = models.CharField(max_length=3, blank=True)

    class Meta(Term.Meta):
        verbose_name = "spécialité de formation"

    def __str__(self) -> str:
        return f"{self.code} {self.label}"


class CollectiveAgreement(Term):
    """A convention collective by its IDCC; the OPCO is that of the branch, to be confirmed by the organisation."""

    short_label = models.CharField("nom court", max_length=300)
    opco = models.CharField("OPCO de la branche", max_length=80, blank=True)
    source = models.URLField("source de l’OPCO", max_length=300, blank=True)

    class Meta(Term.Meta):
        verbose_name = "convention collective"
