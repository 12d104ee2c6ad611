from datetime import date

from django.db import IntegrityError, transaction

from hub.core.accounts.actor import Actor
from hub.core.accounts.models import Organisation
from hub.core.audit import services as audit
from trainings.funding.errors import VersionConflict
from trainings.funding.models import EmployerFacts

SAID = ("opco", "opco_source", "opco_checked_on", "headcount_hundredths", "headcount_year", "has_other_funds")


@transaction.atomic
def say_employer_facts(
    organisation: Organisation,
    *,
    opco: str,
    opco_source: str,
    opco_checked_on: date | None,
    headcount_hundredths: int | None,
    headcount_year: int | None,
    has_other_funds: bool,
    version: int,
    actor: Actor,
) -> EmployerFacts:
    """Write what an employer says of itself to its OPCO. Args: version is the one shown, 0 for none yet. Raises: VersionConflict."""
    row = EmployerFacts.unscoped.select_for_update(of=("self",), no_key=True).filter(organisation=organisation).first()
    if (row.version if row else 0) != version:
        raise VersionConflict
    row = row or EmployerFacts(organisation=organisation, version=0)
    before = {name: getattr(row, name) for name in SAID}
    row.opco, row.opco_source, row.opco_checked_on = opco, opco_source, opco_checked_on
    row.headcount_hundredths, row.headcount_year, row.has_other_funds = headcount_hundredths, headcount_year, has_other_funds
    row.version += 1
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:  # the first row was written meanwhile
        raise VersionConflict from None
    data = {"before": before, "after": {name: getattr(row, name) for name in SAID}}
    audit.record("trainings.funding.employer", row, actor=actor, organisation=organisation, data=data)
    return row
