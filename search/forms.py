"""What an address of the search may say. Nothing typed there is an error: what cannot be used is left out."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Self

from django.http import QueryDict

from hub.core.kit.text import one_line

LAST_PAGE = 50


@dataclass(frozen=True, slots=True)
class Asked:
    text: str
    kind: str
    page: int

    @classmethod
    def read(cls, query: QueryDict, kinds: Collection[str]) -> Self:
        kind, page = query.get("genre", ""), query.get("page", "")
        return cls(
            text=one_line(query.get("q", "")),
            kind=kind if kind in kinds else "",
            page=min(max(int(page), 1), LAST_PAGE) if page.isascii() and page.isdecimal() and len(page) < 6 else 1,
        )
