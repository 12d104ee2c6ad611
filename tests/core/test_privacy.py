"""The rights of people: see what is held, take it away, be erased. Bars E1 (nothing is left of her), E3 (all is in her export), E4 (nobody else is)."""

import io
import json
import re
import zipfile
from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.log_actions import log as wagtail_log
from wagtail.models import ModelLogEntry, PageLogEntry

from directory.people import services as people
from directory.people.models import Profile
from hub.core.accounts.errors import RuleBroken
from hub.core.accounts.models import Membership, User
from hub.core.accounts.selectors import actor_for
from hub.core.accounts.services import invite, withdraw_role
from hub.core.audit.models import AuditEntry
from hub.core.documents.models import PrivateFile
from hub.core.jobs import registry
from hub.core.jobs.models import Outbox
from hub.core.jobs.services import drain
from hub.core.kit.dates import long_date_fr
from hub.core.notifications.models import Mail, Notification
from hub.core.papers.dossier import faults
from hub.core.papers.models import IssuedPaper
from hub.core.privacy import exports, services
from hub.core.privacy.held import holdings, links
from hub.core.privacy.models import Erasure
from hub.core.ui.personal import declarations
from hub.pages.library.models import ResourcePage
from hub.pages.writing import services as writing
from search import index
from search.engines import engine
from search.query import search
from tests.builders.accounts import SYSTEM, join, make_actor, make_coordinator, make_federation, make_member, make_person, sign_in
from tests.builders.attendance import close_all, make_attended, people_of
from tests.builders.life import facts_of, make_note
from tests.builders.people import PUBLIC, make_profile
from tests.builders.sharing import log, make_service
from tests.builders.trainings import make_course, make_session, register
from tests.builders.workgroups import make_action, make_decision, make_group, make_meeting, member_row
from tests.core.bad_files import pdf
from tests.trainings.test_agreements import make_party
from trainings.paperwork.services import issue_agreements

pytestmark = pytest.mark.django_db
CANARY = "Kanariwood"
KEPT = {"papers_issuedpaper", "training_sessions_registration"}  # what was printed for a training: C. trav. L6353-1 and R6332-26
HOME, OWN = reverse("pages:own_home"), reverse("privacy:own_data")
ASK = reverse("privacy:ask_erasure")


@pytest.fixture(autouse=True)
def _own_files(settings, tmp_path):
    """Files and index of this test alone."""
    settings.DATA_DIR = tmp_path
    settings.SEARCH_ROOT = tmp_path / "search"
    (tmp_path / "private").mkdir()
    private = {
        **settings.STORAGES["private"],
        "OPTIONS": {**settings.STORAGES["private"].get("OPTIONS", {}), "location": tmp_path / "private"},
    }
    settings.STORAGES = {**settings.STORAGES, "private": private}


@pytest.fixture
def life():
    """A person with a history in all four areas; her name and words bear a canary."""
    home, buyer = make_party("Bâti Commun"), make_party("L’Étançon")
    for organisation in (home, buyer):
        make_person(organisation, "director")
    texts = {name: f"{CANARY} {name}" for name in ("trade_name", "presentation", "achievements", "languages", "stand_in", "postal_address")}
    profile = make_profile(home, shown=PUBLIC, first_name=f"{CANARY}a", last_name=f"{CANARY}b", skills=[f"{CANARY} savoir"], **texts)
    user = profile.user
    User.objects.filter(pk=user.pk).update(email=f"{CANARY.lower()}@example.org")
    user.refresh_from_db()
    join(user, home, "advisor")
    join(user, home, "shared_staff")
    certificate = SimpleUploadedFile(f"{CANARY}.pdf", pdf() + f"%{CANARY}\n".encode(), "application/pdf")
    people.set_file(profile, "insurance_certificate", certificate, actor=actor_for(user))

    session = make_session(make_course(buyer, title="Enduits"))
    register(session, user, employer=home)
    (agreement,) = issue_agreements(session, actor=SYSTEM)
    assert agreement.is_issued

    group = make_group(organisation=home, facilitator=user)
    row = member_row(group, user)
    make_decision(group, owner=row)
    make_action(group, owner=row)
    make_meeting(group)

    service = make_service(home, buyer, people=[user])
    log(service, person=user)

    other = make_profile(make_member(), shown=PUBLIC, first_name="Nadège", last_name="Fontan")
    people.relay(other, actor=actor_for(user), words=f"Bonjour, {CANARY}", with_address=True)
    invite(user.email, organisation=make_member(), role=Membership.unscoped.filter(user=user).first().role, actor=SYSTEM)
    Notification.unscoped.create(user=user, kind="essai", text=f"{CANARY} lu")
    Mail.objects.create(user=user, kind="essai", address=user.email, subject=CANARY, body=CANARY)
    sign_in(user)
    drain()
    index.rebuild()
    return user


