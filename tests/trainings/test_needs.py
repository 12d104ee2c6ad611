"""Accessibility needs: hers alone until she shows them, and then read by the referent of whoever trains her until the session is over."""

import json
from datetime import time, timedelta

import pytest
from django.urls import reverse

from directory.people import services as people
from directory.people.models import AccessibilityNeed
from hub.core.accounts.selectors import actor_for
from hub.core.audit.models import AuditEntry
from hub.core.kit.dates import date_fr, today
from hub.core.ui.panels import collect
from tests.builders.accounts import SYSTEM, join, make_coordinator, make_member, make_person, sign_in
from tests.builders.people import make_profile
from tests.builders.trainings import make_session, register
from trainings.paperwork.services import send_convocations
from trainings.sessions import services
from trainings.sessions.models import HalfDay, Registration, TrainingSession
from trainings.sessions.services import cancel_registration

pytestmark = pytest.mark.django_db
WORDS = "Une boucle magnétique"


@pytest.fixture
def session():
    return make_session()


@pytest.fixture
def trainee(session):
    profile = make_profile(organisation=make_member("Qui envoie"))
    register(session, profile.user, employer=profile.organisation)
    show(profile)
    return profile


@pytest.fixture
def referent(session):
    return make_person(session.organisation, "accessibility_referent")


def show(profile, *, shared=True):
    people.update_profile(profile, actor=actor_for(profile.user), values={}, needs=people.Needs(WORDS, shared))


def door(session):
    return reverse("sessions:needs", args=[session.pk])


def test_the_referent_reads_what_a_trainee_shows_and_each_reading_is_written_down(session, trainee, referent):
    client = sign_in(referent)

    assert door(session) in client.get(reverse("sessions:detail", args=[session.pk])).content.decode()
    page = client.get(door(session))

    assert WORDS in page.content.decode()
    assert trainee.user.name in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    line = AuditEntry.objects.get(action="trainings.needs.read")
    assert (line.actor_id, json.loads(line.data)) == (referent.pk, {"people": [str(trainee.user_id)]})
    assert WORDS not in line.data


def test_what_she_keeps_for_herself_is_read_by_nobody(session, trainee, referent):
    show(trainee, shared=False)
    client = sign_in(referent)

    assert WORDS not in client.get(door(session)).content.decode()
    assert door(session) not in client.get(reverse("sessions:detail", args=[session.pk])).content.decode()
    line = AuditEntry.objects.get(action="trainings.needs.read")
    assert json.loads(line.data) == {"people": []}, "written whether or not somebody shows a need: it does not say that one does"


@pytest.mark.parametrize("role", ["director", "training_manager", "trainer", "advisor"])
def test_nobody_else_of_who_trains_reads_them(session, trainee, role):
    client = sign_in(make_person(session.organisation, role))

    assert client.get(door(session)).status_code == 403
    assert door(session) not in client.get(reverse("sessions:detail", args=[session.pk])).content.decode()


def test_nor_the_coordinator_her_own_cooperative_or_another_referent(session, trainee):
    for user in (
        make_coordinator(),
        make_person(trainee.organisation, "director"),
        make_person(trainee.organisation, "accessibility_referent"),
    ):
        assert sign_in(user).get(door(session)).status_code == 403


def test_of_the_people_of_this_session_alone(session, trainee, referent):
    other = make_session()
    register(other, trainee.user, employer=trainee.organisation)

    for row in Registration.unscoped.filter(session=session):
        cancel_registration(row, actor=SYSTEM)

    assert WORDS not in sign_in(referent).get(door(session)).content.decode()


def test_until_the_session_is_over(session, trainee, referent):
    past = today() - timedelta(days=1)
    TrainingSession.unscoped.filter(pk=session.pk).update(starts_on=past, ends_on=past)

    assert sign_in(referent).get(door(session)).status_code == 403


def test_she_shows_them_on_her_own_page_and_takes_them_back(session, trainee):
    client = sign_in(trainee.user)
    page = client.get(reverse("people:own"))
    assert page.context["form"].fields["share_needs"].initial is True
    assert "personne référente handicap" in page.content.decode()

    show(trainee, shared=False)

    assert AccessibilityNeed.unscoped.get().shared is False
    fields = [json.loads(line.data)["columns"] for line in AuditEntry.objects.filter(action="people.profile.update").order_by("seq")]
    assert fields[-2:] == [["accessibility", "accessibility_shown"], ["accessibility_kept"]]


def test_a_role_given_beside_another_opens_it_too(session, trainee):
    manager = make_person(session.organisation, "training_manager")
    join(manager, session.organisation, "accessibility_referent")

    assert WORDS in sign_in(manager).get(door(session)).content.decode()


