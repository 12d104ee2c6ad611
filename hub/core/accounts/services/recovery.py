"""A second factor that is lost: its owner asks, somebody who knows her hands her a one-use link, by it she replaces her keys.

Until then nothing changes: a mailbox may be in other hands, and an account without a second factor would be theirs.
"""

from datetime import timedelta

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings
from django.core.signing import BadSignature, TimestampSigner
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from hub.core.accounts import rules
from hub.core.accounts.actor import Actor
from hub.core.accounts.enums import SecurityEvent
from hub.core.accounts.errors import NotAllowed, RuleBroken
from hub.core.accounts.models import Membership, Organisation, Recovery, User
from hub.core.accounts.models.organisations import in_force
from hub.core.accounts.permissions import Permission
from hub.core.accounts.selectors import actors_of, belongs, coordinators, holders
from hub.core.accounts.services.memberships import close_sessions
from hub.core.accounts.signals import recovery_asked, second_factor_reset, security_event
from hub.core.audit import services as audit

CLOSED = "Cette demande n’attend plus : la personne en fera une autre à la connexion."
LINK_FOR = timedelta(days=2)
_SIGNER = TimestampSigner(salt="accounts.reopen")


@transaction.atomic
def ask_recovery(user: User, *, actor: Actor | None = None) -> Recovery:
    """Whoever may help is told, and she too. What still stands is not asked twice.

    Args: actor, unless she has just shown her first factor: whoever typed her address to have a new password.
    """
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    held = Recovery.unscoped.filter(user=user).first()
    if held is not None and held.is_open(timezone.now()):
        return held
    Recovery.unscoped.filter(user=user).delete()
    row = Recovery.unscoped.create(user=user)
    event = SecurityEvent.RECOVERY_ASKED
    security_event.send(sender=User, user=user, event=str(event), label=str(event.label))
    recovery_asked.send(sender=Recovery, user=user, to=helpers_of(user))
    audit.record("accounts.recovery.ask", user, actor=actor or Actor(user_id=user.pk, name=user.name))
    return row


def helpers_of(user: User) -> list[tuple[User, Organisation]]:
    """Who may open her account again, each with the organisation where she is found: her own's managers, else the coordinators.

    Who belongs nowhere any more is found where she was last: her account stays open for a while, and the coordination answers for it.
    """
    homes = list(
        Organisation.objects.filter(pk__in=Membership.unscoped.filter(in_force(), user=user).values("organisation")).order_by("name")
    )
    if not homes:
        last = Membership.unscoped.filter(user=user).select_related("organisation").order_by("-starts_on", "-id").first()
        return [(one, last.organisation) for one in coordinators() if one.pk != user.pk] if last else []
    near = holders(Permission.MEMBERS_MANAGE, [homes[0].pk]) if len(homes) == 1 and not user.is_superuser else []
    found = [one for one in near if one.pk != user.pk] or [one for one in coordinators() if one.pk != user.pk]
    return [(one, homes[0]) for one in found]


@transaction.atomic
def reopening_link(user: User, *, organisation: Organisation, checked: str, actor: Actor) -> str:
    """A link good for two days and one use, to hand to a person who asked; it holds as long as her request and the actor's right do.

    Args: checked says how the actor made sure of who asks (enums.Checked), for the audit trail.
    Raises: NotAllowed (rules.can_reopen); RuleBroken when nothing was asked, or no more.
    """
    held = _asked(user, organisation, actor)
    others = [one for one in holders(Permission.MEMBERS_MANAGE, [organisation.pk]) if one.pk not in {user.pk, actor.user_id}]
    second_factor_reset.send(sender=User, user=user, organisation=organisation, by=actor.name, to=others)
    audit.record("accounts.recovery.grant", user, actor=actor, organisation=organisation, data={"checked": checked})
    return settings.WAGTAILADMIN_BASE_URL + reverse("accounts:rescue", args=[_SIGNER.sign(f"{held.pk.hex}.{actor.user_id}")])


def reopened_by(secret: str) -> User | None:
    """Whose link this is, while it is fresh, her request stands and who handed it might still hand it."""
    try:
        asked, _, helper = _SIGNER.unsign(secret, max_age=LINK_FOR).partition(".")
    except BadSignature:
        return None
    held = Recovery.unscoped.select_related("user").filter(pk=asked).first()
    if held is None or not held.is_open(timezone.now()) or not held.user.is_active:
        return None
    by = User.objects.filter(pk=helper).first() if helper else None
    return held.user if by is not None and _may_reopen(by, held.user) else None


def _may_reopen(helper: User, user: User) -> bool:
    """The rule that let her hand the link, asked again: in two days either may have changed roles. Under whichever mandate of hers."""
    homes = belongs(user)
    places = list(Organisation.objects.filter(pk__in=homes)) or [Organisation()]  # who belongs nowhere is the coordination's to help
    return any(rules.can_reopen(one, user, place, homes=homes) for one in actors_of(helper) for place in places)


@transaction.atomic
def replace_keys(user: User, *, password: str | None, totp_secret: str, action: str, event: SecurityEvent) -> None:
    """In one go: another password, another second factor, no session left open. `password` None keeps hers, or none."""
    kinds = sorted(set(Authenticator.objects.filter(user=user).values_list("type", flat=True)))
    Authenticator.objects.filter(user=user).delete()
    TOTP.activate(user, totp_secret)
    closed = close_sessions(user)
    forget_recovery(user)
    if password is not None:
        user.set_password(password)
        user.save(update_fields=["password", "updated_at"])
    security_event.send(sender=User, user=user, event=str(event), label=str(event.label))
    facts = {"kinds": kinds, "sessions_closed": closed}
    audit.record(action, user, actor=Actor(user_id=user.pk, name=user.name), data=facts)


@transaction.atomic
def dismiss_recovery(user: User, *, organisation: Organisation, actor: Actor) -> None:
    """Put aside what was not asked by its owner, or no more: nothing of her account changes, she learns of it and may ask again.

    Raises: NotAllowed (rules.can_reopen); RuleBroken when nothing was asked, or no more.
    """
    _asked(user, organisation, actor).delete()
    event = SecurityEvent.RECOVERY_DISMISSED
    security_event.send(sender=User, user=user, event=str(event), label=str(event.label))
    audit.record("accounts.recovery.dismiss", user, actor=actor, organisation=organisation)


def _asked(user: User, organisation: Organisation, actor: Actor) -> Recovery:
    """What still stands of her, for who may answer it. Raises: NotAllowed, RuleBroken."""
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    held = Recovery.unscoped.filter(user=user).first()
    if not rules.can_reopen(actor, user, organisation, homes=belongs(user)):
        raise NotAllowed("Ce compte se rouvre par la coordination, ou par qui gère les membres de la seule organisation de la personne.")
    if held is None or not held.is_open(timezone.now()):
        raise RuleBroken(CLOSED)
    return held


def forget_recovery(user: User) -> None:
    """She came in after all: what she asked is over."""
    Recovery.unscoped.filter(user=user).delete()
