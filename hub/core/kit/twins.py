"""A form sent twice writes its row once: each form bears the identifier of the row to come.

A form that the browser kept is sent again with the same one and other words in it: that is another row, and sent twice it is one as well.
"""

import hashlib
from collections.abc import Callable
from typing import TypeVar
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Model, QuerySet

from hub.core.kit.identifiers import uuid7, uuid7_of

Row = TypeVar("Row", bound=Model)
Result = TypeVar("Result")


def another(key: UUID, *words: object) -> UUID:
    """The identifier of other words in the same form: the same words have the same one again. It sorts by time as the form's own does."""
    digest = hashlib.sha256(f"{key} {words!r}".encode()).digest()
    return uuid7_of(key.int >> 80, int.from_bytes(digest[:10], "big"))


def twin(
    key: UUID | None, words: object, *, rows: Callable[[UUID], QuerySet[Row]], is_same: Callable[[Row], bool]
) -> tuple[Row | None, UUID | None]:
    """The row that the same form made with the same words, if any, else the key of the one to make; neither when both are of something else.

    Args: words is what the form says, of which the `repr` is always the same; rows are those of a key, one or none.
    """
    for one in (key, another(key, words)) if key else ():
        row = rows(one).first()
        if row is None:
            return None, one
        if is_same(row):
            return row, one
    return None, None


def once(find: Callable[[], tuple[Row | None, UUID | None]], write: Callable[[UUID], Row]) -> tuple[Row, bool]:
    """The row that `find` (a `twin`) knows, else the one that `write` makes under its key; and whether it is new.

    Of two at once the second looks again: it finds the row of the first, or says other words, under a key of their own.
    Raises: IntegrityError when what stands in the way is no key.
    """

    def look() -> tuple[Row, bool]:
        made, key = find()
        return (write(key or uuid7()), True) if made is None else (made, False)

    return twice(look)


def twice(look: Callable[[], Result]) -> Result:
    """What a function returns that looks for what stands in the way, then writes. Of two who write the same at one instant neither sees the
    other: the second looks again, and finds what the first one wrote. Raises: IntegrityError when it does not look for what is in the way."""
    try:
        with transaction.atomic():
            return look()
    except IntegrityError:
        return look()
