"""Public nomenclatures: no column here is about a person."""

from directory.vocabularies.models import (
    Activity,
    CollectiveAgreement,
    Commune,
    Department,
    Skill,
    Speciality,
    Trade,
    TradeName,
    Vocabulary,
)
from hub.core.ui.panels import personal

TERM = {"code", "label", "key", "is_current"}
FACTS = {"title", "edition", "source", "licence", "licence_url", "credit", "gaps", "row_count", "loaded_at", "digest", "rank"}

personal(Vocabulary, {}, other={"code", *FACTS})
personal(Department, {}, other=TERM | {"region_code", "region"})
personal(Commune, {}, other=TERM | {"department", "postal_codes", "population", "latitude", "longitude"})
personal(Trade, {}, other=TERM | {"domain_code", "domain", "sector", "is_building"})
personal(TradeName, {}, other=TERM | {"trade"})
personal(Skill, {}, other=TERM | {"field_code", "field", "synonyms_key", "speciality_code"})
personal(Activity, {}, other=TERM | {"level", "parent_code"})
personal(Speciality, {}, other=TERM | {"level", "parent_code"})
personal(CollectiveAgreement, {}, other=TERM | {"short_label", "opco", "source"})
