"""Needs of CAEs: entered by a team, counted by theme, answered by a session, given back when it is cancelled."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from hub.core.accounts.errors import UnscopedQuery
from hub.core.accounts.selectors import actor_for
from hub.core.audit.models import AuditEntry
from hub.core.jobs import runner
from hub.core.kit.dates import today
from hub.core.kit.identifiers import uuid7
from hub.core.notifications.models import Notification
from hub.core.ui.panels import collect
from tests.builders.accounts import SYSTEM, make_actor, make_coordinator, make_loan, make_member, make_organisation, make_person, sign_in
from tests.builders.trainings import half_days, make_course, make_session
from tests.builders.vocabularies import make_skill
from tests.builders.wishes import make_wish
from trainings.catalogue.models import CoursePage
from trainings.sessions import services as sessions
from trainings.sessions.enums import SessionStatus
from trainings.sessions.models import TrainingSession
from trainings.wishes import rules, services
from trainings.wishes.enums import MOVES, WishStatus
from trainings.wishes.errors import MoveRefused, VersionConflict, WishRefused
from trainings.wishes.models import Wish
from trainings.wishes.selectors import census
from trainings.wishes.services import Need

db = pytest.mark.django_db


def client_of(organisation, role="advisor"):
    return sign_in(make_person(organisation, role))


def form_of(**changes):
    return {"key": str(uuid7()), "theme": "Enduits terre", "people_count": "3", "department_code": "", "period": "", "note": ""} | changes


def session_form(**changes):
    day = (today() + timedelta(days=60)).isoformat()
    return {
        "demi-0-date": day, "demi-0-period": "am", "capacity": "8", "price": "300", "payment_terms": "30 jours", "place_name": "Atelier", "save": "1",
    } | changes  # fmt: skip


# -- themes -----------------------------------------------------------------------------------------------------------
@given(st.text(alphabet="aéÈ eçÇ-œŒ'’ ", min_size=1, max_size=40))
def test_a_theme_is_one_whatever_its_case_spaces_and_hyphens(words):
    assert rules.theme_key("", words) == rules.theme_key("", f"  {words.upper().lower()} ") == rules.theme_key("", words.replace("-", " "))
    assert len(rules.theme_key("", words * 20)) <= 140


def test_a_descriptor_and_words_are_never_one_theme():
    assert rules.theme_key("22454", "peu importe") == "f:22454" != rules.theme_key("", "22454")


@db
def test_census_groups_by_theme_and_counts_by_cae():
    a, b = make_member("Alpha"), make_member("Bêta")
    skill = make_skill()
    for organisation, words, count in ((a, "Devis et marges", 2), (a, "devis  et marges", 1), (b, "DEVIS ET MARGES", 4)):
        make_wish(organisation, words=words, people_count=count)
    make_wish(b, skill=skill, people_count=9)
    services.withdraw_wish(make_wish(a, words="Retiré"), actor=SYSTEM)

    themes = census(make_actor(make_member(), "training_manager"))

    assert [(theme.label.lower(), theme.people_count, [(s.organisation.name, s.people_count) for s in theme.shares]) for theme in themes] == [
        ("devis et marges", 7, [("Bêta", 4), ("Alpha", 3)]), (skill.label.lower(), 9, [("Bêta", 9)]),
    ]  # fmt: skip


# -- entering ---------------------------------------------------------------------------------------------------------
@db
def test_the_same_form_enters_a_need_once():
    organisation = make_member()
    client, sent = client_of(organisation), form_of()

    for _ in range(2):
        assert client.post(reverse("wishes:new"), sent).status_code == 302

    wish = Wish.unscoped.get()
    assert (wish.words, wish.people_count, wish.skill, wish.status) == ("Enduits terre", 3, None, WishStatus.OPEN)
    assert AuditEntry.objects.filter(action="trainings.wish.enter").count() == 1

    for _ in range(2):
        client.post(reverse("wishes:new"), sent | {"theme": "Enduits chaux"})  # the form that the browser kept
    assert sorted(Wish.unscoped.values_list("words", flat=True)) == ["Enduits chaux", "Enduits terre"]

    Wish.unscoped.update(status=WishStatus.WITHDRAWN)
    client.post(reverse("wishes:new"), sent)
    assert Wish.unscoped.filter(status=WishStatus.OPEN, words="Enduits terre").count() == 1, "what was withdrawn is asked anew"


@db
def test_a_word_of_the_formacode_is_the_descriptor_and_other_words_stay_words():
    organisation, skill = make_member(), make_skill()
    client = client_of(organisation)

    client.post(reverse("wishes:new"), form_of(theme=skill.label.upper()))
    client.post(reverse("wishes:new"), form_of(theme=f"{skill.label} sur un vieux mur"))

    assert set(Wish.unscoped.values_list("skill", "words")) == {(skill.pk, ""), (None, f"{skill.label} sur un vieux mur")}


@db
@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"theme": " "}, "remplir"), ({"theme": "!!"}, "Écrivez un thème"), ({"people_count": "0"}, "Au moins 1"), ({"people_count": "201"}, "Au plus 200"),
        ({"people_count": "beaucoup"}, "nombre entier"), ({"department_code": "999"}, "pas dans la liste"), ({"note": "x" * 1001}, "signes au plus"),
    ],
)  # fmt: skip
def test_a_wrong_need_is_refused_and_what_was_typed_stays(changes, words):
    response = client_of(make_member()).post(reverse("wishes:new"), form_of(period="printemps 2027", **changes))

    body = response.content.decode()
    assert response.status_code == 200
    assert words in body
    assert "printemps 2027" in body
    assert not Wish.unscoped.exists()


@db
def test_people_named_are_of_the_cae_and_no_more_than_the_number():
    organisation = make_member()
    person, other, stranger = make_person(organisation), make_person(organisation), make_person(make_member())
    client = client_of(organisation)

    refused = client.post(reverse("wishes:new"), form_of(people_count="1", people=[person.pk, other.pk]))
    assert "2 personnes sont cochées" in refused.content.decode()
    foreign = client.post(reverse("wishes:new"), form_of(people=[stranger.pk]))
    assert foreign.status_code == 200
    assert not Wish.unscoped.exists()
    with pytest.raises(WishRefused, match="rattachée"):
        services.enter_wish(organisation, need=Need(2, words="x", people=[stranger]), key=uuid7(), actor=SYSTEM)

    assert client.post(reverse("wishes:new"), form_of(people=[person.pk])).status_code == 302
    assert person.name in client.get(reverse("wishes:own")).content.decode()


@db
def test_looking_for_a_name_saves_nothing_and_loses_nothing():
    organisation = make_member()
    chosen, other = (
        make_person(organisation, first_name="Ana", last_name="Lopes"),
        make_person(organisation, first_name="Oumar", last_name="Kaba"),
    )
    make_person(organisation, first_name="Nadège", last_name="Fontan")
    client = client_of(organisation)

    for button in ({"find": "1"}, {}):
        response = client.post(reverse("wishes:new"), form_of(theme="", period="mars", people=[chosen.pk], who="kaba", **button))
        body = response.content.decode()
        assert response.status_code == 200
        assert "Lopes" in body
        assert other.name in body
        assert "Fontan" not in body
        assert 'value="mars"' in body
        assert "Erreur" not in body
    assert not Wish.unscoped.exists()


@db
def test_two_people_on_one_need_the_second_sees_both_versions():
    wish = make_wish()
    client, url = client_of(wish.organisation), reverse("wishes:change", args=[wish.pk])
    services.change_wish(wish, need=Need(7, words="Chaux"), version=1, actor=SYSTEM)

    response = client.post(url, form_of(version="1", note="Le mien."))

    body = response.content.decode()
    assert response.status_code == 409
    assert "Chaux" in body
    assert "Le mien." in body
    assert 'name="version" value="2"' in body
    assert client.post(url, form_of(version="2", note="Le mien.")).status_code == 302
    with pytest.raises(VersionConflict):
        services.change_wish(wish, need=Need(7, words="Chaux"), version=1, actor=SYSTEM)


@db
def test_withdrawing_asks_first_and_forgets_names():
    organisation = make_member()
    wish = make_wish(organisation, people=[make_person(organisation)])
    client, url = client_of(organisation), reverse("wishes:withdraw", args=[wish.pk])
    assert "s’effacent" in client.get(url).content.decode()
    assert Wish.unscoped.get().status == WishStatus.OPEN

    client.post(url)

    wish.refresh_from_db()
    assert (wish.status, wish.people.count()) == (WishStatus.WITHDRAWN, 0)
    assert "déjà retiré" in client.post(url, follow=True).content.decode()
    with pytest.raises(WishRefused, match="n’attend plus"):
        services.change_wish(wish, need=Need(1, words="x"), version=wish.version, actor=SYSTEM)


@pytest.mark.parametrize("source", WishStatus)
@pytest.mark.parametrize("target", WishStatus)
def test_only_the_moves_of_the_table_are_possible(source, target):
    wish = Wish(status=source, words="x")
    if target in MOVES[source]:
        wish.move_to(target)
        assert wish.status == target
    else:
        with pytest.raises(MoveRefused):
            wish.move_to(target)


@db
@pytest.mark.parametrize("facts", [{"people_count": 0}, {"words": ""}, {"status": "planned"}])
def test_the_database_refuses_a_need_for_nobody_of_nothing_or_planned_by_nothing(facts):
    wish = make_wish()

    with pytest.raises(IntegrityError), transaction.atomic():
        Wish.unscoped.filter(pk=wish.pk).update(**facts)


# -- who --------------------------------------------------------------------------------------------------------------
@db
def test_names_stay_in_the_cae_and_numbers_go_to_those_who_train():
    organisation = make_member()
    named = make_person(organisation, first_name="Zélie", last_name="Introuvable")
    wish = make_wish(organisation, people=[named], note="Après les chantiers.")
    manager = client_of(make_member(), "training_manager")

    for name, args in (("census", []), ("choose", [wish.pk])):
        body = manager.get(reverse(f"wishes:{name}", args=args)).content.decode()
        assert organisation.name in body
        assert "Introuvable" not in body
    lines = b"".join(manager.get(reverse("wishes:census_csv")).streaming_content).decode()
    assert f"Enduits terre,,{organisation.name},3,,,Après les chantiers." in lines
    assert "Introuvable" not in lines
    for verb in ("change", "withdraw"):
        url = reverse(f"wishes:{verb}", args=[wish.pk])
        assert (manager.get(url).status_code, manager.post(url, form_of()).status_code) == (404, 404)


@db
def test_rule_and_list_agree_on_who_sees_a_need():
    wish = make_wish()
    stranger, outside = make_member(), make_organisation()
    lent = make_person(stranger, "shared_staff")
    make_loan(lent, provider=stranger, beneficiary=wish.organisation)
    actors = {
        (name, role): make_actor(organisation, role)
        for name, organisation in (("own", wish.organisation), ("other", stranger), ("outside", outside))
        for role in ("director", "training_manager", "trainer", "advisor", "entrepreneur", "facilitator")
    }
    actors["lent", "registers"] = actor_for(lent, f"agreement:{lent.agreements.get().pk}")

    seen = {who for who, actor in actors.items() if Wish.objects.visible_to(actor).exists()}

    assert seen == {who for who, actor in actors.items() if rules.can_change(actor, wish.organisation_id) or rules.can_count(actor)}
    assert seen == {
        ("own", "director"), ("own", "training_manager"), ("own", "advisor"), ("own", "trainer"), ("other", "training_manager"), ("other", "trainer"),
    }  # fmt: skip
    with pytest.raises(UnscopedQuery):
        list(Wish.objects.all())


# -- answering --------------------------------------------------------------------------------------------------------
@db
def test_a_session_opened_from_a_need_is_filled_links_it_and_tells_its_cae():
    wish, other = make_wish(people_count=5, period="printemps"), make_wish(people_count=4)
    course = make_course()
    advisor = make_person(wish.organisation, "advisor")
    client = client_of(course.organisation, "training_manager")

    chosen = client.get(reverse("wishes:choose", args=[wish.pk]), {"programme": str(course.public_id), "besoin": str(other.pk)})
    page = client.get(chosen["Location"])
    body = page.content.decode()
    assert page.status_code == 200
    assert wish.organisation.name in body
    assert "printemps" in body
    assert 'value="9"' in body
    done = client.post(chosen["Location"], session_form())

    session = TrainingSession.unscoped.get()
    assert done["Location"] == reverse("sessions:detail", args=[session.pk])
    assert (session.status, session.course_id, session.capacity) == (SessionStatus.DRAFT, course.pk, 8)
    assert set(Wish.unscoped.values_list("status", "session")) == {(WishStatus.PLANNED, session.pk)}
    assert Notification.unscoped.filter(user=advisor, kind="trainings.wish_answered").count() == 1
    assert "Besoins auxquels elle répond" in client.get(done["Location"]).content.decode()
    own = sign_in(advisor).get(reverse("wishes:own")).content.decode()
    assert "Session en préparation" in own
    assert reverse("sessions:detail", args=[session.pk]) not in own
    runner.drain()


@db
def test_a_need_answered_meanwhile_opens_no_second_session_and_keeps_what_was_typed():
    wish, course = make_wish(), make_course()
    client, url = client_of(course.organisation, "training_manager"), reverse("wishes:open", args=[wish.pk, course.public_id])
    services.open_session_for([wish], course, actor=SYSTEM, facts={"capacity": 6, "price_cents": 0}, slots=half_days(today()), trainers=[])

    response = client.post(url, session_form(place_name="Mon atelier"))

    assert response.status_code == 200
    assert "n’attend plus" in response.content.decode()
    assert "Mon atelier" in response.content.decode()
    assert TrainingSession.unscoped.count() == 1
    assert "n’attend plus" in client.get(url, follow=True).content.decode()


@db
def test_a_wrong_session_form_links_nothing():
    wish, course = make_wish(), make_course()

    response = client_of(course.organisation, "training_manager").post(
        reverse("wishes:open", args=[wish.pk, course.public_id]), session_form(capacity="0")
    )

    assert response.status_code == 200
    assert wish.organisation.name in response.content.decode()
    assert Wish.unscoped.get().status == WishStatus.OPEN


@db
def test_a_programme_of_another_organisation_cannot_answer():
    wish, course = make_wish(), make_course()
    client = client_of(make_member(), "training_manager")

    assert client.get(reverse("wishes:open", args=[wish.pk, course.public_id])).status_code == 403
    assert client.get(reverse("wishes:open", args=[uuid7(), course.public_id])).status_code == 404
    assert "Aucun programme publié" in client.get(reverse("wishes:choose", args=[wish.pk])).content.decode()


@db
def test_choosing_nothing_is_said():
    wish, course = make_wish(), make_course()

    other, client, url = make_wish(), client_of(course.organisation, "training_manager"), reverse("wishes:choose", args=[wish.pk])
    assert "Choisissez un programme" not in client.get(url).content.decode()
    for sent in ({"suite": "1"}, {"suite": "1", "besoin": str(other.pk)}, {"programme": "autre"}):
        page = client.get(url, sent).content.decode()
        assert "Choisissez un programme" in page
        assert "<title>Erreur" in page
        assert page.count("#programme") == page.count('id="programme"') == 1
        assert (f'value="{other.pk}" checked' in page) == ("besoin" in sent)


@db
def test_a_cancelled_session_gives_its_needs_back():
    wish, course = make_wish(), make_course()
    advisor = make_person(wish.organisation, "advisor")
    facts = {"facts": {"capacity": 6, "price_cents": 0}, "slots": half_days(today() + timedelta(days=9)), "trainers": []}
    session = services.open_session_for([wish], course, actor=SYSTEM, **facts)
    sessions.move_session(session, status=SessionStatus.CANCELLED, actor=SYSTEM, reason="Trop peu")

    runner.drain()

    wish.refresh_from_db()
    assert (wish.status, wish.session) == (WishStatus.OPEN, None)
    assert Notification.unscoped.filter(user=advisor, kind="trainings.wish_waits").count() == 1
    assert services.reopen_wishes_of(session) == 0


@db
def test_a_session_deleted_before_it_was_published_gives_its_needs_back():
    wish, course = make_wish(), make_course()
    advisor = make_person(wish.organisation, "advisor")
    facts = {"facts": {"capacity": 6, "price_cents": 0}, "slots": half_days(today() + timedelta(days=9)), "trainers": []}
    session = services.open_session_for([wish], course, actor=SYSTEM, **facts)

    sessions.remove_session(session, actor=SYSTEM)

    wish.refresh_from_db()
    assert (wish.status, wish.session) == (WishStatus.OPEN, None)
    assert Notification.unscoped.filter(user=advisor, kind="trainings.wish_waits").count() == 1


@db
def test_a_need_withdrawn_while_its_session_is_prepared_is_told_to_who_prepares_it():
    wish, course = make_wish(), make_course()
    manager = make_person(course.organisation, "training_manager")
    facts = {"facts": {"capacity": 6, "price_cents": 0}, "slots": half_days(today() + timedelta(days=9)), "trainers": []}
    session = services.open_session_for([wish], course, actor=SYSTEM, **facts)

    services.withdraw_wish(wish, actor=SYSTEM)

    told = Notification.unscoped.get(user=manager, kind="trainings.wish_withdrawn")
    assert told.url == reverse("sessions:detail", args=[session.pk])
    runner.drain()


# -- asked by the federation -------------------------------------------------------------------------------------------
def due_of(user, title="Préparer une session"):
    return [item for found in collect("home.due", actor_for(user), None) for item in found["items"] if title in item["title"]]


@db
def test_names_that_have_their_article_are_said_as_one_says_them():
    wish = make_wish(make_member("Les Truelles"), people_count=4)
    other = make_wish(make_member("Le Quai"), people_count=2)
    course, elsewhere = make_course(make_member("Les Équerres")), make_course(make_member("Cap Lucioles"))
    client = client_of(course.organisation, "training_manager")
    data = {"programme": str(course.public_id), "besoin": str(other.pk)}

    form = client.get(client.get(reverse("wishes:choose", args=[wish.pk]), data)["Location"]).content.decode()
    assert "Cette session répond aux Truelles (4\u00a0personnes" in form
    assert " et au Quai (2\u00a0personnes" in form
    coordinator = sign_in(make_coordinator())
    coordinator.post(reverse("wishes:ask", args=[wish.pk, course.public_id]))
    assert "Demandée aux Équerres" in coordinator.get(reverse("wishes:choose", args=[wish.pk])).content.decode()
    assert "Faite aux Équerres" in coordinator.get(reverse("wishes:take_back", args=[wish.pk])).content.decode()
    again = coordinator.get(reverse("wishes:ask", args=[wish.pk, elsewhere.public_id])).content.decode()
    assert "La demande faite aux Équerres est retirée" in again


@db
def test_the_coordinator_asks_a_body_which_finds_the_form_filled_and_opens_the_session():
    wish, other = make_wish(people_count=5), make_wish(people_count=4)
    course = make_course(make_member("Bâti Formation"), title="Enduits terre et chaux")
    manager, coordinator = make_person(course.organisation, "training_manager"), sign_in(make_coordinator())
    assert "Demander une session" in coordinator.get(reverse("wishes:census")).content.decode()
    asking = coordinator.get(reverse("wishes:choose", args=[wish.pk]), {"programme": str(course.public_id), "besoin": str(other.pk)})[
        "Location"
    ]
    assert asking.startswith(reverse("wishes:ask", args=[wish.pk, course.public_id]))
    assert "Bâti Formation" in coordinator.get(asking).content.decode()
    assert not Wish.unscoped.filter(asked_course__isnull=False).exists(), "reading asks nothing"

    assert "La demande est partie" in coordinator.post(asking, follow=True).content.decode()

    assert "Session demandée&nbsp;: Bâti Formation" in coordinator.get(reverse("wishes:census")).content.decode()
    notice = Notification.unscoped.get(user=manager, kind="trainings.session_asked")
    (item,) = due_of(manager)
    assert item["url"] == notice.url
    assert "9\u00a0personnes" in item["text"]
    client = sign_in(manager)
    page = client.get(item["url"]).content.decode()
    assert 'value="9"' in page
    assert reverse("wishes:decline", args=[wish.pk]) in page or reverse("wishes:decline", args=[other.pk]) in page
    client.post(item["url"], session_form())
    assert set(Wish.unscoped.values_list("status", "asked_course", "asked_by")) == {(WishStatus.PLANNED, None, None)}
    assert due_of(manager) == []


@db
def test_the_coordinator_takes_back_what_is_not_answered_and_the_body_is_told():
    wish, other, course, coordinator = make_wish(), make_wish(), make_course(), make_coordinator()
    manager, client, url = (
        make_person(course.organisation, "training_manager"),
        sign_in(coordinator),
        reverse("wishes:take_back", args=[wish.pk]),
    )
    assert client.get(url, follow=True).redirect_chain[-1][0] == reverse("wishes:census"), "nothing is asked yet"
    services.ask_session([wish, other], course, actor=actor_for(coordinator))
    page = client.get(reverse("wishes:census")).content.decode()
    assert ("Demander une session" in page, "Revoir la demande" in page) == (False, True)
    assert url in client.get(reverse("wishes:choose", args=[wish.pk])).content.decode()
    assert sign_in(manager).post(url).status_code == 403
    assert "Garder la demande" in client.get(url).content.decode()
    assert len(due_of(manager)) == 1, "reading takes nothing back"

    client.post(url)
    client.post(url)

    assert set(Wish.unscoped.values_list("status", "asked_course", "asked_at")) == {(WishStatus.OPEN, None, None)}
    assert due_of(manager) == []
    assert Notification.unscoped.filter(user=manager, kind="trainings.session_asked_no_more").count() == 1
    assert AuditEntry.objects.filter(action="trainings.wish.unask").count() == 2


@db
def test_a_body_declines_with_a_word_and_whoever_asked_reads_it():
    wish, other, course, coordinator = make_wish(), make_wish(), make_course(), make_coordinator()
    asker, manager = actor_for(coordinator), make_person(course.organisation, "training_manager")
    services.ask_session([wish, other], course, actor=asker)
    client, url = sign_in(manager), reverse("wishes:decline", args=[wish.pk])
    assert "Motif" in client.get(url).content.decode()
    assert client.post(url, {"reason": ""}).status_code == 200
    assert len(due_of(manager)) == 1, "no word, no refusal"

    client.post(url, {"reason": "Plus de formatrice avant l’été."})

    assert set(Wish.unscoped.values_list("status", "asked_course")) == {(WishStatus.OPEN, None)}
    notice = Notification.unscoped.get(user=coordinator, kind="trainings.session_declined")
    assert notice.url == reverse("wishes:choose", args=[wish.pk])
    assert "Plus de formatrice" in notice.text
    (due,) = due_of(coordinator, "Demander ailleurs")
    assert "Plus de formatrice" in due["text"]
    assert due_of(manager, "Demander ailleurs") == []
    reader = sign_in(coordinator)
    assert all("Plus de formatrice" in reader.get(page).content.decode() for page in (due["url"], reverse("wishes:census")))
    assert "Plus de formatrice" not in client.get(reverse("wishes:census")).content.decode(), "said to who asked"
    for found in collect("export", make_actor(wish.organisation), wish.organisation):
        assert "Plus de formatrice" not in str(found), "nor does the CAE take it away"
        assert str(course.organisation_id) not in str(found.get("besoins-de-formation"))
    assert (client.get(url).status_code, due_of(manager)) == (404, [])
    assert services.decline_session([wish], reason="Encore", actor=actor_for(manager)) == []
    assert Notification.unscoped.filter(kind="trainings.session_declined").count() == 1
    services.ask_session([wish, other], make_asked(), actor=asker)
    assert due_of(coordinator, "Demander ailleurs") == []


def make_asked():
    course = make_course()
    make_person(course.organisation, "training_manager")
    return course


@db
def test_a_body_that_has_not_answered_is_asked_no_second_time():
    wish, other, course = make_wish(), make_wish(), make_asked()
    coordinator = make_coordinator()
    client, asking = sign_in(coordinator), reverse("wishes:ask", args=[wish.pk, course.public_id])
    client.post(asking)

    assert "n’a pas encore répondu" in client.get(asking, follow=True).content.decode()
    assert "n’a pas encore répondu" in client.post(asking, follow=True).content.decode()
    assert Notification.unscoped.filter(kind="trainings.session_asked").count() == 1
    assert services.ask_session([wish, other], course, actor=SYSTEM) == [other]


@db
def test_a_session_asked_on_a_programme_unpublished_since_is_seen_and_can_be_declined():
    wish, course = make_wish(), make_asked()
    services.ask_session([wish], course, actor=SYSTEM)
    CoursePage.objects.filter(pk=course.pk).update(live=False)
    manager = make_person(course.organisation, "training_manager")

    (item,) = due_of(manager)
    page = sign_in(manager).get(item["url"], follow=True)

    assert "n’est plus publié" in item["text"]
    assert page.redirect_chain[-1][0] == reverse("wishes:decline", args=[wish.pk])
    assert "n’est plus publié" in page.content.decode()


@db
def test_only_who_coordinates_chooses_how_she_is_told_of_a_refusal():
    label = "Une session que j’ai demandée est déclinée ou annulée"
    url = reverse("notifications:preferences")

    assert label in sign_in(make_coordinator()).get(url).content.decode()
    assert label not in client_of(make_member(), "training_manager").get(url).content.decode()


@db
def test_asking_is_the_coordinator_s_and_answering_the_body_s_that_was_asked():
    wish, course = make_wish(), make_course()
    make_person(course.organisation, "training_manager")
    stranger = client_of(make_member(), "training_manager")
    asking, declining = reverse("wishes:ask", args=[wish.pk, course.public_id]), reverse("wishes:decline", args=[wish.pk])
    assert [client.post(asking).status_code for client in (stranger, client_of(course.organisation, "training_manager"))] == [403, 403]
    services.ask_session([wish], course, actor=SYSTEM)

    assert (stranger.get(declining).status_code, stranger.post(declining, {"reason": "Non"}).status_code) == (404, 404)
    assert due_of(make_person(make_member(), "training_manager")) == []
    assert due_of(make_person(course.organisation, "advisor")) == []
    assert Wish.unscoped.get().asked_course_id == course.pk
    assert rules.can_ask(actor_for(make_coordinator()))
    assert not rules.can_ask(make_actor(course.organisation, "training_manager"))


@db
def test_only_a_published_programme_of_the_federation_can_be_asked_for_and_of_somebody_there():
    wish, coordinator = make_wish(), sign_in(make_coordinator())
    draft, outside, empty = make_course(live=False), make_course(make_organisation()), make_course(make_member("Sans personne"))
    page = coordinator.get(reverse("wishes:choose", args=[wish.pk])).content.decode()
    assert "Sans personne" in page
    assert outside.organisation.name not in page

    assert [coordinator.post(reverse("wishes:ask", args=[wish.pk, one.public_id])).status_code for one in (draft, outside)] == [404, 404]
    said = coordinator.post(reverse("wishes:ask", args=[wish.pk, empty.public_id]), follow=True).content.decode()

    assert "Personne ne tient de sessions" in said
    assert Wish.unscoped.get().asked_course is None
    services.withdraw_wish(wish, actor=SYSTEM)
    with pytest.raises(WishRefused, match="n’attend plus"):
        services.ask_session([wish], empty, actor=SYSTEM)


@db
@pytest.mark.parametrize("asked", [True, False])
def test_whoever_asked_learns_that_the_session_is_prepared_and_why_it_is_cancelled(asked):
    wish, course, coordinator = make_wish(), make_asked(), make_coordinator()
    if asked:
        services.ask_session([wish], course, actor=actor_for(coordinator))
    facts = {"facts": {"capacity": 6, "price_cents": 0}, "slots": half_days(today() + timedelta(days=9)), "trainers": []}
    session = services.open_session_for([wish], course, actor=SYSTEM, **facts)

    told = Notification.unscoped.filter(user=coordinator)
    assert [(row.url, row.text) for row in told.filter(kind="trainings.session_prepared")] == (
        [(course.url, f"{course.organisation.name} prépare la session demandée : Enduits terre")] if asked else []
    )
    assert (due_of(coordinator, "Demander ailleurs"), Wish.unscoped.get().asked_by) == ([], None)
    sessions.move_session(session, status=SessionStatus.CANCELLED, actor=SYSTEM, reason="Formatrice souffrante")
    runner.drain()

    due = [item["text"] for item in due_of(coordinator, "Demander ailleurs")]
    assert ["Formatrice souffrante" in text for text in due] == [True] * asked
    notices = [row.text for row in told.filter(kind="trainings.session_declined")]
    assert ["annulée par" in text and "Formatrice souffrante" in text for text in notices] == [True] * asked


@db
def test_a_need_asked_elsewhere_leaves_the_first_body_in_peace():
    wish, one, two = make_wish(), make_course(), make_course()
    first, second = (make_person(course.organisation, "training_manager") for course in (one, two))
    services.ask_session([wish], one, actor=SYSTEM)
    assert "est retirée" in sign_in(make_coordinator()).get(reverse("wishes:ask", args=[wish.pk, two.public_id])).content.decode()

    services.ask_session([wish], two, actor=SYSTEM)

    assert (len(due_of(first)), len(due_of(second))) == (0, 1)
    notice = told_no_more().get()
    assert notice.user == first
    assert f"rien à préparer pour {wish.organisation.name}" in notice.text


@db
def test_a_body_asked_for_another_of_its_programmes_has_something_to_prepare_still():
    wish, one = make_wish(), make_course()
    other, manager = make_course(one.organisation, title="Enduits chaux"), make_person(one.organisation, "training_manager")
    services.ask_session([wish], one, actor=SYSTEM)
    asking = reverse("wishes:ask", args=[wish.pk, other.public_id])
    assert "est retirée" not in sign_in(make_coordinator()).get(asking).content.decode()

    services.ask_session([wish], other, actor=SYSTEM)

    assert not told_no_more().exists()
    assert len(due_of(manager)) == 1
    assert Wish.unscoped.get(pk=wish.pk).asked_course == other


def told_no_more():
    return Notification.unscoped.filter(kind="trainings.session_asked_no_more")


@db
@pytest.mark.parametrize("end", ["changed", "withdrawn", "answered by another", "answered", "another period"])
def test_a_body_that_was_asked_learns_that_it_is_so_no_more(end):
    wish, course, other = make_wish(), make_asked(), make_course()
    services.ask_session([wish], course, actor=SYSTEM)
    facts = {"facts": {"capacity": 6, "price_cents": 0}, "slots": half_days(today() + timedelta(days=9)), "trainers": []}

    if end == "withdrawn":
        services.withdraw_wish(wish, actor=SYSTEM)
    elif end.startswith("answered"):
        services.open_session_for([wish], course if end == "answered" else other, actor=SYSTEM, **facts)
    else:
        need = Need(7, words="Tableur") if end == "changed" else Need(3, words="Enduits terre", period="mars")
        services.change_wish(wish, need=need, version=1, actor=SYSTEM)

    assert [row.text.split(".")[0] for row in told_no_more()] == (
        [] if end in {"answered", "another period"} else ["Demande de session retirée : Enduits terre"]
    )


# -- queries ----------------------------------------------------------------------------------------------------------
@db
@pytest.mark.parametrize("name", ["own", "census", "census_csv", "choose"])
def test_queries_do_not_follow_the_number_of_needs(name):
    organisation = make_member()
    make_session(make_course(organisation))
    client = client_of(organisation, "training_manager")
    first = make_wish(organisation, people=[make_person(organisation)])
    url = reverse(f"wishes:{name}", args=[first.pk] if name == "choose" else [])

    def count():
        with CaptureQueriesContext(connection) as captured:
            response = client.get(url)
            assert response.status_code == 200
            if response.streaming:
                b"".join(response.streaming_content)
        return len(captured)

    make_wish()
    count()
    few = count()
    for number in range(2):
        make_wish(organisation, words=f"Thème {number}", people=[make_person(organisation)], department_code="33")
        make_wish()
        make_course(organisation, title=f"Autre {number}")

    assert count() == few


@db
def test_a_need_that_changes_is_asked_of_nobody_any_more_and_who_coordinates_today_is_told_of_a_refusal():
    wish, other, course = make_wish(), make_wish(), make_course()
    asker, manager = actor_for(make_coordinator()), make_person(course.organisation, "training_manager")
    services.ask_session([wish, other], course, actor=asker)
    newcomer = make_coordinator()

    services.change_wish(wish, need=Need(150, words="Tableur"), version=wish.version, actor=SYSTEM)
    services.decline_session([other], reason="Complet", actor=actor_for(manager))

    assert Wish.unscoped.get(pk=wish.pk).asked_course is None
    assert Notification.unscoped.filter(user=newcomer, kind="trainings.session_declined").exists()
