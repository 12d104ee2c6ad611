"""Meetings: fixed, told, moved, cancelled; their minutes written once at a time; decisions and actions noted in them."""

import contextlib
import html
from datetime import timedelta
from unittest import mock

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from hub.core.accounts.errors import UnscopedQuery
from hub.core.accounts.models import Membership
from hub.core.accounts.selectors import actor_for
from hub.core.accounts.services import withdraw_role
from hub.core.audit.models import AuditEntry
from hub.core.jobs import runner
from hub.core.kit.dates import today
from hub.core.notifications.models import Notification
from tests.builders.accounts import SYSTEM, make_coordinator, make_member, make_person, sign_in
from tests.builders.workgroups import facilitator_of, join_group, make_group, make_meeting, member_row
from workgroups.decisions.models import Action, Decision
from workgroups.groups import services as groups
from workgroups.groups.enums import GroupRole
from workgroups.groups.errors import NotPossible, WasChanged
from workgroups.meetings import services
from workgroups.meetings.models import Meeting
from workgroups.meetings.selectors import present

pytestmark = pytest.mark.django_db


def url(name, group, *more):
    return reverse(f"meetings:{name}", args=[group.acronym, *more])


def form_of(**changes):
    day = (today() + timedelta(days=20)).isoformat()
    return {
        "title": "Calendrier commun",
        "day": day,
        "begins": "14:00",
        "ends": "16:00",
        "place": "À distance",
        "agenda": "Un\nDeux",
    } | changes


def test_a_meeting_is_fixed_by_a_member_and_told_to_the_others():
    group = make_group()
    member, guest = join_group(group), join_group(group, role=GroupRole.GUEST)
    client = sign_in(member)

    assert client.post(url("new_meeting", group), form_of()).status_code == 302
    runner.drain()

    row = Meeting.unscoped.get()
    assert timezone.localtime(row.starts_at).hour == 14
    told = set(Notification.unscoped.filter(kind="workgroups.meeting_planned").values_list("user", flat=True))
    assert told == {facilitator_of(group).pk, guest.pk}
    assert "Un\nDeux" in mail.outbox[-1].body
    page = client.get(url("meeting", group, row.pk)).content.decode()
    assert "14\u00a0h" in page
    assert "Calendrier commun" in client.get(url("meetings", group)).content.decode()


def test_a_meeting_sent_twice_is_fixed_and_told_once():
    group, other = make_group(), make_group()
    client, stranger, reader = sign_in(join_group(group)), sign_in(facilitator_of(other)), facilitator_of(group)
    key = client.get(url("new_meeting", group)).context["form"]["key"].value()
    facts = form_of(key=str(key))

    answers = [client.post(url("new_meeting", group), facts) for _ in range(2)]

    assert [answer["Location"] for answer in answers] == [url("meeting", group, key)] * 2
    assert Notification.unscoped.filter(kind="workgroups.meeting_planned", user=reader).count() == 1
    client.post(url("new_meeting", group), facts | {"title": "Autre objet"})
    stranger.post(url("new_meeting", other), facts)
    assert set(Meeting.unscoped.values_list("workgroup", "title")) == {
        (group.pk, "Calendrier commun"), (group.pk, "Autre objet"), (other.pk, "Calendrier commun"),
    }  # fmt: skip


def test_a_meeting_cancelled_is_fixed_anew_by_the_same_form():
    group = make_group()
    client = sign_in(facilitator_of(group))
    facts = form_of(key=str(client.get(url("new_meeting", group)).context["form"]["key"].value()))
    client.post(url("new_meeting", group), facts)
    services.cancel_meeting(Meeting.unscoped.get(), actor=SYSTEM)

    client.post(url("new_meeting", group), facts)

    assert Meeting.unscoped.filter(cancelled_at=None).count() == 1


