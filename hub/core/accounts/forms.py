import re
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from hub.core.accounts import oidc
from hub.core.accounts.enums import Checked, OrganisationKind, Purpose
from hub.core.accounts.errors import ProviderIsDown, ProviderIsPrivate, ProviderRefused
from hub.core.accounts.models import IdentityProvider, Organisation, Role, User
from hub.core.accounts.models.organisations import SIREN_TAKEN
from hub.core.accounts.selectors import is_of_a_team, shared_staff
from hub.core.accounts.services.agreements import STARTS_TODAY, is_past
from hub.core.accounts.services.organisations import stamp
from hub.core.accounts.signin_forms import ActivateTOTPForm
from hub.core.kit.dates import today
from hub.core.kit.ordering import alphabetical
from hub.core.kit.text import fold, one_line
from hub.core.ui.conflicts import SeenField, VersionField
from hub.core.ui.forms import DayField, HubForm, HubModelForm, NumberField, row_field

FAR = timedelta(days=366)


class PasswordField(forms.CharField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}), min_length=12, strip=False,
            help_text="Douze caractères au moins ; une phrase se retient mieux qu’un mot compliqué.", **kwargs,
        )  # fmt: skip


class PasswordMixin(forms.Form):
    """A password is compared with whose it is: an account, or the one that the other fields make."""

    def owner(self) -> User:
        raise NotImplementedError

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("password"):
            try:
                validate_password(cleaned["password"], self.owner())
            except ValidationError as refusal:
                self.add_error("password", refusal)
        return cleaned

    def made_of(self, email: str) -> User:
        """Somebody new: the address, with the names typed."""
        return User(email=email, **{name: self.cleaned_data.get(name, "") for name in ("first_name", "last_name")})


class NameMixin(forms.Form):
    first_name = forms.CharField(label="Prénom", max_length=80, widget=forms.TextInput(attrs={"autocomplete": "given-name"}))
    last_name = forms.CharField(label="Nom", max_length=80, widget=forms.TextInput(attrs={"autocomplete": "family-name"}))

    def clean_first_name(self) -> str:
        return one_line(self.cleaned_data["first_name"])

    def clean_last_name(self) -> str:
        return one_line(self.cleaned_data["last_name"])


class AcceptForm(PasswordMixin, NameMixin, HubForm):
    """Names for a new account, or for one whose name a cooperative wrote; a password too when the role is one of the support team."""

    password = PasswordField(label="Mot de passe")

    def __init__(self, *args: Any, email: str, user: User | None, is_staff: bool, **kwargs: Any) -> None:
        """`email` of the invitation, `user` who has it already; `is_staff` when the role is one of the support team."""
        super().__init__(*args, **kwargs)
        self.email, self.user = email, user
        if not is_staff or (user is not None and user.has_usable_password()):
            del self.fields["password"]
        if user is not None and user.is_named_by_others:
            self.initial.update(first_name=user.first_name, last_name=user.last_name)
        elif user is not None:
            del self.fields["first_name"], self.fields["last_name"]

    def owner(self) -> User:
        return self.user or self.made_of(self.email)


class OpenHubForm(PasswordMixin, NameMixin, HubForm):
    federation_name = forms.CharField(label="Nom de la fédération", max_length=160)
    email = forms.EmailField(label="Votre adresse électronique", widget=forms.EmailInput(attrs={"autocomplete": "email"}))
    password = PasswordField(label="Mot de passe")
    field_order = ["federation_name", "first_name", "last_name", "email", "password"]

    def owner(self) -> User:
        return self.made_of(self.cleaned_data.get("email", ""))


class IdentityForm(NameMixin, HubForm):
    email = forms.EmailField(
        label="Adresse électronique",
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        help_text="Une autre adresse remplace celle-ci partout ; les sessions ouvertes se ferment, les deux adresses reçoivent une lettre.",
    )
    edits_site = forms.BooleanField(
        label="Écrit les pages du site dans la rédaction",
        required=False,
        help_text="Accueil et pages légales : elle prépare, la coordination publie. Elle entre alors par mot de passe et second facteur.",
    )
    version = VersionField()
    COMPARED = ("first_name", "last_name", "email", "edits_site")


class RescueForm(PasswordMixin, ActivateTOTPForm):
    """New keys, all at once: with the password alone, a mailbox would be enough to choose the rest."""

    password = PasswordField(label="Nouveau mot de passe")
    field_order = ["password", "code"]

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs, user=user)  # type: ignore[call-arg]  # allauth’s form, beside the mixin
        if not (is_of_a_team(user) or user.has_usable_password()):
            del self.fields["password"]

    def owner(self) -> User:
        return self.user


