"""What people type between CAEs: no script runs (bar G3), no form fails on strange input (bar G5)."""

from datetime import timedelta

import pytest
from django.urls import reverse

from directory.sharing import services
from directory.sharing.models import Announcement, ServiceRequest
from hub.core.kit.dates import today
from hub.core.kit.identifiers import uuid7
from hub.core.notifications.models import Mail
from tests.access.test_injection import PAYLOADS, Faults
from tests.builders.accounts import make_person, sign_in
from tests.builders.sharing import directors, last_month, lent, log, make_announcement, make_pair, make_request, make_service

pytestmark = pytest.mark.django_db
STRANGE = [
    "\x00", "\x1b[31m\x07", "😀" * 40, "\u202eabc\u202c", "x" * 200_000, "-1", "9" * 40, "1e9", "NaN", "0000-00-00", "9999-12-31", "0001-01-01",
    "-9999-01-01", "' OR 1=1 --", "{{ 7*7 }}", "\ud7ff", "٣ h ٣٠", "3 h 99",
]  # fmt: skip


@pytest.mark.parametrize("start", range(0, len(PAYLOADS), 11))
def test_no_script_of_any_text_is_left_in_a_page_or_a_letter(start):
    some = PAYLOADS[start : start + 11]
    short, whole = some[0][:80], "\n".join(some)
    provider, beneficiary = make_pair()
    giver, receiver = directors(provider, beneficiary)
    offer = make_announcement(provider, quantity=short, details=whole)
    refused = make_request(provider, beneficiary, function="technique", quantity=short, message=whole)
    services.refuse_request(refused, reason=whole[:1000], actor=giver)
    service = make_service(provider, beneficiary, quantity=short, message=whole)
    for payload in some:
        log(service, minutes=5, work=payload[:120])
    statement = services.issue_statement(service, month=last_month(), actor=giver)
    services.contest_lines(statement, reasons={line.pk: line.work for line in statement.lines.all()}, round=1, actor=receiver)
    statement = services.issue_statement(service, month=last_month(), reply=whole[:1000], actor=giver)
    services.choose_form(service, legal_form="loan", actor=giver)
    services.waive_piece(service, key="consent", reason=whole[:1000], organisation=provider, actor=giver)
    client = sign_in(make_person(beneficiary, "director"))
    pages = [
        "/", "/moi/", "/services/", "/services/offres/", "/services/demandes/", "/services/conventions/", "/services/etat-des-lieux/", offer.get_absolute_url(),
        reverse("sharing:answer_announcement", args=[offer.pk]), refused.get_absolute_url(), service.get_absolute_url(), statement.get_absolute_url(),
        reverse("sharing:log", args=[service.pk]), reverse("sharing:contest_statement", args=[statement.pk]), "/moi/avis/",
    ]  # fmt: skip

    faults = {url: found for url in pages if (found := Faults(client.get(url).content.decode()).found)}
    services.end_service(service, reason=whole[:1000], actor=receiver)
    after = Faults(client.get(service.get_absolute_url()).content.decode()).found

    assert (faults, after) == ({}, [])
    assert not [mail.subject for mail in Mail.objects.all() if "\n" in mail.subject]


def test_no_form_fails_on_strange_input_and_none_writes():
    provider, beneficiary = make_pair()
    service = make_service(provider, beneficiary)
    request = make_request(provider, beneficiary, function="technique")
    log(service)
    statement = services.issue_statement(service, month=last_month(), actor=directors(provider)[0])
    services.choose_form(service, legal_form="loan", actor=directors(provider)[0])
    offer = make_announcement(make_pair()[0])
    giver, receiver = sign_in(make_person(provider, "director")), sign_in(make_person(beneficiary, "director"))
    line = statement.lines.first()
    forms = [
        (giver, reverse("sharing:new_offer"), ["function", "quantity", "details", "hourly_cost", "expires_on"]),
        (giver, reverse("sharing:new_request"), ["key", "other", "function", "quantity", "starts_on", "ends_on", "hourly_cost", "half_day", "expires_on"]),
        (giver, reverse("sharing:answer_announcement", args=[offer.pk]), ["key", "starts_on", "ends_on", "hourly_cost", "half_day", "message", "purposes"]),
        (giver, reverse("sharing:accept_request", args=[request.pk]), ["people"]),
        (receiver, reverse("sharing:contest_statement", args=[statement.pk]), ["round", f"motif_{line.pk.hex}"]),
        (receiver, reverse("sharing:accept_statement", args=[statement.pk]), ["round"]),
        (giver, reverse("sharing:legal_form", args=[service.pk]), ["legal_form"]),
        (giver, reverse("sharing:piece", args=[service.pk, "consent"]), ["signed_on"]),
        (giver, reverse("sharing:people", args=[service.pk]), ["seen", "people"]),
        (receiver, reverse("sharing:purposes", args=[service.pk]), ["seen", "opened", "purposes"]),
        (giver, reverse("sharing:propose_amendment", args=[service.pk]), ["seen", "effective_on", "ends_on", "hourly_cost", "people", "purposes", "message"]),
        (giver, reverse("sharing:issue_statement", args=[service.pk, f"{last_month():%Y-%m}"]), ["seen", "reply"]),
        (giver, reverse("sharing:log", args=[service.pk]), ["person", "day", "period", "minutes", "work"]),
        (giver, reverse("sharing:declare"), ["version", "ligne-TOTAL_FORMS", "ligne-INITIAL_FORMS", "ligne-0-function", "ligne-0-people_count", "ligne-0-fte"]),
    ]  # fmt: skip
    before = (Announcement.unscoped.count(), ServiceRequest.unscoped.count())

    failed = [
        f"{url} {value[:20]!r} {answer.status_code}"
        for client, url, names in forms
        for value in [*STRANGE, "[" * 5000]
        if (answer := client.post(url, dict.fromkeys(names, value))).status_code >= 500
    ]

    assert failed == []
    assert (Announcement.unscoped.count(), ServiceRequest.unscoped.count()) == before


def test_dates_at_the_ends_of_the_calendar_are_refused_in_words():
    provider, beneficiary = make_pair()
    client = sign_in(make_person(beneficiary, "director"))
    data = {
        "key": uuid7(), "other": provider.pk, "function": "technique", "quantity": "x", "hourly_cost": "0", "half_day": "3:30",
        "expires_on": today() + timedelta(days=9),
    }  # fmt: skip

    for start, end in (("9999-12-30", "9999-12-31"), ("0001-01-01", "9999-12-31"), ("0001-01-01", "0001-01-02")):
        answer = client.post(reverse("sharing:new_request"), data | {"starts_on": start, "ends_on": end})
        assert (answer.status_code, "<title>Erreur" in answer.content.decode()) == (200, True)
    assert lent(make_service(provider, beneficiary))
