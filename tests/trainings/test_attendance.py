"""The sheet of a half-day: never signed before it begins, one gesture each, closed for good, corrected by a new version."""

import json
import re
from dataclasses import replace
from datetime import time, timedelta
from time import perf_counter

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from hub.core.accounts.models import Membership, User
from hub.core.accounts.selectors import actor_for
from hub.core.audit.models import AuditEntry
from hub.core.jobs.services import drain
from hub.core.kit.dates import date_fr, hour_fr, local, today
from hub.core.kit.identifiers import uuid7
from hub.core.kit.text import of
from hub.core.papers.errors import DataRefused
from hub.settings.env import TABLE_CACHE
from tests.builders.accounts import SYSTEM, join, make_member, make_person, sign_in
from tests.builders.attendance import close, close_all, drawing, during, make_attended, move, people_of, sign, trainer_of, typed
from tests.builders.trainings import half_days
from tests.core.races import run_together
from trainings.attendance import codes, facts, rules, services
from trainings.attendance.codes import code_of
from trainings.attendance.enums import Cause
from trainings.attendance.errors import (
    AlreadySigned,
    AttendanceRefused,
    CodeRefused,
    ReasonNeeded,
    SheetIsClosed,
    SheetIsIncomplete,
    SignatureRefused,
    TooEarly,
)
from trainings.attendance.kinds import sheet_data
from trainings.attendance.models import AttendanceSheet, Presence
from trainings.attendance.selectors import attendance_of, board, closed_sheets, moment_of, same_drawings, sheets_due, typed_in_a_row
from trainings.attendance.services import Hours, Signature
from trainings.sessions.errors import HalfDayIsSigned, MoveRefused, SessionHasBegun
from trainings.sessions.models import HalfDay, Registration, TrainingSession
from trainings.sessions.services import cancel_registration, move_session, update_session

pytestmark = pytest.mark.django_db
NOW = timezone.now


@pytest.fixture
def session():
    provider = make_member("Organisme")
    return make_attended(provider, make_member("CAE Une"), make_member("CAE Deux"))


def first(session):
    return session.half_days.first()


def page(session, name="sheet", **kwargs):
    return reverse(f"attendance:{name}", kwargs={"pk": session.pk, "half_day": first(session).pk, **kwargs})


# -- when --------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("minutes", [-1, -60, -60 * 24])
def test_nobody_signs_before_the_half_day_begins(session, monkeypatch, minutes):
    half_day, (row, _) = first(session), people_of(session)
    actor = trainer_of(session)
    during(monkeypatch, half_day, minutes)

    for early in (
        lambda: sign(half_day, row, actor=actor),
        lambda: services.mark_absent(half_day, row, reason="Malade", actor=actor),
        lambda: services.close_sheet(half_day, signature=Signature(typed=actor.name), actor=actor),
    ):
        with pytest.raises((TooEarly, SheetIsIncomplete)):
            early()
    assert not Presence.objects.exists()


def test_half_day_is_signed_from_its_first_minute_to_a_quarter_of_an_hour_after_its_end(session, monkeypatch):
    half_day, (one, two) = first(session), people_of(session)
    actor = trainer_of(session)
    during(monkeypatch, half_day, 0)
    sign(half_day, one, late_reason="", actor=actor)
    during(monkeypatch, half_day, half_day.minutes + 15)
    sign(half_day, two, late_reason="", actor=actor)

    assert Presence.objects.count() == 2


def test_later_a_signature_needs_its_reason(session, monkeypatch):
    half_day, (row, _) = first(session), people_of(session)
    actor = trainer_of(session)
    during(monkeypatch, half_day, half_day.minutes + 16)

    with pytest.raises(ReasonNeeded):
        sign(half_day, row, late_reason=" ", actor=actor)

    assert sign(half_day, row, late_reason="Batterie vide", actor=actor).late_reason == "Batterie vide"


def test_signature_kept_without_network_keeps_its_own_hour_beside_the_hub_s(session, monkeypatch):
    half_day, (row, other) = first(session), people_of(session)
    actor = trainer_of(session)
    during(monkeypatch, half_day, half_day.minutes + 300)
    in_time, before = half_day.begins_at + timedelta(minutes=4), half_day.begins_at - timedelta(minutes=1)

    signature = typed(row, key=uuid7(), device_at=in_time)
    kept = services.sign(half_day, row, signature=signature, hours=Hours(late_reason="Sans réseau"), actor=actor)
    with pytest.raises(TooEarly):
        services.sign(half_day, other, signature=typed(other, device_at=before), hours=Hours(late_reason="x"), actor=actor)

    assert kept.device_at == in_time
    assert kept.signed_at == timezone.now()
    assert '"late":true,"method":"coded","offline":true' in AuditEntry.objects.get(action="trainings.attendance.sign").data


@pytest.mark.parametrize("minutes", [16, 60 * 12, 60 * 24 * 30])
def test_hour_of_a_telephone_spares_nobody_the_reason(session, monkeypatch, minutes):
    half_day, (row, _) = first(session), people_of(session)
    actor = trainer_of(session)
    during(monkeypatch, half_day, half_day.minutes + minutes)
    forged = typed(row, key=uuid7(), device_at=half_day.begins_at + timedelta(minutes=4))

    with pytest.raises(ReasonNeeded):
        services.sign(half_day, row, signature=forged, hours=Hours(late_reason=" "), actor=actor)

    assert not Presence.objects.exists()


def test_what_arrives_in_time_has_no_late_reason(session, monkeypatch):
    half_day, (row, _) = first(session), people_of(session)
    actor = trainer_of(session)
    during(monkeypatch, half_day, half_day.minutes + 15)

    assert sign(half_day, row, late_reason="Signé sans réseau", actor=actor).late_reason == ""


@pytest.mark.parametrize(("is_offline", "said"), [(True, "À l’heure, reçue après la fin"), (False, "À l’heure, signée après la fin")])
def test_printed_sheet_says_what_came_after_the_end(session, is_offline, said):
    half_day, (one, two) = first(session), people_of(session)
    services.mark_absent(half_day, two, reason="Malade", actor=trainer_of(session))
    signature = typed(one, device_at=half_day.begins_at if is_offline else None)
    services.sign(half_day, one, signature=signature, hours=Hours(late_reason="Sans réseau"), actor=trainer_of(session))
    sheet = services.close_sheet(half_day, signature=Signature(typed=trainer_of(session).name), actor=trainer_of(session))

    words = {line["name"]: line["words"] for line in sheet_data(sheet)["lines"]}

    assert words[one.trainee.name] == said


