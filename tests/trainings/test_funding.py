"""OPCO files in the database: opened once, completed, moved by who may, told, reminded of, cancelled with their session."""

import io
import json
import zipfile
from datetime import date, timedelta
from hashlib import sha256

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from directory.people.models import Profile
from hub.core.accounts.enums import Purpose
from hub.core.accounts.errors import UnscopedQuery
from hub.core.accounts.models import Agreement, Organisation
from hub.core.accounts.selectors import actor_for
from hub.core.audit.models import AuditEntry
from hub.core.documents.enums import Scan
from hub.core.documents.models import FileAudience, PrivateFile
from hub.core.jobs import runner
from hub.core.kit.dates import long_date_fr, today
from hub.core.kit.identifiers import spaced
from hub.core.notifications.models import Notification
from hub.core.papers.dossier import faults
from hub.core.papers.models import IssuedPaper
from tests.builders.accounts import SYSTEM, join, make_actor, make_loan, make_person, sign_in
from tests.builders.attendance import make_attended
from tests.builders.attendance import move as held_since
from tests.builders.days import dated
from tests.builders.funding import S, a_pdf, certify, make_file, make_file_at, make_party, move, say_facts
from tests.builders.people import make_profile
from tests.builders.trainings import make_course, make_session, register
from tests.core.bad_files import pdf
from tests.core.paper_reader import conforms, says
from trainings.funding import rules, services
from trainings.funding.enums import FundingStatus, Side
from trainings.funding.errors import FileRefused, MoveRefused, VersionConflict
from trainings.funding.models import EmployerFacts, FormerAgreement, FundingFile, Reminder
from trainings.funding.selectors import read_file, terms_now
from trainings.paperwork.services import forget_sessions, issue_agreements
from trainings.sessions import services as sessions
from trainings.sessions.enums import SessionStatus
from trainings.sessions.models import HalfDay, Registration, TrainingSession
from trainings.sessions.services import cancel_registration

pytestmark = pytest.mark.django_db
PDF = pdf()


def pieces(row, actor=None):
    return {piece.code: piece for piece in read_file(row, actor or make_actor(row.employer, "training_manager")).pieces}


def client_of(organisation, role="training_manager"):
    return sign_in(make_person(organisation, role))


# -- opening ----------------------------------------------------------------------------------------------------------
def test_a_file_is_opened_once_for_an_employer_with_somebody_confirmed():
    row = make_file(is_complete=False)

    again = services.open_file(row.session, employer=row.employer, actor=SYSTEM)

    assert again == row
    assert AuditEntry.objects.filter(action="trainings.funding.open").count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        FundingFile.unscoped.create(session=row.session, employer=row.employer)


def test_no_file_without_people_nor_for_an_internal_training_nor_a_cancelled_session():
    organiser, employer = make_party(), make_party()
    session = make_session(make_course(organiser))
    with pytest.raises(FileRefused, match="personne d’inscrit"):
        services.open_file(session, employer=employer, actor=SYSTEM)
    with pytest.raises(FileRefused, match="formation interne"):
        services.open_file(session, employer=organiser, actor=SYSTEM)
    sessions.move_session(session, status=SessionStatus.CANCELLED, actor=SYSTEM, reason="Trop peu")
    session.refresh_from_db()
    with pytest.raises(FileRefused, match="annulée"):
        services.open_file(session, employer=employer, actor=SYSTEM)


def test_a_new_file_can_be_opened_once_the_old_one_is_ended():
    row = move(make_file(is_complete=False), S.CANCELLED)

    another = services.open_file(row.session, employer=row.employer, actor=SYSTEM)

    assert another != row
    assert another.status == S.DRAFT


# -- pieces -----------------------------------------------------------------------------------------------------------
def test_a_bare_file_says_all_that_it_lacks_with_articles_and_screens():
    row = make_file(employer=make_party(siret="", siren=""), organiser=make_party(nda_number=""), is_complete=False)

    found = pieces(row)

    assert {"qualiopi", "siret", "opco", "headcount", "agreement", "nda", "M13", "P01"} <= found.keys()
    assert found["opco"].url == found["headcount"].url == reverse("funding:employer")
    assert found["agreement"].url == reverse("funding:agreement", args=[row.pk])
    assert found["siret"].url == ""
    assert row.employer.name in found["siret"].by
    assert pieces(row, make_actor(row.employer, "director"))["siret"].url == reverse("cooperatives:edit", args=[row.employer.slug])
    assert all(piece.article for piece in found.values())


def test_a_complete_file_lacks_nothing_and_goes_the_whole_way():
    row = make_file_at(S.GRANTED)

    assert (row.status, row.reference, row.grant_number, row.opco) == (S.GRANTED, "EX-2027-001", "EX-2027-001", "constructys")
    asked_for = row.filed_terms
    assert asked_for == terms_now(row)
    TrainingSession.unscoped.filter(pk=row.session_id).update(starts_on=today(), ends_on=today())
    with pytest.raises(MoveRefused, match="Les dates de la session ont changé depuis la demande"):
        move(row, S.RUNNING)
    FundingFile.unscoped.filter(pk=row.pk).update(filed_terms=asked_for | {"starts_on": str(today()), "ends_on": str(today())})
    assert move(row, S.RUNNING).status == S.RUNNING


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"price_cents": 210_000}, "Le prix de la session a changé"),
        ({"duration_minutes": 420}, "La durée de la session a changé"),
        ({"programme_version": 2}, "Le programme de la session a changé"),
        ({"price_cents": 1, "ends_on": date(2099, 1, 1)}, "Les dates et le prix de la session ont changé"),
    ],
)
def test_a_session_that_changed_since_its_agreement_or_its_request_is_said_and_stops_the_file(change, said):
    """Training-funding §§ 1.11 and 7.1: an amendment, and the OPCO is told."""
    before, filed = make_file_at(S.READY), make_file_at(S.GRANTED)
    TrainingSession.unscoped.filter(pk__in=[before.session_id, filed.session_id]).update(**change)
    before.session.refresh_from_db()

    with pytest.raises(MoveRefused, match="Il manque 1"):
        move(before, S.FILED)
    assert f"{said[1:]} depuis la signature" in pieces(before)["agreement"].label
    assert f"{said} depuis la demande" in client_of(filed.employer).get(filed.get_absolute_url()).content.decode()
    TrainingSession.unscoped.filter(pk=filed.session_id).update(starts_on=today())
    with pytest.raises(MoveRefused, match="depuis la demande : mettez le dossier à revoir"):
        move(filed, S.RUNNING)

    signed = services.keep_agreement(before, upload=a_pdf(), agreed_on=today(), actor=SYSTEM)
    assert "agreement" not in pieces(signed)
    told = move(move(filed, S.TO_REVISE), S.UNDER_REVIEW)
    assert told.filed_terms == terms_now(FundingFile.unscoped.get(pk=told.pk))


def test_an_agreement_without_payment_terms_keeps_a_file_from_being_ready():
    """Case 10: M12."""
    row = move(make_file(), S.TO_COMPLETE)
    TrainingSession.unscoped.filter(pk=row.session_id).update(payment_terms="")
    row = FundingFile.unscoped.get(pk=row.pk)

    assert set(pieces(row)) == {"M12"}
    with pytest.raises(MoveRefused, match="Il manque 1\u00a0pièce"):
        move(row, S.READY)


