from datetime import date
from typing import Any
from uuid import UUID

from django import forms

from hub.core.accounts.models import Organisation
from hub.core.ui.conflicts import VersionField
from hub.core.ui.forms import HubForm, LineField, choice_field, row_field
from workgroups.groups.models import Workgroup
from workgroups.groups.selectors import organisations
from workgroups.roadmaps import plan as plans
from workgroups.roadmaps.enums import AnswerReach, PieceKind, Progress, Stance
from workgroups.roadmaps.models import Answer, ItemProgress, RoadmapPage

FIRST, LAST = date(1990, 1, 1), date(2099, 12, 31)


def day_field(label: str, **kwargs: Any) -> forms.DateField:
    return forms.DateField(label=label, required=False, widget=forms.DateInput, **kwargs)


def check_days(form: HubForm, *names: str) -> None:
    """Days in reach, and the end not before the start."""
    days = [form.cleaned_data.get(name) for name in names]
    for name, day in zip(names, days, strict=True):
        if day and not FIRST <= day <= LAST:
            form.add_error(name, "Une date entre 1990 et 2099.")
    if len(days) == 2 and days[0] and days[1] and days[1] < days[0]:
        form.add_error(names[1], "La fin suit le début.")


class TextForm(HubForm):
    """The roadmap's own words."""

    title = LineField(
        label="Titre", max_length=200, help_text="Ce que le groupe veut obtenir : « Former ensemble les entrepreneur·es du bâtiment »."
    )
    introduction = forms.CharField(
        label="Introduction", required=False, max_length=5000, widget=forms.Textarea(attrs={"rows": 5}),
        help_text="D’où part le groupe, où il va. Une ligne vide sépare deux paragraphes.",
    )  # fmt: skip
    revision = VersionField()


class PieceForm(HubForm):
    """What the forms of phases, points and milestones share: an identifier made when the form is opened, and the revision that was."""

    kind: PieceKind
    piece_id = forms.UUIDField(widget=forms.HiddenInput)
    revision = VersionField()

    def __init__(self, *args: Any, group: Workgroup, draft: RoadmapPage, piece: plans.Piece | None, **kwargs: Any) -> None:
        initial = {"piece_id": plans.new_id(), "revision": draft.latest_revision_id} | kwargs.pop("initial", {})
        if piece is not None:
            initial |= {**piece, "piece_id": piece["id"]}
        super().__init__(*args, initial=initial, **kwargs)

    def piece(self) -> plans.Piece:
        """The piece as the plan holds it."""
        data = self.cleaned_data
        texts = {name: self._text(data.get(name)) for name in plans.FIELDS[self.kind]}
        return {"id": str(data["piece_id"]), **texts}

    @staticmethod
    def _text(value: Any) -> str:
        return value.isoformat() if isinstance(value, date) else str(value or "").replace("\r\n", "\n").strip()


class PhaseForm(PieceForm):
    kind = PieceKind.PHASE
    title = LineField(label="Intitulé", max_length=80, help_text="Un verbe : « Recenser », « Mettre en commun ».")
    aim = LineField(label="But", max_length=300, required=False)


