"""The home of a signed-in person: what awaits her, most urgent first, what changed since her last visit, her dates."""

from datetime import date, datetime, timedelta
from unittest import mock
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from hub.core.accounts.selectors import actor_for
from hub.core.kit.dates import nearness_fr, since_fr
from hub.core.kit.dates import today as current_day
from hub.core.kit.text import FIXED
from hub.core.ui import panels
from hub.pages import selectors
from hub.pages.models import Visit
from hub.pages.services import note_visit
from tests.builders.accounts import make_member, make_person, sign_in
from tests.builders.funding import make_file
from tests.builders.life import make_note, make_question
from tests.builders.sharing import log, make_announcement, make_pair, make_request, make_service
from tests.builders.trainings import make_course, make_session, register
from tests.builders.workgroups import join_group, make_action, make_decision, make_group, make_meeting, make_roadmap

pytestmark = pytest.mark.django_db
HOME = reverse("pages:own_home")
NOW = datetime(2027, 2, 10, 12, 0, tzinfo=ZoneInfo("Europe/Paris"))
TODAY = NOW.date()


def item(day, title="Point", area="a-group", **facts):
    return {"when": day, "title": title, "text": "", "url": "/", "area": area, "area_label": area, **facts}


@pytest.fixture
def due(monkeypatch):
    """Sets what is due, in one panel."""

    def set_to(*items):
        monkeypatch.setattr(panels, "collect", lambda place, actor, subject: [{"items": list(items)}] if place == "home.due" else [])

    return set_to


# -- what awaits -------------------------------------------------------------------------------------------------------
def test_due_items_come_by_stretch_most_urgent_first(due):
    due(*(item(TODAY + timedelta(days=days), str(days)) for days in (40, 15, -3, 16, 0, 1)))

    found = selectors.waiting(None, TODAY)

    assert [(one.title, [row["title"] for row in one.items]) for one in found.stretches] == [
        ("En retard et aujourd’hui", ["-3", "0"]),
        ("D’ici quinze jours", ["1", "15"]),
        ("Plus tard", ["16", "40"]),
    ]
    assert (found.total, found.late) == (6, 1)


def test_one_area_is_shown_alone_and_all_are_counted(due):
    due(item(TODAY, "a", "a-serv"), item(TODAY, "b", "a-group"), item(TODAY, "c", "a-group"))

    found = selectors.waiting(None, TODAY, "a-group")

    assert [row["title"] for stretch in found.stretches for row in stretch.items] == ["b", "c"]
    assert found.areas == {"a-serv": ("a-serv", 1), "a-group": ("a-group", 2)}


@pytest.mark.parametrize(
    ("days", "said"),
    [
        ([5], "1 point pour Bâti Commun."), ([-5], "1 point en retard pour Bâti Commun."),
        ([-5, -1], "2 points en retard pour Bâti Commun, le plus urgent d’abord."),
        ([-5, 1, 2], "3 points pour Bâti Commun, dont 1 en retard, le plus urgent d’abord."), ([], "Rien ne vous attend pour Bâti Commun."),
    ],
)  # fmt: skip
def test_how_many_points_await_is_said_as_one_would(due, days, said):
    due(*(item(current_day() + timedelta(days=one)) for one in days))

    html = sign_in(make_person(make_member("Bâti Commun"), "advisor")).get(HOME).content.decode()

    assert f'<p class="lead">{said}</p>' in html.replace(FIXED, " ").replace("&nbsp;", " ")


def test_a_note_of_its_own_stays_and_a_moment_counts_as_its_day(due):
    late_evening = datetime(2027, 2, 9, 23, 30, tzinfo=ZoneInfo("UTC"))  # half past midnight in Paris, on the tenth
    due(item(late_evening, "a"), item(TODAY, "b", note="contesté"), item(TODAY, "c", note=""))

    rows = selectors.waiting(None, TODAY).stretches[0].items

    assert [row["note"] for row in rows] == ["aujourd’hui", "contesté", "aujourd’hui"]


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (-62, f"2{FIXED}mois de retard"), (-61, f"61{FIXED}jours de retard"),
        (-2, f"2{FIXED}jours de retard"), (-1, f"1{FIXED}jour de retard"), (0, "aujourd’hui"), (1, "demain"), (6, "mardi"), (14, "mercredi"),
        (22, f"dans 3{FIXED}semaines"),
    ],
)  # fmt: skip
def test_how_far_a_day_is(days, said):
    assert nearness_fr(TODAY + timedelta(days=days), TODAY) == said