class InviteForm(HubForm):
    email = forms.EmailField(label="Adresse électronique", help_text="La personne reçoit un lien valable quatorze jours.")
    role = forms.ModelChoiceField(label="Rôle", queryset=Role.objects.none(), empty_label=None)

    def __init__(self, *args: Any, roles: QuerySet[Role], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        row_field(self, "role").queryset = roles


class BeginningField(DayField):
    """The first day of what lasts: of the past, or within a year."""

    def clean(self, value: Any) -> date | None:
        day = super().clean(value)
        if day is not None and day > today() + FAR:
            raise ValidationError("Dans un an au plus.", code="far")
        return day


class ConvenerMixin(forms.Form):
    """Whoever convenes is asked of a collectif, and of nothing else; one that was a collectif loses its convener with its nature."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        row_field(self, "convener").queryset = self.conveners()

    def conveners(self) -> QuerySet[Organisation]:
        return Organisation.objects.order_by(alphabetical("name"), "pk")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("kind") == OrganisationKind.COLLECTIVE:
            if "convener" in cleaned and not cleaned["convener"]:
                self.add_error("convener", "Un collectif est réuni par une organisation : choisissez-la.")
        elif cleaned.get("kind") and cleaned.get("convener"):
            if "convener" in self.changed_data:
                self.add_error("convener", "Seul un collectif est convoqué par une autre organisation : laissez vide.")
            else:
                cleaned["convener"] = None
        return cleaned


class OrganisationForm(ConvenerMixin, HubModelForm):
    class Meta:
        model = Organisation
        fields = ["kind", "name", "short_name", "siren", "convener"]
        help_texts = {
            "convener": "Pour un collectif : l’organisation qui le réunit.",
        }

    siren = NumberField(
        label="SIREN", max_length=20, required=False, help_text="Neuf chiffres. Un collectif sans personnalité juridique n’en a pas."
    )
    starts_on = BeginningField(label="Adhère à la fédération depuis le", required=False)
    director_email = forms.EmailField(
        label="Adresse de la personne qui dirige", required=False, help_text="Elle reçoit une invitation et invitera elle-même son équipe."
    )
    twin: Organisation | None = None  # the one that is there already, member or not: the page leads to it

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        siren, name = cleaned.get("siren", ""), fold(one_line(cleaned.get("name", "")))
        there = list(Organisation.objects.all())
        if found := next((one for one in there if siren and one.siren == siren), None):
            self.add_error("siren", SIREN_TAKEN)
        elif found := next((one for one in there if name and fold(one.name) == name), None):
            self.add_error("name", "Une organisation de ce nom est déjà inscrite.")
        self.twin = found
        return cleaned


class NatureForm(ConvenerMixin, HubForm):
    """What an organisation is: said when it was entered, and put right here."""

    seen = SeenField()
    kind = forms.ChoiceField(label="Nature", choices=OrganisationKind.choices)
    convener = forms.ModelChoiceField(
        label="Convoqué par", queryset=Organisation.objects.none(), required=False, help_text=OrganisationForm.Meta.help_texts["convener"]
    )

    def __init__(self, *args: Any, organisation: Organisation, **kwargs: Any) -> None:
        initial = {"kind": organisation.kind, "convener": organisation.convener_id, "seen": stamp(organisation)}
        self.organisation = organisation
        super().__init__(*args, initial=initial, **kwargs)

    def conveners(self) -> QuerySet[Organisation]:
        return super().conveners().exclude(pk=self.organisation.pk)


class LentPeople(forms.ModelMultipleChoiceField):
    """People of the same name told apart by their CAE."""

    def label_from_instance(self, user: Any) -> str:
        return f"{user.name}, {user.home}"


class AgreementForm(HubForm):
    provider = forms.ModelChoiceField(label="CAE qui met à disposition", queryset=Organisation.objects.none())
    beneficiary = forms.ModelChoiceField(label="CAE pour qui l’on agit", queryset=Organisation.objects.none())
    people = LentPeople(
        label="Personnes",
        queryset=User.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        help_text="Les gestionnaires mutualisés des CAE.",
    )
    purposes = forms.MultipleChoiceField(label="Finalités", choices=Purpose.choices, widget=forms.CheckboxSelectMultiple)
    starts_at = forms.DateTimeField(
        label="Commence le", widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    )
    ends_at = forms.DateTimeField(label="Finit le", widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.parties = Organisation.objects.filter(kind=OrganisationKind.CAE).members_of_hub().order_by(alphabetical("name"), "pk")
        row_field(self, "provider").queryset = row_field(self, "beneficiary").queryset = self.parties
        row_field(self, "people").queryset = shared_staff()

    def clean_starts_at(self) -> datetime:
        starts_at: datetime = self.cleaned_data["starts_at"]
        if is_past(starts_at):
            raise ValidationError(STARTS_TODAY)
        return starts_at

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("starts_at") and cleaned.get("ends_at") and cleaned["ends_at"] <= cleaned["starts_at"]:
            self.add_error("ends_at", ValidationError("La fin suit le début."))
        return cleaned


def _words(text: str) -> list[str]:
    return sorted(set(re.split(r"[\s,;]+", text.strip())) - {""})


class AddressForm(HubForm):
    email = forms.EmailField(label="Votre adresse électronique", widget=forms.EmailInput(attrs={"autocomplete": "email"}))


class IdentityProviderForm(HubForm):
    issuer = forms.CharField(
        label="Adresse du fournisseur",
        max_length=300,
        help_text="Celle que son administrateur appelle « issuer », comme https://compte.example.org.",
    )
    client_id = forms.CharField(label="Identifiant du hub chez lui", max_length=200)
    secret = forms.CharField(label="Secret", required=False, max_length=300, widget=forms.PasswordInput(attrs={"autocomplete": "off"}))
    domains = forms.CharField(
        label="Domaines de courrier",
        max_length=500,
        help_text="Ceux de l’organisation seule, séparés par une espace : example.org example.net.",
    )
    second_factor_values = forms.CharField(
        label="Valeurs qui valent second facteur", required=False, max_length=200,
        help_text="Ce que le fournisseur écrit dans « amr » ou « acr » quand il a lui-même demandé un second facteur (mfa, otp, hwk…). "
        "Rien : le hub demande le sien.",
    )  # fmt: skip

    version = VersionField()
    COMPARED = ("issuer", "client_id", "domains", "second_factor_values")

    @staticmethod
    def as_typed(row: IdentityProvider | None) -> dict[str, Any]:
        """A provider in the controls of the form, its secret left out; empty controls when there is none."""
        if row is None:
            return {"issuer": "", "client_id": "", "domains": "", "second_factor_values": "", "version": 0}
        lists = {name: " ".join(getattr(row, name)) for name in ("domains", "second_factor_values")}
        return {"issuer": row.issuer, "client_id": row.client_id, "version": row.version} | lists

    def clean_issuer(self) -> str:
        issuer = str(self.cleaned_data["issuer"]).strip()
        if not oidc.is_safe(issuer) or "?" in issuer or "#" in issuer:
            raise ValidationError("Une adresse en https, sans « ? » ni « # ».")
        return issuer

    def clean_domains(self) -> list[str]:
        domains = [word.lower().removeprefix("@") for word in _words(self.cleaned_data["domains"])]
        if wrong := next((word for word in domains if not re.fullmatch(r"([a-z0-9-]+\.)+[a-z]{2,}", word)), ""):
            raise ValidationError(f"« {wrong} » n’est pas un domaine de courrier.")
        return domains

    def clean_second_factor_values(self) -> list[str]:
        return _words(self.cleaned_data["second_factor_values"])

    def clean(self) -> dict[str, Any]:
        """The provider is asked at once: a wrong address is found by who typed it, not by who wants to sign in."""
        cleaned: dict[str, Any] = super().clean() or {}
        if "issuer" in cleaned:
            try:
                oidc.discover(cleaned["issuer"])
            except ProviderIsDown:
                self.add_error("issuer", "Ce fournisseur ne répond pas.")
            except ProviderIsPrivate:
                self.add_error("issuer", "Ce fournisseur n’est pas sur l’internet public : le hub ne va pas chercher ailleurs.")
            except ProviderRefused:
                self.add_error("issuer", "Rien, à cette adresse, ne se présente comme ce fournisseur (/.well-known/openid-configuration).")
        return cleaned


class CheckedForm(HubForm):
    checked = forms.ChoiceField(label="J’ai vérifié que c’est bien la personne", choices=Checked.choices, widget=forms.RadioSelect)