def test_trainees_without_a_contract_of_employment_are_told_to_the_employer_alone():
    row = make_file()
    trainee = row.session.registrations.get().trainee
    Profile.unscoped.filter(user=trainee).delete()
    profile = make_profile(row.employer)
    register(row.session, profile.user, employer=row.employer)
    row = services.keep_agreement(row, upload=a_pdf(), agreed_on=today(), actor=SYSTEM)
    Profile.unscoped.filter(pk=profile.pk).update(contract_status="cape")

    employer, organiser = make_actor(row.employer, "training_manager"), make_actor(row.session.organisation, "training_manager")

    (piece,) = read_file(row, employer).shown_pieces
    assert (piece.code, piece.url) == ("eligible", reverse("people:person", args=[profile.pk]))
    assert piece.label.startswith(f"{profile.user.name} est en contrat CAPE")
    assert [one.label.partition(" est ")[0] for one in read_file(row, SYSTEM).pieces] == ["une personne inscrite"], "and none is lost"
    reading = read_file(row, organiser)
    assert (reading.shown_pieces, reading.hidden_count, reading.standing.missing_count) == ([], 1, 1)


def test_a_session_without_half_days_lacks_them_once():
    row = make_file()
    HalfDay.objects.filter(session=row.session).delete()
    TrainingSession.unscoped.filter(pk=row.session_id).update(starts_on=None, ends_on=None, duration_minutes=0)
    row = FundingFile.unscoped.get(pk=row.pk)

    found = pieces(row)

    assert "days" in found
    assert not {"M05", "M06"} & found.keys()


def test_an_opco_of_no_branch_must_be_declared():
    """Case 15: IDCC 9999 or 0804 resolves nothing by itself."""
    row = make_file()
    say_facts(row.employer, opco="", opco_source="", opco_checked_on=None, version=1)

    assert set(pieces(row)) == {"opco"}


def test_a_workshop_has_no_file_and_offers_none():
    session = make_session(make_course(make_party()), nature="workshop")
    employer = make_party()
    register(session, make_person(employer), employer=employer)
    manager = sign_in(make_person(employer, "training_manager"))

    said = manager.post(reverse("funding:open", args=[session.pk]), follow=True).content.decode()

    assert "Un atelier ne donne lieu ni à convention" in said
    assert "Ouvrir le dossier OPCO" not in said
    assert not FundingFile.unscoped.exists()


# -- signed agreement -------------------------------------------------------------------------------------------------
def test_the_signed_agreement_is_kept_for_the_two_teams_and_replaced():
    row = make_file()
    first = row.agreement_file
    assert first.audiences == {f"staff:{row.employer_id}", f"funding:{row.employer_id}", f"staff:{row.session.organisation_id}"}

    row = services.keep_agreement(row, upload=a_pdf(), agreed_on=today(), actor=SYSTEM)

    assert not PrivateFile.unscoped.filter(pk=first.pk).exists()
    assert row.agreed_on == today()
    with pytest.raises(FileRefused, match="pas encore venu"):
        services.keep_agreement(row, upload=a_pdf(), agreed_on=today() + timedelta(days=1), actor=SYSTEM)
    filed = move(move(move(row, S.TO_COMPLETE), S.READY), S.FILED)
    with pytest.raises(FileRefused, match="ne change plus"):
        services.keep_agreement(filed, upload=a_pdf(), agreed_on=today(), actor=SYSTEM)


def test_an_agreement_that_the_antivirus_removed_is_to_be_sent_again():
    row = make_file_at(S.TO_COMPLETE)
    assert "agreement" not in pieces(row)

    PrivateFile.unscoped.filter(pk=row.agreement_file_id).update(scan=Scan.INFECTED)

    assert "agreement" in pieces(FundingFile.unscoped.get(pk=row.pk))
    assert "agreement" not in pieces(services.keep_agreement(row, upload=a_pdf(), agreed_on=row.agreed_on, actor=SYSTEM))


@pytest.mark.parametrize(("scan", "words"), [(Scan.INFECTED, "Déposer"), (Scan.WAITING, "Remplacer")])
def test_an_agreement_that_opens_for_nobody_once_filed_comes_back_as_it_was_signed(scan, words):
    row = make_file_at(S.FILED)
    manager = sign_in(make_person(row.employer, "training_manager"))
    assert "la convention signée</a>" not in manager.get(row.get_absolute_url()).content.decode()
    PrivateFile.unscoped.filter(pk=row.agreement_file_id).update(scan=scan)
    row = FundingFile.unscoped.get(pk=row.pk)
    terms = row.agreed_terms
    assert f"{words} la convention signée</a>" in manager.get(row.get_absolute_url()).content.decode()

    with pytest.raises(FileRefused, match="envoyez celle-là"):
        services.keep_agreement(row, upload=a_pdf(), agreed_on=row.agreed_on - timedelta(days=1), actor=SYSTEM)
    again = services.keep_agreement(row, upload=a_pdf(), agreed_on=row.agreed_on, actor=SYSTEM)

    assert (again.has_agreement, again.agreed_terms, again.status) == (True, terms, S.FILED)


def test_the_agreement_of_before_is_not_deposited_again_once_the_session_has_changed():
    row = make_file_at(S.TO_COMPLETE)
    first = row.agreement_file
    assert services.keep_agreement(row, upload=a_pdf(), agreed_on=row.agreed_on, actor=SYSTEM).agreement_file != first, "nothing changed"
    TrainingSession.unscoped.filter(pk=row.session_id).update(price_cents=210_000)

    with pytest.raises(FileRefused, match="Le prix de la session a changé depuis la convention signée le") as refusal:
        services.keep_agreement(row, upload=a_pdf(), agreed_on=row.agreed_on, actor=SYSTEM)

    assert refusal.value.field == "agreed_on"
    assert "agreement" in pieces(FundingFile.unscoped.get(pk=row.pk))
    assert "agreement" not in pieces(services.keep_agreement(row, upload=a_pdf(), agreed_on=today(), actor=SYSTEM))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"price_cents": 210_000}, "le prix de la session a changé"),
        ({"ends_on": date(2099, 1, 1)}, "les dates de la session ont changé"),
        ({"duration_minutes": 420}, "la durée de la session a changé"),
        ({"programme_version": 2}, "le programme de la session a changé"),
        ({"place_name": "Ailleurs"}, ""),
    ],
)
def test_an_agreement_is_signed_for_what_the_one_established_by_that_day_says(change, said):
    row = make_file(is_complete=False)
    issue_agreements(row.session, actor=SYSTEM)
    IssuedPaper.unscoped.update(issued_at=timezone.now() - timedelta(days=5))
    session = TrainingSession.unscoped.filter(pk=row.session_id)
    session.update(**change)

    early = services.keep_agreement(row, upload=a_pdf(), agreed_on=today() - timedelta(days=2), actor=SYSTEM)
    lacking = pieces(early)
    issue_agreements(session.get(), actor=SYSTEM)
    old = services.keep_agreement(early, upload=a_pdf(), agreed_on=today() - timedelta(days=2), actor=SYSTEM)
    new = services.keep_agreement(old, upload=a_pdf(), agreed_on=today(), actor=SYSTEM)

    assert said in lacking["agreement"].label if said else "agreement" not in lacking
    assert (old.agreed_terms, new.agreed_terms) == (early.agreed_terms, terms_now(FundingFile.unscoped.get(pk=new.pk)))
    assert "agreement" not in pieces(new)


@pytest.mark.parametrize(("purpose", "status"), [(Purpose.FUNDING, 200), (Purpose.REGISTRATION, 404)])
def test_the_signed_agreement_is_read_by_who_is_lent_to_follow_the_files_while_the_agreement_lives(purpose, status):
    row, lender = make_file(), make_party()
    lent = make_person(lender, "shared_staff")
    loan = make_loan(lent, provider=lender, beneficiary=row.employer)
    Agreement.unscoped.filter(pk=loan.pk).update(purposes=[purpose])
    client = sign_in(lent, mandate=f"agreement:{loan.pk}")

    assert client.get(row.agreement_file.get_absolute_url()).status_code == status
    assert sign_in(lent).get(row.agreement_file.get_absolute_url()).status_code == 404, "acting for her own CAE"

    Agreement.unscoped.filter(pk=loan.pk).update(ends_at=timezone.now())
    assert client.get(row.agreement_file.get_absolute_url()).status_code == 404


