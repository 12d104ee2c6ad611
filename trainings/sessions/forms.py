from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import date as Day
from datetime import timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.forms import BaseFormSet, formset_factory
from django.http import QueryDict
from django.utils.safestring import SafeString

from hub.core.accounts.models import User
from hub.core.kit.dates import hour_fr, today
from hub.core.kit.text import NARROW, one_line
from hub.core.ui.conflicts import VersionField, differing
from hub.core.ui.forms import EurosField, HubForm, HubModelForm, check_hour, row_field
from hub.core.ui.words import marked
from trainings.catalogue.forms import MOST_EUROS, bound_texts
from trainings.sessions.enums import USUAL_HOURS, Nature, Period, SessionStatus
from trainings.sessions.models import MOST_PLACES, HalfDay, TrainingSession
from trainings.sessions.services import Slot

DATE = {"type": "date"}
TIME = {"type": "time"}
MOST_HALF_DAYS = 120
FAR = timedelta(days=5 * 365)
PLACES = f"Entre 1 et {MOST_PLACES} places."
PAST = "Ce jour est passé."


class SessionForm(HubModelForm):
    """A session as it is entered: the price in euros, trainers among the organisation's people."""

    capacity = forms.IntegerField(
        label="Places",
        min_value=1,
        max_value=MOST_PLACES,
        error_messages={"min_value": PLACES, "max_value": PLACES, "invalid": f"Un nombre entier, entre 1 et {MOST_PLACES}."},
    )
    price = EurosField(label="Prix par personne (€ HT)", max_value=MOST_EUROS)
    trainers = forms.ModelMultipleChoiceField(label="Formatrices et formateurs", queryset=User.objects.none(), required=False)

    class Meta:
        model = TrainingSession
        fields = [
            "nature", "capacity", "registration_closes_on", "place_name", "street", "postal_code", "city", "access_notes", "payment_terms", "subrogation",
            "cancellation_terms", "remote_assistance", "remote_activities",
        ]  # fmt: skip
        labels = {"access_notes": "Accès au lieu"}
        help_texts = {
            "nature": "Un atelier n’a ni convention, ni certificat, ni feuille à signer : les présences sont notées.",
            "registration_closes_on": "Au plus tard la veille du premier jour. Laissez vide pour cette date.",
            "place_name": "« Atelier de… », ou « À distance ».",
            "access_notes": "Plain-pied, boucle magnétique, transport : ce qui aide à venir.",
            "remote_assistance": "Qui aide, comment, dans quel délai (D6313-3-1).",
            "cancellation_terms": "Sans cette clause, aucun dédit ne peut être demandé.",
        }
        widgets = {
            "registration_closes_on": forms.DateInput(attrs=DATE, format="%Y-%m-%d"),
            "access_notes": forms.Textarea(attrs={"rows": 2}),
            "payment_terms": forms.Textarea(attrs={"rows": 3}),
            "cancellation_terms": forms.Textarea(attrs={"rows": 3}),
            "remote_assistance": forms.Textarea(attrs={"rows": 2}),
            "remote_activities": forms.Textarea(attrs={"rows": 2}),
        }

    def __init__(self, *args: Any, people: QuerySet[User], instance: TrainingSession | None = None, **kwargs: Any) -> None:
        initial = kwargs.pop("initial", {})
        if instance is not None:
            initial |= {"price": EurosField.from_cents(instance.price_cents), "trainers": [person.pk for person in instance.trainers.all()]}
        super().__init__(*args, instance=instance, initial=initial, **kwargs)
        row_field(self, "trainers").queryset = people
        if instance is not None:
            self.fields["version"] = VersionField()
            self.initial["version"] = instance.version
        self.fields["nature"].required = False
        self.fields["nature"].disabled = instance is not None and instance.status != SessionStatus.DRAFT
        bound_texts(self.fields, 5000)

    def clean_nature(self) -> str:
        return self.cleaned_data["nature"] or Nature.TRAINING

    def clean_postal_code(self) -> str:
        code = self.cleaned_data["postal_code"].strip()
        if code and not (len(code) == 5 and code.isascii() and code.isdigit()):
            raise ValidationError("Le code postal compte 5 chiffres.")
        return str(code)

    def clean_registration_closes_on(self) -> Day | None:
        day: Day | None = self.cleaned_data["registration_closes_on"]
        if day and day < today() and day != self.instance.registration_closes_on:
            raise ValidationError(f"{PAST} Laissez vide pour accepter les inscriptions jusqu’à la veille du premier jour.")
        return day

    def agrees_with(self, half_days: "BaseHalfDays") -> bool:
        """Whether registrations close in time for these half-days; says so on the field when they do not. A first day entered long ago stays."""
        first = min((slot[0] for slot in half_days.slots()), default=None)
        closes = self.cleaned_data.get("registration_closes_on")
        if first is None or closes is None or closes < first or (closes == first and closes == self.instance.registration_closes_on):
            return True
        self.add_error("registration_closes_on", "Les inscriptions closent la veille du premier jour au plus tard.")
        return False

    def facts(self) -> dict[str, Any]:
        facts = {name: self.cleaned_data[name] for name in self.Meta.fields}
        return facts | {"price_cents": self.cleaned_data["price"]}

    def _post_clean(self) -> None:
        """The row is saved by a service: the form checks words, it does not build the row."""


