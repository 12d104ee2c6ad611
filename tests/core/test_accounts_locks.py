"""Two who write at once do not wait for each other (PostgreSQL).

While a name changes, what everybody else's rows point to is not locked; of a service and its agreement, the service comes first.
"""

from contextlib import contextmanager

import pytest
from django.db.models.signals import post_save, pre_save

from directory.sharing import services as sharing
from directory.sharing.enums import Stage
from directory.sharing.errors import MoveRefused
from hub.core.accounts.errors import RuleBroken
from hub.core.accounts.models import Agreement, User
from hub.core.accounts.selectors import actor_for
from hub.core.accounts.services import end_agreement, update_organisation
from hub.core.accounts.services.identity import TAKEN, correct_identity
from hub.core.accounts.signals import organisation_changed, person_renamed
from hub.pages.events import services as events
from tests.builders.accounts import SYSTEM, make_coordinator, make_member, make_person
from tests.builders.life import make_event
from tests.builders.sharing import directors, make_service
from tests.core.races import it_ends, it_waits, meanwhile

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def registering_meanwhile(signal, event, person):
    """The person registers within the transaction of the change."""
    actor = actor_for(person)
    with meanwhile(signal, lambda: events.register(event, actor=actor), until=lambda call: call.result(timeout=15)) as registered:
        yield
    assert registered.result(timeout=30).is_new


def test_a_colleague_registers_while_the_name_of_their_organisation_changes():
    event, home = make_event(capacity=3), make_member()
    person = make_person(home)

    with registering_meanwhile(organisation_changed, event, person):
        home.name = "Autre nom"
        update_organisation(home, actor=SYSTEM)


def test_a_person_registers_while_her_name_is_corrected():
    event, person = make_event(capacity=3), make_person(make_member())

    with registering_meanwhile(person_renamed, event, person):
        correct_identity(person, first_name="Autre", last_name="Nom", email=person.email, actor=SYSTEM)


def test_a_service_is_ended_while_the_coordination_breaks_its_agreement_off():
    service, coordination = make_service(), actor_for(make_coordinator())
    (director,) = directors(service.beneficiary)

    def end():
        return sharing.end_service(service, reason="Fini", actor=director)

    with meanwhile(post_save, end, until=it_waits) as ended:
        end_agreement(Agreement.unscoped.get(pk=service.agreement_id), actor=coordination)

    with pytest.raises(MoveRefused, match="terminée"):
        ended.result(timeout=30)
    service.refresh_from_db()
    assert (service.stage, service.end_reason) == (Stage.ENDED, "Convention rompue par la coordination.")


def test_of_two_accounts_corrected_to_one_address_at_once_the_second_reads_that_it_is_taken():
    people = [make_person(make_member()) for _ in range(2)]

    def correct(person):
        try:
            return correct_identity(person, first_name="Ada", last_name="Marais", email="une@example.org", actor=SYSTEM)
        except RuleBroken as refusal:
            return str(refusal)

    with meanwhile(pre_save, lambda: correct(people[1]), until=it_ends) as other:
        said = [correct(people[0])]
    said.append(other.result(timeout=30))

    assert said.count(TAKEN) == 1
    (holder,) = User.objects.filter(email="une@example.org")
    assert (holder, holder.emailaddress_set.get().email) == (people[said.index(TAKEN) - 1], "une@example.org")
