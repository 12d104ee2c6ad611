from typing import Any
from uuid import UUID

from django import forms
from django.core.validators import RegexValidator

from hub.core.accounts.models import Organisation
from hub.core.documents.forms import PrivateFileField
from hub.core.kit.identifiers import uuid7
from hub.core.ui.conflicts import VersionField
from hub.core.ui.forms import HubForm, HubModelForm, LineField, row_field
from workgroups.groups.enums import GroupRole
from workgroups.groups.models import Workgroup
from workgroups.groups.selectors import conveners, person_by_address
from workgroups.groups.services.documents import KIND
from workgroups.groups.services.groups import TAKEN


class KeyField(forms.UUIDField):
    """The identifier of the row to come: the form sent twice writes it once."""

    def __init__(self) -> None:
        super().__init__(required=False, widget=forms.HiddenInput, initial=uuid7)


class GroupForm(HubModelForm):
    """The presentation and the charter; written by the facilitator."""

    name = LineField(label="Nom", max_length=160)
    purpose = LineField(label="En une phrase", max_length=300, help_text="Ce que le groupe cherche à obtenir.")
    version = VersionField()

    class Meta:
        model = Workgroup
        fields = ["name", "purpose", "charter", "convener", "reach"]
        labels = {"charter": "Charte", "convener": "Réuni par", "reach": "Ce que le groupe publie est lu par"}
        help_texts = {
            "charter": "Qui participe, comment le groupe décide, ce qu’il fait de ce qu’il apprend. Une ligne vide sépare deux paragraphes.",
            "reach": "La présentation et la feuille de route publiée. Réunions, décisions et documents restent au groupe.",
        }
        widgets = {"charter": forms.Textarea(attrs={"rows": 10}), "reach": forms.RadioSelect}

    def __init__(self, *args: Any, home: UUID | None, instance: Workgroup | None = None, **kwargs: Any) -> None:
        initial = kwargs.pop("initial", {})
        if instance is not None:
            initial |= {"version": instance.version}
        super().__init__(*args, instance=instance, initial=initial, **kwargs)
        row_field(self, "convener").queryset = conveners(home, instance.convener_id if instance else None)
        row_field(self, "convener").empty_label = "Personne en particulier"
        self.fields["charter"].max_length = 20_000  # type: ignore[attr-defined]  # a field of characters

    def facts(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.Meta.fields}

    def _post_clean(self) -> None:
        """The row is saved by a service: the form checks words, it does not build the row."""


class NewGroupForm(GroupForm):
    acronym = forms.CharField(
        label="Acronyme", max_length=30, help_text="Il fait l’adresse du groupe et ne change plus : minuscules, chiffres et tirets.",
        validators=[RegexValidator(r"^[a-z0-9]+(?:-[a-z0-9]+)*\Z", "Des lettres minuscules sans accent, des chiffres et des tirets.")],
    )  # fmt: skip
    key = KeyField()
    field_order = ["name", "acronym", "purpose", "charter", "convener", "reach"]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        acronym = cleaned.get("acronym")
        if acronym and (acronym in {"nouveau"} or Workgroup.acronym_is_taken(acronym, form=cleaned.get("key"))):
            self.add_error("acronym", TAKEN)
        return cleaned


class MemberForm(HubForm):
    """A person of the federation by her address; for whom she speaks is asked when she works in several organisations."""

    email = forms.EmailField(label="Adresse électronique", help_text="Celle de son compte sur le hub.")
    organisation = forms.ModelChoiceField(label="Parle pour", queryset=Organisation.objects.none(), required=False)
    role = forms.ChoiceField(label="Rôle dans le groupe", choices=GroupRole.choices, initial=GroupRole.MEMBER)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user, self.homes = person_by_address(str(self.data.get("email", ""))) if self.is_bound else (None, Organisation.objects.none())
        if self.homes.count() > 1:
            row_field(self, "organisation").queryset = self.homes
        else:
            del self.fields["organisation"]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if "email" in cleaned and not self.homes:
            self.add_error("email", "Aucune équipe d’appui de la fédération n’a cette adresse. Une personne sans compte s’invite plus bas.")
        elif "organisation" in self.fields and "organisation" not in self.errors and not cleaned.get("organisation"):
            self.add_error("organisation", "Cette personne travaille dans plusieurs organisations : choisissez celle pour qui elle parle.")
        return cleaned

    @property
    def found(self) -> tuple[Any, Organisation]:
        """The person and the organisation that she speaks for, once the form is valid."""
        return self.user, self.cleaned_data.get("organisation") or self.homes[0]


class GuestForm(HubForm):
    guest_name = LineField(label="Nom", max_length=120)
    guest_of = LineField(label="Organisation", max_length=160, help_text="Un partenaire local, un réseau, un organisme.")
    key = KeyField()


class DocumentForm(HubForm):
    title = LineField(label="Titre", max_length=160)
    file = PrivateFileField(label="Fichier", kind=KIND)
    is_open = forms.BooleanField(label="La fédération le lit aussi", required=False, help_text="Sinon le groupe seul.")
    key = KeyField()
