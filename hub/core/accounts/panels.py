"""Personal data of accounts: what each column is for, how long it stays, what erasure does to it."""

from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry, PageLogEntry

from hub.core.accounts import rules
from hub.core.accounts.actor import Actor
from hub.core.accounts.models import (
    Accreditation,
    Affiliation,
    Agreement,
    IdentityProvider,
    Invitation,
    Membership,
    Naming,
    Organisation,
    Recovery,
    Role,
    Succession,
    User,
)
from hub.core.accounts.models.recovery import OPEN_FOR
from hub.core.accounts.services import forget_representative, helpers_of
from hub.core.accounts.services.leaving import forget_in_log
from hub.core.kit.dates import today, years_before
from hub.core.kit.text import named
from hub.core.ui.panels import Personal, collect, personal, register


@register("export", "accounts")
def export(actor: Actor, organisation: Organisation) -> dict[str, Any]:
    """The organisation itself, who holds which role in it, its networks, accreditations and agreements."""
    parties = Q(provider=organisation) | Q(beneficiary=organisation)
    people = F("user__first_name"), F("user__last_name"), F("user__email")
    roles = Membership.unscoped.filter(organisation=organisation).order_by("starts_on", "id")
    return {
        "organisation": list(Organisation.objects.filter(pk=organisation.pk).values()),
        "roles": list(roles.values("id", "user_id", "role_id", "starts_on", "ends_on", prenom=people[0], nom=people[1], adresse=people[2])),
        "adhesions": list(Affiliation.objects.filter(organisation=organisation).order_by("starts_on", "id").values()),
        "habilitations": list(Accreditation.objects.filter(organisation=organisation).order_by("starts_on", "id").values()),
        "conventions-entre-cae": list(Agreement.unscoped.filter(parties).order_by("starts_at", "id").values()),
    }


def _alone(actor: Actor, subject: Any) -> QuerySet[Organisation] | None:
    """The federation that nobody has joined, for its coordinator."""
    joined = Affiliation.objects.in_force().filter(network=OuterRef("pk"))
    return Organisation.objects.filter(~Exists(joined), is_federation=True) if actor.is_coordinator else None


@register("home.due", "accounts.first", order=5, needs=_alone)
def first_member(actor: Actor, subject: Any) -> dict[str, Any] | None:
    """On a hub just opened, nothing can be done before a first organisation is entered."""
    alone = _alone(actor, subject)
    if alone is None or not alone.exists():
        return None
    item = {
        "when": today(), "title": "Inscrire une organisation", "text": "La fédération n’a pas encore de membre : commencez par une CAE.",
        "url": reverse("accounts:new_organisation"), "area": "a-dir", "area_label": "Fédération", "action": "Inscrire",
    }  # fmt: skip
    return {"items": [item]}


def _asked_for(actor: Actor, subject: Any) -> QuerySet[Recovery]:
    return Recovery.unscoped.filter(created_at__gt=timezone.now() - OPEN_FOR)


@register("home.due", "accounts", order=10, needs=_asked_for)
def locked_out(actor: Actor, subject: Any) -> dict[str, Any] | None:
    """Who lost her second factor, for those who are told of it; such requests are few, and stand for seven days."""
    items = [
        {
            "when": row.created_at, "note": "demandé", "tone": "warn", "title": named("Rouvrir le compte", row.user.name),
            "text": f"{organisation.name}. La personne n’a plus son téléphone ni ses codes de secours ; elle ne peut plus se connecter.",
            "url": reverse("accounts:reopen", args=[organisation.slug, row.pk]), "area": "a-dir", "area_label": "Équipe", "action": "Répondre",
        }
        for row in Recovery.objects.visible_to(actor).open().select_related("user").order_by("created_at")
        for reader, organisation in helpers_of(row.user)
        if reader.pk == actor.user_id and rules.can_manage_members(actor, organisation)
    ]  # fmt: skip
    return {"items": items} if items else None


@register("erasure", "accounts")
def erase(actor: Actor, person: User) -> dict[str, list[str]]:
    """While her name is known: where it was typed, and Wagtail's log. The account itself is emptied last (services.empty_account)."""
    forget_in_log(person)
    return {"erased": [f"Son nom comme représentante ou représentant : {name}" for name in forget_representative(person)]}


ACCOUNT = "tenir le compte et prévenir la personne"
WHILE_MEMBER = "tant que la personne est rattachée, puis 90 jours"

