"""The filters of the list, as they stand in its address: q, departement, reseau, batiment (each may come several times)."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_slug
from django.db.models import Q
from django.http import QueryDict

from directory.cooperatives import selectors
from directory.cooperatives.models import DirectoryEntry, DirectoryEntryQuerySet, ListedNetwork
from directory.cooperatives.selectors import BUILDING_WORDS
from directory.vocabularies.selectors import departments
from hub.core.accounts.models import Affiliation
from hub.core.kit.text import FIXED
from hub.core.ui.facets import Facet, Option
from hub.core.ui.navigation import without

MOST = 120
BUILDING_LABELS = {"oui": "Travaille dans le bâtiment", "non": "Autres métiers", "inconnu": "Non renseigné"}
BUILDING_VALUES = {word: value for value, word in BUILDING_WORDS.items()}


class SlugsField(forms.Field):
    """Address words; one that names nothing finds nothing."""

    widget = forms.SelectMultiple

    def clean(self, value: Any) -> list[str]:
        words = list(dict.fromkeys(value or []))
        for word in words[:MOST]:
            try:
                validate_slug(word)
            except ValidationError:
                raise ValidationError("Ce réseau n’existe pas.", code="invalid_choice")
        return words[:MOST]


class SlugsFilter(django_filters.Filter):
    field_class = SlugsField


def _department_choices() -> list[tuple[str, str]]:
    return [(code, str(row)) for code, row in departments().items()]


class CooperativeFilters(django_filters.FilterSet):
    q = django_filters.CharFilter(method="by_words", label="Nom ou lieu", max_length=120)
    departement = django_filters.MultipleChoiceFilter(method="by_departments", choices=_department_choices, label="Département")
    reseau = SlugsFilter(method="by_networks", label="Réseau")
    batiment = django_filters.MultipleChoiceFilter(method="by_building", choices=list(BUILDING_LABELS.items()), label="Bâtiment")

    class Meta:
        model = DirectoryEntry
        fields: list[str] = []

    def by_words(self, rows: DirectoryEntryQuerySet, name: str, text: str) -> DirectoryEntryQuerySet:
        return rows.filter(selectors.matching_words(text))

    def by_departments(self, rows: DirectoryEntryQuerySet, name: str, codes: list[str]) -> DirectoryEntryQuerySet:
        if not codes:
            return rows
        pairs = DirectoryEntry.departments.through.objects.filter(department__in=codes)
        return rows.filter(pk__in=pairs.values("directoryentry"))

    def by_networks(self, rows: DirectoryEntryQuerySet, name: str, slugs: list[str]) -> DirectoryEntryQuerySet:
        if not slugs:
            return rows
        listed = ListedNetwork.objects.filter(slug__in=slugs).values("entry")
        joined = Affiliation.objects.in_force().filter(network__slug__in=slugs).values("organisation")
        return rows.filter(Q(pk__in=listed) | Q(pk__in=joined))

    def by_building(self, rows: DirectoryEntryQuerySet, name: str, words: list[str]) -> DirectoryEntryQuerySet:
        if not words:
            return rows
        values = [BUILDING_VALUES[word] for word in words]
        unknown = Q(building_trade=None) if None in values else Q(pk__in=())
        return rows.filter(Q(building_trade__in=[value for value in values if value is not None]) | unknown)

    # -- what the page says of them -------------------------------------------------------------------------------------

    @property
    def chosen(self) -> dict[str, list[str]]:
        """The values that count, by parameter; those that are refused are left out."""
        if not self.is_bound:
            return {}
        self.form.is_valid()
        values = {name: value if isinstance(value, list) else [value] for name, value in self.form.cleaned_data.items() if value}
        return {name: [str(one) for one in given] for name, given in values.items()}

    def but(self, name: str) -> DirectoryEntryQuerySet:
        """The rows that answer all the filters less one: what a count of that one stands on."""
        rows = self.queryset.all()
        for other, value in self._cleaned().items():
            if other != name and other in self.filters:
                rows = self.filters[other].filter(rows, value)
        return rows

    def _cleaned(self) -> Mapping[str, Any]:
        if not self.is_bound:
            return {}
        self.form.is_valid()
        return self.form.cleaned_data

    def refusals(self) -> list[str]:
        """One sentence per parameter whose value was refused."""
        if not self.is_bound or self.form.is_valid():
            return []
        labels = [self.form.fields[name].label for name in self.form.errors if name in self.form.fields]
        return [f"{label}{FIXED}: valeur inconnue, filtre ignoré." for label in labels]


def facets(
    filters: CooperativeFilters, by_department: Mapping[str, int], by_network: Mapping[str, int], names: Mapping[str, str]
) -> list[Facet]:
    """The groups of the column with exact counts: how many rows each value would show, the other filters kept."""
    chosen = filters.chosen
    by_building = selectors.building_counts(filters.but("batiment"))
    building = _options(BUILDING_LABELS.get, by_building, chosen.get("batiment", []), BUILDING_LABELS)
    places = _options(_department, by_department, chosen.get("departement", []))
    networks = _options(lambda slug: names.get(slug, slug), by_network, chosen.get("reseau", []))
    return [
        Facet("Bâtiment", "batiment", list(building)),
        Facet("Département", "departement", list(places), "autre département,autres départements", 6),
        Facet("Réseau", "reseau", list(networks), "autre réseau,autres réseaux", 6),
    ]


def _department(code: str) -> str:
    return str(departments().get(code, code))


def _options(
    label: Callable[[str], str | None], counts: Mapping[str, int], checked: list[str], order: Mapping[str, str] | None = None
) -> Iterator[Option]:
    """Most numerous first, or in a given order; a checked value stays in sight even when it finds nothing."""
    values = [value for value in order if counts.get(value) or value in checked] if order else sorted({*counts, *checked})
    found = [Option(value, label(value) or value, counts.get(value, 0), value in checked) for value in values]
    yield from found if order else sorted(found, key=lambda option: (-option.count, option.label))


def chips(filters: CooperativeFilters, query: QueryDict, names: Mapping[str, str]) -> list[dict[str, str]]:
    """The active filters, each with the address of the same list without it; names: what the networks' address words stand for."""
    words: dict[str, Callable[[str], str]] = {
        "q": lambda text: f"«{FIXED}{text}{FIXED}»",
        "departement": _department,
        "reseau": lambda slug: names.get(slug, slug),
        "batiment": lambda word: f"Bâtiment{FIXED}: {word}" if word != "oui" else "Bâtiment",
    }
    return [
        {"url": without(query, name, None if name == "q" else value), "label": words[name](value)}
        for name, values in filters.chosen.items()
        for value in values
    ]