def test_who_comes_after_the_signature_is_not_in_the_agreement():
    row = make_file()
    assert "agreement" not in pieces(row)

    register(row.session, make_person(row.employer, "entrepreneur"), employer=row.employer)

    assert "les inscriptions de la session ont changé depuis la signature" in pieces(row)["agreement"].label
    with pytest.raises(MoveRefused):
        move(row, S.READY)
    again = services.keep_agreement(row, upload=a_pdf(), agreed_on=today(), actor=SYSTEM)
    assert "agreement" not in pieces(again)


def test_who_comes_after_the_filing_is_told_to_the_opco_first():
    row = make_file_at(S.GRANTED)
    register(row.session, make_person(row.employer, "entrepreneur"), employer=row.employer)
    TrainingSession.unscoped.filter(pk=row.session_id).update(starts_on=today(), ends_on=today())
    FundingFile.unscoped.filter(pk=row.pk).update(filed_terms={"people": row.filed_terms["people"]})

    with pytest.raises(MoveRefused, match="Les inscriptions de la session ont changé depuis la demande"):
        move(FundingFile.unscoped.get(pk=row.pk), S.RUNNING)


def test_what_was_established_and_signed_names_whom_it_was_for():
    row = make_file(is_complete=False)
    issue_agreements(row.session, actor=SYSTEM)
    register(row.session, make_person(row.employer, "entrepreneur"), employer=row.employer)

    signed = services.keep_agreement(row, upload=a_pdf(), agreed_on=today(), actor=SYSTEM)

    assert signed.agreed_terms["people"] is None
    assert "les inscriptions" in pieces(signed)["agreement"].label


def test_an_agreement_signed_after_the_first_day_is_refused():
    row = make_file(is_complete=False)
    TrainingSession.unscoped.filter(pk=row.session_id).update(starts_on=today(), ends_on=today())

    with pytest.raises(FileRefused, match="avant le premier jour") as refusal:
        services.keep_agreement(row, upload=a_pdf(), agreed_on=today(), actor=SYSTEM)
    assert refusal.value.field == "agreed_on"
    assert long_date_fr(today()) in str(refusal.value)


def test_the_agreement_is_uploaded_by_either_party_and_a_bad_file_keeps_what_was_typed():
    row = make_file(is_complete=False)
    url = reverse("funding:agreement", args=[row.pk])
    client = client_of(row.employer)

    bad = client.post(
        url, {"file": SimpleUploadedFile("convention.pdf", b"MZ not a paper", "application/pdf"), "agreed_on": today().isoformat()}
    )
    assert bad.status_code == 200
    assert f'value="{today().isoformat()}"' in bad.content.decode()
    assert "à choisir de nouveau" not in bad.content.decode(), "this one is refused itself"
    late = {"file": SimpleUploadedFile("convention signée.pdf", PDF, "application/pdf"), "agreed_on": row.session.starts_on.isoformat()}
    dropped = client.post(url, late).content.decode()
    assert "à choisir de nouveau" in dropped
    assert "convention signée.pdf" in dropped

    for organisation in (row.employer, row.session.organisation):
        good = SimpleUploadedFile("convention.pdf", PDF, "application/pdf")
        response = client_of(organisation).post(url, {"file": good, "agreed_on": today().isoformat()})
        assert response.status_code == 302, response.content.decode()[:3000]
    row.refresh_from_db()
    assert row.agreement_file.name == "convention.pdf"


# -- moves ------------------------------------------------------------------------------------------------------------
def test_a_move_sent_twice_is_made_once_and_another_ones_move_is_a_conflict():
    row = make_file(is_complete=False)
    said = rules.Said(on=today())

    for _ in range(2):
        moved = services.move_file(row, to=S.TO_COMPLETE, said=said, version=1, side=Side.EMPLOYER, actor=SYSTEM)
    assert (moved.status, moved.version) == (S.TO_COMPLETE, 2)
    assert AuditEntry.objects.filter(action="trainings.funding.to_complete").count() == 1

    with pytest.raises(VersionConflict):
        services.move_file(row, to=S.CANCELLED, said=rules.Said(today(), reason="Non"), version=1, side=Side.EMPLOYER, actor=SYSTEM)


def test_the_organiser_moves_a_draft_and_answers_a_complement_only():
    row = make_file()
    row = move(row, S.TO_COMPLETE, side=Side.ORGANISER)
    with pytest.raises(MoveRefused, match="Seule la CAE"):
        move(row, S.READY, side=Side.ORGANISER)
    asked = move(make_file_at(S.UNDER_REVIEW), S.MORE_ASKED)
    assert (asked.reply_by, asked.asked_words) == (today() + timedelta(days=10), "Parce que.")
    back = move(asked, S.UNDER_REVIEW, side=Side.ORGANISER)
    assert (back.status, back.reply_by) == (S.UNDER_REVIEW, None)


def test_a_refused_file_starts_again_without_its_number():
    row = move(make_file_at(S.UNDER_REVIEW), S.REFUSED)
    assert row.reason == "Parce que."

    row = move(row, S.DRAFT)

    assert (row.status, row.reference, row.filed_on, row.answered_on, row.reason, row.opco) == (S.DRAFT, "", None, None, "", "")
    assert row.past == [], "what the first request said is not come back to"


def test_both_sides_are_told_of_what_concerns_them():
    row = make_file()
    employer, organiser = make_person(row.employer, "director"), make_person(row.session.organisation, "trainer")
    advisor = make_person(row.employer, "advisor")
    row = move(row, S.TO_COMPLETE)
    assert set(Notification.unscoped.filter(user__in=[employer, organiser, advisor]).values_list("user", flat=True)) == {employer.pk}

    row = move(row, S.READY)

    assert Notification.unscoped.filter(user=organiser, kind="trainings.funding_moved").count() == 1
    runner.drain()


def test_a_cancelled_session_cancels_its_files():
    row, other = make_file_at(S.FILED), make_file()
    sessions.move_session(row.session, status=SessionStatus.CANCELLED, actor=SYSTEM, reason="Trop peu de monde")

    runner.drain()

    row.refresh_from_db(), other.refresh_from_db()
    assert (row.status, row.reason) == (S.CANCELLED, "Session annulée. Trop peu de monde")
    assert other.status == S.DRAFT
    assert services.cancel_files_of(row.session, reason="encore") == 0


def test_the_database_refuses_a_filed_file_without_number_and_a_paper_without_day():
    row = make_file(is_complete=False)
    for facts in ({"status": S.FILED}, {"agreed_on": today()}):
        with pytest.raises(IntegrityError), transaction.atomic():
            FundingFile.unscoped.filter(pk=row.pk).update(**facts)


# -- put right, taken back --------------------------------------------------------------------------------------------
def typed(row, **changes):
    page = client_of(row.employer).get(reverse("funding:correct", args=[row.pk]))
    form = page.context["form"]
    return dated({name: form[name].value() or "" for name in form.fields} | changes)


def test_what_was_noted_of_a_filed_request_is_put_right_with_one_line_that_names_it():
    row = make_file_at(S.FILED)
    client, url = client_of(row.employer), reverse("funding:correct", args=[row.pk])
    assert url in client.get(row.get_absolute_url()).content.decode()
    sent = typed(row, reference="N° EG-4471", filed_on=today() - timedelta(days=1))
    assert sent.keys() == {"version", "filed_on", "reference"}

    for _ in range(2):  # the second click says the same
        assert client.post(url, sent).status_code == 302

    row.refresh_from_db()
    assert (row.reference, row.filed_on, row.status, row.version) == (
        "EG-4471",
        today() - timedelta(days=1),
        S.FILED,
        int(sent["version"]) + 1,
    )
    line = AuditEntry.objects.get(action="trainings.funding.correct")
    assert json.loads(line.data) == {"fields": ["filed_on", "reference"]}
    assert client.post(url, typed(row)).status_code == 302
    assert AuditEntry.objects.filter(action="trainings.funding.correct").count() == 1, "nothing was changed"


