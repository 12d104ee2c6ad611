"""What is over goes by itself, on its day and not before; who is erased gives her places to those who wait."""

from datetime import date, timedelta
from functools import partial
from unittest import mock

import pytest
from django.core.files.storage import storages
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from directory.people.models import AccessibilityNeed, ConsentLine
from directory.sharing.models import Amendment, Announcement, Piece, ServiceRequest, SharedService, Statement, TimeEntry
from directory.sharing.services import accept_statement
from directory.sharing.services.shared import PIECE_FILE
from hub.core.accounts.models import Agreement, Invitation, Membership, Naming, Recovery, User
from hub.core.accounts.services import accept, ask_recovery, give_role, invite, withdraw_role
from hub.core.audit.models import AuditEntry
from hub.core.documents import services as documents
from hub.core.documents.models import PrivateFile
from hub.core.jobs import registry
from hub.core.jobs.services import drain
from hub.core.kit.dates import local, long_date_fr, today, years_before
from hub.core.notifications.kinds import concerning
from hub.core.notifications.models import Mail, Notification
from hub.core.papers.models import IssuedPaper
from hub.core.privacy import services, tasks
from hub.core.privacy.models import Erasure
from hub.core.ui.personal import declarations
from hub.pages.events.models import EventRegistration, Guest, Seating
from tests.builders.accounts import SYSTEM, join, make_actor, make_coordinator, make_loan, make_member, make_person, sign_in
from tests.builders.attendance import close_all, make_attended, move, trainer_of
from tests.builders.funding import a_pdf, make_party
from tests.builders.life import add_guest, attend, make_event, writer
from tests.builders.people import make_profile
from tests.builders.sharing import amend, directors, log, make_announcement, make_service, make_statement
from tests.builders.trainings import make_course, make_session, register
from trainings.attendance import services as attendance
from trainings.attendance.models import AttendanceSheet, Presence
from trainings.attendance.services import Signature
from trainings.funding import services as funding
from trainings.funding.models import FundingFile
from trainings.paperwork import services as paperwork
from trainings.paperwork.models import CompletionCertificate, Convocation, TrainingAgreement
from trainings.sessions.models import Registration, TrainingSession

pytestmark = pytest.mark.django_db


def at(moment):
    return mock.patch.object(timezone, "now", return_value=moment)


# -- places ------------------------------------------------------------------------------------------------------------
def test_places_of_who_is_erased_go_to_the_first_who_waits_and_she_is_told():
    event, leaving, waiting = make_event(capacity=1), writer(), writer()
    attend(event, leaving)
    attend(event, waiting)

    services.erase(leaving, actor=SYSTEM)

    row = EventRegistration.unscoped.get(user=waiting)
    seating = Seating.objects.get(event=event)
    assert (row.status, row.rank) == ("confirmed", None)
    assert (seating.confirmed_count, seating.waiting_count) == (1, 0)
    assert Notification.unscoped.filter(user=waiting, kind="life.place_given").exists()
    assert EventRegistration.unscoped.get(user=leaving).status == "cancelled"


def test_what_is_past_stays_as_it_was():
    event, person = make_event(), writer()
    attend(event, person)
    type(event).objects.filter(pk=event.pk).update(
        starts_at=timezone.now() - timedelta(days=2, hours=1), ends_at=timezone.now() - timedelta(days=2)
    )

    services.erase(person, actor=SYSTEM)

    assert EventRegistration.unscoped.get(user=person).status == "confirmed"


def test_places_in_a_session_to_come_are_given_back_too():
    home = make_member()
    session = make_session(make_course(make_member()), capacity=1)
    leaving, waiting = make_person(home), make_person(home)
    register(session, leaving, employer=home)
    register(session, waiting, employer=home)

    services.erase(leaving, actor=SYSTEM)

    assert Registration.unscoped.get(trainee=waiting).status == "confirmed"
    assert Registration.unscoped.get(trainee=leaving).status == "cancelled"
    assert Notification.unscoped.filter(user=waiting, kind="trainings.own_place").exists()