def test_clock_of_a_telephone_that_is_ahead_opens_nothing(session, monkeypatch):
    half_day, (row, _) = first(session), people_of(session)
    actor = trainer_of(session)
    during(monkeypatch, half_day, -30)

    with pytest.raises(TooEarly):
        services.sign(
            half_day, row, signature=typed(row, device_at=half_day.begins_at + timedelta(minutes=1)), hours=Hours(),
            actor=actor,
        )  # fmt: skip


# -- who signs what ----------------------------------------------------------------------------------------------------
def test_same_gesture_sent_twice_signs_once_and_another_is_refused(session):
    half_day, (row, _) = first(session), people_of(session)
    actor, key = trainer_of(session), uuid7()
    signature = Signature(strokes=drawing(1), key=key)

    one = services.sign(half_day, row, signature=signature, hours=Hours(late_reason="x"), actor=actor)
    two = services.sign(half_day, row, signature=signature, hours=Hours(late_reason="x"), actor=actor)
    with pytest.raises(AlreadySigned):
        sign(half_day, row)

    assert one.pk == two.pk
    assert AuditEntry.objects.filter(action="trainings.attendance.sign").count() == 1


def test_one_gesture_signs_for_one_person(session):
    client, (one, two), key = sign_in(session.trainers.get()), people_of(session), str(uuid7())

    first_sent, second_sent = (
        client.post(
            page(session, "sign", registration=row.pk), {"typed": row.trainee.name, "code": code_of(row, first(session)), "key": key, "late_reason": "x"},
            headers={"Accept": "application/json"},
        )
        for row in (one, two)
    )  # fmt: skip

    assert first_sent.status_code == 200
    assert (second_sent.status_code, second_sent.json()["signed"]) == (409, False)
    assert "celle d’une autre personne" in second_sent.json()["said"]
    assert Presence.objects.get().registration_id == one.pk


@pytest.mark.parametrize("from_the_correction", [False, True])
def test_gesture_taken_back_signs_no_more(session, from_the_correction):
    half_day, (one, two) = first(session), people_of(session)
    actor, client = trainer_of(session), sign_in(session.trainers.get())
    signature = Signature(strokes=drawing(1), key=uuid7())
    services.sign(half_day, one, signature=signature, hours=Hours(late_reason="x"), actor=actor)
    if from_the_correction:
        services.mark_absent(half_day, two, reason="Malade", actor=actor)
        services.close_sheet(half_day, signature=Signature(typed=actor.name), actor=actor)
        services.correct_sheet(half_day, reason="Erreur de ligne", actor=actor)
        repeat = services.sign(half_day, one, signature=signature, hours=Hours(), actor=actor)
        assert repeat.sheet.version == 2, "what is told signed is on the current version"
    services.clear_line(half_day, one, cause=Cause.WRONG_LINE, actor=actor)

    sent = {"strokes": json.dumps(drawing(1)), "key": str(signature.key), "late_reason": "x"}
    answer = client.post(page(session, "sign", registration=one.pk), sent, headers={"Accept": "application/json"})
    with pytest.raises(AlreadySigned):
        services.sign(half_day, two, signature=signature, hours=Hours(late_reason="x"), actor=actor)

    assert (answer.status_code, answer.json()["signed"]) == (409, False)
    assert "a été retirée de la feuille" in answer.json()["said"]
    assert not Presence.objects.filter(sheet__replaced_by=None, key=signature.key).exists()
    assert sign(half_day, one, seed=2).key is None


def test_typed_name_is_the_person_s_own(session):
    half_day, (row, other) = first(session), people_of(session)

    with pytest.raises(SignatureRefused, match="écrivez le nom en entier"):
        services.sign(
            half_day, row, signature=Signature(typed=other.trainee.name, code=code_of(row, half_day)), hours=Hours(late_reason="x"),
            actor=trainer_of(session),
        )  # fmt: skip
    with pytest.raises(SignatureRefused):
        services.sign(half_day, row, signature=Signature(), hours=Hours(late_reason="x"), actor=trainer_of(session))


def test_name_is_typed_with_her_own_code_and_nobody_tries_them_all(session):
    half_day, (row, other), trainer = first(session), people_of(session), trainer_of(session)

    def attempt(code):
        services.sign(half_day, row, signature=Signature(typed=row.trainee.name, code=code), hours=Hours(late_reason="x"), actor=trainer)

    for code in ("", code_of(other, half_day), "٤٨٢١"):
        with pytest.raises(CodeRefused, match=f"Ce code n’est pas celui{of(row.trainee.name)}{row.trainee.name}"):
            attempt(code)
    assert not Presence.objects.exists()
    for _ in range(codes.MOST_WRONG - 3):
        with pytest.raises(CodeRefused, match="n’est pas celui"):
            attempt("x")
    with pytest.raises(CodeRefused, match="Trop de codes faux"):
        attempt(code_of(row, half_day))

    sign(half_day, row, seed=4)  # drawing asks none
    assert sign(half_day, other).method == "coded"


@pytest.mark.django_db(transaction=True)
def test_of_codes_tried_all_at_once_no_more_are_compared_than_one_after_the_other(settings):
    settings.CACHES = {"default": TABLE_CACHE}
    call_command("createcachetable", verbosity=0)
    row, half_day = Registration(trainee=User(first_name="Ada", last_name="Marais")), HalfDay(pk=uuid7())

    def attempt(number):
        try:
            with codes.trying(row) as number:
                codes.check(row, half_day, "", number=number)
        except CodeRefused as refusal:
            return "Trop de codes faux" in str(refusal)

    assert sum(run_together(attempt, 9)) == 9 - codes.MOST_WRONG


def test_her_codes_stand_on_her_page_until_the_sheets_are_closed(session):
    """Signed late, on the days after the last one, by the keyboard: the refusal of a wrong code sends her there."""
    (row, _), mine = people_of(session), reverse("paperwork:mine")
    reader = sign_in(row.trainee)
    assert session.ends_on < today()
    shown = reader.get(mine).content.decode()
    assert all(code_of(row, half_day) in shown for half_day in session.half_days.all())

    close_all(session)

    assert "Code pour signer" not in reader.get(mine).content.decode()


