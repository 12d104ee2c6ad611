"""What lists, facets and searches read, computed from what people wrote; services save it in the transaction of the change."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from directory.people.enums import Audience, FacetKind
from directory.people.fields import IN_A_ROW, effective_level, fields_at, level_of
from directory.people.models import PersonSkill, PersonTrade, PersonWords, Profile
from directory.vocabularies.selectors import departments
from directory.vocabularies.words import key
from hub.core.accounts import audiences
from hub.core.kit.text import slug

WORDS_OF_SKILL = 80
HELD = (FacetKind.TRADE, FacetKind.SKILL, FacetKind.DEPARTMENT)  # what a person has, beside her organisation


def value_of(skill: PersonSkill) -> str:
    """What stands for a skill in an address bar: its Formacode, else its words as a slug."""
    return skill.skill_id or slug(skill.words, WORDS_OF_SKILL) or "autre"


def derive(profile: Profile, trades: Sequence[PersonTrade], skills: Sequence[PersonSkill]) -> None:
    """Set the derived columns of a profile and of its rows; saves nothing."""
    profile.sort_name = profile.user.sort_name
    profile.level = level_of(profile)
    profile.department_level = effective_level(profile, "department")
    profile.trades_shown = [{"code": row.trade.code, "label": row.trade.label, "words": row.words} for row in trades]
    for row in skills:
        row.value = value_of(row)
    profile.skills_shown = [
        {
            "code": row.skill.code if row.skill else "",
            "label": row.skill.label if row.skill else row.words,
            "words": row.words,
            "value": row.value,
            "evidence": row.evidence,
            "evidence_words": row.evidence_words,
            "evidence_on": row.evidence_on.isoformat() if row.evidence_on else "",
        }
        for row in skills
    ]
    for field, rows in (("trades", trades), ("skills", skills)):
        level = effective_level(profile, field)
        for one in rows:
            one.organisation_id, one.level = profile.organisation_id, level
    # herself included in the narrowest one: she finds her row after she has left
    profile.row_private = fields_at(profile, Audience.REFERENT, IN_A_ROW)
    profile.row_federation = fields_at(profile, Audience.FEDERATION, IN_A_ROW)
    profile.row_public = fields_at(profile, Audience.PUBLIC, IN_A_ROW)


DERIVED = (
    "sort_name", "level", "department_level", "trades_shown", "skills_shown", "row_private", "row_federation", "row_public",
)  # fmt: skip


def found_by(profile: Profile) -> PersonWords:
    """What the list finds a person by, to be saved; needs her derived columns and her organisation."""
    row = PersonWords(profile=profile, organisation_id=profile.organisation_id, level=profile.level)
    held, home = list(values(profile)), f"{FacetKind.ORGANISATION}:{profile.organisation_id}"  # not its slug, which may change
    for audience in (Audience.PRIVATE, Audience.FEDERATION, Audience.PUBLIC):
        setattr(row, f"words_{audience.word}", _words(profile, audience))
        shown = [f"{one.kind}:{one.value}" for one in held if one.level >= audience and one.kind in HELD]
        setattr(row, f"values_{audience.word}", " ".join([home, *shown]))
    return row


FOUND_BY = tuple(field.name for field in PersonWords._meta.concrete_fields if not field.primary_key)


def _words(profile: Profile, audience: Audience) -> str:
    """The words by which a reader of an audience finds a person, each once after a space: « haddad mace maconnerie»."""
    texts = {
        "name": [profile.user.name],
        "trade_name": [profile.trade_name],
        "trades": [text for line in profile.trades_shown for text in (line["words"], line["label"])],
        "skills": [text for line in profile.skills_shown for text in (line["words"], line["label"])],
    }
    seen = [text for field, said_texts in texts.items() if effective_level(profile, field) >= audience for text in said_texts]
    return "".join(f" {word}" for word in dict.fromkeys(key(" ".join(seen)).split()))


# -- counts -----------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Fact:
    """One value under which a reader of a scope finds a person."""

    scope: str
    kind: FacetKind
    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Value:
    """One value that a profile holds, and how far it is open."""

    level: Audience
    kind: FacetKind
    value: str
    label: str


def values(profile: Profile) -> Iterator[Value]:
    """All the values under which a profile is found; needs its derived columns and its organisation."""
    name = level_of(profile)
    yield Value(name, FacetKind.TOTAL, "", "")
    yield Value(name, FacetKind.ORGANISATION, profile.organisation.slug, profile.organisation.name)
    if code := profile.department_id:
        label = str(departments()[code]) if code in departments() else code
        yield Value(effective_level(profile, "department"), FacetKind.DEPARTMENT, code, label)
    level = effective_level(profile, "trades")
    yield from (Value(level, FacetKind.TRADE, line["code"], line["label"]) for line in profile.trades_shown)
    level = effective_level(profile, "skills")
    yield from (Value(level, FacetKind.SKILL, line["value"], line["label"]) for line in profile.skills_shown)


def facts(profile: Profile) -> Iterator[Fact]:
    """All the counts in which a profile stands: a public value for the public and for the federation, a private one for her CAE's staff."""
    for one in values(profile):
        scopes = [audience.word for audience in (Audience.FEDERATION, Audience.PUBLIC) if one.level >= audience]
        if one.level == Audience.PRIVATE:
            scopes.append(audiences.staff(profile.organisation_id))
        yield from (Fact(scope, one.kind, one.value, one.label) for scope in scopes)
