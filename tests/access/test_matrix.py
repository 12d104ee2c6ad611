"""A1: every address × every actor × every method × an object of her own cooperative and one of another."""

import sys
from collections import Counter
from urllib.parse import urlsplit

import pytest
from django.urls import resolve

from hub.core.accounts import access
from tests.access.addresses import FACTORIES, SHARED, Address, addresses, everything, urls
from tests.access.watch import body_of, is_harmless, undone, written
from tests.access.world import ACTORS, make_world, tokens

pytestmark = pytest.mark.slow

UNSAFE = ("POST", "PUT", "PATCH", "DELETE")
TURNS = {"HEAD": 0, "PUT": 1, "PATCH": 3, "DELETE": 5}
STAFF = {"advisor", "director", "trainer", "shared_live", "shared_expired", "coordinator", "editor"}
# who comes through the door, by word of access.toml; said here a second time, by person
COME_IN = {
    "public": set(ACTORS),
    "signed_in": set(ACTORS) - {"anonymous"},
    "staff": STAFF,
    "editor": {"coordinator", "editor"},
    "coordinator": {"coordinator"},
    "nobody": set(),
    "permission:training.write": {"trainer", "coordinator"},
    "permission:session.manage": {"trainer", "coordinator"},
    "permission:funding.manage": {"director"},
    "permission:roadmap.answer": {"director"},
    "permission:organisation.manage": {"director", "coordinator"},
    "permission:federation.manage": {"coordinator"},
    "permission:workgroup.create": {"coordinator", "editor"},
    "permission:trainees.register": {"advisor", "director", "shared_live", "coordinator"},
    "permission:services.manage": {"director", "shared_expired"},  # her agreement is over: she acts for her own cooperative
    "permission:services.sign": {"director"},
    "permission:needs.read": set(),  # of no one of these people: a role of its own (tests/trainings/test_needs.py)
}
# canaries that the policy shares: (actor, beginning of the view's name) → beginnings of «model-field»
WRITTEN_DOWN = [
    ("shared_live", "sessions:register", ("trainee-", "profile-first", "profile-last", "director-", "runner-")),
    ("shared_live", "sessions:detail", ("trainee-",)),
    ("shared_live", "sessions:cancel_registration", ("trainee-",)),
    ("coordinator", "accounts:agreements", ("agreement-", "hidden-name")),
    ("coordinator", "accounts:break_agreement", ("agreement-",)),
    ("coordinator", "accounts:organisations", ("hidden-name",)),
    ("coordinator", "accounts:new_organisation", ("hidden-name",)),
    ("coordinator", "accounts:networks", ("hidden-name",)),
    ("coordinator", "accounts:correct_organisation", ("hidden-name",)),
    ("coordinator", "accounts:remove_succession", ("hidden-name",)),
    ("coordinator", "accounts:entrepreneurs", ("profile-first", "profile-last", "trainee-", "hidden-name")),
    ("coordinator", "accounts:enter_people", ("hidden-name",)),
    ("coordinator", "accounts:departure", ("profile-first", "profile-last", "trainee-", "hidden-name")),
    ("coordinator", "accounts:team", ("hidden-name", "director-", "runner-", "invitation-email")),
    ("coordinator", "pages:own_home", ("director-",)),  # nobody nearer may let her in again (accounts.panels.locked_out)
    ("coordinator", "privacy:person_erasure", ("profile-first", "profile-last")),
    ("coordinator", "accounts:correct_identity", ("profile-first", "profile-last", "profile-email")),
    ("coordinator", "accounts:reopen", ("director-",)),
    ("coordinator", "accounts:dismiss_recovery", ("director-",)),
    ("coordinator", "groups:", ("workgroup-", "runner-", "guest-")),
    ("coordinator", "cooperatives:", ("hidden-", "organisation-representative", "organisation-override")),
]
# Wagtail's own views fail on a form without any of its fields; only somebody who may use them gets so far.
FAILS_ON_NOTHING = {
    "wagtailadmin_choose_page_external_link",
    "wagtailadmin_pages:copy",
    "wagtailredirects:process_import",
}
KNOCK_TWICE = {"anonymous", "entrepreneur", "trainer"}  # who tries every shut door by POST too
ADMIN_WRITES = ("wagtailcore_", "wagtailusers_", "wagtailadmin_", "wagtailimages_", "django_content_type")


def shared(actor: str, address: Address) -> tuple[str, ...]:
    if actor == "coordinator" and address.is_admin:
        return ("",)  # Wagtail's users, pages and organisations are hers
    return tuple(word for who, name, words in WRITTEN_DOWN if who == actor and address.name.startswith(name) for word in words)


