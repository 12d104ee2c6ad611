"""Events: places exact under load, the waiting line, what calendars read, who sees the list and the link."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, time, timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, connection, connections, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule, run_state_machine_as_test

from directory.cooperatives.models import DirectoryEntry
from hub.core.accounts.actor import Actor
from hub.core.accounts.errors import UnscopedQuery
from hub.core.accounts.models import Membership, User
from hub.core.accounts.selectors import actor_for
from hub.core.accounts.services import withdraw_role
from hub.core.audit.models import AuditEntry
from hub.core.jobs import runner
from hub.core.kit.dates import today
from hub.core.notifications.models import Mail, Notification
from hub.pages.events import rules, services
from hub.pages.events.enums import PlaceStatus
from hub.pages.events.errors import SameName
from hub.pages.events.forms import EventForm
from hub.pages.events.models import EventPage, EventRegistration, Guest, Seating
from hub.pages.writing import services as writing
from tests.builders.accounts import SYSTEM, make_coordinator, make_member, make_person, sign_in
from tests.builders.life import add_guest, attend, make_event, writer
from tests.builders.workgroups import facilitator_of, join_group, make_group, make_meeting
from workgroups.groups.errors import NotPossible

CONFIRMED, WAITING = PlaceStatus.CONFIRMED, PlaceStatus.WAITING


def url(name, event, *more):
    return reverse(f"events:{name}", args=[event.public_id, *(row.pk for row in more)])


def rows(event):
    return EventRegistration.unscoped.filter(event=event)


def form_of(**changes):
    day = (today() + timedelta(days=20)).isoformat()
    return {
        "title": "Séminaire", "body": "Deux demi-journées.", "theme": "", "audience": "federation", "kind": "seminar", "day": day,
        "begins": "09:30", "ends": "17:00", "place": "Bordeaux", "capacity": "40",
    } | changes  # fmt: skip


@pytest.mark.django_db
def test_an_event_sent_twice_is_one_and_other_places_are_another():
    client = sign_in(writer())
    for capacity in ("40", "40", ""):
        client.post(reverse("events:new"), form_of(key="0193a000-0000-7000-8000-000000000001", capacity=capacity))

    assert set(Seating.objects.values_list("capacity", flat=True)) == {40, None}
    assert EventPage.objects.count() == 2


@pytest.mark.django_db
def test_the_same_event_in_a_form_that_back_fetched_anew_is_the_same():
    client, other = sign_in(writer()), sign_in(writer())
    new_day = (today() + timedelta(days=27)).isoformat()
    sent = [(client, {}), (client, {}), (client, {"day": new_day}), (client, {"capacity": ""}), (other, {})]
    for number, (sender, changes) in enumerate(sent):
        sender.post(reverse("events:new"), form_of(key=f"0193a000-0000-7000-8000-00000000000{number}") | changes)

    assert EventPage.objects.count() == 4

    Seating.objects.filter(capacity=None).update(cancelled_at=timezone.now())
    client.post(reverse("events:new"), form_of(key="0193a000-0000-7000-8000-000000000009", capacity=""))
    assert EventPage.objects.count() == 5, "the words of one that was cancelled announce another"


def assert_exact(event, *, wanted):
    seating = Seating.objects.get(event=event)
    confirmed = rows(event).filter(status=CONFIRMED).count()
    ranks = list(rows(event).filter(status=WAITING).order_by("rank").values_list("rank", flat=True))
    assert confirmed == min(seating.capacity, wanted)
    assert ranks == list(range(1, wanted - confirmed + 1))
    assert (seating.confirmed_count, seating.waiting_count) == (confirmed, len(ranks))


@pytest.mark.django_db(transaction=True)
def test_last_places_asked_by_many_at_once_are_given_once():
    event = make_event(capacity=3)
    home = make_member()
    actors = [actor_for(make_person(home)) for _ in range(12)]

    def ask(actor):
        try:
            services.register(event, actor=actor)
            services.register(event, actor=actor)  # a double click
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(ask, actors))

    assert_exact(event, wanted=12)


@pytest.mark.django_db
def test_the_database_itself_refuses_one_place_too_many_and_a_second_registration():
    event, person = make_event(capacity=1), writer()
    attend(event, person)

    with pytest.raises(IntegrityError), transaction.atomic():
        Seating.objects.filter(event=event).update(confirmed_count=2)
    with pytest.raises(IntegrityError), transaction.atomic():
        EventRegistration.unscoped.create(event=event, user=person, status=CONFIRMED)


class Line(RuleBasedStateMachine):
    """The waiting line against a plain list: places go by order of asking, whatever comes back or is added."""

    @initialize(capacity=st.integers(1, 4))
    def announce(self, capacity):
        home = make_member()
        self.event = make_event(author=make_person(home, "advisor"), capacity=capacity)
        self.actors = [actor_for(make_person(home)) for _ in range(6)]
        self.capacity, self.line = capacity, []

    @rule(number=st.integers(0, 5))
    def register(self, number):
        services.register(self.event, actor=self.actors[number])
        if number not in self.line:
            self.line.append(number)

    @rule()
    def add_guest(self):
        self.line.append(add_guest(self.event, is_another=True).pk)

    @precondition(lambda self: self.line)
    @rule(data=st.data())
    def give_back(self, data):
        number = data.draw(st.sampled_from(self.line))
        is_guest = number not in range(6)
        who = {"pk": number} if is_guest else {"user": self.actors[number].user_id}
        row = rows(self.event).exclude(status=PlaceStatus.CANCELLED).get(**who)
        actor = self.actors[0 if is_guest else number]
        services.cancel_registration(row, actor=actor)
        services.cancel_registration(row, actor=actor)
        self.line.remove(number)

    @rule(capacity=st.integers(1, 6))
    def resize(self, capacity):
        if capacity < min(len(self.line), self.capacity):
            with pytest.raises(NotPossible):
                services.set_capacity(self.event, capacity=capacity, actor=self.actors[0])
        else:
            services.set_capacity(self.event, capacity=capacity, actor=self.actors[0])
            self.capacity = capacity

    @invariant()
    def is_exact(self):
        if not hasattr(self, "event"):
            return
        assert_exact(self.event, wanted=len(self.line))
        seated = {row.user_id or row.pk for row in rows(self.event).filter(status=CONFIRMED)}
        assert seated == {self.actors[one].user_id if one in range(6) else one for one in self.line[: self.capacity]}


class TestLine(TestCase):
    def test_line(self):
        quiet = settings(max_examples=12, stateful_step_count=10, deadline=None, suppress_health_check=list(HealthCheck), database=None)
        run_state_machine_as_test(Line, settings=quiet)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("facts", "starts_in"),
    [({}, -1), ({"capacity": None}, 20), ({"closes_at": -timedelta(hours=1)}, 20)],
)
def test_an_event_that_is_not_open_takes_nobody(facts, starts_in):
    facts = {name: value and timezone.now() + value for name, value in facts.items()}
    event = make_event(starts_in=starts_in, **facts)

    with pytest.raises(NotPossible):
        attend(event)


@pytest.mark.django_db
def test_registering_is_confirmed_by_a_letter_that_carries_the_appointment():
    event, person = make_event(link="https://visio.example.org/secret"), writer()
    client = sign_in(person)

    client.post(url("register", event))
    runner.drain()

    letter = next(one for one in mail.outbox if one.to == [person.email])
    attached = next(part for part in letter.attachments if part[0].endswith(".ics"))
    text = attached[1] if isinstance(attached[1], str) else attached[1].decode()
    assert f"UID:rendez-vous-{event.public_id}@hub-inter-cae" in text
    assert "visio.example.org" not in text
    assert "Vous avez une place" in client.get(event.get_absolute_url()).content.decode()


@pytest.mark.django_db
def test_giving_a_place_back_calls_the_first_in_line_and_tells_her():
    event = make_event(capacity=1)
    first, second = writer(), writer()
    row = attend(event, first)
    attend(event, second)
    client = sign_in(first)

    client.post(url("give_back", event, row))
    client.post(url("give_back", event, row))

    assert rows(event).get(user=second).status == CONFIRMED
    assert Notification.unscoped.filter(user=second, kind="life.place_given").count() == 1
    assert_exact(event, wanted=1)


def close_account(user):
    type(user).objects.filter(pk=user.pk).update(is_active=False)


def leave_the_federation(user):
    withdraw_role(user.memberships(manager="unscoped").get(), actor=SYSTEM)


@pytest.mark.django_db
@pytest.mark.parametrize("leaves", [close_account, leave_the_federation])
def test_a_freed_place_passes_by_who_reads_of_it_no_more_and_her_rank_is_given_back(leaves):
    event = make_event(capacity=1)
    first, gone, third, fourth = (writer() for _ in range(4))
    row = attend(event, first)
    for user in (gone, third, fourth):
        attend(event, user)
    leaves(gone)

    services.cancel_registration(row, actor=SYSTEM)

    assert [(one.status, one.rank) for one in (rows(event).get(user=user) for user in (gone, third, fourth))] == [
        (PlaceStatus.CANCELLED, None), (CONFIRMED, None), (WAITING, 1),
    ]  # fmt: skip
    assert_exact(event, wanted=2)
    assert not Notification.unscoped.filter(user=gone, kind="life.place_given").exists()
    said = AuditEntry.objects.filter(action__startswith="life.registration.").order_by("pk").values_list("action", flat=True)
    assert list(said)[-3:] == ["life.registration.cancelled", "life.registration.cancelled", "life.registration.promoted"]


@pytest.mark.django_db
def test_a_place_freed_once_it_has_begun_is_given_to_nobody_unless_it_is_moved_ahead():
    event = make_event(capacity=1, author=(author := writer()))
    row, late = attend(event), writer()
    attend(event, late)
    typed = {name: value for name, value in EventForm.as_typed(event).items() if value is not None}
    now = timezone.now()
    EventPage.objects.filter(pk=event.pk).update(starts_at=now - timedelta(hours=2), ends_at=now + timedelta(hours=2))

    services.cancel_registration(row, actor=SYSTEM)
    during = rows(event).get(user=late).status
    sign_in(author).post(url("edit", event), typed)

    assert (during, rows(event).get(user=late).status) == (WAITING, CONFIRMED)


@pytest.mark.django_db
def test_nobody_gives_back_another_s_place_but_who_holds_the_event():
    home = make_member()
    event, row = make_event(author=writer(home)), None
    row = attend(event)

    assert sign_in(writer()).post(url("give_back", event, row)).status_code == 404
    assert sign_in(writer(home)).post(url("give_back", event, row)).status_code == 302
    assert rows(event).get().status == PlaceStatus.CANCELLED
    with pytest.raises(UnscopedQuery):
        list(EventRegistration.objects.all())


@pytest.mark.django_db
def test_the_list_of_people_is_for_those_who_hold_the_event_and_taking_it_away_is_said():
    home = make_member()
    event = make_event(author=writer(home))
    person = make_person(make_member("Bâti"), "advisor", last_name="Inscrite")
    attend(event, person)
    people = {"colleague": writer(home), "attendee": person, "stranger": writer(), "coordinator": make_coordinator()}

    opened = {name: sign_in(user).get(url("people", event)).status_code for name, user in people.items()}
    taken = {name: sign_in(user).get(url("people_csv", event)).status_code for name, user in people.items()}
    lines = b"".join(sign_in(people["colleague"]).get(url("people_csv", event)).streaming_content).decode()

    assert opened == taken == {"colleague": 200, "attendee": 403, "stranger": 403, "coordinator": 403}
    assert f"Inscrite,Bâti,{person.email}" in lines
    assert AuditEntry.objects.filter(action="life.event.people").count() == 2
    assert "Inscrite" in sign_in(people["colleague"]).get(url("people", event)).content.decode()
    assert "Inscrite" not in sign_in(people["stranger"]).get(event.get_absolute_url()).content.decode()


@pytest.mark.django_db
def test_a_group_s_members_do_not_see_who_registers_its_facilitator_does():
    group = make_group()
    event = make_event(author=facilitator_of(group), group=group)
    attend(event, join_group(group))
    member = join_group(group)

    assert sign_in(member).get(url("people", event)).status_code == 403
    assert not EventRegistration.objects.visible_to(actor_for(member)).exists()
    assert EventRegistration.objects.visible_to(actor_for(facilitator_of(group))).exists()


@pytest.mark.django_db
def test_the_video_link_is_for_those_who_have_a_place():
    link = "https://visio.example.org/secret"
    event = make_event(link=link, capacity=1, audience="public", author=(author := writer()))
    seated, waiting = writer(), writer()
    attend(event, seated)
    attend(event, waiting)
    readers = {
        "seated": sign_in(seated),
        "waiting": sign_in(waiting),
        "author": sign_in(author),
        "other": sign_in(writer()),
        "nobody": Client(),
    }

    for address in (event.get_absolute_url(), url("event_ics", event)):
        assert {name for name, client in readers.items() if link in client.get(address).content.decode()} == {"seated", "author"}, address
    for address in (reverse("events:list_ics"), reverse("events:list"), reverse("events:list_atom")):
        assert not any(link in client.get(address).content.decode() for client in readers.values()), address


@pytest.mark.django_db
def test_without_registration_the_link_is_for_whoever_may_come():
    """A visitor too, of what is public and of nothing else."""
    link = "https://visio.example.org/x"
    free = make_event(link=link, capacity=None, place="", audience="public")
    closed = {"placed": make_event(link=link, audience="public"), "federation": make_event(link=link, capacity=None)}

    for client in (sign_in(writer()), Client()):
        for address in (free.get_absolute_url(), url("event_ics", free)):
            assert link in client.get(address).content.decode().replace("\r\n ", ""), address
        assert "À distance" in client.get(free.get_absolute_url()).content.decode()
    for name, event in closed.items():
        for address in (event.get_absolute_url(), url("event_ics", event)):
            assert link not in Client().get(address).content.decode().replace("\r\n ", ""), name
    for address in (reverse("events:list_ics"), reverse("events:list"), reverse("events:list_atom")):
        assert link not in Client().get(address).content.decode().replace("\r\n ", ""), address
    assert not rules.can_read_link(Actor.anonymous(), closed["federation"], None, holds=False)


@pytest.mark.django_db
def test_a_visitor_reads_no_link_of_what_is_over_or_cancelled():
    link, now = "https://visio.example.org/x", timezone.now()
    over, cancelled = (make_event(link=link, capacity=None, audience="public") for _ in range(2))
    EventPage.objects.filter(pk=over.pk).update(starts_at=now - timedelta(hours=2), ends_at=now - timedelta(minutes=1))
    Seating.objects.filter(event=cancelled).update(cancelled_at=now)

    for event in (over, cancelled):
        for address in (event.get_absolute_url(), url("event_ics", event)):
            assert link not in Client().get(address).content.decode().replace("\r\n ", ""), address


@pytest.mark.django_db
def test_moving_an_event_raises_its_sequence_and_tells_those_registered():
    author, person = writer(), writer()
    event = make_event(author=author)
    attend(event, person)
    typed = {name: value for name, value in EventForm.as_typed(event).items() if value is not None}
    client = sign_in(author)

    client.post(url("edit", event), typed | {"body": "Autre texte"})
    quiet = (Seating.objects.get().sequence, Notification.unscoped.filter(kind="life.event_moved").count())
    typed["revision"] = EventPage.objects.get().latest_revision_id
    client.post(url("edit", event), typed | {"place": "Lormont (33)"})

    assert Notification.unscoped.filter(kind="life.event_moved").count() - quiet[1] == 1
    assert Seating.objects.get().sequence == quiet[0] + 1
    assert f"SEQUENCE:{quiet[0] + 1}\r\n" in sign_in(person).get(url("event_ics", event)).content.decode()


@pytest.mark.django_db
def test_a_cancelled_event_says_so_everywhere_and_takes_nobody():
    author, person = writer(), writer()
    event = make_event(author=author, audience="public")
    attend(event, person)

    asked = sign_in(author).post(url("cancel", event), {"reason": ""})
    sign_in(author).post(url("cancel", event), {"reason": "Tempête"})
    runner.drain()

    assert "<title>Erreur" in asked.content.decode()
    assert "Tempête" in Client().get(event.get_absolute_url()).content.decode()
    assert "STATUS:CANCELLED" in Client().get(url("event_ics", event)).content.decode()
    assert Notification.unscoped.filter(user=person, kind="life.event_cancelled").count() == 1
    assert sign_in(writer()).get(url("cancel", event)).status_code == 403
    with pytest.raises(NotPossible):
        attend(event)


@pytest.mark.django_db
def test_fewer_places_than_people_is_refused_in_the_form_and_more_call_the_line():
    author = writer()
    event = make_event(author=author, capacity=2)
    for _ in range(4):
        attend(event)
    typed = {name: value for name, value in EventForm.as_typed(event).items() if value is not None}
    client = sign_in(author)

    few = client.post(url("edit", event), typed | {"capacity": "1"})
    client.post(url("edit", event), typed | {"capacity": "3"})

    assert "2 personnes ont déjà une place" in few.content.decode().replace("\u00a0", " ")
    assert_exact(event, wanted=4)
    assert Seating.objects.get().capacity == 3


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"ends": "09:00"}, "La fin suit le début"), ({"place": ""}, "Dites où l’on se retrouve"), ({"day": "9999-12-31"}, "entre 2000 et 2100"),
        ({"capacity": "0"}, "Places"), ({"link": "javascript:alert(1)"}, "Lien"), ({"day": "", "last_day": "2027-01-01"}, "Jour"),
        ({"closes_on": "2099-01-01"}, "se closent avant"), ({"kind": "autre"}, "Nature"), ({"begins": "25:99"}, "De"),
        ({"day": "2027-03-28", "begins": "02:00", "ends": "03:00"}, "n’existe pas ce jour-là"),
        ({"day": "2027-03-28", "begins": "02:30", "ends": "03:00"}, "n’existe pas ce jour-là"),
        ({"day": "2027-03-27", "last_day": "2027-03-28", "ends": "02:30"}, "n’existe pas ce jour-là"),
    ],
)  # fmt: skip
def test_a_bad_event_is_said_and_nothing_typed_is_lost(facts, said, monkeypatch):
    from tests.plugins import pages

    monkeypatch.setattr(pages, "_keep_page", lambda *args: None)
    answer = sign_in(writer()).post(reverse("events:new"), form_of(title="Mes mots", **facts))

    assert answer.status_code == 200
    assert "<title>Erreur" in answer.content.decode()
    assert said in answer.content.decode()
    assert "Mes mots" in answer.content.decode()
    assert not EventPage.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("day", ["2027-03-28", "2027-10-31"])
def test_the_hour_of_paris_survives_the_change_of_clocks(day):
    client = sign_in(writer())
    client.post(reverse("events:new"), form_of(day=day))
    event = EventPage.objects.get()
    utc = event.starts_at.astimezone(timezone.get_fixed_timezone(0))

    assert timezone.localtime(event.starts_at) == timezone.make_aware(datetime.fromisoformat(f"{day}T09:30"))
    assert f"DTSTART:{utc:%Y%m%dT%H%M%SZ}" in client.get(url("event_ics", event)).content.decode()


@pytest.mark.django_db
def test_an_hour_that_comes_twice_is_its_first_and_comes_back_as_typed():
    client = sign_in(writer())
    client.post(reverse("events:new"), form_of(day="2027-10-31", begins="02:00", ends="02:45"))
    event = EventPage.objects.get()

    assert event.starts_at.astimezone(UTC) == datetime(2027, 10, 31, 0, tzinfo=UTC)
    assert event.ends_at - event.starts_at == timedelta(minutes=45)
    assert EventForm.as_typed(event)["begins"] == time(2)


@pytest.mark.django_db
def test_an_event_kept_without_length_spoils_no_calendar_and_takes_people():
    reader, event = make_person(make_member()), make_event(capacity=3)
    EventPage.objects.filter(pk=event.pk).update(ends_at=event.starts_at)
    client = sign_in(reader)

    assert client.post(url("register", event)).status_code == 302
    for address in (reverse("events:list_ics"), url("event_ics", event)):
        text = client.get(address).content.decode()
        assert "BEGIN:VEVENT" in text
        assert "DTEND" not in text


@pytest.mark.django_db
def test_past_events_come_when_asked_and_the_agenda_begins_with_the_nearest():
    make_event("Passé", starts_in=-3)
    make_event("Lointain", starts_in=40)
    make_event("Proche", starts_in=4)
    client = sign_in(writer())

    def titles(query=""):
        return [page.title for page in client.get(reverse("events:list") + query).context["page"]]

    assert titles() == ["Proche", "Lointain"]
    assert titles("?passes=oui") == ["Passé", "Proche", "Lointain"]
    assert client.get(reverse("events:list_ics") + "?nature=inconnue").status_code == 400


@pytest.mark.django_db
def test_one_s_own_calendar_holds_the_links_of_one_s_places():
    person = writer(home := make_member())
    mine, other = (make_event(name, link=f"https://visio.example.org/{name}") for name in ("Mien", "Autre"))
    attend(mine, person)
    address = sign_in(person).post(reverse("life:own_feed")).context["links"][1]

    group = make_group()
    join_group(group, home, user=person)
    make_meeting(group, title="Du groupe")
    make_meeting(make_group(), title="Du voisin")
    text = Client().get(address).content.decode().replace("\r\n ", "")

    assert (text.count("BEGIN:VEVENT"), "visio.example.org/Mien" in text, "visio.example.org/Autre" in text) == (3, True, False)
    assert ("Du groupe" in text, "Du voisin" in text) == (True, False)
    assert other.pk
    assert Client().get("/flux/faux.ics").status_code == 404


@pytest.mark.django_db
def test_a_calendar_holds_no_link_of_a_place_once_one_may_take_no_part():
    """Its address goes on answering: it says what any visitor reads."""
    person = writer()
    free, placed = (make_event(name, link=f"https://visio.example.org/{name}", capacity=capacity, audience="public")
                    for name, capacity in (("Libre", None), ("Place", 5)))  # fmt: skip
    attend(placed, person)
    path = "/" + sign_in(person).post(reverse("life:own_feed")).context["links"][1].split("/", 3)[3]

    def links():
        text = Client().get(path).content.decode().replace("\r\n ", "")
        return [f"visio.example.org/{event.title}" in text for event in (free, placed)], text.count("BEGIN:VEVENT")

    before = links()
    withdraw_role(person.memberships(manager="unscoped").get(), actor=SYSTEM)

    assert (before, links()) == (([True, True], 2), ([True, False], 2))
    assert "visio.example.org" not in sign_in(person).get(placed.get_absolute_url()).content.decode()


@pytest.mark.django_db
def test_a_calendar_costs_the_same_with_one_event_of_a_group_and_with_three():
    group = make_group()
    person = join_group(group)
    address = sign_in(person).post(reverse("life:own_feed")).context["links"][1]

    def cost():
        make_event(author=facilitator_of(group), group=group, link="https://visio.example.org/x")
        with CaptureQueriesContext(connection) as queries:
            Client().get(address)
        return len(queries)

    one = cost()
    cost()
    assert cost() == one


@pytest.mark.django_db
def test_an_event_that_has_begun_is_cancelled_no_more():
    author = writer()
    event = make_event(author=author, starts_in=-1)

    answer = sign_in(author).post(url("cancel", event), {"reason": "Finalement non"})

    page = answer.content.decode()
    assert "a commencé" in page
    assert "Finalement non" in page
    assert url("cancel", event) not in sign_in(author).get(event.get_absolute_url()).content.decode()
    assert Seating.objects.get(event=event).cancelled_at is None


@pytest.mark.django_db
@pytest.mark.parametrize("capacity", [1, 20])
def test_an_event_where_people_are_expected_is_cancelled_before_it_is_taken_down(capacity):
    author, person = writer(), writer()
    event = make_event(author=author, capacity=capacity)
    attend(event, person)
    client = sign_in(author)

    said = client.post(url("take_down", event), follow=True).content.decode()
    held = EventPage.objects.get(pk=event.pk).live
    services.cancel_event(event, reason="Neige", actor=actor_for(author))
    client.post(url("take_down", event))

    assert "1 personne est inscrite" in said.replace("\u00a0", " ")
    assert url("cancel", event) in said, "the way to cancel is beside"
    assert held is True
    assert EventPage.objects.get(pk=event.pk).live is False
    assert Notification.unscoped.filter(user=person, kind="life.event_cancelled").count() == 1


@pytest.mark.django_db
def test_one_person_has_a_place_in_the_singular():
    event = make_event(author=(author := writer()))
    attend(event)
    typed = {name: value for name, value in EventForm.as_typed(event).items() if value is not None and name != "capacity"}

    page = sign_in(author).post(url("edit", event), typed).content.decode().replace("\u00a0", " ")

    assert "1 personne a déjà une place" in page
    with pytest.raises(NotPossible, match=r"1.personne a déjà une place"):
        services.set_capacity(event, capacity=None, actor=actor_for(author))


@pytest.mark.django_db
def test_an_event_under_way_is_taken_down_as_it_is_cancelled_no_more():
    event = make_event(author=(author := writer()))
    attend(event)
    now = timezone.now()
    EventPage.objects.filter(pk=event.pk).update(starts_at=now - timedelta(hours=1), ends_at=now + timedelta(hours=2))

    said = sign_in(author).post(url("take_down", event), follow=True).content.decode()

    assert "annulez le rendez-vous" not in said
    assert EventPage.objects.get(pk=event.pk).live is False


# -- what diaries and those registered are told ------------------------------------------------------------------------
def diary_of(user, kind):
    """METHOD, STATUS and SEQUENCE of the appointment that the last letter of this kind carries."""
    lines = Mail.objects.filter(user=user, kind=kind).latest("created_at", "pk").calendar.split("\r\n")
    return tuple(next(line.partition(":")[2] for line in lines if line.startswith(name)) for name in ("METHOD:", "STATUS:", "SEQUENCE:"))


@pytest.mark.django_db
def test_diaries_are_told_of_a_change_and_of_a_cancellation():
    author, person = writer(), writer()
    event = make_event(author=author)
    attend(event, person)
    typed = {name: value for name, value in EventForm.as_typed(event).items() if value is not None}
    client = sign_in(author)

    client.post(url("edit", event), typed | {"place": "Lormont (33)"})
    client.post(url("cancel", event), {"reason": "Tempête"})

    told = [diary_of(person, f"life.{what}") for what in ("registered", "event_moved", "event_cancelled")]
    assert told == [("PUBLISH", "CONFIRMED", "0"), ("PUBLISH", "CONFIRMED", "1"), ("CANCEL", "CANCELLED", "2")]


@pytest.mark.django_db
def test_a_cancelled_event_is_changed_no_more_and_tells_nobody_of_a_change():
    author, person = writer(), writer()
    event = make_event(author=author)
    attend(event, person)
    typed = {name: value for name, value in EventForm.as_typed(event).items() if value is not None}
    client = sign_in(author)
    offered = url("edit", event) in client.get(event.get_absolute_url()).content.decode()
    services.cancel_event(event, reason="Neige", actor=actor_for(author))

    page = client.post(url("edit", event), typed | {"place": "Lormont (33)"}).content.decode()

    assert (offered, url("edit", event) in client.get(event.get_absolute_url()).content.decode()) == (True, False)
    assert ("il ne se change plus" in page, "Lormont (33)" in page) == (True, True)
    assert EventPage.objects.get(pk=event.pk).place == event.place
    assert not Notification.unscoped.filter(user=person, kind="life.event_moved").exists()


@pytest.mark.django_db
def test_moderation_that_withdraws_an_event_tells_those_registered_why_and_their_diaries():
    author, person, stranger = writer(), writer(), writer()
    event, coordinator = make_event(author=author), sign_in(make_coordinator())
    attend(event, person)

    before = coordinator.get(url("withdraw", event)).content.decode()
    for _ in range(2):
        coordinator.post(url("withdraw", event), {"reason": "Une personne est nommée."})

    assert "Les personnes inscrites sont prévenues" in before
    letter = Mail.objects.get(user=person, kind="life.event_withdrawn")
    assert ("Une personne est nommée." in letter.body, letter.url) == (True, "")
    assert diary_of(person, "life.event_withdrawn") == ("CANCEL", "CANCELLED", "1")
    assert set(Notification.unscoped.filter(kind="life.event_withdrawn").values_list("user", flat=True)) == {person.pk}
    assert Notification.unscoped.filter(user=author, kind="life.withdrawn").count() == 1
    assert not Notification.unscoped.filter(user=stranger).exists()


@pytest.mark.django_db
def test_an_event_put_back_keeps_its_places_and_is_told_again():
    event, coordinator = make_event(capacity=1), sign_in(make_coordinator())
    first, second = writer(), writer()
    row = attend(event, first)
    attend(event, second)
    coordinator.post(url("withdraw", event), {"reason": "Motif"})

    sign_in(first).post(url("give_back", event, row))
    meanwhile = rows(event).get(user=second).status
    for _ in range(2):
        coordinator.post(url("restore", event))

    assert (meanwhile, rows(event).get(user=second).status) == (WAITING, CONFIRMED)
    assert diary_of(second, "life.event_moved") == ("PUBLISH", "CONFIRMED", "2")
    letter = Mail.objects.get(user=second, kind="life.event_moved")
    assert ("De nouveau annoncé" in letter.subject, "de nouveau annoncé" in letter.body) == (True, True)
    assert not Mail.objects.filter(user=first, kind="life.event_moved").exists()


@pytest.mark.django_db
@pytest.mark.parametrize("begins_in", [timedelta(days=20), -timedelta(hours=1)])
def test_moderation_that_withdraws_what_is_cancelled_or_begun_tells_nobody(begins_in):
    starts = timezone.now() + begins_in
    event = make_event(author=(author := writer()), starts_at=starts, ends_at=starts + timedelta(hours=3))
    EventRegistration.unscoped.create(event=event, user=writer(), status=CONFIRMED)
    Seating.objects.filter(event=event).update(confirmed_count=1)
    if begins_in > timedelta():
        services.cancel_event(event, reason="Neige", actor=actor_for(author))
    coordinator = sign_in(make_coordinator())

    coordinator.post(url("withdraw", event), {"reason": "Motif"})
    coordinator.post(url("restore", event))

    assert EventPage.objects.get(pk=event.pk).live is True
    assert not Notification.unscoped.filter(kind__in=["life.event_withdrawn", "life.event_moved"]).exists()


@pytest.mark.django_db
def test_an_event_leaves_none_of_those_registered_out_of_its_readers():
    group = make_group()
    author, inside, outside = facilitator_of(group), join_group(group), writer()
    event = make_event(author=author)
    for user in (inside, outside):
        attend(event, user)
    typed = {name: value for name, value in EventForm.as_typed(event).items() if value is not None}
    client = sign_in(author)

    def narrow():
        typed["revision"] = EventPage.objects.get(pk=event.pk).latest_revision_id
        return client.post(url("edit", event), typed | {"audience": group.token, "title": "Entre nous"})

    page = narrow().content.decode().replace("\u00a0", " ")
    kept = EventPage.objects.get(pk=event.pk)
    services.cancel_registration(rows(event).get(user=outside), actor=SYSTEM)
    narrow()

    assert "1 personne inscrite ne lirait plus ce rendez-vous" in page
    assert (kept.audience, kept.title) == ("federation", event.title)
    assert EventPage.objects.get(pk=event.pk).audience == group.token


@pytest.mark.django_db
def test_an_event_that_is_over_is_narrowed_whoever_came():
    group = make_group()
    event = make_event(author=(author := facilitator_of(group)))
    attend(event)
    EventPage.objects.filter(pk=event.pk).update(starts_at=timezone.now() - timedelta(hours=3), ends_at=timezone.now() - timedelta(hours=1))
    page = EventPage.objects.get(pk=event.pk)

    services.save_event(page, facts={"audience": group.token, "workgroup_id": group.pk, "capacity": 12}, actor=actor_for(author))

    assert EventPage.objects.get(pk=event.pk).audience == group.token


@pytest.mark.django_db
def test_who_reads_of_an_event_no_more_is_shown_nothing_of_it_and_may_give_her_place_back():
    event, person = make_event("Visite réservée"), writer()
    row = attend(event, person)
    client = sign_in(person)
    before = "Visite réservée" in client.get("/moi/").content.decode()
    leave_the_federation(person)
    client = sign_in(person)

    after = "Visite réservée" in client.get("/moi/").content.decode()
    answers = [client.get(event.get_absolute_url()).status_code, sign_in(writer()).post(url("give_back", event, row)).status_code]
    told = client.post(url("give_back", event, row), follow=True)

    assert (before, after, answers) == (True, False, [404, 404])
    assert (told.redirect_chain[0][0], told.status_code) == ("/moi/", 200)
    assert "Votre inscription est retirée." in told.content.decode()
    assert rows(event).get().status == PlaceStatus.CANCELLED


@pytest.mark.django_db
def test_an_event_where_nobody_is_expected_is_taken_down_at_once():
    author = writer()
    event = make_event(author=author)

    sign_in(author).post(url("take_down", event))

    assert EventPage.objects.get(pk=event.pk).live is False


@pytest.mark.django_db
def test_where_one_is_expected_stands_on_the_first_page():
    person = writer()
    event = make_event("Visite à venir")
    attend(event, person)

    assert "Visite à venir" in sign_in(person).get("/moi/").content.decode()
    services.cancel_event(event, reason="x", actor=actor_for(event.author))
    assert "Mes dates" not in sign_in(person).get("/moi/").content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("site", ["https://www.letancon.example/contact", ""])
def test_a_visitor_is_told_whom_to_ask_for_a_place(site):
    home = make_member("L’Étançon")
    DirectoryEntry.unscoped.filter(organisation=home).update(website=site, phone="01 99 00 12 34", email="accueil@letancon.example")
    event = make_event(author=writer(home), audience="public")

    page = Client().get(event.get_absolute_url()).content.decode()

    assert "Se connecter pour s’inscrire" in page
    assert f'demandez votre place à qui organise&nbsp;: <a href="/cooperatives/{home.slug}/">L’Étançon</a>' in page
    assert (f'<a href="{site}" rel="noopener noreferrer external">letancon.example</a>' in page) is bool(site)
    assert 'href="tel:0199001234"' in page
    assert 'href="mailto:accueil@letancon.example"' in page
    assert "demandez votre place" not in sign_in(writer()).get(event.get_absolute_url()).content.decode()


@pytest.mark.django_db
def test_a_visitor_is_led_to_no_entry_that_is_hidden_and_asks_no_place_that_is_not_given():
    home, group = make_member("L’Étançon"), make_group("Former ensemble")
    DirectoryEntry.unscoped.filter(organisation=home).update(is_published=False)
    hidden, over = (make_event(author=writer(home), audience="public", starts_in=days) for days in (20, -2))
    of_group = make_event(author=facilitator_of(group), audience="public", workgroup_id=group.pk)

    pages = [Client().get(event.get_absolute_url()).content.decode() for event in (hidden, over, of_group)]

    assert "à qui organise&nbsp;: L’Étançon." in pages[0]
    assert ("Se connecter pour s’inscrire" in pages[1], "demandez votre place" in pages[1]) == (False, False)
    assert "à qui organise&nbsp;: Former ensemble." in pages[2], "a group that nobody convenes has no entry"


@pytest.mark.django_db
def test_where_one_meets_is_asked_as_it_is_required():
    html = sign_in(writer()).get(reverse("events:new")).content.decode()

    assert "(ou un lien)" in html
    assert "(ou un lieu)" in html


# -- the line, those who left, those taken off, what comes back --------------------------------------------------------
def a_week_ago(person):
    """She left then."""
    day = today() - timedelta(days=8)
    Membership.unscoped.filter(user=person).update(starts_on=day, ends_on=day)


def leave(person):
    """Her CAE's since long ago, and no more since yesterday."""
    Membership.unscoped.filter(user=person).update(starts_on=today() - timedelta(days=90), ends_on=today() - timedelta(days=1))