def test_what_was_noted_of_the_answer_is_put_right_and_meets_the_checks_of_the_move():
    row, asked, refused = (
        make_file_at(S.GRANTED),
        move(make_file_at(S.UNDER_REVIEW), S.MORE_ASKED),
        move(make_file_at(S.UNDER_REVIEW), S.REFUSED),
    )
    assert typed(row).keys() == {"version", "filed_on", "reference", "answered_on", "grant_number"}

    def post(row, **changes):
        return client_of(row.employer).post(reverse("funding:correct", args=[row.pk]), typed(row, **changes)).content.decode()

    wrong = post(row, answered_on=today() - timedelta(days=3), grant_number="AC-2")
    assert "la suite ne peut pas la précéder" in wrong
    assert "AC-2" in wrong
    assert "À remplir" in post(row, grant_number="n°")
    assert "suit la demande" in post(asked, reply_by=today() - timedelta(days=1))
    assert "vérifiez l’année" in post(asked, reply_by="9999-12-31")
    assert "data-hub-errors" in post(refused, reason=" ")
    assert not AuditEntry.objects.filter(action="trainings.funding.correct").exists()
    post(row, grant_number="AC-2")
    post(asked, reply_by=today() + timedelta(days=20), asked_words="Le devis.")
    post(refused, reason="Hors plafond.")
    row.refresh_from_db(), asked.refresh_from_db(), refused.refresh_from_db()
    assert (row.grant_number, asked.asked_words, refused.reason) == ("AC-2", "Le devis.", "Hors plafond.")
    assert asked.reply_by == today() + timedelta(days=20)


def test_two_people_put_right_the_same_number_the_second_sees_both():
    row = make_file_at(S.FILED)
    client, url, sent = client_of(row.employer), reverse("funding:correct", args=[row.pk]), typed(row, reference="EX-TWO")
    services.correct_file(row, facts={"reference": "EX-ONE"}, version=row.version, actor=SYSTEM)

    second = client.post(url, sent)

    assert second.status_code == 409
    assert "ONE" in str(second.context["conflict"])
    row.refresh_from_db()
    assert row.reference == "EX-ONE"
    assert client.post(url, {name: second.context["form"][name].value() for name in sent}).status_code == 302
    row.refresh_from_db()
    assert row.reference == "EX-TWO"


def test_nothing_is_put_right_before_the_filing_after_the_end_nor_by_who_trains():
    draft, filed = make_file(), make_file_at(S.FILED)
    ended = move(make_file_at(S.FILED), S.CANCELLED)
    for row in (draft, ended):
        client = client_of(row.employer)
        assert reverse("funding:correct", args=[row.pk]) not in client.get(row.get_absolute_url()).content.decode()
        assert "rien à y corriger" in client.get(reverse("funding:correct", args=[row.pk]), follow=True).content.decode()
    organiser = client_of(filed.session.organisation)
    assert organiser.get(filed.get_absolute_url()).status_code == 200
    assert organiser.get(reverse("funding:correct", args=[filed.pk])).status_code in {403, 404}
    assert client_of(make_party()).get(reverse("funding:correct", args=[filed.pk])).status_code == 404


def state_of(row):
    return {
        name: value
        for name, value in FundingFile.unscoped.filter(pk=row.pk).values().get().items()
        if name not in {"version", "updated_at", "past"}
    }


@pytest.mark.parametrize(
    "way",
    [
        (S.FILED,), (S.FILED, S.UNDER_REVIEW), (S.FILED, S.UNDER_REVIEW, S.MORE_ASKED), (S.FILED, S.UNDER_REVIEW, S.MORE_ASKED, S.UNDER_REVIEW),
        (S.FILED, S.UNDER_REVIEW, S.GRANTED), (S.FILED, S.UNDER_REVIEW, S.PARTLY_GRANTED), (S.FILED, S.UNDER_REVIEW, S.REFUSED),
        (S.FILED, S.UNDER_REVIEW, S.GRANTED, S.TO_REVISE), (S.FILED, S.UNDER_REVIEW, S.GRANTED, S.TO_REVISE, S.UNDER_REVIEW),
    ],
)  # fmt: skip
def test_a_state_noted_by_a_slip_is_taken_back_with_all_that_it_said(way):
    row = move(move(make_file(), S.TO_COMPLETE), S.READY)
    for step in way[:-1]:
        row = move(row, step)
    before = state_of(row)
    TrainingSession.unscoped.filter(pk=row.session_id).update(price_cents=row.session.price_cents + (100 if S.TO_REVISE in way else 0))
    row = move(row, way[-1], reference="FAUX-1", reason="Par erreur.")
    client, url = client_of(row.employer), reverse("funding:revert", args=[row.pk])
    asked = client.get(url)
    assert url in client.get(row.get_absolute_url()).content.decode()

    done = client.post(url, {"version": asked.context["form"]["version"].value()}, follow=True).content.decode()

    assert "est de nouveau" in done
    assert state_of(row) == before
    line = AuditEntry.objects.get(action="trainings.funding.revert")
    assert json.loads(line.data) == {"before": way[-1], "after": before["status"]}


def test_a_correction_survives_the_state_taken_back_and_each_state_goes_back_in_turn():
    row = move(make_file_at(S.UNDER_REVIEW), S.REFUSED)
    services.correct_file(row, facts={"reference": "EX-9"}, version=row.version, actor=SYSTEM)
    for expected in (S.UNDER_REVIEW, S.FILED):
        row.refresh_from_db()
        row = services.revert_move(row, version=row.version, side=Side.EMPLOYER, actor=SYSTEM)
        assert (row.status, row.reference) == (expected, "EX-9")
    row = services.revert_move(row, version=row.version, side=Side.EMPLOYER, actor=SYSTEM)
    assert (row.status, row.reference, row.filed_on, row.filed_terms) == (S.READY, "", None, {})
    with pytest.raises(MoveRefused):
        services.revert_move(row, version=row.version, side=Side.EMPLOYER, actor=SYSTEM)


def test_what_ended_or_began_anew_does_not_go_back_and_two_clicks_go_back_once():
    ended, again, filed = make_file_at(S.FILED), move(make_file_at(S.UNDER_REVIEW), S.REFUSED), make_file_at(S.UNDER_REVIEW)
    ended, again = move(ended, S.CANCELLED), move(again, S.DRAFT)
    for row in (ended, again):
        client, url = client_of(row.employer), reverse("funding:revert", args=[row.pk])
        assert url not in client.get(row.get_absolute_url()).content.decode()
        assert "ne revient pas" in client.post(url, {"version": row.version}, follow=True).content.decode()
        with pytest.raises(MoveRefused, match="ne revient pas"):
            services.revert_move(row, version=row.version, side=Side.EMPLOYER, actor=SYSTEM)
    client, url = client_of(filed.employer), reverse("funding:revert", args=[filed.pk])
    client.post(url, {"version": filed.version})
    assert "a changé entre-temps" in client.post(url, {"version": filed.version}, follow=True).content.decode()
    filed.refresh_from_db()
    assert filed.status == S.FILED
    with pytest.raises(MoveRefused):
        services.revert_move(filed, version=filed.version, side=Side.ORGANISER, actor=SYSTEM)


