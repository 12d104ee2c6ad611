from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db.models import Q

from directory.vocabularies.forms import SkillsField, TradesField
from directory.vocabularies.models import Speciality
from hub.core.kit.identifiers import uuid7
from hub.core.kit.text import grouped, one_line
from hub.core.ui.conflicts import VersionField
from hub.core.ui.forms import EurosField, HubForm, HubModelForm, row_field
from trainings.catalogue.models import CoursePage
from trainings.catalogue.requirements import REQUIRED

AREA, TALL = forms.Textarea(attrs={"rows": 3}), forms.Textarea(attrs={"rows": 8})
LONGEST = 10_000
MOST_EUROS = 1_000_000


def bound_texts(fields: Mapping[str, forms.Field], longest: int) -> None:
    """Long texts have an end, in signs: a column of text has none, a paper has one."""
    words = f"{grouped(longest)} signes au plus : résumez, ou joignez un document."
    for field in fields.values():
        if isinstance(field, forms.CharField) and not isinstance(field, forms.UUIDField) and field.max_length is None:
            field.max_length = longest
            field.validators = [*field.validators, MaxLengthValidator(longest, words)]


@dataclass(frozen=True)
class Section:
    """Fields of the programme that go together; `lacking` are those that its review will ask for."""

    key: str
    title: str
    fields: Sequence[forms.BoundField]
    lacking: int


SECTIONS = (
    ("bref", "En bref", ("title", "summary", "modality", "hours", "price")),
    ("contenu", "Objectifs et contenu", ("objectives", "content")),
    ("public", "Pour qui", ("public", "prerequisites", "accessibility")),
    ("moyens", "Moyens et encadrement", ("teaching_means", "technical_means", "supervision")),
    ("suivi", "Suivi, évaluation et sanction", ("follow_up", "assessment", "outcome")),
    ("acces", "S’inscrire", ("access_delay", "contact")),
    ("reperes", "Compétences, métiers et spécialité", ("skill_rows", "trade_rows", "speciality")),
)
ASKED = {"duration_minutes": "hours"}  # field of the page → field of the form, when they differ


class CourseForm(HubModelForm):
    """A programme as it is written; only the title is asked of a draft. `cleaned` facts are field values of CoursePage."""

    hours = forms.DecimalField(
        label="Durée en heures",
        required=False,
        min_value=Decimal("0.5"),
        max_value=2000,
        decimal_places=2,
        help_text="21 pour trois jours de sept heures.",
    )
    price = EurosField(label="Prix indicatif par personne (€ HT)", required=False, max_value=MOST_EUROS)
    skill_rows = SkillsField(label="Compétences travaillées (Formacode)", item_label="Compétence", required=False, max_items=6)
    trade_rows = TradesField(label="Métiers concernés (ROME)", item_label="Métier", required=False, max_items=6)
    speciality = forms.ModelChoiceField(
        label="Spécialité (NSF)",
        queryset=Speciality.objects.none(),
        required=False,
        empty_label="Aucune pour l’instant",
        help_text="Celle que demandent les statistiques de la formation professionnelle.",
    )
    revision = VersionField()
    key = forms.UUIDField(required=False, initial=uuid7, widget=forms.HiddenInput)  # of a new programme: sent twice, it makes one

    class Meta:
        model = CoursePage
        fields = [
            "title", "summary", "objectives", "public", "prerequisites", "content", "teaching_means", "technical_means", "supervision",
            "modality", "follow_up", "assessment", "outcome", "accessibility", "access_delay", "contact",
        ]  # fmt: skip
        labels = {"title": "Intitulé"}
        help_texts = {"title": "Tel qu’il sera écrit sur la convention, l’émargement et le certificat."}
        widgets = {name: AREA for name in fields if name not in {"title", "summary", "modality"}} | {"objectives": TALL, "content": TALL}

    field_order = [name for _, _, names in SECTIONS for name in names]

    def __init__(self, *args: Any, instance: CoursePage | None = None, **kwargs: Any) -> None:
        initial = kwargs.pop("initial", {})
        if instance is not None:
            initial |= {
                "hours": round(Decimal(instance.duration_minutes) / 60, 2) if instance.duration_minutes else None,
                "price": EurosField.from_cents(instance.indicative_price_cents),
                "skill_rows": instance.skills,
                "trade_rows": instance.trades,
                "speciality": instance.nsf_code,
                "revision": instance.latest_revision_id,
            }
        super().__init__(*args, instance=instance, initial=initial, **kwargs)
        offered = Q(is_current=True) | Q(pk=instance.nsf_code if instance else "")  # one that was given stays
        row_field(self, "speciality").queryset = Speciality.objects.filter(offered, level=3)
        bound_texts(self.fields, LONGEST)
        for name in REQUIRED:
            self.fields[ASKED.get(name, name)].when_asked = "demandé à la relecture"  # type: ignore[attr-defined]  # ours, set for the template

    def sections(self) -> list[Section]:
        """The fields as the page shows them, in parts."""
        asked = {ASKED.get(name, name) for name in REQUIRED}
        return [
            Section(key, title, [self[name] for name in names], sum(name in asked and not self[name].value() for name in names))
            for key, title, names in SECTIONS
        ]

    def clean_title(self) -> str:
        title = one_line(self.cleaned_data["title"])
        if not title:  # signs that show nothing are no title
            raise ValidationError(self.fields["title"].error_messages["required"])
        return title

    def clean_hours(self) -> int | None:
        """Hours become whole minutes."""
        hours = self.cleaned_data["hours"]
        return round(hours * 60) if hours is not None else None

    def facts(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        facts = {name: cleaned[name] for name in self.Meta.fields}
        return facts | {
            "duration_minutes": cleaned["hours"],
            "indicative_price_cents": cleaned["price"],
            "skills": [row.pk for row in cleaned["skill_rows"]],
            "trades": [row.pk for row in cleaned["trade_rows"]],
            "nsf_code": cleaned["speciality"].pk if cleaned["speciality"] else "",
        }

    def _post_clean(self) -> None:
        """The page is saved by a service: the form checks words, it does not build the row."""


class RemovalForm(HubForm):
    revision = VersionField()


class DecisionForm(HubForm):
    comment = forms.CharField(
        label="Mot à l’autrice ou à l’auteur",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    revision = VersionField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["comment"].when_asked = "obligatoire pour demander des changements"  # type: ignore[attr-defined]  # ours, set for the template

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if "send_back" in self.data and not cleaned.get("comment"):
            self.add_error("comment", "Dites ce qu’il faut changer.")
        return cleaned
