"""A statement read before it leaves, its paper once it is accepted, and what the second of two editors is shown (bar B6)."""

import re
from datetime import timedelta

import pytest
from django.db import transaction
from django.urls import reverse

from directory.sharing import services
from directory.sharing.amounts import at_cost
from directory.sharing.enums import Practice, StatementStatus
from directory.sharing.errors import RuleBroken, TermsChanged, VersionConflict
from directory.sharing.forms.inventory import PREFIX
from directory.sharing.forms.shared import ContestForm, ReplyForm
from directory.sharing.models import InventoryLine, Statement, TimeEntry
from directory.sharing.selectors.inventory import Declared
from directory.sharing.selectors.statements import drafted
from directory.sharing.statement_paper import KIND, SUBJECT, day_rows, line_rows
from hub.core.jobs import runner
from hub.core.kit.dates import date_fr
from hub.core.kit.text import euros, hours, typo
from hub.core.papers import seal
from hub.core.papers import services as papers
from hub.core.papers.errors import DataRefused
from hub.core.papers.models import IssuedPaper
from tests.builders.accounts import make_coordinator, make_member, make_person, sign_in
from tests.builders.sharing import declare, directors, last_month, lent, log, make_service, make_statement
from tests.core.paper_reader import conforms, says, text, without_artifacts

pytestmark = pytest.mark.django_db
AMOUNTS = re.compile(r'data-l="Montant HT">([^<]+)<')


def sending(service):
    return reverse("sharing:issue_statement", args=[service.pk, f"{last_month():%Y-%m}"])


# -- read before it leaves --------------------------------------------------------------------------------------------
def test_what_is_shown_before_sending_is_what_the_other_cae_reads():
    service = make_service(hourly_cost_cents=3333)
    for number, minutes in enumerate((61, 17, 125)):
        log(service, minutes=minutes, work=f"Travail {number}")
    giver, receiver = sign_in(make_person(service.provider, "shared_staff")), sign_in(make_person(service.beneficiary, "director"))

    shown = giver.get(sending(service))
    giver.post(sending(service), {"seen": shown.context["form"]["seen"].value(), "reply": "Clôture comprise"})

    before, after = shown.content.decode(), receiver.get(Statement.unscoped.get().get_absolute_url()).content.decode()
    amounts = [at_cost(minutes, 3333) for minutes in (61, 17, 125)]
    assert AMOUNTS.findall(before) == AMOUNTS.findall(after) == [*map(euros, amounts), euros(sum(amounts))]
    for words in ("Travail 2", lent(service).name, hours(203), euros(3333)):
        assert words in before
        assert words in after
    assert "Clôture comprise" in after


def test_nothing_leaves_when_the_log_has_changed_since_it_was_shown():
    service = make_service()
    log(service, minutes=60)
    client = sign_in(make_person(service.provider, "director"))
    seen = client.get(sending(service)).context["form"]["seen"].value()
    log(service, minutes=30, work="Ajouté entre-temps")

    answer = client.post(sending(service), {"seen": seen, "reply": "Mes mots"})

    assert answer.status_code == 409
    for words in ("a changé entre-temps", "Ajouté entre-temps", "Mes mots"):
        assert words in answer.content.decode()
    assert not Statement.unscoped.exists()
    assert client.post(sending(service), {"seen": answer.context["form"]["seen"].value()}).status_code == 302
    assert Statement.unscoped.get().total_minutes == 90


def test_what_is_sent_again_is_shown_too_accepted_lines_included():
    service = make_service()
    statement = make_statement(service, minutes=(60, 45))
    wrong = statement.lines.get(work="Travail 1")
    services.contest_lines(statement, reasons={wrong.pk: "Non"}, round=1, actor=directors(service.beneficiary)[0])
    services.remove_entry(TimeEntry.unscoped.select_related("service").get(work="Travail 1"), actor=directors(service.provider)[0])
    log(service, minutes=20, work="Corrigé")
    client = sign_in(make_person(service.provider, "director"))
    url = reverse("sharing:reissue_statement", args=[statement.pk])

    shown = client.get(url)
    page = shown.content.decode()
    assert ("Travail 0" in page, "Travail 1" in page, "Corrigé" in page, hours(80) in page) == (True, False, True, True)
    assert "<title>Erreur" in client.post(url, {"seen": shown.context["form"]["seen"].value(), "reply": ""}).content.decode()
    assert client.post(url, {"seen": shown.context["form"]["seen"].value(), "reply": "Corrigé"}).status_code == 302
    assert Statement.unscoped.get().total_minutes == 80


