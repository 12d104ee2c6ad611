"""The session as it is entered: its lines, its bounds, and who trains."""

from contextlib import suppress
from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from hub.core.accounts.actor import Actor
from hub.core.audit.models import AuditEntry
from hub.core.jobs import runner
from hub.core.kit.dates import long_date_fr, today
from hub.core.kit.identifiers import uuid7
from hub.core.notifications.models import Notification
from tests.builders.accounts import SYSTEM, make_member, make_person, sign_in
from tests.builders.trainings import half_days, make_course, make_session, register
from tests.trainings.test_fuzz import session_data
from trainings.catalogue.services import save_draft, unpublish_course
from trainings.sessions.enums import SessionStatus
from trainings.sessions.errors import MoveRefused, SessionHasBegun, SessionIsCancelled
from trainings.sessions.models import HalfDay, TrainingSession
from trainings.sessions.panels import _rows, _visible
from trainings.sessions.services import move_session, remove_session, take_release, update_session

pytestmark = pytest.mark.django_db


@pytest.fixture
def home():
    return make_member("Qui forme")


@pytest.fixture
def client(home):
    return sign_in(make_person(home, "training_manager"))


def new_url(home, **facts):
    return reverse("sessions:new", args=[make_course(home, **facts).public_id])


def errors(answer):
    return answer.context["form"].errors, answer.context["rows"].errors, answer.context["rows"].non_form_errors()


def test_capacity_is_said_in_one_clear_sentence(home, client):
    answer = client.post(new_url(home), session_data(capacity="2147483648"))

    assert errors(answer)[0]["capacity"] == ["Entre 1 et 500 places."]


def test_wrong_counters_lose_no_line_and_more_lines_are_given(home, client):
    answer = client.post(new_url(home), session_data(**{"demi-TOTAL_FORMS": "abc", "demi-INITIAL_FORMS": "-4", "more": "1"}))

    rows = answer.context["rows"].forms
    assert len(rows) == 6, "two typed, four more"
    assert rows[0]["topic"].value() == "Sujet"
    assert not answer.context["rows"].total_error_count()


def test_a_line_with_words_and_no_day_is_not_dropped(home, client):
    answer = client.post(new_url(home), session_data(**{"demi-1-date": "", "demi-1-topic": "Badigeon"}))

    assert errors(answer)[1][1] == {"date": ["Il manque le jour de cette ligne."]}


def test_half_days_of_one_day_do_not_overlap(home, client):
    answer = client.post(new_url(home), session_data(**{"demi-0-ends_at": "16:00"}))

    assert errors(answer)[1][1] == {"starts_at": ["Commence avant la fin de la ligne 1, le même jour."]}


def test_two_lines_of_one_half_day_are_marked_and_led_to(home, client):
    answer = client.post(new_url(home), session_data(**{"demi-0-period": "pm", "demi-1-period": "pm"}))

    assert errors(answer)[1][1] == {"period": ["Même demi-journée que la ligne 1."]}
    page = answer.content.decode()
    assert '<a href="#id_demi-1-period">Demi-journée, ligne 2\u00a0: même demi-journée que la ligne 1.</a>' in page
    assert 'id="id_demi-1-period_error"' in page
    assert not TrainingSession.unscoped.exists()


def test_an_hour_that_clocks_pass_over_is_no_hour_of_a_half_day(home, client):
    night = {"demi-0-date": "2027-03-28", "demi-0-starts_at": "02:00", "demi-0-ends_at": "03:00"}

    answer = client.post(new_url(home), session_data(**night))

    assert "n’existe pas ce jour-là" in errors(answer)[1][0]["starts_at"][0]


def test_registrations_close_on_the_eve_of_the_first_day_at_the_latest(home, client):
    first, url = today() + timedelta(days=3), new_url(home)
    days = {f"demi-{line}-date": first.isoformat() for line in (0, 1)}

    refused = client.post(url, session_data(registration_closes_on=first.isoformat(), **days))
    accepted = client.post(url, session_data(registration_closes_on=(first - timedelta(days=1)).isoformat(), **days))

    assert "la veille du premier jour au plus tard" in str(errors(refused)[0]["registration_closes_on"])
    assert accepted.status_code == 302


