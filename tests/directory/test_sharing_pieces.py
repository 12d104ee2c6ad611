"""Legal forms and their pieces: nothing locks until a form is chosen; then everything waits, unless a director waives in writing."""

from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from directory.sharing import reference, services
from directory.sharing.enums import Stage
from directory.sharing.errors import MoveRefused, PiecesMissing, RuleBroken
from directory.sharing.models import Piece, SharedService, TimeEntry
from directory.sharing.selectors.parties import pieces_of
from directory.sharing.services.shared import PIECE_FILE
from hub.core.accounts.selectors import actor_for
from hub.core.audit.models import AuditEntry
from hub.core.documents import services as documents
from hub.core.documents.enums import Scan
from hub.core.documents.models import PrivateFile
from hub.core.kit.dates import long_date_fr, today
from hub.core.kit.text import one_line
from hub.core.notifications.models import Notification
from tests.builders.accounts import make_coordinator, make_member, make_person, sign_in
from tests.builders.sharing import directors, last_month, lent, log, make_service

pytestmark = pytest.mark.django_db


def a_picture(name="accord.png"):
    from io import BytesIO

    from PIL import Image

    data = BytesIO()
    Image.new("RGB", (8, 8), "white").save(data, "PNG")
    return SimpleUploadedFile(name, data.getvalue(), "image/png")


def store(service, key, actor):
    examined = documents.check(a_picture(), kind=PIECE_FILE, actor=actor, organisation=service.provider)
    return services.store_piece(service, key=key, upload=examined, signed_on=today(), organisation=service.provider, actor=actor)


def acts(service):
    return bool([mandate for mandate in actor_for(lent(service)).mandates if mandate.agreement_id])


def test_the_file_of_forms_names_articles_and_says_what_is_not_verified():
    forms = reference.legal_forms()

    assert list(forms) == ["loan", "loan_reduced", "employers_group", "service", "gie", "union", "mutual_help"]
    assert {piece.key for piece in forms["loan"].pieces} == {"consent", "convention", "amendment", "cse_lender", "cse_user"}
    assert all(piece.basis for form in forms.values() for piece in form.pieces)
    assert "L8241-2" in forms["loan"].basis
    assert not forms["gie"].verified
    assert not any(piece.verified and "C. trav." not in piece.basis for form in forms.values() for piece in form.pieces)


def test_nothing_locks_before_a_form_is_chosen_then_accesses_and_time_wait_for_the_pieces():
    service = make_service(purposes=["registration"])
    (giver,) = directors(service.provider)
    assert (services.missing_pieces(service), acts(service)) == ([], True)
    log(service)

    service = services.choose_form(service, legal_form="loan", actor=giver)

    assert (service.stage, acts(service), len(services.missing_pieces(service))) == (Stage.PIECES, False, 5)
    with pytest.raises(RuleBroken, match="attend ses pièces"):
        log(service, work="Autre chose")
    with pytest.raises(PiecesMissing, match="Accord de la personne prêtée"):
        services.start_service(service, actor=giver)


def test_it_goes_on_once_each_piece_is_there_or_waived_in_writing_and_the_waiver_is_audited_and_told():
    service = make_service(purposes=["registration"])
    giver, receiver = directors(service.provider, service.beneficiary)
    services.choose_form(service, legal_form="loan", actor=giver)
    for key in ("consent", "convention", "amendment", "cse_user"):
        store(service, key, giver)
    with pytest.raises(PiecesMissing):
        services.start_service(service, actor=giver)
    with pytest.raises(RuleBroken):
        services.waive_piece(service, key="cse_lender", reason=" ", organisation=service.beneficiary, actor=receiver)
    Notification.unscoped.all().delete()

    services.waive_piece(
        service, key="cse_lender", reason="Pas de CSE sous onze personnes.", organisation=service.beneficiary, actor=receiver
    )

    lines = AuditEntry.objects.filter(action="sharing.service.waive")
    assert {line.organisation_id for line in lines} == {service.provider_id, service.beneficiary_id}
    assert all(line.details["has_reason"] and "CSE sous" not in line.data and line.actor_id == receiver.user_id for line in lines)
    assert {row.user_id for row in Notification.unscoped.filter(text__contains="levée")} >= {giver.user_id, receiver.user_id}

    service = services.start_service(service, actor=receiver)
    assert (service.stage, acts(service)) == (Stage.RUNNING, True)
    assert log(service)
    assert services.start_service(service, actor=giver).stage == Stage.RUNNING, "twice is once"


