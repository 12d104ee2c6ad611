"""Agreements of a session: one per employer other than the trainer itself, its own people and price, read by its parties only."""

import io
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.urls import reverse
from django.utils import timezone
from wagtail.models import PageLogEntry

from hub.core.accounts.enums import Purpose
from hub.core.accounts.models import Agreement, Organisation
from hub.core.accounts.selectors import actor_for
from hub.core.audit.models import AuditEntry
from hub.core.kit.dates import date_fr, today
from hub.core.kit.identifiers import uuid7
from hub.core.ui.panels import collect
from tests.builders.accounts import SYSTEM, make_loan, make_member, make_person, make_siren, sign_in
from tests.builders.funding import make_file
from tests.builders.trainings import make_course, make_session, register
from trainings.catalogue.models import CoursePage
from trainings.paperwork.models import TrainingAgreement
from trainings.paperwork.selectors import standings
from trainings.paperwork.services import issue_agreements
from trainings.sessions.enums import SessionStatus
from trainings.sessions.models import Registration, TrainingSession
from trainings.sessions.services import cancel_registration, move_session

pytestmark = pytest.mark.django_db


def make_party(name="", **facts) -> Organisation:
    """A CAE whose legal facts are all known."""
    siren = make_siren()
    siret = next(
        f"{siren}{nic:05d}"
        for nic in range(1, 100)
        if sum((d * 2 - 9 if d * 2 > 9 else d * 2) if n % 2 else d for n, d in enumerate(int(c) for c in reversed(f"{siren}{nic:05d}")))
        % 10
        == 0
    )
    return make_member(
        name, siren=siren, siret=siret, street="1 rue de l’Exemple", postal_code="33000", city="Bordeaux", representative_name="Line Exemple",
        representative_role="gérante", nda_number="75331234533", nda_region="Nouvelle-Aquitaine", **facts,
    )  # fmt: skip


def make_shared_session(*, trainer=None):
    trainer = trainer or make_party("Organisme")
    session = make_session(make_course(trainer))
    one, two = make_party("CAE Une"), make_party("CAE Deux")
    register(session, make_person(one, last_name="Unetelle"), make_person(one, last_name="Unautre"), employer=one)
    register(session, make_person(two, last_name="Deuxieme"), employer=two)
    register(session, make_person(trainer, last_name="Interne"), employer=trainer)
    session.refresh_from_db()
    return session, one, two


def test_one_agreement_per_employer_with_its_own_people_and_price():
    session, one, two = make_shared_session()

    results = {result.employer: result for result in issue_agreements(session, actor=SYSTEM)}

    assert set(results) == {one, two}, "none with the organisation that trains"
    ours = results[one].agreement.paper.data
    names = [row[1] for row in ours["trainees"]]
    assert len(names) == 2
    assert not any("Deuxieme" in name or "Interne" in name for name in names)
    assert "1\u202f008,00\u00a0€" in [cell for row in ours["price"] for cell in row]


@pytest.mark.parametrize(
    ("days", "said", "warned"),
    [
        (-30, "sont exonérées depuis le", False),
        (30, "ne sont exonérées qu’à partir du", True),
        (None, "ne donne pas de date d’exonération", True),
    ],
)
def test_who_prepares_the_agreements_reads_which_vat_stands_and_where_its_date_is_entered(days, said, warned):
    trainer = make_party("Organisme", vat_exempt_on=today() + timedelta(days=days) if days else None)
    session, one, _two = make_shared_session(trainer=trainer)
    address = reverse("paperwork:agreements", args=[session.pk])

    page = sign_in(make_person(trainer, "director")).get(address).content.decode()

    assert said in page
    assert ("TVA\u00a0: 20\u00a0%" in page) == warned == ('<div class="note warn">' in page)
    assert f'href="{reverse("cooperatives:edit", args=[trainer.slug])}#id_faits-vat_exempt_on"' in page
    manager = sign_in(make_person(trainer, "training_manager")).get(address).content.decode()
    assert said in manager
    assert "#id_faits-vat_exempt_on" not in manager
    assert said not in sign_in(make_person(one, "training_manager")).get(address).content.decode()