def status_of(text):
    return next(line.partition(":")[2] for line in text.split("\r\n") if line.startswith("STATUS:"))


@pytest.mark.django_db
def test_diary_of_who_waits_says_that_it_is_not_sure_until_a_place_is_hers():
    author, first, second = writer(), writer(), writer()
    event = make_event(author=author, capacity=1)
    row = attend(event, first)
    attend(event, second)
    secret = writing.make_feed_key(second, actor=actor_for(second))
    waiting, seated = sign_in(second), sign_in(first)
    addresses = (url("event_ics", event), reverse("events:feed_ics", args=[secret]))
    typed = {name: value for name, value in EventForm.as_typed(event).items() if value is not None}

    before = [status_of(waiting.get(address).content.decode()) for address in addresses]
    sign_in(author).post(url("edit", event), typed | {"place": "Lormont (33)"})
    moved = [diary_of(person, "life.event_moved")[1] for person in (first, second)]
    seated.post(url("give_back", event, row))

    assert diary_of(second, "life.registered") == ("PUBLISH", "TENTATIVE", "0")
    assert before == ["TENTATIVE", "TENTATIVE"]
    assert moved == ["CONFIRMED", "TENTATIVE"]
    assert diary_of(second, "life.place_given") == ("PUBLISH", "CONFIRMED", "1")
    assert [status_of(waiting.get(address).content.decode()) for address in addresses] == ["CONFIRMED", "CONFIRMED"]


