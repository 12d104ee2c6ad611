from typing import Any

from django.db import IntegrityError, transaction

from hub.core.accounts.actor import Actor
from hub.core.audit import services as audit
from trainings.funding.errors import VersionConflict
from trainings.funding.models import OpcoRule
from trainings.funding.reference import Opco, opcos


@transaction.atomic
def write_opco_rule(key: str, *, actor: Actor, seen: str | None = None, **figures: Any) -> OpcoRule:
    """Put the figures that were read for an OPCO in the place of those it had; who says them verified has confirmed them.

    Args: key is one of the release's; seen is the stamp of what was opened, empty for the release's own; figures are all of OpcoRule.FIGURES.
    Raises: VersionConflict when somebody else saved, or took the release's again, since.
    """
    row = _held(key)
    if seen is not None and seen != (row.stamp if row else ""):
        raise VersionConflict
    was = _figures(row or opcos()[key])
    if row is not None and was == figures:
        return row
    row = row or OpcoRule(opco=key)
    for name, value in figures.items():
        setattr(row, name, value)
    row.reviewer_id = actor.user_id if row.verified else None
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:  # the first row was written meanwhile
        raise VersionConflict from None
    audit.record("trainings.funding.opco", row, actor=actor, data={"was": was, "is": _figures(row)})
    return row


@transaction.atomic
def reset_opco_rule(key: str, *, actor: Actor) -> None:
    """Take the release's figures again; once they are, nothing is left to do."""
    if (row := _held(key)) is None:
        return
    identifier = row.pk
    row.delete()
    row.pk = identifier  # the line names it
    audit.record("trainings.funding.opco_reset", row, actor=actor, data={"was": _figures(row), "is": _figures(opcos()[key])})


def _held(key: str) -> OpcoRule | None:
    return OpcoRule.objects.select_for_update(of=("self",), no_key=True).filter(opco=key).first()


def _figures(held: OpcoRule | Opco) -> dict[str, Any]:
    return {name: getattr(held, name) for name in OpcoRule.FIGURES}