@pytest.mark.parametrize("status", sorted(rules.WITHDRAWN_FROM))
def test_a_request_that_the_opco_has_is_withdrawn_with_a_reason_and_on_its_portal(status):
    row = make_file_at(S.UNDER_REVIEW if status in {S.MORE_ASKED, S.PARTLY_GRANTED} else S.GRANTED if status == S.TO_REVISE else status)
    row = row if row.status == status else move(row, status)
    client, url = client_of(row.employer), reverse("funding:move", args=[row.pk, "cancelled"])

    page, asked = client.get(row.get_absolute_url()).content.decode(), client.get(url).content.decode()
    without = client.post(url, {"version": row.version, "reason": ""}).content.decode()
    done = client.post(url, {"version": row.version, "reason": "Le chantier est reporté."}, follow=True).content.decode()

    assert "Retirer la demande" in page
    assert "Retirez aussi la demande sur le portail de l’OPCO" in asked
    assert "data-hub-errors" in without
    assert done.count("Retirez aussi la demande sur le portail de l’OPCO") == 2, "said once, and kept on the page"
    row.refresh_from_db()
    assert (row.status, row.reason) == (S.CANCELLED, "Retiré par l’entreprise. Le chantier est reporté.")
    if status == S.MORE_ASKED:
        assert "cancelled" not in rules.targets(S.MORE_ASKED, Side.ORGANISER)


# -- reminders --------------------------------------------------------------------------------------------------------
def test_a_date_is_told_once_and_stops_when_the_thing_is_done():
    row = make_file(starts_in=40)
    manager, trainer = make_person(row.employer, "training_manager"), make_person(row.session.organisation, "trainer")
    limit = row.session.starts_on - timedelta(days=15)

    services.remind(limit - timedelta(days=7))
    told = set(Reminder.objects.values_list("key", flat=True))
    assert {"filing_aim", "filing_limit"} == told  # those of habit that had passed at the opening are told to nobody
    assert services.remind(limit - timedelta(days=6)) == 0
    assert Notification.unscoped.filter(user=manager, kind="trainings.funding_due").count() == 2

    row = move(move(move(row, S.TO_COMPLETE), S.READY), S.FILED)
    assert services.remind(row.session.starts_on - timedelta(days=10)) == 2  # convening, by who trains; the reminder to the OPCO
    assert Notification.unscoped.filter(user=trainer, kind="trainings.funding_due").count() == 1
    runner.drain()


@pytest.mark.parametrize("opened_late", [True, False])
def test_a_file_opened_after_the_fact_is_warned_of_and_owes_nothing(opened_late):
    session = make_attended(make_party(), employer := make_party(), starts_in=-100)
    client, sentence = client_of(employer), "une demande reçue à partir du premier jour n’est pas financée"
    assert sentence in client.get(reverse("sessions:detail", args=[session.pk])).content.decode()

    page = client.post(reverse("funding:open", args=[session.pk]), follow=True).content.decode()
    if not opened_late:
        FundingFile.unscoped.update(created_at=timezone.now() - timedelta(days=130))

    row = FundingFile.unscoped.get()
    assert sentence in page
    assert ("de retard" in client.get("/moi/").content.decode()) != opened_late
    assert bool(read_file(row, SYSTEM).dues) != opened_late
    assert bool(services.remind()) != opened_late


def test_a_session_to_come_warns_of_nothing():
    row = make_file(starts_in=20, is_complete=False)

    assert "n’est pas financée" not in client_of(row.employer).get(row.get_absolute_url()).content.decode()


def test_a_date_that_moves_is_told_again():
    row = make_file(starts_in=34)
    services.remind()
    assert Reminder.objects.get().key == "filing_aim"

    TrainingSession.unscoped.filter(pk=row.session_id).update(starts_on=row.session.starts_on + timedelta(days=1))

    assert services.remind() == 1
    assert Reminder.objects.filter(key="filing_aim").count() == 2


# -- who sees ---------------------------------------------------------------------------------------------------------
def test_rule_and_list_agree_on_who_sees_a_file():
    row = make_file()
    stranger, organiser, employer = make_party(), row.session.organisation, row.employer
    people = [
        (one, role)
        for one in (stranger, organiser, employer)
        for role in ("director", "training_manager", "trainer", "advisor", "entrepreneur")
    ]
    lent = make_person(stranger, "shared_staff")
    make_loan(lent, provider=stranger, beneficiary=employer)
    actors = [make_actor(*one) for one in people] + [actor_for(lent), actor_for(lent, f"agreement:{lent.agreements.get().pk}")]

    seen = [FundingFile.objects.visible_to(actor).filter(pk=row.pk).exists() for actor in actors]
    sides = [rules.side_of(actor, employer_id=employer.pk, organiser_id=organiser.pk) for actor in actors]

    assert seen == [side is not None for side in sides]
    assert [one for one, is_seen in zip(people, seen, strict=False) if is_seen] == [
        (organiser, "training_manager"), (organiser, "trainer"), (employer, "director"), (employer, "training_manager"),
    ]  # fmt: skip
    with pytest.raises(UnscopedQuery):
        list(FundingFile.objects.all())


def test_a_stranger_gets_the_answer_of_what_never_was():
    row = make_file()
    client = client_of(make_party())
    for name, args in (("file", []), ("agreement", []), ("move", ["cancelled"])):
        url = reverse(f"funding:{name}", args=[row.pk, *args])
        assert (client.get(url).status_code, client.post(url).status_code) == (404, 404)
    assert client_of(row.employer, "advisor").get(reverse("funding:files")).status_code == 403


# -- screens ----------------------------------------------------------------------------------------------------------
def test_the_session_page_opens_the_file_and_the_file_page_leads_to_what_lacks():
    organiser, employer = make_party(), make_party()
    session = make_session(make_course(organiser))
    register(session, make_person(employer, "entrepreneur"), employer=employer)
    client = client_of(employer)
    page = client.get(reverse("sessions:detail", args=[session.pk])).content.decode()
    assert f"Ouvrir le dossier OPCO de {employer.name}" in page

    response = client.post(reverse("funding:open", args=[session.pk]), follow=True)

    body = response.content.decode()
    assert response.status_code == 200
    assert "Ce qui manque" in body
    assert "L6332-1-1, III" in body
    assert reverse("funding:employer") in body
    assert "à vérifier" in body
    page = client.get(reverse("sessions:detail", args=[session.pk])).content.decode()
    assert "Ouvrir le dossier" not in page
    assert "Brouillon" in page


def test_a_move_is_asked_then_made_and_its_fault_keeps_what_was_typed():
    row = move(move(make_file(), S.TO_COMPLETE), S.READY)
    client, url = client_of(row.employer), reverse("funding:move", args=[row.pk, "filed"])
    assert "Noter le dépôt" in client.get(url).content.decode()

    late = {"version": row.version, "on": row.session.starts_on.isoformat(), "reference": "EG-4471"}
    refused = client.post(url, late)
    assert refused.status_code == 200
    assert "EG-4471" in refused.content.decode()
    assert f"Déposée le\u00a0: le {long_date_fr(row.session.starts_on)} n’est pas encore venu" in refused.content.decode()

    done = client.post(url, late | {"on": today().isoformat()}, follow=True)
    row.refresh_from_db()
    assert (row.status, row.reference, row.filed_on) == (S.FILED, "EG-4471", today())
    assert "déposé" in done.content.decode()
    again = client.get(url, follow=True)
    assert "plus lieu" in again.content.decode()


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("N° 12/É-45", "12/É-45"), ("n°\u00a012", "12"), ("No 12", "12"), ("no. 12", "12"), ("N°12", "12"), ("NO-12", "NO-12"), ("Nord 12", "Nord 12"),
        ("12 n° 3", "12 n° 3"), ("N°", None), ("no", None), ("\u200b", None),
    ],
)  # fmt: skip
def test_a_filing_number_is_kept_without_the_sign_that_pages_put_in_front(typed, kept):
    row = move(move(make_file(), S.TO_COMPLETE), S.READY)

    client_of(row.employer).post(
        reverse("funding:move", args=[row.pk, "filed"]), {"version": row.version, "on": today().isoformat(), "reference": typed}
    )

    row.refresh_from_db()
    assert (row.status, row.reference) == ((S.FILED, kept) if kept else (S.READY, ""))