@pytest.mark.django_db
def test_appointment_of_a_place_given_is_dated_after_that_of_the_line():
    event = make_event(capacity=1)
    row, second = attend(event), writer()
    attend(event, second)
    Seating.objects.filter(event=event).update(updated_at=timezone.now() - timedelta(days=3))

    services.cancel_registration(row, actor=SYSTEM)

    lines = Mail.objects.get(user=second, kind="life.place_given").calendar.split("\r\n")
    stamp = next(line.partition(":")[2] for line in lines if line.startswith("DTSTAMP:"))
    assert stamp > f"{timezone.now().astimezone(UTC) - timedelta(hours=1):%Y%m%dT%H%M%SZ}"


@pytest.mark.django_db
def test_place_of_who_left_the_federation_goes_to_who_waits():
    event, home = make_event(capacity=2), make_member()
    gone, stays, waits = make_person(home, "advisor"), writer(), writer()
    lonely = make_event(capacity=1)
    for person in (gone, stays, waits):
        attend(event, person)
    attend(lonely, gone)
    leave(gone)
    services.give_places_on(SYSTEM)
    assert rows(event).get(user=gone).status == CONFIRMED, "she may be between two roles"
    a_week_ago(gone)

    services.give_places_on(SYSTEM)
    services.give_places_on(SYSTEM)

    assert {row.user_id: row.status for row in rows(event)} == {gone.pk: "cancelled", stays.pk: CONFIRMED, waits.pk: CONFIRMED}
    assert_exact(event, wanted=2)
    assert rows(lonely).get().status == CONFIRMED, "nobody waits for it"
    assert Mail.objects.filter(kind="life.place_given").count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("is_closed", [False, True], ids=["left", "closed account"])