def test_a_second_run_keeps_number_and_digest():
    session, *_ = make_shared_session()

    first = [(r.agreement.paper.number, r.agreement.paper.sha256) for r in issue_agreements(session, actor=SYSTEM)]
    second = issue_agreements(session, actor=SYSTEM)

    assert [(r.agreement.paper.number, r.agreement.paper.sha256) for r in second] == first
    assert not any(result.is_new for result in second)


def test_a_changed_list_of_people_makes_a_new_version_that_replaces_the_old():
    session, one, _ = make_shared_session()
    issue_agreements(session, actor=SYSTEM)
    before = TrainingAgreement.unscoped.get(employer=one).paper
    cancel_registration(Registration.unscoped.filter(employer=one).first(), actor=SYSTEM)

    issue_agreements(session, actor=SYSTEM)

    after = TrainingAgreement.unscoped.get(employer=one).paper
    assert after.pk != before.pk
    assert after.replaces_id == before.pk


def test_what_is_missing_blocks_and_stays_said_with_who_must_enter_it():
    trainer = make_party("Le Quai des Projets")
    session, one, two = make_shared_session(trainer=trainer)
    Organisation.objects.filter(pk=trainer.pk).update(nda_number="", nda_region="")
    Organisation.objects.filter(pk=one.pk).update(representative_role="", name="Les Équerres")
    address = reverse("paperwork:agreements", args=[session.pk])
    manager, buyer = sign_in(make_person(trainer, "training_manager")), sign_in(make_person(one, "director"))

    said = manager.post(address, follow=True).content.decode()
    again = manager.get(address).content.decode()

    assert "2\u00a0conventions ne sont pas établies" in said
    for words in (
        "M13",
        "R6351-6",
        "qualité de la personne qui représente Les Équerres",
        "la direction des Équerres",
        "la direction du Quai des Projets",
    ):
        assert words in again, words
    for organisation in (trainer, one):
        assert reverse("cooperatives:edit", args=[organisation.slug]) not in again, "no link to a page that refuses her"
    theirs = buyer.get(address).content.decode()
    assert reverse("cooperatives:edit", args=[one.slug]) in theirs, "whoever may fill it is led there"
    assert two.name not in theirs
    assert not TrainingAgreement.unscoped.filter(paper__isnull=False).exists()


def test_each_agreement_says_where_it_stands():
    trainer = make_party("Organisme")
    session, one, two = make_shared_session(trainer=trainer)
    manager = make_person(trainer, "training_manager")

    def states():
        return {row.employer: row.state for row in standings(TrainingSession.unscoped.get(pk=session.pk), actor_for(manager), every=True)}

    assert states() == {one: ("wait", "Prête à établir"), two: ("wait", "Prête à établir")}
    issue_agreements(session, actor=SYSTEM)
    day = f"Établie le {date_fr(today())}"
    assert states() == {one: ("ok", day), two: ("ok", day)}
    cancel_registration(Registration.unscoped.filter(employer=one).first(), actor=SYSTEM)
    cancel_registration(Registration.unscoped.filter(employer=two).first(), actor=SYSTEM)
    assert states() == {one: ("adapt", f"{day}, à établir de nouveau"), two: ("none", f"{day}, plus personne d’inscrit")}
    move_session(session, status=SessionStatus.CANCELLED, actor=SYSTEM, reason="Grève")
    assert states() == {one: ("none", f"{day}, session annulée"), two: ("none", f"{day}, session annulée")}


def test_nothing_is_established_for_a_cancelled_session():
    trainer = make_party("Organisme")
    session, *_ = make_shared_session(trainer=trainer)
    move_session(session, status=SessionStatus.CANCELLED, actor=SYSTEM, reason="Grève")
    client = sign_in(make_person(trainer, "training_manager"))

    page = client.post(reverse("paperwork:agreements", args=[session.pk]), follow=True).content.decode()

    assert "aucune convention n’est établie" in page
    assert "Établir" not in page.split("</header>")[1].replace("aucune convention n’est établie", "")