def test_a_granted_file_is_put_under_way_from_the_first_day_and_no_button_leads_to_a_refusal():
    row = make_file_at(S.GRANTED)
    client, running = client_of(row.employer), reverse("funding:move", args=[row.pk, "running"])

    early = client.get(row.get_absolute_url()).content.decode()

    assert running not in early
    assert "à partir du premier jour de la session" in early
    assert "btn--main" not in early.partition("<main")[2].partition("Échéances")[0], "nothing is to be done now"
    assert "Mettre à revoir" in early
    TrainingSession.unscoped.filter(pk=row.session_id).update(starts_on=today(), ends_on=today())
    moved = client.get(row.get_absolute_url()).content.decode()
    assert running not in moved
    assert "Les dates de la session ont changé depuis la demande" in moved
    same = row.filed_terms | {"starts_on": str(today()), "ends_on": str(today())}
    FundingFile.unscoped.filter(pk=row.pk).update(filed_terms=same)
    late = client.get(row.get_absolute_url()).content.decode()
    assert f'class="btn btn--main" href="{running}"' in late
    assert "à partir du premier jour" not in late


def test_a_file_that_lacks_a_piece_says_which_where_it_would_be_said_ready():
    row = move(make_file(is_complete=False), S.TO_COMPLETE)
    client, ready = client_of(row.employer), reverse("funding:move", args=[row.pk, "ready"])

    page, asked = client.get(row.get_absolute_url()).content.decode(), client.get(ready).content.decode()

    assert ready not in page
    assert "le dossier ne peut pas encore avancer" in page
    assert "Ce qui manque encore" in asked
    assert "data-hub-unsaved" not in asked, "no form that can only be refused"
    assert "ne peut pas encore avancer" in client.post(ready, {"version": row.version}).content.decode()


def test_one_notice_per_person_and_file_says_whose_it_is():
    organiser, one, two = make_party("Organisme"), make_party("Alter Bois"), make_party("Cap Sud")
    both = make_person(organiser, "training_manager")
    join(both, one, "training_manager")
    session = make_session(make_course(organiser), starts_in=60)
    for employer in (one, two):
        move(move(move(make_file(employer=employer, session=session), S.TO_COMPLETE), S.READY), S.FILED)

    said = [
        text.replace("\u00a0", " ")
        for text in Notification.unscoped.filter(user=both, kind="trainings.funding_moved").values_list("text", flat=True)
    ]

    assert sorted(text for text in said if "déposé" in text) == [
        "Dossier OPCO de Cap Sud, déposé : Enduits terre", "Dossier OPCO d’Alter Bois, déposé : Enduits terre",
    ]  # fmt: skip
    assert len(said) == len(set(said))


def test_a_day_for_a_reply_beyond_a_year_is_a_slip_and_stays_typed():
    row = make_file_at(S.UNDER_REVIEW)

    response = client_of(row.employer).post(
        reverse("funding:move", args=[row.pk, "more-asked"]),
        {"version": row.version, "on": today().isoformat(), "reply_by": "9999-12-31", "reason": "Le programme daté."},
    )

    body = response.content.decode()
    assert response.status_code == 200
    assert "vérifiez l’année" in body
    assert "Le programme daté." in body


def test_filing_after_the_limit_is_kept_with_a_warning():
    row = move(move(make_file(starts_in=8), S.TO_COMPLETE), S.READY)
    url = reverse("funding:move", args=[row.pk, "filed"])

    done = client_of(row.employer).post(url, {"version": row.version, "on": today().isoformat(), "reference": "EG-1"}, follow=True)

    assert "Hors délai" in done.content.decode()


def test_a_file_that_was_ready_and_not_filed_before_the_first_day_is_cancelled_with_a_reason():
    row = move(move(make_file(starts_in=8), S.TO_COMPLETE), S.READY)
    client = client_of(row.employer)
    held_since(row.session, -8)

    page = client.get(row.get_absolute_url()).content.decode()
    client.post(reverse("funding:move", args=[row.pk, "cancelled"]), {"version": row.version, "reason": "Pas déposée à temps."})

    assert "Annuler le dossier" in page
    row.refresh_from_db()
    assert (row.status, row.reason) == (S.CANCELLED, "Pas déposée à temps.")


def test_two_people_on_one_file_the_second_sees_both_versions():
    row = make_file()
    client, url = client_of(row.employer), reverse("funding:move", args=[row.pk, "cancelled"])
    move(row, S.TO_COMPLETE)

    response = client.post(url, {"version": 1, "reason": "Session déplacée chez nous."})

    body = response.content.decode()
    assert response.status_code == 409
    assert "à compléter" in body
    assert "Session déplacée chez nous." in body
    row.refresh_from_db()
    assert row.status == S.TO_COMPLETE


def test_an_unknown_state_is_absent():
    row = make_file()

    assert client_of(row.employer).get(reverse("funding:move", args=[row.pk, "nulle-part"])).status_code == 404


def test_list_filters_and_its_csv_agree():
    employer = make_party()
    far, near = make_file(employer=employer, starts_in=200), make_file(employer=employer, starts_in=20, is_complete=False)
    TrainingSession.unscoped.filter(pk=far.session_id).update(title="Loin")
    TrainingSession.unscoped.filter(pk=near.session_id).update(title="Près")
    certify(near.session.organisation)
    near.session.refresh_from_db()
    gone = move(make_file(employer=employer, is_complete=False), S.CANCELLED)
    make_file()
    client, url = client_of(employer), reverse("funding:files")

    def titles(query):
        lines = b"".join(client.get(reverse("funding:files_csv") + query).streaming_content).decode().splitlines()[1:]
        shown = client.get(url + query).context["page"].object_list
        assert [one.file.session.title for one in shown] == [line.split(",")[1] for line in lines]
        return [one.file.session.title for one in shown]

    assert titles("") == ["Près", "Loin"]
    assert titles("?echeance=1") == ["Près"]
    assert titles("?manque=1") == ["Près"]
    assert titles("?etat=draft&q=loin") == ["Loin"]
    assert len(titles("?clos=1")) == 3
    assert titles("?etat=annulé") == [gone.session.title]
    assert client.get(reverse("funding:files_csv") + "?etat=nulle").status_code == 400


def test_facts_of_the_employer_are_said_once_for_all_and_two_people_meet():
    employer = make_party()
    client, url = client_of(employer), reverse("funding:employer")
    sent = {
        "version": 0,
        "opco": "akto",
        "opco_source": "register",
        "opco_checked_on": today().isoformat(),
        "headcount": "49,999",
        "headcount_year": 2025,
    }

    assert client.post(url, sent).status_code == 302
    row = EmployerFacts.unscoped.get(organisation=employer)
    assert (row.opco, row.headcount_hundredths, row.version) == ("akto", 4999, 1)

    second = client.post(url, sent | {"opco": "atlas"})
    body = second.content.decode()
    assert second.status_code == 409
    assert "AKTO, effectif 49,99 en 2025" in body.replace("\u00a0", " ")
    assert client.post(url, sent | {"opco": "atlas", "version": 1}).status_code == 302


def test_a_headcount_is_read_as_people_write_one():
    employer = make_party()
    sent = {"version": 0, "headcount": " 1 249,999", "headcount_year": 2025}

    assert client_of(employer).post(reverse("funding:employer"), sent).status_code == 302

    assert EmployerFacts.unscoped.get(organisation=employer).headcount_hundredths == 124_999


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"opco_source": ""}, "À remplir avec l’OPCO"),
        ({"opco_checked_on": timedelta(days=1)}, "pas encore venu"),
        ({"headcount": "beaucoup"}, "nombre de personnes"),
        ({"headcount_year": ""}, "À remplir avec l’effectif"),
        ({"opco": "pro-a"}, "pas dans la liste"),
    ],
)
def test_wrong_facts_of_the_employer_are_refused_with_a_sentence(changes, words):
    employer = make_party()
    sent = {
        "version": 0,
        "opco": "akto",
        "opco_source": "register",
        "opco_checked_on": today().isoformat(),
        "headcount": "12",
        "headcount_year": 2025,
    }

    response = client_of(employer).post(reverse("funding:employer"), sent | dated(changes))

    assert response.status_code == 200
    assert words in response.content.decode()
    assert not EmployerFacts.unscoped.exists()