@pytest.mark.parametrize(
    ("before", "said"),
    [
        (timedelta(hours=2), f"10{FIXED}h"), (timedelta(days=1), f"hier, 12{FIXED}h"), (timedelta(days=3), f"dimanche, 12{FIXED}h"),
        (timedelta(days=6), f"jeudi, 12{FIXED}h"),
    ],
)  # fmt: skip
def test_since_when(before, said):
    assert since_fr(NOW - before, NOW) == said
    assert since_fr(NOW - timedelta(days=7), NOW).startswith("le 3")


# -- visits ------------------------------------------------------------------------------------------------------------
def test_a_visit_lasts_while_one_comes_back_within_the_hour():
    person = make_person(make_member()).pk

    assert note_visit(person, NOW) is None
    assert note_visit(person, NOW + timedelta(minutes=50)) is None
    assert note_visit(person, NOW + timedelta(minutes=100)) is None, "still the first visit"
    second = NOW + timedelta(days=2)
    assert note_visit(person, second) == NOW + timedelta(minutes=100)
    assert note_visit(person, second + timedelta(minutes=10)) == NOW + timedelta(minutes=100), "a reload forgets nothing"
    assert Visit.objects.count() == 1


def test_looking_without_reading_is_no_visit():
    client = sign_in(make_person(make_member()))

    assert client.head(HOME).status_code == 200
    assert not Visit.objects.exists()


# -- what changed -------------------------------------------------------------------------------------------------------
@pytest.fixture
def life():
    """A reader in a group, and a stranger to it; what happens in the group and in the federation."""
    group = make_group("Former ensemble")
    home = make_member()
    reader, stranger = join_group(group, home), make_person(make_member(), "advisor")
    make_roadmap(group, title="Notre feuille", releases=1)
    make_decision(group, text="Un calendrier commun")
    make_meeting(group, title="Réunion de mars")
    make_session(make_course(title="Enduits terre"))
    make_announcement(make_member("L’Étançon"))
    return reader, stranger


def test_a_busy_area_does_not_hide_the_others():
    items = [item(TODAY, str(number), "a-serv") for number in range(6)] + [item(TODAY, "groupe", "a-group")]

    shown, older = selectors.first_of_each(items, 4)

    assert [row["title"] for row in shown] == ["0", "1", "2", "groupe"]
    assert [row["title"] for row in older] == ["3", "4", "5"]


def said_to(user, since):
    return [row["text"] for row in selectors.news(actor_for(user), since)]


def test_news_are_those_since_then_that_the_reader_may_see(life):
    reader, stranger = life
    before = timezone.now() - timedelta(hours=1)

    news, theirs = " | ".join(said_to(reader, before)), " | ".join(said_to(stranger, before))

    for words in ("Notre feuille", "Un calendrier commun", "Réunion de mars", "Enduits terre", "L’Étançon"):
        assert words in news, words
    for words in ("Un calendrier commun", "Réunion de mars"):
        assert words not in theirs, words
    assert said_to(reader, timezone.now() + timedelta(seconds=1)) == []


def test_what_a_cae_publishes_is_news_to_its_entrepreneurs_and_not_to_the_team_that_made_it():
    home = make_member()
    session = make_session(make_course(home, title="Enduits de terre"))
    offer = make_announcement(home)
    since = timezone.now() - timedelta(days=1)

    def read(organisation, role):
        return {item["url"] for item in selectors.news(actor_for(make_person(organisation, role)), since)}

    told = {session.course.url, reverse("sessions:detail", args=[session.pk]), offer.get_absolute_url()}
    assert told <= read(home, "entrepreneur")
    assert told <= read(make_member(), "advisor")
    assert not told & read(home, "advisor")