def test_a_session_entered_to_close_on_its_first_day_is_still_corrected(home, client):
    session = make_session(make_course(home), registration_closes_on=today())

    answer = client.post(reverse("sessions:edit", args=[session.pk]), session_data(registration_closes_on=today().isoformat()))

    assert answer.status_code == 302, answer.context and errors(answer)


def test_a_session_that_is_past_may_be_corrected(home, client):
    session = make_session(make_course(home), starts_in=-30)
    kept = session.half_days.first().date
    other = kept - timedelta(days=1)
    lines = {"demi-0-date": kept.isoformat(), "demi-1-date": other.isoformat()}

    answer = client.post(reverse("sessions:edit", args=[session.pk]), session_data(**lines))

    assert answer.status_code == 302, answer.context and errors(answer)
    assert {row.date for row in HalfDay.objects.filter(session=session)} == {kept, other}


def test_a_session_to_come_takes_no_day_that_is_past(home, client):
    session = make_session(make_course(home), starts_in=30)

    answer = client.post(
        reverse("sessions:edit", args=[session.pk]), session_data(**{"demi-0-date": (today() - timedelta(days=1)).isoformat()})
    )

    assert "Ce jour est passé." in str(errors(answer)[1][0]["date"])


def test_fewer_places_than_people_is_refused_in_french(home, client):
    session, buyer = make_session(make_course(home)), make_member()
    register(session, make_person(buyer), make_person(buyer), employer=buyer)

    answer = client.post(reverse("sessions:edit", args=[session.pk]), session_data(capacity="1"))

    assert errors(answer)[0]["capacity"] == ["2\u00a0personnes sont inscrites : annulez d’abord des inscriptions."]


@pytest.mark.parametrize(
    ("capacity", "said"),
    [
        (1, "Session enregistrée."),
        (2, "Session enregistrée. 1 personne en attente a une place, son employeur est prévenu."),
        (4, "Session enregistrée. 2 personnes en attente ont une place, leurs employeurs sont prévenus."),
    ],
)
def test_more_places_say_how_many_take_one(home, client, capacity, said):
    session, buyer = make_session(make_course(home), capacity=1), make_member()
    register(session, *(make_person(buyer) for _ in range(3)), employer=buyer)

    days = {f"demi-{line}-date": session.starts_on.isoformat() for line in (0, 1)}
    answer = client.post(reverse("sessions:edit", args=[session.pk]), session_data(capacity=str(capacity), **days), follow=True)

    assert [str(message) for message in answer.context["messages"]] == [said]


def test_nobody_trains_and_is_trained_in_one_session(home, client):
    """Under the lock, both ways; a session of before that has both is still corrected."""
    session = make_session(make_course(home))
    ana, rosa = make_person(home, first_name="Ana", last_name="Lopes"), make_person(home, first_name="Rosa", last_name="Almeida")
    session.trainers.add(ana)
    sent = {"key": str(uuid7()), "trainees": [str(ana.pk), str(rosa.pk)]}

    refused = client.post(reverse("sessions:register", args=[session.pk]), sent).context["form"].errors["trainees"]
    registered = session.registrations.count()
    register(session, rosa, employer=home)
    named = errors(client.post(reverse("sessions:edit", args=[session.pk]), session_data(trainers=[str(ana.pk), str(rosa.pk)])))[0]

    assert refused == ["Ana Lopes forme dans cette session, sans s’y inscrire."]
    assert registered == 0
    assert named["trainers"] == ["Rosa Almeida a une inscription à cette session : annulez-la d’abord."]
    assert list(session.trainers.all()) == [ana]
    session.trainers.add(rosa)
    update_session(session, facts={"capacity": 13}, slots=half_days(session.starts_on), trainers=[ana, rosa], actor=SYSTEM)


