from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from hub.core.ui.forms import HubForm


class ErasureForm(HubForm):
    """The address typed once more: nobody erases herself by a slip."""

    email = forms.EmailField(label="Pour confirmer, écrivez votre adresse électronique")

    def __init__(self, *args: Any, expected: str, **kwargs: Any) -> None:
        self._expected = expected
        super().__init__(*args, **kwargs)

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        if email.casefold() != self._expected.casefold():
            raise ValidationError("Ce n’est pas l’adresse de votre compte.")
        return email