def test_who_left_and_loses_her_place_is_told_with_her_diary_and_no_word_of_it_that_she_did_not_know(is_closed):
    event, gone = make_event(capacity=1), writer()
    for person in (gone, writer()):
        attend(event, person)
    a_week_ago(gone)
    EventPage.objects.filter(pk=event.pk).update(
        place="Salle du conseil",
        body="Le mot de passe est « chaux »",
        title="Plan de licenciement",
        starts_at=event.starts_at + timedelta(hours=1),
    )
    User.objects.filter(pk=gone.pk).update(is_active=not is_closed)

    for _ in range(2):
        services.give_places_on(SYSTEM)

    letters = list(Mail.objects.filter(kind="life.place_lost"))
    told = Notification.unscoped.filter(user=gone, kind="life.place_lost")
    assert rows(event).get(user=gone).status == PlaceStatus.CANCELLED
    if is_closed:
        assert (letters, told.count()) == ([], 0)
        return
    (letter,) = letters
    assert (letter.user_id, event.title in letter.body, letter.url) == (gone.pk, True, "")
    assert diary_of(gone, "life.place_lost")[:2] == ("CANCEL", "CANCELLED")
    said = letter.subject + letter.body + letter.calendar
    assert not any(word in said for word in ("Salle du conseil", "chaux", "licenciement"))
    assert f"DTSTART:{event.starts_at.astimezone(UTC):%Y%m%dT%H%M%SZ}" in letter.calendar
    assert (told.get().audience, told.get().url) == ("", "")


