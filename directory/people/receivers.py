from typing import Any

from django.dispatch import receiver

from directory.people import services
from hub.core.accounts.models import Membership, Organisation, User
from hub.core.accounts.signals import membership_changed, organisation_changed, person_renamed


@receiver(membership_changed, dispatch_uid="people.follow_memberships")
def follow_memberships(sender: Any, membership: Membership, **_: Any) -> None:
    services.follow_memberships(membership.user)


@receiver(person_renamed, dispatch_uid="people.follow_name")
def follow_name(sender: Any, user: User, **_: Any) -> None:
    services.follow_name(user)


@receiver(organisation_changed, dispatch_uid="people.rename_facets")
def rename_facets(sender: Any, organisation: Organisation, **_: Any) -> None:
    services.follow_organisation(organisation)