def test_what_was_contested_is_read_by_both_sides_once_it_is_settled():
    service = make_service()
    statement = make_statement(service, minutes=(60, 45))
    wrong = statement.lines.get(work="Travail 1")
    services.contest_lines(statement, reasons={wrong.pk: "Pas venue ce jour-là"}, round=1, actor=directors(service.beneficiary)[0])
    services.remove_entry(TimeEntry.unscoped.select_related("service").get(work="Travail 1"), actor=directors(service.provider)[0])
    services.issue_statement(service, month=statement.month, actor=directors(service.provider)[0], reply="Retirée du relevé.")

    for side in (service.provider, service.beneficiary):
        page = sign_in(make_person(side, "director")).get(statement.get_absolute_url()).content.decode()
        assert all(
            words in page for words in ("Ce qui a été contesté", "1er envoi", "Travail 1", "Pas venue ce jour-là", "Retirée du relevé.")
        )
        assert page.count("Retirée du relevé.") == 1

    statement.refresh_from_db()
    services.accept_statement(statement, round=2, actor=directors(service.beneficiary)[0])
    page = sign_in(make_person(service.provider, "director")).get(statement.get_absolute_url()).content.decode()
    assert page.count("Retirée du relevé.") == 1


def test_a_month_without_time_has_nothing_to_send():
    service = make_service()

    page = sign_in(make_person(service.provider, "director")).get(sending(service)).content.decode()

    assert "Aucun temps n’est noté" in page
    assert '<button class="btn btn--main">Envoyer' not in page


# -- its paper --------------------------------------------------------------------------------------------------------
@pytest.fixture
def private_files(settings, tmp_path):
    private = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path / "private", "base_url": None}}
    settings.STORAGES = {**settings.STORAGES, "private": private}


@pytest.fixture
def accepted(private_files):
    service = make_service(hourly_cost_cents=3333)
    statement = make_statement(service, minutes=(61, 125))
    services.accept_statement(statement, round=1, actor=directors(service.beneficiary)[0])
    runner.drain()
    return Statement.unscoped.select_related("paper", "service__provider", "service__beneficiary").get()


def pdf_of(statement, user):
    return sign_in(user).get(reverse("sharing:statement_pdf", args=[statement.pk]))


def test_the_paper_says_both_parties_the_period_each_line_and_the_totals(accepted):
    service = accepted.service
    pdf = without_artifacts(pdf_of(accepted, make_person(service.beneficiary, "director")).content)

    total = sum(at_cost(minutes, 3333) for minutes in (61, 125))
    for words in (
        service.provider.name, service.beneficiary.name, service.number, service.label, accepted.month_words, date_fr(last_month(), year=True),
        lent(service).name, f"{service.label} : Travail 1", hours(61), hours(125), hours(186), euros(3333), euros(total), "l’a accepté",
    ):  # fmt: skip
        assert says(pdf, words), words
    assert total == accepted.total_cents


def test_the_paper_is_numbered_sealed_and_the_same_for_the_same_facts(accepted):
    paper = accepted.paper
    first = pdf_of(accepted, make_person(accepted.service.provider, "advisor"))

    services.establish_paper(accepted)
    assert services.establish_missing_papers() == 0
    assert IssuedPaper.unscoped.get() == paper
    assert first.content == papers.sealed_file(paper)
    assert first["Content-Disposition"] == f'inline; filename="{paper.number}.pdf"'
    assert seal.verify(first.content).is_genuine
    assert papers.rerender(paper)
    assert (paper.number[:3], paper.number[-5:], paper.organisation_id) == ("RM-", "-0001", accepted.service.provider_id)
    other = make_statement(make_service())
    services.accept_statement(other, round=1, actor=directors(other.service.beneficiary)[0])
    runner.drain()
    assert sorted(IssuedPaper.unscoped.values_list("number", flat=True))[-1][-5:] == "-0002"


