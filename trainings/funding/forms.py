import re
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from hub.core.documents.forms import PrivateFileField
from hub.core.kit.dates import long_date_fr, today
from hub.core.kit.text import one_line
from hub.core.ui.conflicts import SeenField
from hub.core.ui.forms import DayField, HubForm, LineField, choice_field
from hub.core.ui.widgets import DecimalInput
from trainings.funding import reference
from trainings.funding.enums import FundingStatus, LeadUnit, OpcoSource
from trainings.funding.models import EmployerFacts, FundingFile, OpcoRule
from trainings.funding.pieces import hundredths
from trainings.funding.rules import KEPT, NEEDS_REASON, NEEDS_REFERENCE, Said
from trainings.funding.services.files import AGREEMENT_FILE

S = FundingStatus
FAR = timedelta(days=366)
NUMBER_SIGN = re.compile(r"(?:n\s?[°º]|no\.?\s)\s*", re.IGNORECASE)
DATE_LABELS = {
    S.FILED: "Déposée le", S.MORE_ASKED: "Demandé le", S.GRANTED: "Accord du", S.PARTLY_GRANTED: "Accord du", S.REFUSED: "Refus du",
}  # fmt: skip
REASON_LABELS = {
    S.MORE_ASKED: "Ce que l’OPCO demande", S.REFUSED: "Motif donné par l’OPCO", S.TO_REVISE: "Ce qui a changé", S.CANCELLED: "Motif",
}  # fmt: skip


def version_field() -> forms.IntegerField:
    return forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0, max_value=2_000_000)


class SignlessField(forms.CharField):
    """The number alone: pages write «n°» in front of it."""

    def to_python(self, value: Any) -> str:
        typed = one_line(super().to_python(value) or "")
        sign = NUMBER_SIGN.match(f"{typed} ")
        return typed[sign.end() :] if sign else typed


class ReplyByField(forms.DateField):
    def clean(self, value: Any) -> date | None:
        day = super().clean(value)
        if day is not None and day > today() + FAR:
            raise ValidationError("Ce jour est dans plus d’un an : vérifiez l’année.")
        return day


class MoveForm(HubForm):
    """What is said with a move: only the fields that this one asks for."""

    version = version_field()
    on = forms.DateField(label="Le", widget=forms.DateInput)
    reference = SignlessField(label="Numéro donné par l’OPCO", max_length=60)
    reply_by = ReplyByField(label="Réponse à donner jusqu’au", widget=forms.DateInput)
    reason = forms.CharField(label="Motif", max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, *args: Any, target: FundingStatus, version: int, **kwargs: Any) -> None:
        super().__init__(*args, initial={"version": version, "on": today()}, **kwargs)
        asked = {
            "on": target in DATE_LABELS,
            "reference": target in NEEDS_REFERENCE,
            "reply_by": target == S.MORE_ASKED,
            "reason": target in NEEDS_REASON,
        }
        for name in [name for name, is_asked in asked.items() if not is_asked]:
            del self.fields[name]
        if "on" in self.fields:
            self.fields["on"].label = DATE_LABELS[target]
        if "reason" in self.fields:
            self.fields["reason"].label = REASON_LABELS[target]
        if target == S.FILED:
            self.fields["reference"].help_text = "Celui que le portail affiche après le dépôt."
        elif "reference" in self.fields:
            self.fields["reference"].label = "Numéro de l’accord"

    @property
    def said(self) -> Said:
        row = self.cleaned_data
        return Said(
            on=row.get("on") or today(), reference=row.get("reference", ""), reply_by=row.get("reply_by"), reason=row.get("reason", ""),
        )  # fmt: skip


