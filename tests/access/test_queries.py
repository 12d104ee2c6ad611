"""J1: the number of queries of a page does not follow the data."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hub.core.notifications.models import Notification
from tests.access.watch import body_of, undone
from tests.access.world import make_world
from tests.builders.accounts import SYSTEM, make_member, make_person
from tests.builders.life import attend, make_answer, make_event, make_note, make_question, make_resource
from tests.builders.people import PUBLIC, make_profile
from tests.builders.sharing import make_announcement, make_service, make_statement
from tests.builders.trainings import make_course, make_session, register
from tests.builders.wishes import make_wish
from trainings.funding import services as funding

pytestmark = pytest.mark.slow


def pages(world):
    a = world.a
    return {
        "home": "/", "own home": "/moi/", "people": "/annuaire/", "people json": "/annuaire.json",
        "people csv": "/annuaire.csv", "people q": "/annuaire/?q=visible",
        "person": reverse("people:person", args=[a.shown.pk]), "person edit": reverse("people:edit", args=[a.shown.pk]),
        "cooperatives": "/cooperatives/", "cooperatives json": "/cooperatives.json", "cooperatives csv": "/cooperatives.csv",
        "map": "/cooperatives/carte/", "cooperative": f"/cooperatives/{a.organisation.slug}/",
        "cooperative edit": f"/cooperatives/{a.organisation.slug}/modifier/", "courses": "/formations/", "courses json": "/formations.json",
        "courses csv": "/formations.csv", "course": a.live.url, "draft": reverse("catalogue:draft", args=[a.draft.public_id]),
        "sessions": "/formations/sessions/", "sessions json": "/formations/sessions.json", "sessions csv": "/formations/sessions.csv",
        "session": reverse("sessions:detail", args=[a.session.pk]), "register": reverse("sessions:register", args=[a.session.pk]),
        "agreements": reverse("paperwork:agreements", args=[a.session.pk]), "my trainings": "/moi/formations/",
        "certificates": reverse("paperwork:certificates", args=[a.held.pk]), "files": "/formations/dossiers/",
        "files csv": "/formations/dossiers.csv", "file": a.own_file.get_absolute_url(), "own needs": "/formations/besoins/",
        "team": f"/organisations/{a.organisation.slug}/equipe/",
        "notices": "/moi/avis/", "services": "/services/", "services json": "/services.json", "offers": "/services/offres/",
        "requests": "/services/demandes/", "conventions": "/services/conventions/", "convention": a.service.get_absolute_url(),
        "log": reverse("sharing:log", args=[a.service.pk]), "statement": a.statement.get_absolute_url(), "own time": "/services/mon-temps/",
        **{f"{name} {kind}": reverse(f"{name}:list_{kind}") for name in a.pages for kind in ("json", "csv")},
        "life": "/vie/", "life atom": "/vie.atom", "agenda ics": "/vie/agenda.ics",
        **{f"{name} list": reverse(f"{name}:list") for name in a.pages}, **{f"{name} page": page.get_absolute_url() for name, page in a.pages.items()},
    }  # fmt: skip


def measured(client, world):
    found = {}
    for name, url in pages(world).items():
        with undone():
            body_of(client.get(url))
            with CaptureQueriesContext(connection) as captured:
                response = client.get(url)
                body_of(response)
        assert response.status_code == 200, f"{url} {response.status_code}"
        found[name] = len(captured)
    return found


def grow(world, factor: int = 4):
    for number in range(factor):
        profile = make_profile(world.a.organisation, shown=PUBLIC, first_name="Visible", skills=[f"mot {number}"])
        make_profile(shown=PUBLIC, first_name="Visible")
        make_person(world.a.organisation, "advisor")
        make_session(make_course(world.a.organisation, title=f"Autre {number}"))
        register(world.a.session, profile.user, employer=world.a.organisation)
        elsewhere = make_session(make_course(title=f"Ailleurs {number}"))
        register(elsewhere, profile.user, employer=world.a.organisation)
        funding.open_file(elsewhere, employer=world.a.organisation, actor=SYSTEM)
        make_wish(world.a.organisation, people=[profile.user])
        Notification.unscoped.create(user=world.users["director"], kind="essai", text=f"Avis {number}")
        other = make_member()
        make_announcement(other)
        make_person(other, "director")
        make_statement(make_service(world.a.organisation, other))
        person = make_person(other, "advisor")
        make_answer(world.a.pages["questions"], author=person)
        attend(world.a.pages["events"], person)
        for make in (make_question, make_note, make_event, make_resource):
            make(author=person)


@pytest.mark.django_db
@pytest.mark.usefixtures("_quiet")
def test_queries_do_not_follow_the_data():
    world = make_world()
    client = world.client("director")
    Notification.unscoped.create(user=world.users["director"], kind="essai", text="Avis")
    few = measured(client, world)
    grow(world)
    many = measured(client, world)

    print(many)
    assert len(many) >= 20
    assert {name: (few[name], many[name]) for name in few if few[name] != many[name]} == {}