@pytest.mark.parametrize("purpose", Purpose)
def test_who_is_lent_to_an_employer_reads_nothing_of_its_agreement(purpose):
    session, one, _ = make_shared_session()
    issue_agreements(session, actor=SYSTEM)
    lender = make_party()
    lent = make_person(lender, "shared_staff")
    loan = make_loan(lent, provider=lender, beneficiary=one)
    Agreement.unscoped.filter(pk=loan.pk).update(purposes=[purpose])
    page = reverse("paperwork:agreements", args=[session.pk])

    assert sign_in(make_person(one, "training_manager")).get(page).status_code == 200
    assert sign_in(lent, mandate=f"agreement:{loan.pk}").get(page).status_code == 404


def test_agreements_are_read_by_their_parties_only():
    trainer = make_party("Organisme")
    session, one, two = make_shared_session(trainer=trainer)
    issue_agreements(session, actor=SYSTEM)

    def status(organisation, role, employer):
        return (
            sign_in(make_person(organisation, role)).get(reverse("paperwork:agreement_pdf", args=[session.pk, employer.slug])).status_code
        )

    assert status(trainer, "training_manager", one) == 200
    assert status(one, "director", one) == 200
    assert status(two, "director", one) == 404
    assert status(make_member(), "director", one) == 404
    assert status(one, "entrepreneur", one) == 403
    assert AuditEntry.objects.filter(action="trainings.convention.read").count() == 2


def test_only_the_organisation_that_trains_establishes():
    session, one, _ = make_shared_session()
    issue_agreements(session, actor=SYSTEM)

    assert sign_in(make_person(one, "director")).post(reverse("paperwork:agreements", args=[session.pk])).status_code == 403
    assert sign_in(make_person(make_member(), "director")).get(reverse("paperwork:agreements", args=[session.pk])).status_code == 404


def test_the_command_writes_one_pdf_per_employer(tmp_path):
    session, one, _ = make_shared_session()

    call_command("convention", str(session.pk), out=str(tmp_path / "a"), stdout=io.StringIO())
    call_command("convention", str(session.pk), out=str(tmp_path / "b"), organisation=one.slug, stdout=io.StringIO())

    assert len(list((tmp_path / "a").glob("*.pdf"))) == 2
    (only,) = (tmp_path / "b").glob("*.pdf")
    assert only.read_bytes() == (tmp_path / "a" / only.name).read_bytes()


def test_the_command_fails_with_the_list_of_what_is_missing(tmp_path):
    trainer = make_party("Organisme")
    session, *_ = make_shared_session(trainer=trainer)
    Organisation.objects.filter(pk=trainer.pk).update(nda_number="")

    with pytest.raises(CommandError, match="M13"):
        call_command("convention", str(session.pk), out=str(tmp_path), stdout=io.StringIO())
    with pytest.raises(CommandError, match="Aucune session"):
        call_command("convention", str(uuid7()), out=str(tmp_path), stdout=io.StringIO())


def test_the_programme_printed_is_the_version_that_the_session_was_made_from():
    session, one, _ = make_shared_session()
    course = session.course
    draft = course.get_latest_revision_as_object()
    draft.objectives, draft.version = "Tout autre chose", 2
    draft.save_revision().publish(skip_permission_checks=True)
    session.refresh_from_db()

    issue_agreements(session, actor=SYSTEM)

    data = TrainingAgreement.unscoped.get(employer=one).paper.data
    assert "Tout autre chose" not in str(data)
    assert data["programme"].startswith("version 1")


def release(course: CoursePage, version: int, *, days_ago: int) -> CoursePage:
    draft = course.get_latest_revision_as_object()
    draft.version, draft.summary = version, f"Version {version}"
    draft.save_revision().publish(skip_permission_checks=True)
    CoursePage.objects.filter(pk=course.pk).update(last_published_at=timezone.localtime() - timedelta(days=days_ago))
    return CoursePage.objects.get(pk=course.pk)