def test_home_says_the_nearest_date_of_each_file_to_who_follows_it():
    row = make_file(starts_in=20, is_complete=False)
    manager, advisor = client_of(row.employer), client_of(row.employer, "advisor")

    page = manager.get("/moi/").content.decode()

    assert "Dossier OPCO, brouillon." in page
    assert row.get_absolute_url() in page
    assert row.get_absolute_url() not in advisor.get("/moi/").content.decode()


@pytest.mark.parametrize("name", ["funding:files", "funding:files_csv", "home"])
def test_queries_do_not_follow_the_number_of_files(name):
    employer = make_party()
    client = client_of(employer)
    url = "/" if name == "home" else reverse(name)

    def count():
        with CaptureQueriesContext(connection) as captured:
            response = client.get(url)
            assert response.status_code == 200
            if response.streaming:
                b"".join(response.streaming_content)
        return len(captured)

    make_file(employer=employer, starts_in=20)
    count()
    one = count()
    for _number in range(2):
        organiser = make_party()
        session = make_session(make_course(organiser), starts_in=20)
        register(session, make_person(employer, "entrepreneur"), employer=employer)
        services.open_file(session, employer=employer, actor=SYSTEM)

    assert count() == one


def test_a_person_of_two_organisations_acts_for_one_at_a_time():
    row = make_file()
    user = join(make_person(row.employer, "director"), make_party(), "director").user
    mine = actor_for(user, f"organisation:{row.employer_id}")
    other = actor_for(user, f"organisation:{Organisation.objects.exclude(pk=row.employer_id).get(memberships__user=user).pk}")

    assert FundingFile.objects.visible_to(mine).exists()
    assert not FundingFile.objects.visible_to(other).exists()


def test_states_are_all_worn_by_a_badge_and_a_verb():
    from trainings.funding.tones import TONES
    from trainings.funding.views.files import VERBS
    from trainings.funding.views.moving import CONSEQUENCES

    reachable = {to for _, found in rules.MOVES.values() for to in found}
    assert set(TONES) == set(FundingStatus)
    assert reachable == VERBS.keys() == CONSEQUENCES.keys()


@pytest.mark.django_db(transaction=True)
def test_agreements_kept_before_are_read_by_who_follows_the_files_once_migrated_and_no_more_on_the_way_back():
    kept, bare = make_file(), make_file(is_complete=False)
    tokens = FileAudience.objects.filter(file=kept.agreement_file).order_by("token")
    followers = f"funding:{kept.employer_id}"
    before = list(tokens.values_list("token", flat=True))
    newest = MigrationExecutor(connection).loader.graph.leaf_nodes()  # what depends on it went back with it

    MigrationExecutor(connection).migrate([("funding", "0001_initial")])
    without = list(tokens.values_list("token", flat=True))
    MigrationExecutor(connection).migrate(newest)

    assert followers in before
    assert without == [one for one in before if one != followers]
    assert list(tokens.values_list("token", flat=True)) == before
    assert not FileAudience.objects.filter(token=f"funding:{bare.employer_id}").exists()
    kept.refresh_from_db()
    bare.refresh_from_db()
    unknown = {"people", "programme"}  # nobody knows whom it was signed for, nor which version
    of_the_session = {name: value for name, value in terms_now(kept).items() if name not in unknown}
    assert (kept.agreed_terms, bare.agreed_terms, kept.filed_terms) == (of_the_session, {}, {})


# -- the request -------------------------------------------------------------------------------------------------------
def test_a_complete_file_gives_what_its_request_is_filed_with(tmp_path):
    row = move(make_file(), S.TO_COMPLETE)
    row = move(row, S.READY)
    client = client_of(row.employer)

    page = client.get(row.get_absolute_url()).content.decode()
    answer = client.get(reverse("funding:request", args=[row.pk]))
    again = client.get(reverse("funding:request", args=[row.pk]))

    assert reverse("funding:request", args=[row.pk]) in page
    assert answer["Content-Disposition"].startswith(f'attachment; filename="demande-{row.session.starts_on}')
    assert faults(answer.content) == []
    assert answer.content == again.content, "the same facts are the same octets"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as packed:
        assert {"convention-signee.pdf", "demande.pdf"} <= set(packed.namelist())
        request = packed.read("demande.pdf")
    trainee = row.session.registrations.get().trainee
    for words in (trainee.name, spaced(row.employer.siret), row.session.organisation.name, "Constructys", "convention-signee.pdf"):
        assert says(request, words), words
    assert conforms(tmp_path, demande=request) == ""
    assert AuditEntry.objects.filter(action="trainings.funding.request").count() == 2


def taken(row):
    with zipfile.ZipFile(io.BytesIO(client_of(row.employer).get(reverse("funding:request", args=[row.pk])).content)) as packed:
        return packed.read("demande.pdf")


def test_once_filed_the_request_is_the_one_that_was_taken():
    row = move(move(make_file(), S.TO_COMPLETE), S.READY)
    first = taken(row)
    assert PrivateFile.unscoped.get(kind="funding.request").sha256 == sha256(first).hexdigest()

    row = move(row, S.FILED, reference="EX-1")
    register(row.session, make_profile(organisation=row.employer).user, employer=row.employer)

    assert taken(row) == first, "the paper of the day it was filed, whoever came since"
    assert PrivateFile.unscoped.filter(kind="funding.request").count() == 1


def test_before_that_it_follows_the_session_and_the_last_one_is_kept():
    row = make_file()
    first = taken(row)
    row.session.price_cents += 100
    row.session.save()

    assert taken(row) != first
    assert PrivateFile.unscoped.filter(kind="funding.request").count() == 1


def test_a_request_that_was_not_taken_here_is_not_made_up_afterwards():
    row = move(make_file_at(S.READY), S.FILED, reference="EX-1")
    register(row.session, make_profile(organisation=row.employer).user, employer=row.employer)

    answer = client_of(row.employer).get(reverse("funding:request", args=[row.pk]), follow=True)

    assert "l’OPCO la garde sur son portail" in answer.content.decode()
    assert not PrivateFile.unscoped.filter(kind="funding.request").exists()


def test_a_file_that_is_over_gives_no_request():
    row = move(make_file_at(S.READY), S.CANCELLED, reason="Session annulée")

    answer = client_of(row.employer).get(reverse("funding:request", args=[row.pk]), follow=True)

    assert "plus de demande à déposer" in answer.content.decode()


def test_the_certificate_of_the_organiser_goes_with_the_request():
    row = make_file()
    organiser = row.session.organisation
    director = sign_in(make_person(organiser, "director"))
    one = organiser.accreditations.get()
    facts = {"kind": "qualiopi", "title": "Qualiopi", "number": "EX-99", "starts_on": f"{one.starts_on}", "ends_on": "", "seen": one.stamp}
    director.post(
        reverse("cooperatives:accreditation", args=[organiser.slug, one.pk]),
        facts | {"proof": SimpleUploadedFile("certificat.pdf", PDF, "application/pdf")},
    )

    answer = client_of(row.employer).get(reverse("funding:request", args=[row.pk]))

    with zipfile.ZipFile(io.BytesIO(answer.content)) as packed:
        assert "certificat-qualiopi.pdf" in packed.namelist()
        assert says(packed.read("demande.pdf"), "EX-99")


def test_the_request_waits_for_the_days_of_its_session():
    row = make_file()
    HalfDay.objects.filter(session=row.session).delete()
    TrainingSession.unscoped.filter(pk=row.session_id).update(starts_on=None, ends_on=None, duration_minutes=0)

    answer = client_of(row.employer).get(reverse("funding:request", args=[row.pk]), follow=True)

    assert answer.redirect_chain == [(row.get_absolute_url(), 302)]
    assert "La session n’a plus de jours" in answer.content.decode()


