from datetime import date
from typing import Any
from uuid import UUID

from django import forms

from hub.core.kit.dates import today
from hub.core.ui.conflicts import VersionField
from hub.core.ui.forms import HubForm, LineField, choice_field, row_field
from workgroups.decisions.models import Action, Decision
from workgroups.decisions.rules import action_due_too_early, due_too_early, not_taken_yet
from workgroups.decisions.selectors import Codes, members_of
from workgroups.groups.forms import KeyField
from workgroups.groups.models import GroupMember, Workgroup
from workgroups.roadmaps.forms import check_days


class OwnerField(forms.ModelChoiceField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=GroupMember.objects.none(), required=False, empty_label="Le groupe", **kwargs)

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.label)


class _Owned(HubForm):
    """What decisions and actions share: a sentence, an owner in the group, a day, a point of the roadmap."""

    text = forms.CharField(label="Texte", max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))
    owner = OwnerField(label="Portée par")
    due_on = forms.DateField(label="Pour le", required=False, widget=forms.DateInput)
    item_id = forms.TypedChoiceField(label="Point de la feuille de route", required=False, coerce=UUID, empty_value=None)
    version = VersionField()
    key = KeyField()

    FACTS: tuple[str, ...] = ("text", "owner", "due_on", "item_id")

    def __init__(self, *args: Any, group: Workgroup, codes: Codes, row: Any = None, **kwargs: Any) -> None:
        initial = {name: getattr(row, name) for name in self.FACTS} | {"version": row.version} if row else {}
        super().__init__(*args, initial=initial | kwargs.pop("initial", {}), **kwargs)
        row_field(self, "owner").queryset = members_of(group, row.owner_id if row else None)
        points = dict(codes)
        if row and row.item_id:
            points.setdefault(row.item_id, "un point qui n’est plus dans la feuille de route")
        if points:
            choice_field(self, "item_id").choices = [("", "Aucun en particulier"), *((str(pk), label) for pk, label in points.items())]
        else:
            del self.fields["item_id"]

    def clean(self) -> dict[str, Any]:
        super().clean()
        check_days(self, "due_on")
        return self.cleaned_data

    def facts(self) -> dict[str, Any]:
        return {name: self.cleaned_data.get(name) for name in self.FACTS}


class DecisionForm(_Owned):
    taken_on = forms.DateField(label="Prise le", widget=forms.DateInput)
    dissent = forms.CharField(
        label="Réserves et objections", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Ce que des CAE ont dit contre, avec leurs raisons.",
    )  # fmt: skip
    field_order = ["text", "taken_on", "owner", "due_on", "item_id", "dissent", "version"]

    FACTS = ("text", "taken_on", "owner", "due_on", "item_id", "dissent")

    def __init__(self, *args: Any, row: Decision | None = None, **kwargs: Any) -> None:
        kwargs["initial"] = ({} if row else {"taken_on": today()}) | kwargs.pop("initial", {})
        super().__init__(*args, row=row, **kwargs)
        self.fields["text"].label = "Décision"
        self.fields["text"].help_text = "Une phrase entière, qui se comprend seule dans un an."

    def clean(self) -> dict[str, Any]:
        super().clean()
        check_days(self, "taken_on")
        if (day := self.cleaned_data.get("taken_on")) and (refusal := not_taken_yet(day)):
            self.add_error("taken_on", refusal)
        if day and (refusal := due_too_early(self.cleaned_data.get("due_on"), day)):
            self.add_error("due_on", refusal)
        return self.cleaned_data


class WithdrawDecisionForm(HubForm):
    reason = LineField(label="Motif", max_length=500, help_text="Le groupe le lit à côté de la décision.")


class ActionForm(_Owned):
    def __init__(self, *args: Any, row: Action | None = None, given_on: date | None = None, **kwargs: Any) -> None:
        """`given_on`: the day of the meeting in which the action is given, if any."""
        super().__init__(*args, row=row, **kwargs)
        self.given_on = given_on
        self.fields["text"].label = "Action"
        self.fields["text"].help_text = "Commence par un verbe : « Écrire à…, préparer…, relancer… »."
        self.fields["owner"].label = "Faite par"

    def clean(self) -> dict[str, Any]:
        super().clean()
        if self.given_on and (refusal := action_due_too_early(self.cleaned_data.get("due_on"), self.given_on)):
            self.add_error("due_on", refusal)
        return self.cleaned_data
