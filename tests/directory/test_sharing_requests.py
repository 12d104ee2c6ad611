"""A request between two CAEs: its states, its expiry, who is told, who sees it, and the agreement that a yes begins (bar A8)."""

import html
import re
from datetime import date, datetime, timedelta
from unittest import mock
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from directory.cooperatives.models import DirectoryEntry
from directory.sharing import rules, services
from directory.sharing.enums import REQUEST_MOVES, RequestStatus, Stage
from directory.sharing.errors import MoveRefused, RuleBroken
from directory.sharing.models import ServiceRequest, SharedService
from directory.sharing.notifications import RequestTold
from directory.sharing.selectors.inventory import Declared
from directory.sharing.services import telling
from hub.core.accounts.enums import Purpose
from hub.core.accounts.errors import NotAllowed, UnscopedQuery
from hub.core.accounts.models import Affiliation, Agreement, Membership
from hub.core.accounts.selectors import actor_for
from hub.core.accounts.services import withdraw_role
from hub.core.audit.models import AuditEntry
from hub.core.kit.dates import day_fr, long_date_fr, period_fr, today
from hub.core.kit.identifiers import uuid7
from hub.core.kit.text import one_line
from hub.core.notifications.models import Mail, Notification
from hub.core.ui import panels
from tests.builders.accounts import SYSTEM, join, make_actor, make_coordinator, make_loan, make_member, make_person, sign_in
from tests.builders.days import dated
from tests.builders.sharing import (
    declare,
    directors,
    lent,
    log,
    make_amendment,
    make_announcement,
    make_pair,
    make_request,
    make_service,
    make_terms,
)
from tests.builders.trainings import make_course, make_session
from tests.core.races import run_together

pytestmark = pytest.mark.django_db
PARIS = ZoneInfo("Europe/Paris")


def told(kind):
    """The organisations whose people were told, by name of the director, and how many mails wait."""
    rows = Notification.unscoped.filter(kind=kind).select_related("user")
    return {row.user.memberships.get().organisation for row in rows}, Mail.objects.filter(kind=kind).count()


# -- states -----------------------------------------------------------------------------------------------------------
def test_a_request_is_sent_accepted_and_becomes_an_agreement_with_dates_people_and_purposes():
    provider, beneficiary = make_pair()
    person = make_person(provider, "shared_staff")
    request = make_request(provider, beneficiary, purposes=["registration"], starts_on=today(), ends_on=today() + timedelta(days=9))
    assert (request.status, request.asker, request.answerer) == ("pending", beneficiary, provider)

    service = services.accept_request(request, people=[person], actor=directors(provider)[0])

    request.refresh_from_db()
    agreement = service.agreement
    assert (request.status, service.stage, service.legal_form) == ("accepted", Stage.RUNNING, "")
    assert (agreement.provider, agreement.beneficiary, agreement.purposes, set(agreement.people.all())) == (
        provider, beneficiary, ["registration"], {person}
    )  # fmt: skip
    assert timezone.localtime(agreement.starts_at).replace(tzinfo=None) == datetime.combine(today(), datetime.min.time())
    assert timezone.localtime(agreement.ends_at).date() == today() + timedelta(days=10)
    assert (service.hourly_cost_cents, service.half_day_minutes) == (3480, 210)


def test_it_starts_light_an_offer_a_yes_and_two_dates():
    provider, beneficiary = make_pair()
    offer = make_announcement(provider)
    request = make_request(provider, beneficiary, announcement=offer)

    service = services.accept_request(request, actor=directors(provider)[0])

    assert (service.stage, service.agreement.purposes, service.agreement.people.count()) == (Stage.RUNNING, [], 0)


@pytest.mark.parametrize(("by_provider", "noun", "other"), [(False, "demande", "proposition"), (True, "proposition", "demande")])
def test_what_a_cae_proposes_is_called_a_proposition_everywhere(by_provider, noun, other):
    provider, beneficiary = make_pair()
    row = make_request(provider, beneficiary, by_provider=by_provider)
    asker, answerer = (provider, beneficiary) if by_provider else (beneficiary, provider)
    asking, answering = (sign_in(make_person(one, "director")) for one in (asker, answerer))

    def main(client, name):
        html = client.get(reverse(f"sharing:{name}", args=[row.pk])).content.decode()
        return html[html.index("<main") :].replace("Demandes et propositions", "")

    pages = [main(answering, name) for name in ("request", "accept_request", "refuse_request")]
    pages += [main(asking, name) for name in ("request", "withdraw_request")]
    for page in pages[1:]:
        assert noun in page
    assert not any(f"{article} {other}" in page for page in pages for article in ("la", "cette", "une"))
    assert RequestTold(row, "withdrawn").subject().endswith(f"a retiré sa {noun}")


