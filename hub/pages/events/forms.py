from datetime import time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from hub.core.kit.dates import at_home, local
from hub.core.ui.forms import HubForm, LineField, PhoneField, check_hour
from hub.core.ui.widgets import CHOOSE
from hub.pages.events.enums import EventKind
from hub.pages.events.models import MOST_PLACES, EventPage
from hub.pages.events.services.seats import too_few
from hub.pages.writing.forms import WrittenForm

FIRST_YEAR, LAST_YEAR = 2000, 2100


class EventForm(WrittenForm):
    """What is announced. Days and hours are asked apart: plain controls, in the time of Paris."""

    kind = forms.ChoiceField(label="Nature", choices=[("", CHOOSE), *EventKind.choices])
    day = forms.DateField(label="Jour", widget=forms.DateInput)
    begins = forms.TimeField(label="De", widget=forms.TimeInput)
    ends = forms.TimeField(label="À", widget=forms.TimeInput)
    last_day = forms.DateField(label="Dernier jour", required=False, widget=forms.DateInput, help_text="S’il dure plusieurs jours.")
    place = LineField(label="Lieu", max_length=300, required=False)
    link = forms.URLField(
        label="Lien de la visioconférence", max_length=500, required=False, assume_scheme="https",
        help_text="Montré aux seules personnes qui ont une place ; sans inscription, à qui lit le rendez-vous.",
    )  # fmt: skip
    capacity = forms.IntegerField(
        label="Places", required=False, min_value=1, max_value=MOST_PLACES, help_text="Laissez vide si l’on vient sans s’inscrire."
    )
    closes_on = forms.DateField(
        label="Inscriptions jusqu’au", required=False, widget=forms.DateInput, help_text="Ce jour compris ; sinon jusqu’au début."
    )

    model = EventPage
    WHEN_ASKED = {"place": "ou un lien", "link": "ou un lieu"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, words in self.WHEN_ASKED.items():
            self.fields[name].when_asked = words  # type: ignore[attr-defined]  # ours, set for the template

    COMPARED = (
        "title", "body", "theme", "kind", "day", "begins", "ends", "last_day", "place", "link", "capacity", "closes_on", "audience"
    )  # fmt: skip

    @classmethod
    def as_typed(cls, page: Any) -> dict[str, Any]:
        starts, ends = local(page.starts_at), local(page.ends_at)
        return super().as_typed(page) | {
            "kind": page.kind, "day": starts.date(), "begins": starts.time().replace(microsecond=0), "ends": ends.time().replace(microsecond=0),
            "last_day": ends.date() if ends.date() != starts.date() else None, "place": page.place, "link": page.link,
            "capacity": page.seating.capacity, "closes_on": local(page.closes_at).date() if page.closes_at else None,
        }  # fmt: skip

    def clean(self) -> dict[str, Any]:
        super().clean()
        data = self.cleaned_data
        for name in ("day", "last_day", "closes_on"):
            if data.get(name) and not FIRST_YEAR <= data[name].year <= LAST_YEAR:
                self.add_error(name, f"Un jour entre {FIRST_YEAR} et {LAST_YEAR}.")
        check_hour(self, "begins", data.get("day"))
        check_hour(self, "ends", data.get("last_day") or data.get("day"))
        if self.errors:
            return data
        starts, ends = at_home(data["day"], data["begins"]), at_home(data["last_day"] or data["day"], data["ends"])
        if ends <= starts:
            self.add_error("ends", "La fin suit le début.")
        if not data["place"] and not data["link"]:
            self.add_error("place", "Dites où l’on se retrouve : un lieu, ou un lien.")
        if data["closes_on"] and data["closes_on"] > data["day"]:
            self.add_error("closes_on", "Les inscriptions se closent avant le début.")
        return data

    def clean_capacity(self) -> int | None:
        """Fewer places than people is a fault of the form, told before anything is written."""
        capacity: int | None = self.cleaned_data["capacity"]
        seating = self.page.seating if self.page is not None else None
        if seating is not None and seating.confirmed_count > (capacity or 0):
            raise ValidationError(too_few(seating.confirmed_count))
        return capacity

    def facts(self) -> dict[str, Any]:
        data = self.cleaned_data
        closes = at_home(data["closes_on"], time.max) if data["closes_on"] else None
        return super().facts() | {
            "kind": data["kind"], "starts_at": at_home(data["day"], data["begins"]),
            "ends_at": at_home(data["last_day"] or data["day"], data["ends"]), "place": data["place"], "link": data["link"],
            "closes_at": closes, "capacity": data["capacity"],
        }  # fmt: skip


class GuestForm(HubForm):
    """Somebody without an account. `is_another` is shown only once her name stands on the list already."""

    name = LineField(label="Nom et prénom", max_length=150)
    phone = PhoneField(label="Téléphone", required=False, help_text="Pour la prévenir si le rendez-vous change.")
    email = forms.EmailField(label="Courriel", required=False, max_length=254, help_text="De même ; le hub n’y écrit pas.")
    is_another = forms.BooleanField(label="C’est une autre personne du même nom", required=False)

    def say_same_name(self) -> None:
        self.add_error("is_another", "Une personne de ce nom est déjà inscrite : cochez si c’en est une autre.")