def test_places_to_come_are_given_back_as_soon_as_the_account_closes():
    home, person = make_member(), _leave(400)
    session = make_session(make_course(make_member()), capacity=1, starts_in=90)
    Membership.unscoped.filter(user=person).update(ends_on=today())
    register(session, person, employer=Membership.unscoped.get(user=person).organisation)
    Membership.unscoped.filter(user=person).update(ends_on=today() - timedelta(days=400))
    waiting = make_person(home)
    register(session, waiting, employer=home)
    assert _nights(person, 0) == [(1, False, False)]

    with at(timezone.now() + timedelta(days=30)):
        assert services.close_departed(today()) == 1

    assert Registration.unscoped.get(trainee=person).status == "cancelled"
    assert Registration.unscoped.get(trainee=waiting).status == "confirmed"


def test_a_session_that_is_being_signed_keeps_who_was_registered():
    home = make_member()
    session = make_session(make_course(make_member()))
    person = make_person(home)
    register(session, person, employer=home)
    session.half_days.update(signing_began_at=timezone.now())

    services.erase(person, actor=SYSTEM)

    assert Registration.unscoped.get(trainee=person).status == "confirmed"
    assert TrainingSession.unscoped.get(pk=session.pk).confirmed_count == 1


# -- retention ---------------------------------------------------------------------------------------------------------
def _registration():
    event = make_event()
    attend(event)
    return EventRegistration.unscoped.filter(user__isnull=False), local(event.ends_at).date().replace(year=event.ends_at.year + 1)


def _guest():
    event = make_event()
    row = add_guest(event, "Ada Exemple")
    return Guest.objects.filter(registration=row), local(event.ends_at).date().replace(year=event.ends_at.year + 1)


def _invitation():
    home = make_member()
    role = Membership.unscoped.filter(user=make_person(home, "director")).get().role
    row, _ = invite("quelqu.une@example.org", organisation=home, role=role, actor=SYSTEM)
    return Invitation.unscoped.all(), local(row.expires_at).date() + timedelta(days=90)


def _membership():
    person = make_person(make_member())
    Membership.unscoped.filter(user=person).update(starts_on=date(2019, 1, 1), ends_on=date(2024, 2, 29))
    return Membership.unscoped.filter(user=person), date(2029, 3, 1)


def _read_notice():
    row = Notification.unscoped.create(user=writer(), kind="essai", text="Lu", read_at=timezone.now())
    return Notification.unscoped.filter(pk=row.pk), today().replace(year=today().year + 1)


def _sent_letter():
    row = Mail.objects.create(user=writer(), kind="essai", mailed_at=timezone.now())
    return Mail.objects.filter(pk=row.pk), today() + timedelta(days=30)


def _ledger():
    person = writer()
    services.erase(person, actor=SYSTEM)
    return Erasure.unscoped.filter(user=person), today().replace(year=today().year + 5)


def _lost_factor():
    person = writer()
    ask_recovery(person)
    return Recovery.unscoped.filter(user=person), today() + timedelta(days=8)  # a day begun is a day promised


def _last_sign_in():
    person = writer()
    User.objects.filter(pk=person.pk).update(last_login=timezone.now())
    return User.objects.filter(pk=person.pk, last_login__isnull=False), local(timezone.now()).date().replace(year=today().year + 2)


def _consent():
    person = writer()
    ConsentLine.unscoped.create(person_id=person.pk, field="phone", was="private", now="federation", text_version="1")
    services.erase(person, actor=SYSTEM)
    return ConsentLine.unscoped.filter(person_id=person.pk), today().replace(year=today().year + 5)


def _agreement():
    home = make_member()
    row = make_loan(make_person(home, "shared_staff"), provider=home, beneficiary=make_member())
    day = local(row.ends_at).date()
    return row, day.replace(year=day.year + 5)


def _named_people():
    row, day = _agreement()
    return User.objects.filter(agreements=row), day


def _namings():
    row, day = _agreement()
    return Naming.objects.filter(agreement=row), day


def _announcement():
    row = make_announcement()
    Announcement.unscoped.filter(pk=row.pk).update(author=writer())
    return Announcement.unscoped.filter(pk=row.pk, author__isnull=False), row.expires_on.replace(year=row.expires_on.year + 5)


def _ended_service():
    """A service with an amendment and a piece, over today; and the day when what it was is forgotten."""
    service = make_service()
    amend(service, hourly_cost_cents=4000)
    service.refresh_from_db()
    SharedService.unscoped.filter(pk=service.pk).update(stage="ended", ended_on=today())
    who = writer()
    ServiceRequest.unscoped.filter(service=service).update(sent_by=who, answered_by=who)
    Amendment.unscoped.filter(service=service).update(sent_by=who, answered_by=who)
    ServiceRequest.unscoped.get(service=service).people.add(who)
    return service, today().replace(year=today().year + 5)