@pytest.mark.parametrize("by_provider", [False, True])
def test_people_are_the_providers_to_name_and_purposes_the_beneficiarys_to_open(by_provider):
    provider, beneficiary = make_pair()
    person = make_person(provider, "shared_staff")
    request = make_request(provider, beneficiary, by_provider=by_provider, people=[person], purposes=["registration"])
    kept = (set(request.people.all()), request.purposes)
    assert kept == (({person}, []) if by_provider else (set(), ["registration"]))

    (answerer,) = directors(beneficiary if by_provider else provider)
    service = services.accept_request(request, people=[person], purposes=[] if by_provider else ["registration"], actor=answerer)

    assert set(service.agreement.people.all()) == {person}
    assert service.agreement.purposes == ([] if by_provider else ["registration"])


def test_the_question_before_a_yes_names_one_or_several():
    provider, beneficiary = make_pair()
    people = [make_person(provider, "shared_staff", first_name=name, last_name="Bo") for name in ("Ada", "Paul")]
    client = sign_in(make_person(beneficiary, "director"))

    def asked(function, people):
        row = make_request(provider, beneficiary, by_provider=True, function=function, people=people)
        return html.unescape(client.get(reverse("sharing:accept_request", args=[row.pk])).content.decode()).replace("\u00a0", " ")

    assert "Interviendra : Ada Bo." in asked("technique", people[:1])
    assert re.search(r"Interviendront : (Ada Bo et Paul Bo|Paul Bo et Ada Bo)\.", asked("comptabilite", people))


def test_a_person_of_another_team_cannot_be_named():
    provider, beneficiary = make_pair()
    stranger = make_person(beneficiary, "shared_staff")
    request = make_request(provider, beneficiary)

    with pytest.raises(RuleBroken, match="équipe d’appui"):
        services.accept_request(request, people=[stranger], actor=directors(provider)[0])
    assert not SharedService.unscoped.exists()
    assert not Agreement.unscoped.exists()


def reach(status):
    provider, beneficiary = make_pair()
    request = make_request(provider, beneficiary)
    asker, answerer = directors(beneficiary, provider)
    match status:
        case RequestStatus.ACCEPTED:
            services.accept_request(request, actor=answerer)
        case RequestStatus.REFUSED:
            services.refuse_request(request, reason="Pas le temps", actor=answerer)
        case RequestStatus.WITHDRAWN:
            services.withdraw_request(request, actor=asker)
        case RequestStatus.EXPIRED:
            services.follow_dates(on=request.expires_on + timedelta(days=1))
    request.refresh_from_db()
    assert request.status == status
    return request, asker, answerer


@pytest.mark.parametrize("status", [status for status in RequestStatus if not REQUEST_MOVES[status]])
def test_an_answered_request_never_moves_again(status):
    request, asker, answerer = reach(status)

    for move in (
        lambda: services.accept_request(request, actor=answerer),
        lambda: services.refuse_request(request, reason="x", actor=answerer),
        lambda: services.withdraw_request(request, actor=asker),
    ):
        with pytest.raises(MoveRefused):
            move()
    assert services.follow_dates(on=today() + timedelta(days=200)) in {0, 1}  # the accepted one ends with its term
    request.refresh_from_db()
    assert request.status == status
    assert REQUEST_MOVES[RequestStatus.PENDING] == set(RequestStatus) - {RequestStatus.PENDING}


@pytest.mark.parametrize("status", [RequestStatus.ACCEPTED, RequestStatus.REFUSED, RequestStatus.WITHDRAWN, RequestStatus.EXPIRED])
def test_both_sides_are_told_of_every_state_and_each_finds_it_in_its_trail(status):
    request, *_ = reach(status)

    organisations, mails = told("sharing.request")
    assert organisations == {request.provider, request.beneficiary}
    assert mails == 4  # sent, then the answer: one letter each
    verb = {"accepted": "accept", "refused": "refuse", "withdrawn": "withdraw", "expired": "expire"}[status]
    lines = AuditEntry.objects.filter(action=f"sharing.request.{verb}")
    assert {line.organisation_id for line in lines} == {request.provider_id, request.beneficiary_id}


def test_a_refusal_says_why_for_the_service_the_database_and_the_letter():
    provider, beneficiary = make_pair()
    request = make_request(provider, beneficiary)
    (answerer,) = directors(provider)

    with pytest.raises(RuleBroken):
        services.refuse_request(request, reason="  ", actor=answerer)
    with pytest.raises(IntegrityError), transaction.atomic():
        ServiceRequest.unscoped.filter(pk=request.pk).update(status="refused", answered_at=timezone.now())
    services.refuse_request(request, reason="Notre gestionnaire est en congé.", actor=answerer)

    assert "Notre gestionnaire est en congé." in Mail.objects.filter(subject__contains="refusé").first().body