@pytest.mark.django_db
def test_who_is_taken_off_the_list_is_told_with_her_diary_and_who_leaves_by_herself_is_not():
    author, taken, leaves = writer(), writer(), writer()
    event, client = make_event(author=author), sign_in(author)
    row, own = attend(event, taken), attend(event, leaves)

    for _ in range(2):
        client.post(url("give_back", event, row))
    sign_in(leaves).post(url("give_back", event, own))

    letter = Mail.objects.get(kind="life.taken_off")
    assert (letter.user_id, event.title in letter.body) == (taken.pk, True)
    assert diary_of(taken, "life.taken_off")[:2] == ("CANCEL", "CANCELLED")
    assert Notification.unscoped.filter(user=taken, kind="life.taken_off").count() == 1


@pytest.mark.django_db
def test_nobody_is_told_that_she_is_off_the_list_of_what_is_over():
    author = writer()
    event = make_event(author=author)
    row = attend(event)
    EventPage.objects.filter(pk=event.pk).update(starts_at=timezone.now() - timedelta(days=2), ends_at=timezone.now() - timedelta(days=1))

    sign_in(author).post(url("give_back", event, row))

    assert rows(event).get().status == PlaceStatus.CANCELLED
    assert not Mail.objects.filter(kind="life.taken_off").exists()