def tables_with(word: str) -> set[str]:
    """Tables of which some row holds the word, whatever the column."""
    found = set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            if any(word.casefold() in str(row).casefold() for row in cursor.fetchall()):
                found.add(table)
    return found


def files_with(word: str) -> set[str]:
    """Files of the data folder, the database left out, that bear the word in their name or their bytes."""
    found = set()
    for path in settings.DATA_DIR.rglob("*"):
        if not path.is_file() or ".sqlite3" in path.name:
            continue
        if word.casefold().encode() in path.read_bytes().lower() or word.casefold() in path.name.casefold():
            found.add(str(path.relative_to(settings.DATA_DIR)))
    return found


# -- E1 ----------------------------------------------------------------------------------------------------------------
def test_nothing_is_left_of_who_is_erased_but_what_the_law_keeps(life):
    assert {"accounts_user", "people_profile", "notifications_mail"} <= tables_with(CANARY), "the canary sings before"

    services.erase(life, actor=SYSTEM)
    drain()
    index.rebuild()

    assert tables_with(CANARY) <= KEPT
    papers = {file.storage_name for file in PrivateFile.unscoped.filter(kind__startswith="paper")}
    assert {path.rpartition("/")[2] for path in files_with(CANARY)} <= papers
    assert search(CANARY, reader=make_actor(make_member(), "advisor")).total == 0
    assert not Profile.unscoped.filter(user=life).exists()


def test_wagtail_s_log_keeps_no_name_and_takes_none_of_accounts_any_more(life):
    """Lines of before: an account was changed in the admin, a page bore her name."""
    coordinator = make_coordinator()
    facts = {"timestamp": timezone.now(), "action": "wagtail.edit", "user": coordinator}
    user_type = ContentType.objects.get_for_model(User)
    ModelLogEntry.objects.bulk_create(
        [ModelLogEntry(content_type=user_type, object_id=str(one.pk), label=one.name, **facts) for one in (life, coordinator)]
    )
    PageLogEntry.objects.bulk_create([PageLogEntry(page_id=1, label=f"Portrait de {life.name}", **facts)])
    assert wagtail_log(life, "wagtail.edit", user=coordinator) is None

    services.erase(life, actor=SYSTEM)

    assert not {"wagtailcore_modellogentry", "wagtailcore_pagelogentry"} & tables_with(CANARY)
    assert ModelLogEntry.objects.get().label == coordinator.name
    assert PageLogEntry.objects.exists()


@pytest.mark.parametrize(
    ("name", "label", "is_gone"),
    [
        ("Ada Marais", "Portrait d’Ada Marais", True),
        ("Ada Marais", "Portrait d’Ada Maraisin", False),
        ("Ada Marais", "Ada Marais-Petit", False),
        ("Ada L'Hostis", "Portrait d’Ada L’Hostis", True),
    ],
)
def test_wagtail_s_log_loses_her_name_and_nobody_else_s(name, label, is_gone):
    first, last = name.split(" ", 1)
    user = make_person(make_member(), first_name=first, last_name=last)
    (row,) = PageLogEntry.objects.bulk_create([PageLogEntry(page_id=1, label=label, timestamp=timezone.now(), action="wagtail.edit")])

    services.erase(user, actor=SYSTEM)

    assert PageLogEntry.objects.get(pk=row.pk).label == ("Personne effacée" if is_gone else label)


def test_index_forgets_without_being_rebuilt(life):
    assert search(CANARY, reader=make_actor(make_member(), "advisor")).total

    services.erase(life, actor=SYSTEM)
    drain()
    engine().refresh()

    assert search(CANARY, reader=make_actor(make_member(), "advisor")).total == 0


