from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.db import transaction

from hub.core.accounts.actor import Actor
from hub.core.accounts.enums import SecurityEvent
from hub.core.accounts.errors import RuleBroken
from hub.core.accounts.models import User
from hub.core.accounts.services.memberships import close_sessions
from hub.core.accounts.signals import person_renamed, security_event
from hub.core.audit import services as audit

EDITORS = "Editors"  # Wagtail's own group: they write drafts of the site's pages, and whoever coordinates publishes
TAKEN = "Cette adresse est celle d’un autre compte."


def edits(user: User) -> bool:
    return bool(user.groups.filter(name=EDITORS).exists())


@transaction.atomic
def correct_identity(user: User, *, first_name: str, last_name: str, email: str, edits_site: bool | None = None, actor: Actor) -> list[str]:
    """Write a name or an address as it should be; returns the columns that changed, which is all that the audit trail keeps. `edits_site`
    puts her among the editors of Wagtail, or takes her out.

    A new address takes the place of the old one everywhere: codes and links no longer go there, and what it opened is closed. Both
    mailboxes are told. Raises RuleBroken when another account has it.
    """
    row = User.objects.select_for_update().get(pk=user.pk)
    wanted = {"first_name": first_name, "last_name": last_name, "email": User.objects.normalize_email(email).lower()}
    changed = [name for name, value in wanted.items() if getattr(row, name) != value]
    if edits_site is not None and edits_site != edits(row):
        (row.groups.add if edits_site else row.groups.remove)(Group.objects.get(name=EDITORS))
        changed.append("edits_site")
    if not changed:
        return []
    if User.objects.filter(email__iexact=wanted["email"]).exclude(pk=row.pk).exists():
        raise RuleBroken(TAKEN)
    old = row.email
    for name in wanted:
        setattr(row, name, wanted[name])
    row.save(update_fields=[*wanted, "updated_at"])
    if "email" in changed:
        EmailAddress.objects.filter(user=row).delete()
        EmailAddress.objects.create(user=row, email=row.email, verified=True, primary=True)
        if row.pk != actor.user_id:
            close_sessions(row)  # whoever read the wrong mailbox may be in
        event = SecurityEvent.ADDRESS_CHANGED
        security_event.send(sender=User, user=row, event=str(event), label=str(event.label), former_address=old)
    if {"first_name", "last_name"} & set(changed):
        person_renamed.send(sender=User, user=row)
    audit.record("accounts.identity.correct", row, actor=actor, data={"columns": changed})
    return changed
