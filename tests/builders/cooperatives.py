"""Invented cooperatives with their entries, and people who may or may not change them."""

from datetime import date
from itertools import count
from uuid import uuid4

from directory.cooperatives import services
from directory.cooperatives.models import DirectoryEntry
from hub.core.accounts import services as accounts
from hub.core.accounts.actor import Actor, Mandate
from hub.core.accounts.models import Organisation, Role, User
from hub.core.accounts.permissions import Permission
from tests.builders.kept import kept
from tests.builders.vocabularies import make_department

numbers = count(1)
SYSTEM = Actor.system()


def make_organisation(name="", kind="cae", **facts):
    for code in facts.get("department_codes", ()):
        make_department(code)
    return accounts.create_organisation(Organisation(kind=kind, name=name or f"Coopérative {next(numbers)}", **facts), actor=SYSTEM)


def make_entry(name="", *, trades=(), department_codes=(), kind="cae", **face):
    organisation = make_organisation(name, kind=kind, department_codes=list(department_codes))
    entry = DirectoryEntry.unscoped.select_related("organisation").get(organisation=organisation)
    for field, value in face.items():
        setattr(entry, field, value)
    return services.update_entry(entry, actor=SYSTEM, trades=trades)


@kept
def load_list():
    """The public list, as its command loads it."""
    services.load_public_list(actor=SYSTEM)


def make_network(name, *members, starts_on=date(2020, 1, 1), ends_on=None):
    network = make_organisation(name, kind="network")
    for member in members:
        affiliation = accounts.affiliate(member, network=network, actor=SYSTEM, starts_on=starts_on)
        if ends_on:
            accounts.update_affiliation(affiliation, actor=SYSTEM, ends_on=ends_on)
    return network


def make_actor(organisation, *, permissions=(), is_staff=True, is_coordinator=False):
    mandate = Mandate(
        f"organisation:{organisation.pk}", organisation.pk, organisation.name, organisation.slug, "", frozenset(permissions), is_staff
    )
    tokens = {"public", "federation", f"organisation:{organisation.pk}"} | ({f"staff:{organisation.pk}"} if is_staff else set())
    return Actor(uuid4(), "Ada Exemple", mandate, (mandate,), frozenset(tokens), is_coordinator=is_coordinator, is_staff=is_staff)


def director_of(organisation):
    return make_actor(organisation, permissions=[Permission.ORGANISATION_MANAGE])


def sign_in(client, organisation, role="director"):
    """A person with a role, signed in with her second factor shown."""
    number = next(numbers)
    user = User.objects.create_user(f"personne{number}@example.org", first_name="Ada", last_name=f"Exemple {number}")
    accounts.give_role(user, organisation=organisation, role=Role.objects.get(code=role), actor=SYSTEM)
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    session = client.session
    session["hub.second_factor"] = True
    session.save()
    return user
