"""A2: outside the admin, what belongs to another cooperative answers as what does not exist. A12: no address can be guessed."""

import re
from random import Random
from uuid import UUID, uuid4

import pytest
from django.apps import apps

from hub.core.kit.identifiers import uuid7
from tests.access.addresses import FACTORIES, addresses
from tests.access.watch import undone
from tests.access.world import make_world

pytestmark = pytest.mark.slow

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"')
# here the id is no row of a cooperative
NO_ROW = {
    "account_reset_password_from_key", "account_confirm_email", "accounts:invitation", "accounts:open_hub", "accounts:rescue", "documents:media",
    "documents:editorial", "jobs:retry",
}  # fmt: skip
OBJECTS = sorted(FACTORIES.keys() - NO_ROW)


def unknown(kwargs):
    """The same address for what never was."""
    swapped = {name: uuid7() if isinstance(value, UUID) else f"x{uuid4().hex[:10]}" for name, value in kwargs.items()}
    return swapped


def answer(client, method, url, kwargs):
    with undone():
        response = client.generic(method, url)
    body = TOKEN.sub("", (b"".join(response.streaming_content) if response.streaming else response.content).decode())
    headers = "\n".join(f"{name}: {value}" for name, value in sorted(response.headers.items()) if name != "Content-Length")
    text = f"{response.status_code}\n{headers}\n{body}"
    for value in kwargs.values():
        text = text.replace(str(value), "ID")
    return text


@pytest.mark.django_db
@pytest.mark.usefixtures("_quiet", "_known_once")
@pytest.mark.parametrize("turn", [0, pytest.param(1, marks=pytest.mark.full)])
def test_foreign_object_answers_as_an_unknown_one(turn, request):
    """Half of those who come in are drawn in each run; an advisor comes in where a director does."""
    from django.urls import reverse

    world, faults, count = make_world(), [], 0
    inside = ["entrepreneur", "director", "trainer", "shared_expired"]
    Random(request.config.getoption("randomly_seed", 0)).shuffle(inside)
    for actor in ("anonymous", *inside[2 * turn : 2 * turn + 2]):
        client = world.client(actor)
        for name in OBJECTS:
            kwargs = FACTORIES[name](world.b)
            other = unknown(kwargs)
            for method in ("GET", "POST"):
                count += 1
                foreign = answer(client, method, reverse(name, kwargs=kwargs), kwargs)
                other_answer = answer(client, method, reverse(name, kwargs=other), other)
                if foreign != other_answer:
                    faults.append(f"{actor} {method} {name}: {foreign[:3]}")
                if foreign.startswith("403") or "Location: /connexion/" in foreign:
                    break  # a door is shut before any object is looked for
    assert count >= 100
    assert not faults, "\n".join(faults)


def test_no_address_outside_the_admin_holds_a_number():
    wagtail = ("_util/", "documents/authenticate_with_password/")  # of restrictions by password, which the settings switch off
    found = [
        one.name
        for one in addresses()
        if not one.is_admin and not one.route.startswith(wagtail) and any(kind == "IntConverter" for _, kind in one.converters)
    ]

    assert found == []


def test_own_rows_that_addresses_name_bear_uuids_of_version_7():
    own = [model for model in apps.get_models() if model.__module__.partition(".")[0] in {"hub", "directory", "trainings"}]
    with_id = [model for model in own if model._meta.pk.get_internal_type() == "UUIDField" and model._meta.pk.default is uuid7]
    named = {"User", "Profile", "TrainingSession", "Registration", "PrivateFile", "Notification", "Invitation", "Membership", "Agreement"}
    named |= {"Announcement", "ServiceRequest", "SharedService", "TimeEntry", "Statement"}

    assert named <= {model.__name__ for model in with_id}
    assert uuid7().version == 7
