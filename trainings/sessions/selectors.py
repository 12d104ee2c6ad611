from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from uuid import UUID

from django.db.models import QuerySet

from hub.core.accounts.actor import Actor
from hub.core.accounts.models import Membership, Organisation, User
from hub.core.accounts.models.organisations import in_force
from trainings.sessions.enums import RegistrationStatus
from trainings.sessions.models import Registration, TrainingSession


def registrable_people(employer_id: UUID) -> QuerySet[User]:
    """Everybody attached to an employer today, by name; for whoever has been granted to register for it."""
    held = Membership.unscoped.filter(in_force(), organisation=employer_id)
    return User.objects.filter(is_active=True, pk__in=held.values("user")).order_by("sort_name", "id")


@dataclass(frozen=True)
class EmployerRows:
    """The registrations of one employer at a session."""

    employer: Organisation
    confirmed: Sequence[Registration]
    waiting: Sequence[Registration]


def registrations_by_employer(session: TrainingSession, actor: Actor) -> list[EmployerRows]:
    """What the actor may see of a session's registrations, grouped by employer."""
    rows = Registration.objects.visible_to(actor).active().filter(session=session).select_related("trainee", "employer")
    found = []
    for employer, held in groupby(
        rows.order_by("employer__name", "employer_id", "rank", "trainee__sort_name"), key=lambda row: row.employer
    ):
        mine = list(held)
        found.append(
            EmployerRows(
                employer,
                [row for row in mine if row.status == RegistrationStatus.CONFIRMED],
                [row for row in mine if row.status == RegistrationStatus.WAITING],
            )
        )
    return found


def employers_of(session: TrainingSession) -> QuerySet[Organisation]:
    """Employers with somebody confirmed, other than the organisation that trains (its own people need no convention)."""
    confirmed = Registration.unscoped.filter(session=session, status=RegistrationStatus.CONFIRMED)
    return Organisation.objects.filter(pk__in=confirmed.values("employer")).exclude(pk=session.organisation_id).order_by("name")