class CorrectionForm(HubForm):
    """What was noted with each of these moves, asked as the move asked it; one field a column."""

    version = version_field()

    def __init__(self, *args: Any, file: FundingFile, noted: Iterable[FundingStatus], **kwargs: Any) -> None:
        columns = [(to, name, column) for to in noted for name, column in KEPT[to].items()]
        initial = {"version": file.version} | {column: getattr(file, column) for _, _, column in columns}
        super().__init__(*args, initial=initial, **kwargs)
        for to, name, column in columns:
            self.fields[column] = MoveForm(target=to, version=0).fields[name]

    def facts(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class RevertForm(HubForm):
    version = version_field()


class AgreementForm(HubForm):
    file = PrivateFileField(kind=AGREEMENT_FILE, label="Convention signée par les deux parties")
    agreed_on = forms.DateField(label="Signée le", widget=forms.DateInput)

    def clean_agreed_on(self) -> date:
        day: date = self.cleaned_data["agreed_on"]
        if day > today():
            raise ValidationError(f"Le {long_date_fr(day)} n’est pas encore venu.")
        if day < today() - 3 * FAR:
            raise ValidationError("Ce jour a plus de trois ans : vérifiez l’année.")
        return day


class EmployerForm(HubForm):
    """OPCO with its source and day, headcount with its year; each pair goes together."""

    version = version_field()
    opco = forms.ChoiceField(label="OPCO", required=False)
    opco_source = forms.ChoiceField(
        label="Où vous l’avez lu", required=False, choices=[("", "Choisir…"), *OpcoSource.choices],
        help_text="La table SIRET de France compétences fait foi ; une entreprise nouvelle peut attester sur l’honneur.",
    )  # fmt: skip
    opco_checked_on = forms.DateField(label="Vérifié le", required=False, widget=forms.DateInput)
    headcount = forms.CharField(
        label="Effectif, moyenne de l’année précédente", required=False, max_length=12, widget=DecimalInput,
        help_text="Celui que l’Urssaf a notifié, comme 12,5. Deux décimales, sans arrondi (CSS R130-1).",
    )  # fmt: skip
    headcount_year = forms.IntegerField(label="Année de cet effectif", required=False, min_value=2000, max_value=2100)
    has_other_funds = forms.BooleanField(
        label="Un accord de branche ou un versement volontaire finance aussi nos formations", required=False,
        help_text="À partir de 50 personnes, c’est la seule prise en charge possible (L6332-17).",
    )  # fmt: skip

    def __init__(self, *args: Any, facts: EmployerFacts, proposed: str = "", **kwargs: Any) -> None:
        shown = "" if facts.headcount_hundredths is None else f"{facts.headcount_hundredths / 100:.2f}".replace(".", ",")
        initial = {
            "version": 0 if facts._state.adding else facts.version, "opco": facts.opco or proposed,
            "opco_source": facts.opco_source or ("agreement" if proposed else ""), "opco_checked_on": facts.opco_checked_on, "headcount": shown,
            "headcount_year": facts.headcount_year, "has_other_funds": facts.has_other_funds,
        }  # fmt: skip
        super().__init__(*args, initial=initial, **kwargs)
        choices = [("", "Pas encore connu"), *((one.key, one.name) for one in reference.opcos().values())]
        if facts.opco and facts.opco not in reference.opcos():
            choices.append((facts.opco, facts.opco))
        choice_field(self, "opco").choices = choices

    def clean_headcount(self) -> int | None:
        text = one_line(self.cleaned_data["headcount"])
        if not text:
            return None
        try:
            return hundredths(text)
        except ValueError:
            raise ValidationError("Écrivez un nombre de personnes, comme « 12,5 ».") from None

    def clean_opco_checked_on(self) -> date | None:
        day: date | None = self.cleaned_data["opco_checked_on"]
        if day is not None and day > today():
            raise ValidationError(f"Le {long_date_fr(day)} n’est pas encore venu.")
        return day

    def clean(self) -> dict[str, Any]:
        row: dict[str, Any] = super().clean() or {}
        if row.get("opco"):
            for name in ("opco_source", "opco_checked_on"):
                if not row.get(name) and name not in self.errors:
                    self.add_error(name, "À remplir avec l’OPCO.")
        if row.get("headcount") is not None and not row.get("headcount_year") and "headcount_year" not in self.errors:
            self.add_error("headcount_year", "À remplir avec l’effectif.")
        return row

    def facts(self) -> dict[str, Any]:
        """A pair whose first half is empty is empty."""
        row = self.cleaned_data
        has_opco, has_count = bool(row["opco"]), row["headcount"] is not None
        return {
            "opco": row["opco"], "opco_source": row["opco_source"] if has_opco else "",
            "opco_checked_on": row["opco_checked_on"] if has_opco else None, "headcount_hundredths": row["headcount"],
            "headcount_year": row["headcount_year"] if has_count else None, "has_other_funds": row["has_other_funds"],
        }  # fmt: skip


class OpcoForm(HubForm):
    """How early an OPCO wants a request, with where and when it was read; one field a figure."""

    seen = SeenField()
    lead_days = forms.IntegerField(
        label="Préavis, en jours avant le premier jour", min_value=0, max_value=365,
        help_text="Le dernier jour où la demande arrive à temps. 0 ou 1 : n’importe quand avant le premier jour.",
    )  # fmt: skip
    lead_unit = forms.ChoiceField(label="Ces jours sont", choices=LeadUnit.choices, widget=forms.RadioSelect)
    aim_days = forms.IntegerField(
        label="Avance du hub, en jours", min_value=0, max_value=365,
        help_text="Combien de jours calendaires avant ce dernier jour le hub demande de déposer.",
    )  # fmt: skip
    portal = LineField(label="Portail", required=False, max_length=120)
    source = LineField(label="Source", max_length=300, help_text="Le texte où vous l’avez lu : son titre, son année, sa page.")
    read_on = DayField(label="Lue le", past=True)
    verified = forms.BooleanField(
        label="Je confirme ces chiffres, lus dans un texte qui engage l’OPCO", required=False,
        help_text="Sans cela, chaque échéance qui en vient porte « à vérifier ».",
    )  # fmt: skip

    def __init__(self, *args: Any, opco: reference.Opco, seen: str, **kwargs: Any) -> None:
        super().__init__(*args, initial={name: getattr(opco, name) for name in OpcoRule.FIGURES} | {"seen": seen}, **kwargs)
