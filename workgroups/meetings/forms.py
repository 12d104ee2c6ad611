from typing import Any

from django import forms

from hub.core.accounts.actor import Actor
from hub.core.kit.dates import at_home, date_fr, local
from hub.core.ui.conflicts import VersionField
from hub.core.ui.forms import HubForm, LineField, check_hour, row_field
from workgroups.decisions.forms import DecisionForm, OwnerField
from workgroups.decisions.models import Decision
from workgroups.decisions.selectors import members_of
from workgroups.groups.forms import KeyField
from workgroups.groups.models import GroupMember, Workgroup
from workgroups.meetings.models import Meeting
from workgroups.meetings.selectors import held, meeting_of
from workgroups.roadmaps.forms import check_days


class MeetingForm(HubForm):
    """When, where, what for. The day and the hours are asked apart: three plain controls."""

    title = LineField(label="Objet", max_length=160)
    day = forms.DateField(label="Jour", widget=forms.DateInput)
    begins = forms.TimeField(label="De", widget=forms.TimeInput)
    ends = forms.TimeField(label="À", required=False, widget=forms.TimeInput)
    place = LineField(label="Lieu ou lien", max_length=300, required=False)
    agenda = forms.CharField(
        label="Ordre du jour", required=False, max_length=10_000, widget=forms.Textarea(attrs={"rows": 6}), help_text="Un point par ligne."
    )
    facilitator = OwnerField(label="Animée par")
    note_taker = OwnerField(label="Notée par")
    version = VersionField()
    key = KeyField()

    FACTS = ("title", "starts_at", "ends_at", "place", "agenda", "facilitator", "note_taker")
    COMPARED = ("title", "day", "begins", "ends", "place", "agenda", "facilitator", "note_taker")

    def __init__(self, *args: Any, group: Workgroup, meeting: Meeting | None = None, **kwargs: Any) -> None:
        super().__init__(*args, initial=as_typed(meeting) if meeting else {}, **kwargs)
        people = members_of(group, *((meeting.facilitator_id, meeting.note_taker_id) if meeting else ()))
        for name in ("facilitator", "note_taker"):
            row_field(self, name).queryset = people
            row_field(self, name).empty_label = "À décider"

    def clean(self) -> dict[str, Any]:
        super().clean()
        check_days(self, "day")
        data = self.cleaned_data
        for name in ("begins", "ends"):
            check_hour(self, name, data.get("day"))
        if data.get("begins") and data.get("ends") and data["ends"] <= data["begins"]:
            self.add_error("ends", "La fin suit le début.")
        return data

    def facts(self) -> dict[str, Any]:
        data = self.cleaned_data
        moments = {
            "starts_at": at_home(data["day"], data["begins"]),
            "ends_at": at_home(data["day"], data["ends"]) if data["ends"] else None,
        }
        return {name: moments[name] if name in moments else data[name] for name in self.FACTS}


def as_typed(meeting: Meeting) -> dict[str, Any]:
    """A meeting in the controls of its form."""
    starts, ends = local(meeting.starts_at), local(meeting.ends_at) if meeting.ends_at else None
    plain = {name: getattr(meeting, name) for name in ("title", "place", "agenda", "facilitator", "note_taker", "version")}
    return plain | {"day": starts.date(), "begins": starts.time(), "ends": ends.time() if ends else None}


class MeetingField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{date_fr(obj.starts_at)}, {obj.title}"


class WrittenDecisionForm(DecisionForm):
    """A decision written anew, its meeting put right as well."""

    meeting = MeetingField(label="Réunion", queryset=Meeting.objects.none(), required=False, empty_label="Hors réunion")
    field_order = ["text", "taken_on", "meeting", *DecisionForm.field_order[2:]]

    def __init__(self, *args: Any, actor: Actor, group: Workgroup, row: Decision, **kwargs: Any) -> None:
        now = meeting_of(row)
        super().__init__(*args, group=group, row=row, initial={"meeting": now}, **kwargs)
        row_field(self, "meeting").queryset = held(actor, group, now.pk if now else None)


class MinutesForm(HubForm):
    minutes = forms.CharField(
        label="Compte rendu", required=False, max_length=50_000, widget=forms.Textarea(attrs={"rows": 16}),
        help_text="Du texte simple. Une ligne vide sépare deux paragraphes ; décisions et actions se notent à part, sur la page de la réunion.",
    )  # fmt: skip
    present = forms.ModelMultipleChoiceField(
        label="Personnes présentes", queryset=GroupMember.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )
    tell = forms.BooleanField(label="Prévenir le groupe", required=False, help_text="Chaque membre reçoit un avis avec le lien.")
    version = VersionField()

    def __init__(self, *args: Any, group: Workgroup, meeting: Meeting, **kwargs: Any) -> None:
        held = list(meeting.present.values_list("pk", flat=True))
        super().__init__(*args, initial={"minutes": meeting.minutes, "present": held, "version": meeting.version}, **kwargs)
        field: Any = self.fields["present"]
        field.queryset = members_of(group, *held)
        field.label_from_instance = lambda row: row.label