def _need():
    """Health data of a trainee, written before the session that it prepares."""
    profile = make_profile()
    session = make_session(make_course(make_member()))
    register(session, profile.user, employer=profile.organisation)
    return AccessibilityNeed.unscoped.create(profile=profile, words="Une rampe"), session


def _accessibility():
    row, session = _need()
    return AccessibilityNeed.unscoped.filter(pk=row.pk), session.ends_on + timedelta(days=30)


def _of_service(rows):
    service, day = _ended_service()
    return rows(service), day


def _unread_notice():
    data = concerning(make_member().pk)
    row = Notification.unscoped.create(user=writer(), kind="essai", text="D’une CAE pour laquelle elle n’agit plus", data=data)
    return Notification.unscoped.filter(pk=row.pk), today().replace(year=today().year + 2)


OF_SERVICE = {
    "request_people": lambda one: ServiceRequest.people.through.objects.filter(servicerequest__service=one),
    "request_sent_by": lambda one: ServiceRequest.unscoped.filter(service=one, sent_by__isnull=False),
    "request_answered_by": lambda one: ServiceRequest.unscoped.filter(service=one, answered_by__isnull=False),
    "amendment_people": lambda one: Amendment.people.through.objects.filter(amendment__service=one),
    "amendment_sent_by": lambda one: Amendment.unscoped.filter(service=one, sent_by__isnull=False),
    "amendment_answered_by": lambda one: Amendment.unscoped.filter(service=one, answered_by__isnull=False),
}


def _piece_by(column):
    service, day = _ended_service()
    reason = {"waived_at": timezone.now(), "waived_reason": "Sans objet.", "waived_for": service.provider}
    row = Piece.unscoped.create(service=service, legal_form="service", key="x", **{column: writer()}, **reason)
    return Piece.unscoped.filter(pk=row.pk, **{f"{column}__isnull": False}), day


def _time():
    entry = log(make_service())
    return TimeEntry.unscoped.filter(pk=entry.pk), date(entry.day.year + 11, 1, 1)


def _piece_file():
    service, _ = _ended_service()
    file = documents.store(
        a_pdf(), actor=SYSTEM, kind=PIECE_FILE, audiences=[f"staff:{service.provider_id}"], organisation=service.provider
    )
    Piece.unscoped.create(service=service, legal_form="service", key="y", file=file, signed_on=today())
    return PrivateFile.unscoped.filter(pk=file.pk), date(today().year + 11, 1, 1)


def _statement():
    row = make_statement()
    return Statement.unscoped.filter(pk=row.pk), date(row.month.year + 11, 1, 1)


KINDS = {
    make.__name__.strip("_"): make
    for make in (
        _registration, _guest, _invitation, _membership, _read_notice, _unread_notice, _sent_letter, _ledger, _lost_factor, _last_sign_in, _consent,
        _named_people, _namings, _announcement, _piece_file, _time, _statement, _accessibility,
    )
} | {name: partial(_of_service, rows) for name, rows in OF_SERVICE.items()}  # fmt: skip
KINDS |= {f"piece_{column}": partial(_piece_by, column) for column in ("added_by", "waived_by")}


@pytest.mark.parametrize("make", KINDS.values(), ids=KINDS)
def test_what_is_over_is_kept_the_day_before_and_gone_on_its_day(make):
    rows, day = make()
    assert rows.exists()

    services.purge(day - timedelta(days=1))
    assert rows.exists()
    services.purge(day)
    assert not rows.exists()


def test_a_need_stays_while_a_session_awaits_its_person_or_none_has_been_since():
    row, session = _need()
    day = session.ends_on + timedelta(days=30)
    other = make_session(make_course(make_member()), starts_in=200)
    register(other, row.profile.user, employer=row.profile.organisation)

    services.purge(day)
    assert AccessibilityNeed.unscoped.exists(), "another session awaits her"
    Registration.unscoped.filter(session=other).update(status="cancelled", cancelled_at=timezone.now())
    AccessibilityNeed.unscoped.update(updated_at=timezone.now() + timedelta(days=300))
    services.purge(day)
    assert AccessibilityNeed.unscoped.exists(), "written after the last session: it prepares another"
    AccessibilityNeed.unscoped.update(updated_at=timezone.now())
    services.purge(day)
    assert not AccessibilityNeed.unscoped.exists()