def test_what_others_need_stays_without_her_name(life):
    told = services.erase(life, actor=SYSTEM)

    life.refresh_from_db()
    assert (life.name, life.is_active, life.has_usable_password()) == ("Personne effacée", False, False)
    assert any("inscriptions" in words for words in told["kept"])
    assert not Membership.unscoped.filter(user=life).exists()


def test_papers_that_the_law_keeps_do_not_change(life):
    before = list(IssuedPaper.unscoped.values("data", "sha256", "sealed_sha256"))
    assert CANARY in str(before)

    services.erase(life, actor=SYSTEM)

    assert list(IssuedPaper.unscoped.values("data", "sha256", "sealed_sha256")) == before


def test_a_homonym_keeps_her_mandate(life):
    elsewhere = make_party("Ailleurs")
    elsewhere.representative_name, elsewhere.representative_role = life.name, "gérante"
    elsewhere.save()
    home = Membership.unscoped.filter(user=life).first().organisation
    home.representative_name = life.name
    home.save()

    services.erase(life, actor=SYSTEM)

    for organisation in (elsewhere, home):
        organisation.refresh_from_db()
    assert elsewhere.representative_role == "gérante"
    assert elsewhere.representative_name
    assert home.representative_name == ""


def test_what_she_wrote_for_others_is_told_to_be_read_again(life):
    make_note(author=life)

    told = services.erase(life, actor=SYSTEM)

    assert any("à relire" in words for words in told["kept"])


def test_erasing_twice_changes_nothing_more(life):
    services.erase(life, actor=SYSTEM)
    services.erase(User.objects.get(pk=life.pk), actor=SYSTEM)

    assert Erasure.unscoped.filter(user=life).count() == 1


def test_pages_that_named_her_still_answer(life):
    group = life_group(life)
    session = life.registrations.get().session
    director = make_person(group.convener or life.memberships.first().organisation, "director")
    services.erase(life, actor=SYSTEM)
    client = sign_in(director)

    for url in (reverse("sessions:detail", args=[session.pk]), reverse("groups:group", args=[group.acronym])):
        html = client.get(url).content.decode()
        assert CANARY not in html


def life_group(user):
    from workgroups.groups.models import GroupMember

    return GroupMember.unscoped.filter(user=user).first().workgroup


# -- asking ------------------------------------------------------------------------------------------------------------
def test_person_asks_changes_her_mind_and_asks_again():
    user = make_person(make_member())
    client = sign_in(user)

    refused = client.post(ASK, {"email": "une-autre@example.org"})
    assert "Ce n’est pas l’adresse de votre compte." in refused.content.decode()
    assert not Erasure.unscoped.exists()

    client.post(ASK, {"email": user.email.upper()})
    assert Erasure.unscoped.get(user=user).done_at is None
    assert "sera effacé le" in client.get(OWN).content.decode()
    assert "Votre compte et vos données s’effacent" in client.get(HOME).content.decode()
    client.post(reverse("privacy:withdraw_erasure"))
    assert "s’effacent" not in client.get(HOME).content.decode()
    assert not Erasure.unscoped.exists()
    assert AuditEntry.objects.filter(action__startswith="privacy.erasure").count() == 2


def test_erasure_is_done_on_its_day_and_not_before(monkeypatch):
    user = make_person(make_member())
    row = services.ask(user, actor=actor_for(user))

    assert services.begin_due() == 0
    Erasure.unscoped.filter(pk=row.pk).update(due_at=timezone.now() - timedelta(seconds=1))
    assert services.begin_due() == 1
    drain()

    user.refresh_from_db()
    assert user.name == "Personne effacée"
    assert services.begin_due() == 0


def test_request_withdrawn_while_it_was_on_its_way_erases_nobody():
    user = make_person(make_member())
    row = services.ask(user, actor=actor_for(user))
    Erasure.unscoped.filter(pk=row.pk).update(due_at=timezone.now() - timedelta(seconds=1))
    services.begin_due()
    services.withdraw(user, actor=actor_for(user))

    drain()

    user.refresh_from_db()
    assert user.is_active


