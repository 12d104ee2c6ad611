"""Organisations, people and signed-in clients, with good defaults."""

from datetime import timedelta
from itertools import count

from allauth.account.models import EmailAddress
from django.conf import settings
from django.test import Client
from django.utils import timezone

from hub.core.accounts.actor import Actor
from hub.core.accounts.enums import OrganisationKind, Purpose
from hub.core.accounts.models import Membership, Organisation, Role, User
from hub.core.accounts.second_factor import SESSION_KEY
from hub.core.accounts.selectors import actor_for
from hub.core.accounts.services import affiliate, create_organisation, make_agreement
from hub.core.kit.dates import today
from hub.core.kit.identifiers import luhn
from tests.builders.kept import kept

numbers = count(100_001)  # of one length, so that names sort as they were given
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
SYSTEM = Actor.system()


def make_siren() -> str:
    base = f"{91_000_000 + next(numbers)}"
    return next(f"{base}{key}" for key in range(10) if luhn(f"{base}{key}"))


@kept
def make_organisation(name: str = "", *, kind: str = OrganisationKind.CAE, **facts) -> Organisation:
    name = name or f"CAE {next(numbers)}"
    return create_organisation(Organisation(kind=kind, name=name, **facts), actor=SYSTEM)


@kept
def make_federation() -> Organisation:
    return Organisation.objects.filter(is_federation=True).first() or make_organisation(
        "Fédération", kind=OrganisationKind.NETWORK, is_federation=True
    )


@kept
def make_member(name: str = "", **facts) -> Organisation:
    """A CAE affiliated to the hub's federation."""
    organisation = make_organisation(name, **facts)
    affiliate(organisation, network=make_federation(), starts_on=today() - timedelta(days=365), actor=SYSTEM)
    return organisation


@kept
def make_user(email: str = "", *, first_name: str = "Ada", last_name: str = "", password: str | None = None) -> User:
    number = next(numbers)
    user = User.objects.create_user(
        email or f"personne{number}@example.org", password, first_name=first_name, last_name=last_name or f"Nom{number}"
    )
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


@kept
def join(user: User, organisation: Organisation, role: str, **facts) -> Membership:
    from hub.core.accounts.services import give_role

    return give_role(user, organisation=organisation, role=Role.objects.get(pk=role), actor=SYSTEM, **facts)


@kept
def make_person(organisation: Organisation, role: str = "entrepreneur", **facts) -> User:
    user = make_user(**facts)
    join(user, organisation, role)
    return user


def make_actor(organisation: Organisation, role: str = "director") -> Actor:
    return actor_for(make_person(organisation, role))


@kept
def make_coordinator() -> User:
    return make_person(make_federation(), "coordinator")


@kept
def make_loan(person: User, *, provider: Organisation, beneficiary: Organisation, starts_in: int = -30, ends_in: int = 30):
    """An agreement for registering; offsets in days from now."""
    now = timezone.now()
    return make_agreement(
        provider=provider, beneficiary=beneficiary, people=[person], purposes=[Purpose.REGISTRATION],
        starts_at=now + timedelta(days=starts_in), ends_at=now + timedelta(days=ends_in), actor=SYSTEM,
    )  # fmt: skip


def sign_in(user: User, *, second_factor: bool = True, mandate: str = "") -> Client:
    """A client with an open session, its second factor shown, acting under a mandate."""
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = _session(user, second_factor, mandate)
    return client


@kept
def _session(user: User, second_factor: bool, mandate: str) -> str:
    client = Client()
    client.force_login(user, backend=BACKEND)
    session = client.session
    if second_factor:
        session[SESSION_KEY] = True
    if mandate:
        session["hub.mandate"] = mandate
    session.save()
    return client.cookies[settings.SESSION_COOKIE_NAME].value
