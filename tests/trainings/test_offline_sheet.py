"""Which sheet the browser of who trains may keep, until when, and what its worker takes along."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import reverse

from hub.core.accounts.models import Membership
from hub.core.kit.dates import today
from hub.core.ui import offline
from tests.builders.accounts import make_member, make_person, sign_in
from tests.builders.attendance import close, make_attended, people_of
from tests.builders.attendance import during as stand
from trainings.attendance import worker
from trainings.sessions.models import TrainingSession

pytestmark = pytest.mark.django_db


@pytest.fixture
def session():
    return make_attended(make_member("Organisme"), make_member("CAE Une"))


def during(monkeypatch, half_day, minutes=5):
    """The clock stands there, and everybody was in her place long before."""
    Membership.unscoped.update(starts_on=today() - timedelta(days=400))
    stand(monkeypatch, half_day, minutes)


def sheet(session):
    return reverse("attendance:sheet", args=[session.pk, session.half_days.first().pk])


def kept(session, client=None):
    """What the hub lets a browser keep of the first sheet: the mark, or nothing."""
    return (client or sign_in(session.trainers.get())).get(sheet(session)).get(offline.HEADER, "")


def test_sheet_is_kept_from_a_day_before_its_half_day_to_a_day_after(session, monkeypatch):
    client, half_day = sign_in(session.trainers.get()), session.half_days.first()
    length = int((half_day.finishes_at - half_day.begins_at).total_seconds()) // 60
    key = offline.device_key(session.trainers.get().pk)
    until = int((half_day.finishes_at + timedelta(days=1)).timestamp())

    for minutes, expected in (
        (-24 * 60 - 1, ""), (-24 * 60, f"{key} {until}"), (5, f"{key} {until}"),
        (length + 24 * 60 - 1, f"{key} {until}"), (length + 24 * 60, ""),
    ):  # fmt: skip
        during(monkeypatch, half_day, minutes)
        assert kept(session, client) == expected, minutes


def test_only_who_trains_keeps_a_sheet(session, monkeypatch):
    manager = make_person(session.organisation, "training_manager")
    during(monkeypatch, session.half_days.first())

    assert kept(session)
    assert kept(session, sign_in(manager)) == ""
    assert 'data-hub-keep="' not in sign_in(manager).get(f"/formations/sessions/{session.pk}/").content.decode()


@pytest.mark.parametrize("name", ["attendance:sheets", "sessions:detail"])
def test_pages_of_a_session_name_its_sheets_of_the_day(session, monkeypatch, name):
    client = sign_in(session.trainers.get())
    address = reverse(name, args=[session.pk])
    assert "data-hub-keep" not in client.get(address).content.decode(), "a week ago"

    during(monkeypatch, session.half_days.first())
    shown = client.get(address).content.decode()

    assert f'data-hub-keep="{sheet(session)}"' in shown
    assert shown.count("data-hub-worker") == 1


def test_sheet_that_is_signed_no_more_is_not_kept(session, monkeypatch):
    client, half_day = sign_in(session.trainers.get()), session.half_days.first()
    during(monkeypatch, half_day, half_day.minutes)
    assert kept(session, client)

    close(half_day)

    assert kept(session, client) == ""


def test_cancelled_session_and_workshop_are_not_kept(session, monkeypatch):
    workshop = make_attended(make_member(), make_member(), nature="workshop")
    during(monkeypatch, session.half_days.first())
    assert kept(session)
    assert kept(workshop) == ""

    TrainingSession.unscoped.filter(pk=session.pk).update(status="cancelled")

    assert kept(session) == ""


def test_sheet_taken_along_has_its_pad_behind_its_hour(session, monkeypatch):
    half_day, (row,) = session.half_days.first(), people_of(session)
    client = sign_in(session.trainers.get())
    during(monkeypatch, half_day, -60)
    before = client.get(sheet(session)).content.decode()
    during(monkeypatch, half_day, 5)
    after = client.get(sheet(session)).content.decode()

    link = re.compile(rf'<a [^>]*data-hub-sign="{row.trainee.name}"[^>]*>')
    assert f'data-hub-from="{half_day.begins_at.isoformat()}"' in before
    assert link.search(before)[0].endswith(" hidden>")
    assert "data-hub-pad-dialog" in before
    assert "data-hub-from" not in after
    assert not link.search(after)[0].endswith(" hidden>")


# -- the worker ---------------------------------------------------------------------------------------------------------
def test_worker_takes_along_every_file_of_the_sheet(session, monkeypatch):
    during(monkeypatch, session.half_days.first())
    shown = sign_in(session.trainers.get()).get(sheet(session)).content.decode()
    asked = set(re.findall(r'(?:src|href)="/static/([^"#]+)', shown))
    for name in [one for one in worker.ASSETS if one.endswith((".js", ".css"))]:
        text = Path(finders.find(name)).read_text()
        folder = name.rpartition("/")[0]
        asked |= {
            f"{folder}/{found}" for found in re.findall(r'(?:from|import\() ?"\./([\w.]+)"', text) + re.findall(r'url\("?([\w/.-]+)', text)
        }

    assert asked == set(worker.ASSETS)


def test_worker_is_the_same_for_all_and_answers_for_its_folder():
    address = reverse("attendance:worker")
    answer = Client().get(address)

    assert answer["Content-Type"].startswith("text/javascript")
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert "Service-Worker-Allowed" not in answer
    assert address.rpartition("/")[0] == "/formations/sessions"
    assert answer.content == sign_in(make_person(make_member())).get(address).content


def test_worker_knows_the_address_of_a_sheet_and_of_nothing_else(session):
    half_day, row = session.half_days.first(), people_of(session)[0]
    pattern = re.compile(worker.SHEET)

    assert pattern.match(sheet(session))[0] == sheet(session)
    for name, args in (("sessions:detail", []), ("attendance:sheets", []), ("attendance:sheet_pdf", [row.pk]), ("sessions:register", [])):
        assert not pattern.match(reverse(name, args=[session.pk, *args])), name
    assert pattern.match(reverse("attendance:close", args=[session.pk, half_day.pk]))[0] == sheet(session)


def test_worker_changes_with_each_file(monkeypatch, tmp_path):
    worker.text.cache_clear()
    before = worker.text()
    changed = tmp_path / "sheet.js"
    changed.write_text("// changed")
    find = finders.find
    monkeypatch.setattr(finders, "find", lambda name, **options: str(changed) if name == "attendance/sheet.js" else find(name, **options))
    worker.text.cache_clear()

    after = worker.text()
    worker.text.cache_clear()

    assert before.partition("\n")[0] != after.partition("\n")[0]
    assert before.partition("\n")[2] == after.partition("\n")[2]


# -- whose page ---------------------------------------------------------------------------------------------------------
def test_page_says_whose_it_is_without_saying_who(session):
    ana, other = session.trainers.get(), make_person(session.organisation, "trainer")
    keys = [re.search(r'<body[^>]* data-hub-person="(\w*)"', client.get("/annuaire/").content.decode())[1] for client in (
        sign_in(ana), sign_in(ana), sign_in(other), Client())]  # fmt: skip

    assert keys[0] == keys[1] == offline.device_key(ana.pk)
    assert len(keys[0]) == 16
    assert len(set(keys)) == 3
    assert keys[3] == ""
    assert str(ana.pk).replace("-", "")[:8] not in keys[0]