def test_codes_are_four_figures_and_differ_between_people_and_between_half_days():
    rows, half_days = [Registration(pk=uuid7()) for _ in range(20)], [HalfDay(pk=uuid7()) for _ in range(2)]

    found = {code_of(row, half_day) for row in rows for half_day in half_days}

    assert len(found) > 35
    assert all(len(code) == 4 and code.isdecimal() for code in found)
    assert code_of(rows[0], half_days[0]) == code_of(Registration(pk=rows[0].pk), HalfDay(pk=half_days[0].pk))


def test_code_seen_over_a_shoulder_signs_no_other_half_day(session):
    morning, afternoon = session.half_days.all()[:2]
    row, _ = people_of(session)
    seen = typed(row, morning)
    services.sign(morning, row, signature=seen, hours=Hours(late_reason="x"), actor=trainer_of(session))

    with pytest.raises(CodeRefused, match=r"n’est pas celui d.* pour cette demi-journée"):
        services.sign(afternoon, row, signature=seen, hours=Hours(late_reason="x"), actor=trainer_of(session))

    assert Presence.objects.get().sheet.half_day == morning


@pytest.mark.parametrize("minutes", [-24 * 60, -1])
def test_code_is_not_guessed_before_the_half_day_begins(session, monkeypatch, minutes):
    half_day, (row, _), trainer = first(session), people_of(session), trainer_of(session)
    during(monkeypatch, half_day, minutes)

    for _ in range(codes.MOST_WRONG + 1):
        with pytest.raises(TooEarly):
            services.sign(half_day, row, signature=Signature(typed=row.trainee.name, code="x"), hours=Hours(), actor=trainer)

    during(monkeypatch, half_day)
    assert sign(half_day, row, late_reason="", actor=trainer).method == "coded", "no try was counted"


def test_only_her_name_tries_a_code(session):
    half_day, (row, other), trainer = first(session), people_of(session), trainer_of(session)

    for _ in range(codes.MOST_WRONG + 1):
        with pytest.raises(SignatureRefused, match="écrivez le nom en entier"):
            services.sign(
                half_day, row, signature=Signature(typed=other.trainee.name, code="x"), hours=Hours(late_reason="x"), actor=trainer
            )

    assert sign(half_day, row).method == "coded"


def test_what_is_sent_again_is_signed_even_once_the_keyboard_is_closed(session):
    half_day, (row, _), trainer = first(session), people_of(session), trainer_of(session)
    once = typed(row, key=uuid7())
    kept = services.sign(half_day, row, signature=once, hours=Hours(late_reason="x"), actor=trainer)
    later = session.half_days.all()[1]
    for _ in range(codes.MOST_WRONG):
        with pytest.raises(CodeRefused):
            services.sign(later, row, signature=replace(once, key=None, code="x"), hours=Hours(late_reason="x"), actor=trainer)

    again = services.sign(half_day, row, signature=once, hours=Hours(late_reason="x"), actor=trainer)

    assert again.pk == kept.pk


def test_somebody_without_a_confirmed_place_signs_nothing(session):
    half_day, (row, _) = first(session), people_of(session)
    Registration.unscoped.filter(pk=row.pk).update(status="cancelled", cancelled_at=timezone.now())  # before it began
    row.refresh_from_db()

    with pytest.raises(AttendanceRefused):
        sign(half_day, row)


def test_what_is_signed_is_not_cancelled(session):
    one, two = people_of(session)
    sign(first(session), one)

    with pytest.raises(SessionHasBegun):
        cancel_registration(two, actor=SYSTEM)
    with pytest.raises(MoveRefused):
        move_session(session, status="cancelled", actor=SYSTEM, reason="Grève")


def test_person_absent_who_comes_signs_with_her_hour(session):
    half_day, (row, _) = first(session), people_of(session)
    services.mark_absent(half_day, row, reason="Sans nouvelle", actor=trainer_of(session))

    with pytest.raises(ReasonNeeded):
        sign(half_day, row, arrived_at=time(9, 10))
    late = sign(half_day, row, arrived_at=time(9, 10), reason="Train")

    assert late.minutes(half_day) == 170
    assert Presence.objects.count() == 1
    with pytest.raises(AlreadySigned):
        services.mark_absent(half_day, row, reason="Partie", actor=trainer_of(session))


@pytest.mark.parametrize(("ahead", "is_offline"), [(0, False), (1, False), (2, False), (0, True), (1, True), (2, True)])
def test_nobody_has_come_at_an_hour_that_is_not_there_when_she_signs(session, monkeypatch, ahead, is_offline):
    half_day, (row, _) = first(session), people_of(session)
    signed_at, actor = half_day.begins_at + timedelta(minutes=10), trainer_of(session)
    during(monkeypatch, half_day, 60 if is_offline else 10)
    signature = typed(row, key=uuid7(), device_at=signed_at if is_offline else None)
    hours = Hours(arrived_at=local(signed_at + timedelta(minutes=ahead)).time(), reason="Train")

    if ahead < 2:
        assert services.sign(half_day, row, signature=signature, hours=hours, actor=actor).arrived_at == hours.arrived_at
        return
    with pytest.raises(AttendanceRefused, match="n’est pas encore là"):
        services.sign(half_day, row, signature=signature, hours=hours, actor=actor)
    assert not Presence.objects.exists()


def test_line_is_taken_back_for_a_reason_of_the_list(session):
    half_day, (row, _) = first(session), people_of(session)
    sign(half_day, row)
    client, address = sign_in(session.trainers.get()), page(session, "clear", registration=row.pk)

    refused = client.post(address, {"cause": "Rosa est malade"})
    assert (refused.status_code, Presence.objects.count()) == (200, 1)
    client.post(address, {"cause": "wrong_line"})

    assert not Presence.objects.exists()


def test_line_written_by_mistake_is_taken_back_and_the_trail_keeps_why(session):
    half_day, (row, _) = first(session), people_of(session)
    sign(half_day, row)

    services.clear_line(half_day, row, cause=Cause.WRONG_LINE, actor=trainer_of(session))

    assert not Presence.objects.exists()
    assert AuditEntry.objects.get(action="trainings.attendance.clear").details["cause"] == "wrong_line"


