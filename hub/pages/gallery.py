"""The page /composants/: every component with every state. What is not shown here does not exist."""

from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from hub.core.ui.forms import HubForm, error_lines
from hub.core.ui.words import marked
from hub.pages import gallery_samples as samples


class SessionForm(HubForm):
    """One field of each kind; it is shown with two errors."""

    name = forms.CharField(label="Nom de la session", help_text="Tel qu’il sera écrit sur la convention.")
    siret = forms.RegexField(
        r"^\d{14}$", label="SIRET de l’employeur", help_text="14 chiffres, sur l’avis de situation.",
        error_messages={"invalid": "Le SIRET compte 14 chiffres, il en manque un."}, widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )  # fmt: skip
    opco = forms.ChoiceField(label="OPCO", choices=[("a", "Premier OPCO"), ("b", "Second OPCO")])
    kind = forms.ChoiceField(label="Nature", widget=forms.RadioSelect, choices=[("f", "Formation"), ("a", "Atelier"), ("r", "Réunion")])
    access = forms.MultipleChoiceField(
        label="Accès", required=False, widget=forms.CheckboxSelectMultiple, choices=[("p", "Plain-pied"), ("b", "Boucle magnétique")]
    )
    first_day = forms.DateField(label="Premier jour", help_text="Le dépôt se compte à partir de ce jour.")
    starts_at = forms.TimeField(label="Heure du début")
    programme = forms.FileField(label="Programme", help_text="PDF, 10 Mo au plus.")
    words = forms.CharField(label="Mots de la CAE", required=False, widget=forms.Textarea)
    warn = forms.BooleanField(label="Prévenir les quatre employeurs", required=False, help_text="Un courrier à chacun, aujourd’hui.")

    def clean_programme(self) -> None:
        raise forms.ValidationError("Ce fichier pèse 14 Mo. Enregistrez-le sans les photos.")


def gallery(request: HttpRequest) -> HttpResponse:
    form = _filled()
    shown = {
        **samples.words(),
        **samples.lists(),
        **samples.drawings(),
        "example": form,
        "lines": list(error_lines(form)),
        "typed": samples.TYPED,
        "conflict": [("Mots de la CAE", marked("Six places ouvertes.", "Huit places ouvertes, dont deux à distance."))],
    }
    return render(request, "pages/gallery.html", shown)


def _filled() -> SessionForm:
    typed = {
        "name": "Montage d’échafaudage de pied", "siret": "8123456780001", "opco": "a", "kind": "f", "access": ["p"],
        "first_day": "2027-01-18", "starts_at": "08:30", "words": "Six places ouvertes, notre catalogue reste.", "warn": "on",
    }  # fmt: skip
    return SessionForm(typed, {"programme": SimpleUploadedFile("programme.pdf", b"%PDF-1.7")}, auto_id="ex_%s")
