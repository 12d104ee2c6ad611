"""Load the demo once: organisations, people, trainings, an agreement, then accounts.json."""

import json
import secrets
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from hub.core.accounts.enums import Purpose
from hub.core.accounts.models import Organisation, User
from hub.core.accounts.services import make_agreement
from hub.core.audit import services as audit
from hub.demo.attendance import attend
from hub.demo.federation import SYSTEM, Federation, accredit, found
from hub.demo.funding import fund
from hub.demo.life import live
from hub.demo.names import PARTNERS
from hub.demo.people import Account, Crowd, gather, profiles
from hub.demo.sharing import share
from hub.demo.trainings import teach
from hub.demo.workgroups import meet

ENTRIES = ["coordinator", "director", "training_manager", "trainer", "advisor", "shared_staff", "facilitator", "entrepreneur"]
Progress = Callable[[str, int, int], None]


def load(*, people: int, cooperatives: int, accounts_file: Path, progress: Progress) -> bool:
    """Fill an empty hub; False when it is filled already. Nothing is left half done: one transaction."""
    if Organisation.objects.filter(is_federation=True).exists():
        return False
    password = f"{secrets.token_hex(3)}-demo-{secrets.token_hex(3)}"
    call_command("public_list", verbosity=0)
    with transaction.atomic():
        federation = found(cooperatives)
        accredit(federation)
        _faces(federation)
        crowd = gather(federation, count=people, password=password, progress=progress)
        profiles(crowd, federation, progress)
        teach(crowd, federation, progress)
        attend(crowd, federation, progress)
        meet(crowd, federation, progress)
        live(crowd, federation, progress)
        _lend(crowd, federation)
        share(crowd, federation, progress)
        fund(crowd, federation, progress)
        audit.record("demo.load", actor=SYSTEM, data={"people": len(crowd.accounts), "cooperatives": cooperatives})
        write_accounts(crowd.accounts, accounts_file)
    return True


def _faces(federation: Federation) -> None:
    from directory.cooperatives.models import DirectoryEntry

    entries = {entry.organisation_id: entry for entry in DirectoryEntry.unscoped.filter(is_public_list=False)}
    for number, organisation in enumerate([*federation.cooperatives, federation.training_body, *federation.partners], start=1):
        entry = entries[organisation.pk]
        entry.building_trade = None if organisation in federation.partners else organisation in federation.building
        does = PARTNERS.get(organisation.name, "")
        entry.presentation = f"{organisation.name} est une organisation inventée pour la démonstration. {does}".strip()
        entry.email = f"contact@{organisation.slug[:40]}.example.org"
        entry.phone = f"01 99 00 {number // 100:02} {number % 100:02}"  # numbers that are given to nobody
        entry.website = f"https://{organisation.slug[:40]}.example.org"
    DirectoryEntry.unscoped.bulk_update(entries.values(), ["building_trade", "presentation", "email", "phone", "website"], batch_size=500)


def _lend(crowd: Crowd, federation: Federation) -> None:
    """A shared staff member of the first building CAE registers the people of the second, this year."""
    home, other = federation.building[0], federation.building[1]
    person = next(a.user for a in crowd.accounts if a.organisation == home and "shared_staff" in a.roles)
    now = timezone.now()
    make_agreement(
        provider=home, beneficiary=other, people=[person], purposes=[Purpose.REGISTRATION], starts_at=now - timedelta(days=30),
        ends_at=now + timedelta(days=300), actor=SYSTEM,
    )  # fmt: skip


def write_accounts(accounts: list[Account], path: Path) -> None:
    """accounts.json: everybody who can sign in, the eight of the one-click entry first."""
    first = [next(a for a in accounts if role in a.roles and a.organisation.kind in {"cae", "network"}) for role in ENTRIES]
    ordered = [*first, *(account for account in accounts if account not in first)]
    lines = [
        {
            "email": account.user.email,
            "password": account.password,
            "totp_secret": account.totp_secret,
            "name": account.user.name,
            "organisation": account.organisation.slug,
            "roles": account.roles,
        }
        for account in ordered
    ]
    draft = path.with_suffix(".new")
    draft.write_text(json.dumps(lines, ensure_ascii=False, indent=1))
    draft.chmod(0o600)
    draft.replace(path)


def entries(path: Path) -> list[dict[str, object]]:
    """The eight people of the one-click entry, as accounts.json lists them."""
    lines: list[dict[str, object]] = json.loads(path.read_text()) if path.exists() else []
    return lines[: len(ENTRIES)]


def entry_user(email: str, path: Path) -> User | None:
    """The account of one of the eight, or None for anybody else."""
    known = {str(line["email"]) for line in entries(path)}
    return User.objects.filter(email=email, is_active=True).first() if email in known else None
