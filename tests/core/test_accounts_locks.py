"""What is locked while a name changes: not what everybody else's rows point to, or they wait for each other (PostgreSQL)."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from django.db import connection, connections

from hub.core.accounts.selectors import actor_for
from hub.core.accounts.services import update_organisation
from hub.core.accounts.services.identity import correct_identity
from hub.core.accounts.signals import organisation_changed, person_renamed
from hub.pages.events import services as events
from tests.builders.accounts import SYSTEM, make_member, make_person
from tests.builders.life import make_event

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def registering_meanwhile(signal, event, person):
    """When the signal comes, in the transaction of the change, the person registers on another connection. SQLite lets one write at a time."""
    actor, asked = actor_for(person), []

    def register():
        try:
            return events.register(event, actor=actor)
        finally:
            connections.close_all()

    def meanwhile(sender, **_):
        asked.append(pool.submit(register))
        if connection.vendor == "postgresql":
            asked[0].result(timeout=15)

    with ThreadPoolExecutor(1) as pool:
        signal.connect(meanwhile)
        try:
            yield
        finally:
            signal.disconnect(meanwhile)
        assert asked[0].result(timeout=30).is_new


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
