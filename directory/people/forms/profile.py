from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator

from directory.people.enums import Free
from directory.people.fields import month_words
from directory.people.models import Profile
from directory.people.services import Needs
from directory.vocabularies.forms import CommuneField
from hub.core.accounts.actor import Actor
from hub.core.documents.forms import PrivateFileField
from hub.core.kit.dates import today
from hub.core.kit.text import grouped
from hub.core.ui.forms import EurosField, HubModelForm, PhoneField

MONTHS_AHEAD = 6
MOST_KM = 1000
MOST_EUROS = 20_000
FILES = {"photo": "photo_id", "insurance_certificate": "insurance_certificate_id"}


def months_from(day: date, count: int = MONTHS_AHEAD) -> list[str]:
    """«2026-11», «2026-12», «2027-01»…"""
    first = day.year * 12 + day.month - 1
    return [f"{number // 12}-{number % 12 + 1:02d}" for number in range(first, first + count)]


class ProfileForm(HubModelForm):
    """What a person says of herself; the rows of trades, skills and accreditations have forms of their own (forms/rows.py)."""

    commune = CommuneField(label="Commune", required=False, help_text="Là où vous êtes, ou le centre du secteur où vous travaillez.")
    web_site = forms.URLField(
        label="Site", required=False, assume_scheme="https", max_length=200, help_text="Comme « https://exemple.coop »."
    )
    phone = PhoneField(label="Téléphone", required=False)
    day_rate = EurosField(label="Tarif journalier indicatif, en euros hors taxes", required=False, max_value=MOST_EUROS)
    photo = PrivateFileField(kind="people.photo", label="Photo", required=False)
    remove_photo = forms.BooleanField(label="Retirer la photo", required=False)
    insurance_certificate = PrivateFileField(kind="people.insurance_certificate", label="Attestation d’assurance", required=False)
    remove_insurance_certificate = forms.BooleanField(label="Retirer l’attestation", required=False)
    accessibility_needs = forms.CharField(
        label="Besoins d’accessibilité", required=False, max_length=1000, widget=forms.Textarea({"rows": "3"}),
        help_text="Ce qu’il faut prévoir pour que vous suiviez une formation. "
        "Vous seule ou vous seul lisez ces mots, rangés chiffrés, sauf si vous cochez ci-dessous.",
    )  # fmt: skip
    share_needs = forms.BooleanField(
        label="Les montrer à la personne référente handicap de qui me forme", required=False,
        help_text="Elle les lit dès que vous êtes inscrite ou inscrit à une session, jusqu’à sa fin ; chaque lecture est notée. Décochez pour les reprendre.",
    )  # fmt: skip

    class Meta:
        model = Profile
        fields = [
            "trade_name", "presentation", "achievements", "web_site", "languages", "department", "commune", "radius_km",
            "decennale_ends_on", "stand_in", "absent_from", "absent_until", "phone", "email", "postal_address", "contract_status",
            "contract_starts_on", "contract_ends_on", "trainings_followed",
        ]  # fmt: skip
        labels = {"radius_km": "Rayon d’intervention, en kilomètres", "stand_in": "En mon absence, s’adresser à"}
        help_texts = {
            "presentation": "Quelques phrases : votre métier, votre façon de travailler.",
            "department": "Rempli par la commune quand il y en a une.",
            "languages": "Comme « français, portugais, langue des signes ».",
            "decennale_ends_on": "La fiche dit « décennale en cours », oui ou non, jamais la date.",
            "email": "Elle reste entre vous et votre coopérative : les autres vous écrivent par le hub.",
        }
        widgets = {
            "presentation": forms.Textarea({"rows": "5"}),
            "achievements": forms.Textarea({"rows": "4"}),
            "trainings_followed": forms.Textarea({"rows": "3"}),
            "email": forms.EmailInput({"autocomplete": "email"}),
            "radius_km": forms.NumberInput({"class": "short", "max": MOST_KM}),
        }

    def __init__(self, *args: Any, actor: Actor, is_own: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        profile: Profile = self.instance
        self.is_own = is_own
        self.fields["radius_km"].validators.append(MaxValueValidator(MOST_KM, f"Au plus {grouped(MOST_KM)}."))
        self.fields["day_rate"].initial = EurosField.from_cents(profile.day_rate_cents)
        if not is_own:
            del self.fields["accessibility_needs"], self.fields["share_needs"]
        elif needs := getattr(profile, "accessibility", None):
            self.fields["accessibility_needs"].initial, self.fields["share_needs"].initial = needs.words, needs.shared
        for name, column in FILES.items():
            if not getattr(profile, column):
                del self.fields[f"remove_{name}"]
        self.months = months_from(today())
        for month in self.months:
            self.fields[f"month_{month}"] = forms.ChoiceField(
                label=month_words(month).capitalize(),
                required=False,
                choices=[("", "non dit"), *Free.choices],
                initial=profile.availability.get(month, ""),
            )
        PrivateFileField.bind(self, actor, profile.organisation)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        for start, end in (("absent_from", "absent_until"), ("contract_starts_on", "contract_ends_on")):
            if data.get(end) and not data.get(start):
                self.add_error(start, ValidationError("Dites aussi quand cela commence."))
            elif data.get(end) and data[end] < data[start]:
                self.add_error(end, ValidationError("La fin vient après le début."))
        return data

    def values(self) -> dict[str, Any]:
        """Columns for services.save_profile."""
        data = self.cleaned_data
        return {
            **{name: data[name] for name in self.Meta.fields},
            "day_rate_cents": data["day_rate"],
            "availability": {month: data[f"month_{month}"] for month in self.months if data[f"month_{month}"]},
        }

    def needs(self) -> Needs:
        return Needs(self.cleaned_data["accessibility_needs"], self.cleaned_data["share_needs"])

    def kept_files(self) -> dict[str, Any]:
        """Files to keep, None for one to take away; a field left alone is absent."""
        found = {name: self.cleaned_data[name] for name in FILES if self.cleaned_data[name]}
        return found | {name: None for name in FILES if name not in found and self.cleaned_data.get(f"remove_{name}")}
