from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from wagtail.models import ModelLogEntry, PageLogEntry
from wagtail.users.models import UserProfile

from hub.core.accounts.errors import RuleBroken
from hub.core.accounts.models import Invitation, Membership, Organisation, User
from hub.core.accounts.models.organisations import in_force
from hub.core.accounts.selectors import COORDINATOR
from hub.core.accounts.services.memberships import close_sessions

NOBODY = ("Personne", "effacée")


def refuse_if_irreplaceable(user: User) -> None:
    """Raises RuleBroken for the only person who coordinates the federation."""
    coordinators = Membership.unscoped.filter(in_force(), role=COORDINATOR, organisation__is_federation=True)
    if coordinators.filter(user=user).exists() and not coordinators.exclude(user=user).exists():
        raise RuleBroken("La fédération garde au moins une personne à la coordination : donnez d’abord ce rôle à une autre.")


def forget_representative(user: User) -> list[str]:
    """Take her name out of the conventions to come of the organisations that she was of, where it was typed; returns their names."""
    homes = Organisation.objects.filter(memberships__user=user, representative_name__iexact=user.name).distinct()
    names = list(homes.values_list("name", flat=True))
    Organisation.objects.filter(pk__in=list(homes.values_list("pk", flat=True))).update(representative_name="", representative_role="")
    return names


def forget_in_log(user: User) -> None:
    """Take away what Wagtail's log says of her account, and her name from what it says of pages and other rows."""
    ModelLogEntry.objects.filter(content_type=ContentType.objects.get_for_model(User), object_id=str(user.pk)).delete()
    if user.name:
        for log in (ModelLogEntry, PageLogEntry):
            log.objects.filter(label__icontains=user.name).update(label=" ".join(NOBODY))


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
    user.is_active = user.is_superuser = False
    user.last_login = user.role_undone_on = None
    user.save()
