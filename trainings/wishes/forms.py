from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from directory.vocabularies.forms import SuggestInput
from directory.vocabularies.models import Skill
from directory.vocabularies.selectors import departments, resolve_skill
from directory.vocabularies.words import key as folded
from hub.core.accounts.models import User
from hub.core.kit.identifiers import uuid7
from hub.core.kit.text import one_line
from hub.core.ui.forms import HubForm, choice_field, row_field
from trainings.wishes.models import MOST_PEOPLE, Wish
from trainings.wishes.services import Need


class ThemeField(forms.CharField):
    """A descriptor of the Formacode when what was typed names one; else the words themselves."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=120, widget=SuggestInput("vocabularies:skills"), **kwargs)

    def clean(self, value: Any) -> Skill | str:
        text = one_line(super().clean(value) or "")
        if not folded(text):
            raise ValidationError("Écrivez un thème en quelques mots.")
        found = resolve_skill(text).term
        is_named = isinstance(found, Skill) and (found.code == text or folded(found.label) == folded(text))
        return found if is_named and isinstance(found, Skill) else text


class DeclineForm(HubForm):
    reason = forms.CharField(
        label="Motif", max_length=500, widget=forms.Textarea(attrs={"rows": 3}), help_text="Lu par qui vous l’a demandée."
    )


class WishForm(HubForm):
    """A theme and a number are enough."""

    key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0, max_value=2_000_000)
    theme = ThemeField(label="Thème", help_text="Un mot du Formacode, ou les vôtres : « enduits terre », « devis et marges ».")
    people_count = forms.IntegerField(label="Combien de personnes", min_value=1, max_value=MOST_PEOPLE)
    department_code = forms.ChoiceField(label="Département", required=False)
    period = forms.CharField(
        label="Période souhaitée", required=False, max_length=80, help_text="Comme « automne 2027 », « hors chantiers, janvier »."
    )
    note = forms.CharField(
        label="Précisions", required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Lues par les organismes qui forment dans la fédération. Aucun nom, aucune donnée de santé.",
    )  # fmt: skip
    people = forms.ModelMultipleChoiceField(label="Qui", queryset=User.objects.none(), required=False)

    def __init__(self, *args: Any, people: QuerySet[User], instance: Wish | None = None, **kwargs: Any) -> None:
        initial: dict[str, Any] = {"key": uuid7(), "people_count": 1}
        if instance is not None:
            initial = {
                "version": instance.version, "theme": instance.theme, "people_count": instance.people_count,
                "department_code": instance.department_code, "period": instance.period, "note": instance.note,
                "people": [person.pk for person in instance.people.all()],
            }  # fmt: skip
        super().__init__(*args, initial=initial, **kwargs)
        choices = [("", "Peu importe"), *((code, str(row)) for code, row in departments().items())]
        choice_field(self, "department_code").choices = choices
        row_field(self, "people").queryset = people

    def clean(self) -> dict[str, Any]:
        row: dict[str, Any] = super().clean() or {}
        named = len(row.get("people") or ())
        if "people_count" in row and named > row["people_count"]:
            self.add_error("people_count", f"{named} personnes sont cochées plus bas : le nombre ne peut pas être plus petit.")
        return row

    @property
    def need(self) -> Need:
        row = self.cleaned_data
        theme = row["theme"]
        return Need(
            people_count=row["people_count"], skill=theme if isinstance(theme, Skill) else None, words="" if isinstance(theme, Skill) else theme,
            people=list(row["people"]), department_code=row["department_code"], period=one_line(row["period"]), note=row["note"],
        )  # fmt: skip