def _session_on_paper():
    """A session of last month with each kind of row and paper that it can leave, one sheet corrected."""
    session = make_attended(make_party("Organisme"), make_party("CAE Une"), starts_in=30)
    employer = session.registrations.get().employer
    file = funding.open_file(session, employer=employer, actor=make_actor(employer, "training_manager"))
    paperwork.issue_agreements(session, actor=SYSTEM)
    funding.keep_agreement(file, upload=a_pdf(), agreed_on=today() - timedelta(days=1), actor=SYSTEM)
    paperwork.send_convocations(session, actor=SYSTEM)
    move(session, -60)
    session.refresh_from_db()
    sheets = close_all(session)
    attendance.issue_paper(sheets[0], actor=SYSTEM)
    attendance.correct_sheet(sheets[0].half_day, reason="Arrivée notée trop tard.", actor=trainer_of(session))
    trainer = trainer_of(session)
    attendance.close_sheet(sheets[0].half_day, signature=Signature(typed=trainer.name), actor=trainer)
    paperwork.issue_certificates(session, actor=SYSTEM)
    return session


def _left_of(session):
    """Rows by kind."""
    return {
        "presences": Presence.objects.filter(sheet__half_day__session=session).count(),
        "sheets": AttendanceSheet.unscoped.filter(half_day__session=session).count(),
        "agreements": TrainingAgreement.unscoped.filter(session=session).count(),
        "certificates": CompletionCertificate.unscoped.filter(registration__session=session).count(),
        "convocations": Convocation.unscoped.filter(registration__session=session).count(),
        "papers": IssuedPaper.unscoped.count(),
        "signed agreements": PrivateFile.unscoped.count(),
        "registrations": Registration.unscoped.filter(session=session).count(),
        "trainers": session.trainers.count(),
        "who opened the file": FundingFile.unscoped.filter(session=session, opened_by__isnull=False).count(),
    }


def test_papers_of_a_session_go_the_first_of_january_after_sixteen_years_and_not_before_nor_under_hold(settings):
    session = _session_on_paper()
    day = date(session.ends_on.year + 17, 1, 1)
    files = [row.path for row in IssuedPaper.unscoped.all()] + [row.storage_name for row in PrivateFile.unscoped.all()]
    before = _left_of(session)
    assert all(before.values()), before

    services.purge(day - timedelta(days=1))
    assert _left_of(session) == before
    settings.LEGAL_HOLD = frozenset({session.pk})
    services.purge(day)
    assert _left_of(session) == before, "a control or a trial under way"
    settings.LEGAL_HOLD = frozenset()
    services.purge(day)
    drain()

    assert not any(_left_of(session).values()), _left_of(session)
    assert not any(storages["private"].exists(path) for path in files)
    kept = TrainingSession.unscoped.get(pk=session.pk)
    assert (kept.title, kept.confirmed_count) == (session.title, session.confirmed_count)
    lines = AuditEntry.objects.filter(action="privacy.retention", object_id=str(session.pk))
    assert services.purge(day) == 0
    assert lines.count() == 1


def test_who_was_named_before_an_amendment_is_known_until_five_years_after_the_last_text():
    service = make_service()
    amend(service, hourly_cost_cents=4000)
    first, last = Agreement.unscoped.filter(Q(pk=service.agreement_id) | Q(amends=service.agreement_id)).order_by("starts_at")
    term = local(last.ends_at).date()
    day = term.replace(year=term.year + 5)
    assert first.ends_at == last.starts_at
    assert first.namings.exists()

    services.purge(day - timedelta(days=1))
    assert (first.namings.exists(), first.people.exists()) == (True, True)
    services.purge(day)
    assert (first.namings.exists(), first.people.exists()) == (False, False)