def signed_then_left(session, monkeypatch, *, left=time(11), at=130):
    """The first trainee signed in the first minutes; at 10 h 40 of a half-day that begins at 8 h 30, unless said, her departure is noted."""
    half_day, (row, other), actor = first(session), people_of(session), trainer_of(session)
    during(monkeypatch, half_day, 5)
    sign(half_day, row, seed=1, late_reason="", actor=actor)
    during(monkeypatch, half_day, at)
    services.note_departure(half_day, row, left_at=left, reason="Enfant malade", actor=actor)
    return half_day, row, other, actor


def test_departure_after_signing_keeps_the_signature_and_counts_the_time_present(session, monkeypatch):
    half_day, row, other, actor = signed_then_left(session, monkeypatch, at=160)
    services.mark_absent(half_day, other, reason="Malade", actor=actor)
    monkeypatch.setattr(timezone, "now", NOW)  # she who reads has joined since
    name = Presence.objects.get(registration=row).left_noted_by.name
    shown = sign_in(session.trainers.get()).get(page(session)).content.decode()
    sheet = services.close_sheet(half_day, signature=Signature(typed=actor.name), actor=actor)

    line = next(one for one in sheet.content["lines"] if one["registration"] == str(row.pk))
    printed = next(one for one in sheet_data(sheet)["lines"] if one["name"] == row.trainee.name)
    assert (line["minutes"], line["path"] != "", line["left_noted_by"], line["left_reason"]) == (150, True, name, "Enfant malade")
    assert attendance_of([sheet], [row.pk])[row.pk].minutes == 150
    assert (printed["words"], printed["path"]) == (f"Départ à {hour_fr(time(11))}, noté après la signature par {name}", line["path"])
    assert f"Départ à {hour_fr(time(11))}, signée à {hour_fr(time(8, 35))}" in shown
    assert f"Départ noté à {hour_fr(time(11, 10))} par {name}" in shown
    assert "Enfant malade" not in shown, "her reason is not read while the telephone goes round"
    assert sheet.digest == facts.digest(sheet.content)


@pytest.mark.parametrize(
    ("left", "reason", "refusal"),
    [
        (time(8, 33), "Train", "le départ ne vient pas avant"), (time(12), "Train", "vient avant"), (time(11, 15), "Train", "n’est pas encore là"),
        (time(10), " ", "Dites pourquoi"),
    ],
    ids=["before she signed", "at the end", "to come", "without reason"],
)  # fmt: skip
def test_departure_is_between_the_signature_and_now(session, monkeypatch, left, reason, refusal):
    half_day, (row, _), actor = first(session), people_of(session), trainer_of(session)
    during(monkeypatch, half_day, 5)
    sign(half_day, row, late_reason="", actor=actor)
    during(monkeypatch, half_day, 160)

    with pytest.raises((AttendanceRefused, ReasonNeeded), match=refusal):
        services.note_departure(half_day, row, left_at=left, reason=reason, actor=actor)

    assert Presence.objects.get().left_at is None


def test_departure_is_noted_on_a_signed_line_of_an_open_sheet_and_over_no_hour_that_she_signed(session, monkeypatch):
    half_day, (row, other), actor = first(session), people_of(session), trainer_of(session)
    during(monkeypatch, half_day, 5)

    def leave(one):
        services.note_departure(half_day, one, left_at=time(10), reason="Train", actor=actor)

    with pytest.raises(AttendanceRefused, match="n’a pas signé"):
        leave(row)
    assert not AttendanceSheet.unscoped.exists()
    sign(half_day, row, late_reason="", left_at=time(11), reason="Rendez-vous", actor=actor)
    sign(half_day, other, late_reason="", actor=actor)
    during(monkeypatch, half_day, 160)
    with pytest.raises(AttendanceRefused, match="a signé en disant partir à"):
        leave(row)
    during(monkeypatch, half_day, half_day.minutes + 1)
    services.close_sheet(half_day, signature=Signature(typed=actor.name), actor=actor)
    with pytest.raises(SheetIsClosed):
        leave(other)

    assert list(Presence.objects.filter(left_noted_at__isnull=False)) == []


def test_departure_noted_on_the_wrong_line_is_taken_back_and_the_signature_stands(session, monkeypatch):
    signed_then_left(session, monkeypatch, left=time(10))
    monkeypatch.setattr(timezone, "now", NOW)
    row, client = people_of(session)[0], sign_in(session.trainers.get())
    address = page(session, "left", registration=row.pk)
    shown = client.get(address).content.decode()
    assert 'value="10:00"' in shown
    assert 'name="noted"' in shown

    unseen = client.post(address, {"left_at": "", "reason": "Enfant malade"})
    assert (unseen.status_code, Presence.objects.get().left_at) == (200, time(10)), "a form that was open before it was noted"
    client.post(address, {"left_at": "", "reason": "Enfant malade", "noted": "1"})

    found = Presence.objects.get()
    assert (found.left_at, found.left_noted_at, found.left_reason, found.method) == (None, None, "", "drawn")
    assert [entry.details["after"] for entry in AuditEntry.objects.filter(action="trainings.attendance.left").order_by("pk")] == [
        "10:00",
        None,
    ]


def test_reason_of_a_departure_is_on_no_page_of_a_sheet_that_goes_round_and_on_that_of_the_closed_one(session, monkeypatch):
    half_day, row, other, actor = signed_then_left(session, monkeypatch, left=time(10))
    services.mark_absent(half_day, other, reason="Malade", actor=actor)
    monkeypatch.setattr(timezone, "now", NOW)
    client, name = sign_in(session.trainers.get()), Presence.objects.get(registration=row).left_noted_by.name
    form = page(session, "left", registration=row.pk)
    around = [
        page(session),
        form,
        page(session, "clear", registration=row.pk),
        page(session, "close"),
        reverse("attendance:sheets", args=[session.pk]),
    ]

    shown = {address: client.get(address).content.decode() for address in around}
    services.close_sheet(half_day, signature=Signature(typed=actor.name), actor=actor)

    assert [address for address, text in shown.items() if "Enfant malade" in text] == []
    assert f"Départ noté à {hour_fr(time(10, 40))} par {name}, motif noté" in shown[form]
    assert "Enfant malade" in client.get(page(session)).content.decode()


