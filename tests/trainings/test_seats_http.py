"""Bars B1 and B3 over HTTP: the real server, many clients at once, twelve places. On the database of the test run, SQLite or PostgreSQL."""

import http.client
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections
from django.urls import reverse

from hub.core.accounts.models import Membership, User
from hub.core.kit.dates import today
from hub.core.kit.identifiers import uuid7
from tests.builders.accounts import make_member, make_person, sign_in
from tests.builders.trainings import make_course, make_session
from tests.trainings.test_seats import assert_exact, rows
from trainings.sessions.enums import RegistrationStatus

ROOT = Path(settings.ACCESS_MATRIX).parent.parent
CLIENTS = 50
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def database_url():
    facts = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{facts['NAME']}"
    return urlsplit(os.environ["HUB_TEST_DATABASE_URL"])._replace(path=f"/{facts['NAME']}").geturl()


@pytest.fixture
def server(transactional_db):
    """The hub as it runs: granian, two workers, the settings of production, on the database of this test."""
    shutil.rmtree(settings.DATA_DIR / "audit", ignore_errors=True)  # the head of another test's chain
    call_command("createcachetable", verbosity=0)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environ = {name: value for name, value in os.environ.items() if not name.startswith("HUB_")} | {
        "HUB_DATA": os.environ["HUB_DATA"], "HUB_DATABASE_URL": database_url(), "HUB_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "DJANGO_SETTINGS_MODULE": "hub.settings.base",
    }  # fmt: skip
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--workers", "2"]
    command += ["--blocking-threads", "4", "--backpressure", "256", "--no-ws", "--log-level", "warning", "hub.wsgi:application"]
    process = subprocess.Popen(command, cwd=ROOT, env=environ)
    try:
        wait_until_up(port)
        yield port
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        connections.close_all()


def wait_until_up(port):
    for _ in range(300):
        try:
            call(port, "GET", "/sante.json")
        except OSError:
            time.sleep(0.1)  # a process starts: there is nothing to listen to but its port
        else:
            return
    raise AssertionError("the server did not start")


def call(port, method, path, body=None, headers=None):
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        client.request(method, path, body, headers or {})
        answer = client.getresponse()
        return answer.status, answer.read().decode("utf-8", "replace")
    finally:
        client.close()


class Form:
    """The registration form as a browser holds it: session, token against forged forms, address."""

    def __init__(self, port, session, manager):
        self.port, self.path = port, reverse("sessions:register", args=[session.pk])
        client = sign_in(manager)
        page = client.get(self.path).content.decode()
        self.token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
        cookies = "; ".join(f"{name}={cookie.value}" for name, cookie in client.cookies.items())
        self.headers = FORM | {"Cookie": cookies}

    def send(self, person, key):
        body = urlencode({"csrfmiddlewaretoken": self.token, "key": str(key), "trainees": str(person)})
        return call(self.port, "POST", self.path, body, self.headers)[0]


def crowd(employer, count):
    people = [User(email=f"p{n}-{uuid7()}@example.org", first_name="P", last_name=f"N{n}", sort_name=f"n{n}") for n in range(count)]
    User.objects.bulk_create(people)
    since = today() - timedelta(days=9)
    Membership.unscoped.bulk_create(Membership(user=one, organisation=employer, role_id="entrepreneur", starts_on=since) for one in people)
    return [one.pk for one in people]


def drill(port, count):
    employer = make_member()
    session = make_session(make_course(make_member()), capacity=12)
    form = Form(port, session, make_person(employer, "training_manager"))
    people = crowd(employer, count)

    began = time.monotonic()
    with ThreadPoolExecutor(CLIENTS) as pool:
        answers = list(pool.map(lambda person: form.send(person, uuid7()), people))
    seconds = time.monotonic() - began

    assert set(answers) == {302}, {code: answers.count(code) for code in set(answers)}
    assert rows(session).count() == count, "nobody is lost"
    assert_exact(session, wanted=count)
    print(f"{connection.vendor}: {count} registrations in {seconds:.1f} s, {count / seconds:.0f}/s")


@pytest.mark.django_db(transaction=True)
def test_twelve_places_asked_by_a_crowd_over_http(server):
    drill(server, 150)


@pytest.mark.full
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", range(5))
def test_twelve_places_asked_by_a_thousand_over_http(server, turn):
    drill(server, 1000)


@pytest.mark.django_db(transaction=True)
def test_a_hundred_clicks_register_once_and_another_request_is_refused(server):
    employer = make_member()
    session = make_session(make_course(make_member()), capacity=12)
    form = Form(server, session, make_person(employer, "training_manager"))
    person, other = crowd(employer, 2)
    key = uuid7()

    with ThreadPoolExecutor(CLIENTS) as pool:
        answers = set(pool.map(lambda _: form.send(person, key), range(100)))

    assert answers == {302}
    assert rows(session).filter(status=RegistrationStatus.CONFIRMED).count() == 1
    assert form.send(other, key) == 409
    assert rows(session).count() == 1
