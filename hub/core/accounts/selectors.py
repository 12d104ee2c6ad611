"""Who the person of a request is, read anew each time, so that a right withdrawn is refused at the next one.

Half the work of a small page is done here: plain queries of the columns that an actor needs, three and those of upper packages.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Concat
from django.utils import timezone

from hub.core.accounts import audiences
from hub.core.accounts.actor import Actor, Mandate
from hub.core.accounts.enums import OrganisationKind, Purpose
from hub.core.accounts.models import Affiliation, Agreement, IdentityProvider, Invitation, Membership, Organisation, Recovery, Role, User
from hub.core.accounts.models.agreements import live
from hub.core.accounts.models.organisations import in_force
from hub.core.accounts.permissions import OPENED_BY, Permission
from hub.core.audit.models import AuditEntry
from hub.core.kit.dates import day_fr, today
from hub.core.kit.text import joined

COORDINATOR = "coordinator"
SHARED_STAFF = "shared_staff"


def federated() -> Q:
    """The condition on a row with an `organisation`: it is the hub's federation, or affiliated to it today."""
    affiliated = Affiliation.objects.filter(in_force(), network__is_federation=True, organisation=OuterRef("organisation"))
    return Q(organisation__is_federation=True) | Q(Exists(affiliated))


class Held(NamedTuple):
    """A role that a person holds today, and what an actor keeps of its organisation."""

    role: str
    label: str
    permissions: list[str]
    is_staff: bool
    organisation_id: UUID
    name: str
    slug: str
    kind: str
    is_federation: bool


def _held(user_id: UUID) -> list[Held]:
    """Where she said yes first: what she does without choosing is never for an organisation that entered her by itself."""
    rows = Membership.unscoped.filter(in_force(), user=user_id).order_by("awaits_her_yes", "role__rank", "starts_on")
    return [
        Held(*row)
        for row in rows.values_list(
            "role_id", "role__label", "role__permissions", "role__is_staff",
            "organisation_id", "organisation__name", "organisation__slug", "organisation__kind", "organisation__is_federation",
        )
    ]  # fmt: skip


def actor_for(user: User | AnonymousUser, chosen: str = "", *, only: UUID | None = None) -> Actor:
    """The actor of a person for the mandate she chose, or for her first when the choice no longer holds.

    With `only`, an organisation: she acts for that one and no other, whatever agreements and memberships she has.
    """
    if user.is_anonymous or not user.is_active:
        return Actor.anonymous()
    held = _held(user.pk)
    by_organisation: dict[UUID, list[Held]] = defaultdict(list)
    for one in held:
        if only in (None, one.organisation_id):
            by_organisation[one.organisation_id].append(one)
    own = [_own_mandate(rows) for rows in by_organisation.values()]
    lent = _lent_mandates(user.pk, held)
    mandates = (*own, *lent) if only is None else tuple(own)
    mandate = next((m for m in mandates if m.answers_to(chosen)), own[0] if own else None)
    opened = [one for rows in by_organisation.values() for one in rows]
    return Actor(
        user_id=user.pk,
        name=user.name,
        mandate=mandate,
        mandates=mandates,
        audiences=_audiences(user.pk, mandate, by_organisation),
        is_coordinator=bool(mandate and not mandate.agreement_id and _coordinates(by_organisation[mandate.organisation_id])),
        is_staff=any(one.is_staff for one in opened),
        is_held_to_one=only is not None and (len(opened) < len(held) or bool(lent)),
        roles=frozenset(one.role for one in opened),
    )


def actors_of(user: User) -> list[Actor]:
    """The same under each of her mandates: to ask whether she may at all what she began before."""
    return [actor_for(user, mandate.value) for mandate in actor_for(user).mandates]


def _coordinates(held: list[Held]) -> bool:
    return any(one.role == COORDINATOR and one.is_federation for one in held)


def _own_mandate(held: list[Held]) -> Mandate:
    first = held[0]
    return Mandate(
        value=f"organisation:{first.organisation_id}",
        organisation_id=first.organisation_id,
        name=first.name,
        slug=first.slug,
        detail=joined([one.label for one in held]),
        permissions=frozenset(name for one in held for name in one.permissions),
        is_staff=any(one.is_staff for one in held),
    )


def _lent_mandates(user_id: UUID, held: list[Held]) -> list[Mandate]:
    """Agreements that live now, name the person, come from an organisation of which she is still staff, and serve a member of the hub.

    One mandate per CAE when one agreement opens all that the others do; several when each opens something of its own: what she does is
    written down under one agreement.
    """
    homes = {one.organisation_id for one in held if one.role == SHARED_STAFF}
    if not homes:
        return []
    member = Affiliation.objects.filter(in_force(), network__is_federation=True, organisation=OuterRef("beneficiary"))
    rows = Agreement.unscoped.filter(Exists(member), live(), people=user_id, provider__in=homes).select_related("beneficiary")
    by_cae: dict[UUID, list[Agreement]] = defaultdict(list)
    for row in rows.order_by("starts_at", "id"):
        if row.purposes:
            by_cae[row.beneficiary_id].append(row)
    return [mandate for found in by_cae.values() for mandate in _mandates_of(found)]