def test_a_statement_reopened_has_another_paper_that_replaces_the_first(accepted):
    first, service = accepted.paper, accepted.service
    giver, receiver = directors(service.provider, service.beneficiary)
    reader = sign_in(make_person(service.provider, "director"))

    services.reopen_statement(accepted, reasons={accepted.lines.first().pk: "Trop"}, round=1, actor=receiver)
    page = reader.get(accepted.get_absolute_url()).content.decode()
    assert f"La pièce {first.number} ne vaut plus" in page
    assert "il ne vaut pas pièce" in text(pdf_of(accepted, make_person(service.provider, "advisor")).content).replace("\n", " ")
    services.establish_paper(accepted)
    services.issue_statement(service, month=accepted.month, reply="Soit", actor=giver)
    services.accept_statement(accepted, round=2, actor=receiver)
    runner.drain()

    row = Statement.unscoped.select_related("paper__replaces").get()
    assert (row.paper.replaces, row.paper.version, IssuedPaper.unscoped.count()) == (first, 2, 2)
    assert row.contests[0]["paper"] == first.number
    assert f"pièce {first.number}, remplacée" in reader.get(row.get_absolute_url()).content.decode()
    services.establish_paper(row)
    assert IssuedPaper.unscoped.count() == 2


def test_a_paper_made_while_its_statement_is_reopened_is_not_the_one_of_the_next_yes(private_files, monkeypatch):
    statement = make_statement()
    giver, receiver = directors(statement.service.provider, statement.service.beneficiary)
    services.accept_statement(statement, round=1, actor=receiver)
    made = papers.reissue_or_same

    def reopened_meanwhile(*args, **facts):
        issued = made(*args, **facts)
        services.reopen_statement(statement, reasons={statement.lines.first().pk: "Trop"}, round=1, actor=receiver)
        return issued

    monkeypatch.setattr(papers, "reissue_or_same", reopened_meanwhile)
    services.establish_paper(statement)
    monkeypatch.setattr(papers, "reissue_or_same", made)
    assert Statement.unscoped.get().paper is None
    services.issue_statement(statement.service, month=statement.month, reply="Soit", actor=giver)
    services.accept_statement(statement, round=2, actor=receiver)
    services.establish_paper(statement)

    row = Statement.unscoped.select_related("paper").get()
    assert (row.paper.version, row.paper.number != row.contests[0]["paper"]) == (2, True)


def test_a_lost_job_is_caught_up_with_and_waits_are_said(accepted):
    Statement.unscoped.filter(pk=accepted.pk).update(paper=None)
    IssuedPaper.unscoped.all().delete()
    client = sign_in(make_person(accepted.service.beneficiary, "advisor"))
    url = reverse("sharing:statement_pdf", args=[accepted.pk])

    assert "PDF en cours" in client.get(accepted.get_absolute_url()).content.decode()
    assert "s’établit" in client.get(url, follow=True).content.decode()
    assert not IssuedPaper.unscoped.exists(), "a reading writes nothing"
    assert services.establish_missing_papers() == 1
    page = client.get(accepted.get_absolute_url()).content.decode()
    assert IssuedPaper.unscoped.get().number in page
    assert url in page


def test_before_the_yes_it_has_neither_number_nor_seal_and_the_same_bytes():
    statement = make_statement(make_service())
    person = make_person(statement.service.beneficiary, "advisor")

    one, two = pdf_of(statement, person).content, pdf_of(statement, person).content

    assert one == two
    assert says(one, "il ne vaut pas pièce")
    assert "RM-" not in text(one)
    assert not IssuedPaper.unscoped.exists()
    assert papers.latest(KIND, SUBJECT, statement.pk) is None


def test_a_sign_that_no_paper_prints_is_refused_where_it_is_typed():
    service = make_service()
    statement, director = make_statement(service), make_person(service.beneficiary, "director")
    giver = make_person(service.provider, "director")
    facts = {"person": lent(service).pk, "day": last_month().isoformat(), "minutes": "1 h", "work": "Paie 😀 d’avril"}
    line = statement.lines.first()

    log = sign_in(giver).post(reverse("sharing:log", args=[service.pk]), facts).content.decode()
    reasons = {"round": 1, ContestForm.name_of(line): "Non 陈"}
    contest = sign_in(director).post(reverse("sharing:contest_statement", args=[statement.pk]), reasons).content.decode()

    assert "Travail fait\u00a0: retirez «\u00a0😀\u00a0»" in log
    assert "Retirez «\u00a0陈\u00a0»" in contest
    assert not TimeEntry.unscoped.filter(work__contains="😀").exists()
    assert Statement.unscoped.get(pk=statement.pk).status == StatementStatus.ISSUED
    form = ReplyForm({"seen": "x", "reply": "Voilà 😀"}, draft=drafted(service, statement.month))
    assert "😀" in form.errors["reply"][0]