def test_hour_of_a_departure_changes_without_its_reason_being_read_or_typed_again(session, monkeypatch):
    signed_then_left(session, monkeypatch, left=time(10))
    monkeypatch.setattr(timezone, "now", NOW)
    row, client = people_of(session)[0], sign_in(session.trainers.get())
    address = page(session, "left", registration=row.pk)

    client.post(address, {"left_at": "10:15", "reason": "", "noted": "1"})
    kept = Presence.objects.get()
    client.post(address, {"left_at": "10:15", "reason": "Train", "noted": "1"})

    assert (kept.left_at, kept.left_reason) == (time(10, 15), "Enfant malade")
    assert Presence.objects.get().left_reason == "Train"


@pytest.mark.parametrize("name", ["left", "absent", "sign"])
def test_no_browser_keeps_or_offers_what_somebody_else_wrote(session, name):
    row = people_of(session)[0]

    answer = sign_in(session.trainers.get()).get(page(session, name, registration=row.pk))

    fields = re.findall(r"<input type=\"text\"[^>]*>", answer.content.decode().partition("<main")[2])
    assert [field for field in fields if 'autocomplete="off"' not in field] == []
    assert fields
    assert "no-store" in answer["Cache-Control"]


def test_departure_is_offered_where_it_can_be_noted(session, monkeypatch):
    half_day, (one, two), actor = first(session), people_of(session), trainer_of(session)
    during(monkeypatch, half_day, 5)
    sign(half_day, one, late_reason="", actor=actor)
    during(monkeypatch, half_day, half_day.minutes + 1)
    sign(half_day, two, late_reason="", actor=actor)  # at the end: she was there

    assert {line.registration.pk: line.may_leave for line in board(half_day).lines} == {one.pk: True, two.pk: False}
    monkeypatch.setattr(timezone, "now", NOW)
    client, shown = sign_in(session.trainers.get()), [page(session, "left", registration=row.pk) for row in (one, two)]
    text = client.get(page(session)).content.decode()
    assert [address in text for address in shown] == [True, False]
    client.post(shown[0], {"left_at": "10:00", "reason": "Train"})
    assert Presence.objects.get(registration=one).left_at == time(10)


def test_two_people_with_one_drawing_are_named(session):
    half_day, (one, two) = first(session), people_of(session)
    sign(half_day, one, seed=3)
    sign(half_day, two, seed=3)
    services.close_sheet(half_day, signature=Signature(strokes=drawing(8)), actor=trainer_of(session))

    (said,) = same_drawings(closed_sheets(session))

    assert one.trainee.name in said
    assert two.trainee.name in said


@pytest.mark.parametrize(("seconds", "said"), [(1, 1), (40, 0)])
def test_names_typed_in_a_row_are_said(session, seconds, said):
    half_day, (one, two) = first(session), people_of(session)
    for row in (one, two):
        sign(half_day, row)
    began = Presence.objects.get(registration=one).signed_at
    Presence.objects.filter(registration=two).update(signed_at=began + timedelta(seconds=seconds))
    services.close_sheet(half_day, signature=Signature(strokes=drawing(8)), actor=trainer_of(session))

    assert len(typed_in_a_row(closed_sheets(session))) == said
    page = sign_in(session.trainers.get()).get(reverse("attendance:sheets", args=[session.pk])).content.decode()
    assert ("tapés à la chaîne" in page) == bool(said)


def test_two_pairs_of_names_typed_in_a_row_are_four_names_and_who_came_alone_is_none_of_them():
    session = make_attended(make_member(), make_member(), each=5)
    half_day, rows = first(session), people_of(session)
    for row, seconds in zip(rows, (0, 1, 60, 61, 200), strict=True):
        sign(half_day, row)
        Presence.objects.filter(registration=row).update(signed_at=half_day.begins_at + timedelta(seconds=seconds))
    services.close_sheet(half_day, signature=Signature(strokes=drawing(8)), actor=trainer_of(session))

    (said,) = typed_in_a_row(closed_sheets(session))

    assert "4\u00a0noms tapés" in said


@pytest.mark.parametrize("minutes", [5, 209])
def test_sheet_is_closed_only_once_its_half_day_is_over(monkeypatch, minutes):
    session = make_attended(make_member(), make_member(), starts_in=0)
    half_day, actor, person = first(session), trainer_of(session), session.trainers.get()
    client = sign_in(person)
    during(monkeypatch, half_day, minutes)
    for row in people_of(session):
        sign(half_day, row, late_reason="", actor=actor)
    sentence = f"La demi-journée se termine à {hour_fr(half_day.ends_at)}\u00a0: la feuille se clôt à partir de"

    for answer in (
        client.get(page(session)),
        client.get(page(session, "close")),
        client.post(page(session, "close"), {"typed": person.name}),
    ):
        assert answer.content.decode().count(sentence) == 1
    with pytest.raises(TooEarly, match="se clôt à partir de cette heure-là"):
        services.close_sheet(half_day, signature=Signature(typed=actor.name, device_at=half_day.finishes_at), actor=actor)
    during(monkeypatch, half_day, half_day.minutes)
    assert sentence not in client.get(page(session, "close")).content.decode()
    assert services.close_sheet(half_day, signature=Signature(typed=actor.name), actor=actor).is_closed


@pytest.mark.parametrize(("count", "said"), [(1, "D’après la seule feuille close, en"), (2, "D’après les 2\u00a0feuilles closes, en")])
def test_hours_say_how_many_closed_sheets_they_come_from(session, count, said):
    for half_day in session.half_days.all()[:count]:
        close(half_day)
    manager = make_person(session.organisation, "training_manager")

    assert said in sign_in(manager).get(reverse("attendance:sheets", args=[session.pk])).content.decode()


# -- closing -----------------------------------------------------------------------------------------------------------
def test_sheet_closes_when_everybody_is_said_and_the_trainer_signs(session):
    half_day, (one, two) = first(session), people_of(session)
    actor = trainer_of(session)
    sign(half_day, one)
    with pytest.raises(SheetIsIncomplete, match=two.trainee.name):
        services.close_sheet(half_day, signature=Signature(typed=actor.name), actor=actor)
    services.mark_absent(half_day, two, reason="Malade", actor=actor)
    with pytest.raises(SignatureRefused):
        services.close_sheet(half_day, signature=Signature(), actor=actor)

    sheet = services.close_sheet(half_day, signature=Signature(typed=actor.name), actor=actor)

    assert sheet.digest == facts.digest(sheet.content)
    assert sheet.digest in AuditEntry.objects.get(action="trainings.attendance.close").data
    assert [line["minutes"] for line in sheet.content["lines"]].count(0) == 1


