"""A group of filters as the column of a list shows it."""

from collections.abc import Sequence
from dataclasses import dataclass

from hub.core.kit.text import counted


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
