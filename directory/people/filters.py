"""The address bar of the list: `q departement metier competence organisation page`, each but q and page repeatable.

A value that means nothing matches no one, and a sentence says so; nothing typed there reaches the database but codes, slugs and folded words.
"""

from typing import Any

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django_filters import Filter, FilterSet

from directory.people.asked import LONGEST, DepartmentsField, OrganisationsField, SkillsField, TradesField, WordsField
from directory.people.models import Profile
from directory.people.selectors import listing
from directory.people.selectors.listing import Reader
from hub.core.kit.text import asked_line
from hub.core.ui.facets import Chosen


class ReaderFilter(Filter):
    """A filter whose condition depends on who reads."""

    def filter(self, qs: QuerySet[Profile], value: Any) -> QuerySet[Profile]:
        return qs.filter(self.condition(self.parent.reader, value)) if value else qs

    def condition(self, reader: Reader, value: Any) -> Q:
        raise NotImplementedError


class WordsFilter(ReaderFilter):
    field_class = WordsField
    found: str | None = None

    def condition(self, reader: Reader, value: list[str]) -> Q:
        return listing.with_words(reader, value, are_few=self.matches(reader, value).count("\n") < listing.FEW)

    def matches(self, reader: Reader, value: list[str]) -> str:
        """Read once for the page and its counts: no index answers it, each reading goes through everyone."""
        if self.found is None:
            self.found = listing.matches(reader, value)
        return self.found


class DepartmentsFilter(ReaderFilter):
    field_class = DepartmentsField

    def condition(self, reader: Reader, value: Chosen) -> Q:
        return listing.in_departments(reader, value.values)


class TradesFilter(ReaderFilter):
    field_class = TradesField

    def condition(self, reader: Reader, value: Chosen) -> Q:
        return listing.with_trades(reader, value.values)


class SkillsFilter(ReaderFilter):
    field_class = SkillsField

    def condition(self, reader: Reader, value: Chosen) -> Q:
        return listing.with_skills(reader, value.values)


class OrganisationsFilter(ReaderFilter):
    field_class = OrganisationsField

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

    def matches(self) -> str | None:
        """Whom the words find, whatever the other filters (listing.matches); None without words."""
        words = self.asked["q"]
        return self.filters["q"].matches(self.reader, words) if words else None

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
    return asked_line(data.get("q", ""))[:LONGEST]
