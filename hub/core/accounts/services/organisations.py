import json
from datetime import date
from hashlib import sha256
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import ProtectedError, Q
from django.utils.text import slugify

from hub.core.accounts.actor import Actor
from hub.core.accounts.enums import GATHERING, AffiliationRole
from hub.core.accounts.errors import AffiliationWasChanged, OrganisationWasChanged, RuleBroken
from hub.core.accounts.models import Affiliation, Organisation, Succession
from hub.core.accounts.signals import organisation_changed
from hub.core.audit import services as audit
from hub.core.kit.dates import today
from hub.core.kit.text import joined
from hub.core.kit.twins import twice

FACTS = (
    "kind", "convener_id", "name", "short_name", "legal_form", "cooperative_statute", "siren", "siret", "identifier_override", "ape_code", "idcc", "nda_number",
    "nda_region", "vat_exempt_on", "department_codes", "street", "postal_code", "city", "representative_name", "representative_role",
)  # fmt: skip
RESERVED = {"carte"}  # words of our own under /cooperatives/


def free_slug(name: str) -> str:
    base = slugify(name.replace("’", "-").replace("&", "-et-"))[:60] or "organisation"
    taken = RESERVED | set(Organisation.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    return next(slug for slug in (base, *(f"{base}-{n}" for n in range(2, len(taken) + 3))) if slug not in taken)


@transaction.atomic
def create_organisation(organisation: Organisation, *, actor: Actor) -> Organisation:
    """Save a new organisation whose facts were checked by the form; the address word (slug) is found here.

    Raises: ValidationError, of the form's fields, for what another one has had since.
    """
    given = organisation.slug

    def write() -> None:
        organisation.slug = given or free_slug(organisation.name)
        organisation.full_clean(validate_unique=False)
        organisation.save(force_insert=True)

    twice(write)
    organisation_changed.send(sender=Organisation, organisation=organisation)  # whoever follows locks rows: before the line
    audit.record("accounts.organisation.create", organisation, actor=actor, organisation=organisation)
    return organisation


def stamp(organisation: Organisation) -> str:
    """Its facts as one word: what was opened is compared with what stands."""
    return sha256(json.dumps([getattr(organisation, name) for name in FACTS], default=str).encode()).hexdigest()


@transaction.atomic
def update_organisation(organisation: Organisation, *, actor: Actor, seen: str | None = None) -> Organisation:
    """Save the changed facts; the audit line names the fields, not what they held.

    Args: seen is the stamp of what was opened; None for who shows no page.
    Raises: OrganisationWasChanged when somebody else saved since; ValidationError, of the form's fields, for what another one has had since.
    """
    # without its key: what others write meanwhile points to it, and they may hold what is asked for next
    before = Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    if seen is not None and seen != stamp(before):
        raise OrganisationWasChanged(before)
    if before.kind != organisation.kind:
        _check_kind(organisation)

    def write() -> list[str]:
        organisation.full_clean()
        changed = [field for field in FACTS if getattr(before, field) != getattr(organisation, field)]
        if changed:
            organisation.save(update_fields=[*changed, "updated_at"])
        return changed

    if changed := twice(write):
        organisation_changed.send(sender=Organisation, organisation=organisation)
        audit.record("accounts.organisation.update", organisation, actor=actor, organisation=organisation, data={"fields": changed})
    return organisation


def _check_kind(organisation: Organisation) -> None:
    """What hangs on what it was goes on being true of what it becomes."""
    if organisation.is_federation:
        raise ValidationError("C’est la fédération de ce hub : elle reste un réseau.")
    if organisation.kind not in GATHERING and organisation.affiliates.exists():
        raise ValidationError("Des organisations en sont membres, ou l’ont été : seuls un réseau et un collectif en ont.")


@transaction.atomic
def remove_organisation(organisation: Organisation, *, actor: Actor) -> None:
    """Of one entered by mistake: its own affiliations, its invitations and its entry go with it.

    Raises: RuleBroken, naming what, when anything else stands on it.
    """
    identifier = organisation.pk
    organisation.affiliations.all().delete()
    try:
        organisation.delete()
    except ProtectedError as refusal:
        found = joined(sorted({str(row._meta.verbose_name) for row in refusal.protected_objects}))
        raise RuleBroken(f"{organisation.name} reste : quelque chose s’appuie sur elle ({found}).") from refusal
    organisation.pk = identifier  # the line names it
    audit.record("accounts.organisation.remove", organisation, actor=actor, organisation=organisation, data={"kind": organisation.kind})


@transaction.atomic
def affiliate(
    organisation: Organisation,
    *,
    network: Organisation,
    actor: Actor,
    role: str = AffiliationRole.MEMBER,
    starts_on: date | None = None,
    charter_on: date | None = None,
) -> Affiliation:
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)  # of two at once the second finds the first
    row = Affiliation(organisation=organisation, network=network, role=role, starts_on=starts_on or today(), charter_on=charter_on)
    row.full_clean()
    _refuse_overlap(row)
    row.save(force_insert=True)
    organisation_changed.send(sender=Organisation, organisation=organisation)
    audit.record("accounts.affiliation.begin", row, actor=actor, organisation=organisation, data={"network": network.name, "role": role})
    return row


