"""The address bar of the list: `q departement metier competence organisation page`, each but q and page repeatable.

A value that means nothing is left aside with a sentence; nothing typed there reaches the database but codes, slugs and folded words.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django_filters import Filter, FilterSet

from directory.people.enums import FacetKind
from directory.people.models import PersonSkill, Profile
from directory.people.selectors import listing
from directory.people.selectors.listing import Reader
from directory.vocabularies.forms import SkillField, TradeField
from directory.vocabularies.models import Skill, Trade
from directory.vocabularies.selectors import departments
from directory.vocabularies.words import key
from hub.core.accounts.models import Organisation
from hub.core.kit.text import NARROW, one_line, slug

MOST_VALUES: Final = 20
LONGEST: Final = 160
MOST_WORDS: Final = 8
CODE_OF_TRADE: Final = re.compile(r"[A-Z]\d{4}")


@dataclass(frozen=True)
class Choice:
    """A value understood: as the address holds it, and as people read it."""

    value: str
    label: str


@dataclass
class Chosen:
    """What one parameter asks: the values understood, and a sentence for each that was not."""

    choices: list[Choice] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)

    @property
    def values(self) -> list[str]:
        return [choice.value for choice in self.choices]

    def __bool__(self) -> bool:
        return bool(self.choices)


class ValuesInput(forms.Widget):
    """Reads a repeated parameter; the template of the list writes the controls."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        return data.getlist(name) if isinstance(data, QueryDict) else list(data.get(name, []))


class ValuesField(forms.Field):
    """Understands the values of one parameter: codes as they are, words when they mean one thing."""

    widget = ValuesInput
    reader: Reader

    def clean(self, value: Sequence[str]) -> Chosen:
        texts = list(dict.fromkeys(text for text in (one_line(item)[:LONGEST] for item in value) if text))
        chosen = Chosen()
        if len(texts) > MOST_VALUES:
            chosen.notices.append(f"Le filtre «\u00a0{self.label}\u00a0» garde ses {MOST_VALUES} premières valeurs.")
        self.understand(texts[:MOST_VALUES], chosen)
        chosen.choices = list(dict.fromkeys(chosen.choices))
        return chosen

    def understand(self, texts: list[str], chosen: Chosen) -> None:
        raise NotImplementedError

    def leave_aside(self, text: str, chosen: Chosen) -> None:
        chosen.notices.append(f"Le filtre «\u00a0{self.label}\u00a0» ne connaît pas «\u00a0{text}\u00a0»{NARROW}: il est laissé de côté.")


class DepartmentsField(ValuesField):
    def understand(self, texts: list[str], chosen: Chosen) -> None:
        by_name = {row.key: row for row in departments().values()}
        for text in texts:
            row = departments().get(text.upper()) or by_name.get(key(re.sub(r"\s*\(\w+\)$", "", text)))
            if row:
                chosen.choices.append(Choice(row.code, str(row)))
            else:
                self.leave_aside(text, chosen)


class TradesField(ValuesField):
    def understand(self, texts: list[str], chosen: Chosen) -> None:
        codes = [text for text in texts if CODE_OF_TRADE.fullmatch(text)]
        known = dict(Trade.objects.filter(pk__in=codes).values_list("code", "label")) if codes else {}
        for text in texts:
            if text in known:
                chosen.choices.append(Choice(text, known[text]))
            else:
                self.by_words(text, chosen, TradeField)

    @staticmethod
    def by_words(text: str, chosen: Chosen, one: type[TradeField] | type[SkillField]) -> None:
        try:
            row = one.term(text)
            chosen.choices.append(Choice(row.code, row.label))
        except ValidationError as error:
            chosen.notices += error.messages


class SkillsField(ValuesField):
    """Formacodes, slugs of the words that people use, or words."""

    def understand(self, texts: list[str], chosen: Chosen) -> None:
        codes = [text for text in texts if text.isascii() and text.isdigit()]
        known = dict(Skill.objects.filter(pk__in=codes).values_list("code", "label")) if codes else {}
        if others := {slug(text, 80) for text in texts if text not in known} - {""}:
            said = PersonSkill.objects.scoped(self.reader.sees(profile="profile"), value__in=others, skill=None).order_by("value")
            known |= dict(said.values_list("value", "words").distinct()[: MOST_VALUES * 5])
        for text in texts:
            value = text if text in known else slug(text, 80)
            if value in known:
                chosen.choices.append(Choice(value, known[value]))
            else:
                TradesField.by_words(text, chosen, SkillField)


