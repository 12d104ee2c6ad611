"""Accounts and files lie below and cannot send: they announce, this room tells. All runs in the transaction of the announcement."""

from typing import Any

from django.dispatch import receiver

from hub.core.accounts.models import Membership, Organisation, User
from hub.core.accounts.signals import (
    invitation_created,
    membership_disowned,
    membership_reopened,
    person_renamed,
    recovery_asked,
    second_factor_reset,
    security_event,
)
from hub.core.documents.models import PrivateFile
from hub.core.documents.signals import file_infected, files_still_wait
from hub.core.notifications import services
from hub.core.notifications.notifications import (
    FileInfected,
    FilesStillWait,
    InvitationSent,
    MembershipDisowned,
    MembershipReopened,
    RecoveryAsked,
    SecondFactorReset,
    SecurityAlert,
)


@receiver(invitation_created, dispatch_uid="notifications.invitation")
def send_invitation(sender: Any, invitation: Any, link: str, **_: Any) -> None:
    services.send_mail_to(invitation.email, InvitationSent(invitation, link))


@receiver(security_event, dispatch_uid="notifications.security")
def send_security_alert(sender: Any, user: User, event: str, label: str, former_address: str = "", **_: Any) -> None:
    if former_address:
        services.follow_address(user, former_address)
    services.send(SecurityAlert(event, label, coordinates=user.is_superuser), to=[user])
    if former_address:
        services.send_mail_to(former_address, SecurityAlert(event, label, coordinates=user.is_superuser), user=user)


@receiver(person_renamed, dispatch_uid="notifications.follow_name")
def follow_name(sender: Any, user: User, former_name: str, **_: Any) -> None:
    services.follow_name(user, former_name)


@receiver(recovery_asked, dispatch_uid="notifications.recovery_asked")
def send_recovery_asked(sender: Any, user: User, to: list[tuple[User, Organisation]], **_: Any) -> None:
    for reader, organisation in to:
        services.send(RecoveryAsked(user, organisation), to=[reader])


@receiver(second_factor_reset, dispatch_uid="notifications.second_factor_reset")
def send_second_factor_reset(sender: Any, user: User, organisation: Organisation, by: str, to: list[User], **_: Any) -> None:
    services.send(SecondFactorReset(user, organisation, by), to=to)


@receiver(membership_reopened, dispatch_uid="notifications.membership_reopened")
def send_membership_reopened(sender: Any, membership: Membership, **_: Any) -> None:
    services.send(MembershipReopened(membership), to=[membership.user])


@receiver(membership_disowned, dispatch_uid="notifications.membership_disowned")
def send_membership_disowned(sender: Any, membership: Membership, to: list[User], **_: Any) -> None:
    services.send(MembershipDisowned(membership.user, membership.organisation), to=to)


@receiver(file_infected, dispatch_uid="notifications.file_infected")
def send_file_infected(sender: Any, file: PrivateFile, **_: Any) -> None:
    services.send(FileInfected(file), to=[file.uploaded_by] if file.uploaded_by else [])


@receiver(files_still_wait, dispatch_uid="notifications.files_still_wait")
def send_files_still_wait(sender: Any, person: User, files: list[PrivateFile], **_: Any) -> None:
    services.send(FilesStillWait(files), to=[person])
