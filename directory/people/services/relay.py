"""Writing to a person without her address: the hub carries the words, the reader answers if she likes."""

from datetime import timedelta
from typing import Final

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from directory.people.errors import TooManyMessages
from directory.people.models import Profile
from directory.people.notifications import MessageRelayed
from hub.core.accounts.actor import Actor
from hub.core.accounts.models import User
from hub.core.audit import services as audit
from hub.core.audit.models import AuditEntry
from hub.core.notifications import services as notifications

PER_DAY: Final = 20
ACTION: Final = "people.relay.send"


@transaction.atomic
def relay(profile: Profile, *, actor: Actor, words: str, with_address: bool) -> None:
    """Send a message to the person of a profile. Raises TooManyMessages past 20 in a day from one sender."""
    since = timezone.now() - timedelta(days=1)
    if AuditEntry.objects.filter(actor_id=actor.user_id, action=ACTION, at__gte=since).count() >= PER_DAY:
        raise TooManyMessages(f"Vous avez écrit à {PER_DAY} personnes en un jour. Reprenez demain, ou passez par leur coopérative.")
    sender = User.objects.get(pk=str(actor.user_id))
    page = Profile.unscoped.filter(user=sender).values_list("pk", flat=True).first()
    kind = MessageRelayed(
        profile=profile, sender_name=sender.name, sender_organisation=actor.organisation_name, words=words,
        sender_address=sender.email if with_address else "", sender_page=reverse("people:person", args=[page]) if page else "",
    )  # fmt: skip
    notifications.send(kind, to=[profile.user])
    audit.record(ACTION, profile, actor=actor, organisation=profile.organisation)
