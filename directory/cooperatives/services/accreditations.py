"""What an organisation holds for a time, an agrément, a certificate, a declaration, with its proof."""

from typing import Any

from django.db import transaction

from directory.cooperatives.errors import AccreditationWasChanged, SameAccreditation
from hub.core.accounts import audiences
from hub.core.accounts.actor import Actor
from hub.core.accounts.models import Accreditation, Organisation
from hub.core.audit import services as audit
from hub.core.documents import services as documents
from hub.core.documents.models import PrivateFile
from hub.core.documents.sniff import Examined

PROOF = "accreditation_proof"


@transaction.atomic
def add_accreditation(organisation: Organisation, *, facts: dict[str, Any], proof: Examined | None, actor: Actor) -> Accreditation:
    """Args: facts are kind, title, number, starts_on and ends_on. The same one sent twice is one, with the document that came last."""
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)  # of two clicks the second finds the first
    row = Accreditation.objects.filter(organisation=organisation, **facts).first()
    verb = "add" if row is None else "update"
    row = row or Accreditation.objects.create(organisation=organisation, **facts)
    _keep_proof(row, proof, actor)
    if verb == "add" or proof is not None:
        _record(verb, row, actor)
    return row


@transaction.atomic
def update_accreditation(row: Accreditation, *, facts: dict[str, Any], proof: Examined | None, actor: Actor, seen: str) -> Accreditation:
    """A new proof takes the place of the old one; without one the old stays.

    Args: seen is the stamp of the row that was opened.
    Raises: AccreditationWasChanged when somebody else saved since (its `theirs` is None once it is gone); SameAccreditation for the facts of another one.
    """
    Organisation.objects.select_for_update(no_key=True).get(pk=row.organisation_id)
    held = _held(row)
    if held is None:
        raise AccreditationWasChanged(None)
    row = held
    if Accreditation.objects.filter(organisation=row.organisation, **facts).exclude(pk=row.pk).exists():
        raise SameAccreditation
    if seen != row.stamp:
        raise AccreditationWasChanged(row)
    for name, value in facts.items():
        setattr(row, name, value)
    row.save()
    _keep_proof(row, proof, actor)
    _record("update", row, actor)
    return row


@transaction.atomic
def remove_accreditation(row: Accreditation, *, actor: Actor) -> None:
    """Twice is once."""
    held = _held(row)
    if held is None:
        return
    row = held
    _drop_proof(row, actor, "retirée")
    _record("remove", row, actor)
    row.delete()


def _held(row: Accreditation) -> Accreditation | None:
    """The row as it stands, held until the transaction ends; None once it is gone."""
    rows = Accreditation.objects.select_for_update(of=("self",), no_key=True).select_related("organisation")
    return rows.filter(pk=row.pk).first()


def _keep_proof(row: Accreditation, proof: Examined | None, actor: Actor) -> None:
    if proof is None:
        return
    _drop_proof(row, actor, "remplacée")
    kept = documents.store(proof, actor=actor, kind=PROOF, audiences=[audiences.FEDERATION], organisation=row.organisation)
    row.proof_id = kept.pk
    row.save(update_fields=["proof_id", "updated_at"])


def _drop_proof(row: Accreditation, actor: Actor, reason: str) -> None:
    old = documents.hold(PrivateFile.unscoped.filter(pk=row.proof_id).first()) if row.proof_id else None
    if old is not None:
        documents.delete(old, actor=actor, reason=reason)


def _record(verb: str, row: Accreditation, actor: Actor) -> None:
    data = {"kind": row.kind, "ends_on": row.ends_on}
    audit.record(f"cooperatives.accreditation.{verb}", row, actor=actor, organisation=row.organisation, data=data)