personal(
    User,
    {
        "email": Personal(ACCOUNT, WHILE_MEMBER, "anonymise"),
        "first_name": Personal(ACCOUNT, WHILE_MEMBER, "anonymise"),
        "last_name": Personal(ACCOUNT, WHILE_MEMBER, "anonymise"),
        "sort_name": Personal(ACCOUNT, WHILE_MEMBER, "anonymise"),
        "password": Personal("vérifier la connexion (empreinte seulement)", WHILE_MEMBER, "anonymise"),
        "role_undone_on": Personal("savoir quand elle est partie", WHILE_MEMBER, "anonymise"),
        "is_named_by_others": Personal("lui demander si son nom est le bon", "jusqu’à sa réponse", "anonymise"),
        "last_login": Personal(
            "repérer les comptes inactifs", "24 mois", "anonymise", over=lambda on: Q(last_login__date__lte=years_before(on, 2))
        ),
    },
    other={"id", "created_at", "updated_at", "is_active", "is_superuser", "groups", "user_permissions"},
)
personal(
    Membership,
    {
        "user": Personal(
            "savoir qui agit pour quelle organisation", "5 ans après la fin", "delete", over=lambda on: Q(ends_on__lte=years_before(on, 5))
        ),
        "starts_on": Personal("dater les droits", "5 ans après la fin", "delete"),
        "ends_on": Personal("dater les droits", "5 ans après la fin", "delete"),
        "ended_by": Personal("savoir qui peut revenir sur un départ", "5 ans après la fin", "delete"),
        "end_noted_on": Personal("corriger un départ noté par erreur", "5 ans après la fin", "delete"),
        "awaits_her_yes": Personal("savoir si elle a accepté", "5 ans après la fin", "delete"),
    },
    other={"id", "created_at", "updated_at", "organisation", "role"},
)
personal(
    Invitation,
    {
        "email": Personal(
            "envoyer l’invitation", "90 jours après l’échéance", "delete",
            over=lambda on: Q(expires_at__date__lte=on - timedelta(days=90)),
        ),
        "invited_by": Personal("dire qui invite", "90 jours après l’échéance", "anonymise"),
    },
    other={"id", "created_at", "updated_at", "organisation", "role", "digest", "expires_at", "accepted_at", "withdrawn_at"},
)  # fmt: skip
personal(
    Recovery,
    {
        "user": Personal(
            "rouvrir le compte de qui a perdu son second facteur", "7 jours", "delete",
            over=lambda on: Q(created_at__date__lt=on - OPEN_FOR),
        )
    },
    other={"id", "created_at", "updated_at"},
)  # fmt: skip


def _ended(on: date, text: str = "") -> Q:
    """The condition that an agreement, or the one at the end of `text`, ended or was broken off five years ago: it and what amended it.

    An amendment ends the text before it, and the agreement goes on. What stands on an agreement may hold it past its term (place "held").
    """
    day = years_before(on, 5)
    held = [number for found in collect("held", Actor.system(), on) for number in found["agreements"]]
    of_chain = Agreement.unscoped.alias(root=Coalesce("amends", "pk")).filter(
        root=Coalesce(OuterRef(f"{text}amends"), OuterRef(f"{text}pk"))
    )
    return ~Q(Exists(of_chain.filter(Q(ended_at=None) | Q(ended_at__date__gt=day), ends_at__date__gt=day))) & ~(
        Q(**{f"{text}pk__in": held}) | Q(**{f"{text}amends__in": held})
    )


personal(
    Agreement,
    {
        "people": Personal(
            "nommer qui agit pour une autre CAE",
            "5 ans après le terme",
            "keep: preuve de l’accès aux données d’une autre CAE",
            over=_ended,
        )
    },
    other={
        "id",
        "created_at",
        "updated_at",
        "number",
        "provider",
        "beneficiary",
        "purposes",
        "to_reopen",
        "starts_at",
        "ends_at",
        "ended_at",
        "suspended_at",
        "amends",
    },
)
_NAMED = "montrer qui pouvait agir, et donner du temps, tel jour"
_PROOF = "keep: preuve de l’accès aux données d’une autre CAE"
personal(
    Naming,
    {
        "person": Personal(_NAMED, "5 ans après le terme", _PROOF, over=lambda on: _ended(on, "agreement__")),
        **{name: Personal(_NAMED, "5 ans après le terme", _PROOF) for name in ("from_on", "until_on")},
    },
    other={"id", "created_at", "updated_at", "agreement"},
)
personal(
    Organisation,
    {
        "representative_name": Personal("signer les conventions", "tant que l’organisation est inscrite", "anonymise"),
        "representative_role": Personal("signer les conventions", "tant que l’organisation est inscrite", "anonymise"),
    },
    other={
        "id", "created_at", "updated_at", "kind", "name", "short_name", "slug", "is_federation", "legal_form", "cooperative_statute",
        "siren", "siret", "identifier_override", "ape_code", "idcc", "nda_number", "nda_region", "vat_exempt_on", "department_codes",
        "street", "postal_code", "city", "convener",
    },
)  # fmt: skip
STAMPS = {"id", "created_at", "updated_at"}
personal(Affiliation, {}, other=STAMPS | {"organisation", "network", "role", "starts_on", "ends_on", "charter_on"})
personal(Succession, {}, other=STAMPS | {"predecessor", "successor", "kind", "took_place_on"})
personal(Accreditation, {}, other=STAMPS | {"organisation", "kind", "title", "number", "starts_on", "ends_on", "proof_id"})
personal(Role, {}, other={"code", "label", "is_staff", "permissions", "rank"})
personal(
    IdentityProvider,
    {},
    other=STAMPS | {"organisation", "issuer", "client_id", "sealed_secret", "domains", "second_factor_values", "version"},
)
LOGGED = "suivre ce qui change dans la rédaction du site"
LOG_KEPT = "tant que le hub sert"
for log in (ModelLogEntry, PageLogEntry):
    personal(
        log,
        {"label": Personal(LOGGED, LOG_KEPT, "anonymise"), "user": Personal(LOGGED, LOG_KEPT, "anonymise")},
        other={field.name for field in log._meta.concrete_fields} - {"label", "user"},
    )