def test_the_hour_survives_the_change_of_clocks():
    group = make_group()
    client = sign_in(facilitator_of(group))
    for day in ("2027-03-28", "2027-10-31"):
        client.post(url("new_meeting", group), form_of(day=day, begins="09:30", ends="12:00"))

    assert {timezone.localtime(row.starts_at).strftime("%H:%M") for row in Meeting.unscoped.all()} == {"09:30"}
    row = Meeting.unscoped.first()
    assert 'value="09:30"' in client.get(url("edit_meeting", group, row.pk)).content.decode()


def test_meetings_are_the_group_s():
    group = make_group()
    row = make_meeting(group, title="KANB-réunion", minutes="KANB-compte rendu")
    people = {
        "member": join_group(group), "guest": join_group(group, role=GroupRole.GUEST), "director": make_person(make_member(), "director"),
        "coordinator": make_coordinator(), "of another group": facilitator_of(make_group()),
    }  # fmt: skip

    assert {name for name, user in people.items() if Meeting.objects.visible_to(actor_for(user)).exists()} == {"member", "guest"}
    for address in (url("meetings", group), url("meeting", group, row.pk)):
        assert {name for name, user in people.items() if sign_in(user).get(address).status_code == 200} == {"member", "guest"}
    with pytest.raises(UnscopedQuery):
        list(Meeting.objects.all())


def test_a_guest_and_another_group_change_nothing():
    group, other = make_group(), make_group()
    row = make_meeting(group)
    guest, foreign = sign_in(join_group(group, role=GroupRole.GUEST)), sign_in(facilitator_of(other))
    for name in ("edit_meeting", "minutes", "cancel_meeting", "note_decision", "note_action"):
        assert guest.post(url(name, group, row.pk), form_of(minutes="x", text="x")).status_code == 403, name
        assert foreign.post(url(name, group, row.pk), form_of()).status_code == 404, name
        assert foreign.post(url(name, other, row.pk), form_of()).status_code == 404, name
    row.refresh_from_db()
    assert (row.title, row.minutes, row.cancelled_at) == ("Réunion de travail", "", None)


def test_moved_meetings_are_told_others_are_not():
    group = make_group()
    row = make_meeting(group)
    member = join_group(group)
    facts = {"title": "Autre objet", "starts_at": row.starts_at, "place": row.place}

    services.update_meeting(row, facts=facts, actor=SYSTEM)
    before = Notification.unscoped.filter(user=member).exclude(kind="workgroups.added").count()
    services.update_meeting(row, facts=facts | {"starts_at": row.starts_at - timedelta(days=1)}, actor=SYSTEM)

    assert before == 0
    assert Notification.unscoped.get(user=member, kind="workgroups.meeting_planned").text.startswith("Réunion déplacée")


def test_whoever_left_her_cae_gets_no_agenda_and_no_link():
    group = make_group()
    gone = join_group(group)
    withdraw_role(Membership.unscoped.get(user=gone), actor=SYSTEM)

    make_meeting(group, agenda="KANB-ordre", place="https://visio.example/KANB")
    runner.drain()

    assert facilitator_of(group).email in {address for letter in mail.outbox for address in letter.to}
    assert gone.email not in {address for letter in mail.outbox if "KANB" in letter.body for address in letter.to}


def test_a_meeting_goes_into_diaries_and_each_change_follows_it():
    group = make_group(name="Former")
    row = make_meeting(group, title="Calendrier", agenda="Un\nDeux")
    client = sign_in(join_group(group))

    def lines():
        return client.get(url("meeting_ics", group, row.pk)).content.decode().replace("\r\n ", "").split("\r\n")

    before = lines()
    services.update_meeting(row, facts={"place": "Lormont"}, actor=SYSTEM)
    services.cancel_meeting(row, actor=SYSTEM)
    runner.drain()

    assert {f"UID:reunion-{row.pk}@hub-inter-cae", "SEQUENCE:1", "STATUS:CONFIRMED", "DESCRIPTION:Un\\nDeux"} <= set(before)
    assert {f"UID:reunion-{row.pk}@hub-inter-cae", "SEQUENCE:3", "STATUS:CANCELLED", "LOCATION:Lormont"} <= set(lines())
    letter = mail.outbox[-1].attachments[0]
    assert "METHOD:CANCEL" in (letter[1] if isinstance(letter[1], str) else letter[1].decode())
    assert sign_in(make_person(make_member(), "director")).get(url("meeting_ics", group, row.pk)).status_code == 404


