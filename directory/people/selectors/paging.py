"""Pages of 25 in the order of names; past page 50 the next page starts after a person, so that the database never counts rows to skip."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Self
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet

from directory.people.models import Profile

PER_PAGE: Final = 25
BY_NUMBER: Final = 50
MARK: Final = re.compile(r"(\d{1,7})(?:-([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}))?")


class PageMark(int):
    """The number of a page that says, when written out, after whom it starts: «51-0199…»."""

    after: UUID | None = None

    @classmethod
    def of(cls, number: int, after: UUID | None = None) -> Self:
        mark = cls(number)
        mark.after = after
        return mark

    def __str__(self) -> str:
        return f"{int(self)}-{self.after}" if self.after else str(int(self))


def read_mark(text: str) -> PageMark | None:
    """None when this is no page."""
    match = MARK.fullmatch(text)
    if not match or not int(match[1]):
        return None
    return PageMark.of(int(match[1]), UUID(match[2]) if match[2] else None)


class PeoplePaginator(Paginator):
    """A paginator that is told the total: the counts beside the filters know it already."""

    def __init__(self, total: int) -> None:
        self.total = total
        super().__init__([], PER_PAGE)

    @property
    def count(self) -> int:
        return self.total


class PeoplePage(Page):
    def next_page_number(self) -> int:
        number: int = super().next_page_number()
        return PageMark.of(number, self.object_list[-1].pk if number > BY_NUMBER and self.object_list else None)


@dataclass(frozen=True)
class Asked:
    page: PeoplePage
    is_past_the_end: bool


def page_of(
    rows: QuerySet[Profile], visible: QuerySet[Profile], mark: PageMark, total: int, made: Callable[[QuerySet[Profile]], list[Any]] = list
) -> Asked:
    """One page of people.

    Args: rows is what the filters leave; visible everyone whom the reader sees, for a mark names no one else; made turns the rows of the
    page into what is shown, each with its `pk`.
    """
    paginator = PeoplePaginator(total)
    number = min(int(mark), paginator.num_pages)
    ordered = rows.order_by("sort_name", "id")
    start = visible.filter(pk=mark.after).values_list("sort_name", "pk").first() if mark.after else None
    if start and number == mark:
        name, pk = start
        people = made(ordered.filter(Q(sort_name__gt=name) | Q(sort_name=name, pk__gt=pk))[:PER_PAGE])
    else:
        people = made(ordered[(number - 1) * PER_PAGE : number * PER_PAGE])
    return Asked(PeoplePage(people, number, paginator), number < mark)
