"""A person may have the letters that can wait gathered in one, each morning or each Monday; none is lost or sent twice."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse

from hub.core.accounts.selectors import actor_for
from hub.core.jobs.models import Outbox
from hub.core.jobs.services import drain
from hub.core.notifications import digests, kinds, services
from hub.core.notifications.models import Digest, Mail, Notification, Rhythm
from hub.core.notifications.selectors import unread_count
from hub.core.ui import panels
from tests.builders.accounts import make_member, make_person, make_user, sign_in
from tests.builders.workgroups import join_group, make_group
from tests.core.test_notifications import Imposed, Told
from workgroups.groups.models import GroupMember

pytestmark = pytest.mark.django_db
MONDAY = date(2027, 2, 1)


@dataclass(frozen=True)
class Pressing(Told):
    code = "tests.pressing"
    label = "Avis qui n’attend pas"
    can_wait = False


@dataclass(frozen=True)
class AboutIt(Told):
    code = "tests.about"
    label = "Avis d’un groupe"
    group: Any = None

    def audience(self) -> str:
        return self.group.token


@pytest.fixture(autouse=True)
def _kinds(monkeypatch):
    monkeypatch.setattr(kinds, "_kinds", dict(kinds._kinds))
    for kind in (Told, Imposed, Pressing, AboutIt):
        kinds.register(kind)


@pytest.fixture
def nothing_due(monkeypatch):
    monkeypatch.setattr(panels, "collect", lambda place, actor, subject: [])


def reader(rhythm: Rhythm, *, done_on: date | None = None):
    user = make_user()
    Digest.objects.create(user=user, rhythm=rhythm, done_on=done_on)
    return user


def asked(on: date) -> int:
    return digests.begin(on)


@pytest.mark.parametrize("rhythm", [Rhythm.DAILY, Rhythm.WEEKLY])
def test_a_letter_that_can_wait_is_held_and_shown_on_screen_at_once(mailoutbox, rhythm):
    user = reader(rhythm)

    services.send(Told(), to=[user])
    drain()

    assert mailoutbox == []
    assert Mail.objects.get().held
    assert user.notifications.count() == 1


@pytest.mark.parametrize("kind", [Imposed, Pressing])
def test_what_cannot_wait_leaves_at_once(mailoutbox, kind):
    user = reader(Rhythm.WEEKLY)

    services.send(kind(), to=[user])
    drain()

    assert len(mailoutbox) == 1


def test_without_digest_letters_leave_one_by_one(mailoutbox):
    services.send(Told(), to=[make_user(), reader(Rhythm.NEVER)])
    drain()

    assert len(mailoutbox) == 2


def test_digest_says_each_thing_with_its_address_and_empties_what_it_held(mailoutbox, nothing_due):
    user = reader(Rhythm.DAILY)
    services.send(Told("Première nouvelle", "/annuaire/"), to=[user])
    services.send(Told("Deuxième nouvelle", "/formations/"), to=[user])

    digests.begin(MONDAY)
    drain()

    (letter,) = mailoutbox
    assert "2 nouvelles" in letter.subject.replace(" ", " ")
    for words in ("Première nouvelle", "/annuaire/", "Deuxième nouvelle", "/formations/"):
        assert words in letter.body
    assert not Mail.objects.filter(held=True).exists()
    assert not Mail.objects.exclude(subject="").exists()


def test_digest_is_written_once_however_often_it_is_run(mailoutbox, nothing_due):
    user = reader(Rhythm.DAILY)
    services.send(Told(), to=[user])

    assert digests.gather(user.pk, MONDAY)
    services.send(Told(), to=[user])
    assert not digests.gather(user.pk, MONDAY)
    drain()

    assert len(mailoutbox) == 1
    assert Mail.objects.filter(held=True).count() == 1, "the later one waits for tomorrow"


def test_nothing_to_say_writes_nothing(mailoutbox, nothing_due):
    reader(Rhythm.DAILY)

    digests.begin(MONDAY)
    drain()

    assert mailoutbox == []


def test_digest_tells_what_is_due(mailoutbox, monkeypatch):
    due = [{"when": MONDAY, "title": f"Point {number}", "url": "/groupes/"} for number in range(12)]
    monkeypatch.setattr(panels, "collect", lambda place, actor, subject: [{"items": due}])
    reader(Rhythm.DAILY)

    digests.begin(MONDAY)
    drain()

    body = mailoutbox[0].body
    assert "Point 9" in body
    assert "Point 10" not in body
    assert "2 de plus" in body.replace(" ", " ")


@pytest.mark.parametrize(
    ("rhythm", "done_on", "on", "is_asked"),
    [
        (Rhythm.DAILY, None, MONDAY, True),
        (Rhythm.DAILY, MONDAY, MONDAY, False),
        (Rhythm.DAILY, MONDAY, MONDAY + timedelta(days=1), True),
        (Rhythm.WEEKLY, MONDAY - timedelta(days=7), MONDAY, True),
        (Rhythm.WEEKLY, MONDAY, MONDAY + timedelta(days=6), False),
        (Rhythm.WEEKLY, MONDAY - timedelta(days=7), MONDAY + timedelta(days=2), True),  # the machine was stopped on Monday
        (Rhythm.WEEKLY, MONDAY + timedelta(days=2), MONDAY + timedelta(days=6), False),
        (Rhythm.NEVER, None, MONDAY, False),
    ],
)
def test_whose_turn_it_is(rhythm, done_on, on, is_asked):
    reader(rhythm, done_on=done_on)

    assert bool(asked(on)) is is_asked
    assert Outbox.objects.filter(topic=digests.TOPIC).exists() is is_asked


def test_who_wants_no_digest_any_more_gets_what_was_held(mailoutbox):
    user = reader(Rhythm.WEEKLY)
    services.send(Told(), to=[user])

    digests.choose_rhythm(user, Rhythm.NEVER)
    drain()

    assert len(mailoutbox) == 1


@pytest.mark.parametrize("leaves", [False, True])
def test_what_a_group_was_told_is_for_who_is_still_of_it(mailoutbox, nothing_due, leaves):
    group = make_group("Former ensemble")
    user = join_group(group)
    drain()
    mailoutbox.clear()
    Notification.unscoped.all().delete()
    Digest.objects.create(user=user, rhythm=Rhythm.DAILY)
    services.send(AboutIt(group=group), to=[user])
    if leaves:
        GroupMember.unscoped.filter(user=user).update(ends_on=date(2020, 1, 1), starts_on=date(2019, 1, 1))

    digests.begin(MONDAY)
    drain()

    assert bool(mailoutbox) is not leaves
    assert unread_count(actor_for(user)) == int(not leaves)
    assert not Mail.objects.filter(held=True).exists()


def test_who_left_gets_no_digest(mailoutbox, nothing_due):
    user = reader(Rhythm.DAILY)
    services.send(Told(), to=[user])
    user.is_active = False
    user.save()

    assert asked(MONDAY) == 0
    assert not digests.gather(user.pk, MONDAY)


def test_rhythm_is_chosen_among_the_settings():
    user = make_person(make_member(), "entrepreneur")
    client = sign_in(user)
    address = reverse("notifications:preferences")

    page = client.get(address)
    assert "Un récapitulatif chaque lundi matin" in page.content.decode()
    assert client.post(address, {"rhythm": "hourly"}).status_code == 200
    assert not Digest.objects.exists()
    client.post(address, {"rhythm": "weekly"})

    assert Digest.objects.get(user=user).rhythm == Rhythm.WEEKLY