def test_cancelling_asks_first_tells_and_closes_the_meeting():
    group = make_group()
    row, member = make_meeting(group), join_group(group)
    client = sign_in(facilitator_of(group))

    asked = client.get(url("cancel_meeting", group, row.pk)).content.decode()
    assert Meeting.unscoped.get().cancelled_at is None
    client.post(url("cancel_meeting", group, row.pk))

    assert "Les membres du groupe sont prévenus" in asked
    assert Notification.unscoped.filter(user=member, kind="workgroups.meeting_cancelled").count() == 1
    assert client.post(url("minutes", group, row.pk), {"minutes": "x", "version": "1"}).status_code == 403
    with pytest.raises(NotPossible):
        services.write_minutes(row, minutes="x", present=[], tell=False, actor=SYSTEM)
    assert "Annulée" in client.get(url("meetings", group)).content.decode()


def test_minutes_say_who_was_there_by_cae_and_are_told_when_asked():
    group = make_group(organisation=make_member("Bâti"))
    member = join_group(group, make_member("Angle"))
    guest = groups.add_guest(group, name="Line Okou", of="Point Création", actor=SYSTEM)
    row = make_meeting(group, starts_in=-1)
    client = sign_in(facilitator_of(group))
    present = [str(member_row(group, member).pk), str(guest.pk)]

    client.post(url("minutes", group, row.pk), {"minutes": "On a parlé.\r\n\r\nLongtemps.", "present": present, "version": "1"})
    quiet = Notification.unscoped.filter(kind="workgroups.minutes_written").count()
    client.post(url("minutes", group, row.pk), {"minutes": "On a parlé.", "present": present, "version": "2", "tell": "on"})

    page = client.get(url("meeting", group, row.pk)).content.decode()
    assert quiet == 0
    assert set(Notification.unscoped.filter(kind="workgroups.minutes_written").values_list("user", flat=True)) == {member.pk}
    assert "Angle" in page
    assert "Line Okou" in page
    assert "On a parlé." in page


def test_the_second_writer_of_minutes_sees_both_versions():
    group = make_group()
    row = make_meeting(group, starts_in=-1)
    one, two = sign_in(join_group(group)), sign_in(join_group(group))
    one.post(url("minutes", group, row.pk), {"minutes": "Version de la première personne", "version": "1"})

    answer = two.post(url("minutes", group, row.pk), {"minutes": "Version de la seconde personne", "version": "1"})

    assert answer.status_code == 409
    assert 'seconde<span class="vh">]</span></ins>' in answer.content.decode()
    assert "Version de la seconde personne</textarea>" in answer.content.decode()
    assert Meeting.unscoped.get().minutes == "Version de la première personne"
    with pytest.raises(WasChanged):
        services.update_meeting(row, facts={"title": "x"}, actor=SYSTEM, based_on=1)


def test_the_second_editor_of_a_meeting_sees_both_versions():
    group = make_group()
    row = make_meeting(group)
    client = sign_in(facilitator_of(group))
    client.post(url("edit_meeting", group, row.pk), form_of(begins="09:00", version="1"))

    answer = client.post(url("edit_meeting", group, row.pk), form_of(begins="10:00", version="1"))

    assert answer.status_code == 409
    assert "<dt>De</dt>" in answer.content.decode()
    assert timezone.localtime(Meeting.unscoped.get().starts_at).hour == 9