def test_a_statement_noted_before_with_such_a_sign_has_its_paper_with_its_code(private_files):
    service = make_service()
    log(service, work="Paie 😀 d’avril")
    giver, taker = directors(service.provider, service.beneficiary)
    statement = services.issue_statement(service, month=last_month(), actor=giver)
    person = make_person(service.beneficiary, "advisor")
    assert says(without_artifacts(pdf_of(statement, person).content), "Paie [U+1F600] d’avril")

    services.accept_statement(statement, round=1, actor=taker)
    runner.drain()

    pdf = without_artifacts(pdf_of(statement, person).content)
    assert says(pdf, "Paie [U+1F600] d’avril")
    assert says(pdf, "Un signe que nos caractères n’ont pas est imprimé par son code")


def test_a_paper_that_cannot_be_made_stops_no_other(private_files, monkeypatch):
    rows = [make_statement(make_service()) for _ in range(2)]
    for row in rows:
        services.accept_statement(row, round=1, actor=directors(row.service.beneficiary)[0])
    first = Statement.unscoped.filter(status=StatementStatus.ACCEPTED).first()
    made = papers.reissue_or_same

    def refuse(*args, subject_id, **facts):
        if subject_id == first.pk:
            raise DataRefused("Ce document est trop long pour être composé.")
        return made(*args, subject_id=subject_id, **facts)

    monkeypatch.setattr(papers, "reissue_or_same", refuse)

    assert services.establish_missing_papers() == 1
    assert Statement.unscoped.exclude(paper=None).get().pk != first.pk


def test_the_paper_of_a_contested_statement_says_its_days_as_they_were_sent():
    statement = make_statement(minutes=(60, 45))
    (receiver,) = directors(statement.service.beneficiary)
    line = statement.lines.get(work="Travail 0")
    services.contest_lines(statement, reasons={line.pk: "Trop long."}, round=1, actor=receiver)
    TimeEntry.unscoped.filter(work="Travail 0").delete()
    person = make_person(statement.service.provider, "director")

    pdf = without_artifacts(pdf_of(statement, person).content)

    assert says(pdf, f"{statement.service.label} : Travail 0")
    assert says(pdf, f"{statement.service.label} : Travail 1")
    assert not line.days
    assert [days for days in statement.lines.values_list("days", flat=True) if days] == [[[last_month().isoformat(), 60]]]


def test_the_paper_marks_a_contested_line_with_its_reason_and_says_so_at_its_head():
    statement = make_statement(minutes=(60, 45))
    (receiver,) = directors(statement.service.beneficiary)
    person = make_person(statement.service.provider, "director")
    before = without_artifacts(pdf_of(statement, person).content)
    line = statement.lines.get(work="Travail 1")

    services.contest_lines(statement, reasons={line.pk: "Déjà compté\nen octobre"}, round=1, actor=receiver)

    after = without_artifacts(pdf_of(statement, person).content)
    told = ("contestée : Déjà compté en octobre", f"{statement.service.beneficiary.name} conteste une ligne de ce relevé")
    assert [says(before, words) for words in told] == [False, False]
    assert [says(after, words) for words in told] == [True, True]
    rows = [row[0].split("\n") for row in line_rows(list(statement.lines.all()))]
    assert rows == [["Travail 0"], ["Travail 1", typo("contestée : Déjà compté en octobre")], ["Total hors taxes"]]


