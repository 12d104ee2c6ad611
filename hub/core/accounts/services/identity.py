from typing import Any
from zlib import crc32

from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.db import IntegrityError, transaction

from hub.core.accounts.actor import Actor
from hub.core.accounts.enums import SecurityEvent
from hub.core.accounts.errors import IdentityWasChanged, RuleBroken
from hub.core.accounts.models import User
from hub.core.accounts.selectors import address_was_corrected
from hub.core.accounts.services.invitations import follow_address
from hub.core.accounts.services.leaving import follow_name
from hub.core.accounts.services.memberships import close_sessions
from hub.core.accounts.signals import person_renamed, security_event
from hub.core.audit import services as audit

EDITORS = "Editors"  # Wagtail's own group: they write drafts of the site's pages, and whoever coordinates publishes
TAKEN = "Cette adresse est celle d’un autre compte."
NO_EDITORS = "La rédaction du site n’a plus son groupe dans Wagtail : prévenez l’hébergeur."


def edits(user: User) -> bool:
    return bool(user.groups.filter(name=EDITORS).exists())


def facts_of(user: User) -> dict[str, Any]:
    """What the form of an identity shows, with its `version`: a number made of the rest (below 2**30), which two same texts share."""
    facts = {"first_name": user.first_name, "last_name": user.last_name, "email": user.email, "edits_site": edits(user)}
    return facts | {"version": crc32(repr(facts).encode()) >> 2}


@transaction.atomic
def correct_identity(
    user: User, *, first_name: str, last_name: str, email: str, edits_site: bool | None = None, actor: Actor, based_on: int | None = None
) -> list[str]:
    """Write a name or an address as it should be; returns the columns that changed, which the audit trail keeps without their words.
    `edits_site` puts her among the editors of Wagtail, or takes her out.

    A new address takes the place of the old one everywhere: codes, letters and links no longer go there, and what it opened is closed.
    Both mailboxes are told. Args: based_on is the version (facts_of) that was seen. Raises IdentityWasChanged when it is not the one there,
    RuleBroken when another account has the address, or the editors' group is gone from Wagtail.
    """
    row = User.objects.select_for_update(no_key=True).get(pk=user.pk)  # what she writes meanwhile points to her
    held, old, former_name = facts_of(row), row.email, row.name
    if based_on is not None and based_on != held["version"]:
        raise IdentityWasChanged(held)
    wanted = {"first_name": first_name, "last_name": last_name, "email": User.objects.normalize_email(email).lower()}
    changed = [name for name, value in wanted.items() if held[name] != value]
    if "email" in changed and User.objects.filter(email__iexact=wanted["email"]).exclude(pk=row.pk).exists():
        raise RuleBroken(TAKEN)
    if changed:
        for name in changed:
            setattr(row, name, wanted[name])
        row.save(update_fields=[*({"first_name", "last_name"} & set(changed)), "updated_at"])
    facts: dict[str, Any] = {}
    if edits_site is not None and edits_site != held["edits_site"]:
        editors = Group.objects.filter(name=EDITORS).first()
        if editors is None:
            raise RuleBroken(NO_EDITORS)
        (row.groups.add if edits_site else row.groups.remove)(editors)
        changed.append("edits_site")
        facts = {"edits_site": edits_site}
        _tell(row, SecurityEvent.EDITOR_ADDED if edits_site else SecurityEvent.EDITOR_REMOVED)
    if not changed:
        return []
    if {"first_name", "last_name"} & set(changed):
        follow_name(row, former_name)
        person_renamed.send(sender=User, user=row, former_name=former_name)
    if "email" in changed:
        if row.pk != actor.user_id:
            close_sessions(row)  # whoever read the wrong mailbox may be in
        _tell(row, SecurityEvent.ADDRESS_CHANGED, former_address=old)
        follow_address(old, row.email, is_hers=not address_was_corrected(row), actor=actor)
        _take_address(row)
    audit.record("accounts.identity.correct", row, actor=actor, data={"columns": changed} | facts)
    return changed


def _take_address(row: User) -> None:
    """Last of all: an address is a key, and whoever writes about her at that moment would wait for it with the audit trail in hand."""
    audit.hold()
    try:
        with transaction.atomic():
            row.save(update_fields=["email", "updated_at"])
            EmailAddress.objects.filter(user=row).delete()
            EmailAddress.objects.create(user=row, email=row.email, verified=True, primary=True)
    except IntegrityError:  # another account has just taken it
        raise RuleBroken(TAKEN) from None


def _tell(user: User, event: SecurityEvent, **facts: str) -> None:
    security_event.send(sender=User, user=user, event=str(event), label=str(event.label), **facts)
