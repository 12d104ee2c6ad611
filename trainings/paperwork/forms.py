from django import forms

from hub.core.ui.forms import HubForm


class SignatureForm(HubForm):
    on = forms.DateField(label="Signée par les deux parties le", widget=forms.DateInput)
