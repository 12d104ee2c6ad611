"""What an upper package adds to a page that lies below it, declared in its `panels.py` and registered when it starts.

A panel is a callable `(actor, subject) -> dict | None`: None shows nothing. The page asks for a place, never for a package:
`{% panels "cooperative" organisation %}` in a template, `collect("home.due", actor, actor)` in a selector.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.core.exceptions import ImproperlyConfigured
from django.db.models import QuerySet

from hub.core.kit.asking import how_many, once, remember
from hub.core.ui.personal import Personal as Personal
from hub.core.ui.personal import personal as personal

Build = Callable[[Any, Any], Any]
Needs = Callable[[Any, Any], "QuerySet[Any] | None"]
AnyBuild = TypeVar("AnyBuild", bound=Build)


@dataclass(frozen=True)
class Place:
    """Where panels are shown or asked: what the subject is, what a panel gives, and whether a template shows it."""

    subject: str
    gives: str
    rendered: bool = True


PLACES = {
    "cooperative": Place("the organisation of the page", "the context of the panel's template"),
    "course": Place("the programme of the page", "the context of the panel's template"),
    "session": Place("the training session of the page", "the context of the panel's template"),
    "person": Place("the profile of the page", "the context of the panel's template"),
    "account": Place("the person whose account the coordination looks at", "the context of the panel's template"),
    "workgroup": Place("the working group of the page", "the context of the panel's template"),
    "workgroup.tab": Place(
        "the working group of the page", '{"label", "url", "count" (optional)}: a tab, see ui/tabs.html', rendered=False
    ),
    "trainings.tab": Place("the key of the view shown", "a tab of the trainings, see catalogue/panels/tab.html"),
    "funding.mentions": Place("OPCO files before filing", "{id of a file: what the text of its agreement lacks}", rendered=False),
    "funding.convened": Place("OPCO files", "{id of a file: whether everybody whom its employer sends is convened}", rendered=False),
    "funding.agreed": Place(
        "an OPCO file and a day", "the terms of the agreement in force that day, see trainings/funding/terms.py", rendered=False
    ),
    "own.data": Place("the person who reads what the hub holds of her", "the context of the panel's template"),
    "needs.shown": Place("a person who shows her accessibility needs", '{"lines": [what she must know, in French]}', rendered=False),
    "session.history": Place(
        "a training session",
        "{kind of a row of its trainees: identifiers as text}, those whose audit lines its journal tells",
        rendered=False,
    ),
    "registration.cancel": Place(
        "a confirmed registration about to be cancelled", '{"lines": [what else follows, in French]}', rendered=False
    ),
    "home.due": Place("the actor", '{"items": [due item]}, see ui/due.html', rendered=False),
    "home.area": Place(
        "the actor",
        '{"title", "url", "count" or "rows" to count, "text" or what gives it of the count, "area", "if_any"}: an area on the first page',
        rendered=False,
    ),
    "home.news": Place("since when, an aware datetime", '{"items": [log item + area, area_label]}, newest first', rendered=False),
    "home.dates": Place("the first day, a date", '{"items": [log item]} of the reader\'s own dates, nearest first', rendered=False),
    "search.exact": Place(
        "the text asked, in which there is a digit",
        '{"items": [{"title", "url", "text", "kind"}]}: what bears that very number and is open to the reader, asked in one query',
        rendered=False,
    ),
    "search.source": Place("None", "the source that search indexes", rendered=False),
    "export": Place("an organisation", "{file name: rows} for its complete export", rendered=False),
    "export.person": Place("a person", "{file name: bytes} of her own papers, for her export", rendered=False),
    "needs.over": Place("a day", '{"over": condition of the accessibility needs that serve no training any more}', rendered=False),
    "held": Place("a day", '{"agreements": numbers of those whose people stay past their term}', rendered=False),
    "retention": Place("a day", '{"rows": how many were removed, their term being over by that day}', rendered=False),
    "leaving": Place(
        "a person whose account closes, or is about to be erased", "None, once it has given back what others wait for", rendered=False
    ),
    "erasure": Place("a person", '{"erased": [words], "kept": [words with their ground]}, once it has erased', rendered=False),
}


class PanelError(ImproperlyConfigured):
    """A panel is declared wrongly: unknown place, key taken, template missing."""


@dataclass(frozen=True)
class Panel:
    place: str
    key: str
    build: Build
    order: int = 50
    template: str = ""
    needs: Needs | None = None


@dataclass(eq=False)
class Registry:
    _panels: dict[tuple[str, str], Panel] = field(default_factory=dict)

    def register(
        self, place: str, key: str, *, order: int = 50, template: str = "", needs: Needs | None = None
    ) -> Callable[[AnyBuild], AnyBuild]:
        """Decorator: add a panel to a place under a key of its own; lower orders come first, equal ones by key.

        `needs`: cheap rows without which the panel surely has nothing to give, or None for a reader to whom it gives nothing. They open nothing:
        the panel reads what it shows through `visible_to`.
        """
        if place not in PLACES:
            raise PanelError(f"Panel {key}: unknown place {place!r}; the places are {', '.join(PLACES)}.")
        if PLACES[place].rendered and not template:
            raise PanelError(f"Panel {key}: the place {place!r} shows a template and none is given.")
        if (place, key) in self._panels:
            raise PanelError(f"Panel {key}: the key is taken in the place {place!r}.")

        def keep(build: AnyBuild) -> AnyBuild:
            self._panels[place, key] = Panel(place, key, build, order, template, needs)
            return build

        return keep

    def for_place(self, place: str) -> list[Panel]:
        if place not in PLACES:
            raise PanelError(f"Unknown place {place!r}; the places are {', '.join(PLACES)}.")
        found = [panel for panel in self._panels.values() if panel.place == place]
        return sorted(found, key=lambda panel: (panel.order, panel.key))

    def collect(self, place: str, actor: Any, subject: Any) -> list[Mapping[str, Any]]:
        """What the panels of a place give to this reader, in order, the silent ones left out; what they need is asked in one query for all."""
        panels = self.for_place(place)
        silent = self._silent(place, actor, subject) if any(panel.needs for panel in panels) else ()
        asked = [panel for panel in panels if panel.key not in silent]
        return [found for panel in asked if (found := panel.build(actor, subject)) is not None]

    @once
    def _silent(self, place: str, actor: Any, subject: Any) -> frozenset[str]:
        """The keys of the panels of a place that lack what they need."""
        return self._lacking(actor, {place: subject})[place]

    def foresee(self, actor: Any, subjects: Mapping[str, Any]) -> None:
        """Ask in one query what the panels of several places need, for the calls of `collect` that follow inside asking_once()."""
        for place, silent in self._lacking(actor, subjects).items():
            remember(Registry._silent, self, place, actor, subjects[place], answer=silent)

    def _lacking(self, actor: Any, subjects: Mapping[str, Any]) -> dict[str, frozenset[str]]:
        needed = {
            (place, panel.key): panel.needs(actor, subject)
            for place, subject in subjects.items()
            for panel in self.for_place(place)
            if panel.needs
        }
        counts = how_many({" ".join(name): rows for name, rows in needed.items() if rows is not None})
        lacking = [name for name in needed if not counts.get(" ".join(name))]
        return {place: frozenset(key for where, key in lacking if where == place) for place in subjects}


registry = Registry()
register = registry.register
for_place = registry.for_place
collect = registry.collect
foresee = registry.foresee
