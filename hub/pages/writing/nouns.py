"""The kinds of pages that members write. A package declares its own in `views.py` and registers it when it starts; lists, forms, feeds
and the first screen of the area are made from that."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.utils.module_loading import import_string

from hub.core.accounts.actor import Actor
from hub.pages.writing import selectors, services
from hub.pages.writing.models import WrittenPage

Start = Callable[[Actor, UUID], Mapping[str, Any] | None]  # initial values of a new page's form, None when the reader may not read them
Context = Callable[[Actor, Any], Mapping[str, Any]]


@dataclass(frozen=True)
class Words:
    """How the screens of a kind speak, in French: its plural, what one does, what an empty list says."""

    title: str  # «Questions», heads the list and its tab
    one: str  # «question,questions», counted
    this: str  # «cette question»
    new: str  # «Poser une question», the button and the title of the form
    lead: str  # under the title of the form
    empty: str  # what the kind is for, on an empty list
    change: str  # «Modifier la question»


@dataclass(frozen=True)
class Column:
    """One column of a list taken away: its name in JSON, its head in CSV, and its value for a page of `for_list`."""

    key: str
    label: str
    of: Callable[[Any], Any]


@dataclass(frozen=True)
class Noun:
    """One kind: its model, form and filter, and what its package adds to the common screens."""

    model: type[WrittenPage]
    form: type[Any]
    filter: type[Any]
    words: Words
    order: int
    create: Callable[..., Any] = services.create
    save: Callable[..., Any] = services.save
    publish: Callable[..., Any] = services.publish
    take_down: Callable[..., Any] = services.take_down
    withdraw: Callable[..., Any] = services.withdraw
    restore: Callable[..., Any] = services.restore
    withdrawal: str = ""  # what else moderation sets going by withdrawing one, said before it does
    context: Context = lambda actor, page: {}
    listed: Callable[[Actor], Any] | None = None  # rows of the list, when not the newest first
    first: Callable[[Actor], Any] | None = None  # rows of the first screen, when not those of the list
    from_answer: str = ""  # «En faire une note»: the link under a kept answer, of a kind that may begin with one
    columns: tuple[Column, ...] = ()  # of the list taken away, beyond what all kinds say

    @property
    def namespace(self) -> str:
        return self.model.namespace

    def rows(self, actor: Actor) -> Any:
        """The rows of its list, in their order."""
        return self.listed(actor) if self.listed else selectors.listed(self.model, actor)


@dataclass
class Registry:
    """Kinds by the dotted path of their declaration: a form may ask for what another package declares when it starts."""

    _paths: set[str] = field(default_factory=set)
    _nouns: list[Noun] = field(default_factory=list)
    starts: dict[str, Start] = field(default_factory=dict)  # by the word of the address bar that names what a new page begins from

    def register(self, path: str) -> None:
        self._paths.add(path)
        self._nouns = []

    def all(self) -> list[Noun]:
        """In the order of the tabs."""
        if not self._nouns:
            self._nouns = sorted((import_string(path) for path in self._paths), key=lambda noun: noun.order)
        return self._nouns


registry = Registry()
