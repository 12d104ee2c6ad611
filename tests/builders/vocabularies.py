"""A few real codes, without loading 35,000 of them."""

from directory.vocabularies.models import Commune, Department, Skill, Speciality, Trade, TradeName
from directory.vocabularies.selectors import departments
from directory.vocabularies.words import key
from tests.builders.kept import kept


@kept
def make_department(code="33"):
    known = departments()[code]
    values = {"label": known.label, "key": known.key, "region_code": known.region_code, "region": known.region}
    return Department.objects.get_or_create(code=code, defaults=values)[0]


@kept
def make_commune(label="Lormont", code="33249", department="33", postal_codes="33310", population=24000, point=(44.87, -0.52), **values):
    latitude, longitude = point or (None, None)
    fields = {
        "label": label, "key": key(label), "department": make_department(department), "postal_codes": postal_codes,
        "population": population, "latitude": latitude, "longitude": longitude,
    }  # fmt: skip
    return Commune.objects.create(code=code, **{**fields, **values})


@kept
def make_trade(label="Maçonnerie", code="F1703", names=(), is_building=True, **values):
    trade = Trade.objects.create(
        code=code, label=label, key=key(label), domain_code=code[:3], domain="Gros œuvre", sector="Construction",
        is_building=is_building, **values,
    )  # fmt: skip
    for name in names:
        TradeName.objects.create(code=str(TradeName.objects.count() + 10000), label=name, key=key(name), trade=trade)
    return trade


@kept
def make_skill(label="Enduit maçonnerie", code="22301", synonyms=(), **values):
    synonyms_key = "".join(map(key, synonyms))
    return Skill.objects.create(
        code=code, label=label, key=key(label), field_code=code[:3], field="Gros œuvre", synonyms_key=synonyms_key, **values
    )


def make_speciality(label="Bâtiment : finitions", code="233", **values):
    facts = {"level": len(code), "parent_code": code[:-1], **values}
    return Speciality.objects.create(code=code, label=label, key=key(label), **facts)