class OrganisationsField(ValuesField):
    def understand(self, texts: list[str], chosen: Chosen) -> None:
        if not texts:
            return
        rows = Organisation.objects.filter(Q(slug__in=texts) | Q(name__in=texts)).values_list("slug", "name")
        by_text = {text: Choice(value, name) for value, name in rows for text in (name, value)}
        for text in texts:
            if text in by_text:
                chosen.choices.append(by_text[text])
            else:
                self.leave_aside(text, chosen)


class WordsField(forms.Field):
    """Gives the words, folded; `text` is what was typed."""

    def clean(self, value: Any) -> list[str]:
        return key(one_line(str(value or ""))[:LONGEST]).split()[:MOST_WORDS]


class ReaderFilter(Filter):
    """A filter whose condition depends on who reads."""

    kind: FacetKind | None = None

    def filter(self, qs: QuerySet[Profile], value: Any) -> QuerySet[Profile]:
        return qs.filter(self.condition(self.parent.reader, value)) if value else qs

    def condition(self, reader: Reader, value: Any) -> Q:
        raise NotImplementedError


class WordsFilter(ReaderFilter):
    field_class = WordsField
    found: Q | None = None

    def condition(self, reader: Reader, value: list[str]) -> Q:
        """Read once for the page and its counts: no index answers it, each reading goes through everyone."""
        if self.found is None:
            self.found = listing.narrowed(reader, listing.with_words(reader, value))
        return self.found


class DepartmentsFilter(ReaderFilter):
    field_class, kind = DepartmentsField, FacetKind.DEPARTMENT

    def condition(self, reader: Reader, value: Chosen) -> Q:
        return listing.in_departments(reader, value.values)


class TradesFilter(ReaderFilter):
    field_class, kind = TradesField, FacetKind.TRADE

    def condition(self, reader: Reader, value: Chosen) -> Q:
        return listing.with_trades(reader, value.values)


class SkillsFilter(ReaderFilter):
    field_class, kind = SkillsField, FacetKind.SKILL

    def condition(self, reader: Reader, value: Chosen) -> Q:
        return listing.with_skills(reader, value.values)


class OrganisationsFilter(ReaderFilter):
    field_class, kind = OrganisationsField, FacetKind.ORGANISATION

    def condition(self, reader: Reader, value: Chosen) -> Q:
        return listing.in_organisations(value.values)


class PeopleFilter(FilterSet):
    q = WordsFilter(label="mots")
    metier = TradesFilter(label="métier")
    competence = SkillsFilter(label="compétence")
    departement = DepartmentsFilter(label="département")
    organisation = OrganisationsFilter(label="coopérative")

    class Meta:
        model = Profile
        fields: list[str] = []

    def __init__(self, data: QueryDict, *, reader: Reader) -> None:
        self.reader = reader
        super().__init__(data, listing.people(reader))
        for one in self.form.fields.values():
            one.reader = reader
        self.form.is_valid()
        self.asked: dict[str, Any] = self.form.cleaned_data

    def without(self, *names: str) -> QuerySet[Profile]:
        """The people that the other filters leave: what the counts beside these filters count."""
        rows = self.queryset
        for name, value in self.asked.items():
            if name not in names:
                rows = self.filters[name].filter(rows, value)
        return rows

    def active(self, *, but: str = "") -> list[str]:
        return [name for name, value in self.asked.items() if value and name != but]

    @property
    def chosen(self) -> dict[str, Chosen]:
        return {name: value for name, value in self.asked.items() if isinstance(value, Chosen)}

    @property
    def notices(self) -> list[str]:
        return [notice for chosen in self.chosen.values() for notice in chosen.notices]

    def codes(self) -> dict[str, list[str]]:
        """The filters in force as codes, for the trace of an export: without the words of the search."""
        return {name: chosen.values for name, chosen in self.chosen.items() if chosen}


def words_typed(data: QueryDict) -> str:
    return one_line(data.get("q", ""))[:LONGEST]