def _refuse_overlap(row: Affiliation) -> None:
    """Raises: ValidationError when the organisation is in the network by another row on one of these days."""
    others = row.organisation.affiliations.filter(network=row.network).exclude(pk=row.pk)
    if others.filter(Q(ends_on=None) | Q(ends_on__gte=row.starts_on), starts_on__lte=row.ends_on or date.max).exists():
        raise ValidationError("Une autre adhésion à ce réseau couvre déjà ces jours : corrigez-la plutôt.")


@transaction.atomic
def update_affiliation(affiliation: Affiliation, *, actor: Actor, seen: str | None = None, **facts: Any) -> Affiliation:
    """End an affiliation, or correct it.

    Args: seen is the stamp of what was opened; facts are among role, starts_on, charter_on and ends_on (None: it goes on).
    Raises: AffiliationWasChanged when somebody else saved since; ValidationError when another one of the same network covers these days.
    """
    Organisation.objects.select_for_update(no_key=True).get(pk=affiliation.organisation_id)
    row = Affiliation.objects.select_for_update(of=("self",), no_key=True).select_related("organisation", "network").get(pk=affiliation.pk)
    if seen is not None and seen != row.stamp:
        raise AffiliationWasChanged(row)
    was = {name: getattr(row, name) for name in facts}
    if changed := {name: value for name, value in facts.items() if value != was[name]}:
        for name, value in changed.items():
            setattr(row, name, value)
        _refuse_overlap(row)
        row.full_clean()
        row.save()
        organisation_changed.send(sender=Organisation, organisation=row.organisation)
        ended = [*changed] == ["ends_on"] and was["ends_on"] is None
        data = {"was": {name: was[name] for name in changed}, "is": changed}
        audit.record(f"accounts.affiliation.{'end' if ended else 'update'}", row, actor=actor, organisation=row.organisation, data=data)
    return row


@transaction.atomic
def remove_affiliation(affiliation: Affiliation, *, actor: Actor) -> None:
    """Of one that was never true; one that is over has a last day."""
    organisation, identifier = affiliation.organisation, affiliation.pk
    affiliation.delete()
    affiliation.pk = identifier  # the line names it
    organisation_changed.send(sender=Organisation, organisation=organisation)
    data = {"network": affiliation.network.name, "starts_on": affiliation.starts_on, "ends_on": affiliation.ends_on}
    audit.record("accounts.affiliation.remove", affiliation, actor=actor, organisation=organisation, data=data)


@transaction.atomic
def record_succession(*, predecessor: Organisation, successor: Organisation, kind: str, took_place_on: date, actor: Actor) -> Succession:
    """Raises: ValidationError for a pair that is written already, either way round, or an organisation that follows itself."""
    Organisation.objects.select_for_update(no_key=True).get(pk=min(predecessor.pk, successor.pk))
    pair = Q(predecessor=predecessor, successor=successor) | Q(predecessor=successor, successor=predecessor)
    if Succession.objects.filter(pair).exists():
        raise ValidationError("Une succession entre ces deux organisations est déjà notée : retirez-la d’abord.")
    row = Succession(predecessor=predecessor, successor=successor, kind=kind, took_place_on=took_place_on)
    row.full_clean()
    row.save(force_insert=True)
    for one in (predecessor, successor):
        organisation_changed.send(sender=Organisation, organisation=one)
    audit.record("accounts.succession.record", row, actor=actor, organisation=successor, data={"kind": kind, "on": took_place_on})
    return row


@transaction.atomic
def remove_succession(row: Succession, *, actor: Actor) -> None:
    identifier = row.pk
    row.delete()
    row.pk = identifier  # the line names it
    for one in (row.predecessor, row.successor):
        organisation_changed.send(sender=Organisation, organisation=one)
    data = {"predecessor": row.predecessor.name, "kind": row.kind, "on": row.took_place_on}
    audit.record("accounts.succession.remove", row, actor=actor, organisation=row.successor, data=data)