def test_a_new_version_of_the_programme_leaves_the_agreements_of_the_old_one_and_each_says_its_own_day():
    trainer, employer = make_party("Organisme"), make_party("CAE Une")
    manager = actor_for(make_person(trainer, "training_manager"))

    def session_of(course):
        session = make_session(course, starts_in=20)
        register(session, make_person(employer), employer=employer)
        return session

    def told():
        return [item["title"] for found in collect("home.due", manager, None) for item in found["items"] if "de nouveau" in item["title"]]

    first = session_of(release(make_course(trainer), 1, days_ago=50))
    issue_agreements(first, actor=SYSTEM)
    second = session_of(release(first.course, 2, days_ago=3))
    issue_agreements(second, actor=SYSTEM)
    release(first.course, 3, days_ago=0)
    TrainingSession.unscoped.update(updated_at=timezone.now())

    for session, version, days in ((first, 1, 50), (second, 2, 3)):
        (one,) = standings(TrainingSession.unscoped.get(pk=session.pk), manager, every=True)
        day = date_fr(today() - timedelta(days=days), year=True)
        assert one.paper.data["programme"] == f"version {version}, publiée le {day}"
        assert (one.state[0], one.can_be_issued) == ("ok", False), one.state
    assert told() == []


@pytest.mark.full
@pytest.mark.django_db(transaction=True)
def test_the_day_of_a_release_is_found_for_the_sessions_made_before_it_was_kept():
    """Migration 0006 of the sessions."""
    course = make_course()
    session, unknown = make_session(course), make_session(make_course())
    PageLogEntry.objects.filter(revision=session.programme_revision).update(timestamp=timezone.localtime() - timedelta(days=50))
    release(course, 2, days_ago=0)
    PageLogEntry.objects.filter(revision=unknown.programme_revision).delete()
    newest = MigrationExecutor(connection).loader.graph.leaf_nodes()  # what depends on it went back with it

    MigrationExecutor(connection).migrate([("training_sessions", "0005_version")])
    MigrationExecutor(connection).migrate(newest)

    days = [TrainingSession.unscoped.get(pk=one.pk).programme_published_on for one in (session, unknown)]
    assert days == [today() - timedelta(days=50), today()]


def test_what_is_better_said_is_shown_to_who_establishes_and_locks_nothing():
    """P03 and F01 of training-funding § 1.3."""
    session, one, _ = make_shared_session()
    TrainingSession.unscoped.filter(pk=session.pk).update(remote_minutes=210, remote_assistance="", cancellation_terms="")
    manager = sign_in(make_person(session.organisation, "training_manager"))
    url = reverse("paperwork:agreements", args=[session.pk])

    page = manager.get(url).content.decode()

    assert "À dire de préférence" in page
    assert "assistance technique et pédagogique" in page.lower()
    assert "rien n’est bloqué" in page
    assert "À dire de préférence" not in sign_in(make_person(one, "advisor")).get(url).content.decode()


def test_an_agreement_signed_elsewhere_and_kept_by_the_opco_file_is_not_written_a_second_time():
    trainer, employer, other = make_party("Organisme"), make_party("CAE Une"), make_party("CAE Deux")
    row = make_file(organiser=trainer, employer=employer)
    session = row.session
    manager = make_person(trainer, "training_manager")
    url, signed = reverse("paperwork:agreements", args=[session.pk]), f"Signée le {date_fr(row.agreed_on)}, au dossier OPCO"

    page = sign_in(manager).post(url, follow=True).content.decode()

    assert not TrainingAgreement.unscoped.exclude(paper=None).exists()
    assert "Rien à établir" in page
    assert signed in page
    assert "n’est pas établie une seconde fois" in page
    register(session, make_person(other), employer=other)
    sign_in(manager).post(url)
    assert [one.employer for one in TrainingAgreement.unscoped.exclude(paper=None)] == [other]
    found = {one.employer: one for one in standings(session, actor_for(manager), every=True)}
    assert (found[employer].state, found[employer].can_be_issued) == (("ok", signed), False)


def test_a_signed_agreement_that_no_longer_says_who_comes_is_told_on_both_pages():
    row = make_file()
    client = sign_in(make_person(row.session.organisation, "training_manager"))
    cancel_registration(Registration.unscoped.get(session=row.session), actor=SYSTEM)

    register(row.session, make_person(row.employer), employer=row.employer)

    for name in ("paperwork:agreements", "sessions:detail"):
        page = client.get(reverse(name, args=[row.session_id])).content.decode()
        assert "un avenant est à signer : les inscriptions de la session ont changé depuis la signature" in page.replace("\u00a0", " ")