def differences(form: SessionForm, rows: "BaseHalfDays", theirs: TrainingSession) -> list[tuple[str, SafeString]]:
    """What somebody else saved meanwhile against what was typed, field by field."""
    saved = type(
        "Saved",
        (),
        {name: getattr(theirs, name) for name in SessionForm.Meta.fields} | {"price": EurosField.from_cents(theirs.price_cents)},
    )
    found = differing(form, saved, ["price", *SessionForm.Meta.fields])
    lists = (
        ("Demi-journées", "\n".join(map(_line_of, theirs.half_days.all())), "\n".join(_line_of(HalfDay(**one)) for one in rows.facts())),
        (
            "Formatrices et formateurs",
            ", ".join(sorted(person.name for person in theirs.trainers.all())),
            ", ".join(sorted(person.name for person in form.cleaned_data["trainers"])),
        ),
    )
    return found + [(label, marked(before, typed)) for label, before, typed in lists if before != typed]


def _line_of(row: HalfDay) -> str:
    where = ", à distance" if row.is_remote else ""
    return f"{row.day_words}, {hour_fr(row.starts_at)} – {hour_fr(row.ends_at)}{where}{f', {row.topic}' if row.topic else ''}"


class HalfDayForm(HubForm):
    """One line. Args: known are the days that the session has already, kept as they are; begun when its first day is past: its days may be
    corrected after the fact."""

    date = forms.DateField(label="Jour", required=False, widget=forms.DateInput(attrs=DATE, format="%Y-%m-%d"))
    period = forms.ChoiceField(label="Demi-journée", choices=Period.choices, required=False)
    starts_at = forms.TimeField(label="Début", required=False, widget=forms.TimeInput(attrs=TIME, format="%H:%M"))
    ends_at = forms.TimeField(label="Fin", required=False, widget=forms.TimeInput(attrs=TIME, format="%H:%M"))
    is_remote = forms.BooleanField(label="À distance", required=False)
    topic = forms.CharField(label="Sujet", required=False, max_length=160)

    def __init__(self, *args: Any, known: Collection[Day] = (), begun: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known, self.begun = known, begun

    def clean_date(self) -> Day | None:
        day: Day | None = self.cleaned_data["date"]
        if day is None or day in self.known:
            return day
        if day > today() + FAR:
            raise ValidationError("Ce jour est dans plus de cinq ans : vérifiez l’année.")
        if self.begun and day < today() - FAR:
            raise ValidationError("Ce jour a plus de cinq ans : vérifiez l’année.")
        if not self.begun and day < today():
            raise ValidationError(f"{PAST} Entrez un jour à partir d’aujourd’hui{NARROW}; vérifiez l’année.")
        return day

    def clean(self) -> dict[str, Any]:
        """A row without a day is an empty row, unless something is written in it; hours left out are the usual ones."""
        cleaned: dict[str, Any] = super().clean() or {}
        if not cleaned.get("date"):
            if "date" not in self.errors and any(cleaned.get(name) for name in ("starts_at", "ends_at", "is_remote", "topic")):
                self.add_error("date", "Il manque le jour de cette ligne.")
            return cleaned
        start, end = USUAL_HOURS[Period(cleaned.get("period") or Period.MORNING)]
        cleaned["starts_at"], cleaned["ends_at"] = cleaned.get("starts_at") or start, cleaned.get("ends_at") or end
        for name in ("starts_at", "ends_at"):
            check_hour(self, name, cleaned["date"])
        if not {"starts_at", "ends_at"} & self.errors.keys() and cleaned["ends_at"] <= cleaned["starts_at"]:
            self.add_error("ends_at", "La fin suit le début.")
        return cleaned

    @property
    def slot(self) -> Slot | None:
        """The half-day of a line without fault; None for an empty line."""
        row = self.cleaned_data if self.is_valid() else {}
        if not row.get("date"):
            return None
        return row["date"], row["period"] or Period.MORNING, row["starts_at"], row["ends_at"], row["is_remote"], one_line(row["topic"])


class BaseHalfDays(BaseFormSet):
    def add_fields(self, form: forms.Form, index: int | None) -> None:
        """Each control is named with its line; `column` is its name alone."""
        super().add_fields(form, index)
        for field in form.fields.values():
            field.column, field.label = field.label, f"{field.label}, ligne {(index or 0) + 1}"  # type: ignore[attr-defined]  # ours, set for the template

    def clean(self) -> None:
        lines = [(slot, form, number) for number, form in enumerate(self.forms, start=1) if (slot := form.slot)]
        for (first, _, number), (slot, form, _) in pairwise(sorted(lines, key=lambda line: (line[0][:4], line[2]))):
            if first[:2] == slot[:2]:
                form.add_error("period", f"Même demi-journée que la ligne {number}.")
            elif first[0] == slot[0] and slot[2] < first[3]:
                form.add_error("starts_at", f"Commence avant la fin de la ligne {number}, le même jour.")
        if not lines and not any(self.errors):
            raise ValidationError("Entrez au moins une demi-journée.")

    def slots(self) -> Iterator[Slot]:
        """The half-days of the lines without fault."""
        return (form.slot for form in self.forms if form.slot)

    def facts(self) -> list[dict[str, Any]]:
        return [
            dict(zip(("date", "period", "starts_at", "ends_at", "is_remote", "topic"), slot, strict=True)) for slot in sorted(self.slots())
        ]


HalfDays = formset_factory(
    HalfDayForm, formset=BaseHalfDays, extra=6, max_num=MOST_HALF_DAYS, absolute_max=MOST_HALF_DAYS, validate_max=True
)


def half_days_sent(data: QueryDict, prefix: str, *, more: int = 0) -> Mapping[str, Any]:
    """What was sent, its counters made from the lines themselves: a wrong counter loses nothing. `more` adds empty lines."""
    lines = [name.removeprefix(f"{prefix}-").partition("-")[0] for name in data if name.startswith(f"{prefix}-")]
    count = 1 + max((int(line) for line in lines if line.isascii() and line.isdigit() and len(line) < 4), default=-1)
    sent = data.copy()
    sent[f"{prefix}-TOTAL_FORMS"], sent[f"{prefix}-INITIAL_FORMS"] = str(min(MOST_HALF_DAYS, count + more)), "0"
    return sent


def known_ids(values: Iterable[Any]) -> set[UUID]:
    """The identifiers among what was sent; anything else is left aside."""
    found = set()
    for value in values:
        with suppress(ValueError):
            found.add(UUID(str(value)))
    return found


class RegistrationForm(HubForm):
    """Who is sent; the key makes a double click harmless."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    trainees = forms.ModelMultipleChoiceField(
        label="Personnes à inscrire", queryset=User.objects.none(), widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choisissez au moins une personne."},
    )  # fmt: skip

    def __init__(self, *args: Any, people: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        row_field(self, "trainees").queryset = people


class CancelSessionForm(HubForm):
    """The reason, and who will read it."""

    reason = forms.CharField(max_length=500, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, session: TrainingSession, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        told = "écrit aux employeurs et sur la page de la session" if session.confirmed_count or session.waiting_count else ""
        shown = "écrit sur la page de la session" if session.was_published else "pour votre équipe et pour qui avait demandé la session"
        self.fields["reason"].label = f"Motif, {told or shown}"