# -- expiry -----------------------------------------------------------------------------------------------------------
def test_expiry_is_idempotent_and_to_the_day():
    provider, beneficiary = make_pair()
    request = make_request(provider, beneficiary, expires_on=today() + timedelta(days=5))

    assert services.follow_dates(on=request.expires_on) == 0
    assert services.follow_dates(on=request.expires_on + timedelta(days=1)) == 1
    assert services.follow_dates(on=request.expires_on + timedelta(days=1)) == 0
    request.refresh_from_db()
    assert request.status == "expired"
    assert Notification.unscoped.filter(text__contains="sans réponse").count() == 2


def test_nobody_answers_after_the_last_day_even_before_the_clock_has_passed():
    provider, beneficiary = make_pair()
    request = make_request(provider, beneficiary)
    ServiceRequest.unscoped.filter(pk=request.pk).update(sent_on=today() - timedelta(9), expires_on=today() - timedelta(days=1))
    request.refresh_from_db()

    with pytest.raises(MoveRefused, match="délai"):
        services.accept_request(request, actor=directors(provider)[0])
    again = make_request(provider, beneficiary)  # and it does not stand in the way of a new one
    request.refresh_from_db()
    assert (request.status, again.status) == ("expired", "pending")


def test_the_same_form_twice_asks_once_and_a_second_request_waits_its_turn():
    provider, beneficiary = make_pair()
    key = uuid7()
    first = make_request(provider, beneficiary, key=key)

    assert make_request(provider, beneficiary, key=key) == first
    with pytest.raises(RuleBroken, match="attend déjà"):
        make_request(provider, beneficiary)
    assert ServiceRequest.unscoped.count() == 1


def test_another_cae_or_other_terms_in_the_form_that_the_browser_kept_are_another_request():
    provider, beneficiary = make_pair()
    other, key = make_member("Autre"), uuid7()
    make_request(provider, beneficiary, key=key)

    asked = make_request(other, beneficiary, key=key)

    assert (asked.provider, ServiceRequest.unscoped.count()) == (other, 2)
    with pytest.raises(RuleBroken, match="attend déjà"):  # not said to be sent
        make_request(provider, beneficiary, key=key, message="J’oubliais : le mardi.")


@pytest.mark.parametrize(
    "wrong",
    [
        {"starts_on": timedelta(), "ends_on": -timedelta(1)}, {"starts_on": -timedelta(9), "ends_on": -timedelta(1)},
        {"function": "astrologie"}, {"expires_on": -timedelta(1)}, {"expires_on": timedelta(400)},
        {"ends_on": timedelta(3000)}, {"starts_on": date(9999, 12, 30), "ends_on": date(9999, 12, 31)},
    ],
)  # fmt: skip
def test_terms_that_cannot_be(wrong):
    with pytest.raises(RuleBroken):
        make_request(*make_pair(), **dated(wrong))


def test_a_cae_that_left_the_federation_neither_asks_nor_answers():
    provider, beneficiary = make_pair()
    request = make_request(provider, beneficiary)
    (answerer,) = directors(provider)
    Affiliation.objects.filter(organisation=beneficiary).update(ends_on=today() - timedelta(days=1))

    with pytest.raises(RuleBroken, match="membres de la fédération"):
        services.accept_request(request, actor=answerer)


def test_the_service_refuses_somebody_who_signs_for_neither():
    provider, beneficiary = make_pair()
    request = make_request(provider, beneficiary)

    with pytest.raises(NotAllowed):
        services.accept_request(request, actor=make_actor(make_member()))
    assert not Agreement.unscoped.exists()


# -- who sees ---------------------------------------------------------------------------------------------------------
def test_only_the_teams_of_the_two_caes_see_a_request_and_its_service_and_rules_agree():
    service = make_service(purposes=["registration"])
    request = service.request
    provider, beneficiary = service.provider, service.beneficiary
    loan = actor_for(lent(service), f"agreement:{service.agreement_id}")
    actors = {
        "provider's advisor": make_actor(provider, "advisor"), "beneficiary's director": make_actor(beneficiary),
        "provider's entrepreneur": make_actor(provider, "entrepreneur"), "third CAE": make_actor(make_member()),
        "coordinator": actor_for(make_coordinator()), "lent person under her agreement": loan, "hub": SYSTEM,
    }  # fmt: skip

    seen = {who for who, actor in actors.items() if ServiceRequest.objects.visible_to(actor).exists()}

    assert seen == {"provider's advisor", "beneficiary's director"}
    for who, actor in actors.items():
        assert rules.can_see_request(actor, request) == (who in seen), who
        assert rules.can_see_service(actor, service) == (who in seen), who
        assert SharedService.objects.visible_to(actor).exists() == (who in seen), who
    with pytest.raises(UnscopedQuery):
        ServiceRequest.objects.count()


