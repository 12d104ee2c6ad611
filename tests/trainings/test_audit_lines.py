"""H5: what is sensitive in needs, sheets, papers and OPCO files leaves a line: who, for which CAE, what it was before and after, no secret."""

from dataclasses import dataclass
from datetime import UTC, datetime, time

import pytest
from django.utils import timezone

from hub.core.accounts.actor import Actor
from hub.core.accounts.models import Organisation
from hub.core.accounts.selectors import actor_for
from hub.core.audit.models import AuditEntry
from hub.core.audit.verification import verify
from hub.core.kit.dates import today
from hub.core.kit.identifiers import uuid7
from tests.builders.accounts import make_actor, make_coordinator, make_person
from tests.builders.attendance import close, close_all, drawing, make_attended, people_of, sign, trainer_of
from tests.builders.funding import S, a_pdf, make_file, make_file_at, make_party, move, say_facts
from tests.builders.kept import steps
from tests.builders.trainings import half_days, make_course
from tests.builders.wishes import make_wish
from trainings.attendance import services as attendance
from trainings.attendance.enums import Cause
from trainings.attendance.services import Hours, Signature
from trainings.funding import services as funding
from trainings.paperwork import services as paperwork
from trainings.sessions.services import move_session
from trainings.wishes import services as wishes
from trainings.wishes.services import Need

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Done:
    """Who acted, the CAE or the body that the line concerns, what the line must say."""

    actor: Actor
    organisation: Organisation
    says: dict


def attended():
    return make_attended(make_party("Organisme"), make_party("CAE Une"))


# -- needs --------------------------------------------------------------------------------------------------------------
def enter_wish():
    organisation = make_party()
    actor = make_actor(organisation, "advisor")
    wishes.enter_wish(organisation, need=Need(3, words="Chaux", people=[make_person(organisation)]), key=uuid7(), actor=actor)
    return Done(actor, organisation, {"people_count": 3})


def change_wish():
    wish = make_wish(people_count=3, note="Rosa en a besoin.")
    actor = make_actor(wish.organisation, "advisor")
    wishes.change_wish(wish, need=Need(5, words="Chaux", department_code="33", note="Rosa encore."), version=1, actor=actor)
    before = {"theme": "w:enduits terre", "people_count": 3, "department_code": "", "period": ""}
    after = {"theme": "w:chaux", "people_count": 5, "department_code": "33", "period": ""}
    return Done(actor, wish.organisation, {"before": before, "after": after})


def withdraw_wish():
    wish = make_wish()
    actor = make_actor(wish.organisation, "advisor")
    wishes.withdraw_wish(wish, actor=actor)
    return Done(actor, wish.organisation, {"before": "open", "after": "withdrawn"})


def ask_session():
    wish, course = make_wish(), make_course()
    make_person(course.organisation, "training_manager")
    actor = actor_for(make_coordinator())
    wishes.ask_session([wish], course, actor=actor)
    return Done(actor, wish.organisation, {"before": None, "after": str(course.public_id), "provider": str(course.organisation_id)})


def decline_session():
    wish, course = make_wish(), make_course()
    actor = make_actor(course.organisation, "training_manager")
    wishes.ask_session([wish], course, actor=actor_for(make_coordinator()))
    wishes.decline_session([wish], reason="Complet", actor=actor)
    return Done(actor, wish.organisation, {"before": str(course.public_id), "after": None, "has_reason": True})


def planned(course, actor):
    facts = {"facts": {"capacity": 6, "price_cents": 0}, "slots": half_days(today()), "trainers": []}
    return wishes.open_session_for([make_wish()], course, actor=actor, **facts)


def plan_wish():
    course = make_course()
    actor = make_actor(course.organisation, "training_manager")
    session = planned(course, actor)
    return Done(actor, session.wishes.get().organisation, {"before": "open", "after": "planned", "session": str(session.pk)})


def reopen_wish():
    session = planned(make_course(), Actor.system())
    organisation = session.wishes.get().organisation
    move_session(session, status="cancelled", actor=Actor.system(), reason="Trop peu")
    wishes.reopen_wishes_of(session)
    return Done(Actor.system(), organisation, {"before": "planned", "after": "open", "session": str(session.pk)})


