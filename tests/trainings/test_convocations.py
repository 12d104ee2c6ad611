"""Convocations: sent once, sent again when something changes with a higher revision, taken back on cancellation."""

import re
from datetime import time, timedelta

import pytest
from django.urls import reverse

from hub.core.jobs.services import drain
from hub.core.kit.dates import DAYS, date_fr, long_date_fr, today
from hub.core.papers import services as papers
from tests.builders.accounts import SYSTEM, make_actor, make_member, make_person, sign_in
from tests.builders.attendance import make_attended, people_of
from tests.builders.funding import make_file_at
from tests.builders.trainings import half_days, register
from tests.core.paper_reader import conforms, says
from trainings.attendance.codes import code_of
from trainings.funding.enums import FundingStatus
from trainings.funding.selectors import read_file
from trainings.paperwork import services
from trainings.paperwork.errors import ConventionRefused
from trainings.paperwork.models import Convocation
from trainings.sessions.services import cancel_registration, move_session, update_session

pytestmark = pytest.mark.django_db


@pytest.fixture
def session():
    return make_attended(
        make_member("Organisme", city="Bordeaux", street="1 rue", postal_code="33000"), make_member("CAE Une"), starts_in=12, each=2
    )


def appointments(letter):
    """The lines of the file that a letter carries, unfolded."""
    (attached,) = letter.attachments
    content = attached[1] if isinstance(attached[1], str) else attached[1].decode()
    return content.replace("\r\n ", "").split("\r\n")


def values(lines, name):
    return [line.partition(":")[2] for line in lines if re.match(rf"{name}[:;]", line)]


def letters(mailoutbox, subject):
    drain()
    return [letter for letter in mailoutbox if letter.subject.startswith(subject)]


def test_each_trainee_is_convened_once_with_the_half_days_for_her_diary(session, mailoutbox):
    sent = services.send_convocations(session, actor=SYSTEM)
    again = services.send_convocations(session, actor=SYSTEM)

    told = letters(mailoutbox, "Convocation")
    assert (sent.count, again.count, len(told)) == (2, 0, 2)
    assert {letter.to[0] for letter in told} == {row.trainee.email for row in people_of(session)}
    for row in people_of(session):
        (letter,) = [one for one in told if one.to == [row.trainee.email]]
        said = re.findall(r"^- (.*)\u00a0: (\d{4})$", letter.body, re.MULTILINE)
        assert [code for _, code in said] == [code_of(row, half_day) for half_day in session.half_days.all()]
        assert said[0][0] == f"{session.half_days.first().day_words}, matin"
        page = sign_in(row.trainee).get(reverse("paperwork:convocation", args=[session.pk])).content.decode()
        assert re.findall(r'<b class="mono">(\d{4})</b>', page) == [code for _, code in said]
    lines = appointments(told[0])
    assert values(lines, "METHOD") == ["PUBLISH"]
    assert len(set(values(lines, "UID"))) == lines.count("BEGIN:VEVENT") == 6
    assert set(values(lines, "SEQUENCE")) == {"0"}
    start = session.half_days.first().begins_at
    assert values(lines, "DTSTART")[0] == f"{start - start.utcoffset():%Y%m%dT%H%M%SZ}"


def test_the_letter_says_the_hours_and_where_needs_are_written_and_to_whom(session, mailoutbox):
    referent = make_person(session.organisation, "accessibility_referent")
    first = session.half_days.first()
    update_session(session, facts={}, slots=half_days(first.date, 1)[:1], trainers=[], actor=SYSTEM)
    session.refresh_from_db()
    services.send_convocations(session, actor=SYSTEM)

    body = letters(mailoutbox, "Convocation")[0].body.replace("\u00a0", " ").replace("\u202f", " ")
    row = people_of(session)[0]
    page = sign_in(row.trainee).get(reverse("paperwork:convocation", args=[session.pk])).content.decode()

    words = f"attendue ou attendu {session.period_words}, de 8 h 30 à 12 h, à {session.place}.".replace("\u00a0", " ")
    assert words in body
    for said in (body, page):
        assert referent.name in said
        assert reverse("people:own") in said