def test_requests_over_http_by_role():
    provider, beneficiary = make_pair()
    request = make_request(provider, beneficiary, message="KANB-message")
    people = {
        "asker": make_person(beneficiary, "director"), "answerer": make_person(provider, "director"), "answerer's staff": make_person(provider, "advisor"),
        "third": make_person(make_member(), "director"), "coordinator": make_coordinator(),
    }  # fmt: skip

    def status(user, name):
        return sign_in(user).get(reverse(f"sharing:{name}", args=[request.pk])).status_code

    names = ("request", "accept_request", "refuse_request", "withdraw_request")
    assert {who: tuple(status(user, name) for name in names) for who, user in people.items()} == {
        "asker": (200, 403, 403, 200), "answerer": (200, 200, 200, 403), "answerer's staff": (200, 403, 403, 403), "third": (404, 404, 404, 404),
        "coordinator": (404, 403, 403, 403),
    }  # fmt: skip
    client = sign_in(people["answerer"])
    wrong = client.post(reverse("sharing:refuse_request", args=[request.pk]), {"reason": ""})
    assert "<title>Erreur" in wrong.content.decode()
    client.post(reverse("sharing:refuse_request", args=[request.pk]), {"reason": "Pas avant l’été"})
    assert "Pas avant l’été" in sign_in(people["asker"]).get(request.get_absolute_url()).content.decode()


def test_a_cae_whose_name_has_its_article_is_answered_as_one_says_it():
    provider, beneficiary = make_member("Cap Lucioles"), make_member("Les Équerres")
    client = sign_in(make_person(provider, "director"))
    make_person(beneficiary, "director")
    request = make_request(provider, beneficiary)

    assert "Répondre aux Équerres" in client.get("/moi/").content.decode()
    assert "Motif, écrit aux Équerres" in client.get(reverse("sharing:refuse_request", args=[request.pk])).content.decode()
    row = make_amendment(make_service(provider, beneficiary, function="technique"), by_provider=False, hourly_cost_cents=1)
    assert "Motif, écrit aux Équerres" in client.get(reverse("sharing:refuse_amendment", args=[row.pk])).content.decode()


def test_from_an_offer_to_a_convention_over_http():
    provider, beneficiary = make_pair()
    person = make_person(provider, "shared_staff")
    offer = make_announcement(provider)
    asker, answerer = sign_in(make_person(beneficiary, "director")), sign_in(make_person(provider, "director"))
    url = reverse("sharing:answer_announcement", args=[offer.pk])
    assert reverse("sharing:answer_announcement", args=[offer.pk]) in asker.get(offer.get_absolute_url()).content.decode()
    assert answerer.get(url).status_code == 404, "not one's own"
    data = {
        "key": uuid7(), "quantity": "2 j", "starts_on": today(), "ends_on": today() + timedelta(30), "hourly_cost": "34.80", "half_day": "3 h 30",
        "expires_on": today() + timedelta(20), "message": "Bonjour", "purposes": ["registration"],
    }  # fmt: skip

    wrong = asker.post(url, data | {"half_day": "beaucoup", "message": "à garder"})
    assert "à garder" in wrong.content.decode()
    assert set(asker.post(url, data | {"expires_on": today() + timedelta(400)}).context["form"].errors) == {"expires_on"}
    assert asker.post(url, data).status_code == 302
    request = ServiceRequest.unscoped.get()
    assert (request.provider, request.announcement, request.half_day_minutes) == (provider, offer, 210)

    answer = answerer.post(reverse("sharing:accept_request", args=[request.pk]), {"people": [person.pk]})
    service = SharedService.unscoped.get()
    assert answer["Location"] == service.get_absolute_url()
    text = asker.get(service.get_absolute_url()).content.decode()
    assert person.name in text
    assert service.number in asker.get(reverse("sharing:services")).content.decode()


# -- bar A8 -----------------------------------------------------------------------------------------------------------
# plain winter days, and the two nights when the clock jumps (28 March and 31 October 2027): the agreement ends with the day before
@pytest.mark.parametrize("ends_on", [datetime(2027, 2, 1).date(), datetime(2027, 3, 28).date(), datetime(2027, 10, 31).date()])
@pytest.mark.parametrize(("offset", "at_start", "at_end"), [(-1, False, True), (0, True, False), (1, True, False)])
def test_shared_staff_acts_for_the_other_cae_between_two_midnights_and_no_second_more(ends_on, offset, at_start, at_end):
    starts_on = ends_on - timedelta(days=20)
    service = make_service(starts_on=starts_on, ends_on=ends_on, purposes=["registration"])
    person = lent(service)
    first = datetime.combine(starts_on, datetime.min.time(), PARIS)
    after = datetime.combine(ends_on + timedelta(days=1), datetime.min.time(), PARIS)

    def acts(at):
        with mock.patch.object(timezone, "now", return_value=at + timedelta(seconds=offset)):
            return [mandate.organisation_id for mandate in actor_for(person).mandates if mandate.agreement_id]

    assert acts(first) == ([service.beneficiary_id] if at_start else [])
    assert acts(after) == ([service.beneficiary_id] if at_end else [])