def test_a_form_changes_and_a_change_locks_again():
    service = make_service()
    (giver,) = directors(service.provider)
    services.choose_form(service, legal_form="mutual_help", actor=giver) if not service.hourly_cost_cents else None
    with pytest.raises(RuleBroken, match="entraide"):
        services.choose_form(service, legal_form="mutual_help", actor=giver)
    with pytest.raises(RuleBroken):
        services.choose_form(service, legal_form="", actor=giver)
    services.choose_form(service, legal_form="loan_reduced", actor=giver)
    for key in ("convention", "consent"):
        store(service, key, giver)
    services.start_service(service, actor=giver)

    service = services.choose_form(service, legal_form="service", actor=giver)

    assert service.stage == Stage.PIECES
    assert len(services.missing_pieces(service)) == 5
    with pytest.raises(RuleBroken, match="pas de la forme"):
        store(service, "amendment", giver)


def test_a_form_chosen_by_mistake_goes_as_long_as_no_piece_came():
    service = make_service(purposes=["registration"])
    giver, receiver = directors(service.provider, service.beneficiary)
    client, page = sign_in(make_person(service.beneficiary, "director")), reverse("sharing:legal_form", args=[service.pk])
    assert "Aucune forme choisie" not in client.get(page).content.decode(), "there is none to take back"
    services.choose_form(service, legal_form="loan", actor=giver)
    Notification.unscoped.all().delete()

    assert "Aucune forme choisie" in client.get(page).content.decode()
    assert client.post(page, {"legal_form": "none"}).status_code == 302

    service.refresh_from_db()
    assert (service.legal_form, service.stage, acts(service), services.missing_pieces(service)) == ("", Stage.RUNNING, True, [])
    assert log(service)
    lines = AuditEntry.objects.filter(action="sharing.service.clear_form")
    assert {line.organisation_id for line in lines} == {service.provider_id, service.beneficiary_id}
    assert lines[0].details == {"before": "loan"}
    told = Notification.unscoped.filter(text__contains="plus aucune forme choisie")
    assert {row.user_id for row in told} >= {giver.user_id, receiver.user_id, lent(service).pk}
    services.clear_form(service, actor=giver)
    assert lines.count() == 2, "twice is once"


@pytest.mark.parametrize("how", ["stored", "waived", "of a form before"])
def test_a_form_whose_piece_came_does_not_go(how):
    service = make_service()
    (giver,) = directors(service.provider)
    services.choose_form(service, legal_form="loan", actor=giver)
    if how == "waived":
        services.waive_piece(service, key="cse_user", reason="Aucun CSE", organisation=service.provider, actor=giver)
    else:
        store(service, "consent", giver)
    if how == "of a form before":
        services.choose_form(service, legal_form="service", actor=giver)
    client, page = sign_in(make_person(service.provider, "director")), reverse("sharing:legal_form", args=[service.pk])

    assert "Aucune forme choisie" not in client.get(page).content.decode()
    assert client.post(page, {"legal_form": "none"}).status_code == 200
    with pytest.raises(RuleBroken, match="Une pièce est déposée"):
        services.clear_form(service, actor=giver)
    assert SharedService.unscoped.get().stage == Stage.PIECES


def test_a_piece_is_read_by_the_two_teams_alone_and_replacing_it_forgets_the_old_file():
    service = make_service()
    (giver,) = directors(service.provider)
    services.choose_form(service, legal_form="loan", actor=giver)
    first = store(service, "consent", giver).file
    second = store(service, "consent", giver).file
    people = {
        "provider": make_person(service.provider, "advisor"), "beneficiary": make_person(service.beneficiary, "advisor"),
        "third": make_person(make_member(), "director"), "coordinator": make_coordinator(),
        "entrepreneur": make_person(service.provider, "entrepreneur"),
    }  # fmt: skip

    assert not PrivateFile.unscoped.filter(pk=first.pk).exists()
    found = {who: sign_in(user).get(second.get_absolute_url()).status_code for who, user in people.items()}
    assert found == {"provider": 200, "beneficiary": 200, "third": 404, "coordinator": 404, "entrepreneur": 404}