def test_a_meeting_that_has_begun_is_cancelled_no_more():
    group = make_group()
    row = make_meeting(group, starts_in=-2)
    client = sign_in(facilitator_of(group))

    said = client.post(url("cancel_meeting", group, row.pk), follow=True).content.decode()

    assert "a commencé" in said
    assert url("cancel_meeting", group, row.pk) not in said
    with pytest.raises(NotPossible):
        services.cancel_meeting(row, actor=SYSTEM)
    assert Meeting.unscoped.get().cancelled_at is None


def test_what_a_meeting_decides_is_noted_in_it_and_in_the_group():
    group = make_group()
    row = make_meeting(group, starts_in=-2)
    client = sign_in(facilitator_of(group))
    day = timezone.localtime(row.starts_at).date()
    assert client.get(url("note_decision", group, row.pk)).context["form"]["taken_on"].value() == day

    client.post(url("note_decision", group, row.pk), {"text": "Un seul prix.", "taken_on": day.isoformat()})
    client.post(url("note_action", group, row.pk), {"text": "Écrire la convention type."})

    page = client.get(url("meeting", group, row.pk)).content.decode()
    assert "Un seul prix." in page
    assert "Écrire la convention type." in page
    assert (Decision.unscoped.get().workgroup, Action.unscoped.get().workgroup) == (group, group)
    assert "Un seul prix." in client.get(reverse("decisions:decisions", args=[group.acronym])).content.decode()
    actions = list(AuditEntry.objects.filter(action__regex=r"workgroups\.(decision|action|meeting)").values_list("action", flat=True))
    assert actions == ["workgroups.meeting.create", "workgroups.decision.record", "workgroups.action.create"]


@pytest.mark.parametrize(("days", "is_refused"), [(-1, True), (0, False), (1, False)])
def test_an_action_is_not_due_before_the_day_of_the_meeting_that_gives_it(days, is_refused):
    group = make_group()
    row = make_meeting(group, starts_in=-2)
    day = timezone.localtime(row.starts_at).date() + timedelta(days=days)
    said = "Ce jour vient avant celui de la réunion où l’action est donnée."

    answer = sign_in(facilitator_of(group)).post(url("note_action", group, row.pk), {"text": "Écrire.", "due_on": day.isoformat()})

    assert (answer.status_code, Action.unscoped.count()) == ((200, 0) if is_refused else (302, 1))
    if is_refused:
        assert answer.context["form"].errors == {"due_on": [said]}
        with pytest.raises(NotPossible, match=said):
            services.note_action(row, facts={"text": "Écrire.", "owner": None, "due_on": day, "item_id": None}, actor=SYSTEM)


@pytest.mark.parametrize("name", ["note_decision", "note_action"])
def test_a_note_sent_twice_is_written_once(name):
    group, other = make_group(), make_group()
    row, elsewhere = make_meeting(group, starts_in=-2), make_meeting(other, starts_in=-2)
    client, stranger = sign_in(facilitator_of(group)), sign_in(facilitator_of(other))
    key = client.get(url(name, group, row.pk)).context["form"]["key"].value()
    facts = {"text": "Un seul prix.", "taken_on": today().isoformat(), "key": str(key)}
    model = Decision if name == "note_decision" else Action

    answers = [client.post(url(name, group, row.pk), facts).status_code for _ in range(2)]
    assert (answers, model.unscoped.count()) == ([302, 302], 1)
    client.post(url(name, group, row.pk), facts | {"text": "Deux prix."})
    stranger.post(url(name, other, elsewhere.pk), facts)

    assert set(model.unscoped.values_list("workgroup", "text")) == {
        (group.pk, "Un seul prix."), (group.pk, "Deux prix."), (other.pk, "Un seul prix."),
    }  # fmt: skip


