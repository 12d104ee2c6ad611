from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django import forms

from hub.core.accounts.actor import Actor
from hub.core.notifications import kinds
from hub.core.notifications.kinds import NotificationKind
from hub.core.notifications.models import Rhythm
from hub.core.notifications.selectors import Channels, default_channels
from hub.core.ui.forms import HubForm


@dataclass(frozen=True)
class Line:
    """One kind of the table: its boxes, or its fixed ways when it may not be disabled. (A template would call the class itself.)"""

    label: str
    fixed: Channels
    mail: forms.BoundField | None = None
    screen: forms.BoundField | None = None


class PreferencesForm(HubForm):
    """How often a digest, and two boxes per kind: by mail, on screen."""

    rhythm = forms.ChoiceField(label="Récapitulatif par courrier", choices=Rhythm.choices, widget=forms.RadioSelect)

    def __init__(self, *args: Any, current: Mapping[str, Channels], actor: Actor, **kwargs: Any) -> None:
        self._kinds = kinds.choosable(actor)
        super().__init__(*args, **kwargs)
        for kind in self._free:
            way = current[kind.code]
            self.fields[f"{kind.code}.mail"] = forms.BooleanField(required=False, initial=way.by_mail)
            self.fields[f"{kind.code}.screen"] = forms.BooleanField(required=False, initial=way.on_screen)

    @property
    def _free(self) -> list[type[NotificationKind]]:
        return [kind for kind in self._kinds if kind.may_be_disabled]

    def groups(self) -> Iterator[tuple[str, list[Line]]]:
        """The lines of the table under their category."""
        for category, found in groupby(self._kinds, key=lambda kind: kind.category):
            yield str(category), [self._line(kind) for kind in found]

    def _line(self, kind: type[NotificationKind]) -> Line:
        if not kind.may_be_disabled:
            return Line(kind.label, default_channels(kind))
        return Line(kind.label, default_channels(kind), self[f"{kind.code}.mail"], self[f"{kind.code}.screen"])

    def chosen(self) -> dict[str, Channels]:
        data = self.cleaned_data
        return {kind.code: Channels(data[f"{kind.code}.mail"], data[f"{kind.code}.screen"]) for kind in self._free}