def test_only_coordinator_is_not_erased():
    coordinator = make_coordinator()
    client = sign_in(coordinator)

    answer = client.post(ASK, {"email": coordinator.email})

    assert "au moins une personne à la coordination" in answer.content.decode()
    with pytest.raises(RuleBroken):
        services.erase(coordinator, actor=SYSTEM)
    other = make_person(make_federation(), "coordinator")
    services.erase(other, actor=SYSTEM)


def test_of_two_coordinators_whose_erasure_is_asked_the_second_is_refused():
    one, other = make_coordinator(), make_person(make_federation(), "coordinator")
    services.ask(one, actor=actor_for(other))

    with pytest.raises(RuleBroken, match="au moins une personne"):
        services.ask(other, actor=actor_for(one))


def test_who_became_the_only_coordinator_since_she_asked_is_told_and_erased_a_week_later():
    one, other = make_coordinator(), make_person(make_federation(), "coordinator")
    row = services.ask(one, actor=actor_for(one))
    withdraw_role(other.memberships.get(), actor=actor_for(one))
    Erasure.unscoped.filter(pk=row.pk).update(due_at=timezone.now() - timedelta(seconds=1))

    services.begin_due()
    drain()

    row.refresh_from_db()
    one.refresh_from_db()
    assert one.is_active
    assert row.due_at > timezone.now() + services.REFLECTION - timedelta(hours=1)
    assert Notification.unscoped.filter(user=one, kind="privacy.erasure_put_off").exists()
    assert not Outbox.objects.filter(topic=services.ERASE, done_at=None).exists()


def test_who_is_erased_does_not_come_in_any_more():
    user = make_person(make_member())
    client = sign_in(user)
    assert client.get(OWN).status_code == 200

    services.erase(user, actor=SYSTEM)

    assert client.get(OWN).status_code == 302


# -- E3, E4 ------------------------------------------------------------------------------------------------------------
def exported(user):
    archive = zipfile.ZipFile(io.BytesIO(exports.person_archive(user, actor=actor_for(user))))
    return json.loads(archive.read("donnees.json")), archive


def test_every_row_that_is_hers_is_in_her_export(life):
    data, _ = exported(life)

    assert data["compte"]["adresse"] == life.email
    for link in links():
        rows = link.rows(life.pk)
        part = data["lignes" if link.is_hers else "actes"].get(link.model._meta.label, [])
        assert rows.count() <= len(part), link
    assert f"{CANARY} presentation" in json.dumps(data, ensure_ascii=False)


def test_what_she_wrote_has_its_day_in_her_export():
    user = make_person(make_member())
    make_note(author=user)

    acts = exports.person_data(user)["actes"]

    assert {"notes.NotePage", "wagtailcore.PageLogEntry"} <= acts.keys()
    assert [act for rows in acts.values() for act in rows if not act["le"]] == []


def test_every_declared_column_is_reached_or_is_another_s():
    """A model with personal columns leads to a person, or says by what else it is found."""
    reached = {link.model for link in links()} | {User}
    loose = {one.model._meta.label for one in declarations() if one.fields and one.model not in reached}

    assert loose <= {
        "accounts.Organisation", "audit.AuditEntry", "documents.FileAudience", "jobs.Outbox", "papers.IssuedPaper", "people.ConsentLine",
        "events.Guest", "people.PersonAccreditation", "people.PersonSkill", "people.PersonTrade", "people.AccessibilityNeed",
    }  # fmt: skip


def test_export_names_nobody_else(life):
    home = Membership.unscoped.filter(user=life).first().organisation
    pupil = make_person(home, first_name="Tiercelin", last_name="Tiercelin")
    session = life.registrations.get().session
    register(session, pupil, employer=home, actor=actor_for(life))

    data, archive = exported(life)

    assert "Tiercelin" not in json.dumps(data, ensure_ascii=False)
    assert str(pupil.pk) not in json.dumps(data)
    assert faults(archive.fp.getvalue()) == []


def test_trainer_takes_no_trainee_s_name_or_signature_away():
    session = make_attended(make_party("Organisme"), make_party("Employeur"))
    row = people_of(session)[0]
    User.objects.filter(pk=row.trainee_id).update(first_name="Tiercelin", last_name="Tiercelin")
    close_all(session)
    trainer = session.trainers.get()
    Notification.unscoped.create(user=trainer, kind="essai", text="Tiercelin est inscrite")

    data, _ = exported(trainer)

    words = json.dumps(data, ensure_ascii=False)
    assert "attendance.AttendanceSheet" in data["lignes"]
    assert "trainer_name" in words, "her own signature is hers"
    assert "Tiercelin" not in words
    assert str(row.trainee_id) not in words