def taken_down_and_put_off(event, author, **changes):
    """Begun, taken down, then written for another day."""
    begun = timezone.now() - timedelta(hours=1)
    EventPage.objects.filter(pk=event.pk).update(starts_at=begun, ends_at=begun + timedelta(minutes=30))
    client = sign_in(author)
    client.post(url("take_down", event))
    page = EventPage.objects.get(pk=event.pk)
    typed = {name: value for name, value in EventForm.as_typed(page).items() if value is not None}
    later = (today() + timedelta(days=30)).isoformat()
    typed |= {"day": later, "begins": "10:00", "ends": "12:00", "revision": page.latest_revision_id} | changes
    typed.pop("last_day", None)
    client.post(url("edit", event), typed)
    return client


@pytest.mark.django_db
def test_an_event_announced_anew_after_it_was_taken_down_tells_those_who_kept_a_place():
    author, person, waits, gone = writer(), writer(), writer(), writer()
    event = make_event(author=author, capacity=2)
    for one in (person, gone, waits):
        attend(event, one)
    leave(gone)
    a_week_ago(gone)
    client = taken_down_and_put_off(event, author)
    assert not Mail.objects.filter(kind="life.event_moved").exists()

    for _ in range(2):
        client.post(url("publish", event))

    assert EventPage.objects.get(pk=event.pk).live
    assert [diary_of(one, "life.event_moved") for one in (person, waits)] == [("PUBLISH", "CONFIRMED", "1")] * 2
    assert Mail.objects.filter(kind="life.event_moved").count() == 2
    assert rows(event).get(user=gone).status == PlaceStatus.CANCELLED


