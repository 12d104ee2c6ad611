"""The way in: a one-use link to an address. It makes the account, or adds the role to the one that exists.

A cooperative also enters its entrepreneurs by itself (docs/decisions/0026-a-cooperative-enters-its-people.md): each gets the same letter.
"""

import hashlib
import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone

from hub.core.accounts import rules
from hub.core.accounts.actor import Actor
from hub.core.accounts.errors import InvitationIsUsed, RuleBroken
from hub.core.accounts.models import Invitation, Organisation, Role, User
from hub.core.accounts.selectors import ENTREPRENEUR, actors_of, entrepreneurs_among
from hub.core.accounts.services.leaving import take_name
from hub.core.accounts.services.memberships import give_role
from hub.core.accounts.signals import invitation_created
from hub.core.audit import services as audit
from hub.core.kit.twins import twice

VALID_FOR = timedelta(days=14)
MOST_IN_A_DAY = 60  # each is a mail to somebody who did not ask for it
MOST_TO_ONE, MOST_TO_ONE_FROM_ALL = 3, 6  # letters to one address in a day, from one organisation and from all of them


@dataclass(frozen=True)
class Newcomer:
    first_name: str
    last_name: str
    email: str


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def invite(email: str, *, organisation: Organisation, role: Role, actor: Actor, valid_for: timedelta = VALID_FOR) -> tuple[Invitation, str]:
    """A new invitation and its absolute link; an open one for the same address and role is withdrawn first. Raises RuleBroken past a day's number."""
    email = email.strip().lower()
    now = timezone.now()
    if not actor.is_system:
        _refuse_past_a_days_number(email, organisation)
    still_open = Invitation.unscoped.filter(email=email, organisation=organisation, role=role, accepted_at=None, withdrawn_at=None)
    still_open.update(withdrawn_at=now, updated_at=now)
    row, link = _write(email=email, organisation=organisation, role=role, invited_by_id=actor.user_id, expires_at=now + valid_for)
    audit.record("accounts.invitation.send", row, actor=actor, organisation=organisation, data={"role": role.code})
    return row, link


def _refuse_past_a_days_number(email: str, organisation: Organisation) -> None:
    """Those that were withdrawn count too: their letters have left."""
    lately = Invitation.unscoped.filter(created_at__gt=timezone.now() - timedelta(days=1))
    from_here, to_her = lately.filter(organisation=organisation), lately.filter(email=email)
    if from_here.count() >= MOST_IN_A_DAY:
        raise RuleBroken(f"{MOST_IN_A_DAY} invitations sont parties en un jour : la suite attendra demain, ou la coordination.")
    if to_her.filter(organisation=organisation).count() >= MOST_TO_ONE or to_her.count() >= MOST_TO_ONE_FROM_ALL:
        raise RuleBroken(f"{email} a déjà reçu assez d’invitations en un jour : la suite attendra demain.")


def enter(people: Sequence[Newcomer], *, organisation: Organisation, actor: Actor) -> int:
    """Make accounts for the entrepreneurs of an organisation and send each an invitation; returns how many were made.

    They belong to it at once. An address that has an account already is invited alone: attaching it would show her cards to people whom she
    did not choose. Who is one of its entrepreneurs already is left as she is. Raises: RuleBroken past a day's number of letters, and then nobody is entered.
    """
    return twice(lambda: _enter(people, organisation, actor))


@transaction.atomic
def _enter(people: Sequence[Newcomer], organisation: Organisation, actor: Actor) -> int:
    role, made = Role.objects.get(code=ENTREPRENEUR), 0
    here = entrepreneurs_among([one.email for one in people], organisation)
    for one in people:
        email = one.email.strip().lower()
        if email in here:
            continue
        if not User.objects.filter(email__iexact=email).exists():
            user = _account(email, None, first_name=one.first_name, last_name=one.last_name, is_named_by_others=True)
            give_role(user, organisation=organisation, role=role, actor=actor, awaits_her_yes=True)
            made += 1
        invite(email, organisation=organisation, role=role, actor=actor)
    return made


def _account(email: str, password: str | None, **names: Any) -> User:
    user = User.objects.create_user(email, password, **names)
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)  # nobody comes in but by what is sent there
    return user


def _write(**facts: Any) -> tuple[Invitation, str]:
    """The row, and the link that its letter carries."""
    secret = secrets.token_urlsafe(32)
    row = Invitation.unscoped.create(digest=_digest(secret), **facts)
    link = settings.WAGTAILADMIN_BASE_URL + reverse("accounts:invitation", args=[secret])
    invitation_created.send(sender=Invitation, invitation=row, link=link)
    return row, link


