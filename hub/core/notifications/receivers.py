"""Accounts lie below and cannot send: they announce, this room tells. All runs in the transaction of the announcement."""

from typing import Any

from django.dispatch import receiver

from hub.core.accounts.models import User
from hub.core.accounts.signals import invitation_created, security_event
from hub.core.notifications import services
from hub.core.notifications.notifications import InvitationSent, SecurityAlert


@receiver(invitation_created, dispatch_uid="notifications.invitation")
def send_invitation(sender: Any, invitation: Any, link: str, **_: Any) -> None:
    services.send_mail_to(invitation.email, InvitationSent(invitation, link))


@receiver(security_event, dispatch_uid="notifications.security")
def send_security_alert(sender: Any, user: User, event: str, label: str, **_: Any) -> None:
    services.send(SecurityAlert(event, label), to=[user])
