"""The forms of the entrepreneurs whom a cooperative hosts: entering them, noting the day they leave."""

import re
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from hub.core.accounts.forms import FAR
from hub.core.accounts.services.invitations import MOST_IN_A_DAY, Newcomer
from hub.core.kit.dates import today
from hub.core.kit.text import fold, one_line
from hub.core.ui.forms import HubForm

HEADINGS = {"prenom", "nom", "courriel", "mail", "e-mail", "email", "adresse"}


class PeopleField(forms.CharField):
    """People from lines of «prénom, nom, adresse», separated by commas, semicolons or the tabs of a spreadsheet; the address may stand anywhere."""

    def to_python(self, value: Any) -> list[Newcomer]:  # type: ignore[override]  # another type than the field it stands on
        found, wrong = dict[str, Newcomer](), list[str]()
        for number, line in enumerate((super().to_python(value) or "").splitlines(), start=1):
            parts = [one_line(part) for part in re.split(r"[\t;,]", line) if part.strip()]
            if not parts:
                continue
            mails = [part for part in parts if "@" in part]
            names = [part for part in parts if "@" not in part]
            if not mails and not found and not wrong and len({fold(name) for name in names} & HEADINGS) > 1:
                continue  # the first line of a spreadsheet
            if fault := _line_fault(len(mails), len(names)):
                wrong.append(f"Ligne {number} : {fault}")
            elif not _is_address(mails[0]):
                wrong.append(f"Ligne {number} : « {mails[0][:80]} » n’est pas une adresse.")
            elif max(map(len, names)) > 80:
                wrong.append(f"Ligne {number} : 80 signes au plus pour un nom.")
            else:
                found.setdefault(mails[0].lower(), Newcomer(names[0], names[1], mails[0].lower()))
        if len(found) > MOST_IN_A_DAY:
            wrong = [f"{MOST_IN_A_DAY} personnes au plus à la fois : chacune reçoit une lettre."]
        if wrong:
            raise ValidationError(wrong[:5], code="lines")
        return list(found.values())

    def run_validators(self, value: Any) -> None:
        """The lines were checked one by one."""


def _line_fault(mails: int, names: int) -> str:
    """What is wrong with the columns of a line, from how many addresses and how many other words it has; empty when nothing is."""
    if mails != 1:
        return "deux adresses ; une personne en a une." if mails else "il manque l’adresse électronique."
    if names != 2:
        return "il manque le prénom ou le nom." if names < 2 else "une colonne de trop ; gardez le prénom, le nom et l’adresse."
    return ""


def _is_address(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return len(text) <= 254


class EnterForm(HubForm):
    """People whom a cooperative hosts, entered by it."""

    people = PeopleField(
        label="Personnes",
        widget=forms.Textarea(attrs={"rows": 8}),
        max_length=20_000,
        help_text="Une par ligne : prénom, nom, adresse électronique. Trois colonnes d’un tableur se collent telles quelles.",
    )


class DepartureForm(HubForm):
    ends_on = forms.DateField(
        label="Dernier jour", required=False, widget=forms.DateInput, help_text="Passé, ou à venir. Laissez vide si la personne reste."
    )

    def clean_ends_on(self) -> date | None:
        day: date | None = self.cleaned_data["ends_on"]
        if day and day > today() + FAR:
            raise ValidationError("Dans un an au plus.")
        return day
