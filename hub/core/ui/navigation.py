"""Where one is: the areas of the menu, the links of a paginated list, the query string with one thing changed."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, QueryDict


@dataclass(frozen=True)
class Area:
    label: str
    url: str
    css: str
    prefixes: tuple[str, ...]


# Only the areas that are born; paths, because a package below does not know the names of those above.
AREAS = (
    Area("Annuaire", "/annuaire/", "a-dir", ("/annuaire", "/cooperatives")),
    Area("Formations", "/formations/", "a-train", ("/formations",)),
    Area("Groupes", "/groupes/", "a-group", ("/groupes",)),
    Area("Services", "/services/", "a-serv", ("/services",)),
    Area("Échanges", "/vie/", "a-life", ("/vie",)),
)


@dataclass(frozen=True)
class PageLink:
    """One entry of a pagination; without address it is the gap between two runs of pages."""

    number: int | None
    url: str
    current: bool


def area_of(path: str) -> Area | None:
    return next((area for area in AREAS if path.startswith(area.prefixes)), None)


def changed(query: QueryDict, **values: str | int | None) -> str:
    """The query string with some parameters set, or taken out when None; always starts with "?"."""
    query = query.copy()
    for name, value in values.items():
        if value is None:
            query.pop(name, None)
        else:
            query[name] = str(value)
    return f"?{query.urlencode()}"


def without(query: QueryDict, name: str, value: object = None) -> str:
    """The query string less one value of a parameter (all of them when value is None), back on the first page."""
    query = query.copy()
    left = [] if value is None else [one for one in query.getlist(name) if one != str(value)]
    query.setlist(name, left)
    query.pop("page", None)
    return f"?{query.urlencode()}"


def page_links(request: HttpRequest, page: Page) -> Iterator[PageLink]:
    for number in page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1):
        if number == Paginator.ELLIPSIS:
            yield PageLink(None, "", False)
        else:
            yield PageLink(int(number), page_url(request, int(number)), number == page.number)


def page_url(request: HttpRequest, number: int) -> str:
    """The first page has no number in its address: one page, one address."""
    return changed(request.GET, page=number if number > 1 else None)