def test_whom_an_agreement_names_stays_while_its_service_is_on_hold(settings):
    service, other = make_service(), make_service()
    amend(service, hourly_cost_cents=4000)
    texts = list(Agreement.unscoped.filter(Q(pk=service.agreement_id) | Q(amends=service.agreement_id)))
    day = max(local(text.ends_at).date() for text in [*texts, other.agreement]).replace(year=today().year + 9)

    settings.LEGAL_HOLD = frozenset({service.pk})
    services.purge(day)
    assert [(text.namings.exists(), text.people.exists()) for text in texts] == [(True, True)] * 2
    assert (other.agreement.namings.exists(), other.agreement.people.exists()) == (False, False)
    settings.LEGAL_HOLD = frozenset()
    services.purge(day)

    assert [(text.namings.exists(), text.people.exists()) for text in texts] == [(False, False)] * 2


def test_the_paper_of_a_statement_goes_with_it_and_not_under_hold(settings):
    statement = make_statement()
    accept_statement(statement, round=1, actor=directors(statement.service.beneficiary)[0])
    drain()
    day = date(statement.month.year + 11, 1, 1)
    assert IssuedPaper.unscoped.exists()

    services.purge(day - timedelta(days=1))
    settings.LEGAL_HOLD = frozenset({statement.service_id})
    services.purge(day)
    assert IssuedPaper.unscoped.exists()
    settings.LEGAL_HOLD = frozenset()
    services.purge(day)

    assert not IssuedPaper.unscoped.exists()
    assert not Statement.unscoped.exists()


def test_each_declared_end_has_its_case_here():
    declared = {(one.model._meta.label, name) for one in declarations() for name, rule in one.fields.items() if rule.over}

    assert len(declared) == len(KINDS.keys() - {"unread_notice"}), declared  # read or not, a notice ends by one rule


def test_purge_says_how_many_and_finds_nothing_twice():
    _, day = _registration()

    services.purge(day)
    lines = AuditEntry.objects.filter(action="privacy.retention", object_kind="events.eventregistration")
    assert [line.data for line in lines] == ['{"column":"user","rows":1}']
    assert services.purge(day) == 0
    assert lines.count() == 1
    assert EventRegistration.unscoped.exists(), "who came is forgotten, not that somebody came"


def test_purge_runs_each_night():
    assert "privacy.purge" in registry.periodics


def test_a_year_before_a_29_february_is_the_28():
    assert years_before(date(2028, 2, 29), 1) == date(2027, 2, 28)


# -- who left ----------------------------------------------------------------------------------------------------------
def _leave(days: int, *, is_trained: bool = False):
    """Somebody whose last membership ended so many days ago."""
    home = make_member()
    person = make_person(home)
    if is_trained:
        register(make_session(make_course(make_member())), person, employer=home)
    ends_on = today() - timedelta(days=days)
    Membership.unscoped.filter(user=person).update(starts_on=ends_on - timedelta(days=400), ends_on=ends_on)
    return person


def _nights(person, *days):
    """What the hub did by each of these nights, counted from today: told, closed, erased."""
    found = []
    for day in days:
        with at(timezone.now() + timedelta(days=day)):
            tasks.begin_due()
            drain()
        person.refresh_from_db()
        told = Notification.unscoped.filter(user=person, kind="privacy.account_closes").count()
        found.append((told, not person.is_active, person.first_name == "Personne"))
    return found


def _closed():
    """Somebody whose account has just closed, before the worker came to erase her."""
    person = _leave(100)
    assert _nights(person, 0) == [(1, False, False)]
    with at(timezone.now() + timedelta(days=30)):
        assert services.close_departed(today()) == 1
    person.refresh_from_db()
    assert not person.is_active
    return person


def test_who_left_is_told_then_closed_and_erased_ninety_days_after():
    person = _leave(59)
    client = sign_in(person)

    assert _nights(person, 0, 1, 2, 30) == [(0, False, False), (1, False, False), (1, False, False), (1, False, False)]
    assert client.get("/moi/donnees/").status_code == 200
    assert _nights(person, 31) == [(0, True, True)], "her notices went with her account"
    assert client.get("/moi/donnees/").status_code == 302
    assert list(
        AuditEntry.objects.filter(object_id=str(person.pk), action__startswith="privacy.").order_by("seq").values_list("action", flat=True)
    ) == ["privacy.account.close", "privacy.erasure.do"]


def test_who_left_long_ago_has_thirty_days_notice_too():
    person = _leave(400)

    assert _nights(person, 0, 29) == [(1, False, False), (1, False, False)]
    assert _nights(person, 30)[0][1:] == (True, True)


