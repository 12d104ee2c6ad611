from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from hub.core.ui.forms import HubForm


class KeepForm(HubForm):
    """Says that the account is to be kept: a form of erasure sent twice says it not."""

    keep = forms.BooleanField(widget=forms.HiddenInput, initial=True)


class ErasureForm(HubForm):
    """The address typed once more: nobody is erased by a slip."""

    email = forms.EmailField(label="Pour confirmer, écrivez votre adresse électronique")

    def __init__(self, *args: Any, expected: str, whose: str = "", **kwargs: Any) -> None:
        self._expected, self._whose = expected, whose
        super().__init__(*args, **kwargs)
        if whose:
            self.fields["email"].label = f"Pour confirmer, écrivez l’adresse électronique {whose}"

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        if email.casefold() != self._expected.casefold():
            raise ValidationError(f"Ce n’est pas l’adresse {self._whose or 'de votre compte'}.")
        return email
