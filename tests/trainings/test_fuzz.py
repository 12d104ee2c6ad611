"""Whatever is sent to a form of the trainings, the answer is a page: never a failure, and a refusal shows again what was typed."""

import pytest
from django.urls import reverse

from hub.core.kit.dates import today
from hub.core.kit.identifiers import uuid7
from tests.builders.accounts import make_member, make_person, sign_in
from tests.builders.funding import make_file_at
from tests.builders.trainings import FULL_PROGRAMME, make_course, make_session, register
from tests.builders.wishes import make_wish
from trainings.funding.enums import FundingStatus
from trainings.sessions.models import Registration

pytestmark = pytest.mark.django_db

LONG = "a" * 1_000_000
HOSTILE = [
    "", "\x00", "\x07\x1b[31m", "\u202e\u200b\ufeff", "👩🏽‍🔧" * 200, "0", "99999999999999999999", "9" * 5000, "2147483648", "1e400000",
    "NaN", "-9999-01-01", "0001-01-01", "9999-12-31", "25:61", "[]", '{"a": 1}', "{{ 7 }}", "<b>",
    "' OR 1=1 --", "١٢", "²",
]  # fmt: skip
ARRAY = ["", "x", "99999999999999999999", "\x00"]


def session_data(**changes):
    day = today().isoformat()
    lines = {"date": day, "period": "am", "starts_at": "08:30", "ends_at": "12:00", "is_remote": "", "topic": "Sujet"}
    return {
        "demi-TOTAL_FORMS": "2", "demi-INITIAL_FORMS": "0", "demi-MIN_NUM_FORMS": "0", "demi-MAX_NUM_FORMS": "120",
        **{f"demi-0-{name}": value for name, value in lines.items()}, "demi-1-date": day, "demi-1-period": "pm", "capacity": "12", "price": "504",
        "registration_closes_on": "", "place_name": "Atelier", "street": "", "postal_code": "33310", "city": "Lormont", "access_notes": "",
        "trainers": [], "payment_terms": "À 30 jours.", "cancellation_terms": "", "remote_assistance": "", "remote_activities": "", "who": "",
        "subrogation": "", "version": "1",
    } | changes  # fmt: skip


def course_data(**changes):
    facts = {name: value for name, value in FULL_PROGRAMME.items() if name != "duration_minutes"}
    return facts | {
        "title": "Enduits", "hours": "21", "price": "504", "modality": "in_person", "skill_rows": "", "trade_rows": "", "revision": "",
    } | changes  # fmt: skip


@pytest.fixture
def forms():
    """Name of a form → its address and what a person would send."""
    home, buyer = make_member("Qui forme"), make_member("Qui envoie")
    course, session = make_course(home), make_session(make_course(home, title="Autre"))
    person = make_person(buyer)
    register(session, person, employer=buyer)
    teacher, sender = sign_in(make_person(home, "training_manager")), sign_in(make_person(buyer, "training_manager"))
    row = Registration.unscoped.get(session=session)
    return {
        "new_course": (teacher, reverse("catalogue:new_course"), course_data()),
        "edit_course": (
            teacher,
            reverse("catalogue:edit_course", args=[course.public_id]),
            course_data(revision=str(course.latest_revision_id)),
        ),
        "decide": (teacher, reverse("catalogue:decide", args=[course.public_id]), {"comment": "", "send_back": "1"}),
        "new_session": (teacher, reverse("sessions:new", args=[course.public_id]), session_data()),
        "edit_session": (teacher, reverse("sessions:edit", args=[session.pk]), session_data()),
        "more": (teacher, reverse("sessions:new", args=[course.public_id]), session_data(more="1")),
        "find": (teacher, reverse("sessions:new", args=[course.public_id]), session_data(find="1")),
        "register": (sender, reverse("sessions:register", args=[session.pk]), {"key": str(uuid7()), "trainees": str(person.pk), "nom": ""}),
        "find_people": (sender, reverse("sessions:register", args=[session.pk]), {"trainees": str(person.pk), "nom": "", "find": "1"}),
        "cancel": (teacher, reverse("sessions:cancel", args=[session.pk]), {"reason": "Grève"}),
        "give_back": (sender, reverse("sessions:cancel_registration", args=[session.pk, row.pk]), {"x": ""}),
        "agreements": (teacher, reverse("paperwork:agreements", args=[session.pk]), {"x": ""}),
        **_of_funding(),
        **_of_needs(sender, teacher, buyer, course),
    }