def test_manager_who_does_not_train_does_not_sign_for_the_trainer(session):
    half_day, rows = first(session), people_of(session)
    manager = actor_for(make_person(session.organisation, "training_manager"))
    for row in rows:
        sign(half_day, row)

    with pytest.raises(AttendanceRefused, match="qui forme"):
        services.close_sheet(half_day, signature=Signature(typed=manager.name), actor=manager)


def test_nobody_trains_in_two_rooms_at_once(session):
    other = make_attended(session.organisation, make_member())
    other.trainers.set(session.trainers.all())
    close(first(session))

    with pytest.raises(AttendanceRefused, match="à la même heure"):
        close(first(other))


def test_closed_sheet_takes_nothing_more(session):
    half_day, (row, _) = first(session), people_of(session)
    close(half_day)
    actor = trainer_of(session)

    for late in (
        lambda: sign(half_day, row),
        lambda: services.mark_absent(half_day, row, reason="x", actor=actor),
        lambda: services.clear_line(half_day, row, cause=Cause.WRONG_LINE, actor=actor),
        lambda: services.close_sheet(half_day, signature=Signature(typed=actor.name), actor=actor),
    ):
        with pytest.raises(SheetIsClosed):
            late()


def test_correction_is_a_new_version_and_both_are_kept(session):
    half_day, (one, two) = first(session), people_of(session)
    before = close(half_day)
    services.issue_paper(before, actor=SYSTEM)

    with pytest.raises(IntegrityError), transaction.atomic():
        services.correct_sheet(half_day, reason="  ", actor=trainer_of(session))
    opened = services.correct_sheet(half_day, reason="Deux était absente", actor=trainer_of(session))
    services.clear_line(half_day, two, cause=Cause.WRONG_LINE, actor=trainer_of(session))
    services.mark_absent(half_day, two, reason="Malade", actor=trainer_of(session))
    after = services.close_sheet(half_day, signature=Signature(typed=trainer_of(session).name), actor=trainer_of(session))
    paper = services.issue_paper(after, actor=SYSTEM)

    before.refresh_from_db()
    assert opened.pk == after.pk
    assert before.digest == facts.digest(before.content)
    assert [line["attended"] for line in before.content["lines"]] == ["present", "present"]
    assert sorted(line["attended"] for line in after.content["lines"]) == ["absent", "present"]
    assert paper.replaces_id == before.paper_id
    assert attendance_of(closed_sheets(session), [two.pk])[two.pk].minutes == 0
    assert attendance_of(closed_sheets(session), [one.pk])[one.pk].minutes == 210


def test_open_sheet_is_not_corrected(session):
    sign(first(session), people_of(session)[0])

    with pytest.raises(AttendanceRefused):
        services.correct_sheet(first(session), reason="x", actor=trainer_of(session))


def test_half_day_that_is_signed_keeps_its_day_and_hours(session):
    sign(first(session), people_of(session)[0])
    slots = half_days(session.starts_on)
    moved = [
        (day, period, time(9), end, remote, topic) if n == 0 else (day, period, start, end, remote, topic)
        for n, (day, period, start, end, remote, topic) in enumerate(slots)
    ]

    for wrong in (slots[1:], moved):
        with pytest.raises(HalfDayIsSigned):
            update_session(session, facts={}, slots=wrong, trainers=session.trainers.all(), actor=SYSTEM)
    update_session(session, facts={}, slots=slots[:2], trainers=session.trainers.all(), actor=SYSTEM)

    assert session.half_days.count() == 2


def test_cancelled_session_is_not_signed(session):
    row = people_of(session)[0]
    TrainingSession.unscoped.filter(pk=session.pk).update(status="cancelled")  # before it was held

    with pytest.raises(AttendanceRefused, match="n’a pas lieu"):
        sign(first(session), row)


# -- remote ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("assistance", "assessment", "minutes"),
    [("", "", 0), ("Appel de 10 h", "", 0), ("", "Questionnaire", 0), ("Appel de 10 h", "Questionnaire", 210)],
)
def test_remote_hours_count_with_assistance_and_an_assessment(session, assistance, assessment, minutes):
    session.half_days.update(is_remote=True)

    sheet = close(first(session), assistance=assistance, assessment=assessment)

    found = attendance_of([sheet], [row.pk for row in people_of(session)])
    assert {one.minutes for one in found.values()} == {minutes}
    assert {one.refused_minutes for one in found.values()} == {210 - minutes}


# -- workshops ---------------------------------------------------------------------------------------------------------
def test_workshop_notes_who_was_there_without_signature_or_paper():
    session = make_attended(make_member(), make_member(), nature="workshop")
    half_day, (row,) = first(session), people_of(session)
    actor = trainer_of(session)

    services.sign(half_day, row, signature=Signature(), hours=Hours(late_reason="notée"), actor=actor)
    sheet = services.close_sheet(half_day, signature=Signature(), actor=actor)

    assert sheet.content["lines"][0]["attended"] == "present"
    assert services.issue_paper(sheet, actor=SYSTEM) is None


def test_her_code_is_hers_alone_and_is_sent_to_her_when_she_lost_it(session, mailoutbox):
    (row, _), client = people_of(session), sign_in(session.trainers.get())
    move(session, 7)  # hers is today
    code = code_of(row, first(session))
    User.objects.filter(pk=row.trainee_id).update(first_name="Évane")

    lost = client.post(page(session, "send_code", registration=row.pk), follow=True).content.decode()
    assert f"Code envoyé à l’adresse d’Évane {row.trainee.last_name}" in lost
    drain()
    (letter,) = [one for one in mailoutbox if one.subject.startswith("Votre code pour signer")]
    assert letter.to == [row.trainee.email]
    assert code in letter.body
    shown = [
        lost,
        *(client.get(page(session, name, **more)).content.decode() for name, more in (("sheet", {}), ("sign", {"registration": row.pk}))),
    ]
    assert not any(f">{code}<" in text or f" {code}" in text for text in shown)
    assert code in sign_in(row.trainee).get(reverse("paperwork:mine")).content.decode()

    for _ in range(codes.MOST_SENT - 1):
        client.post(page(session, "send_code", registration=row.pk))
    again = client.post(page(session, "send_code", registration=row.pk), headers={"accept": "application/json"})
    assert (again.status_code, again.json()["sent"]) == (422, False)
    assert "plusieurs fois" in again.json()["said"]


