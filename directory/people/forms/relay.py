from django import forms

from hub.core.ui.forms import HubForm


class RelayForm(HubForm):
    """A message that the hub carries to a person without giving her address."""

    text = forms.CharField(label="Votre message", max_length=3000, widget=forms.Textarea({"rows": "8"}))
    with_address = forms.BooleanField(
        label="Joindre mon adresse électronique, pour qu’on me réponde directement", required=False, initial=True
    )