def test_the_request_is_the_employer_s_and_leaves_with_its_agreement():
    row = make_file(is_complete=False)
    url = reverse("funding:request", args=[row.pk])

    assert url not in client_of(row.employer).get(row.get_absolute_url()).content.decode()
    assert client_of(row.employer).get(url, follow=True).redirect_chain == [(row.get_absolute_url(), 302)]
    assert client_of(row.session.organisation).get(url).status_code == 404
    assert client_of(make_party()).get(url).status_code == 404


# -- an amendment once the request is filed ---------------------------------------------------------------------------
def replace_trainee(row):
    cancel_registration(Registration.unscoped.get(session=row.session, status="confirmed"), actor=SYSTEM)
    register(row.session, make_person(row.employer, "entrepreneur"), employer=row.employer)
    return FundingFile.unscoped.get(pk=row.pk)


def to_revise(row):
    return move(row, S.TO_REVISE)


@pytest.mark.parametrize("status", [S.FILED, S.UNDER_REVIEW, S.GRANTED, S.TO_REVISE])
def test_the_employer_brings_the_signed_amendment_of_a_filed_request_and_the_former_agreement_stays(status):
    row = to_revise(make_file_at(S.GRANTED)) if status == S.TO_REVISE else make_file_at(status)
    first, client = row.agreement_file, client_of(row.employer)
    door, action = reverse("funding:agreement", args=[row.pk]), "Déposer l’avenant signé"
    assert action not in client.get(row.get_absolute_url()).content.decode()
    row = replace_trainee(row)

    page = client.get(row.get_absolute_url()).content.decode()
    assert action in page
    assert "la convention prend un avenant" in page
    assert "Les inscriptions de la session ont changé depuis la signature" in client.get(door).content.decode()
    sent = {"file": SimpleUploadedFile("avenant.pdf", PDF, "application/pdf"), "agreed_on": today().isoformat()}
    assert client.post(door, sent).status_code == 302

    row = FundingFile.unscoped.get(pk=row.pk)
    assert (row.status, row.agreement_file.name, row.agreed_on) == (status, "avenant.pdf", today())
    assert [(one.document, one.agreed_on, one.was_filed) for one in row.former_agreements.all()] == [(first, row.first_agreed_on, True)]
    page = client.get(row.get_absolute_url()).content.decode()
    assert action not in page
    assert "la convention prend un avenant" not in page
    assert page.count(first.get_absolute_url()) == 1
    with pytest.raises(FileRefused, match="ne change plus"):
        services.keep_agreement(row, upload=a_pdf(), agreed_on=today(), actor=SYSTEM)


def test_the_agreement_of_before_is_no_amendment_and_the_one_who_trains_brings_none():
    row = replace_trainee(make_file_at(S.FILED))

    with pytest.raises(FileRefused, match="signé depuis"):
        services.keep_agreement(row, upload=a_pdf(), agreed_on=row.agreed_on, actor=SYSTEM)
    trains = client_of(row.session.organisation)
    sent = {"file": SimpleUploadedFile("avenant.pdf", PDF, "application/pdf"), "agreed_on": today().isoformat()}
    assert "ne change plus" in trains.post(reverse("funding:agreement", args=[row.pk]), sent, follow=True).content.decode()
    assert "Déposer l’avenant" not in trains.get(row.get_absolute_url()).content.decode()
    assert not FormerAgreement.objects.exists()


def test_an_amendment_is_not_one_while_what_was_established_here_says_the_old_terms():
    row = make_file(is_complete=False)
    issue_agreements(row.session, actor=SYSTEM)
    say_facts(row.employer)
    certify(row.session.organisation)
    row = services.keep_agreement(row, upload=a_pdf(), agreed_on=today(), actor=SYSTEM)
    for status in (S.TO_COMPLETE, S.READY, S.FILED):
        row = move(row, status)
    FundingFile.unscoped.update(agreed_on=today() - timedelta(days=1))
    row = replace_trainee(row)

    with pytest.raises(FileRefused, match="l’établit de nouveau"):
        services.keep_agreement(row, upload=a_pdf(), agreed_on=today(), actor=SYSTEM)
    issue_agreements(row.session, actor=SYSTEM)
    assert services.keep_agreement(row, upload=a_pdf(), agreed_on=today(), actor=SYSTEM).agreed_terms == terms_now(row)


def test_what_was_filed_follows_the_agreement_it_was_filed_with_and_the_archive_holds_both():
    row = make_file_at(S.FILED)
    FundingFile.unscoped.update(filed_on=row.agreed_on)
    row = replace_trainee(row)
    services.keep_agreement(row, upload=a_pdf(), agreed_on=today(), actor=SYSTEM)
    row = FundingFile.unscoped.get(pk=row.pk)

    changed = services.correct_file(row, facts={"filed_on": row.filed_on, "reference": "AUTRE"}, version=row.version, actor=SYSTEM)

    assert changed == ["reference"], "the amendment was signed after it"
    row = move(move(FundingFile.unscoped.get(pk=row.pk), S.UNDER_REVIEW), S.GRANTED)
    row = move(move(row, S.TO_REVISE), S.UNDER_REVIEW)
    _, archive = services.pack_request(row, actor=make_actor(row.employer, "training_manager"))
    names = zipfile.ZipFile(io.BytesIO(archive)).namelist()
    assert {"convention-signee.pdf", "avenant-signe.pdf", "demande.pdf"} <= set(names)


def test_a_new_request_after_a_refusal_follows_the_agreement_of_its_own_day():
    row = replace_trainee(make_file_at(S.UNDER_REVIEW))
    services.keep_agreement(row, upload=a_pdf(), agreed_on=today(), actor=SYSTEM)
    row = FundingFile.unscoped.get(pk=row.pk)
    assert row.filed_agreement is not None

    for status in (S.REFUSED, S.DRAFT, S.TO_COMPLETE, S.READY, S.FILED):
        row = move(FundingFile.unscoped.get(pk=row.pk), status)

    row = FundingFile.unscoped.get(pk=row.pk)
    assert (row.filed_agreement, row.first_agreed_on, row.former_agreements.count()) == (None, today(), 1)


def test_the_former_agreement_goes_with_the_papers_of_its_session():
    row = replace_trainee(make_file_at(S.FILED))
    services.keep_agreement(row, upload=a_pdf(), agreed_on=today(), actor=SYSTEM)

    forget_sessions(today() + timedelta(days=50 * 366))

    assert not FormerAgreement.objects.exists()
    assert not PrivateFile.unscoped.filter(kind=services.files.AGREEMENT_FILE).exists()


def test_who_gives_a_place_back_reads_that_a_request_was_filed_for_it():
    row = make_file_at(S.FILED)
    held = Registration.unscoped.get(session=row.session)
    address = reverse("sessions:cancel_registration", args=[row.session_id, held.pk])
    client = client_of(row.employer)

    page = client.get(address).content.decode()

    assert "Une demande de financement a été déposée" in page
    assert "elle prend un avenant" in page
    FundingFile.unscoped.update(status=S.CANCELLED)
    assert "avenant" not in client.get(address).content.decode()


def test_a_file_to_revise_keeps_the_dates_of_a_session_to_come():
    row = to_revise(make_file_at(S.GRANTED))
    client = client_of(row.employer)

    assert "Convoquer les stagiaires" in client.get(row.get_absolute_url()).content.decode()
    refused = move(make_file_at(S.UNDER_REVIEW), S.REFUSED)
    page = client_of(refused.employer).get(refused.get_absolute_url()).content.decode()
    assert "Aucune échéance pour l’instant" in page
    assert "ne peut être tenue" not in page
