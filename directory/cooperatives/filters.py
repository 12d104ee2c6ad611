"""The filters of the list, as they stand in its address: `q nature departement reseau batiment`, each but q repeatable.

A value that means nothing matches no organisation, and a sentence says so. Without nature, the cooperatives alone.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Any
from urllib.parse import urlencode

import django_filters
from django import forms
from django.db.models import Q
from django.http import QueryDict

from directory.cooperatives import selectors
from directory.cooperatives.models import DirectoryEntry, DirectoryEntryQuerySet, ListedNetwork
from directory.cooperatives.natures import BY_KIND, BY_WORD, COOPERATIVES, SEVERAL, Nature
from directory.cooperatives.selectors import BUILDING_WORDS
from directory.vocabularies.selectors import departments
from hub.core.accounts.models import Affiliation
from hub.core.kit.text import FIXED, asked_line
from hub.core.ui.facets import Choice, Chosen, Facet, Option, with_values
from hub.core.ui.navigation import without

MOST_VALUES, LONGEST = 120, 120
Known = Callable[[Iterable[str]], Mapping[str, str]]
BUILDING_LABELS = {"oui": "Travaille dans le bâtiment", "non": "Autres métiers", "inconnu": "Non renseigné"}
BUILDING_CHIPS = {"oui": "Bâtiment", "non": f"Bâtiment{FIXED}: non", "inconnu": f"Bâtiment{FIXED}: inconnu"}
BUILDING_VALUES = {word: value for value, word in BUILDING_WORDS.items()}


class ValuesField(forms.Field):
    """Address words and what they stand for; `known` gives the labels of those that exist."""

    widget = forms.SelectMultiple

    def __init__(self, *, known: Known, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.known = known

    def clean(self, value: Any) -> Chosen:
        texts = list(dict.fromkeys(text for text in (asked_line(item)[:LONGEST] for item in value or ()) if text))
        chosen = Chosen()
        if len(texts) > MOST_VALUES:
            chosen.notices.append(f"Le filtre «{FIXED}{self.label}{FIXED}» garde ses {MOST_VALUES} premières valeurs.")
        labels = self.known(texts[:MOST_VALUES]) if texts else {}
        for text in texts[:MOST_VALUES]:
            if text in labels:
                chosen.choices.append(Choice(text, labels[text]))
            else:
                chosen.refuse_unknown(text, str(self.label))
        return chosen


class WordsField(forms.Field):
    def clean(self, value: Any) -> str:
        return asked_line(str(value or ""))[:LONGEST]


class ValuesFilter(django_filters.Filter):
    field_class = ValuesField


class WordsFilter(django_filters.Filter):
    field_class = WordsField


def _departments(codes: Iterable[str]) -> dict[str, str]:
    return {code: str(departments()[code]) for code in codes if code in departments()}


def _building(words: Iterable[str]) -> dict[str, str]:
    return BUILDING_CHIPS


def _natures(words: Iterable[str]) -> dict[str, str]:
    return {word: one.label for word, one in BY_WORD.items()}


class CooperativeFilters(django_filters.FilterSet):
    q = WordsFilter(method="by_words", label="Nom ou lieu")
    nature = ValuesFilter(method="by_natures", known=_natures, label="Nature")
    departement = ValuesFilter(method="by_departments", known=_departments, label="Département")
    reseau = ValuesFilter(method="by_networks", known=lambda slugs: {}, label="Réseau")  # `__init__` says among which rows
    batiment = ValuesFilter(method="by_building", known=_building, label="Bâtiment")

    class Meta:
        model = DirectoryEntry
        fields: list[str] = []

    def __init__(self, data: QueryDict, *, queryset: DirectoryEntryQuerySet) -> None:
        super().__init__(data, queryset)
        field: Any = self.form.fields["reseau"]
        field.known = partial(selectors.network_labels, queryset)

    def by_words(self, rows: DirectoryEntryQuerySet, name: str, text: str) -> DirectoryEntryQuerySet:
        return rows.filter(selectors.matching_words(text))

    def by_natures(self, rows: DirectoryEntryQuerySet, name: str, asked: Chosen) -> DirectoryEntryQuerySet:
        return rows.of_kinds([one.kind for one in self.natures if one.kind])

    def by_departments(self, rows: DirectoryEntryQuerySet, name: str, asked: Chosen) -> DirectoryEntryQuerySet:
        pairs = DirectoryEntry.departments.through.objects.filter(department__in=asked.values)
        return rows.filter(pk__in=pairs.values("directoryentry")) if asked else rows

    def by_networks(self, rows: DirectoryEntryQuerySet, name: str, asked: Chosen) -> DirectoryEntryQuerySet:
        listed = ListedNetwork.objects.filter(slug__in=asked.values).values("entry")
        joined = Affiliation.objects.in_force().filter(network__slug__in=asked.values).values("organisation")
        return rows.filter(Q(pk__in=listed) | Q(pk__in=joined)) if asked else rows

    def by_building(self, rows: DirectoryEntryQuerySet, name: str, asked: Chosen) -> DirectoryEntryQuerySet:
        values = [BUILDING_VALUES[word] for word in asked.values]
        unknown = Q(building_trade=None) if None in values else Q(pk__in=())
        return rows.filter(Q(building_trade__in=[value for value in values if value is not None]) | unknown) if asked else rows

    # -- what the page says of them -------------------------------------------------------------------------------------

    @property
    def asked(self) -> Mapping[str, Any]:
        self.form.is_valid()
        return self.form.cleaned_data

    @property
    def chosen(self) -> dict[str, Chosen]:
        return {name: value for name, value in self.asked.items() if isinstance(value, Chosen)}

    @property
    def natures(self) -> list[Nature]:
        asked = self.chosen["nature"]
        return [BY_WORD[word] for word in asked.values] if asked else [COOPERATIVES]

    @property
    def sort_of_rows(self) -> Nature:
        """What the rows are called."""
        return self.natures[0] if len(self.natures) == 1 else SEVERAL

    @property
    def is_narrowed(self) -> bool:
        """Whether more is asked than whole natures."""
        return bool(self.chosen["nature"].refused) or any(value for name, value in self.asked.items() if name != "nature")

    @property
    def whole(self) -> str:
        """The query string of the same natures without another filter."""
        words = [one.word for one in self.natures] or list(BY_WORD)
        return "" if words == [COOPERATIVES.word] else f"?{urlencode([('nature', word) for word in words])}"

    def but(self, name: str) -> DirectoryEntryQuerySet:
        """The rows that answer all the filters less one: what a count of that one stands on."""
        rows = self.queryset.all()
        for other, value in self.asked.items():
            if other != name:
                rows = self.filters[other].filter(rows, value)
        return rows

    @property
    def notices(self) -> list[str]:
        return [notice for chosen in self.chosen.values() for notice in chosen.notices]


def facets(
    filters: CooperativeFilters, by_department: Mapping[str, int], by_network: Mapping[str, int], names: Mapping[str, str]
) -> list[Facet]:
    """The groups of the column with exact counts: how many rows each value would show, the other filters kept."""
    chosen = filters.chosen
    by_kind, by_building = selectors.kind_counts(filters.but("nature")), selectors.building_counts(filters.but("batiment"))
    by_nature = {BY_KIND[kind].word: count for kind, count in by_kind.items()}
    natures = _options(_natures(()).get, by_nature, [one.word for one in filters.natures], BY_WORD)
    building = _options(BUILDING_LABELS.get, by_building, chosen["batiment"].values, BUILDING_LABELS)
    places = _options(_department, by_department, chosen["departement"].values)
    known = {**names, **{one.value: one.label for one in chosen["reseau"].choices}}
    networks = _options(known.get, by_network, chosen["reseau"].values)
    return [
        Facet("Nature", "nature", list(natures)),
        Facet("Bâtiment", "batiment", list(building)),
        Facet("Département", "departement", list(places), "autre département,autres départements", 6),
        Facet("Réseau", "reseau", list(networks), "autre réseau,autres réseaux", 6),
    ]


def _department(code: str) -> str:
    return str(departments().get(code, code))


def _options(
    label: Callable[[str], str | None], counts: Mapping[str, int], checked: list[str], order: Iterable[str] | None = None
) -> Iterator[Option]:
    """Most numerous first, or in a given order; a checked value stays in sight even when it finds nothing."""
    values = [value for value in order if counts.get(value) or value in checked] if order else sorted({*counts, *checked})
    found = [Option(value, label(value) or value, counts.get(value, 0), value in checked) for value in values]
    yield from found if order else sorted(found, key=lambda option: (-option.count, option.label))


def chips(filters: CooperativeFilters, query: QueryDict) -> list[dict[str, str]]:
    """The active filters, each with the address of the same list without it."""
    words = filters.asked["q"]
    found = [{"url": without(query, "q"), "label": f"«{FIXED}{words}{FIXED}»"}] if words else []
    for name, chosen in filters.chosen.items():
        found += [{"url": with_values(query, name, left), "label": label} for label, left in chosen.without()]
    return found
