import hashlib
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Q
from django.utils import timezone
from wagtail.query import PageQuerySet

from hub.core.accounts import audiences
from hub.core.accounts.actor import Actor
from hub.core.accounts.enums import OrganisationKind
from hub.core.accounts.models import Affiliation, Membership, Organisation, User
from hub.core.accounts.models.organisations import in_force
from hub.core.accounts.selectors import actor_for, federated
from hub.core.kit.ordering import alphabetical
from hub.core.kit.text import fold
from hub.pages.writing import rules
from hub.pages.writing.models import FeedKey, WrittenPage
from workgroups.groups.enums import OVER, GroupRole
from workgroups.groups.models import GroupMember, Workgroup, groups_run_by, own_group_ids, token
from workgroups.groups.selectors import users_of

MOST_UNFINISHED = 20
EVERYBODY = "tout le monde, sans compte"
Choices = list[tuple[str, str]]


def audience_choices(actor: Actor, model: type[WrittenPage]) -> Choices:
    """Who may read what this actor writes, as (token, words): the federation first, everybody last."""
    networks = [UUID(one.partition(":")[2]) for one in actor.audiences if one.startswith("network:")]
    found = [(audiences.FEDERATION, "la fédération")]
    rows = Organisation.objects.filter(pk__in=networks, is_federation=False).order_by(alphabetical("name")) if networks else []
    found += [(audiences.network(row.pk), _gathered(row)) for row in rows]
    found += [(token(group.pk), f"le groupe {group.name}") for group in _written_groups(actor)]
    if actor.is_staff_of(actor.organisation_id):
        found.append((audiences.PUBLIC, EVERYBODY))
    return found


def _written_groups(actor: Actor) -> Iterable[Workgroup]:
    """The groups at work of which she is no mere guest."""
    own = own_group_ids(actor)
    if not own:
        return []
    held = GroupMember.unscoped.filter(in_force(), user=actor.user_id, workgroup__in=own).exclude(role=GroupRole.GUEST)
    rows: Iterable[Workgroup] = Workgroup.objects.visible_to(actor).filter(pk__in=held.values("workgroup")).exclude(status__in=OVER)
    return rows


def groups_to_sign_for(actor: Actor) -> Choices:
    rows = Workgroup.objects.visible_to(actor).filter(pk__in=groups_run_by(actor))
    return [(str(group.pk), group.name) for group in rows]


def audience_words(page: WrittenPage) -> str:
    """The readers of a page, for one of them."""
    kind, _, pk = page.audience.partition(":")
    match kind:
        case "public":
            return EVERYBODY
        case "federation":
            return "la fédération"
        case "workgroup":
            return f"le groupe {Workgroup.unscoped.get(pk=pk).name}"
    return _gathered(Organisation.objects.get(pk=pk))


def _gathered(network: Organisation) -> str:
    """«le réseau Voisin», «le collectif Voisin», «le Collectif du bois»: the noun is not said twice."""
    noun = "collectif" if network.kind == OrganisationKind.COLLECTIVE else "réseau"
    return f"le {network.name}" if fold(network.name).startswith(fold(noun)) else f"le {noun} {network.name}"


def listed(model: type[WrittenPage], actor: Actor) -> PageQuerySet:
    """The published pages that an actor reads, newest first."""
    rows: PageQuerySet = model.objects.visible_to(actor).published().for_list().order_by("-first_published_at", "-pk")
    return rows


def unfinished(model: type[WrittenPage], actor: Actor) -> list[WrittenPage]:
    """What she, or her team, has begun, changed since it was published, or lost to moderation; and what she may put back."""
    if not rules.can_take_part(actor):
        return []
    rows = model.objects.to_finish(actor)
    return list(rows.for_list().order_by("-latest_revision_created_at", "-pk")[:MOST_UNFINISHED])


def digest_of(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def reader_by_key(secret: str) -> Actor | None:
    """Whoever the secret address of a feed belongs to, with the rights that she has now, in her first organisation."""
    key = FeedKey.objects.select_related("user").filter(digest=digest_of(secret)).first()
    return actor_for(key.user) if key else None


def feed_opened_at(actor: Actor) -> datetime | None:
    row = FeedKey.objects.filter(user=actor.user_id).first() if actor.user_id else None
    return timezone.localtime(row.created_at) if row else None


def user_of(actor: Actor) -> User | None:
    return User.objects.filter(pk=actor.user_id).first() if actor.user_id else None


def still_reading(page: WrittenPage, users: Iterable[User]) -> list[User]:
    """Those of these people who may read the page now: what is told of it names it."""
    wanted = {user.pk: user for user in users if user.is_active}
    kind, _, pk = page.audience.partition(":")
    held = Membership.unscoped.filter(in_force(), user__in=wanted)
    match kind:
        case "public":
            return list(wanted.values())
        case "federation":
            reached = set(held.filter(federated()).values_list("user", flat=True))
        case "workgroup":
            reached = {user.pk for user in users_of(Workgroup.unscoped.get(pk=pk))}
        case _:
            inside = Affiliation.objects.filter(in_force(), network=UUID(pk)).values("organisation")
            reached = set(held.filter(Q(organisation__in=inside) | Q(organisation=UUID(pk))).values_list("user", flat=True))
    return [user for key, user in wanted.items() if key in reached]