def test_who_belongs_somewhere_or_coordinates_stays():
    moved, promised, coordinator = _leave(200), _leave(200), make_coordinator()
    join(moved, make_member(), "advisor")
    Membership.unscoped.filter(user=promised).update(ends_on=today() + timedelta(days=100))

    for person in (moved, promised, coordinator):
        assert _nights(person, 0, 31) == [(0, False, False)] * 2


@pytest.mark.parametrize("status", ["confirmed", "waiting", "cancelled"])
def test_who_was_trained_is_erased_on_the_day_and_the_row_that_the_law_keeps_stays_without_a_name(status):
    person = _leave(100, is_trained=True)
    given_back = timezone.now() if status == "cancelled" else None
    rank = 1 if status == "waiting" else None
    move(Registration.unscoped.get(trainee=person).session, -200)
    Registration.unscoped.filter(trainee=person).update(status=status, rank=rank, cancelled_at=given_back)

    assert _nights(person, 0, 29, 30) == [(1, False, False), (1, False, False), (0, True, True)]
    assert not Membership.unscoped.filter(user=person).exists()
    assert person.email.endswith("@efface.invalid")
    assert Registration.unscoped.get(trainee=person).status == status


def test_who_comes_back_before_the_erasure_finds_the_account_open():
    person = _closed()

    role = Membership.unscoped.filter(user=person).first().role
    give_role(person, organisation=make_member(), role=role, actor=SYSTEM)

    person.refresh_from_db()
    assert person.is_active
    assert not Erasure.unscoped.filter(user=person).exists()
    assert AuditEntry.objects.filter(action="privacy.account.reopen", object_id=str(person.pk)).exists()
    assert _nights(person, 60) == [(1, False, False)]


def test_who_comes_back_while_she_is_being_erased_keeps_everything(monkeypatch):
    person, home = _closed(), make_member()
    role = Membership.unscoped.filter(user=person).first().role
    with at(timezone.now() + timedelta(days=30)):
        invitation, _ = invite(person.email, organisation=home, role=role, actor=SYSTEM)
    collect = services.panels.collect

    def accepted_meanwhile(place, *args):
        if place == "leaving":
            accept(invitation)
        return collect(place, *args)

    monkeypatch.setattr(services.panels, "collect", accepted_meanwhile)
    with at(timezone.now() + timedelta(days=31)):
        assert not services.erase_if_due(person, actor=SYSTEM)

    person.refresh_from_db()
    assert (person.is_active, person.first_name != "Personne") == (True, True)
    assert Membership.unscoped.filter(user=person, organisation=home).exists()
    assert not Erasure.unscoped.filter(user=person).exists()


def test_who_has_a_role_to_come_finds_the_account_open_too():
    person = _closed()

    role = Membership.unscoped.filter(user=person).first().role
    give_role(person, organisation=make_member(), role=role, actor=SYSTEM, starts_on=today() + timedelta(days=60))

    assert _nights(person, 31) == [(1, False, False)]


def test_who_asked_to_be_erased_may_change_her_mind_until_the_day_that_she_was_told():
    person = _leave(100)
    assert _nights(person, 0) == [(1, False, False)]
    Erasure.unscoped.create(user=person, due_at=timezone.now() + timedelta(days=35))

    assert _nights(person, 31) == [(1, False, False)]
    assert _nights(person, 36)[0][2]


def test_an_account_that_never_belonged_anywhere_is_counted_from_its_first_day():
    """An address invited by mistake, whose role was withdrawn the same day, leaves no membership."""
    person = make_person(make_member())
    Membership.unscoped.filter(user=person).delete()
    type(person).objects.filter(pk=person.pk).update(created_at=timezone.now() - timedelta(days=61))

    assert _nights(person, 0, 30) == [(1, False, False), (0, True, True)]


@pytest.mark.parametrize("starts_in", [0, 30])
def test_a_role_given_and_withdrawn_at_once_is_a_departure_of_its_own(starts_in):
    person = _leave(300)
    assert _nights(person, -20) == [(1, False, False)]
    role = Membership.unscoped.filter(user=person).first().role

    row = give_role(person, organisation=make_member(), role=role, actor=SYSTEM, starts_on=today() + timedelta(days=starts_in))
    withdraw_role(row, actor=SYSTEM)

    told = Notification.unscoped.get(user=person, kind="privacy.left_all")
    assert long_date_fr(today() + timedelta(days=89)).replace("\xa0", " ") in told.text
    assert _nights(person, 10, 58) == [(1, False, False)] * 2
    assert _nights(person, 59, 88) == [(2, False, False)] * 2, "a notice of its own"
    assert _nights(person, 89) == [(0, True, True)]