def test_inside_it_only_the_purposes_over_http_and_nothing_once_ended():
    service = make_service(purposes=["registration"])
    person, provider, beneficiary = lent(service), service.provider, service.beneficiary
    trainee = make_person(beneficiary, last_name="KANB-trainee")
    register = reverse("sessions:register", args=[make_session(make_course(make_member())).pk])
    client = sign_in(person, mandate=f"agreement:{service.agreement_id}")

    assert trainee.last_name in client.get(register).content.decode()
    for url in (
        service.get_absolute_url(),
        reverse("sharing:declare"),
        service.request.get_absolute_url(),
        reverse("accounts:team", args=[beneficiary.slug]),
    ):
        assert client.get(url).status_code in {403, 404}, url

    services.end_service(service, reason="Fini", actor=directors(beneficiary)[0])
    answer = client.get(register)
    assert answer.status_code == 403
    assert "KANB-trainee" not in answer.content.decode()
    assert provider


def test_a_service_past_its_last_day_is_not_broken_off_it_is_over():
    service = make_service()
    director = make_person(service.provider, "director")
    Agreement.unscoped.filter(pk=service.agreement_id).update(ends_at=timezone.now() - timedelta(hours=2))

    answer = sign_in(director).post(reverse("sharing:end", args=[service.pk]), {"reason": "Fini"}, follow=True)

    assert "est déjà finie" in answer.content.decode()
    service.refresh_from_db()
    assert service.stage != Stage.ENDED, "the night ends it, on its last day"


def test_without_purposes_or_role_nothing_is_opened():
    provider, beneficiary = make_pair()
    advisor = make_person(provider, "advisor")
    bare, named = (
        make_service(provider, beneficiary),
        make_service(provider, beneficiary, people=[advisor], purposes=["registration"], function="technique"),
    )

    assert [m for m in actor_for(lent(bare)).mandates if m.agreement_id] == []
    assert [m for m in actor_for(advisor).mandates if m.agreement_id] == []
    assert named.agreement.purposes == ["registration"]


def test_somebody_new_closes_the_accesses_until_the_other_cae_opens_them_again_knowing_whom():
    service = make_service(purposes=["registration"])
    first, second = lent(service), make_person(service.provider, "shared_staff")
    giver, receiver = directors(service.provider, service.beneficiary)

    services.name_people(service, people=[first, second], people_seen=[first.pk], actor=giver)
    service.agreement.refresh_from_db()
    assert service.agreement.purposes == []
    assert not [m for m in actor_for(first).mandates if m.agreement_id]

    with pytest.raises(RuleBroken, match="ont changé"):
        services.name_people(service, people=[first], people_seen=[first.pk], actor=giver)
    with pytest.raises(RuleBroken, match="ont changé"):
        services.open_purposes(service, purposes=["registration"], people_seen=[first.pk], purposes_seen=[], actor=receiver)
    with pytest.raises(NotAllowed):
        services.open_purposes(service, purposes=["registration"], people_seen=[first.pk, second.pk], purposes_seen=[], actor=giver)
    services.open_purposes(service, purposes=["registration"], people_seen=[first.pk, second.pk], purposes_seen=[], actor=receiver)
    assert [m for m in actor_for(second).mandates if m.agreement_id]

    services.name_people(service, people=[second], people_seen=[first.pk, second.pk], actor=giver)  # one fewer: nobody new
    service.agreement.refresh_from_db()
    assert service.agreement.purposes == ["registration"]
    assert not [m for m in actor_for(first).mandates if m.agreement_id]


def test_who_is_named_after_the_yes_gives_time_from_the_first_day_and_acts_from_now_on():
    provider, beneficiary = make_pair()
    person, second = (make_person(provider, "shared_staff") for _ in range(2))
    start = today() - timedelta(days=26)
    giver, receiver = directors(provider, beneficiary)
    service = services.accept_request(make_request(provider, beneficiary, starts_on=start, purposes=["registration"]), actor=giver)
    client, url = sign_in(make_person(provider, "director")), reverse("sharing:people", args=[service.pk])
    assert client.get(url).context["form"]["since"].value() == start

    early = client.post(url, {"seen": "", "people": [person.pk], "since": (start - timedelta(days=1)).isoformat()})
    late = client.post(url, {"seen": "", "people": [person.pk], "since": (today() + timedelta(days=1)).isoformat()})
    assert all("premier jour de la convention" in page.context["form"].errors["since"][0] for page in (early, late))
    assert client.post(url, {"seen": "", "people": [person.pk], "since": ""}).status_code == 302

    for actor in (giver, actor_for(person)):
        assert services.log_time(service, person=person, day=start, work="Devis", minutes=60, actor=actor)
    page = sign_in(person).get(reverse("sharing:own_time")).content.decode()
    assert period_fr(start, service.last_day) in page
    told = Notification.unscoped.filter(user=receiver.user_id).latest("created_at").text
    assert f"temps noté depuis le {one_line(long_date_fr(start))} pour {person.name}" in told
    assert not [m for m in actor_for(person).mandates if m.agreement_id], "time is given from that day, nothing was open then nor is now"
    assert client.get(url).context["form"]["since"].value() == today()
    middle = start + timedelta(days=9)
    both = {"seen": str(person.pk), "people": [person.pk, second.pk], "since": middle.isoformat()}
    assert client.post(url, both).status_code == 302
    assert log(service, middle, person=second)
    with pytest.raises(RuleBroken, match=long_date_fr(middle)):
        log(service, middle - timedelta(days=1), person=second)