# -- sheets -------------------------------------------------------------------------------------------------------------
def sign_drawn():
    session = attended()
    (row,), actor = people_of(session), trainer_of(session)
    sent = Signature(strokes=drawing(3), key=uuid7(), device_at=timezone.now())
    hours = Hours(arrived_at=time(9), reason="Train en retard", late_reason="sans réseau")
    attendance.sign(session.half_days.first(), row, signature=sent, hours=hours, actor=actor)
    return Done(actor, session.organisation, {"before": None, "after": "present", "method": "drawn", "registration": str(row.pk)})


def sign_after_an_absence():
    session = attended()
    (row,), actor = people_of(session), trainer_of(session)
    attendance.mark_absent(session.half_days.first(), row, reason="Malade", actor=actor)
    sign(session.half_days.first(), row)
    return Done(actor, session.organisation, {"before": "absent", "after": "present", "method": "coded", "registration": str(row.pk)})


def mark_absent():
    session = attended()
    (row,), actor = people_of(session), trainer_of(session)
    attendance.mark_absent(session.half_days.first(), row, reason="Malade", actor=actor)
    return Done(actor, session.organisation, {"before": None, "after": "absent", "registration": str(row.pk)})


def note_departure():
    session = attended()
    (row,), actor, half_day = people_of(session), trainer_of(session), session.half_days.first()
    sent = Signature(strokes=drawing(3), key=uuid7(), device_at=half_day.begins_at)
    attendance.sign(half_day, row, signature=sent, hours=Hours(late_reason="sans réseau"), actor=actor)
    attendance.note_departure(half_day, row, left_at=time(11), reason="Enfant malade", actor=actor)
    return Done(actor, session.organisation, {"before": None, "after": "11:00", "registration": str(row.pk)})


def take_back():
    session = attended()
    (row,), actor = people_of(session), trainer_of(session)
    sign(session.half_days.first(), row)
    attendance.clear_line(session.half_days.first(), row, cause=Cause.WRONG_LINE, actor=actor)
    return Done(actor, session.organisation, {"before": "present", "after": None, "cause": "wrong_line", "registration": str(row.pk)})


def close_sheet():
    session = attended()
    sheet = close(session.half_days.first())
    return Done(trainer_of(session), session.organisation, {"sha256": sheet.digest, "version": 1})


def correct_sheet():
    session = attended()
    sheet, actor = close(session.half_days.first()), make_actor(session.organisation, "training_manager")
    attendance.correct_sheet(session.half_days.first(), reason="Départ oublié", actor=actor)
    return Done(actor, session.organisation, {"before": sheet.digest, "version": 2, "has_reason": True})


# -- papers -------------------------------------------------------------------------------------------------------------
def issue_paper():
    session = attended()
    sheet, actor = close(session.half_days.first()), make_actor(session.organisation, "training_manager")
    paper = attendance.issue_paper(sheet, actor=actor)
    return Done(actor, session.organisation, {"number": paper.number, "kind": "emargement", "sha256": paper.sha256})


def replace_paper():
    session = attended()
    (row,), actor = people_of(session), make_actor(session.organisation, "training_manager")
    close_all(session)
    (first,) = paperwork.issue_certificates(session, actor=actor)
    half_day, trainer = session.half_days.first(), trainer_of(session)
    attendance.correct_sheet(half_day, reason="Absence oubliée", actor=trainer)
    attendance.clear_line(half_day, row, cause=Cause.WRONG_LINE, actor=trainer)
    attendance.mark_absent(half_day, row, reason="Malade", actor=trainer)
    attendance.close_sheet(half_day, signature=Signature(typed=trainer.name), actor=trainer)
    (second,) = paperwork.issue_certificates(session, actor=actor)
    return Done(actor, session.organisation, {"number": second.paper.number, "replaces": first.paper.number, "sha256": second.paper.sha256})