def test_the_summary_of_errors_names_the_line(home, client):
    page = client.post(new_url(home), session_data(**{"demi-1-starts_at": "17:00", "demi-1-ends_at": "14:00"})).content.decode()

    assert "Fin, ligne 2\u00a0: la fin suit le début." in page


# -- who trains -------------------------------------------------------------------------------------------------------
def ticks(answer):
    return {one.name: one.is_chosen for one in answer.context["trainers"]["first"]}


def test_trainers_come_first_and_the_author_is_ticked(home, client):
    author, other = make_person(home, "trainer", first_name="Solène"), make_person(home, "trainer", first_name="Maud")
    entrepreneur = make_person(home, first_name="Rosa")
    course = make_course(home)
    course.author = author
    course.save(update_fields=["author"])

    answer = client.get(reverse("sessions:new", args=[course.public_id]))

    assert ticks(answer) == {author.name: True, other.name: False}
    assert entrepreneur.name not in answer.content.decode()


def test_somebody_else_is_found_by_name_and_nothing_is_lost(home, client):
    rosa, trainer = make_person(home, first_name="Rosa", last_name="Almeida"), make_person(home, "trainer", first_name="Maud")
    make_person(make_member(), first_name="Rosa", last_name="Ailleurs")
    url = new_url(home)

    found = client.post(url, session_data(find="1", who="alm rosa", trainers=[str(trainer.pk)], place_name="Mon lieu"))
    assert [one.name for one in found.context["trainers"]["found"]] == ["Rosa Almeida"]
    assert ticks(found) == {trainer.name: True}
    assert "Mon lieu" in found.content.decode()
    assert not found.context["page_errors"]
    assert not TrainingSession.unscoped.exists()

    client.post(url, session_data(save="1", who="alm rosa", trainers=[str(trainer.pk), str(rosa.pk)]))
    assert set(TrainingSession.unscoped.get().trainers.all()) == {trainer, rosa}


def test_enter_in_the_search_saves_nothing(home, client):
    client.post(new_url(home), session_data(who="rosa"))

    assert not TrainingSession.unscoped.exists()


def test_two_people_on_one_session_the_second_sees_both_versions_and_loses_nothing(home, client):
    """B6. Somebody who registers meanwhile changes nothing of what is saved here."""
    session = make_session(make_course(home), starts_in=30)
    url = reverse("sessions:edit", args=[session.pk])
    opened = client.get(url).context["form"]["version"].value()
    register(session, make_person(home, "entrepreneur"), employer=home)
    first = client.post(url, session_data(version=opened, place_name="Atelier du port"))

    second = client.post(url, session_data(version=opened, price="999", **{"demi-0-topic": "Chaux"}))

    assert (first.status_code, second.status_code) == (302, 409)
    labels = {label for label, _ in second.context["conflict"]}
    assert "Demi-journées" in labels
    assert any("Prix" in label for label in labels), labels
    session.refresh_from_db()
    assert session.place_name == "Atelier du port"
    again = client.post(url, session_data(version=second.context["form"]["version"].value(), price="999"))
    assert again.status_code == 302
    session.refresh_from_db()
    assert session.price_cents == 99_900


def test_a_form_that_does_not_say_which_version_it_opened_writes_over_nothing(home, client):
    session = make_session(make_course(home), starts_in=30)

    answer = client.post(reverse("sessions:edit", args=[session.pk]), session_data(price="999", version=""))

    assert answer.status_code == 409
    session.refresh_from_db()
    assert (session.price_cents, session.version) == (50_400, 1)


