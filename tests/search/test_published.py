"""The kinds that the packages below publish, through the real index: nobody finds what she may not read."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from directory.people.enums import Audience
from directory.people.models import Profile
from directory.sharing import services as sharing
from hub.core.accounts.actor import Actor
from hub.core.accounts.selectors import actor_for
from hub.core.accounts.services import update_organisation
from hub.core.jobs import services as jobs
from hub.core.kit.dates import today
from hub.pages.events.models import EventPage
from search import index
from search.engines import engine
from search.query import search
from search.sources import sources
from tests.builders.accounts import SYSTEM, make_actor, make_coordinator, make_loan, make_member, make_organisation, make_person, sign_in
from tests.builders.cooperatives import make_entry
from tests.builders.life import make_event
from tests.builders.people import make_profile, show
from tests.builders.sharing import make_announcement
from tests.builders.trainings import make_course, make_session
from tests.builders.vocabularies import make_skill, make_trade
from trainings.sessions.models import TrainingSession

pytestmark = pytest.mark.django_db
ANYONE = Actor.anonymous()
WORDS = {"public": "zinguerie", "federation": "Marqueterie", "private": "vannerie"}


def found(text, reader):
    return {(one.kind, one.id) for one in search(text, reader=reader).found}


def counts(text, reader):
    answer = search(text, reader=reader)
    assert answer.total == sum(facet.count for facet in answer.facets)
    return {facet.kind: facet.count for facet in answer.facets}


def test_every_kind_is_published_in_order():
    assert [(source.kind, source.singular) for source in sources().values()] == [
        ("cooperative", "Coopérative"),  # the word of a CAE; the others bear their own
        ("person", "Personne"),
        ("course", "Formation"),
        ("session", "Session"),
        ("announcement", "Annonce"),
        ("workgroup", "Groupe de travail"),
        ("roadmap", "Feuille de route"),
        ("decision", "Décision"),
        ("meeting", "Réunion"),
        ("question", "Question"),
        ("note", "Expérience"),
        ("event", "Rendez-vous"),
        ("news", "Actualité"),
        ("resource", "Ressource"),
    ]


def test_box_finds_every_kind():
    entry = make_entry("Coopérative de la Zinguerie")
    profile = make_profile(trades=[make_trade("Zinguerie")])
    course = make_course(title="Zinguerie : les bases")
    session = make_session(course)
    index.rebuild()

    assert found("zinguerie", ANYONE) == {
        ("cooperative", str(entry.pk)),
        ("person", str(profile.pk)),
        ("course", str(course.public_id)),
        ("session", str(session.pk)),
    }


def test_links_of_results_lead_to_their_pages(client):
    make_entry("Coopérative de la Zinguerie")
    make_profile(trades=[make_trade("Zinguerie")])
    make_session(make_course(title="Zinguerie : les bases"))
    index.rebuild()

    answer = search("zinguerie", reader=ANYONE)

    assert answer.total == 4
    for one in answer.found:
        assert client.get(one.url).status_code == 200, one.url


@pytest.fixture
def person():
    """Three words, each for its audience, in a profile whose name is public."""
    shown = {"name": Audience.PUBLIC, "trades": Audience.PUBLIC, "skills": Audience.FEDERATION, "presentation": Audience.PRIVATE}
    profile = make_profile(
        make_member("Bâti Commun"),
        trades=[make_trade("Zinguerie")],
        skills=["Marqueterie"],
        presentation="Je reprends la vannerie.",
        shown=shown,
    )
    index.rebuild()
    return profile


def test_field_is_found_by_its_audience_only(person):
    own_staff, herself = make_actor(person.organisation, "advisor"), actor_for(person.user)
    other_staff, colleague = make_actor(make_member(), "director"), actor_for(make_person(person.organisation))
    outsider = actor_for(make_person(make_organisation("Hors fédération"), "director"))
    coordinator = actor_for(make_coordinator())
    expected = {
        "anyone": (ANYONE, {"public"}),
        "outsider": (outsider, {"public"}),
        "other staff": (other_staff, {"public", "federation"}),
        "coordinator": (coordinator, {"public", "federation"}),
        "colleague": (colleague, {"public", "federation"}),
        "own staff": (own_staff, {"public", "federation", "private"}),
        "herself": (herself, {"public", "federation", "private"}),
    }

    seen = {who: {level for level, word in WORDS.items() if found(word, reader)} for who, (reader, _) in expected.items()}

    assert seen == {who: levels for who, (_, levels) in expected.items()}
    for reader, _ in expected.values():
        assert counts("zinguerie", reader) == {"person": 1}


def test_staff_lent_to_another_cae_finds_no_private_field_of_its_people(person):
    provider = make_member()
    lent = make_person(provider, "shared_staff")
    loan = make_loan(lent, provider=provider, beneficiary=person.organisation)

    acting = actor_for(lent, f"agreement:{loan.pk}")

    assert acting.agreement_id == loan.pk
    assert found("vannerie", acting) == set()


def test_closed_words_are_not_on_the_page(person, client):
    assert "annerie" not in client.get("/recherche/", {"q": "zinguerie"}).content.decode()
    staff = sign_in(make_person(person.organisation, "advisor"))
    assert "<mark>vannerie</mark>" in staff.get("/recherche/", {"q": "zinguerie vannerie"}).content.decode()


def test_plain_search_of_the_real_kinds_keeps_to_the_audience(person, settings, tmp_path):
    settings.SEARCH_ROOT = tmp_path / "nowhere"

    answer = search("zinguerie", reader=ANYONE)

    assert (answer.is_plain, answer.total) == (True, 1)
    assert search("Marqueterie", reader=ANYONE).total == 0
    assert search("Marqueterie", reader=make_actor(make_member(), "director")).total == 1


def test_closing_a_field_takes_it_out_of_the_index(person):
    show(person, {"trades": Audience.PRIVATE, "skills": Audience.PRIVATE})

    jobs.drain()
    engine().refresh()

    assert found("zinguerie", ANYONE) == set()
    assert found("Marqueterie", make_actor(make_member(), "director")) == set()
    assert found("Marqueterie", make_actor(person.organisation, "advisor")) == {("person", str(person.pk))}
    jobs.drain()  # the readers made above came with organisations
    assert index.differences() == []


def test_erased_person_is_found_by_nobody(person):
    from directory.people import services

    herself = actor_for(person.user)
    services.erase_profile(person, actor=herself)

    jobs.drain()
    engine().refresh()

    assert not Profile.unscoped.filter(pk=person.pk).exists()
    assert engine().health().objects.get("person", 0) == Profile.unscoped.count()
    for word in WORDS.values():
        assert found(word, herself) == set()


def test_unpublished_cooperative_is_for_its_staff():
    entry = make_entry("La Cachée", is_published=False)
    index.rebuild()

    assert found("cachée", ANYONE) == set()
    assert found("cachée", make_actor(entry.organisation, "director")) == {("cooperative", str(entry.pk))}


def test_an_organisation_bears_the_word_of_its_kind(client):
    kinds = {"Coopérative": "cae", "Réseau": "network", "Organisme de formation": "training_body", "Partenaire local": "local_partner"}
    for word, kind in kinds.items():
        make_entry(f"Zinguerie {word}", kind=kind)
    index.rebuild()

    answer = search("zinguerie", reader=ANYONE)

    assert {one.heading.removeprefix("Zinguerie "): one.kind_label for one in answer.found} == {word: word for word in kinds}
    assert [(facet.label, facet.count) for facet in answer.facets] == [("Organisations", 4)]


def test_drafts_are_found_by_nobody():
    make_course(title="Vannerie", live=False)
    make_session(make_course(title="Zinguerie"), status="draft")
    index.rebuild()

    assert found("vannerie", ANYONE) == set()
    assert {kind for kind, _ in found("zinguerie", ANYONE)} == {"course"}


def test_an_offer_is_found_by_the_federation_while_it_is_published():
    row = make_announcement(make_member("CAE des Essais"), details="Tenue des plannings de zinguerie")
    member, outsider = make_actor(make_member(), "entrepreneur"), make_actor(make_organisation())
    index.rebuild()

    assert found("zinguerie", member) == {("announcement", str(row.pk))}
    assert found("bulletins", member) == {("announcement", str(row.pk))}, "by the tasks of its function"
    assert found("zinguerie", ANYONE) == found("zinguerie", outsider) == set()

    sharing.withdraw_announcement(row, actor=SYSTEM)
    assert found("zinguerie", member) == set(), "the database disposes"
    jobs.drain()
    assert found("zinguerie", make_actor(row.organisation)) == set()


def test_page_costs_as_many_queries_for_many_results_as_for_one(client):
    def cost():
        index.rebuild()
        client.get("/recherche/", {"q": "zinguerie"})
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/recherche/", {"q": "zinguerie"}).status_code == 200
        return [query["sql"] for query in queries]

    trade, skill = make_trade("Zinguerie"), make_skill("Zinguerie")

    def one_of_each(number):
        make_entry(f"Zinguerie {number}", department_codes=["33"], trades=[trade])
        make_profile(trades=[trade], skills=["zinguerie"])
        make_session(make_course(title=f"Zinguerie {number}", skills=[skill.pk]))

    one_of_each(1)
    one = cost()
    assert search("zinguerie", reader=ANYONE).total == 4
    one_of_each(2)
    one_of_each(3)

    three = cost()
    assert search("zinguerie", reader=ANYONE).total == 12
    assert len(three) == len(one), three


def test_renamed_organisation_takes_its_people_its_courses_and_its_sessions_along():
    home = make_member("Cap Lucioles")
    make_entry("Autre coopérative")
    profile = make_profile(home, trades=[make_trade("Zinguerie")])
    course = make_course(home, title="Zinguerie : les bases")
    session = make_session(course)
    index.rebuild()
    everything = {
        ("cooperative", str(home.pk)), ("person", str(profile.pk)), ("course", str(course.public_id)), ("session", str(session.pk)),
    }  # fmt: skip
    assert found("lucioles", ANYONE) == everything

    home.name = "Brasero Commun"
    update_organisation(home, actor=Actor.system())
    jobs.drain()
    engine().refresh()

    assert found("brasero", ANYONE) == everything
    assert found("lucioles", ANYONE) == set()


def test_past_session_and_past_event_come_last_and_are_marked(client):
    course = make_course(title="Zinguerie : les bases")
    past, coming = make_session(course), make_session(course)
    TrainingSession.unscoped.filter(pk=past.pk).update(starts_on=today() - timedelta(9), ends_on=today() - timedelta(9))
    event = make_event("Zinguerie : visite", audience="public")
    EventPage.objects.filter(pk=event.pk).update(starts_at=timezone.now() - timedelta(days=9), ends_at=timezone.now() - timedelta(days=9))
    index.rebuild()

    answer = search("zinguerie", reader=ANYONE)

    assert [one.over for one in answer.found if one.kind == "session"] == ["", "passée"]
    assert {one.id: one.over for one in answer.found[-2:]} == {str(past.pk): "passée", str(event.public_id): "passé"}
    assert str(coming.pk) in {one.id for one in answer.found[:-2]}
    html = client.get("/recherche/", {"q": "zinguerie"}).content.decode()
    assert html.count(", passée</span>") == html.count(", passé</span>") == 1


def test_event_lies_where_it_takes_place():
    make_event("Séminaire du bâtiment", audience="public", place="Rennes, Maison des coopératives")
    make_event("Séminaire des autres", audience="public", place="À distance")
    index.rebuild()

    answer = search("séminaire bâtiment Rennes", reader=ANYONE)

    assert (answer.place.label, answer.is_elsewhere) == ("Rennes (35)", False)
    assert answer.found[0].place == "Rennes, Maison des coopératives"
