"""An agreement that no OPCO file holds: its employer says on which day it was signed, both parties read it, a new version is signed anew."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.models import F
from django.urls import reverse

from hub.core.accounts.selectors import actor_for
from hub.core.audit.models import AuditEntry
from hub.core.kit.dates import date_fr, long_date_fr, today
from hub.core.papers import services as papers
from hub.core.papers.models import IssuedPaper
from hub.core.ui.panels import collect
from tests.builders.accounts import SYSTEM, make_person, sign_in
from tests.builders.attendance import make_attended
from tests.builders.funding import a_pdf, make_party
from trainings.funding import services as funding
from trainings.funding.enums import FundingStatus
from trainings.funding.models import FundingFile
from trainings.paperwork import services
from trainings.paperwork.models import TrainingAgreement
from trainings.sessions.enums import SessionStatus
from trainings.sessions.models import TrainingSession
from trainings.sessions.services import move_session, update_session

pytestmark = pytest.mark.django_db


class Side:
    """A session of a training body with one employer, its agreement established, and a manager of each."""

    def __init__(self, starts_in=20):
        self.session = make_attended(make_party("Organisme"), make_party("CAE Une"), starts_in=starts_in)
        self.employer = self.session.registrations.get().employer
        services.issue_agreements(self.session, actor=SYSTEM)
        self.manager = make_person(self.employer, "training_manager")
        self.trainer = make_person(self.session.organisation, "training_manager")
        self.url = reverse("paperwork:signature", args=[self.session.pk])
        self.all = reverse("paperwork:agreements", args=[self.session.pk])

    @property
    def agreement(self):
        return TrainingAgreement.unscoped.select_related("paper").get(session=self.session)

    def post(self, **sent):
        sent = {"on": f"{today()}", "number": self.agreement.paper.number} | sent
        return sign_in(self.manager).post(self.url, sent, follow=True).content.decode()

    def to_sign(self):
        items = [one for found in collect("home.due", actor_for(self.manager), None) for one in found["items"]]
        return [one["url"] for one in items if one["title"].startswith("Signer la convention")]


@pytest.fixture
def side():
    return Side()


def test_what_is_said_signed_awaits_nobody_and_both_parties_read_it(side):
    assert side.to_sign() == [side.all]

    said = side.post()

    assert "Signature notée" in said
    assert side.agreement.day_signed == today()
    assert side.to_sign() == []
    for reader in (side.manager, side.trainer):
        assert f"signée le {date_fr(today())}" in sign_in(reader).get(side.all).content.decode()
    entry = AuditEntry.objects.get(action="trainings.convention.signed")
    assert (entry.actor_id, entry.organisation_id) == (side.manager.pk, side.employer.pk)


def test_of_two_who_establish_it_at_once_the_newest_version_stays(monkeypatch):
    session = make_attended(make_party("Organisme"), make_party("CAE Une"), starts_in=20)
    employer, reissue = session.registrations.get().employer, papers.reissue_or_same

    def reissue_then_another(*words, **facts):
        issued = reissue(*words, **facts)
        monkeypatch.setattr(papers, "reissue_or_same", reissue)
        TrainingSession.unscoped.filter(pk=session.pk).update(price_cents=session.price_cents + 100)
        services.issue_agreement(TrainingSession.unscoped.get(pk=session.pk), employer, actor=SYSTEM)
        return issued

    monkeypatch.setattr(papers, "reissue_or_same", reissue_then_another)
    first = services.issue_agreement(session, employer, actor=SYSTEM)

    assert first.agreement.paper.version == 1
    assert TrainingAgreement.unscoped.select_related("paper").get(session=session).paper.version == 2


def test_it_is_taken_back_and_is_to_be_signed_again(side):
    side.post()

    said = side.post(undo="1")

    assert "de nouveau à signer" in said
    assert side.agreement.signed_on is None
    assert side.to_sign() == [side.all]
    assert AuditEntry.objects.filter(action="trainings.convention.unsigned").count() == 1
    side.post(undo="1")
    assert AuditEntry.objects.filter(action="trainings.convention.unsigned").count() == 1, "twice is once"


def test_said_again_the_day_changes_and_the_same_day_is_written_once(side):
    for _ in range(2):
        side.post()

    assert AuditEntry.objects.filter(action="trainings.convention.signed").count() == 1


@pytest.mark.parametrize(
    ("days", "words"), [(1, "n’est pas encore venu"), (-1, "sa signature la suit"), (-9000, "sa signature la suit"), (None, "manque")]
)
def test_a_day_that_cannot_be_is_said_and_nothing_is_noted(side, days, words):
    typed = "le 3 mars" if days is None else f"{today() + timedelta(days=days)}"

    said = side.post(on=typed)

    assert typed in said
    assert side.agreement.signed_on is None
    if days is not None:
        assert words in said


def test_of_two_who_note_different_days_the_second_reads_who_noted_which_and_may_change_it(side):
    noted = today() - timedelta(days=2)
    IssuedPaper.unscoped.update(issued_at=F("issued_at") - timedelta(days=3))
    colleague = make_person(side.employer, "training_manager", first_name="Camille", last_name="Autre")
    services.say_signed(side.agreement, number=side.agreement.paper.number, on=noted, actor=actor_for(colleague))

    sent = {"on": f"{today()}", "number": side.agreement.paper.number}
    refused = sign_in(side.manager).post(side.url, sent)
    said = f"e {long_date_fr(noted)} a été noté par Camille Autre"  # her name keeps its capital in the summary, which begins small
    assert refused.content.decode().count(said) == 2
    assert (side.agreement.day_signed, refused.context["form"]["on"].value()) == (noted, f"{today()}")

    sign_in(side.manager).post(side.url, sent | {"seen": refused.context["form"]["seen"].value()})
    assert side.agreement.day_signed == today(), "on purpose"


def renew(session):
    slots = [(one.date, one.period, one.starts_at, one.ends_at, one.is_remote, one.topic) for one in session.half_days.all()]
    update_session(session, facts={"price_cents": 60_000}, slots=slots, trainers=session.trainers.all(), actor=SYSTEM)
    services.issue_agreements(TrainingSession.unscoped.get(pk=session.pk), actor=SYSTEM)


def test_a_new_version_is_to_be_signed_anew(side):
    side.post()

    renew(side.session)

    assert side.agreement.day_signed is None
    assert side.to_sign() == [side.all]
    assert "signée le" not in sign_in(side.trainer).get(side.all).content.decode()


def test_who_looked_at_the_old_version_does_not_take_the_signature_of_the_new_one_away(side):
    old = side.agreement.paper.number
    side.post()
    renew(side.session)
    side.post()

    said = side.post(number=old, undo="1")

    assert "rien n’est enlevé" in said
    assert side.agreement.day_signed == today()


def test_who_looked_at_the_old_version_does_not_sign_the_new_one(side):
    old = side.agreement.paper.number
    renew(side.session)

    said = side.post(number=old)

    assert "c’est la nouvelle version qui se signe" in said
    assert side.agreement.signed_on is None
    assert f'name="number" value="{side.agreement.paper.number}"' in said, "sent again, it is of the new one"


@pytest.mark.parametrize("role", ["advisor", "trainer"])
def test_only_who_follows_the_files_of_the_employer_says_it(side, role):
    sent = {"on": f"{today()}", "number": side.agreement.paper.number}
    others = (make_person(side.employer, role), side.trainer, make_person(make_party(), "training_manager"))

    codes = [sign_in(person).post(side.url, sent).status_code for person in others]

    assert codes == [403, 404, 404]
    assert side.agreement.signed_on is None
    assert "Noter la signature" in sign_in(side.manager).get(side.all).content.decode()
    assert all("Noter la signature" not in sign_in(person).get(side.all).content.decode() for person in others[:2])


def test_while_an_opco_file_is_followed_the_signed_agreement_goes_there(side):
    file = funding.open_file(side.session, employer=side.employer, actor=SYSTEM)

    answer = sign_in(side.manager).post(side.url, {"on": f"{today()}", "number": side.agreement.paper.number})

    assert answer.url == file.get_absolute_url()
    assert side.agreement.signed_on is None
    assert side.to_sign() == []


def test_what_was_signed_elsewhere_and_lies_in_the_file_is_not_to_be_established(side):
    TrainingAgreement.unscoped.all().delete()
    file = funding.open_file(side.session, employer=side.employer, actor=SYSTEM)
    before = sign_in(side.trainer).get(side.all).content.decode()

    funding.keep_agreement(file, upload=a_pdf(), agreed_on=today(), actor=SYSTEM)

    assert "Prête à établir" in before
    assert f"Signée le {date_fr(today())}, au dossier OPCO" in sign_in(side.trainer).get(side.all).content.decode()
    asked = [one["title"] for found in collect("home.due", actor_for(side.trainer), None) for one in found["items"]]
    assert not [title for title in asked if "Établir les conventions" in title]


@pytest.mark.parametrize("signed", [True, False])
def test_a_file_that_was_given_up_leaves_it_to_sign_unless_it_held_it(side, signed):
    file = funding.open_file(side.session, employer=side.employer, actor=SYSTEM)
    if signed:
        funding.keep_agreement(file, upload=a_pdf(), agreed_on=today(), actor=SYSTEM)
        assert f"signée le {date_fr(today())}" in sign_in(side.trainer).get(side.all).content.decode()
    FundingFile.unscoped.update(status=FundingStatus.CANCELLED, reason="sans financement")

    assert side.to_sign() == ([] if signed else [side.all])


def test_one_signed_after_the_first_day_is_said_to_be_late():
    side = Side(starts_in=1)
    assert "après le premier jour" not in sign_in(side.trainer).get(side.all).content.decode()

    TrainingAgreement.unscoped.update(signed_on=today() + timedelta(days=1), signed_paper=F("paper"))

    assert "après le premier jour" in sign_in(side.trainer).get(side.all).content.decode()


def test_a_cancelled_session_asks_for_no_signature(side):
    move_session(side.session, status=SessionStatus.CANCELLED, actor=SYSTEM, reason="trop peu de monde")

    assert "Noter la signature" not in sign_in(side.manager).get(side.all).content.decode()
    assert "n’est plus à signer" in side.post(), "from a page that was open before"
    assert side.agreement.signed_on is None


def test_a_day_goes_with_its_paper(side):
    with pytest.raises(IntegrityError), transaction.atomic():
        TrainingAgreement.unscoped.filter(pk=side.agreement.pk).update(signed_on=today())