def test_export_is_audited_and_posted_for():
    user = make_person(make_member())
    client = sign_in(user)

    assert client.get(reverse("privacy:own_export")).status_code == 405
    answer = client.post(reverse("privacy:own_export"))

    assert answer["Content-Type"] == "application/zip"
    assert answer["Cache-Control"] == "no-store"
    assert AuditEntry.objects.filter(action="privacy.export", object_id=str(user.pk)).exists()


def test_page_says_why_how_long_and_what_erasing_does(life):
    html = sign_in(life).get(OWN).content.decode()

    assert len(holdings(life)) > 8
    assert "Tenir la liste des stagiaires" in html
    assert "Supprimé" in html
    assert "Gardé" in html
    assert Client().get(OWN).status_code == 302


# -- organisations -----------------------------------------------------------------------------------------------------
def test_organisation_takes_its_data_away_and_no_other_s(life):
    home = Membership.unscoped.filter(user=life).first().organisation
    stranger = make_member("Étrangère")
    make_profile(stranger, first_name="Tiercelin", last_name="Tiercelin")
    director = make_person(home, "director")
    address = reverse("privacy:organisation_export", args=[home.slug])

    answer = sign_in(director).post(address)
    archive = zipfile.ZipFile(io.BytesIO(answer.content))

    names = set(archive.namelist())
    assert {
        "organisation.json",
        "personnes.json",
        "sessions.json",
        "inscriptions.json",
        "services.json",
        "groupes.json",
        "SHA256SUMS",
    } <= names
    words = " ".join(archive.read(name).decode() for name in sorted(names))
    assert CANARY in words
    assert "Tiercelin" not in words
    for role in ("advisor", "trainer"):
        assert sign_in(make_person(home, role)).post(address).status_code == 403
    assert sign_in(make_person(stranger, "director")).post(address).status_code == 404
    assert AuditEntry.objects.filter(action="privacy.organisation.export").count() == 1


def test_the_team_s_page_leads_there_only_who_may_go():
    home = make_member()
    team, address = reverse("accounts:team", args=[home.slug]), reverse("privacy:organisation_export", args=[home.slug])

    for client in (sign_in(make_person(home, "director")), sign_in(make_coordinator())):
        is_shown = address in client.get(team).content.decode()
        assert is_shown == (client.get(address).status_code == 200)


def test_a_draft_of_one_of_its_people_is_hers_alone():
    """The team's own draft of news or of an event goes with the rest, as the team reads it already."""
    home = make_member()
    author = make_person(home, "entrepreneur")
    make_note("Gardée pour moi", author=author, live=False)
    writing.take_down(make_note("Parue puis reprise", author=author), actor=actor_for(author))
    writing.create(ResourcePage, facts=facts_of("Brouillon de l’équipe"), actor=actor_for(make_person(home, "advisor")))

    answer = sign_in(make_person(home, "director")).post(reverse("privacy:organisation_export", args=[home.slug]))

    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    words = " ".join(archive.read(name).decode() for name in archive.namelist())
    assert "Gardée pour moi" not in words
    assert "Parue puis reprise" in words
    assert "Brouillon de l’équipe" in words


def test_same_data_give_the_same_archive(life):
    home = Membership.unscoped.filter(user=life).first().organisation

    assert exports.organisation_archive(home, actor=SYSTEM) == exports.organisation_archive(home, actor=SYSTEM)


def test_due_erasures_are_asked_for_each_night():
    assert "privacy.due" in registry.periodics


# -- by the coordinator ------------------------------------------------------------------------------------------------
def by_coordinator(person):
    return reverse("privacy:person_erasure", args=[person.pk])


