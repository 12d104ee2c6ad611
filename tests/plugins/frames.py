"""Room for the frames of deep calls.

Python keeps the frames of its calls in chunks of 16 kB, asks the system for another when one is full, and gives it back as soon as the call that
needed it returns (`push_chunk`, Python/pystate.c of 3.11): a loop that stands at the end of a chunk asks at each turn. Under the deep stack of
pytest that happened a thousand times in a test, a twentieth of its time. A frame with more variables than a chunk holds opens a larger one,
where all that it calls finds room.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")
SLOTS = 17_000  # of eight octets: a chunk of 256 kB, almost half of which is left


def _wide(call: Callable[..., Any], args: Any, kwargs: Any) -> Any:
    return call(*args, **kwargs)


_names = (*_wide.__code__.co_varnames, *(f"_{number}" for number in range(SLOTS)))
_wide.__code__ = _wide.__code__.replace(co_varnames=_names, co_nlocals=len(_names))


def roomy(call: Callable[P, R]) -> Callable[P, R]:
    """The same callable, with room for what it calls."""

    @wraps(call)
    def called(*args: P.args, **kwargs: P.kwargs) -> R:
        result: R = _wide(call, args, kwargs)
        return result

    return called