def test_each_sending_has_its_version_and_the_number_comes_once(settings, tmp_path):
    private = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path / "private", "base_url": None}}
    settings.STORAGES = {**settings.STORAGES, "private": private}
    statement = make_statement()
    giver, receiver = directors(statement.service.provider, statement.service.beneficiary)
    person = make_person(statement.service.provider, "director")
    first = pdf_of(statement, person)

    services.contest_lines(statement, reasons={statement.lines.first().pk: "Trop"}, round=1, actor=receiver)
    services.issue_statement(statement.service, month=statement.month, reply="Non", actor=giver)

    second = pdf_of(statement, person)
    assert [says(one.content, f"version {number}") for one in (first, second) for number in (1, 2)] == [True, False, False, True]
    assert first["Content-Disposition"] != second["Content-Disposition"]
    services.accept_statement(statement, round=2, actor=receiver)
    runner.drain()
    paper = Statement.unscoped.select_related("paper").get(pk=statement.pk).paper
    assert (paper.version, paper.replaces) == (2, None)
    assert papers.rerender(paper)


def test_two_half_days_of_the_same_work_are_one_row_of_their_day():
    service = make_service(half_day_minutes=210)
    morning, afternoon = (log(service, period=period, minutes=None) for period in ("am", "pm"))
    other = log(service, minutes=30, work="Déclarations")

    rows = day_rows([morning, afternoon, other], service.label)

    assert [(row[2].rpartition(typo(" : "))[2], row[3]) for row in rows] == [
        ("Bulletins de paie", hours(420)), ("Déclarations", hours(30)), ("", hours(450)),
    ]  # fmt: skip


def test_only_the_two_parties_read_it(accepted):
    service = accepted.service
    people = {
        "giver": make_person(service.provider, "advisor"), "receiver": make_person(service.beneficiary, "director"),
        "third": make_person(make_member(), "director"), "coordinator": make_coordinator(), "entrepreneur": make_person(service.provider, "entrepreneur"),
    }  # fmt: skip

    assert {who: pdf_of(accepted, user).status_code for who, user in people.items()} == {
        "giver": 200, "receiver": 200, "third": 404, "coordinator": 404, "entrepreneur": 403,
    }  # fmt: skip


@pytest.mark.slow
def test_the_papers_conform(accepted, tmp_path):
    sent = make_statement(make_service())
    sealed = pdf_of(accepted, make_person(accepted.service.provider, "advisor")).content

    before = services.statement_pdf(sent)
    services.contest_lines(
        sent, reasons={line.pk: "Trop" for line in sent.lines.all()}, round=1, actor=directors(sent.service.beneficiary)[0]
    )
    contested = services.statement_pdf(Statement.unscoped.get(pk=sent.pk))

    assert conforms(tmp_path, sealed=sealed, sent=before, contested=contested) == ""


# -- bar B6: two editors, a hundred times -----------------------------------------------------------------------------
class Undone(Exception):
    """Takes a pair back, so that the next one finds the same state."""


def pairs(pair, number=100):
    for turn in range(number):
        try:
            with transaction.atomic():
                pair(turn)
                raise Undone
        except Undone:
            pass


@pytest.mark.full
def test_a_hundred_pairs_at_the_service_and_never_a_silent_overwrite():
    service = make_service()
    giver, receiver = directors(service.provider, service.beneficiary)
    first, others = lent(service), [make_person(service.provider, "shared_staff") for _ in range(2)]
    log(service)
    check_pairs(service, giver, receiver, first, others, 100)


def test_pairs_at_the_service_never_overwrite_silently():
    service = make_service()
    giver, receiver = directors(service.provider, service.beneficiary)
    first, others = lent(service), [make_person(service.provider, "shared_staff") for _ in range(2)]
    log(service)
    check_pairs(service, giver, receiver, first, others, 4)