class ItemForm(PieceForm):
    kind = PieceKind.ITEM
    title = LineField(label="Intitulé", max_length=120)
    phase = forms.ChoiceField(label="Phase")
    text = forms.CharField(
        label="Ce qui est fait",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Une action par ligne.",
    )
    owner_id = forms.ModelChoiceField(
        label="Porté par", queryset=Organisation.objects.none(), required=False, empty_label="Le groupe", to_field_name="id"
    )
    starts_on = day_field("Début")
    ends_on = day_field("Fin")
    means = forms.CharField(label="Moyens", required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))
    indicator = LineField(
        label="Indicateur", required=False, max_length=160, help_text="À quoi on verra que c’est fait : « CAE qui ont répondu, sur neuf »."
    )

    def __init__(self, *args: Any, group: Workgroup, draft: RoadmapPage, piece: plans.Piece | None, **kwargs: Any) -> None:
        super().__init__(*args, group=group, draft=draft, piece=piece, **kwargs)
        read = plans.read(draft.plan)
        choice_field(self, "phase").choices = [(phase.id, f"{phase.letter}. {phase.title}") for phase in read.phases]
        owners = organisations(group)
        if piece and piece.get("owner_id"):  # whoever carries it now, even gone from the group
            owners = Organisation.objects.filter(pk__in=[*owners.values_list("pk", flat=True), piece["owner_id"]])
        row_field(self, "owner_id").queryset = owners

    def clean(self) -> dict[str, Any]:
        super().clean()
        check_days(self, "starts_on", "ends_on")
        return self.cleaned_data

    def piece(self) -> plans.Piece:
        owner = self.cleaned_data.get("owner_id")
        return super().piece() | {"owner": owner.name if owner else "", "owner_id": str(owner.pk) if owner else ""}


class MilestoneForm(PieceForm):
    kind = PieceKind.MILESTONE
    title = LineField(label="Intitulé", max_length=80, help_text="« Séminaire, vote », « BPF déposés ».")
    on = forms.DateField(label="Date", widget=forms.DateInput)

    def clean(self) -> dict[str, Any]:
        super().clean()
        check_days(self, "on")
        return self.cleaned_data


FORMS: dict[PieceKind, type[PieceForm]] = {PieceKind.PHASE: PhaseForm, PieceKind.ITEM: ItemForm, PieceKind.MILESTONE: MilestoneForm}


class DecisionForm(HubForm):
    comment = forms.CharField(
        label="Ce qui change, ou ce qu’il faut changer", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Publié avec la version ; obligatoire pour demander des changements.",
    )  # fmt: skip
    revision = VersionField()

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if "send_back" in self.data and not cleaned.get("comment"):
            self.add_error("comment", "Dites ce qu’il faut changer.")
        return cleaned


class ProgressForm(HubForm):
    status = forms.ChoiceField(label="Où en est ce point", choices=Progress.choices)
    reading = LineField(label="Mesure de l’indicateur", required=False, max_length=160, help_text="« 8 CAE sur 9 ont répondu ».")
    version = VersionField()

    def __init__(self, *args: Any, row: ItemProgress | None, **kwargs: Any) -> None:
        initial = {"status": row.status, "reading": row.reading, "version": row.version} if row else {"version": 0}
        super().__init__(*args, initial=initial, **kwargs)


class AnswerForm(HubForm):
    """What one's CAE does with a point. Only the stance is asked."""

    stance = forms.ChoiceField(label="Réponse", choices=Stance.choices, widget=forms.RadioSelect)
    note = forms.CharField(
        label="Dans vos mots", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Ce que vous changez, pourquoi, à quelles conditions.",
    )  # fmt: skip
    owner = LineField(label="Porté chez vous par", required=False, max_length=160)
    starts_on = day_field("À partir du")
    ends_on = day_field("Jusqu’au")
    based_on = forms.UUIDField(required=False, widget=forms.HiddenInput)
    release = VersionField()

    FACTS = ("note", "owner", "starts_on", "ends_on")

    def __init__(self, *args: Any, answer: Answer | None, release: int, **kwargs: Any) -> None:
        initial = {name: getattr(answer, name) for name in ("stance", *self.FACTS)} | {"based_on": answer.pk} if answer else {}
        super().__init__(*args, initial=initial | {"release": release}, **kwargs)

    def clean(self) -> dict[str, Any]:
        super().clean()
        check_days(self, "starts_on", "ends_on")
        return self.cleaned_data

    def facts(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.FACTS}

    @property
    def seen(self) -> UUID | None:
        found: UUID | None = self.cleaned_data["based_on"]
        return found


class ReachForm(HubForm):
    reach = forms.ChoiceField(label="Vos réponses sont lues par", choices=AnswerReach.choices)