def test_a_session_cancelled_since_its_form_was_opened_is_changed_no_more(home, client):
    session = make_session(make_course(home), starts_in=30)
    url = reverse("sessions:edit", args=[session.pk])
    opened = client.get(url).context["form"]["version"].value()
    move_session(session, status="cancelled", actor=SYSTEM, reason="Trop peu de monde")

    answer = client.post(url, session_data(version=opened, place_name="Atelier du port"))

    assert answer.status_code == 409
    assert ("elle ne se change plus" in answer.content.decode(), "Atelier du port" in answer.content.decode()) == (True, True)
    session.refresh_from_db()
    assert (session.place_name, session.version) == ("Atelier", 1)


def test_a_published_session_that_moves_is_told_to_those_in_it_and_to_who_sends_them(home, client):
    employer = make_member()
    manager, trainee = make_person(employer, "advisor"), make_person(employer, "entrepreneur")
    session = make_session(make_course(home), starts_in=30)
    register(session, trainee, employer=employer)

    client.post(reverse("sessions:edit", args=[session.pk]), session_data(price="1890"))

    told = {row.user_id: row for row in Notification.unscoped.filter(kind__in=["trainings.session_moved", "trainings.own_session_moved"])}
    assert {manager.pk, trainee.pk} <= set(told)
    runner.drain()
    letter = next(one.body for one in mail.outbox if one.to == [manager.email])
    assert "890,00" in letter
    assert "avant" in letter

    Notification.unscoped.all().delete()
    client.post(reverse("sessions:edit", args=[session.pk]), session_data(price="1900", version="2"))
    kinds = set(Notification.unscoped.values_list("kind", flat=True))
    assert "trainings.session_moved" in kinds
    assert "trainings.own_session_moved" not in kinds, "what her employer pays is not hers to follow"
    Notification.unscoped.all().delete()
    client.post(reverse("sessions:edit", args=[session.pk]), session_data(price="1900", access_notes="Deuxième porte", version="3"))
    assert not Notification.unscoped.filter(kind="trainings.session_moved").exists(), "nothing that concerns them changed"


# -- a newer release of its programme ---------------------------------------------------------------------------------
def release(course, **facts):
    save_draft(course, facts=facts, actor=SYSTEM)
    course.refresh_from_db()
    course.get_latest_revision().publish(skip_permission_checks=True)
    course.refresh_from_db()


def taking(session):
    return reverse("sessions:take_release", args=[session.pk])


def test_a_session_takes_the_newer_release_of_its_programme_and_those_in_it_are_told(home, client):
    employer = make_member()
    manager, trainee = make_person(employer, "advisor"), make_person(employer, "entrepreneur")
    course = make_course(home)
    session = make_session(course, starts_in=30)
    register(session, trainee, employer=employer)
    page = reverse("sessions:detail", args=[session.pk])
    assert "Prendre la version publiée" not in client.get(page).content.decode()
    release(course, title="Enduits de terre", content="Matin\nSoir")
    assert "Prendre la version publiée" in client.get(page).content.decode()
    assert "Prendre la version publiée" not in sign_in(manager).get(page).content.decode()
    asked = client.get(taking(session))
    assert [one.name for one in asked.context["differences"]] == ["title", "content"]
    assert f"publiée le {long_date_fr(today())}.<" in asked.content.decode(), "one full stop"
    assert "durée 21\u00a0h en 6\u00a0demi-journées" in client.get(page).content.decode().replace("&nbsp;", "\u00a0")

    for _ in range(2):
        assert client.post(taking(session), {"seen": course.live_revision_id}).status_code == 302

    session = TrainingSession.unscoped.get(pk=session.pk)
    assert (session.title, session.programme_version, session.programme_revision_id) == ("Enduits de terre", 2, course.live_revision_id)
    assert session.programme.content == "Matin\nSoir"
    assert session.programme_published_on == today()
    assert "Prendre la version publiée" not in client.get(page).content.decode()
    assert AuditEntry.objects.filter(action="trainings.session.programme").count() == 1
    told = Notification.unscoped.filter(kind__in=["trainings.session_moved", "trainings.own_session_moved"])
    assert {manager.pk, trainee.pk} <= set(told.values_list("user", flat=True))
    runner.drain()
    letter = next(one.body for one in mail.outbox if one.to == [manager.email])
    assert "version 2 (avant : version 1), qui change : intitulé et contenu" in " ".join(letter.split())