def check_pairs(service, giver, receiver, first, others, number):
    """The second of each pair saw what the first one saw; what the first one saved stays."""
    lines = [Declared("comptabilite", Practice.HELD, people_count=one) for one in (1, 2)]
    statement = Statement.unscoped.filter(service=service).first() or services.issue_statement(service, month=last_month(), actor=giver)

    def people(turn):
        services.name_people(service, people=[others[0]], people_seen=[first.pk], actor=giver)
        with pytest.raises(TermsChanged):
            services.name_people(service, people=[others[1]], people_seen=[first.pk], actor=giver)
        assert set(service.agreement.people.all()) == {others[0]}

    def accesses(turn):
        facts = {"people_seen": [first.pk], "purposes_seen": [], "actor": receiver}
        services.open_purposes(service, purposes=["registration"], **facts)
        with pytest.raises(TermsChanged):
            services.open_purposes(service, purposes=["funding"], **facts)
        service.agreement.refresh_from_db()
        assert service.agreement.purposes == ["registration"]

    def inventory(turn):
        declare(service.provider, lines[0])
        with pytest.raises(VersionConflict):
            declare(service.provider, lines[1])
        assert InventoryLine.unscoped.get(organisation=service.provider, function="comptabilite").people_count == 1

    def answer(turn):
        services.contest_lines(statement, reasons={statement.lines.first().pk: "Trop"}, round=1, actor=receiver)
        services.issue_statement(service, month=last_month(), reply="Non", actor=giver)
        with pytest.raises(VersionConflict):
            services.accept_statement(statement, round=1, actor=receiver)
        assert Statement.unscoped.get(pk=statement.pk).status == "issued"

    for pair in (people, accesses, inventory, answer):
        pairs(pair, number)


@pytest.mark.parametrize("number", [3, pytest.param(100, marks=pytest.mark.full)])
def test_pairs_over_http_show_both_versions_to_the_second(number):
    service = make_service()
    first, one, two = lent(service), *(make_person(service.provider, "shared_staff", first_name=name) for name in ("Ysée", "Oumar"))
    givers = [sign_in(make_person(service.provider, "director")) for _ in range(2)]
    receivers = [sign_in(make_person(service.beneficiary, "director")) for _ in range(2)]
    people, accesses = (reverse(f"sharing:{name}", args=[service.pk]) for name in ("people", "purposes"))
    statement = make_statement(service)
    line = statement.lines.first()
    accept, contest = (reverse(f"sharing:{verb}_statement", args=[statement.pk]) for verb in ("accept", "contest"))

    def check(clients, urls, forms, saved, words):
        assert clients[0].post(urls[0], forms[0]).status_code == 302
        second = clients[1].post(urls[1], forms[1])
        body = second.content.decode()
        assert second.status_code == 409
        assert [one for one in words if one not in body] == []
        assert saved()

    def pair(turn):
        check(
            givers, (people, people), ({"seen": str(first.pk), "people": [one.pk]}, {"seen": str(first.pk), "people": [two.pk]}),
            lambda: set(service.agreement.people.all()) == {one}, (one.name, two.name, "entre-temps"),
        )  # fmt: skip
        check(
            receivers, (accesses, accesses),
            ({"seen": str(one.pk), "opened": "", "purposes": ["registration"]}, {"seen": str(one.pk), "opened": "", "purposes": ["funding"]}),
            lambda: type(service.agreement).unscoped.get(pk=service.agreement_id).purposes == ["registration"],
            ("inscrire les personnes", "suivre les dossiers OPCO", "entre-temps"),
        )  # fmt: skip
        check(
            receivers, (accept, contest), ({"round": 1}, {"round": 1, f"motif_{line.pk.hex}": f"Motif {turn}"}),
            lambda: Statement.unscoped.get(pk=statement.pk).status == "accepted", (f"Motif {turn}", "Accepté", "Rien n’est écrasé"),
        )  # fmt: skip
        check(
            givers, (reverse("sharing:declare"),) * 2, (inventory_form(1), inventory_form(2)),
            lambda: InventoryLine.unscoped.get(organisation=service.provider, function="comptabilite").people_count == 1,
            ("a enregistré entre-temps", 'value="2"', "Tenue, 1 personne"),
        )  # fmt: skip

    pairs(pair, number)


def inventory_form(people):
    return {
        "version": 0, f"{PREFIX}-TOTAL_FORMS": 1, f"{PREFIX}-INITIAL_FORMS": 0, f"{PREFIX}-0-function": "comptabilite",
        f"{PREFIX}-0-practice": "held", f"{PREFIX}-0-people_count": people,
    }  # fmt: skip


def test_the_draft_is_the_log_of_the_month_alone():
    service = make_service()
    log(service, minutes=60)
    log(service, last_month() - timedelta(days=1), minutes=600)

    assert drafted(service, last_month()).total_minutes == 60
    with pytest.raises(RuleBroken):
        services.issue_statement(service, month=last_month() - timedelta(days=100), actor=directors(service.provider)[0])
