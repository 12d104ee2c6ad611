"""The 25 fields of a profile: one table says how each is called, how far it may be shown, and how it is read.

Ceilings are the widest audience that a person may choose; every field starts private (the last one: referent). They are hard-coded here,
refused beyond by services/audiences.py and cut again at each reading, so that a wrong row shows nothing.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from directory.people.enums import Audience, ContractStatus, Evidence, Free
from directory.people.models import Profile
from directory.vocabularies.selectors import departments
from hub.core.kit.dates import MONTHS, date_fr, today
from hub.core.kit.text import FIXED, euros, joined


@dataclass(frozen=True, slots=True)
class Field:
    """One field.

    Args: read gives the value as JSON holds it, None or empty when nothing is said; text gives it as one line of French, for tables and
    CSV; behind names the fields that this one tells too: it is never open further than they are.
    """

    key: str
    label: str
    ceiling: Audience
    read: Callable[[Profile], Any]
    text: Callable[[Any], str] = str
    behind: tuple[str, ...] = ()

    @property
    def default(self) -> Audience:
        return min(self.ceiling, Audience.PRIVATE)

    @property
    def choices(self) -> list[Audience]:
        """What she may choose from; one entry when there is no choice."""
        return [level for level in Audience if self.default <= level <= self.ceiling]


def _column(name: str) -> Callable[[Profile], Any]:
    return lambda profile: getattr(profile, name)


def _name(profile: Profile) -> str:
    return profile.user.name


def _skills(profile: Profile) -> list[dict[str, str]]:
    return [{"code": line["code"], "label": line["label"], "words": line["words"]} for line in profile.skills_shown]


def _evidence(profile: Profile) -> list[dict[str, str]]:
    """Dates as ISO text, empty when unknown."""
    return [
        {"skill": said(line), "kind": line["evidence"], "words": line["evidence_words"], "on": line["evidence_on"]}
        for line in profile.skills_shown
        if line["evidence"]
    ]


def _department(profile: Profile) -> dict[str, str] | None:
    code = profile.department_id
    return {"code": code, "name": departments()[code].label if code in departments() else code} if code else None


def _commune(profile: Profile) -> dict[str, str] | None:
    return {"code": profile.commune.code, "name": profile.commune.label} if profile.commune else None


def _file(name: str) -> Callable[[Profile], str]:
    """The address of the guarded view that serves the file (hub.core.documents)."""

    def read(profile: Profile) -> str:
        pk = getattr(profile, name)
        return f"/fichiers/{pk}/" if pk else ""

    return read


def _accreditations(profile: Profile) -> list[dict[str, str]]:
    return [{"title": row.title, "ends_on": row.ends_on.isoformat() if row.ends_on else ""} for row in profile.accreditations.all()]


def _decennale(profile: Profile) -> bool | None:
    """Yes or no as of today; None when she said nothing."""
    return None if profile.decennale_ends_on is None else profile.is_insured


def _availability(profile: Profile) -> dict[str, str]:
    return from_this_month(dict(sorted(profile.availability.items())))


def from_this_month(months: Mapping[str, str]) -> dict[str, str]:
    month = today().isoformat()[:7]
    return {key: value for key, value in months.items() if key >= month}


def _stand_in(profile: Profile) -> dict[str, str] | None:
    found = {"stand_in": profile.stand_in, **_period("absent", profile.absent_from, profile.absent_until)}
    return found if any(found.values()) else None


def _contract(profile: Profile) -> dict[str, str] | None:
    found = {"status": profile.contract_status, **_period("contract", profile.contract_starts_on, profile.contract_ends_on)}
    return found if any(found.values()) else None


def _period(name: str, start: date | None, end: date | None) -> dict[str, str]:
    return {f"{name}_from": start.isoformat() if start else "", f"{name}_until": end.isoformat() if end else ""}


def _needs(profile: Profile) -> str:
    found = getattr(profile, "accessibility", None)
    return found.words if found else ""


# -- in words ---------------------------------------------------------------------------------------------------------
def said(line: Mapping[str, str]) -> str:
    """Her words for a trade or a skill, else the label of the nomenclature."""
    return line["words"] or line["label"]


def _list(show: Callable[[Any], str]) -> Callable[[Iterable[Any]], str]:
    return lambda lines: ", ".join(show(line) for line in lines)


def _day(iso: str) -> str:
    return date_fr(date.fromisoformat(iso)) if iso else ""


def _accreditation_words(line: Mapping[str, str]) -> str:
    if not line["ends_on"]:
        return line["title"]
    verb = "jusqu’au" if line["ends_on"] >= today().isoformat() else "échue depuis le"
    return f"{line['title']} ({verb} {_day(line['ends_on'])})"


def evidence_words(line: Mapping[str, str]) -> str:
    """«formation suivie, Pro-Paille, 22 mars 2024»"""
    return ", ".join(part for part in (Evidence(line["kind"]).label, line["words"], _day(line["on"])) if part)


def month_words(month: str) -> str:
    """«janv. 2027» from «2027-01»."""
    year, number = month.split("-")
    return f"{MONTHS[int(number) - 1]} {year}"


def _availability_words(months: Mapping[str, str]) -> str:
    return ", ".join(f"{month_words(month)}{FIXED}: {Free(free).label}" for month, free in months.items())


def _since_until(start: str, end: str) -> str:
    parts = [f"du {_day(start)}" if start and end else f"depuis le {_day(start)}" if start else "", f"au {_day(end)}" if end else ""]
    return " ".join(part for part in parts if part)


def _stand_in_words(value: Mapping[str, str]) -> str:
    away = _since_until(value["absent_from"], value["absent_until"])
    replaced = f"remplacement par {value['stand_in']}" if value["stand_in"] else ""
    return ", ".join(part for part in (replaced, f"absence {away}" if away else "") if part)


def _contract_words(value: Mapping[str, str]) -> str:
    status = str(ContractStatus(value["status"]).label) if value["status"] else ""
    return ", ".join(part for part in (status, _since_until(value["contract_from"], value["contract_until"])) if part)


def _department_words(value: Mapping[str, str]) -> str:
    return f"{value['name']} ({value['code']})"


PUBLIC, FEDERATION, PRIVATE, REFERENT = Audience.PUBLIC, Audience.FEDERATION, Audience.PRIVATE, Audience.REFERENT

_TABLE = [
    Field("name", "nom", PUBLIC, _name),
    Field("trade_name", "enseigne", PUBLIC, _column("trade_name")),
    Field("trades", "métiers", PUBLIC, _column("trades_shown"), _list(said)),
    Field("skills", "compétences", PUBLIC, _skills, _list(said)),
    Field("presentation", "présentation", PUBLIC, _column("presentation")),
    Field("department", "département", PUBLIC, _department, _department_words),
    Field("commune", "commune", PUBLIC, _commune, lambda value: value["name"]),
    Field("radius", "rayon", PUBLIC, _column("radius_km"), lambda value: f"{value}{FIXED}km"),
    Field("photo", "photo", PUBLIC, _file("photo_id")),
    Field("web_site", "site", PUBLIC, _column("web_site")),
    Field("achievements", "réalisations", PUBLIC, _column("achievements")),
    Field("languages", "langues", PUBLIC, _column("languages")),
    Field("accreditations", "habilitations", PUBLIC, _accreditations, _list(_accreditation_words)),
    Field("decennale", "décennale en cours", PUBLIC, _decennale, lambda value: "oui" if value else "non"),
    Field("availability", "disponibilités", FEDERATION, _availability, _availability_words),
    Field("evidence", "preuves", FEDERATION, _evidence, _list(lambda line: f"{line['skill']}{FIXED}: {evidence_words(line)}"), ("skills",)),
    Field("day_rate", "tarif journalier indicatif", FEDERATION, _column("day_rate_cents"), lambda value: f"{euros(value)} HT"),
    Field("insurance_certificate", "attestation d’assurance", FEDERATION, _file("insurance_certificate_id")),
    Field("stand_in", "remplacement et absence", FEDERATION, _stand_in, _stand_in_words),
    Field("phone", "téléphone", PRIVATE, _column("phone")),
    Field("email", "adresse électronique", PRIVATE, _column("email")),
    Field("postal_address", "adresse postale", PRIVATE, _column("postal_address")),
    Field("contract", "contrat", PRIVATE, _contract, _contract_words),
    Field("trainings_followed", "formations suivies", PRIVATE, _column("trainings_followed")),
    Field("accessibility_needs", "besoins d’accessibilité", REFERENT, _needs),
]
FIELDS: Final[dict[str, Field]] = {field.key: field for field in _TABLE}
# Health data leave the page of the person for no file, list or index.
EXPORTED: Final[tuple[Field, ...]] = tuple(field for field in _TABLE if field.ceiling != REFERENT)
IN_A_ROW: Final[tuple[Field, ...]] = tuple(
    FIELDS[key] for key in ("name", "trade_name", "trades", "skills", "department", "commune", "radius", "evidence", "availability")
)


def audience_of(profile: Profile, key: str) -> Audience:
    """What she chose for a field, or its default; never above its ceiling, whatever the row holds."""
    field = FIELDS[key]
    word = profile.audiences.get(key)
    return min(Audience.of(word), field.ceiling) if word else field.default


def effective_level(profile: Profile, key: str) -> Audience:
    """How far a field is open in fact: not further than the name, nor than the fields it tells."""
    levels = [audience_of(profile, name) for name in (key, *FIELDS[key].behind)]
    return min(*levels, level_of(profile))


def level_of(profile: Profile) -> Audience:
    """How far the person herself is open: her name, and nobody but herself once she has left."""
    return Audience.REFERENT if profile.left_on else audience_of(profile, "name")


def fields_at(profile: Profile, level: Audience, of: Iterable[Field] = _TABLE) -> dict[str, Any]:
    """What a reader of one level sees: key → JSON value, in the order of the table; fields without a value are left out.

    The one place where what is shown is decided: pages, lists, files and the search index all come here.
    """
    found = {}
    for field in of:
        if effective_level(profile, field.key) >= level:
            value = field.read(profile)
            if value is not None and value != "" and value != [] and value != {}:
                found[field.key] = value
    return found


def words_of(values: Mapping[str, Any]) -> dict[str, str]:
    """The same values, each as one line of French."""
    return {key: FIELDS[key].text(value) for key, value in values.items()}


def labels(keys: Iterable[str]) -> str:
    return joined([FIELDS[key].label for key in keys])
