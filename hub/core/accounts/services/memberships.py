from datetime import date, timedelta
from typing import Any

from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from hub.core.accounts import rules
from hub.core.accounts.actor import Actor
from hub.core.accounts.enums import EndedBy
from hub.core.accounts.errors import RuleBroken
from hub.core.accounts.models import Invitation, Membership, Organisation, Role, User
from hub.core.accounts.models.organisations import in_force
from hub.core.accounts.permissions import Permission
from hub.core.accounts.selectors import COORDINATOR, holders, invitations_open_to
from hub.core.accounts.signals import membership_changed, membership_disowned, membership_reopened, sessions_closed
from hub.core.audit import services as audit
from hub.core.kit.dates import long_date_fr, today

NOT_THEIRS = "Ce départ a été noté par {who} : vous ne le changez pas. Une invitation que la personne accepte la fait revenir."


@transaction.atomic
def give_role(
    user: User, *, organisation: Organisation, role: Role, actor: Actor, starts_on: date | None = None, awaits_her_yes: bool = False
) -> Membership:
    """Attach a person to an organisation; giving a role that she holds already changes nothing, but that it was without her yes until now."""
    held = Membership.unscoped.select_for_update(no_key=True).filter(in_force(), user=user, organisation=organisation, role=role).first()
    if held:
        if held.awaits_her_yes and not awaits_her_yes:
            held.awaits_her_yes = False
            held.save(update_fields=["awaits_her_yes", "updated_at"])
            membership_changed.send(sender=Membership, membership=held)
        return held
    if role.code == COORDINATOR and not organisation.is_federation:
        raise RuleBroken("La coordination est un rôle de la fédération qui porte ce hub.")
    row = Membership.unscoped.create(
        user=user, organisation=organisation, role=role, starts_on=starts_on or today(), awaits_her_yes=awaits_her_yes
    )
    _follow_coordination(user)
    membership_changed.send(sender=Membership, membership=row)  # whoever follows locks rows of hers: before the line
    audit.record("accounts.role.give", row, actor=actor, organisation=organisation, data={"role": role.code, "person": str(user.pk)})
    return row


@transaction.atomic
def refuse_if_irreplaceable(user: User, *, leaving: QuerySet[Any] | None = None) -> None:
    """Raises RuleBroken for the only person who coordinates the federation, whose row is held to the end of the caller's transaction: of two
    who withdraw each other, the second one is refused. Those `leaving` are not counted on. To be asked before any other row is locked."""
    coordinators = Membership.unscoped.filter(in_force(), role=COORDINATOR, organisation__is_federation=True)
    if not coordinators.filter(user=user).exists():
        return
    Organisation.objects.select_for_update(no_key=True).filter(is_federation=True).first()
    others = coordinators.exclude(user=user)
    if not (others if leaving is None else others.exclude(user__in=leaving)).exists():
        raise RuleBroken("La fédération garde au moins une personne à la coordination : donnez d’abord ce rôle à une autre.")


@transaction.atomic
def withdraw_role(membership: Membership, *, actor: Actor) -> Membership:
    """End a role yesterday: the next request of the person is refused, on all her open sessions. One that is over stays as it ended.

    The invitations that would give it back end with it.
    """
    if membership.role_id == COORDINATOR and membership.organisation.is_federation:
        refuse_if_irreplaceable(membership.user)
    User.objects.select_for_update(no_key=True).get(pk=membership.user_id)  # the person first, as an erasure under way
    held = (
        Membership.unscoped.select_for_update(of=("self",), no_key=True)
        .select_related("organisation", "user")
        .filter(pk=membership.pk)
        .first()
    )
    if held is None or (held.ends_on and held.ends_on < today()):
        return membership
    membership, pk = held, held.pk
    yesterday = today() - timedelta(days=1)
    if membership.starts_on < today():
        _write_end(membership, yesterday, actor)
    else:
        User.objects.filter(pk=membership.user_id).update(role_undone_on=yesterday)
        membership.delete()
    _follow_coordination(membership.user)
    ended = _end(invitations_open_to(membership).filter(role=membership.role_id))
    membership_changed.send(sender=Membership, membership=membership)
    _record_ended(ended, actor)
    audit.record(
        "accounts.role.withdraw", membership, actor=actor, organisation=membership.organisation, object_id=str(pk),
        data={"role": membership.role_id, "person": str(membership.user_id)},
    )  # fmt: skip
    return membership


@transaction.atomic
def disown(membership: Membership, *, actor: Actor) -> Membership:
    """End what a cooperative wrote without her yes: the person says that it is not hers, and its managers are told.

    Raises RuleBroken once she has accepted, or it has ended.
    """
    User.objects.select_for_update(no_key=True).get(pk=membership.user_id)  # the person first, as who accepts
    row = Membership.unscoped.select_related("organisation", "user").filter(in_force(), pk=membership.pk, awaits_her_yes=True).first()
    if row is None:
        raise RuleBroken("Ce rattachement a changé entre-temps : il n’y a plus rien à refuser ici.")
    membership_disowned.send(sender=Membership, membership=row, to=holders(Permission.MEMBERS_MANAGE, [row.organisation_id]))
    return withdraw_role(row, actor=actor)