def _mandates_of(rows: list[Agreement]) -> Iterator[Mandate]:
    """Of the agreements with one CAE: the widest first, of two alike the one that lasts."""
    kept: dict[Agreement, list[Agreement]] = {}
    for row in sorted(rows, key=lambda one: (-len(set(one.purposes)), -one.ends_at.timestamp(), one.number)):
        wider = next((one for one in kept if set(row.purposes) <= set(one.purposes)), None)
        if wider is None:
            kept[row] = []
        else:
            kept[wider].append(row)
    for row, covered in kept.items():
        detail = f"sous la convention {row.number}, jusqu’au {day_fr(row.last_moment)}"
        yield Mandate(
            value=_value(row),
            organisation_id=row.beneficiary_id,
            name=row.beneficiary.name,
            slug=row.beneficiary.slug,
            detail=detail if len(kept) == 1 else f"{detail} : {joined([str(Purpose(purpose).label) for purpose in row.purposes])}",
            permissions=frozenset().union(*(OPENED_BY.get(purpose, frozenset()) for purpose in row.purposes)),
            is_staff=True,
            agreement_id=row.pk,
            purposes=tuple(row.purposes),
            covers=tuple(_value(one) for one in covered),
        )


def _value(row: Agreement) -> str:
    """Named after the first text: an amendment does not change for whom somebody was acting."""
    return f"agreement:{row.root_id}"


def _audiences(user_id: UUID, mandate: Mandate | None, own: dict[UUID, list[Held]]) -> frozenset[str]:
    """What is open to the person under one mandate: two CAEs are never on one screen."""
    tokens = {audiences.PUBLIC, audiences.person(user_id)}
    if mandate is None:
        return frozenset(tokens)
    joined_to = Affiliation.objects.filter(in_force(), organisation__in=list(own))
    joins = list(joined_to.values_list("organisation", "network", "network__is_federation"))
    networks = {network: is_federation for _, network, is_federation in joins}
    members = {organisation for organisation, _, is_federation in joins if is_federation}
    members |= {pk for pk, rows in own.items() if any(one.is_federation for one in rows)}
    acted_for = (
        {mandate.organisation_id} if mandate.agreement_id is None else set(own)
    )  # whom an agreement serves is a member: `_lent_mandates`
    if members & acted_for:
        tokens.add(audiences.FEDERATION)
        if Permission.FUNDING_MANAGE in mandate.permissions:  # lent for it too, as long as the agreement lives
            tokens.add(audiences.funding(mandate.organisation_id))
    if mandate.agreement_id is None:
        teams = [pk for pk, rows in own.items() if any(row.is_staff for row in rows)]
        tokens |= audiences.provided(user_id, teams)  # her groups are hers, not the CAE's for whom she acts
        tokens |= {audiences.network(pk) for pk, is_federation in networks.items() if not is_federation}
        tokens.add(audiences.organisation(mandate.organisation_id))
        if mandate.is_staff:
            tokens.add(audiences.staff(mandate.organisation_id))
        if own[mandate.organisation_id][0].kind == OrganisationKind.NETWORK:
            tokens.add(audiences.network(mandate.organisation_id))
    return frozenset(tokens)


def organisation_vouching(provider_pk: str, user: User | AnonymousUser) -> UUID | None:
    """Whose identity provider this is, while it is recorded, answers for the person's address and she belongs to that organisation."""
    held = Membership.unscoped.filter(in_force(), user=user.pk, organisation=OuterRef("organisation"))
    provider = IdentityProvider.objects.filter(Exists(held), pk=provider_pk).first()
    answers = provider is not None and user.is_authenticated and user.email.rpartition("@")[2].lower() in provider.domains
    return provider.organisation_id if provider and answers else None


def coordinators() -> list[User]:
    held = Membership.unscoped.filter(in_force(), role=COORDINATOR, organisation__is_federation=True)
    return list(User.objects.filter(pk__in=held.values("user"), is_active=True))


def holders(permission: str, organisation_ids: Iterable[UUID]) -> list[User]:
    """The people who hold a right in these organisations today."""
    codes = [role.code for role in Role.objects.all() if permission in role.permissions]
    held = Membership.unscoped.filter(in_force(), organisation__in=list(organisation_ids), role__in=codes)
    return list(User.objects.filter(pk__in=held.values("user"), is_active=True).order_by("sort_name", "id"))


def is_last_membership(row: Membership) -> bool:
    """Whether the person belongs nowhere else, now or later: without it her account will close by itself."""
    others = Membership.unscoped.filter(Q(ends_on=None) | Q(ends_on__gte=today()), user=row.user_id).exclude(pk=row.pk)
    return not others.exists()


