from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.forms import BaseFormSet, formset_factory

from hub.core.accounts.models import User
from hub.core.kit.text import one_line
from hub.core.ui.forms import HubForm, HubModelForm
from trainings.sessions.enums import USUAL_HOURS, Period
from trainings.sessions.models import TrainingSession
from trainings.sessions.services import Slot

DATE = {"type": "date"}
TIME = {"type": "time"}


class SessionForm(HubModelForm):
    """A session as it is entered: the price in euros, trainers among the organisation's people."""

    price = forms.DecimalField(label="Prix par personne, hors taxes, en euros", min_value=0, max_value=1_000_000, decimal_places=2)
    trainers = forms.ModelMultipleChoiceField(
        label="Formatrices et formateurs", queryset=User.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = TrainingSession
        fields = [
            "capacity", "registration_closes_on", "place_name", "street", "postal_code", "city", "access_notes", "payment_terms", "subrogation",
            "cancellation_terms", "remote_assistance", "remote_activities",
        ]  # fmt: skip
        labels = {"access_notes": "Accès au lieu"}
        help_texts = {
            "place_name": "« Atelier de… », ou « À distance ».",
            "access_notes": "Plain-pied, boucle magnétique, transport : ce qui aide à venir.",
            "remote_assistance": "Pour une part à distance : qui aide, comment, dans quel délai (D6313-3-1).",
            "cancellation_terms": "Sans cette clause, aucun dédit ne peut être demandé.",
        }
        widgets = {
            "registration_closes_on": forms.DateInput(attrs=DATE, format="%Y-%m-%d"),
            "access_notes": forms.Textarea(attrs={"rows": 2}),
            "payment_terms": forms.Textarea(attrs={"rows": 2}),
            "cancellation_terms": forms.Textarea(attrs={"rows": 3}),
            "remote_assistance": forms.Textarea(attrs={"rows": 2}),
            "remote_activities": forms.Textarea(attrs={"rows": 2}),
        }

    field_order = ["capacity", "price", "registration_closes_on", "place_name", "street", "postal_code", "city", "access_notes", "trainers"]

    def __init__(self, *args: Any, people: QuerySet[User], instance: TrainingSession | None = None, **kwargs: Any) -> None:
        initial = kwargs.pop("initial", {})
        if instance is not None:
            initial |= {"price": Decimal(instance.price_cents) / 100, "trainers": [person.pk for person in instance.trainers.all()]}
        super().__init__(*args, instance=instance, initial=initial, **kwargs)
        self.fields["trainers"].queryset = people  # type: ignore[attr-defined]

    def clean_postal_code(self) -> str:
        code = self.cleaned_data["postal_code"].strip()
        if code and not (len(code) == 5 and code.isascii() and code.isdigit()):
            raise ValidationError("Le code postal compte 5 chiffres.")
        return str(code)

    def facts(self) -> dict[str, Any]:
        facts = {name: self.cleaned_data[name] for name in self.Meta.fields}
        return facts | {"price_cents": round(self.cleaned_data["price"] * 100)}

    def _post_clean(self) -> None:
        """The row is saved by a service: the form checks words, it does not build the row."""


class HalfDayForm(HubForm):
    date = forms.DateField(label="Jour", required=False, widget=forms.DateInput(attrs=DATE, format="%Y-%m-%d"))
    period = forms.ChoiceField(label="Demi-journée", choices=Period.choices, required=False)
    starts_at = forms.TimeField(label="Début", required=False, widget=forms.TimeInput(attrs=TIME, format="%H:%M"))
    ends_at = forms.TimeField(label="Fin", required=False, widget=forms.TimeInput(attrs=TIME, format="%H:%M"))
    is_remote = forms.BooleanField(label="À distance", required=False)
    topic = forms.CharField(label="Sujet", required=False, max_length=160)

    def clean(self) -> dict[str, Any]:
        """A row without a day is an empty row; hours left out are the usual ones."""
        cleaned: dict[str, Any] = super().clean() or {}
        if not cleaned.get("date"):
            return cleaned
        start, end = USUAL_HOURS[Period(cleaned.get("period") or Period.MORNING)]
        cleaned["starts_at"], cleaned["ends_at"] = cleaned.get("starts_at") or start, cleaned.get("ends_at") or end
        if cleaned["ends_at"] <= cleaned["starts_at"]:
            self.add_error("ends_at", "La fin suit le début.")
        return cleaned


class BaseHalfDays(BaseFormSet):
    def clean(self) -> None:
        seen: set[tuple[Any, str]] = set()
        for day, period, *_ in self.slots():
            if (day, period) in seen:
                raise ValidationError("Deux lignes portent la même demi-journée.")
            seen.add((day, period))
        if not seen and not any(self.errors):
            raise ValidationError("Entrez au moins une demi-journée.")

    def slots(self) -> Iterator[Slot]:
        for form in self.forms:
            row = getattr(form, "cleaned_data", None)
            if row and row.get("date"):
                yield (
                    row["date"],
                    row["period"] or Period.MORNING,
                    row["starts_at"],
                    row["ends_at"],
                    row["is_remote"],
                    one_line(row["topic"]),
                )


HalfDays = formset_factory(HalfDayForm, formset=BaseHalfDays, extra=6, max_num=120, validate_max=True)


class RegistrationForm(HubForm):
    """Who is sent; the key makes a double click harmless."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    trainees = forms.ModelMultipleChoiceField(
        label="Personnes à inscrire", queryset=User.objects.none(), widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choisissez au moins une personne."},
    )  # fmt: skip

    def __init__(self, *args: Any, people: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["trainees"].queryset = people  # type: ignore[attr-defined]


class CancelSessionForm(HubForm):
    reason = forms.CharField(label="Motif, écrit aux employeurs", max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
