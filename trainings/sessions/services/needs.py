from collections.abc import Sequence

from django.db import transaction

from directory.people.models import AccessibilityNeed
from hub.core.accounts.actor import Actor
from hub.core.audit import services as audit
from trainings.sessions.models import TrainingSession
from trainings.sessions.selectors import NEEDS_READ


@transaction.atomic
def note_reading(session: TrainingSession, needs: Sequence[AccessibilityNeed], *, actor: Actor) -> None:
    """Write down that a referent read what these people need, be they none; never the words."""
    people = [str(row.profile.user_id) for row in needs]
    audit.record(NEEDS_READ, session, actor=actor, organisation=session.organisation, data={"people": people})
