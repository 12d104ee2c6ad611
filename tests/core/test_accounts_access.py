"""Bars A1 (every address classified), A6 (deny by default), A7 (withdrawn at the next request), A9, G10."""

import pytest
from django.contrib.auth.models import Permission as DjangoPermission
from django.http import HttpResponse
from django.test import Client, override_settings
from django.urls import URLPattern, get_resolver, path, reverse

from hub.core.accounts import access
from hub.core.accounts.audiences import PUBLIC
from hub.core.accounts.models import Membership, Role, User
from hub.core.accounts.services import withdraw_role
from tests.builders.accounts import SYSTEM, make_coordinator, make_member, make_person, make_user, sign_in


def patterns(resolver=None, names=(), route=""):
    """(view name as access.toml writes it, route) of every address of the resolver."""
    for one in (resolver or get_resolver()).url_patterns:
        full = route + str(one.pattern)
        if isinstance(one, URLPattern):
            yield (":".join((*names, one.name)) if one.name else f"route:{full.lstrip('^')}"), full
        else:
            yield from patterns(one, (*names, one.namespace) if one.namespace else names, full)


def test_every_address_has_a_policy():
    unclassified = [name for name, _ in patterns() if access.matrix().policy(name) is None]

    assert unclassified == []


def test_every_policy_line_names_an_address():
    names = {name for name, _ in patterns()}
    matrix = access.matrix()
    dead = [name for name in matrix.exact if name not in names]
    dead += [f"{prefix}*" for prefix, _ in matrix.prefixes if not any(name.startswith(prefix) for name in names)]

    assert dead == []


def forgotten(request):
    return HttpResponse("ouvert")


urlpatterns = [path("oubliee/", forgotten, name="forgotten"), path("connexion/", forgotten, name="account_login")]


@pytest.mark.django_db
@override_settings(ROOT_URLCONF=__name__)
def test_a_new_view_is_closed_until_the_matrix_names_it():
    assert Client().get("/oubliee/").status_code == 302
    client = sign_in(make_person(make_member()))
    client.raise_request_exception = False
    assert b"ouvert" not in client.get("/oubliee/").content


@pytest.mark.django_db
def test_a_withdrawn_role_is_refused_at_the_next_request_on_every_session():
    organisation = make_member()
    director = make_person(organisation, "director")
    clients = [sign_in(director) for _ in range(3)]
    url = reverse("accounts:team", args=[organisation.slug])
    assert [client.get(url).status_code for client in clients] == [200] * 3

    withdraw_role(Membership.unscoped.get(user=director), actor=SYSTEM)

    assert {client.get(url).status_code for client in clients} <= {403, 404}


ADMIN = [
    "/admin/",
    "/admin/users/",
    "/admin/users/new/",
    "/admin/pages/",
    "/admin/images/",
    "/admin/settings/",
    "/admin/reports/site-history/",
]


@pytest.mark.django_db
@pytest.mark.parametrize("url", ADMIN)
def test_no_admin_address_opens_without_a_second_factor(url):
    client = sign_in(make_coordinator(), second_factor=False)

    answer = client.get(url)

    assert answer.status_code == 302
    assert answer["Location"] == reverse("mfa_activate_totp")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "url", ["/", "/moi/", "/annuaire/", "/cooperatives/", "/formations/", "/formations/sessions/", "/recherche/?q=a", "/moi/avis/"]
)
def test_staff_without_a_second_factor_open_nothing(url):
    client = sign_in(make_person(make_member(), "training_manager"), second_factor=False)

    answer = client.get(url)

    assert (answer.status_code, answer["Location"]) == (302, reverse("mfa_activate_totp"))


@pytest.mark.django_db
def test_staff_on_the_way_to_a_second_factor_have_no_right():
    user = make_person(make_member(), "training_manager")
    request = sign_in(user, second_factor=False).get(reverse("mfa_activate_totp")).wsgi_request

    assert request.actor.name == user.name
    assert (request.actor.permissions, request.actor.audiences) == (frozenset(), frozenset({PUBLIC}))


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["director", "training_manager", "trainer", "advisor", "shared_staff", "facilitator", "entrepreneur"])
def test_users_of_the_admin_are_the_coordinator_s_alone(role):
    client = sign_in(make_person(make_member(), role))

    assert {client.get(url).status_code for url in ADMIN} == {403}


def make_editor() -> User:
    """A Wagtail editor: may enter the admin, holds no role of coordination."""
    user = make_person(make_member(), "facilitator")
    user.user_permissions.add(DjangoPermission.objects.get(codename="access_admin"))
    return user


@pytest.mark.django_db
def test_an_editor_enters_the_admin_but_not_its_users():
    client = sign_in(make_editor())

    assert client.get("/admin/").status_code == 200
    assert client.get("/admin/users/").status_code == 403


@pytest.mark.django_db
def test_no_form_takes_a_superuser_flag():
    organisation = make_member()
    director = make_person(organisation, "director")
    role = Role.objects.get(pk="advisor")
    client = sign_in(director)

    client.post(
        reverse("accounts:team", args=[organisation.slug]),
        {"email": "x@example.org", "role": role.pk, "is_superuser": "on", "is_staff": "on", "organisation": "autre"},
    )
    client.post(reverse("accounts:team", args=[organisation.slug]), {"email": "y@example.org", "role": "coordinator"})

    assert not User.objects.filter(is_superuser=True).exists()
    assert set(organisation.invitations.values_list("role", flat=True)) == {"advisor"}


@pytest.mark.django_db
def test_a_person_without_organisation_enters_nothing():
    client = sign_in(make_user())

    assert client.get(reverse("accounts:security")).status_code == 200
    assert client.get(reverse("accounts:organisations")).status_code == 403