def test_line_that_is_not_there_is_taken_back_without_beginning_a_sheet(session):
    move(session, 30)
    (row, _), client = people_of(session), sign_in(session.trainers.get())

    client.post(page(session, "clear", registration=row.pk), {"cause": "other"})

    assert not AttendanceSheet.unscoped.exists()
    held = TrainingSession.unscoped.get(pk=session.pk)
    assert not held.has_begun(today())
    assert move_session(held, status="cancelled", actor=SYSTEM, reason="Trop peu de monde").is_cancelled


def test_script_is_told_which_signature_can_never_leave_and_which_one_waits(session):
    (row, _), trainer = people_of(session), session.trainers.get()
    sent, asks = {"strokes": json.dumps(drawing(1)), "late_reason": "x"}, {"headers": {"Accept": "application/json"}}
    gone = page(session, "sign", registration=row.pk)
    there = page(session, "sign", registration=row.pk).replace(str(first(session).pk), str(session.half_days.last().pk))
    slots = half_days(session.starts_on)[1:]
    update_session(session, facts={}, slots=slots, trainers=[trainer], actor=SYSTEM)
    answer = sign_in(trainer).post(gone, sent, **asks)

    waits = sign_in(make_person(make_member(), "trainer")).post(there, sent, **asks)

    assert (answer.status_code, answer.json()["signed"], "waits" in answer.json()) == (404, False, False)
    assert "n’est plus au programme de la session" in answer.json()["said"]
    assert (waits.status_code, waits.json()["waits"]) == (403, True)
    assert sign_in(trainer).get(gone).status_code == 404


# -- screens -----------------------------------------------------------------------------------------------------------
def test_trainer_has_the_sheet_signed_and_closes_it(session):
    client, (one, two) = sign_in(session.trainers.get()), people_of(session)
    shown = client.get(page(session)).content.decode()
    assert one.trainee.name in shown
    assert "CAE Deux" in shown

    asked = client.post(page(session, "sign", registration=one.pk), {"typed": one.trainee.name, "code": code_of(one, first(session))})
    assert "dites pourquoi la signature vient après" in asked.content.decode()
    drawn = {"strokes": json.dumps(drawing(1)), "late_reason": "Sans réseau"}
    client.post(page(session, "sign", registration=one.pk), drawn)
    client.post(page(session, "absent", registration=two.pk), {"reason": "Malade"})
    done = client.post(page(session, "close"), {"typed": session.trainers.get().name}, follow=True).content.decode()

    sheet = AttendanceSheet.unscoped.get()
    assert "La feuille est close." in done
    assert sheet.paper.number in done
    pdf = client.get(reverse("attendance:sheet_pdf", args=[session.pk, sheet.pk]))
    assert pdf.content.startswith(b"%PDF")
    assert AuditEntry.objects.filter(action="trainings.attendance.read").count() == 1


def test_hour_says_its_day_when_it_is_not_that_of_the_half_day(session, monkeypatch):
    client, half_day, actor = sign_in(session.trainers.get()), first(session), trainer_of(session)
    during(monkeypatch, half_day, 10)
    sign(half_day, people_of(session)[0], actor=actor)
    during(monkeypatch, half_day, 24 * 60 + 261)  # the day after at 12 h 51
    sign(half_day, people_of(session)[1], actor=actor)
    same, other = (line.state for line in board(half_day).lines)
    services.close_sheet(half_day, signature=Signature(typed=actor.name), actor=actor)
    monkeypatch.undo()

    shown = client.get(reverse("attendance:sheets", args=[session.pk])).content.decode()

    day = date_fr(half_day.date + timedelta(days=1))
    said = [f"signée le {day} à 12\u00a0h\u00a051", "signée à 8\u00a0h\u00a040"]
    assert sorted(re.findall(r"signée [^<]*", f"{same} {other}")) == said
    assert f"Close le {day} à 12\u00a0h\u00a051" in shown


def test_text_that_no_sheet_can_print_is_refused_where_it_is_typed(session):
    close(first(session))
    client = sign_in(session.trainers.get())

    refused = client.post(page(session, "correct"), {"reason": "Erreur 😷 漢字"})
    held = AttendanceSheet.unscoped.count()
    client.post(page(session, "correct"), {"reason": "Erreur – « ≥ » Ωμέγα Жук"})

    assert "Retirez «\u00a0😷漢字\u00a0»" in refused.content.decode()
    assert (held, AttendanceSheet.unscoped.count()) == (1, 2)


def test_sheet_closes_when_its_paper_cannot_be_made(session, monkeypatch):
    """Too long for the typesetter, say: closed it stays, and the page says what lacks."""

    def refuse(*args, **kwargs):
        raise DataRefused("Ce document est trop long pour être composé.")

    client, people = sign_in(session.trainers.get()), people_of(session)
    for row in people:
        client.post(page(session, "absent", registration=row.pk), {"reason": "Malade"})
    monkeypatch.setattr(services.papers, "reissue_or_same", refuse)

    done = client.post(page(session, "close"), {"typed": session.trainers.get().name}, follow=True).content.decode()
    again = client.post(page(session, "issue"), follow=True).content.decode()

    assert AttendanceSheet.unscoped.get().is_closed
    assert all("Le PDF n’est pas établi. Ce document est trop long" in one for one in (done, again))


def test_a_signature_shows_at_the_next_request_of_somebody_else(session):
    """C12, five seconds at most: nothing stands between the two requests, no cache, no job, no validator that would answer «unchanged»."""
    (one, two), half_day = people_of(session), first(session)
    trainer, manager = sign_in(session.trainers.get()), sign_in(make_person(session.organisation, "training_manager"))
    places = [reverse("sessions:detail", args=[session.pk]), page(session), reverse("attendance:sheets", args=[session.pk])]
    before = [manager.get(place) for place in places]
    sent = {"strokes": json.dumps(drawing(1)), "key": str(uuid7()), "late_reason": "Signé sans réseau"}

    began = perf_counter()
    answer = trainer.post(page(session, "sign", registration=one.pk), sent, headers={"Accept": "application/json"})
    known = [
        {name: value for name, value in (("If-None-Match", old.get("ETag")), ("If-Modified-Since", old.get("Last-Modified"))) if value}
        for old in before
    ]
    after = [manager.get(place, headers=headers) for place, headers in zip(places, known, strict=True)]
    took = perf_counter() - began

    assert answer.json() == {"signed": True}
    assert [(one.status_code, "no-store" in one["Cache-Control"]) for one in (*before, *after)] == [(200, True)] * 6
    shown = [one.content.decode() for one in after]
    assert all("1 sur 2" in text for text in shown)
    assert not any("1 sur 2" in one.content.decode() for one in before)
    assert f"signée {moment_of(timezone.now(), half_day.date)}" in shown[1]
    assert took <= 5
    assert Presence.objects.get(sheet__half_day=half_day).registration_id != two.pk