def test_the_letter_of_several_half_days_has_a_line_of_hours_for_each(session, mailoutbox):
    services.send_convocations(session, actor=SYSTEM)

    body = letters(mailoutbox, "Convocation")[0].body.replace("\u00a0", " ")
    row = session.half_days.first()

    assert f"- {row.day_words}, de 8 h 30 à 12 h".replace("\u00a0", " ") in body


def change(session, slots):
    update_session(session, facts={}, slots=slots, trainers=session.trainers.all(), actor=SYSTEM)


def test_change_is_told_to_those_convened_with_a_higher_revision_and_the_same_appointments(session, mailoutbox):
    services.send_convocations(session, actor=SYSTEM)
    before = appointments(letters(mailoutbox, "Convocation :")[0])
    slots = half_days(session.starts_on)
    moved = [
        (day, period, time(9) if period == "am" else start, end, remote, topic) for day, period, start, end, remote, topic in slots[:5]
    ]

    change(session, moved)

    told = letters(mailoutbox, "Convocation changée")
    assert len(told) == 2
    after = appointments(told[0])
    assert sorted(values(before, "UID")) == sorted(values(after, "UID")), "a diary knows them again"
    assert set(values(after, "SEQUENCE")) == {"1"}
    assert values(after, "STATUS").count("CANCELLED") == 1, "the half-day that is dropped"
    assert values(after, "STATUS").count("CONFIRMED") == 5


def test_change_that_no_paper_can_print_is_told_all_the_same(session, mailoutbox):
    services.send_convocations(session, actor=SYSTEM)

    moved = half_days(session.starts_on + timedelta(days=14))
    update_session(session, facts={"place_name": "Halle 🏗"}, slots=moved, trainers=session.trainers.all(), actor=SYSTEM)

    told = letters(mailoutbox, "Convocation changée")
    assert len(told) == 2
    assert "Halle 🏗" in told[0].body
    row = people_of(session)[0]
    page = sign_in(row.trainee).get(reverse("paperwork:convocation", args=[session.pk])).content.decode()
    assert "Halle [U+1F3D7]" in page


def test_letter_of_a_change_says_what_is_not_as_before(session, mailoutbox):
    services.send_convocations(session, actor=SYSTEM)
    (day, *_), *others = half_days(session.starts_on)
    moved = [(day, "am", time(9), time(12), False, ""), *others[:-1]]

    update_session(session, facts={"place_name": "Halle"}, slots=moved, trainers=session.trainers.all(), actor=SYSTEM)

    letter, _ = letters(mailoutbox, "Convocation changée")
    first, last = (f"{DAYS[one.weekday()]} {date_fr(one, year=True)}" for one in (day, others[-1][0]))
    hours = ("8\u00a0h\u00a030 – 12\u00a0h", "13\u00a0h\u00a030 – 17\u00a0h", "9\u00a0h – 12\u00a0h")
    assert re.findall(r"^- (.*)$", letter.body.partition("Vous êtes attendue")[0], re.MULTILINE) == [
        f"Avant\u00a0: {first}, {hours[0]}, en présence",
        f"Avant\u00a0: {last}, {hours[1]}, en présence",
        f"Maintenant\u00a0: {first}, {hours[2]}, en présence",
        "Lieu\u00a0: Halle, 33310 Lormont",
    ]
    page = sign_in(people_of(session)[0].trainee).get(reverse("paperwork:convocation", args=[session.pk])).content.decode()
    assert f"Envoyée le {long_date_fr(today())}, 1\u00a0changement depuis la première. Un empêchement" in page


def test_change_that_says_nothing_new_is_not_written(session, mailoutbox):
    services.send_convocations(session, actor=SYSTEM)
    letters(mailoutbox, "Convocation")
    mailoutbox.clear()

    update_session(session, facts={"capacity": 13}, slots=half_days(session.starts_on), trainers=session.trainers.all(), actor=SYSTEM)

    assert letters(mailoutbox, "Convocation") == []


def test_nobody_hears_of_a_change_before_she_is_convened(session, mailoutbox):
    change(session, half_days(session.starts_on, days=2))

    assert letters(mailoutbox, "Convocation") == []


def test_cancelled_registration_takes_the_half_days_back(session, mailoutbox):
    services.send_convocations(session, actor=SYSTEM)
    gone = people_of(session)[0]

    cancel_registration(gone, actor=SYSTEM)

    (letter,) = letters(mailoutbox, "Convocation annulée")
    lines = appointments(letter)
    assert letter.to == [gone.trainee.email]
    assert values(lines, "METHOD") == ["CANCEL"]
    assert set(values(lines, "STATUS")) == {"CANCELLED"}
    assert set(values(lines, "SEQUENCE")) == {"1"}


