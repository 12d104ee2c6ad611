from django import forms

from hub.core.ui.forms import HubForm


class SignatureForm(HubForm):
    """`seen`: the day that was noted when it was opened."""

    on = forms.DateField(label="Signée par les deux parties le", widget=forms.DateInput)
    seen = forms.DateField(required=False, widget=forms.HiddenInput)
