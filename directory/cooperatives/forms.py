from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.text import capfirst

from directory.cooperatives.models import DirectoryEntry
from directory.cooperatives.services import PROOF
from directory.vocabularies.forms import CommuneField, TradesField
from directory.vocabularies.selectors import departments
from hub.core.accounts.models import Accreditation, Organisation
from hub.core.documents.forms import PrivateFileField
from hub.core.kit.identifiers import padded_idcc
from hub.core.kit.text import FIXED, joined, one_line
from hub.core.ui.conflicts import SeenField
from hub.core.ui.forms import DayField, HubForm, HubModelForm, LineField, NumberField, PhoneField, choice_field
from hub.core.ui.widgets import CHOOSE

KNOWN = [("", "Non renseigné"), ("True", "Oui"), ("False", "Non")]  # as Django writes the value that the entry holds


class DepartmentsField(forms.CharField):
    """Codes of départements from «33, 24», in the order typed, each once."""

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> list[str]:  # type: ignore[override]  # another type than the field it stands on
        words = (super().to_python(value) or "").upper().replace(";", " ").replace(",", " ").split()
        codes = list(dict.fromkeys(word.zfill(2) for word in words))
        if unknown := [code for code in codes if code not in departments()]:
            raise ValidationError(f"Aucun département ne porte le numéro {joined(unknown, 'ou')}.", code="unknown")
        return codes

    def run_validators(self, value: Any) -> None:
        """The codes were checked one by one."""

    def has_changed(self, initial: Any, data: Any) -> bool:
        return self.prepare_value(initial or []) != (data or "")


class EntryForm(HubModelForm):
    """The public face. Its address and its number are those of the organisation, which anybody may read: never a person's."""

    email = forms.EmailField(
        label="Courriel", required=False, max_length=254, help_text="Une adresse de l’organisation, que tout le monde lira."
    )
    phone = PhoneField(label="Téléphone", required=False)
    website = forms.URLField(
        label="Site", required=False, max_length=200, assume_scheme="https", validators=[URLValidator(schemes=["http", "https"])],
        help_text="Adresse entière, commençant par https://.",
    )  # fmt: skip
    commune = CommuneField(label="Commune du siège", required=False, help_text=f"Nom et département, comme «{FIXED}Lormont (33){FIXED}».")
    building_trade = forms.TypedChoiceField(
        label="Travaille dans le bâtiment", choices=KNOWN, coerce=lambda value: value == "True", empty_value=None, required=False
    )
    trades = TradesField(
        label="Métiers",
        item_label="Métier",
        required=False,
        help_text=f"Ceux que la coopérative accueille, un par ligne{FIXED}: «{FIXED}maçonnerie{FIXED}».",
    )

    class Meta:
        model = DirectoryEntry
        fields = ["is_published", "presentation", "email", "phone", "website", "commune", "building_trade"]
        labels = {"is_published": "Publier la fiche"}
        help_texts = {
            "is_published": "Sans cela, seules votre équipe d’appui et la coordination la voient.",
        }
        widgets = {"presentation": forms.Textarea(attrs={"rows": 6})}


class FactsForm(HubModelForm):
    """What papers need in law; checked by Organisation.clean. `seen` is the stamp of both halves of the page as it was opened."""

    seen = SeenField()

    siren = NumberField(label="SIREN", max_length=20, required=False, help_text="Neuf chiffres.")
    siret = NumberField(label="SIRET du siège", max_length=25, required=False, help_text="Quatorze chiffres.")
    identifier_override = LineField(
        label="Motif d’un numéro hors clé", max_length=200, required=False,
        help_text=f"Seulement quand le registre donne ce SIREN ou ce SIRET et que le hub refuse sa clé{FIXED}: dites d’où vous le tenez, comme "
        f"«{FIXED}avis de situation Insee du 3 mars 2026{FIXED}».",
    )  # fmt: skip
    ape_code = NumberField(label="Code NAF (APE)", max_length=10, required=False, help_text="Comme 43.22A.")
    idcc = forms.CharField(label="Convention collective (IDCC)", max_length=10, required=False, help_text="Quatre chiffres, comme 1596.")
    nda_number = NumberField(
        label="Numéro de déclaration d’activité",
        max_length=25,
        required=False,
        help_text="Onze caractères, donné par la préfecture de région.",
    )
    vat_exempt_on = DayField(
        label="Formations exonérées de TVA depuis le", required=False,
        help_text=f"Le jour depuis lequel vaut votre attestation fiscale (formulaire{FIXED}3511), à vérifier avec votre comptable{FIXED}: vos conventions"
        f" disent l’exonération (CGI, article{FIXED}261, 4, 4°{FIXED}a) et ne comptent pas de TVA. Vide, elles ajoutent 20{FIXED}% au prix.",
    )  # fmt: skip
    department_codes = DepartmentsField(
        label="Départements où elle travaille", required=False, help_text=f"Numéros séparés par des virgules{FIXED}: 33, 24."
    )

    class Meta:
        model = Organisation
        fields = [
            "name", "short_name", "legal_form", "cooperative_statute", "siren", "siret", "identifier_override", "ape_code", "idcc", "nda_number",
            "nda_region", "vat_exempt_on", "department_codes", "street", "postal_code", "city", "representative_name", "representative_role",
        ]  # fmt: skip
        labels = {"nda_region": "Préfecture de région de la déclaration", "city": "Ville de l’adresse"}
        help_texts = {
            "representative_name": "La personne qui signe les conventions.",
            "representative_role": "Comme «\u00a0gérante\u00a0» ou «\u00a0président\u00a0».",
        }

    def clean_name(self) -> str:
        return one_line(self.cleaned_data["name"])

    def clean_idcc(self) -> str:
        return padded_idcc(self.cleaned_data["idcc"]) if self.cleaned_data["idcc"] else ""


class AccreditationForm(HubForm):
    """An agrément or a certificate with its days; a proof that is not sent again stays."""

    seen = SeenField()
    kind = forms.ChoiceField(label="Nature")
    title = LineField(label="Intitulé", max_length=160, help_text="Comme sur le document : « Qualiopi, actions de formation ».")
    number = LineField(label="Numéro", max_length=60, required=False)
    starts_on = DayField(label="Valable du")
    ends_on = DayField(label="Au", required=False, help_text="Laissez vide s’il est sans terme.")
    proof = PrivateFileField(kind=PROOF, label="Le document", required=False)

    FACTS = ("kind", "title", "number", "starts_on", "ends_on")

    def __init__(self, *args: Any, row: Accreditation | None = None, **kwargs: Any) -> None:
        super().__init__(*args, initial={name: getattr(row, name) for name in self.FACTS} | {"seen": row.stamp} if row else {}, **kwargs)
        kinds = Accreditation._meta.get_field("kind").get_choices(include_blank=False)
        choice_field(self, "kind").choices = [*([] if row else [("", CHOOSE)]), *((code, capfirst(str(label))) for code, label in kinds)]
        if row and row.proof_id:
            self.fields["proof"].label = "Remplacer le document"

    def clean(self) -> dict[str, Any]:
        super().clean()
        starts_on, ends_on = self.cleaned_data.get("starts_on"), self.cleaned_data.get("ends_on")
        if starts_on and ends_on and ends_on < starts_on:
            self.add_error("ends_on", "La fin suit le début.")
        return self.cleaned_data

    def facts(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.FACTS}