def test_cancelled_session_takes_them_back_from_everybody_once(session, mailoutbox):
    services.send_convocations(session, actor=SYSTEM)
    home = people_of(session)[0].employer
    late = make_person(home)
    register(session, late, employer=home)

    move_session(session, status="cancelled", actor=SYSTEM, reason="Grève")

    assert len(letters(mailoutbox, "Convocation annulée")) == 2
    (letter,) = [one for one in letters(mailoutbox, "Session annulée") if "et votre inscription avec elle" in one.body]
    assert letter.to == [late.email], "who was not convened yet has one letter too, and the others no second one"
    assert not Convocation.unscoped.filter(cancelled_at=None).exists()
    assert services.cancel_convocations(people_of(session), actor=SYSTEM) == 0


@pytest.mark.parametrize("wrong", ["draft", "cancelled", "past"])
def test_session_that_is_not_to_come_convenes_nobody(wrong):
    session = make_attended(make_member(), make_member(), starts_in=-9 if wrong == "past" else 9)
    if wrong != "past":
        type(session).unscoped.filter(pk=session.pk).update(status=wrong)
    session = type(session).unscoped.get(pk=session.pk)

    with pytest.raises(ConventionRefused):
        services.send_convocations(session, actor=SYSTEM)


def test_trainee_reads_her_convocation_and_nobody_else_does(session):
    one, two = people_of(session)
    services.send_convocations(session, actor=SYSTEM)
    page, ics = (reverse(f"paperwork:{name}", args=[session.pk]) for name in ("convocation", "convocation_ics"))
    pdf = reverse("paperwork:convocation_pdf", args=[session.pk, one.pk])
    client, other, stranger = sign_in(one.trainee), sign_in(two.trainee), sign_in(make_person(make_member(), "director"))

    shown = client.get(page).content.decode()

    assert one.trainee.name in shown
    assert "6\u00a0demi-journées" in shown
    assert client.get(ics).content.startswith(b"BEGIN:VCALENDAR\r\n")
    assert client.get(pdf).content.startswith(b"%PDF")
    assert [other.get(address).status_code for address in (page, pdf)] == [200, 404]
    assert two.trainee.name in other.get(page).content.decode()
    assert [stranger.get(address).status_code for address in (page, ics, pdf)] == [404, 404, 404]
    assert reverse("paperwork:convocation", args=[session.pk]) in client.get(reverse("paperwork:mine")).content.decode()


def test_manager_sends_them_from_the_page_of_the_session(session):
    client = sign_in(make_person(session.organisation, "training_manager"))
    address = reverse("paperwork:convene", args=[session.pk])

    first = client.post(address, follow=True).content.decode()
    second = client.post(address, follow=True).content.decode()

    assert "2\u00a0convocations envoyées" in first
    assert "rien n’a changé" in second
    assert address not in second, "nothing is left to send"
    assert sign_in(make_person(make_member(), "training_manager")).post(address).status_code == 403


def test_convocation_is_an_archive_that_everybody_can_read(session, tmp_path):
    one = people_of(session)[0]
    services.send_convocations(session, actor=SYSTEM)
    pdf = papers.sealed_file(Convocation.unscoped.get(registration=one).paper)

    for words in (one.trainee.name, "CAE Une", "Atelier", "8 h 30", "Préparer un enduit", "formation@example.org"):
        assert says(pdf, words), words
    assert conforms(tmp_path, convocation=pdf) == ""


def test_convening_is_no_date_to_keep_once_everybody_whom_the_file_is_for_is_convened():
    row = make_file_at(FundingStatus.FILED)
    buyer, other = row.employer, make_member()
    register(row.session, make_person(other), employer=other)

    def dues():
        return {due.key for due in read_file(row, make_actor(buyer, "training_manager")).dues}

    assert "convening" in dues()
    services.send_convocations(row.session, actor=SYSTEM)
    assert "convening" not in dues()
    register(row.session, make_person(other), employer=other)
    assert "convening" not in dues(), "another employer's"
    register(row.session, make_person(buyer), employer=buyer)
    assert "convening" in dues()