@transaction.atomic
def note_last_day(membership: Membership, *, on: date | None, actor: Actor) -> Membership:
    """Write down the last day of a person in an organisation, past or to come; None: she stays, or comes back as if she had not left.

    The invitations of the organisation that outlast that day end, whatever their role: none of them brings her back.

    Who was out and is back learns it by letter. Raises: RuleBroken for a day before her first, to reopen what another membership has
    followed, and for an end that was noted by others than whoever changes it.
    """
    User.objects.select_for_update(no_key=True).get(pk=membership.user_id)  # the person first, as an erasure under way
    rows = Membership.unscoped.select_for_update(of=("self",), no_key=True).select_related("organisation", "user")
    row = rows.get(pk=membership.pk)
    if on == row.ends_on:
        return row
    if not (actor.is_system or rules.can_change_departure(actor, row)):
        raise RuleBroken(NOT_THEIRS.format(who=EndedBy(row.ended_by).label))
    if on and on < row.starts_on:
        raise RuleBroken(f"{row.user.name} est là depuis le {long_date_fr(row.starts_on)}.")
    others = Membership.unscoped.filter(user=row.user, organisation=row.organisation, role=row.role_id).exclude(pk=row.pk)
    if others.filter(Q(ends_on=None) | Q(ends_on__gte=row.starts_on), starts_on__lte=on or date.max).exists():
        raise RuleBroken(f"{row.user.name} est revenu ou revenue depuis : ce départ reste.")
    was_out = row.ends_on is not None and row.ends_on < today()
    _write_end(row, on, actor)
    ended = _end(invitations_open_to(row).filter(expires_at__date__gt=on)) if on else []
    membership_changed.send(sender=Membership, membership=row)
    if was_out and (on is None or on >= today()):
        membership_reopened.send(sender=Membership, membership=row)
    _record_ended(ended, actor)
    data = {"role": row.role_id, "person": str(row.user_id), "on": on}
    audit.record("accounts.role.last_day", row, actor=actor, organisation=row.organisation, data=data)
    return row


def _write_end(row: Membership, on: date | None, actor: Actor) -> None:
    """The end, and who may come back on it: what the coordination ended stays its own when somebody ends it earlier."""
    if on is None:
        row.ended_by = ""
    elif row.awaits_her_yes and actor.user_id == row.user_id:
        row.ended_by = EndedBy.PERSON
    elif actor.is_coordinator:
        row.ended_by = EndedBy.COORDINATION
    elif not (actor.is_system or row.ended_by):
        row.ended_by = EndedBy.ORGANISATION
    row.ends_on, row.end_noted_on = on, today() if on else None
    row.save(update_fields=["ends_on", "ended_by", "end_noted_on", "updated_at"])


def _end(invitations: QuerySet[Invitation]) -> list[Invitation]:
    """Withdraw them; the caller holds their person, as who accepts does, and records the lines last."""
    rows, now = list(invitations.select_for_update(of=("self",), no_key=True).select_related("organisation")), timezone.now()
    Invitation.unscoped.filter(pk__in=[row.pk for row in rows]).update(withdrawn_at=now, updated_at=now)
    return rows


def _record_ended(invitations: list[Invitation], actor: Actor) -> None:
    for row in invitations:
        audit.record("accounts.invitation.withdraw", row, actor=actor, organisation=row.organisation)


def _follow_coordination(user: User) -> None:
    """Wagtail gives whoever manages its users every right, so that is the coordinator's alone."""
    coordinates = Membership.unscoped.filter(in_force(), user=user, role=COORDINATOR, organisation__is_federation=True).exists()
    if user.is_superuser != coordinates:
        user.is_superuser = coordinates
        user.save(update_fields=["is_superuser", "updated_at"])


def close_sessions(user: User) -> int:
    """End every open session of a person, and what reads in her name without one; returns how many. Found through allauth's register."""
    from allauth.usersessions.models import UserSession

    held = UserSession.objects.filter(user=user)
    count, _ = Session.objects.filter(session_key__in=list(held.values_list("session_key", flat=True))).delete()
    held.delete()
    sessions_closed.send(sender=User, user=user)
    return count


@transaction.atomic
def close_all_sessions() -> int:
    """End every open session of everybody, and what reads in their names without one; returns how many."""
    from allauth.usersessions.models import UserSession

    count, _ = Session.objects.all().delete()
    UserSession.objects.all().delete()
    sessions_closed.send(sender=User, user=None)
    return count
