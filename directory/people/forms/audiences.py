"""Who reads what: one choice per field, never wider than its ceiling."""

from typing import Any

from django import forms

from directory.people.enums import Audience
from directory.people.fields import FIELDS, Field, audience_of
from directory.people.models import Profile
from hub.core.kit.text import named
from hub.core.ui.forms import HubForm

PREFIX = "audience"


def _choices(field: Field) -> list[tuple[str, str]]:
    short = {Audience.PRIVATE: "Mon équipe d’appui"}
    return [(level.word, short.get(level) or audience_words(level, "")) for level in field.choices]


def audience_words(level: Audience, organisation: str) -> str:
    """How an audience is said to a person of one CAE."""
    words = {
        Audience.REFERENT: "Moi, sauf si je coche",
        Audience.PRIVATE: named("Équipe d’appui", organisation),
        Audience.FEDERATION: "Fédération",
        Audience.PUBLIC: "Public",
    }
    return words[level]


class AudiencesForm(HubForm):
    """One select per field that leaves a choice; the others are told, not asked."""

    def __init__(self, data: Any = None, *, profile: Profile) -> None:
        super().__init__(data, prefix=PREFIX)
        for key, field in FIELDS.items():
            if len(field.choices) > 1:
                self.fields[key] = forms.ChoiceField(
                    label=f"{field.label.capitalize()} : je montre à",
                    choices=_choices(field),
                    initial=audience_of(profile, key).word,
                    required=False,
                )

    def chosen(self) -> dict[str, Audience]:
        """What was sent; a field that was not sent keeps its audience."""
        return {key: Audience.of(word) for key, word in self.cleaned_data.items() if word}
