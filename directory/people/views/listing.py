from collections.abc import Callable
from functools import partial
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from directory.people.enums import FacetKind
from directory.people.filters import PeopleFilter, words_typed
from directory.people.models import Profile
from directory.people.selectors import counting, listing, paging
from directory.people.selectors.listing import Counted, Reader
from directory.people.selectors.rows import rows_of
from directory.people.views import sentences
from directory.vocabularies.selectors import search_trades
from hub.core.accounts.actor import actor_of
from hub.core.kit.text import counted
from hub.core.ui.facets import Facet, Option, one_address, with_values
from hub.core.ui.lists import FIRST_SHOWN, LAST_SHOWN
from hub.core.ui.navigation import changed, without

PARAMETERS: dict[str, FacetKind] = {
    "metier": FacetKind.TRADE,
    "competence": FacetKind.SKILL,
    "departement": FacetKind.DEPARTMENT,
    "organisation": FacetKind.ORGANISATION,
}
LEGENDS = {"metier": "Métier", "competence": "Compétence", "departement": "Département", "organisation": "Coopérative"}
MOST_CALLED = 3  # trades proposed for words that find nobody
# what the text under the ticks asks, and the address of its suggestions
TYPED = {
    "metier": ("Un {}métier", "vocabularies:trades"),
    "competence": ("Une {}compétence", "vocabularies:skills"),
    "departement": ("Un {}département", ""),
    "organisation": ("Une {}coopérative", ""),
}


class Listing:
    """What an address asks of the list, answered for one reader; shared by the page, the JSON and the CSV."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.reader: Reader = listing.reader_of(actor_of(request))
        self.filters = PeopleFilter(request.GET, reader=self.reader)
        self.rows = self.filters.without()
        self.counts: dict[str, list[Counted]] = {}
        self.total = self._count()

    def _count(self) -> int:
        """Fill the counts beside the filters; returns how many people all the filters leave.

        Each filter is counted without itself. The kept counts answer those beside which no other filter is in force.
        """
        chosen: dict[str, list[str]] = {PARAMETERS[name]: value.values for name, value in self.filters.chosen.items()}
        matches = self.filters.matches()
        if matches is not None:
            active: dict[str, list[str]] = {kind: chosen[kind] for name, kind in PARAMETERS.items() if self.filters.asked[name]}
            total, counts = counting.among(matches, self.reader, active)
            self.counts = {name: counts[kind] for name, kind in PARAMETERS.items()}
            return total
        is_kept = listing.is_summed_up(self.reader)
        kept = [kind for name, kind in PARAMETERS.items() if is_kept and not self.filters.active(but=name)]
        found = listing.kept_counts(self.reader, kept, chosen) if kept else {}
        for name, kind in PARAMETERS.items():
            rows = found.get(kind)
            self.counts[name] = listing.live_counts(kind, self.filters.without(name), self.reader, chosen[kind]) if rows is None else rows
        if is_kept and not self.filters.active():
            return sum(row.count for row in found[FacetKind.TOTAL])
        asked = self.filters.asked["organisation"]
        return sum(row.count for row in self.counts["organisation"] if not asked or row.value in asked.values)

    def page(self, made: Callable[[QuerySet[Profile]], list[Any]]) -> tuple[paging.PeoplePage, str]:
        """The page asked, its people made by a function, and a sentence when it is not the page that was asked."""
        text = self.request.GET.get("page", "1")
        mark = paging.read_mark(text)
        asked = paging.page_of(self.rows, self.filters.queryset, mark or paging.PageMark(1), self.total, made)
        if mark is None:
            return asked.page, f"Cette page n’existe pas : {FIRST_SHOWN}."
        return asked.page, f"Cette page est au-delà de la dernière : {LAST_SHOWN}." if asked.is_past_the_end else ""

    def facets(self) -> list[tuple[Facet, str, str]]:
        """Each group of filters, with what can be typed under it and where its suggestions are."""
        found = []
        for name, (typed, route) in TYPED.items():
            facet = self._facet(name)
            found.append((facet, typed.format("autre " if facet.options else ""), reverse(route) if route else ""))
        return found

    def _facet(self, name: str) -> Facet:
        chosen = self.filters.asked[name]
        counted = {row.value: row for row in listing.most(self.counts[name], chosen.values)}
        missing = [Option(choice.value, choice.label, 0, True) for choice in chosen.choices if choice.value not in counted]
        options = [Option(row.value, row.label, row.count, row.value in chosen.values) for row in counted.values()]
        return Facet(LEGENDS[name], name, missing + options, shown=listing.TOP)

    def called(self) -> list[tuple[str, str]]:
        """When the words find nobody: the trades that people call so and that somebody has, each (label and number of people, address)."""
        query, found = self.request.GET, []
        for match in search_trades(words_typed(query), MOST_CALLED):
            count = self.filters.without("q", "metier").filter(listing.with_trades(self.reader, [match.trade.code])).count()
            if count:
                found.append(
                    (f"{match.trade.label}, {counted(count, 'personne')}", changed(query, q=None, metier=match.trade.code, page=None))
                )
        return found

    def chips(self) -> list[dict[str, str]]:
        query = self.request.GET
        found = [{"url": without(query, "q"), "label": f"« {words_typed(query)} »"}] if self.filters.asked["q"] else []
        for name, chosen in self.filters.chosen.items():
            found += [{"url": with_values(query, name, left), "label": label} for label, left in chosen.without()]
        return found


@require_safe
@one_address(*PeopleFilter.base_filters, "page")
def people(request: HttpRequest) -> HttpResponse:
    """The list, as its reader may see it."""
    found = Listing(request)
    page, notice = found.page(partial(rows_of, found.reader))
    context: dict[str, Any] = {
        "title": sentences.title(found.total, found.filters, words_typed(request.GET)),
        "total": found.total,
        "filters": found.filters,
        "page": page,
        "rows": page.object_list,
        "facets": found.facets(),
        "active": len(found.filters.active()),
        "chips": found.chips(),
        "q": words_typed(request.GET),
        "notices": [*found.filters.notices, *([notice] if notice else [])],
        "called": found.called() if not found.total and found.filters.asked["q"] else [],
        "query": f"?{request.GET.urlencode()}" if request.GET else "",
    }
    return render(request, "people/list.html", context)