def test_a_piece_that_the_antivirus_removed_is_missing_again():
    service = make_service()
    (giver,) = directors(service.provider)
    service = services.choose_form(service, legal_form="loan", actor=giver)
    file = store(service, "consent", giver).file
    services.waive_piece(service, key="cse_user", reason="Pas de CSE.", organisation=service.provider, actor=giver)
    before = [piece.key for piece in services.missing_pieces(service)]

    PrivateFile.unscoped.filter(pk=file.pk).update(scan=Scan.INFECTED)

    assert {piece.key for piece in services.missing_pieces(service)} == {"consent", *before}
    assert {one.required.key for one in pieces_of(service) if one.is_missing} == {"consent", *before}
    store(service, "consent", giver)
    assert [piece.key for piece in services.missing_pieces(service)] == before
    PrivateFile.unscoped.update(scan=Scan.INFECTED)
    services.waive_piece(service, key="consent", reason="Le papier est perdu.", organisation=service.provider, actor=giver)
    assert [piece.key for piece in services.missing_pieces(service)] == before
    assert not PrivateFile.unscoped.exists()


def test_the_database_holds_a_piece_there_or_waived_and_a_form_while_pieces_wait():
    service = make_service()

    for facts in ({}, {"waived_at": timezone.now()}, {"signed_on": today()}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Piece.unscoped.create(service=service, legal_form="loan", key="consent", **facts)
    with pytest.raises(IntegrityError), transaction.atomic():
        SharedService.unscoped.filter(pk=service.pk).update(stage="pieces")
    with pytest.raises(IntegrityError), transaction.atomic():
        SharedService.unscoped.filter(pk=service.pk).update(stage="ended")


def test_pieces_and_waivers_over_http_by_role():
    service = make_service()
    giver, receiver = sign_in(make_person(service.provider, "director")), sign_in(make_person(service.beneficiary, "director"))
    shared, advisor, third = (
        sign_in(make_person(service.provider, "shared_staff")), sign_in(make_person(service.provider, "advisor")),
        sign_in(make_person(make_member(), "director")),
    )  # fmt: skip

    def url(name, *more):
        return reverse(f"sharing:{name}", args=[service.pk, *more])

    asked = giver.get(url("legal_form")).content.decode()
    assert "L8241-1" in asked
    assert "à vérifier" in asked
    giver.post(url("legal_form"), {"legal_form": "loan"})
    page = receiver.get(service.get_absolute_url()).content.decode()
    assert "L8241-2" in page
    assert "Manque" in page

    statuses = {
        name: tuple(client.get(url(name, "consent")).status_code for client in (giver, receiver, shared, advisor, third))
        for name in ("piece", "waive_piece")
    }
    assert statuses == {"piece": (200, 200, 200, 403, 404), "waive_piece": (200, 200, 403, 403, 404)}
    assert giver.get(url("piece", "inconnue")).status_code == 404

    future = shared.post(url("piece", "consent"), {"file": a_picture(), "signed_on": today() + timedelta(days=2)})
    assert "pas encore venu" in future.content.decode()
    assert shared.post(url("piece", "consent"), {"file": a_picture(), "signed_on": today()}).status_code == 302
    assert receiver.post(url("waive_piece", "cse_user"), {"reason": "Aucun CSE"}).status_code == 302
    giver.post(url("start"))
    service.refresh_from_db()
    assert service.stage == Stage.PIECES
    assert "Aucun CSE" in giver.get(service.get_absolute_url()).content.decode()


def test_an_ended_service_changes_no_more():
    service = make_service()
    giver, receiver = directors(service.provider, service.beneficiary)
    services.end_service(service, reason="Fini", actor=receiver)

    for verb in (
        lambda: services.choose_form(service, legal_form="loan", actor=giver),
        lambda: services.clear_form(service, actor=giver),
        lambda: services.name_people(service, people=[], people_seen=[lent(service).pk], actor=giver),
        lambda: services.end_service(service, reason="Encore", actor=giver),
        lambda: services.start_service(service, actor=giver),
    ):
        with pytest.raises(MoveRefused, match=r"^cette convention est terminée$"):
            verb()


def test_what_is_contested_is_corrected_while_pieces_are_missing_and_nothing_else_goes():
    """What is taken back could not be noted again: a line of the statement would be lost."""
    service, day = make_service(), last_month()
    kept = log(service, day + timedelta(days=1), work="Contrats")
    giver, taker = directors(service.provider, service.beneficiary)
    entry = log(service, day)
    statement = services.issue_statement(service, month=day, actor=giver)
    waiting = log(service, today(), work="Devis")
    services.choose_form(service, legal_form="loan", actor=giver)
    client, url = sign_in(make_person(service.provider, "director")), reverse("sharing:log", args=[service.pk])
    removal = reverse("sharing:remove_entry", args=[waiting.pk])

    assert "Noter ce temps" not in client.get(url).content.decode()
    assert removal not in client.get(url).content.decode()
    assert "attend ses pièces" in client.post(removal, follow=True).content.decode()
    line = statement.lines.get(work=entry.work)
    services.contest_lines(statement, reasons={line.pk: "Deux heures"}, round=1, actor=taker)
    page = client.get(url).content.decode()
    assert f"seuls se corrigent les jours contestés&nbsp;: {long_date_fr(day)}." in page
    assert (reverse("sharing:remove_entry", args=[entry.pk]) in page, removal in page) == (True, False)
    with pytest.raises(RuleBroken, match="seuls les jours d’une ligne contestée"):
        services.remove_entry(waiting, actor=giver)
    with pytest.raises(RuleBroken, match="seuls les jours d’une ligne contestée"):
        log(service, day + timedelta(days=2))
    asked = client.get(reverse("sharing:remove_entry", args=[entry.pk])).content.decode()
    assert f"Le relevé {statement.of_month} est contesté" in asked
    client.post(reverse("sharing:remove_entry", args=[entry.pk]))
    facts = {"person": lent(service).pk, "day": day.isoformat(), "period": "", "minutes": "2 h", "work": "Bulletins"}
    assert client.post(url, facts).status_code == 302

    again = services.issue_statement(service, month=day, reply="Deux heures, en effet.", actor=giver)
    assert {(one.work, one.minutes) for one in again.lines.all()} == {("Bulletins", 120), (kept.work, kept.minutes)}


def test_what_is_contested_is_still_corrected_once_the_agreement_has_ended_without_its_pieces():
    service, day = make_service(), last_month()
    giver, taker = directors(service.provider, service.beneficiary)
    log(service, day)
    statement = services.issue_statement(service, month=day, actor=giver)
    services.choose_form(service, legal_form="loan", actor=giver)
    services.contest_lines(statement, reasons={statement.lines.get().pk: "Deux heures"}, round=1, actor=taker)
    services.end_service(service, reason="Nous arrêtons", actor=taker)

    with pytest.raises(RuleBroken, match="terminée sans toutes ses pièces : seuls les jours d’une ligne contestée"):
        log(service, day + timedelta(days=2))
    page = sign_in(make_person(service.provider, "director")).get(reverse("sharing:log", args=[service.pk])).content.decode()
    assert f"ne se note plus. Seuls se corrigent les jours contestés&nbsp;: {long_date_fr(day)}." in page


def test_ending_an_agreement_that_waits_for_pieces_opens_its_log_to_nobody():
    service = make_service()
    giver, receiver = directors(service.provider, service.beneficiary)
    services.choose_form(service, legal_form="loan", actor=giver)
    services.end_service(service, reason="Nous arrêtons", actor=receiver)
    service.refresh_from_db()

    with pytest.raises(RuleBroken, match="terminée sans toutes ses pièces : son temps ne se note plus"):
        log(service)
    page = sign_in(make_person(service.provider, "director")).get(reverse("sharing:log", args=[service.pk])).content.decode()
    assert "terminée sans toutes ses pièces" in page
    assert "Noter ce temps" not in page


def test_one_form_sent_twice_notes_its_time_once():
    service = make_service()
    client, url = sign_in(make_person(service.provider, "director")), reverse("sharing:log", args=[service.pk])
    key = client.get(url).context["form"]["key"].value()
    facts = {"key": key, "person": lent(service).pk, "day": last_month().isoformat(), "period": "", "minutes": "3 h", "work": "Bulletins"}

    answers = [client.post(url, facts).status_code for _ in range(3)]

    assert answers == [302, 302, 302]
    said = {str(message) for message in get_messages(client.get(url).wsgi_request)}
    assert {one_line(words) for words in said} == {"Temps noté : 3 h, Bulletins."}
    assert [one.minutes for one in TimeEntry.unscoped.filter(service=service)] == [180]