def due(organisation):
    (actor,) = directors(organisation)
    found = next(panel for panel in panels.for_place("home.due") if panel.key == "sharing").build(actor, actor)
    return {item["url"]: item["text"] for item in (found or {"items": []})["items"]}


def test_accesses_asked_before_anybody_was_named_wait_for_the_cae_that_opens_them_ticked():
    provider, beneficiary = make_pair()
    person, (giver, _) = make_person(provider, "shared_staff"), directors(provider, beneficiary)
    service = services.accept_request(make_request(provider, beneficiary, purposes=["inventory"]), actor=giver)
    url, client = reverse("sharing:purposes", args=[service.pk]), sign_in(make_person(beneficiary, "director"))
    assert url not in due(beneficiary), "nobody is named yet"

    services.name_people(service, people=[person], people_seen=[], actor=giver)

    assert due(beneficiary)[url] == f"{provider.name} a nommé {person.name}. Accès en attente : {Purpose.INVENTORY.label}."
    assert url not in due(provider)
    assert "dira ce qui s’ouvre" in client.get(service.get_absolute_url()).content.decode()
    page = client.get(url)
    assert page.context["form"]["purposes"].value() == ["inventory"]
    assert "Rien ne s’ouvre avant que vous enregistriez" in page.content.decode()
    assert not [m for m in actor_for(person).mandates if m.agreement_id], "ticked beforehand is not opened"
    client.post(url, {"seen": str(person.pk), "opened": "", "purposes": ["inventory"]})
    assert [m for m in actor_for(person).mandates if m.agreement_id]
    assert url not in due(beneficiary)


def test_accesses_that_stay_closed_by_choice_are_asked_about_no_more():
    service = make_service(purposes=["registration"])
    second, (giver, receiver) = make_person(service.provider, "shared_staff"), directors(service.provider, service.beneficiary)
    services.name_people(service, people=[second], people_seen=[lent(service).pk], actor=giver)
    assert len(due(service.beneficiary)) == 1

    services.open_purposes(service, purposes=[], people_seen=[second.pk], purposes_seen=[], actor=receiver)

    assert due(service.beneficiary) == {}
    page = sign_in(make_person(service.beneficiary, "director")).get(reverse("sharing:purposes", args=[service.pk]))
    assert page.context["form"]["purposes"].value() == []


def test_the_coordination_breaking_the_agreement_ends_the_service_and_tells_both_sides():
    from hub.core.accounts.services import end_agreement

    service = make_service(purposes=["registration"])
    Notification.unscoped.all().delete()

    end_agreement(service.agreement, actor=actor_for(make_coordinator()))

    service.refresh_from_db()
    assert (service.stage, service.ended_on) == (Stage.ENDED, today())
    directors_told = {row.user_id for row in Notification.unscoped.filter(kind="sharing.service")}
    assert {actor.user_id for actor in directors(service.provider, service.beneficiary)} <= directors_told


def test_terms_end_by_themselves_and_both_are_told():
    service = make_service(ends_on=today() + timedelta(days=3))

    assert services.follow_dates(on=service.ends_on) == 0
    assert services.follow_dates(on=service.ends_on + timedelta(days=1)) == 1
    assert services.follow_dates(on=service.ends_on + timedelta(days=2)) == 0
    service.refresh_from_db()
    assert (service.stage, service.ended_on, service.end_reason) == (Stage.ENDED, service.ends_on, "")
    assert Notification.unscoped.filter(text__contains="arrivée à son terme").values("user").distinct().count() == 3
    assert make_terms().function == "gestion_sociale"


