from collections.abc import Mapping
from typing import Any

from django.contrib.sessions.models import Session
from django.db import transaction

from hub.core.accounts.actor import Actor
from hub.core.accounts.errors import NotAllowed, ProviderRefused, ProviderWasChanged, RuleBroken
from hub.core.accounts.models import IdentityProvider, Membership, Organisation, User
from hub.core.accounts.models.organisations import in_force
from hub.core.audit import services as audit
from hub.core.kit.text import in_sentence

SESSION_KEY = "hub.identity_provider"
MOST_CHARACTERS = 254  # of an address, as the column has it; a longer one, or half a character, is no question for the database


@transaction.atomic
def set_identity_provider(
    organisation: Organisation, *, facts: Mapping[str, Any], secret: str, actor: Actor, based_on: int | None = None
) -> IdentityProvider:
    """Record or change it; the sessions that another issuer opened close.

    Args: facts are the model's own columns; secret empty keeps the one there; based_on is the version that was seen, 0 when there was none.
    Raises: NotAllowed, RuleBroken; ProviderWasChanged when it is not the one there.
    """
    _require_coordinator(actor)
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)  # two who record the first one
    held = IdentityProvider.objects.filter(organisation=organisation).first()
    if based_on is not None and based_on != (held.version if held else 0):
        raise ProviderWasChanged(held)
    row = held or IdentityProvider(organisation=organisation, version=0)
    taken = IdentityProvider.objects.exclude(pk=row.pk).select_related("organisation")
    for other in taken:
        if both := sorted(set(other.domains) & set(facts["domains"])):
            raise RuleBroken(f"Le domaine {both[0]} est déjà celui {in_sentence(other.organisation.name)}.")
    if not (secret or row.sealed_secret):
        raise RuleBroken("Le secret manque : le fournisseur le donne avec l’identifiant.")
    replaced = bool(held) and row.issuer != facts["issuer"]
    for name in ("issuer", "client_id", "domains", "second_factor_values"):
        setattr(row, name, facts[name])
    if secret:
        row.secret = secret
    row.version += 1
    row.save()
    closed = _close_sessions(row) if replaced else 0
    line: dict[str, Any] = {
        "issuer": row.issuer,
        "domains": row.domains,
        "second_factor": row.second_factor_values,
        "key_renewed": bool(secret),
    }
    line |= {"sessions_closed": closed} if replaced else {}
    audit.record("accounts.identity_provider.set", organisation, actor=actor, organisation=organisation, data=line)
    return row


@transaction.atomic
def remove_identity_provider(row: IdentityProvider, *, actor: Actor) -> int:
    """Nobody signs in by it any more, and the sessions that it opened close. Returns how many closed."""
    _require_coordinator(actor)
    organisation, closed = row.organisation, _close_sessions(row)
    row.delete()
    audit.record(
        "accounts.identity_provider.remove", organisation, actor=actor, organisation=organisation, data={"sessions_closed": closed}
    )
    return closed


def person_of(provider: IdentityProvider, claims: Mapping[str, Any]) -> User:
    """The account that the provider's word opens: of this organisation and of no other, by a verified address in its domains.

    Somebody who also belongs elsewhere would lend this provider another organisation's keys: she signs in with her own. An agreement that
    names her does not stop her, and is not open to this session (selectors.actor_for). Raises ProviderRefused.
    """
    email = str(claims.get("email", ""))
    if claims.get("email_verified") is not True:
        raise ProviderRefused("unverified")
    if len(email) > MOST_CHARACTERS or not email.isprintable():
        raise ProviderRefused("address")
    if email.rpartition("@")[2].lower() not in provider.domains:
        raise ProviderRefused("domain")
    user = User.objects.filter(email__iexact=email, is_active=True).first()
    held = set(Membership.unscoped.filter(in_force(), user=user).values_list("organisation", flat=True)) if user else set()
    if user is None or provider.organisation_id not in held:
        raise ProviderRefused("stranger")
    if held != {provider.organisation_id} or user.is_superuser:
        raise ProviderRefused("elsewhere")
    return user


def _require_coordinator(actor: Actor) -> None:
    if not actor.is_coordinator:
        raise NotAllowed("Seule la coordination règle les fournisseurs d’identité.")


def _close_sessions(row: IdentityProvider) -> int:
    """Those that it opened; returns how many."""
    from allauth.usersessions.models import UserSession

    people = Membership.unscoped.filter(organisation=row.organisation_id).values("user")
    held = list(UserSession.objects.filter(user__in=people).values_list("session_key", flat=True))
    opened = [one.session_key for one in Session.objects.filter(session_key__in=held) if one.get_decoded().get(SESSION_KEY) == str(row.pk)]
    UserSession.objects.filter(session_key__in=opened).delete()
    return Session.objects.filter(session_key__in=opened).delete()[0]