def invitations_open_to(row: Membership) -> QuerySet[Invitation]:
    """What its organisation sent to its person, of whatever role, and whose link still opens something."""
    sent = Invitation.unscoped.filter(email__iexact=row.user.email, organisation=row.organisation_id)
    return sent.filter(accepted_at=None, withdrawn_at=None, expires_at__gt=timezone.now())


def names_left_by(row: Membership) -> list[Agreement]:
    """The agreements that go on naming somebody whose last role in the team that lends her this is, or was: their first texts."""
    team = Membership.unscoped.filter(in_force(), user=row.user_id, organisation=row.organisation_id, role__is_staff=True)
    if not row.role.is_staff or team.exclude(pk=row.pk).exists():
        return []
    now = timezone.now()
    texts = Agreement.unscoped.filter(
        Q(ended_at=None) | Q(ended_at__gt=now), people=row.user_id, provider=row.organisation_id, ends_at__gt=now
    )
    roots = {one.root_id for one in texts}
    return list(Agreement.unscoped.filter(pk__in=roots).select_related("provider", "beneficiary").order_by("number"))


def belongs(user: User) -> set[UUID]:
    """The organisations to which a person belongs today."""
    return homes_of([user])[user.pk]


def homes_of(users: Iterable[User]) -> dict[UUID, set[UUID]]:
    """The same for several people, in one query."""
    found: dict[UUID, set[UUID]] = {user.pk: set() for user in users}
    for user_id, organisation_id in Membership.unscoped.filter(in_force(), user__in=found).values_list("user", "organisation"):
        found[user_id].add(organisation_id)
    return found


def is_of_a_team(user: User) -> bool:
    """Whether what she may do today asks a password and a second factor of her: a code by mail opens nothing of hers."""
    return user.has_perm("wagtailadmin.access_admin") or Membership.unscoped.filter(in_force(), user=user, role__is_staff=True).exists()


def lacks_her_factor(user: User) -> bool:
    """Somebody of a team who came in before and has no second factor: her mailbox would be enough to give herself another.

    Who was invited and never came in still has but her mailbox to show.
    """
    factors = Authenticator.objects.filter(user=user).exclude(type=Authenticator.Type.RECOVERY_CODES)
    return is_of_a_team(user) and not factors.exists() and _came_in(user)


def _came_in(user: User) -> bool:
    """Whether she ever did: the day is forgotten after 24 months (panels.py), the line of the audit trail stays."""
    return user.last_login is not None or AuditEntry.objects.filter(actor_id=user.pk, action="accounts.sign_in").exists()


def address_was_corrected(user: User) -> bool:
    """Whether her address is another one than that by which she came: no link that she opened says that the mailbox is hers."""
    lines = AuditEntry.objects.filter(object_kind=user._meta.label_lower, object_id=str(user.pk), action="accounts.identity.correct")
    return lines.filter(data__contains='"email"').exists()


def door_of(email: str) -> str:
    """Why no code or link by mail opens an account of this address: "" when there is none, closed, without_factor, team."""
    user = User.objects.filter(email__iexact=email.strip()).first()
    if user is None:
        return ""
    if not user.is_active:
        return "closed"
    return "without_factor" if lacks_her_factor(user) else "team"


def recovery_of(user: User) -> Recovery | None:
    """What she asked after losing her second factor, while it stands."""
    row = Recovery.unscoped.filter(user=user).first()
    return row if row is not None and row.is_open(timezone.now()) else None


def shared_staff() -> QuerySet[User]:
    """The people that one CAE may lend to another, each with her CAE as `home`, for the coordinator who makes agreements."""
    held = Membership.unscoped.filter(in_force(), role=SHARED_STAFF)
    home = held.filter(user=OuterRef("pk")).values("organisation__name")[:1]
    return User.objects.filter(pk__in=held.values("user"), is_active=True).annotate(home=Subquery(home))


def names_her_alone(user: User, name: str) -> bool:
    """Whether words that say this name say her: a whole one, which no other account bears."""
    bearers = User.objects.annotate(whole=Concat("first_name", Value(" "), "last_name")).filter(whole__iexact=name)
    return " " in name and not bearers.exclude(pk=user.pk).exists()


def federation() -> Organisation | None:
    return Organisation.objects.filter(is_federation=True).first()


@dataclass(frozen=True)
class Passkey:
    """`handle` names it in addresses: stored numbers are not shown."""

    authenticator: Authenticator
    handle: str
    name: str
    added_at: datetime
    last_used_at: datetime | None


def passkeys(user: User | AnonymousUser) -> list[Passkey]:
    """The person's own, oldest first."""
    rows = Authenticator.objects.filter(user=user.pk, type=Authenticator.Type.WEBAUTHN).order_by("created_at", "pk")
    return [Passkey(row, _handle(row), row.wrap().name, row.created_at, row.last_used_at) for row in rows]


def _handle(row: Authenticator) -> str:
    return hashlib.sha256(str(row.data["credential"]["id"]).encode()).hexdigest()[:24]