def test_minutes_and_decisions_come_once_the_meeting_has_begun():
    group = make_group()
    row = make_meeting(group)
    client = sign_in(facilitator_of(group))

    before = client.get(url("meeting", group, row.pk)).content.decode()
    early = client.post(url("minutes", group, row.pk), {"minutes": "Écrit d’avance", "version": "1"}).content.decode()
    facts = {"text": "D’avance.", "taken_on": today().isoformat()}
    said = html.unescape(client.post(url("note_decision", group, row.pk), facts, follow=True).content.decode())

    assert url("minutes", group, row.pk) not in before
    assert "n’a pas commencé" in early
    assert "Écrit d’avance</textarea>" in early
    assert url("note_decision", group, row.pk) not in before
    assert client.get(url("note_decision", group, row.pk))["Location"] == url("meeting", group, row.pk)
    assert "une décision s’y note à partir de son début" in said
    with pytest.raises(NotPossible):
        services.note_decision(row, facts={"text": "D’avance.", "taken_on": today()}, actor=SYSTEM)
    assert (Meeting.unscoped.get().minutes, Decision.unscoped.count()) == ("", 0)


@pytest.mark.parametrize(("seconds", "is_written"), [(-1, False), (0, True), (1, True)])
def test_minutes_are_written_from_the_very_start(seconds, is_written):
    row = make_meeting(make_group())

    moment = row.starts_at + timedelta(seconds=seconds)
    with mock.patch.object(timezone, "now", return_value=moment), contextlib.suppress(NotPossible):
        services.write_minutes(row, minutes="On a parlé.", present=[], tell=False, actor=SYSTEM)

    assert bool(Meeting.unscoped.get().minutes) == is_written


def test_a_meeting_with_minutes_does_not_move_ahead():
    group = make_group()
    row = make_meeting(group, minutes="On a parlé.")

    answer = sign_in(facilitator_of(group)).post(
        url("edit_meeting", group, row.pk), form_of(day=(today() + timedelta(days=5)).isoformat(), version="2")
    )

    assert "a son compte rendu" in answer.content.decode()
    assert Meeting.unscoped.get().starts_at == row.starts_at


@pytest.mark.parametrize(
    "facts",
    [
        {"title": ""},
        {"day": ""},
        {"begins": "25:99"},
        {"ends": "13:00"},
        {"day": "9999-12-31"},
        {"day": "-1"},
        {"day": "2027-03-28", "begins": "02:00", "ends": ""},
        {"day": "2027-03-28", "begins": "02:30", "ends": "03:00"},
    ],
)
@pytest.mark.usefixtures("_unkept")
def test_a_bad_form_is_said_and_nothing_typed_is_lost(facts):
    group = make_group()

    answer = sign_in(facilitator_of(group)).post(url("new_meeting", group), form_of(agenda="Mes mots", **facts))

    assert answer.status_code == 200
    assert "<title>Erreur" in answer.content.decode()
    assert "Mes mots" in answer.content.decode()
    assert not Meeting.unscoped.exists()


def test_pages_cost_the_same_with_one_row_and_with_three():
    group = make_group()
    client = sign_in(facilitator_of(group))

    def cost():
        row = make_meeting(group, starts_in=-3, minutes="mots")
        make_meeting(group)
        found = []
        for page in (url("meetings", group), url("meeting", group, row.pk), reverse("groups:group", args=[group.acronym])):
            client.get(page)
            with CaptureQueriesContext(connection) as queries:
                client.get(page)
            found.append(len(queries))
        return found

    one = cost()
    cost()
    assert cost() == one


def test_those_who_were_there_are_in_the_order_of_a_dictionary():
    group = make_group()
    row = make_meeting(group)
    people = [join_group(group, make_member(name)) for name in ("Zinc", "Écluse", "Eau")]
    guest = groups.add_guest(group, name="Line Okou", of="Écume", actor=SYSTEM)
    row.present.set([guest, *(member_row(group, person) for person in people)])

    assert [name for name, _ in present(row)] == ["Eau", "Écluse", "Écume", "Zinc"]
