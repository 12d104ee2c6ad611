"""What was noted wrong on an OPCO file, put right; the last state, taken back when it was a slip."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from hub.core.accounts.actor import Actor
from hub.core.audit import services as audit
from hub.core.kit.dates import today
from trainings.funding import rules
from trainings.funding.enums import FundingStatus, Side
from trainings.funding.errors import FileRefused, MoveRefused, VersionConflict
from trainings.funding.models import FundingFile
from trainings.funding.rules import KEPT, Said
from trainings.funding.selectors import noted_on, read_file
from trainings.funding.services.files import lock, tell


@transaction.atomic
def correct_file(file: FundingFile, *, facts: Mapping[str, Any], version: int, actor: Actor) -> list[str]:
    """Put right what was noted with the moves of a file, under the checks of those moves; returns the columns that changed.

    Args: facts by column, those of `noted_on`; version is the one shown to the person. Raises: VersionConflict when the file changed meanwhile and says
    something else; FileRefused, which names the column.
    """
    row = lock(file)
    changed = [name for name, value in facts.items() if getattr(row, name) != value]
    if not changed:
        return []  # nothing was, or the same form came twice
    if row.version != version:
        raise VersionConflict
    for name in changed:
        setattr(row, name, facts[name])
    words = {to: _said(row, to) for to in noted_on(row)}
    touched = [to for to in words if not set(changed).isdisjoint(KEPT[to].values())]
    if wrong := rules.wrong_correction(read_file(row, actor).standing, words, touched, today()):
        to, fault = wrong
        raise FileRefused(str(fault), KEPT[to].get(fault.field))
    row.version += 1
    row.save()
    audit.record("trainings.funding.correct", row, actor=actor, organisation=row.employer, data={"fields": sorted(changed)})
    return changed


def _said(row: FundingFile, to: FundingStatus) -> Said:
    said = {name: getattr(row, column) for name, column in KEPT[to].items()}
    return Said(**({"on": today()} | said))


@transaction.atomic
def revert_move(file: FundingFile, *, version: int, side: Side, actor: Actor) -> FundingFile:
    """The state before the last one, with what it said. Raises: MoveRefused; VersionConflict when somebody changed the file meanwhile."""
    row = lock(file)
    if row.version != version:
        raise VersionConflict
    if not rules.can_revert(row.state, row.before, side):
        raise MoveRefused(f"Un dossier « {row.state.label.lower()} » ne revient pas à l’état précédent.")
    left, row.past, was = row.past[-1], row.past[:-1], row.state
    columns: dict[str, Any] = {column.name: column for column in FundingFile._meta.concrete_fields}
    for name, value in left.items():
        setattr(row, name, columns[name].to_python(value))  # a day was kept as its words
    row.version += 1
    row.save()
    tell(row, f"de nouveau {row.state.label.lower()}", {was, row.state}, actor)
    audit.record("trainings.funding.revert", row, actor=actor, organisation=row.employer, data={"before": was, "after": row.state})
    return row