def test_people_and_accesses_over_http_by_side_and_a_stale_page_opens_nothing():
    service = make_service()
    first, second = lent(service), make_person(service.provider, "shared_staff", first_name="Ousmane")
    giver, receiver = sign_in(make_person(service.provider, "director")), sign_in(make_person(service.beneficiary, "director"))
    people, accesses = (reverse(f"sharing:{name}", args=[service.pk]) for name in ("people", "purposes"))
    assert (giver.get(people).status_code, receiver.get(people).status_code) == (200, 403)
    assert (giver.get(accesses).status_code, receiver.get(accesses).status_code) == (403, 200)
    assert first.name in receiver.get(accesses).content.decode()

    assert giver.post(people, {"seen": str(first.pk), "people": [first.pk, second.pk]}).status_code == 302
    stale = receiver.post(accesses, {"seen": str(first.pk), "purposes": ["registration"]})
    assert "ont changé entre-temps" in stale.content.decode()
    assert not [m for m in actor_for(second).mandates if m.agreement_id]
    assert receiver.post(accesses, {"seen": f"{first.pk} {second.pk}", "purposes": ["registration"]}).status_code == 302
    assert [m for m in actor_for(second).mandates if m.agreement_id]
    garbage = receiver.post(accesses, {"seen": "x y", "purposes": ["registration"]})
    assert (garbage.status_code, "de nouveau" in garbage.content.decode()) == (200, True)


def test_ending_over_http_asks_first_and_says_why():
    service = make_service(purposes=["registration"])
    client = sign_in(make_person(service.beneficiary, "director"))
    url = reverse("sharing:end", args=[service.pk])
    assert client.get(url).status_code == 200
    assert "<title>Erreur" in client.post(url, {"reason": ""}).content.decode()
    service.refresh_from_db()
    assert service.stage == Stage.RUNNING

    client.post(url, {"reason": "Nous avons recruté."})

    service.refresh_from_db()
    assert (service.stage, service.end_reason) == (Stage.ENDED, "Nous avons recruté.")
    assert "Nous avons recruté." in sign_in(make_person(service.provider, "advisor")).get(service.get_absolute_url()).content.decode()
    assert not [m for m in actor_for(lent(service)).mandates if m.agreement_id]


def test_a_mandate_reads_as_ending_on_its_last_day():
    service = make_service(purposes=["registration"])
    (mandate,) = [one for one in actor_for(lent(service)).mandates if one.agreement_id]

    assert mandate.detail.endswith(f"jusqu’au {day_fr(service.ends_on)}")


def test_a_cae_that_hides_its_page_is_not_named_to_the_others():
    hidden, other = make_member("KANB-hidden"), make_member()
    DirectoryEntry.unscoped.filter(organisation=hidden).update(is_published=False)
    declare(hidden, Declared("technique", "held", people_count=2))

    for url in (reverse("sharing:new_request"), reverse("sharing:matrix"), reverse("sharing:matrix_json")):
        assert "KANB-hidden" not in sign_in(make_person(other, "director")).get(url).content.decode()
    assert "KANB-hidden" in sign_in(make_person(hidden, "director")).get(reverse("sharing:matrix")).content.decode()


@pytest.mark.parametrize("on_hub", ["service", "agreement"])
def test_who_left_the_team_that_lends_is_written_nothing_more_of_the_agreement(on_hub):
    provider, beneficiary = make_pair()
    gone, stays = make_person(provider, "shared_staff"), make_person(provider, "shared_staff")
    service = make_service(provider, beneficiary, people=[gone, stays])
    held = Membership.unscoped.get(user=gone)
    join(gone, make_member(), "advisor")
    withdraw_role(held, actor=SYSTEM)
    Mail.objects.all().delete()
    Notification.unscoped.all().delete()

    if on_hub == "service":
        services.end_service(service, reason="Un désaccord sur les heures.", actor=directors(beneficiary)[0])
    else:
        telling.of_agreement(service.agreement, "rompue")

    assert Mail.objects.filter(user=stays).exists()
    assert not Mail.objects.filter(user=gone).exists()
    assert not Notification.unscoped.filter(user=gone).exists()


@pytest.mark.django_db(transaction=True)
def test_answers_at_once_leave_one():
    provider, beneficiary = make_pair()
    asker, answerer = directors(beneficiary, provider)
    for function in ("technique", "formation", "communication"):
        request = make_request(provider, beneficiary, function=function)
        moves = [
            lambda row: services.accept_request(row, actor=answerer), lambda row: services.refuse_request(row, reason="Non", actor=answerer),
            lambda row: services.withdraw_request(row, actor=asker), lambda row: services.accept_request(row, actor=answerer),
        ]  # fmt: skip

        def answer(number, request=request, moves=moves):
            try:
                moves[number](request)
            except MoveRefused:
                return 0
            return 1

        assert sum(run_together(answer, 4)) == 1
        request.refresh_from_db()
        assert SharedService.unscoped.filter(request=request).count() == Agreement.unscoped.filter(shared_service__request=request).count()
        assert SharedService.unscoped.filter(request=request).exists() == (request.status == "accepted")
    assert Agreement.unscoped.count() == SharedService.unscoped.count()