def test_the_coordinator_erases_who_asked_by_voice_and_she_is_told_and_may_stop_it():
    person, coordinator = make_person(make_member(), "entrepreneur"), make_coordinator()
    client = sign_in(coordinator)

    assert by_coordinator(person) in client.get(reverse("accounts:correct_identity", args=[person.pk])).content.decode()
    assert "l’adresse de la personne" in client.post(by_coordinator(person), {"email": coordinator.email}).content.decode()
    assert not Erasure.unscoped.exists()
    client.post(by_coordinator(person), {"email": person.email.upper()})

    row = Erasure.unscoped.get(user=person, departed=False)
    assert row.due_at > timezone.now() + services.REFLECTION - timedelta(hours=1)
    assert Notification.unscoped.filter(user=person, kind="privacy.erasure_asked").exists()
    assert AuditEntry.objects.get(action="privacy.erasure.ask").actor_id == coordinator.pk
    assert "sera effacé le" in client.get(by_coordinator(person)).content.decode()
    sign_in(person).post(reverse("privacy:withdraw_erasure"))
    assert not Erasure.unscoped.exists()


def test_who_never_asked_reads_who_noted_it_and_keeping_her_account_tells_whoever_entered_it():
    person, coordinator = make_person(make_member(), "entrepreneur"), make_coordinator()
    services.ask(person, actor=actor_for(coordinator))
    client = sign_in(person)

    letter = Mail.objects.get(kind="privacy.erasure_asked")
    for said in (letter.body, client.get(OWN).content.decode(), client.get(HOME).content.decode()):
        assert "Vous avez demandé" not in said
        assert "Vous l’avez demandé" not in said
        assert re.search(r"reçue de vive voix ou par lettre.*Si vous n’avez rien demandé", said, re.DOTALL)
    client.post(reverse("privacy:withdraw_erasure"))

    told = Notification.unscoped.get(kind="privacy.erasure_refused")
    assert told.user == coordinator
    assert person.name in told.text
    assert not Notification.unscoped.filter(user=person, kind="privacy.erasure_withdrawn").exists()


def test_who_asked_herself_or_was_kept_by_the_coordination_is_nobody_s_news():
    person, coordinator = make_person(make_member(), "entrepreneur"), make_coordinator()
    services.ask(person, actor=actor_for(person))
    assert "Vous avez demandé" in Mail.objects.get(kind="privacy.erasure_asked").body
    services.withdraw(person, actor=actor_for(person))
    services.ask(person, actor=actor_for(coordinator))
    services.withdraw(person, actor=actor_for(coordinator))

    assert not Notification.unscoped.filter(kind="privacy.erasure_refused").exists()


def test_who_entered_it_is_forgotten_once_it_is_done():
    person, coordinator = make_person(make_member(), "entrepreneur"), make_coordinator()
    assert services.ask(person, actor=actor_for(coordinator)).entered_by == coordinator

    services.erase(person, actor=SYSTEM)

    assert Erasure.unscoped.get(user=person).entered_by is None


def test_the_page_of_the_account_says_the_day_of_the_erasure():
    person, coordinator = make_person(make_member("Bâti Commun"), "entrepreneur"), make_coordinator()
    page = reverse("accounts:correct_identity", args=[person.pk])
    client = sign_in(coordinator)
    assert "Effacement prévu" not in client.get(page).content.decode()
    row = services.ask(person, actor=actor_for(coordinator))

    html = client.get(page).content.decode()

    assert f"Effacement prévu le {long_date_fr(row.due_at)}" in html
    assert "La coordination l’a noté" in html
    assert f'<a href="{by_coordinator(person)}">Revoir, ou garder le compte</a>' in html
    assert "Effacer ce compte" not in html


def test_and_takes_it_back_and_never_erases_herself_so():
    person, coordinator = make_person(make_member(), "director"), make_coordinator()
    client = sign_in(coordinator)
    client.post(by_coordinator(person), {"email": person.email})
    client.post(by_coordinator(person), {"email": person.email})  # a double click
    assert Erasure.unscoped.filter(user=person).exists()
    assert 'name="keep"' in client.get(by_coordinator(person)).content.decode()
    for _ in range(2):
        assert client.post(by_coordinator(person), {"keep": "True"}).status_code == 302

    assert not Erasure.unscoped.exists()
    assert Notification.unscoped.filter(user=person, kind="privacy.erasure_withdrawn").count() == 1
    assert client.get(by_coordinator(coordinator)).status_code == 404
    assert sign_in(person).get(by_coordinator(coordinator)).status_code == 403
