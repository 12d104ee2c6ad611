"""Filters in the address of a list: what a parameter asks, the one address of a list, a group of filters as the column shows it."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import wraps
from types import MappingProxyType
from typing import Any

from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect, QueryDict

from hub.core.kit.text import FIXED, counted


@dataclass(frozen=True)
class Choice:
    """A value understood: as the address holds it, and as people read it."""

    value: str
    label: str


@dataclass
class Chosen:
    """What one parameter asks. A value that means nothing matches nothing: the list shrinks, and never grows, by a mistyped word."""

    choices: list[Choice] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)  # a sentence for each value refused, and for what was cut

    @property
    def values(self) -> list[str]:
        return [choice.value for choice in self.choices]

    @property
    def labels(self) -> list[str]:
        return [choice.label for choice in self.choices] + [f"«{FIXED}{text}{FIXED}»" for text in self.refused]

    def __bool__(self) -> bool:
        return bool(self.choices or self.refused)

    def refuse(self, text: str, *sentences: str) -> None:
        self.refused.append(text)
        self.notices += sentences

    def refuse_unknown(self, text: str, label: str) -> None:
        self.refuse(text, f"Le filtre «{FIXED}{label}{FIXED}» ne connaît pas «{FIXED}{text}{FIXED}»{FIXED}: cette valeur ne trouve rien.")

    def without(self) -> list[tuple[str, list[str]]]:
        """Each value in words, with the values that stay when it is taken away."""
        texts = [*self.values, *self.refused]
        return [(label, [*texts[:at], *texts[at + 1 :]]) for at, label in enumerate(self.labels)]


def with_values(query: QueryDict, name: str, values: Sequence[str]) -> str:
    """The query string with these values of one parameter, back on the first page."""
    query = query.copy()
    query.setlist(name, list(values))
    query.pop("page", None)
    return f"?{query.urlencode()}"


View = Callable[..., HttpResponseBase]


def one_address(*names: str, **usual: str) -> Callable[[View], View]:
    """Leads a view to one address per list: these parameters alone, each value once, none blank, none that says what goes without saying.

    Without a script, a form sends its empty fields too; and links that repeat a thousand unknown parameters cost more than the page.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            said = cleaned(request.GET, names, usual)
            if said == request.GET:
                return view(request, *args, **kwargs)
            return HttpResponseRedirect(f"{request.path}?{said.urlencode()}" if said else request.path)

        return answered

    return decorate


def cleaned(query: QueryDict, names: Collection[str], usual: Mapping[str, str] = MappingProxyType({})) -> QueryDict:
    """Cleaning it again changes nothing."""
    said = QueryDict(mutable=True)
    for name, values in query.lists():
        held = list(dict.fromkeys(value for value in values if value.strip()))
        if held and name in names and held != [usual.get(name)]:
            said.setlist(name, held)
    return said


@dataclass(frozen=True)
class Option:
    value: str
    label: str
    count: int
    checked: bool = False


@dataclass(frozen=True)
class Facet:
    """Options come in the order to show; checked ones are always in sight, with the first `shown` of the others."""

    legend: str
    name: str
    options: Sequence[Option]
    other: str = "autre,autres"
    shown: int = 5

    @property
    def head(self) -> list[Option]:
        checked = [option for option in self.options if option.checked]
        return checked + self._unchecked[: max(0, self.shown - len(checked))]

    @property
    def tail(self) -> list[Option]:
        return self._unchecked[max(0, self.shown - (len(self.options) - len(self._unchecked))) :]

    @property
    def tail_words(self) -> str:
        """«12 autres métiers»; `other` holds both forms: "autre métier,autres métiers"."""
        one, _, many = self.other.partition(",")
        return counted(len(self.tail), one, many)

    @property
    def _unchecked(self) -> list[Option]:
        return [option for option in self.options if not option.checked]