def test_page_shows_due_items_news_and_dates(life):
    reader, _ = life
    make_action(reader_group(reader), due_in=-2, text="Relancer les retardataires", owner=reader_row(reader))

    html = sign_in(reader).get(HOME).content.decode().replace(FIXED, " ")

    assert "En retard et aujourd’hui" in html
    assert "Relancer les retardataires" in html
    assert "Ces quinze derniers jours" in html
    assert "Mes dates" in html
    assert "Réunion de mars" in html


def reader_row(user):
    from workgroups.groups.models import GroupMember

    return GroupMember.unscoped.get(user=user)


def reader_group(user):
    return reader_row(user).workgroup


def test_second_visit_says_since_when(life):
    reader, _ = life
    client = sign_in(reader)
    client.get(HOME)

    with mock.patch.object(timezone, "now", return_value=timezone.now() + timedelta(hours=2)):
        html = client.get(HOME).content.decode()

    assert "Depuis" in html
    assert "Rien de neuf." in html


def test_my_sessions_are_among_my_dates():
    home = make_member()
    person = make_person(home)
    session = make_session(make_course(title="Charpente"))
    register(session, person, employer=home)
    make_session(make_course(title="Pas la mienne"))

    assert [row["text"] for row in selectors.dates(actor_for(person), current_day())] == [session.title]
    assert selectors.dates(actor_for(person), date(2100, 1, 1)) == []


def test_empty_home_says_so_and_a_visitor_is_asked_who_she_is():
    html = sign_in(make_person(make_member())).get(HOME).content.decode()

    assert "Rien à faire ici" in html
    assert f'<a class="btn btn--s" href="{reverse("people:own")}">Compléter ma fiche</a>' in html
    assert Client().get(HOME).status_code == 302


@pytest.mark.parametrize("place", ["home.due", "home.news", "home.dates"])
def test_what_panels_need_hides_nothing_that_they_would_show(life, place):
    reader, stranger = life
    make_action(reader_group(reader), owner=reader_row(reader))
    session = make_session(make_course(make_member()))
    register(session, reader, employer=reader_row(reader).organisation)

    for actor in (actor_for(reader), actor_for(stranger), actor_for(session_manager(session))):
        subject = {"home.due": actor, "home.news": timezone.now() - timedelta(days=1), "home.dates": current_day()}[place]
        every = [found for panel in panels.for_place(place) if (found := panel.build(actor, subject)) is not None]
        assert panels.collect(place, actor, subject) == every
        assert every or place != "home.news"


def session_manager(session):
    return make_person(session.organisation, "training_manager")


def cost(client):
    client.get(HOME)
    with CaptureQueriesContext(connection) as captured:
        client.get(HOME)
    return len(captured)


def test_a_home_where_nothing_awaits_asks_little():
    client = sign_in(make_person(make_member(), "advisor"))

    assert cost(client) <= 12


def test_home_costs_the_same_for_one_and_for_three():
    group = make_group()
    reader = join_group(group)
    client = sign_in(reader)

    def happen():
        make_decision(group)
        make_meeting(group)
        make_action(group, owner=reader_row(reader))
        register(make_session(make_course()), reader, employer=reader_row(reader).organisation)
        make_announcement(make_member())
        make_question()
        make_note()

    happen()
    one = cost(client)
    happen()
    happen()

    assert cost(client) == one
    assert one <= 23


def test_what_awaits_a_director_and_a_training_manager_costs_the_same_for_one_and_for_three():
    _, home = make_pair()
    clients = [sign_in(make_person(home, role)) for role in ("director", "training_manager")]

    def happen():
        other, third = make_pair()
        make_request(home, third)
        log(make_service(home, other))
        session = make_session(make_course(home))
        register(session, make_person(other, "entrepreneur"), employer=other)
        make_file(employer=home, is_complete=False, starts_in=20)

    happen()
    one = [cost(client) for client in clients]
    happen()
    happen()

    assert [cost(client) for client in clients] == one
    assert max(one) <= 31
