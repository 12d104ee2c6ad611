from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError

from hub.core.papers.glyphs import printable
from hub.core.ui.forms import HubForm
from trainings.attendance.enums import Cause
from trainings.attendance.errors import SignatureRefused
from trainings.attendance.services import Hours, Signature
from trainings.attendance.strokes import Strokes, parse

TIME = {"type": "time"}
QUIET = {"autocomplete": "off"}  # a browser would offer to the next person what the last one wrote on the same telephone
NEEDS_CODE = "Pour signer au clavier, écrivez aussi le code à quatre chiffres."


class SignatureForm(HubForm):
    """A signature drawn on the pad, or the name typed; the pad writes its strokes, the moment and a key of its own in hidden fields."""

    strokes = forms.CharField(required=False, widget=forms.HiddenInput)
    key = forms.UUIDField(required=False, widget=forms.HiddenInput)
    device_at = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    typed = forms.CharField(label="Prénom et nom en entier", required=False, max_length=160, widget=forms.TextInput(attrs=QUIET))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["typed"].when_asked = "si rien n’est tracé"  # type: ignore[attr-defined]  # ours, set for the template

    def clean_strokes(self) -> Strokes:
        text = self.cleaned_data["strokes"]
        if not text or text == "[]":
            return []
        try:
            return parse(text)
        except SignatureRefused as refusal:
            raise ValidationError(str(refusal)) from None

    def clean_device_at(self) -> datetime | None:
        """A moment that cannot be read is left aside: the server's stands."""
        try:
            moment = datetime.fromisoformat(self.cleaned_data["device_at"].replace("Z", "+00:00"))
        except ValueError:
            return None
        return moment if moment.tzinfo else None

    def signature(self) -> Signature:
        sent: dict[str, Any] = self.cleaned_data
        key: UUID | None = sent["key"]
        return Signature(strokes=sent["strokes"], typed="" if sent["strokes"] else sent["typed"], key=key, device_at=sent["device_at"])


class TraineeForm(SignatureForm):
    """One trainee's half-day: signed, with her real hours when they are not the planned ones."""

    arrived_at = forms.TimeField(label="Arrivée en retard, à", required=False, widget=forms.TimeInput(attrs=TIME, format="%H:%M"))
    left_at = forms.TimeField(label="Départ avant la fin, à", required=False, widget=forms.TimeInput(attrs=TIME, format="%H:%M"))
    reason = forms.CharField(
        label="Motif du retard ou du départ", required=False, max_length=200, widget=forms.TextInput(attrs=QUIET),
        help_text="Lu par son employeur et l’organisme, jamais imprimé.",
    )  # fmt: skip
    late_reason = forms.CharField(
        label="Motif de la signature après la fin", required=False, max_length=200, widget=forms.TextInput(attrs=QUIET)
    )
    code = forms.CharField(
        label="Code à quatre chiffres", required=False, max_length=12,
        widget=forms.TextInput(attrs=QUIET | {"inputmode": "numeric", "size": 6}),
        help_text="Celui de cette demi-journée : dans votre convocation et sur votre page « Mes formations ».",
    )  # fmt: skip

    def __init__(self, *args: Any, is_over: bool = False, **kwargs: Any) -> None:
        """is_over: says on screen that a reason is needed; the service decides, by the hour of the hub."""
        super().__init__(*args, **kwargs)
        self.fields["late_reason"].required = is_over and not self.is_bound
        self.fields["code"].when_asked = "demandé avec le nom"  # type: ignore[attr-defined]  # ours, set for the template
        self.fields["reason"].when_asked = "demandé avec une heure d’arrivée ou de départ"  # type: ignore[attr-defined]  # ours, set for the template

    def clean(self) -> dict[str, Any]:
        sent = super().clean() or self.cleaned_data
        if sent.get("typed") and not sent.get("strokes") and not sent.get("code"):
            self.add_error("code", NEEDS_CODE)
        return sent

    def signature(self) -> Signature:
        return replace(super().signature(), code=self.cleaned_data["code"])

    def hours(self) -> Hours:
        sent = self.cleaned_data
        return Hours(sent["arrived_at"], sent["left_at"], sent["reason"], sent["late_reason"])


class AbsenceForm(HubForm):
    reason = forms.CharField(
        label="Motif de l’absence",
        max_length=200,
        widget=forms.TextInput(attrs=QUIET),
        help_text="« Sans nouvelle » est une réponse. Lu par son employeur et l’organisme, jamais imprimé.",
    )


class DepartureForm(HubForm):
    """When who signed left. Once it is noted, without an hour the note is taken back, and without a reason the one noted stays: it is not
    shown again on a telephone that goes round."""

    left_at = forms.TimeField(label="Heure du départ", widget=forms.TimeInput(attrs=TIME, format="%H:%M"))
    reason = forms.CharField(
        label="Motif du départ", max_length=200, widget=forms.TextInput(attrs=QUIET),
        help_text="Lu par son employeur et l’organisme, jamais imprimé.",
    )  # fmt: skip

    def __init__(self, *args: Any, is_noted: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_noted:
            self.fields["left_at"].required = self.fields["reason"].required = False
            self.fields["left_at"].help_text = "Vide si le départ était noté par erreur."
            self.fields["reason"].help_text = "Vide pour garder le motif déjà noté."
            self.fields["noted"] = forms.CharField(initial="1", required=False, widget=forms.HiddenInput)


class CloseForm(SignatureForm):
    """The trainer signs; for a remote half-day, what makes its hours count (D6313-3-1)."""

    assistance = forms.CharField(
        label="Assistance donnée", required=False, validators=[printable], max_length=3000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Qui a aidé, comment, à quelles heures.",
    )  # fmt: skip
    assessment = forms.CharField(
        label="Évaluations faites", required=False, validators=[printable], max_length=3000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Sans assistance ni évaluation, les heures à distance ne comptent pas dans le certificat.",
    )  # fmt: skip

    def __init__(self, *args: Any, is_remote: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_remote:
            del self.fields["assistance"], self.fields["assessment"]


class CauseForm(HubForm):
    cause = forms.ChoiceField(label="Motif", choices=[("", "Choisir…"), *Cause.choices])


class ReasonForm(HubForm):
    reason = forms.CharField(label="Motif", max_length=300, validators=[printable], widget=forms.Textarea(attrs={"rows": 2}))