@pytest.mark.django_db
def test_an_event_is_not_announced_anew_for_readers_without_those_who_kept_a_place():
    home, group = make_member(), make_group()
    author, person = writer(home), writer()
    event = make_event(author=author)
    attend(event, person)
    join_group(group, home, user=author)
    client = taken_down_and_put_off(event, author, audience=group.token)

    said = client.post(url("publish", event), follow=True).content.decode()

    assert "personne inscrite ne lirait plus" in said
    assert not EventPage.objects.get(pk=event.pk).live


# -- who has no account ------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_guest_takes_a_place_as_others_do_and_no_letter_leaves():
    event = make_event(capacity=2)
    attend(event)
    client = sign_in(event.author)
    Mail.objects.all().delete()

    answer = client.post(url("add_guest", event), {"name": "  Ada   Exemple ", "phone": "01 99 00 12 34", "email": "ada@example.org"})
    waiting = add_guest(event, "Bob Exemple")

    assert answer["Location"] == url("people", event)
    first = rows(event).get(guest__name="Ada Exemple")
    assert (first.status, first.guest.phone, first.guest.email) == (CONFIRMED, "01 99 00 12 34", "ada@example.org")
    assert (waiting.status, waiting.rank) == (WAITING, 1)
    assert_exact(event, wanted=3)
    assert not Mail.objects.exists()
    line = AuditEntry.objects.filter(action="life.registration.guest").first()
    assert line.object_id == str(first.pk)
    assert "Ada" not in str(line.data)


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["people", "people_csv", "add_guest"])
def test_a_guest_is_read_by_who_holds_the_event_alone(address):
    home = make_member()
    event = make_event(author=writer(home), audience="public")
    add_guest(event, "Ada Exemple", phone="01 99 00 12 34", email="ada@example.org")
    attendee = attend(event, writer()).user

    for client in (sign_in(attendee), sign_in(make_coordinator())):
        assert client.get(url(address, event)).status_code == 403
        assert client.post(url("add_guest", event), {"name": "Bob Exemple"}).status_code == 403
    assert Client().get(url(address, event)).status_code in {302, 403}
    assert "Ada Exemple" not in sign_in(attendee).get(event.get_absolute_url()).content.decode()
    assert not EventRegistration.objects.visible_to(actor_for(attendee)).exclude(user=attendee).exists()