@transaction.atomic
def follow_address(former: str, address: str, *, is_hers: bool, actor: Actor) -> int:
    """The address of an account was corrected: what was sent to the former one goes to the new one, and the links in that mailbox open nothing.

    Each keeps its term and who gave it. One that no longer serves, or that the new address has already, is withdrawn alone. Returns how
    many left anew.

    Args: is_hers says that the account was invited under the former address. Else somebody else may hold it: what was sent there is
    withdrawn alone, but for what had followed her from an address of before.
    """
    now = timezone.now()
    standing = Invitation.unscoped.filter(accepted_at=None, withdrawn_at=None)
    held = (
        standing.select_for_update(of=("self",), no_key=True)
        .select_related("organisation", "role", "invited_by")
        .filter(email__iexact=former)
    )
    twin = {name: OuterRef(name) for name in ("email", "organisation", "role", "expires_at")}
    rows = list(serving(held))
    once_sent = Exists(Invitation.unscoped.filter(**twin).exclude(withdrawn_at=None))
    followed = set(standing.filter(once_sent, email__iexact=former).values_list("pk", flat=True))
    standing.filter(pk__in=[row.pk for row, _ in rows]).update(withdrawn_at=now, updated_at=now)
    Invitation.unscoped.filter(email__iexact=former).update(email=address)  # an erasure looks for them by her address
    sent = []
    for row, still in rows:
        same = {"email": address, "organisation": row.organisation, "role": row.role}
        if still and (is_hers or row.pk in followed) and not standing.filter(expires_at__gt=now, **same).exists():
            sent.append(_write(invited_by=row.invited_by, expires_at=row.expires_at, **same)[0])
    for row, _ in rows:
        audit.record("accounts.invitation.withdraw", row, actor=actor, organisation=row.organisation)
    for row in sent:
        audit.record("accounts.invitation.send", row, actor=actor, organisation=row.organisation, data={"role": row.role_id})
    return len(sent)


def find(secret: str) -> Invitation:
    """The open invitation of a link. Raises InvitationIsUsed when it was used, withdrawn, has run out, never was, or is nobody's to give now."""
    row = Invitation.unscoped.select_related("organisation", "role", "invited_by").filter(digest=_digest(secret)).first()
    return _standing(row)


def was_accepted(secret: str) -> bool:
    """Whether a link that opens nothing any more did its work: a button pressed twice, a letter opened again."""
    return Invitation.unscoped.filter(digest=_digest(secret), accepted_at__isnull=False).exists()


def _standing(row: Invitation | None) -> Invitation:
    if row is None or not all(still for _, still in serving([row])):
        raise InvitationIsUsed
    return row


def serving(rows: Iterable[Invitation]) -> Iterator[tuple[Invitation, bool]]:
    """Each with whether its link still opens something: whoever invited may have lost her role since, and with it the right to give one.

    The host's invitations name nobody.
    """
    now, inviters = timezone.now(), dict[User, list[Actor]]()
    for row in rows:
        if row.invited_by and row.invited_by not in inviters:
            inviters[row.invited_by] = actors_of(row.invited_by)
        can_give = row.invited_by is None or any(rules.can_give(one, row.role, row.organisation) for one in inviters[row.invited_by])
        yield row, can_give and row.is_open(now)


def accept(invitation: Invitation, *, first_name: str = "", last_name: str = "", password: str | None = None) -> User:
    """Use the link once, under a lock: the account is made when the address has none, and gets the role. Raises InvitationIsUsed.

    The names are those of an account that is made, or of one that a cooperative entered and whose person has not said hers yet.
    """
    # another link to the same address may make the account at that instant: from the beginning, as its second
    return twice(lambda: _accept(invitation, first_name=first_name, last_name=last_name, password=password))


@transaction.atomic
def _accept(invitation: Invitation, *, first_name: str, last_name: str, password: str | None) -> User:
    # The account before the invitation, in the order of an erasure under way: it takes both away, and the link with them.
    user = User.objects.select_for_update(no_key=True).filter(email__iexact=invitation.email).first()
    rows = Invitation.unscoped.select_for_update(of=("self",), no_key=True).select_related("organisation", "role", "invited_by")
    row = _standing(rows.filter(pk=invitation.pk).first())
    if user is None:
        user = _account(row.email, password, first_name=first_name, last_name=last_name)
    elif password and row.role.is_staff and not user.has_usable_password():
        user.set_password(password)
        user.save(update_fields=["password", "updated_at"])
    renamed = take_name(user, first_name, last_name)
    row.accepted_at = timezone.now()
    row.save(update_fields=["accepted_at", "updated_at"])
    actor = Actor(user_id=user.pk, name=user.name)
    give_role(user, organisation=row.organisation, role=row.role, actor=actor)
    audit.record("accounts.invitation.accept", row, actor=actor, organisation=row.organisation, data={"role": row.role_id})
    if renamed:
        audit.record("accounts.identity.correct", user, actor=actor, data={"columns": renamed})
    return user


@transaction.atomic
def withdraw(invitation: Invitation, *, actor: Actor) -> Invitation:
    """Its link opens nothing any more. Raises InvitationIsUsed when it was accepted or withdrawn meanwhile."""
    row = Invitation.unscoped.select_for_update(of=("self",), no_key=True).select_related("organisation").filter(pk=invitation.pk).first()
    if row is None or row.accepted_at or row.withdrawn_at:
        raise InvitationIsUsed
    row.withdrawn_at = timezone.now()
    row.save(update_fields=["withdrawn_at", "updated_at"])
    audit.record("accounts.invitation.withdraw", row, actor=actor, organisation=row.organisation)
    return row