def test_what_the_catalogue_alone_says_is_told_to_nobody(home, client):
    employer, course = make_member(), make_course(home)
    session = make_session(course, starts_in=30)
    register(session, make_person(employer, "entrepreneur"), employer=employer)
    release(course, contact="autre@example.org")

    client.post(taking(session), {"seen": course.live_revision_id})

    session.refresh_from_db()
    assert session.programme_version == 2
    assert not Notification.unscoped.filter(kind__contains="session_moved").exists()


def test_a_release_published_since_the_comparison_is_read_before_it_is_taken(home, client):
    course = make_course(home)
    session = make_session(course)
    release(course, content="Deuxième")
    seen = course.live_revision_id
    release(course, content="Troisième")

    answer = client.post(taking(session), {"seen": seen})

    assert answer.status_code == 409
    assert "Troisième" in answer.content.decode()
    session.refresh_from_db()
    assert session.programme_version == 1


@pytest.mark.parametrize("why", ["cancelled", "begun", "withdrawn"])
def test_a_session_that_is_over_or_cancelled_or_whose_programme_left_the_catalogue_takes_nothing(home, client, why):
    course = make_course(home)
    session = make_session(course)
    release(course, content="Deuxième")
    seen = course.live_revision_id
    if why == "cancelled":
        move_session(session, status="cancelled", actor=SYSTEM, reason="Trop peu de monde")
    elif why == "begun":
        session.half_days.update(signing_began_at=timezone.now())
    else:
        unpublish_course(course, actor=SYSTEM)

    page = client.get(reverse("sessions:detail", args=[session.pk])).content.decode()
    answers = [client.get(taking(session)), client.post(taking(session), {"seen": seen})]
    with suppress(SessionIsCancelled, SessionHasBegun):
        take_release(session, seen=seen, actor=SYSTEM)

    assert "Prendre la version publiée" not in page
    assert [answer.status_code for answer in answers] == [302, 302]
    session.refresh_from_db()
    assert session.programme_version == 1


# -- a session that nobody should have seen ---------------------------------------------------------------------------
def seen_by_all(session):
    """Whether the anonymous reader gets its page, its line and its hit."""
    page = Client().get(reverse("sessions:detail", args=[session.pk])).status_code == 200
    listed = TrainingSession.objects.visible_to(Actor.anonymous()).filter(pk=session.pk).exists()
    indexed = any(row.pk == session.pk for row in _rows([str(session.pk)]))
    found = str(session.pk) in _visible(Actor.anonymous(), [str(session.pk)])
    assert page == listed == indexed == found == TrainingSession.unscoped.get(pk=session.pk).was_published
    return page


@pytest.mark.parametrize("was_open", [True, False])
def test_a_session_cancelled_before_it_was_ever_public_stays_hidden(home, client, was_open):
    session = make_session(make_course(home), status="draft")
    assert not seen_by_all(session)
    if was_open:
        move_session(session, status=SessionStatus.OPEN, actor=SYSTEM)
        opened = TrainingSession.unscoped.get(pk=session.pk).opened_at
        move_session(session, status=SessionStatus.CLOSED, actor=SYSTEM)
        move_session(session, status=SessionStatus.OPEN, actor=SYSTEM)
        assert TrainingSession.unscoped.get(pk=session.pk).opened_at == opened, "the first time"
    page = client.get(reverse("sessions:cancel", args=[session.pk])).content.decode()
    assert "écrit aux employeurs" not in page
    assert ("écrit sur la page de la session" in page) == was_open

    client.post(reverse("sessions:cancel", args=[session.pk]), {"reason": "Trop peu de monde"})

    session.refresh_from_db()
    assert session.is_cancelled
    assert seen_by_all(session) == was_open
    assert client.get(reverse("sessions:detail", args=[session.pk])).status_code == 200, "its own team reads it"
    assert sign_in(make_person(make_member(), "advisor")).get(reverse("sessions:detail", args=[session.pk])).status_code == (
        200 if was_open else 404
    )