@pytest.mark.django_db
def test_who_holds_the_event_reads_how_to_reach_a_guest_on_the_list_and_in_its_csv():
    home = make_member()
    event = make_event(author=writer(home))
    add_guest(event, "Ada Exemple", phone="01 99 00 12 34", email="ada@example.org")
    attend(event)
    client = sign_in(writer(home))

    page = client.get(url("people", event)).content.decode()
    lines = b"".join(client.get(url("people_csv", event)).streaming_content).decode()

    assert "Ada Exemple" in page
    assert 'href="tel:0199001234"' in page
    assert 'href="mailto:ada@example.org"' in page
    assert "Ada Exemple,,ada@example.org,Inscrite ou inscrit,," in lines
    assert ",01 99 00 12 34,oui" in lines
    assert "1\u00a0personne sans compte" in client.get(url("cancel", event)).content.decode()


@pytest.mark.django_db
def test_taking_a_guest_off_erases_her_and_calls_the_first_in_line():
    event = make_event(capacity=1)
    guest, second = add_guest(event), writer()
    attend(event, second)

    answer = sign_in(event.author).post(url("give_back", event, guest))

    assert answer["Location"] == url("people", event)
    assert rows(event).get(user=second).status == CONFIRMED
    assert rows(event).get(pk=guest.pk).status == PlaceStatus.CANCELLED
    assert not Guest.objects.exists()
    assert_exact(event, wanted=1)


@pytest.mark.django_db
def test_a_guest_who_gets_a_place_from_the_line_is_told_by_who_announced_the_event():
    event = make_event(capacity=1)
    row = attend(event)
    guest = add_guest(event)

    services.cancel_registration(row, actor=SYSTEM)

    assert rows(event).get(pk=guest.pk).status == CONFIRMED
    notice = Notification.unscoped.get(kind="life.guest_seated")
    assert (notice.user, notice.url) == (event.author, url("people", event))
    assert "Ada" not in notice.text
    assert "prévenez-la" in Mail.objects.get(kind="life.guest_seated").body


@pytest.mark.django_db
@pytest.mark.parametrize("seats_guest", [True, False], ids=["seated", "in the line"])
def test_a_guest_keeps_what_she_has_though_she_reads_of_no_event_here(seats_guest):
    event = make_event(capacity=2)
    guest = add_guest(event) if seats_guest else None
    leaving = attend(event, writer())
    if not seats_guest:
        attend(event)
        guest = add_guest(event)
    attend(event)
    User.objects.filter(pk=leaving.user_id).update(is_active=False)

    services.give_places_on(SYSTEM)

    assert rows(event).get(pk=guest.pk).status == CONFIRMED
    assert rows(event).get(pk=leaving.pk).status == PlaceStatus.CANCELLED
    assert Guest.objects.filter(registration=guest).exists()


@pytest.mark.django_db
@pytest.mark.parametrize("of_whom", ["guest", "member"])
def test_the_same_name_twice_asks_whether_it_is_somebody_else(of_whom):
    event = make_event()
    if of_whom == "guest":
        add_guest(event, "Zoé Exemple")
    else:
        attend(event, make_person(make_member(), "advisor", first_name="Zoé", last_name="Exemple"))
    client = sign_in(event.author)

    asked = client.post(url("add_guest", event), {"name": "zoe exemple", "phone": "01 99 00 12 34"})
    count = rows(event).count()
    client.post(url("add_guest", event), {"name": "zoe exemple", "phone": "01 99 00 12 34", "is_another": "on"})

    assert asked.status_code == 200
    assert "Une personne de ce nom est déjà inscrite" in asked.content.decode()
    assert 'name="is_another"' in asked.content.decode()
    assert "01 99 00 12 34" in asked.content.decode()
    assert (count, rows(event).count()) == (1, 2)
    assert 'name="is_another"' not in client.get(url("add_guest", event)).content.decode()


@pytest.mark.django_db
def test_a_name_that_was_taken_off_asks_nothing():
    event = make_event()
    services.take_off(add_guest(event), actor=SYSTEM)

    assert add_guest(event).status == CONFIRMED
    with pytest.raises(SameName):
        add_guest(event)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("facts", "starts_in", "is_cancelled"),
    [({"capacity": None}, 20, False), ({}, -1, False), ({}, 20, True)],
    ids=["no places", "begun", "cancelled"],
)
def test_nobody_is_added_where_no_place_is_given(facts, starts_in, is_cancelled):
    event = make_event(starts_in=starts_in, **facts)
    if is_cancelled:
        services.cancel_event(event, reason="Neige", actor=SYSTEM)
    client = sign_in(event.author)

    answer = client.post(url("add_guest", event), {"name": "Ada Exemple"})

    assert "on n’y ajoute personne" in answer.content.decode()
    assert not rows(event).exists()
    assert url("add_guest", event) not in client.get(url("people", event)).content.decode()


@pytest.mark.django_db
def test_a_guest_is_added_after_the_closing_moment_until_it_begins():
    event = make_event(closes_at=timezone.now() - timedelta(days=1))

    assert add_guest(event).status == CONFIRMED


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"name": " "}, "à remplir"),
        ({"phone": "le matin"}, "Écrivez un numéro, comme"),
        ({"email": "ada(at)example"}, "Écrivez une adresse de courriel"),
    ],
)
def test_a_guest_badly_written_is_said_and_nothing_typed_is_lost(typed, words):
    event = make_event()

    page = sign_in(event.author).post(url("add_guest", event), {"name": "Ada Exemple", "phone": "01 99 00 12 34"} | typed).content.decode()

    assert words in page
    assert not rows(event).exists()


@pytest.mark.django_db
def test_the_list_of_people_asks_the_same_number_of_questions_with_one_guest_and_with_three():
    event = make_event()
    client = sign_in(event.author)

    def questions():
        with CaptureQueriesContext(connection) as captured:
            assert client.get(url("people", event)).status_code == 200
            b"".join(client.get(url("people_csv", event)).streaming_content)
        return len(captured)

    add_guest(event)
    questions()
    one = questions()
    add_guest(event, "Bob Exemple")
    add_guest(event, "Cléo Exemple")

    assert questions() == one