def test_script_is_answered_in_json(session):
    client, (one, two) = sign_in(session.trainers.get()), people_of(session)
    key = str(uuid7())
    sent = {
        "typed": one.trainee.name,
        "code": code_of(one, first(session)),
        "key": key,
        "device_at": (first(session).begins_at + timedelta(minutes=2)).isoformat(),
    }
    kept = sent | {"late_reason": "Signé sans réseau, transmis à 18 h 05"}
    address = page(session, "sign", registration=one.pk)

    unsaid = client.post(address, sent, headers={"Accept": "application/json"})
    answers = [client.post(address, kept, headers={"Accept": "application/json"}) for _ in range(2)]
    again = client.post(address, kept | {"key": str(uuid7())}, headers={"Accept": "application/json"})
    wrong = client.post(page(session, "sign", registration=two.pk), {"strokes": "[[[0]]]"}, headers={"Accept": "application/json"})

    assert [(one.status_code, one.json()) for one in answers] == [(200, {"signed": True})] * 2
    assert (unsaid.status_code, unsaid.json()["signed"]) == (422, False)
    assert (again.status_code, again.json()["said"]) == (409, f"{one.trainee.name} a déjà signé cette demi-journée.")
    assert (wrong.status_code, wrong.json()["signed"]) == (422, False)
    assert Presence.objects.get().device_at is not None


def test_sheet_is_held_by_those_who_train_and_manage(session):
    one = people_of(session)[0]
    close(first(session))
    sheet = AttendanceSheet.unscoped.get()
    services.issue_paper(sheet, actor=SYSTEM)
    pdf = reverse("attendance:sheet_pdf", args=[session.pk, sheet.pk])

    def statuses(user):
        client = sign_in(user)
        return [client.get(address).status_code for address in (page(session), pdf)]

    stranger = make_member()
    assert statuses(make_person(session.organisation, "training_manager")) == [200, 200]
    assert statuses(make_person(one.employer, "advisor")) == [403, 200], "an employer reads the closed sheet of its people"
    assert statuses(make_person(stranger, "director")) == [403, 404]
    assert statuses(one.trainee) == [403, 404]
    trainer, guest, entrepreneur = (
        make_person(session.organisation, "facilitator"), make_person(stranger, "trainer"), make_person(session.organisation),
    )  # fmt: skip
    assert statuses(trainer) == [403, 200]
    session.trainers.add(trainer, guest, entrepreneur)
    assert statuses(trainer) == statuses(entrepreneur) == [200, 200], "whoever trains for the organisation holds the sheet"
    assert statuses(guest) == [403, 404]


def test_trainer_who_is_no_longer_of_the_organisation_holds_nothing(session):
    trainer, one = session.trainers.get(), people_of(session)[0]
    close(first(session))
    sheet = AttendanceSheet.unscoped.get()
    services.issue_paper(sheet, actor=SYSTEM)
    clients = sign_in(trainer), sign_in(trainer, second_factor=False)
    yesterday = today() - timedelta(days=1)
    Membership.unscoped.filter(user=trainer).update(starts_on=yesterday, ends_on=yesterday)

    for client in clients:
        assert client.get(reverse("attendance:sheet_pdf", args=[session.pk, sheet.pk])).status_code == 404
        assert client.get(reverse("attendance:sheets", args=[session.pk])).status_code == 403
        for verb in ("close", "correct", "issue"):
            assert client.post(page(session, verb), {"reason": "x", "typed": trainer.name}).status_code == 403
        for verb in ("sign", "absent", "left", "clear"):
            assert (
                client.post(
                    page(session, verb, registration=one.pk),
                    {"reason": "x", "typed": one.trainee.name, "code": code_of(one, first(session))},
                ).status_code
                == 403
            )
    assert AttendanceSheet.unscoped.get() == sheet
    assert not sheets_due(actor_for(trainer))


def test_trainer_acts_for_the_organisation_that_trains(session):
    trainer = session.trainers.get()
    other = join(trainer, make_member(), "trainer").organisation

    actor = actor_for(trainer, f"organisation:{other.pk}")

    assert not rules.can_hold_sheet(actor, session)
    assert not AttendanceSheet.objects.visible_to(actor).exists()
    assert not sheets_due(actor)
    with pytest.raises(AttendanceRefused, match="qui forme"):
        close(first(session), actor=actor)


def test_employer_does_not_read_an_open_sheet(session):
    sign(first(session), people_of(session)[0])
    actor = actor_for(make_person(people_of(session)[0].employer, "advisor"))

    assert not AttendanceSheet.objects.visible_to(actor).exists()


def test_printed_sheet_does_not_say_why_somebody_was_absent(session):
    half_day, (one, two) = first(session), people_of(session)
    services.mark_absent(half_day, two, reason="Hospitalisée", actor=trainer_of(session))
    sign(half_day, one, arrived_at=time(9), reason="Garde d’enfant")
    sheet = services.close_sheet(half_day, signature=Signature(typed=trainer_of(session).name), actor=trainer_of(session))

    paper = services.issue_paper(sheet, actor=SYSTEM)

    said = json.dumps(paper.data, ensure_ascii=False)
    assert "Arrivée à 9\u00a0h" in said
    assert "Hospitalisée" not in said
    assert "Garde" not in said


def test_what_awaits_a_trainer_ends_when_the_sheet_is_closed(session):
    actor = trainer_of(session)
    due = sheets_due(actor)

    close(due[0])

    assert [row.pk for row in sheets_due(actor)] == [row.pk for row in due[1:]]
    assert len(due) == 6
