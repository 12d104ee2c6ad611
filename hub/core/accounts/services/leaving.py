from collections.abc import Iterator

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Q
from wagtail.models import ModelLogEntry, PageLogEntry
from wagtail.users.models import UserProfile

from hub.core.accounts.models import Invitation, Membership, Organisation, User
from hub.core.accounts.selectors import names_her_alone
from hub.core.accounts.services.memberships import close_sessions
from hub.core.accounts.signals import person_renamed
from hub.core.audit import services as audit
from hub.core.kit.text import whole

NOBODY = ("Personne", "effacée")


def forget_representative(user: User) -> list[str]:
    """Take her name out of the conventions to come of the organisations that she was of, where it was typed; returns their names."""
    homes = Organisation.objects.filter(memberships__user=user, representative_name__iexact=user.name).distinct()
    names = list(homes.values_list("name", flat=True))
    Organisation.objects.filter(pk__in=list(homes.values_list("pk", flat=True))).update(representative_name="", representative_role="")
    return names


def follow_name(user: User, former: str) -> None:
    """Write the name that was just corrected where the former one was typed or logged: an erasure looks for the present one."""
    if not former:
        return
    homes = Organisation.objects.filter(pk__in=Membership.unscoped.filter(user=user).values("organisation"))
    homes.filter(representative_name__iexact=former).update(representative_name=user.name[:120])
    if not names_her_alone(user, former):
        return
    for row in _logged(former):
        type(row).objects.filter(pk=row.pk).update(label=whole(former).sub(lambda _: user.name, row.label))


def take_name(user: User, first_name: str, last_name: str) -> list[str]:
    """Her name as she writes it, in the place of what a cooperative had entered; returns the columns that changed. The caller holds her row
    and records the line."""
    if not (user.is_named_by_others and first_name and last_name):
        return []
    former, names = user.name, {"first_name": first_name, "last_name": last_name}
    changed = [name for name, value in names.items() if getattr(user, name) != value]
    user.first_name, user.last_name, user.is_named_by_others = first_name, last_name, False
    user.save(update_fields=["first_name", "last_name", "is_named_by_others", "updated_at"])
    if changed:
        follow_name(user, former)
        person_renamed.send(sender=User, user=user, former_name=former)
    return changed


def forget_in_log(user: User) -> None:
    """Take away what Wagtail's log says of her account, and of pages and other rows what bears her name."""
    ModelLogEntry.objects.filter(content_type=ContentType.objects.get_for_model(User), object_id=str(user.pk)).delete()
    for row in _logged(user.name):
        type(row).objects.filter(pk=row.pk).update(label=" ".join(NOBODY))


def _logged(name: str) -> Iterator[ModelLogEntry | PageLogEntry]:
    """The lines of which the label says this name as a whole, not as a part of somebody else's; titles have the apostrophe of print."""
    if not name:
        return
    saying = Q(label__icontains=name) | Q(label__icontains=name.replace("'", "’"))
    for log in (ModelLogEntry, PageLogEntry):
        yield from [row for row in log.objects.filter(saying) if whole(name).search(row.label)]


@transaction.atomic
def empty_account(user: User) -> None:
    """Take away all that says who she was. The row stays, without a name, for the acts and papers that point to it; nobody signs in by it."""
    close_sessions(user)
    EmailAddress.objects.filter(user=user).delete()
    Authenticator.objects.filter(user=user).delete()
    Invitation.unscoped.filter(email__iexact=user.email).delete()
    UserProfile.objects.filter(user=user).delete()
    user.groups.clear()
    user.first_name, user.last_name = NOBODY
    user.email = f"{user.pk.hex}@efface.invalid"
    user.set_unusable_password()
    user.is_active = user.is_superuser = user.is_named_by_others = False
    user.last_login = user.role_undone_on = None
    audit.hold()  # an address is a key: whoever writes about her at that moment would wait for it with the audit trail in hand
    user.save()