def test_needs_stay_closed_once_the_session_was_over_whatever_days_are_added(session, trainee, referent):
    past = today() - timedelta(days=1)
    HalfDay.objects.filter(session=session).exclude(pk=session.half_days.first().pk).delete()
    HalfDay.objects.filter(session=session).update(date=past)
    TrainingSession.unscoped.filter(pk=session.pk).update(starts_on=past, ends_on=past)
    session.refresh_from_db()
    facts = {"facts": {"capacity": 12}, "trainers": [], "actor": SYSTEM}

    later = [(past, "am", time(9), time(12), False, ""), (today() + timedelta(days=200), "am", time(9), time(12), False, "")]
    services.update_session(session, slots=later, **facts)

    session.refresh_from_db()
    assert (session.ends_on, session.needs_closed_on) == (later[1][0], past)
    assert sign_in(referent).get(door(session)).status_code == 403
    services.update_session(session, slots=later[1:], **facts)
    assert sign_in(referent).get(door(session)).status_code == 403, "nor by dropping the day that has passed"


def test_a_session_that_is_put_off_before_its_last_day_has_passed_keeps_them_open(session, trainee, referent):
    later = [(today() + timedelta(days=200), "am", time(9), time(12), False, "")]

    services.update_session(session, slots=later, facts={}, trainers=[], actor=SYSTEM)

    assert WORDS in sign_in(referent).get(door(session)).content.decode()


def home(user, place="home.due"):
    return [item for found in collect(place, actor_for(user), None) for item in found["items"]]


def test_that_needs_were_read_is_told_to_the_referent_and_to_herself(session, trainee, referent):
    line, other = "Besoins d’accessibilité lus", make_profile(organisation=trainee.organisation)
    register(session, other.user, employer=other.organisation)
    both = make_person(session.organisation, "training_manager")
    join(both, session.organisation, "accessibility_referent")
    sign_in(referent).get(door(session))

    detail, own = reverse("sessions:detail", args=[session.pk]), reverse("privacy:own_data")
    for role in ("training_manager", "trainer"):
        page = sign_in(make_person(session.organisation, role)).get(detail).content.decode()
        assert "Inscriptions ouvertes" in page, "she reads the journal"
        assert line not in page
    assert line in sign_in(both).get(detail).content.decode()
    assert f"Lus par {referent.name}, pour {session.title}" in sign_in(trainee.user).get(own).content.decode()
    assert "Lus par" not in sign_in(other.user).get(own).content.decode()


def test_the_referent_finds_what_waits_to_be_read_on_her_first_page_and_nobody_in_it(session, trainee, referent):
    title = f"1\u00a0besoin à lire avant la session du {date_fr(session.starts_on)}"

    (item,) = home(referent)

    assert (item["title"], item["url"]) == (title, door(session))
    assert trainee.user.name not in str(item)
    assert not any("besoin" in one["title"] for one in home(make_person(session.organisation, "training_manager")))
    assert home(make_person(trainee.organisation, "accessibility_referent")) == []
    sign_in(referent).get(door(session))
    assert home(referent) == []
    show(trainee)
    assert [one["title"] for one in home(referent)] == [title], "she wrote something else since"


def test_she_is_told_where_nobody_reads_what_she_shows_and_who_may_appoint_somebody_too(session, trainee):
    told, client, own = "n’a désigné personne", sign_in(trainee.user), reverse("people:own")
    boss = sign_in(make_person(session.organisation, "director"))
    missing, detail = "Aucune personne référente handicap n’est désignée", reverse("sessions:detail", args=[session.pk])

    def save(**more):
        page = client.get(own).context
        sent = {}
        for form in (page["form"], page["audiences"]):
            sent |= {bound.html_name: bound.value() for bound in form if bound.value() not in (None, False, "")}
        for rows in (page["trades"], page["skills"], page["accreditations"]):
            sent |= {bound.html_name: bound.value() for bound in rows.management_form}
        response = client.post(own, sent | more, follow=True)
        return [str(one) for one in response.context["messages"]]

    assert any(told in words and session.organisation.name in words for words in save())
    assert missing in boss.get(detail).content.decode()
    assert missing not in sign_in(make_person(session.organisation, "trainer")).get(detail).content.decode()
    make_person(session.organisation, "accessibility_referent")
    assert not any(told in words for words in save())
    assert missing not in boss.get(detail).content.decode()


def test_the_journal_of_who_manages_tells_registrations_cancellations_and_convocations(session, trainee):
    detail = reverse("sessions:detail", args=[session.pk])
    other = make_person(trainee.organisation, "entrepreneur")
    register(session, other, employer=trainee.organisation)
    send_convocations(session, actor=SYSTEM)
    cancel_registration(Registration.unscoped.get(session=session, trainee=other), actor=SYSTEM)

    lines = [item["text"] for item in sign_in(make_person(session.organisation, "training_manager")).get(detail).context["journal"]]

    name = trainee.organisation.name
    assert lines[:2] == [f"Inscription annulée, {name}", f"Convocation annulée, {name}"] or lines[0] == f"Inscription annulée, {name}"
    assert f"Convocation envoyée, {name} (2\u00a0personnes)" in lines
    assert f"Inscription confirmée, {name} (2\u00a0personnes)" in lines
    assert lines[-1] == "Session préparée"
    assert len(lines) <= 6