# -- OPCO files ---------------------------------------------------------------------------------------------------------
def open_file():
    row = make_file(is_complete=False)
    opened_by = AuditEntry.objects.get(action="trainings.funding.open").actor_id
    return Done(
        Actor(user_id=opened_by, name="", mandate=make_actor(row.employer, "training_manager").mandate), row.employer,
        {"session": str(row.session_id)},
    )  # fmt: skip


def deposit_agreement():
    row = make_file()
    actor, before = make_actor(row.employer, "training_manager"), row.agreement_file.sha256
    row = funding.keep_agreement(row, upload=a_pdf(), agreed_on=today(), actor=actor)
    return Done(actor, row.employer, {"before": before, "sha256": row.agreement_file.sha256, "agreed_on": today().isoformat()})


def file_it():
    row = make_file_at(S.READY)
    actor = make_actor(row.employer, "training_manager")
    move(row, S.FILED, actor=actor, reference="EX-77")
    return Done(actor, row.employer, {"before": "ready", "after": "filed", "on": today().isoformat()})


def grant_it():
    row = make_file_at(S.UNDER_REVIEW)
    actor = make_actor(row.employer, "training_manager")
    move(row, S.GRANTED, actor=actor)
    return Done(actor, row.employer, {"before": "under_review", "after": "granted", "on": today().isoformat()})


def say_the_opco():
    organisation = make_party()
    actor = make_actor(organisation, "training_manager")
    say_facts(organisation)
    facts = {"opco": "akto", "opco_source": "register", "opco_checked_on": today(), "headcount_hundredths": 900, "headcount_year": 2025}
    funding.say_employer_facts(organisation, version=1, actor=actor, has_other_funds=True, **facts)
    checked = {"opco_source": "register", "opco_checked_on": today().isoformat()}
    before = {"opco": "constructys", "headcount_hundredths": 1250, "headcount_year": today().year - 1, "has_other_funds": False, **checked}
    after = {"opco": "akto", "headcount_hundredths": 900, "headcount_year": 2025, "has_other_funds": True, **checked}
    return Done(actor, organisation, {"before": before, "after": after})


SENSITIVE = {
    "trainings.wish.enter": enter_wish, "trainings.wish.change": change_wish, "trainings.wish.withdraw": withdraw_wish,
    "trainings.wish.ask": ask_session, "trainings.wish.decline": decline_session, "trainings.wish.plan": plan_wish,
    "trainings.wish.reopen": reopen_wish, "trainings.attendance.sign": sign_drawn, "trainings.attendance.sign again": sign_after_an_absence,
    "trainings.attendance.absent": mark_absent, "trainings.attendance.left": note_departure,
    "trainings.attendance.clear": take_back, "trainings.attendance.close": close_sheet,
    "trainings.attendance.correct": correct_sheet, "papers.issue": issue_paper, "papers.replace": replace_paper,
    "trainings.funding.open": open_file, "trainings.funding.agreement": deposit_agreement, "trainings.funding.filed": file_it,
    "trainings.funding.granted": grant_it, "trainings.funding.employer": say_the_opco,
}  # fmt: skip
# of the people and of their gestures: none of it is in the chain, which can never be cleaned
UNSAID = ("@", "Malade", "Train en retard", "Rosa", "Trop peu", "oubli", "Complet", "Erreur", "[[", "strokes", "typed_name")


@pytest.mark.parametrize("name", SENSITIVE)
def test_a_sensitive_act_leaves_its_line(name):
    steps.state = None  # the act has its own moment: nothing of another test is written again
    before = datetime.now(UTC)

    done = SENSITIVE[name]()

    line = AuditEntry.objects.filter(action=name.partition(" ")[0]).order_by("-seq")[0]
    assert (line.actor_id, line.on_behalf_id) == (done.actor.user_id, done.actor.organisation_id)
    assert (line.organisation_id, line.organisation_label) == (done.organisation.pk, done.organisation.name)
    assert {key: line.details.get(key, "absent") for key in done.says} == done.says
    assert before <= line.at <= datetime.now(UTC)
    said = f"{line.data} {line.object_label}"
    assert [word for word in UNSAID if word in said] == []
    assert verify().is_ok