def _of_funding():
    file = make_file_at(FundingStatus.UNDER_REVIEW)
    manager, day = sign_in(make_person(file.employer, "training_manager")), today().isoformat()
    facts = {
        "opco": "akto",
        "opco_source": "register",
        "opco_checked_on": day,
        "headcount": "12",
        "headcount_year": "2025",
        "has_other_funds": "",
    }
    asked = {"version": str(file.version), "on": day, "reply_by": day, "reason": "Le programme."}
    granted = {"version": str(file.version), "on": day, "reference": "EX-1"}
    return {
        "employer": (manager, reverse("funding:employer"), facts | {"version": "1"}),
        "complement": (manager, reverse("funding:move", args=[file.pk, "more-asked"]), asked),
        "accord": (manager, reverse("funding:move", args=[file.pk, "granted"]), granted),
        "signed": (manager, reverse("funding:agreement", args=[file.pk]), {"agreed_on": day}),
        "files": (manager, reverse("funding:open", args=[file.session_id]), {"x": ""}),
    }


def _of_needs(sender, teacher, buyer, course):
    need = {
        "key": str(uuid7()),
        "theme": "Devis",
        "people_count": "2",
        "department_code": "33",
        "period": "mars",
        "note": "Oui",
        "people": [],
        "who": "",
    }
    wish = make_wish(buyer)
    return {
        "need": (sender, reverse("wishes:new"), need),
        "find_need": (sender, reverse("wishes:new"), need | {"find": "1"}),
        "change_need": (sender, reverse("wishes:change", args=[wish.pk]), need | {"version": "1"}),
        "answer": (teacher, reverse("wishes:open", args=[wish.pk, course.public_id]), session_data()),
    }


NAMES = [
    "new_course", "edit_course", "decide", "new_session", "edit_session", "more", "find", "register", "find_people", "cancel", "give_back", "agreements",
    "employer", "complement", "accord", "signed", "files", "need", "find_need", "change_need", "answer",
]  # fmt: skip


def failures(form, requests):
    client, url, good = form
    client.raise_request_exception = False
    return [said for said, changes in requests if client.post(url, good | changes).status_code >= 500]


def one_by_one(good, step=1):
    """(what is sent, changes): a strange value in one field, the others right; each field meets every `step`-th value, from its own start."""
    values = [*HOSTILE, ARRAY]
    for place, field in enumerate(good):
        for value in values[place % step :: step]:
            yield f"{field} = {str(value)[:40]!r}", {field: value}


def all_at_once(good, every=1):
    """Strange values in every field of one form, each field in turn with each value."""
    values = [*HOSTILE, ARRAY]
    for start in range(0, len(values), every):
        yield f"all from {start}", {field: values[(start + place) % len(values)] for place, field in enumerate(good)}
    yield "one megabyte and more", dict.fromkeys(good, LONG[: 2_000_000 // len(good)])


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_no_value_of_any_field_makes_a_form_fail(forms, name):
    client, url, good = forms[name]
    failed = failures(forms[name], [*one_by_one(good, step=24), *all_at_once(good, every=6)])
    for field in good:
        if client.post(url, {key: value for key, value in good.items() if key != field}).status_code >= 500:
            failed.append(f"without {field}")
    assert not failed, "\n".join(failed)


@pytest.mark.full
@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_every_value_of_every_field_makes_no_form_fail(forms, name):
    good = forms[name][2]
    assert failures(forms[name], [*one_by_one(good), *all_at_once(good)]) == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("demi-0-ends_at", "08:00"), ("demi-0-period", "nuit"), ("demi-0-topic", "t" * 161), ("demi-0-date", "2020-01-06"), ("demi-0-date", "0001-01-01"),
        ("demi-0-date", "9999-12-31"), ("capacity", "99999999999999999999"), ("capacity", "2147483648"), ("capacity", "501"), ("capacity", "0"),
        ("capacity", "-3"), ("registration_closes_on", "2020-01-01"), ("registration_closes_on", "9998-01-01"), ("price", "1e9"),
        ("payment_terms", "x" * 5001),
    ],
)  # fmt: skip
def test_a_refused_session_says_why_and_keeps_what_was_typed(forms, field, value):
    client, url, good = forms["new_session"]
    count = len(client.get("/formations/sessions.json").json()["results"])

    answer = client.post(url, good | {field: value, "place_name": "Mon atelier à moi", "demi-1-topic": "Badigeon"})

    page = answer.content.decode()
    assert answer.status_code == 200
    assert "à corriger" in page
    assert f'href="#id_{field}"' in page, "the summary leads to the field"
    assert "Mon atelier à moi" in page
    assert "Badigeon" in page
    assert len(client.get("/formations/sessions.json").json()["results"]) == count
