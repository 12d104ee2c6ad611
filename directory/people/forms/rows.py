"""The rows of a profile: trades, skills, accreditations. Each set shows what is there and a few empty rows; an emptied row goes."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BaseFormSet, formset_factory

from directory.people.enums import Evidence
from directory.people.models import PersonAccreditation, PersonSkill, PersonTrade
from directory.people.services import AccreditationLine, SkillLine, TradeLine
from directory.vocabularies.forms import SkillField, TradeField
from hub.core.kit.dates import today
from hub.core.kit.text import one_line, slug
from hub.core.ui.forms import HubForm


class TradeRow(HubForm):
    more = "Ajouter un métier"
    trade = TradeField(label="Métier", required=False)
    words = forms.CharField(label="Avec vos mots", required=False, max_length=80)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("words") and not data.get("trade") and "trade" not in self.errors:
            self.add_error("trade", ValidationError("Dites de quel métier il s’agit."))
        return data

    def line(self) -> TradeLine | None:
        data = self.cleaned_data
        return TradeLine(data["trade"], one_line(data["words"])) if data.get("trade") else None

    @staticmethod
    def initial_of(row: PersonTrade) -> dict[str, Any]:
        return {"trade": row.trade, "words": row.words}


class SkillRow(HubForm):
    more = "Ajouter une compétence"
    skill = SkillField(label="Compétence", required=False)
    words = forms.CharField(label="Avec vos mots", required=False, max_length=80)
    evidence = forms.ChoiceField(label="Preuve", required=False, choices=[("", "déclarée, sans preuve"), *Evidence.choices])
    evidence_words = forms.CharField(label="Précision", required=False, max_length=160)
    evidence_on = forms.DateField(label="Date", required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if self.errors:
            return data
        named = data.get("skill") or data.get("words")
        if not named and any(data.get(name) for name in ("evidence", "evidence_words", "evidence_on")):
            self.add_error("skill", ValidationError("Dites de quelle compétence il s’agit, ou écrivez vos mots à côté."))
        elif not data.get("skill") and data.get("words") and not slug(data["words"]):
            self.add_error("words", ValidationError("Écrivez au moins une lettre."))
        if data.get("evidence_on") and data["evidence_on"] > today():
            self.add_error("evidence_on", ValidationError("Une preuve ne vient pas de l’avenir."))
        if (data.get("evidence_words") or data.get("evidence_on")) and not data.get("evidence"):
            self.add_error("evidence", ValidationError("Dites de quelle sorte de preuve il s’agit."))
        return data

    def line(self) -> SkillLine | None:
        data = self.cleaned_data
        if not (data.get("skill") or data.get("words")):
            return None
        return SkillLine(data["skill"], one_line(data["words"]), data["evidence"], one_line(data["evidence_words"]), data["evidence_on"])

    @staticmethod
    def initial_of(row: PersonSkill) -> dict[str, Any]:
        return {
            "skill": row.skill, "words": row.words, "evidence": row.evidence, "evidence_words": row.evidence_words,
            "evidence_on": row.evidence_on,
        }  # fmt: skip


class AccreditationRow(HubForm):
    more = "Ajouter une habilitation"
    title = forms.CharField(label="Habilitation ou carte", required=False, max_length=120)
    ends_on = forms.DateField(label="Valable jusqu’au", required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("ends_on") and not data.get("title"):
            self.add_error("title", ValidationError("Dites de quelle habilitation il s’agit."))
        return data

    def line(self) -> AccreditationLine | None:
        data = self.cleaned_data
        return AccreditationLine(one_line(data["title"]), data["ends_on"]) if data.get("title") else None

    @staticmethod
    def initial_of(row: PersonAccreditation) -> dict[str, Any]:
        return {"title": row.title, "ends_on": row.ends_on}


class Rows(BaseFormSet):
    """A set of rows made from those of a profile, giving lines for the service."""

    def __init__(self, data: Any = None, *, rows: Sequence[Any] = (), prefix: str) -> None:
        super().__init__(data, prefix=prefix, initial=[self.form.initial_of(row) for row in rows])

    @property
    def is_opened(self) -> bool:
        """Whether the empty rows are in sight: there is nothing else, or something was typed in them."""
        return not self.initial_forms or (self.is_bound and any(form.has_changed() for form in self.extra_forms))

    @property
    def more(self) -> str:
        """What opens the empty rows."""
        return self.form.more

    def lines(self) -> list[Any]:
        return [line for line in (form.line() for form in self.forms) if line is not None]


TradeForms: type[Rows] = formset_factory(TradeRow, formset=Rows, extra=2, max_num=6, absolute_max=10)  # type: ignore[assignment]  # a class made at run time
SkillForms: type[Rows] = formset_factory(SkillRow, formset=Rows, extra=2, max_num=20, absolute_max=30)  # type: ignore[assignment]  # a class made at run time
AccreditationForms: type[Rows] = formset_factory(AccreditationRow, formset=Rows, extra=1, max_num=12, absolute_max=20)  # type: ignore[assignment]  # a class made at run time