def answering(url: str) -> str:
    """The view behind an address: the hub's own sign-in stands before Wagtail's at the same one."""
    return access.name_of(resolve(urlsplit(url).path))


def leaks(actor: str, address: Address, body: str) -> set[str]:
    return {token for token in tokens(body) if not token.startswith(shared(actor, address))}


def is_closed(actor: str, response) -> bool:
    if actor == "anonymous":
        return response.status_code == 403 or (response.status_code == 302 and response["Location"].startswith("/connexion/"))
    return response.status_code == 403


@pytest.mark.django_db
@pytest.mark.usefixtures("_quiet", "_refusals_once", "_known_once")
@pytest.mark.parametrize("actor", ACTORS)
def test_matrix(actor, request):
    """One sweep; each fault is named with its address. HEAD is GET without its body, and what is not a POST meets one refusal: a sixth of the
    addresses are asked with each, by turns."""
    turn = int(request.config.getoption("randomly_seed", 0)) % 6
    world, faults, counts = make_world(), [], Counter()
    client = world.client(actor)
    cookies = client.cookies.copy()
    matrix = access.matrix()
    for number, (address, url, side) in enumerate(everything(world)):
        may_enter = actor in COME_IN[matrix.policy(answering(url)) or "nobody"]
        if not may_enter and side is world.b and address.parameters:
            continue  # the door is shut before any object is looked for: her own shows it
        opened = set()
        for method in ("GET", "HEAD", *UNSAFE):
            if address.is_admin and method != "GET" and not opened:
                continue  # the door of the admin is one and the same for all methods: below
            if method in {"HEAD", "PUT", "PATCH", "DELETE"} and (not opened or (side is world.b and address.parameters)):
                continue  # refused or unknown: GET and POST show it, as they do for what is another cooperative's
            if method in TURNS and (number + TURNS[method]) % 6 != turn:
                continue
            if method == "POST" and not may_enter and actor not in KNOCK_TWICE:
                continue  # the door asks who comes before how
            client.cookies = cookies.copy()
            with undone(), written() as tables:
                response = client.generic(method, url)
                body = body_of(response)
            counts[method] += 1
            if method == "GET" and (response.status_code < 300 or response.status_code == 405):
                opened.add(method)
            said = f"{actor} {method} {url} ({address.name}) {response.status_code}"
            if response.status_code >= 500 and address.name not in FAILS_ON_NOTHING and not address.name.startswith("jobs:health"):
                faults.append(f"{said}: failed")
            if not may_enter and not is_closed(actor, response):
                faults.append(f"{said}: should be closed")
            if found := leaks(actor, address, body) - set(tokens(url)):
                faults.append(f"{said}: leaks {sorted(found)}")
            if method in {"GET", "HEAD"}:
                wrong = {table for table in tables if not is_harmless(table) and not (address.is_admin and table.startswith(ADMIN_WRITES))}
                if wrong:
                    faults.append(f"{said}: reading wrote {sorted(wrong)}")
            elif address.parameters and side is world.b and not address.is_admin and actor != "coordinator":
                wrong = {table for table in tables if not is_harmless(table)}
                if wrong and (actor, address.name) != ("shared_live", "sessions:cancel_registration"):
                    faults.append(f"{said}: wrote {sorted(wrong)}")
    print(f"{actor}: {sum(counts.values())} requests {dict(counts)}", file=sys.stderr)
    assert not faults, "\n".join(faults)


@pytest.mark.django_db
@pytest.mark.usefixtures("_quiet", "_refusals_once")
def test_door_of_the_admin_is_shut_for_every_method():
    """A visitor with each, the director with one of them by turns."""
    world = make_world()
    clients = {actor: world.client(actor) for actor in ("anonymous", "director")}
    faults = []
    for number, address in enumerate(one for one in addresses() if one.is_admin):
        url = urls(address, world.b)[0]
        if access.matrix().policy(answering(url)) == "public":
            continue
        for actor, client in clients.items():
            for method in UNSAFE if actor == "anonymous" else [UNSAFE[number % len(UNSAFE)]]:
                response = client.generic(method, url)
                if not is_closed(actor, response):
                    faults.append(f"{actor} {method} {address.name} {response.status_code}")
    assert not faults, "\n".join(faults)


def test_every_address_with_parameters_has_a_factory():
    asking = {one.name for one in addresses() if one.parameters and not one.is_admin and not one.route.startswith(("_util/", "documents/"))}

    assert asking - {"wagtail_serve"} <= FACTORIES.keys()
    assert (FACTORIES.keys() | SHARED.keys()) <= {one.name for one in addresses()}
