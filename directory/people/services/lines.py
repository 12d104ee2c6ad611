"""What a service is told of a profile's rows: plain values, in the order of the person."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from directory.people.derived import value_of
from directory.people.models import PersonAccreditation, PersonSkill, PersonTrade, Profile
from directory.vocabularies.models import Skill, Trade


@dataclass(frozen=True)
class TradeLine:
    trade: Trade
    words: str = ""


@dataclass(frozen=True)
class SkillLine:
    """A Formacode, words, or both; `evidence` is a value of Evidence, empty when the skill is only declared."""

    skill: Skill | None = None
    words: str = ""
    evidence: str = ""
    evidence_words: str = ""
    evidence_on: date | None = None


@dataclass(frozen=True)
class AccreditationLine:
    title: str
    ends_on: date | None = None


@dataclass(frozen=True)
class Lines:
    """The rows of a profile; None leaves a kind of rows as it is."""

    trades: Sequence[TradeLine] | None = None
    skills: Sequence[SkillLine] | None = None
    accreditations: Sequence[AccreditationLine] | None = None


def trade_rows(profile: Profile, lines: Iterable[TradeLine]) -> list[PersonTrade]:
    """One row per trade, the first words win."""
    once: dict[str, TradeLine] = {}
    for line in lines:
        once.setdefault(line.trade.code, line)
    return [PersonTrade(profile=profile, trade=line.trade, words=line.words, rank=rank) for rank, line in enumerate(once.values())]


def skill_rows(profile: Profile, lines: Iterable[SkillLine]) -> list[PersonSkill]:
    """One row per skill, the first line wins."""
    once: dict[str, PersonSkill] = {}
    for line in lines:
        row = PersonSkill(
            profile=profile, skill=line.skill, words=line.words, evidence=line.evidence, evidence_words=line.evidence_words,
            evidence_on=line.evidence_on, rank=len(once),
        )  # fmt: skip
        row.value = value_of(row)
        once.setdefault(row.value, row)
    return list(once.values())


def accreditation_rows(profile: Profile, lines: Iterable[AccreditationLine]) -> list[PersonAccreditation]:
    return [PersonAccreditation(profile=profile, title=line.title, ends_on=line.ends_on, rank=rank) for rank, line in enumerate(lines)]
