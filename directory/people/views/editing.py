from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import BaseFormSet, BoundField
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from directory.people import rules, services
from directory.people.consent import TEXTS, VERSION
from directory.people.enums import PersonKind
from directory.people.fields import FIELDS
from directory.people.forms import AccreditationForms, AudiencesForm, ProfileForm, SkillForms, TradeForms
from directory.people.forms.audiences import audience_words
from directory.people.models import Profile
from directory.people.services import Lines
from hub.core.accounts.actor import actor_of
from hub.core.accounts.models import Organisation, User
from hub.core.documents.forms import PrivateFileField
from hub.core.ui.panels import collect

# title of a part of the form → for each field of the table, the controls that fill it
PARTS: Final[dict[str, dict[str, tuple[str, ...]]]] = {
    "Qui je suis": {
        "name": (), "photo": ("photo", "remove_photo"), "trade_name": ("trade_name",), "presentation": ("presentation",),
        "web_site": ("web_site",), "languages": ("languages",),
    },
    "Ce que je fais": {"trades": ("trades",), "skills": ("skills",), "evidence": (), "achievements": ("achievements",)},
    "Où je travaille": {"commune": ("commune",), "department": ("department",), "radius": ("radius_km",)},
    "Ce qu’on peut me demander": {
        "availability": ("month_",), "day_rate": ("day_rate",), "decennale": ("decennale_ends_on",),
        "insurance_certificate": ("insurance_certificate", "remove_insurance_certificate"), "accreditations": ("accreditations",),
        "stand_in": ("stand_in", "absent_from", "absent_until"),
    },
    "Entre ma coopérative et moi": {
        "phone": ("phone",), "email": ("email",), "postal_address": ("postal_address",),
        "contract": ("contract_status", "contract_starts_on", "contract_ends_on"), "trainings_followed": ("trainings_followed",),
        "accessibility_needs": ("accessibility_needs", "share_needs"),
    },
}  # fmt: skip
STAFF_ONLY: Final = {"stand_in"}
TOLD: Final = {
    "name": "Votre nom est celui de votre compte. Sans lui, rien de votre fiche ne se voit.",
    "evidence": "Les preuves écrites à côté de chaque compétence.",
}


@dataclass(frozen=True)
class Item:
    """One field of the form: its controls or its rows, and who reads it (a choice, or a fact)."""

    label: str
    told: str
    controls: list[BoundField]
    rows: BaseFormSet | None
    audience: BoundField | None
    fixed: str
    is_months: bool