def test_an_agreement_laid_by_the_coordination_is_read_by_both_caes_and_nobody_else():
    provider, beneficiary = make_pair()
    person = make_person(provider, "shared_staff")
    row = make_loan(person, provider=provider, beneficiary=beneficiary)
    url = reverse("sharing:services")

    def tab(page):
        return int(re.search(r"Conventions <span class=\"n\">(\d+)</span>", page)[1])

    for organisation in (provider, beneficiary):
        page = sign_in(make_person(organisation, "advisor")).get(url).content.decode()
        assert row.number in page
        assert person.name in page
        assert "Posées par la coordination" in page
        assert tab(page) == 1
    other = make_member()
    make_loan(person, provider=provider, beneficiary=other)
    services.end_service(make_service(provider, beneficiary), reason="Fini", actor=actor_for(make_person(provider, "director")))
    assert tab(sign_in(make_person(beneficiary, "director")).get(url).content.decode()) == 2, "one of the two has ended, and is listed"
    assert "CV-" not in sign_in(make_person(make_member(), "director")).get(url).content.decode()
    assert other.name not in sign_in(make_person(beneficiary, "director")).get(url).content.decode()
    third = make_member()
    join(person, third, "advisor")
    elsewhere = sign_in(person, mandate=f"organisation:{third.pk}")
    assert "Posées par la coordination" not in elsewhere.get(url).content.decode(), "named by it, she acts for another CAE here"


@pytest.mark.parametrize("name", ["accept_request", "refuse_request", "withdraw_request"])
def test_a_request_that_is_answered_offers_nothing_more_to_answer(name):
    row = make_request(*make_pair())
    reader = make_person(row.asker if name == "withdraw_request" else row.answerer, "director")
    url = reverse(f"sharing:{name}", args=[row.pk])
    services.refuse_request(row, reason="Pas cette année.", actor=actor_for(make_person(row.answerer, "director")))

    answer = sign_in(reader).get(url, follow=True)

    assert answer.redirect_chain == [(row.get_absolute_url(), 302)]
    assert "n’attend plus de réponse" in answer.content.decode()


# -- who leaves the team that lends -----------------------------------------------------------------------------------
def test_a_departure_is_told_to_both_caes_shown_beside_the_name_and_waits_for_the_lender():
    provider, beneficiary = make_pair()
    person = make_person(provider, "shared_staff", first_name="Idriss", last_name="Fontan")
    join(person, provider, "advisor")
    service = make_service(provider, beneficiary, people=[person], purposes=["registration"])
    giver, receiver = (sign_in(make_person(one, "director")) for one in (provider, beneficiary))
    advisor, last = (Membership.unscoped.get(user=person, role=role) for role in ("advisor", "shared_staff"))
    ask_first, ask_last = (reverse("accounts:withdraw_role", args=[provider.slug, one.pk]) for one in (advisor, last))
    mine, words = reverse("sharing:people", args=[service.pk]), "Idriss Fontan n’est plus de l’équipe"
    Notification.unscoped.all().delete()
    assert service.number not in giver.get(ask_first).content.decode(), "another role is left"
    giver.post(ask_first)
    assert not Notification.unscoped.filter(text__contains=words).exists()
    assert mine not in giver.get("/moi/").content.decode()

    assert f"{service.number}, pour {beneficiary.name}, porte son nom" in giver.get(ask_last).content.decode()
    giver.post(ask_last)

    readers = set(Notification.unscoped.filter(text__contains=words).values_list("user", flat=True))
    assert readers == set(
        Membership.unscoped.filter(role="director", organisation__in=[provider, beneficiary]).values_list("user", flat=True)
    )
    for url in (service.get_absolute_url(), reverse("sharing:purposes", args=[service.pk])):
        assert "n’est plus de l’équipe" in receiver.get(url).content.decode()
    assert mine in giver.get("/moi/").content.decode()
    assert mine not in receiver.get("/moi/").content.decode()
    other = make_person(provider, "shared_staff")
    services.name_people(service, people=[other], people_seen=[person.pk], actor=directors(provider)[0])
    assert mine not in giver.get("/moi/").content.decode()
    assert "n’est plus de l’équipe" not in receiver.get(service.get_absolute_url()).content.decode()


def test_a_departure_under_an_agreement_of_the_coordination_is_told_and_an_ended_one_is_not():
    provider, beneficiary = make_pair()
    person = make_person(provider, "shared_staff")
    ended = make_service(provider, beneficiary, people=[person])
    services.end_service(ended, reason="Fini", actor=directors(provider)[0])
    laid = make_loan(person, provider=provider, beneficiary=beneficiary)
    Notification.unscoped.all().delete()

    withdraw_role(Membership.unscoped.get(user=person), actor=SYSTEM)

    rows = Notification.unscoped.filter(text__contains="n’est plus de l’équipe")
    assert {(row.user_id, laid.number in row.text) for row in rows} == {(one.user_id, True) for one in directors(provider, beneficiary)}