def test_what_people_asked_does_not_wait_for_what_nobody_asked(monkeypatch):
    person = writer()
    Erasure.unscoped.create(user=person, due_at=timezone.now())
    monkeypatch.setattr(services, "warn_departed", mock.Mock(side_effect=RuntimeError))

    with pytest.raises(RuntimeError):
        tasks.begin_due()
    drain()

    person.refresh_from_db()
    assert person.first_name == "Personne"


def test_whose_last_role_ends_is_told_when_her_account_closes_and_reminded_later():
    home = make_member()
    person, director = make_person(home, "advisor"), make_person(home, "director")
    join(person, make_member(), "advisor")
    Membership.unscoped.filter(user=person).update(starts_on=today() - timedelta(days=400))
    first, last = Membership.unscoped.filter(user=person).order_by("organisation__name")
    told = Notification.unscoped.filter(user=person, kind="privacy.left_all")
    closes_on = long_date_fr(today() + timedelta(days=89))
    client = sign_in(person)

    withdraw_role(first if first.organisation != home else last, actor=SYSTEM)
    assert not told.exists(), "she belongs somewhere still"
    assert "se fermera" not in client.get("/moi/donnees/").content.decode()
    kept = Membership.unscoped.get(user=person, organisation=home)
    page = sign_in(director).get(reverse("accounts:withdraw_role", args=[home.slug, kept.pk])).content.decode()
    assert "C’est son dernier rattachement" in page
    withdraw_role(kept, actor=SYSTEM)

    day = closes_on.replace("\xa0", " ")
    assert day in told.get().text
    assert Mail.objects.filter(user=person, subject__contains=day).exists()
    assert f"Votre compte se fermera le {closes_on}" in client.get("/moi/donnees/").content.decode()
    assert [row[0] for row in _nights(person, 58, 59)] == [0, 1], "reminded thirty days before"
    assert day in Notification.unscoped.get(user=person, kind="privacy.account_closes").text


def test_whose_end_was_set_ahead_is_told_the_night_after_it_and_once():
    person, stays, never = make_person(make_member()), make_person(make_member()), make_person(make_member())
    Membership.unscoped.filter(user=person).update(starts_on=today() - timedelta(days=400), ends_on=today() + timedelta(days=5))
    Membership.unscoped.filter(user=never).delete()
    told = Notification.unscoped.filter(kind="privacy.left_all")

    def counts(*days):
        return [(_nights(person, day), told.filter(user=person).count())[1] for day in days]

    assert counts(0, 5, 6, 7, 8) == [0, 0, 1, 1, 1]
    assert long_date_fr(today() + timedelta(days=95)).replace("\xa0", " ") in told.get(user=person).text
    assert Mail.objects.filter(user=person, kind="privacy.left_all").count() == 1
    assert not told.filter(user__in=[stays, never]).exists()
    assert [row[0] for row in _nights(person, 64, 65)] == [0, 1], "the reminder comes as for anybody"


def test_who_was_told_at_once_is_not_told_again_by_night():
    person = make_person(make_member())
    Membership.unscoped.filter(user=person).update(starts_on=today() - timedelta(days=400))
    withdraw_role(Membership.unscoped.get(user=person), actor=SYSTEM)

    _nights(person, 0, 1, 2)

    assert Notification.unscoped.filter(user=person, kind="privacy.left_all").count() == 1


def test_who_belongs_elsewhere_too_loses_no_account():
    home = make_member()
    person, director = make_person(home, "advisor"), make_person(home, "director")
    join(person, make_member(), "advisor")
    Membership.unscoped.filter(user=person).update(starts_on=today() - timedelta(days=400))

    row = Membership.unscoped.get(user=person, organisation=home)
    page = sign_in(director).get(reverse("accounts:withdraw_role", args=[home.slug, row.pk])).content.decode()

    assert "Retirer le rôle" in page
    assert "dernier rattachement" not in page