@dataclass
class Editor:
    """The forms of one profile, bound together."""

    request: HttpRequest
    profile: Profile
    is_own: bool
    form: ProfileForm = field(init=False)

    def __post_init__(self) -> None:
        request, profile = self.request, self.profile
        data, files = (request.POST, request.FILES) if request.method == "POST" else (None, None)
        self.form = ProfileForm(data, files, instance=profile, actor=actor_of(request), is_own=self.is_own)
        saved = not profile._state.adding
        trades = list(profile.trades.select_related("trade")) if saved else []
        skills = list(profile.skills.select_related("skill")) if saved else []
        self.trades = TradeForms(data, rows=trades, prefix="metiers")
        self.skills = SkillForms(data, rows=skills, prefix="competences")
        self.accreditations = AccreditationForms(data, rows=list(profile.accreditations.all()) if saved else [], prefix="habilitations")
        self.audiences = AudiencesForm(data, profile=profile) if self.is_own else None

    @property
    def forms(self) -> list[Any]:
        return [one for one in (self.form, self.trades, self.skills, self.accreditations, self.audiences) if one is not None]

    def is_valid(self) -> bool:
        answers = [one.is_valid() for one in self.forms]  # every form says what is wrong with it
        return all(answers)

    def lines(self) -> Lines:
        return Lines(self.trades.lines(), self.skills.lines(), self.accreditations.lines())

    def parts(self) -> list[tuple[str, list[Item]]]:
        return [
            (title, [self._item(key, names) for key, names in fields.items() if self._is_asked(key)]) for title, fields in PARTS.items()
        ]

    def _is_asked(self, key: str) -> bool:
        if key in STAFF_ONLY:
            return self.profile.kind == PersonKind.STAFF
        return self.is_own or key not in {"accessibility_needs", "name"}

    def _item(self, key: str, names: tuple[str, ...]) -> Item:
        rows = {"trades": self.trades, "skills": self.skills, "accreditations": self.accreditations}.get(key)
        controls = [self.form[name] for name in self.form.fields if name in names or (names == ("month_",) and name.startswith("month_"))]
        asked = self.audiences is not None and key in self.audiences.fields
        fixed = "" if asked or not self.is_own else audience_words(FIELDS[key].ceiling, self.profile.organisation.name)
        return Item(
            FIELDS[key].label.capitalize(), TOLD.get(key, ""), [] if rows else controls, rows,
            self.audiences[key] if asked and self.audiences else None, fixed, names == ("month_",),
        )  # fmt: skip

    def save(self) -> Profile:
        return services.save_profile(
            self.profile,
            actor=actor_of(self.request),
            values=self.form.values(),
            lines=self.lines(),
            needs=self.form.needs() if self.is_own else None,
            files=self.form.kept_files(),
            audiences=self.audiences.chosen() if self.audiences else None,
        )

    def page(self, template: str) -> HttpResponse:
        wrong = self.request.method == "POST"
        context = {
            "profile": self.profile, "is_own": self.is_own, "parts": self.parts(), "form": self.form, "trades": self.trades,
            "skills": self.skills, "accreditations": self.accreditations, "audiences": self.audiences, "page_errors": wrong,
            "consent": TEXTS[VERSION], "is_new": self.profile._state.adding,
        }  # fmt: skip
        return render(self.request, template, context)


@require_http_methods(["GET", "HEAD", "POST"])
def own(request: HttpRequest) -> HttpResponse:
    """Her own profile: what it says, and beside each field who reads it. The first time she saves, it is opened."""
    actor = actor_of(request)
    profile = Profile.objects.visible_to(actor).filter(user=actor.user_id).select_related("user", "organisation", "commune").first()
    if profile is None:
        if actor.organisation_id is None or actor.agreement_id:
            return render(request, "people/no_home.html")
        profile = Profile(user=User.objects.get(pk=str(actor.user_id)), organisation=Organisation.objects.get(pk=actor.organisation_id))
        profile.kind = PersonKind.STAFF if actor.is_staff else PersonKind.ENTREPRENEUR
    editor = Editor(request, profile, is_own=True)
    if request.method != "POST" or not editor.is_valid():
        return editor.page("people/edit.html")
    editor.save()
    messages.success(request, "Votre fiche est enregistrée. Les changements se voient tout de suite.")
    if editor.form.needs().words and editor.form.needs().shared:
        for line in (line for found in collect("needs.shown", actor, profile.user) for line in found["lines"]):
            messages.warning(request, line)
    PrivateFileField.say_waiting(request, editor.form)
    return redirect("people:own")


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The words of a person of her CAE, for whoever manages its people; who reads them stays the person's choice."""
    actor = actor_of(request)
    rows = Profile.objects.visible_to(actor).select_related("user", "organisation", "commune")
    profile = get_object_or_404(rows, pk=pk)
    if rules.is_own(actor, profile):
        return redirect("people:own")
    if not rules.can_edit(actor, profile):
        raise PermissionDenied
    editor = Editor(request, profile, is_own=False)
    if request.method != "POST" or not editor.is_valid():
        return editor.page("people/edit.html")
    editor.save()
    messages.success(request, "La fiche est enregistrée.")
    PrivateFileField.say_waiting(request, editor.form)
    return redirect("people:person", pk=pk)