def test_a_session_with_people_says_to_whom_the_reason_is_written(home, client):
    employer = make_member()
    session = make_session(make_course(home))
    register(session, make_person(employer), employer=employer)
    url = reverse("sessions:cancel", args=[session.pk])

    assert "écrit aux employeurs et sur la page" in client.get(url).content.decode()
    assert "data-hub-errors" in client.post(url, {"reason": ""}).content.decode()


@pytest.mark.parametrize("is_cancelled", [False, True])
def test_a_session_prepared_by_mistake_is_deleted_after_it_was_asked(home, client, is_cancelled):
    session = make_session(make_course(home), status="draft")
    if is_cancelled:
        move_session(session, status=SessionStatus.CANCELLED, actor=SYSTEM)
    url, page = reverse("sessions:remove", args=[session.pk]), reverse("sessions:detail", args=[session.pk])
    shown = client.get(page).content.decode()
    assert (url in shown, "Annuler la session" in shown) == (True, False)
    assert "jamais été publiée" in client.get(url).content.decode()
    assert TrainingSession.unscoped.filter(pk=session.pk).exists(), "nothing goes before it is confirmed"

    answer = client.post(url, follow=True)

    assert "La session est supprimée" in answer.content.decode()
    assert not TrainingSession.unscoped.filter(pk=session.pk).exists()
    assert not HalfDay.objects.filter(session=session.pk).exists()
    assert AuditEntry.objects.get(action="trainings.session.remove").object_id == str(session.pk)
    assert client.post(url).status_code == 404


@pytest.mark.parametrize("why", ["open", "closed", "cancelled", "registered"])
def test_a_session_that_was_published_or_had_somebody_is_not_deleted(home, client, why):
    employer = make_member()
    session = make_session(make_course(home), status="open" if why == "registered" else why)
    if why == "registered":
        register(session, make_person(employer), employer=employer)
        TrainingSession.unscoped.filter(pk=session.pk).update(status="draft", opened_at=None)
    url = reverse("sessions:remove", args=[session.pk])

    assert url not in client.get(reverse("sessions:detail", args=[session.pk])).content.decode()
    assert "ne se supprime plus" in client.post(url, follow=True).content.decode()
    with pytest.raises(MoveRefused):
        remove_session(session, actor=SYSTEM)
    assert TrainingSession.unscoped.filter(pk=session.pk).exists()


def test_of_another_organisation_a_session_is_neither_deleted_nor_given_a_release(home):
    stranger = sign_in(make_person(make_member(), "training_manager"))
    draft, live = make_session(make_course(home), status="draft"), make_session(make_course(home))
    for name in ("remove", "take_release"):
        assert stranger.post(reverse(f"sessions:{name}", args=[draft.pk])).status_code == 404
        assert stranger.post(reverse(f"sessions:{name}", args=[live.pk])).status_code == 403


def test_sessions_of_before_are_public_as_the_trail_and_their_registrations_tell():
    employer = make_member()
    never, opened, attended, running = (make_session(status=status) for status in ("draft", "open", "draft", "open"))
    TrainingSession.unscoped.filter(pk=attended.pk).update(status="open")  # no line says that it was opened
    attended.refresh_from_db()
    register(attended, make_person(employer), employer=employer)
    for session in (never, opened, attended):
        move_session(session, status=SessionStatus.CANCELLED, actor=SYSTEM)
    TrainingSession.unscoped.update(opened_at=None)

    import_module("trainings.sessions.migrations.0008_opened_at").read_openings(apps, None)

    assert [seen_by_all(session) for session in (never, opened, attended, running)] == [False, True, True, True]
    running.refresh_from_db()
    assert running.opened_at == running.created_at
