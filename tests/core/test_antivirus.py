"""Files and ClamAV (F3): what it finds is refused, what it has not seen is served to nobody, whatever it answers or does not."""

import logging
from contextlib import suppress
from datetime import timedelta
from io import StringIO

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import OperationalError, connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from directory.people import services as people
from hub.core.accounts.actor import Actor
from hub.core.accounts.selectors import actor_for
from hub.core.audit.models import AuditEntry
from hub.core.documents import antivirus, kinds, services, tasks
from hub.core.documents.enums import Scan
from hub.core.documents.errors import AntivirusIsDown, UploadRefused
from hub.core.documents.formats import ALL, IMAGES, MB
from hub.core.documents.models import EditorialDocument, EditorialImage, PrivateFile
from hub.core.documents.models.private import private_storage
from hub.core.jobs import health
from hub.core.jobs.health import State
from hub.core.jobs.models import Outbox
from hub.core.jobs.services import drain
from hub.core.notifications.models import Mail, Notification
from hub.core.privacy.exports import person_archive
from hub.ops import checks
from tests.builders.accounts import SYSTEM, make_coordinator, make_member, make_person, make_user, sign_in
from tests.builders.buckets import closed_port, hanging_port
from tests.builders.life import make_resource
from tests.builders.people import FEDERATION, make_profile
from tests.builders.workgroups import facilitator_of, make_group
from tests.core import bad_files
from tests.core.clamd import CLAMD, saying
from tests.core.test_documents_editorial import document_form, image_form
from tests.tools.ci.servers import EICAR, OURS
from workgroups.groups.models import GroupDocument

pytestmark = pytest.mark.django_db
kinds.register("tests.any", "fichier d’essai", ALL, 10 * MB)
kinds.register("tests.shown", "image d’essai", IMAGES, 10 * MB, can_wait=False)
CLEAN, FOUND = b"stream: OK\0", b"stream: Hub.Test.Inside FOUND\0"
NOT_AN_ANSWER = {
    "error": b"INSTREAM size limit exceeded. ERROR\0",
    "nothing": b"",
    "cut short": b"stream: OK",
    "ended as the n form": b"stream: OK\n",
    "garbage": b"\xff\xfe\0",
    "of another": b"HTTP/1.1 200 OK\r\n\r\nstream: OK\0",
    "two at once": b"stream: OK\0stream: Hub.Test FOUND\0",
    "not read": b"stream: Heuristics.Limits.Exceeded.MaxFileSize FOUND\0",
    "endless": b"stream: OK " * 4000,
}


@pytest.fixture(autouse=True)
def _asked_at_once(monkeypatch):
    monkeypatch.setattr(antivirus, "_quiet_until", 0.0)
    monkeypatch.setattr(antivirus, "_lasted", 0)
    monkeypatch.setattr(antivirus, "_said", "")


@pytest.fixture
def down(settings):
    settings.CLAMAV_URL = f"tcp://127.0.0.1:{closed_port()}"


def store(data=b"Des mots simples.\n", name="note.txt", kind="tests.any", **fields):
    upload = SimpleUploadedFile(name, data)
    return services.store(upload, **{"kind": kind, "actor": SYSTEM, "audiences": ["public"], **fields})


def answer(settings, words):
    """The engine is back, and says this of what waited."""
    with saying(words) as settings.CLAMAV_URL:
        Outbox.objects.filter(done_at=None).update(available_at=timezone.now())
        drain()


# -- the real engine --------------------------------------------------------------------------------------------------
@pytest.mark.clamd
@pytest.mark.parametrize(
    ("data", "found"),
    [
        (EICAR, "Hub.Test.Eicar"),
        (bad_files.zipped({"a.txt": EICAR}), "Hub.Test.Eicar"),
        (bad_files.ooxml("docx", {"word/notes.xml": b"<a>" + OURS + b"</a>"}), "Hub.Test.Inside"),
        (b"x" * 300_000 + OURS, "Hub.Test.Inside"),
        (bad_files.ooxml("docx"), ""),
        (b"x" * 300_000, ""),
    ],
    ids=["eicar", "eicar in a zip", "in a document", "in the fifth chunk", "clean document", "clean chunks"],
)
def test_clamd_says_what_is_in_a_file(settings, data, found):
    settings.CLAMAV_URL = CLAMD

    antivirus.ping()

    assert antivirus.virus_in(data).removesuffix(".UNOFFICIAL") == found


@pytest.mark.clamd
def test_what_clamd_finds_too_big_is_not_clean(settings):
    settings.CLAMAV_URL = CLAMD

    with pytest.raises(AntivirusIsDown):
        antivirus.virus_in(b"x" * (2 * MB))


@pytest.mark.clamd
def test_a_document_that_clamd_refuses_is_not_kept(settings):
    """Our own examination finds nothing in it."""
    data = bad_files.ooxml("docx", {"word/notes.xml": b"<a>" + OURS + b"</a>"})
    assert store(data, "avant.docx").scan == Scan.CLEAR
    settings.CLAMAV_URL = CLAMD

    with pytest.raises(UploadRefused) as refusal:
        store(data, "note.docx")

    assert refusal.value.code == "virus"
    assert store(bad_files.ooxml("docx"), "sain.docx").is_served
    assert PrivateFile.unscoped.count() == 2
    assert AuditEntry.objects.get(action="documents.upload.refuse").details["cause"] == "virus"


# -- what is said, and what is not ------------------------------------------------------------------------------------
def test_a_clean_file_is_served_and_an_infected_one_is_refused(settings, client):
    with saying(CLEAN) as settings.CLAMAV_URL:
        row = store()
    with saying(FOUND) as settings.CLAMAV_URL, pytest.raises(UploadRefused, match="signature de virus"):
        store()

    assert client.get(row.get_absolute_url()).status_code == 200
    assert list(PrivateFile.unscoped.all()) == [row]


@pytest.mark.parametrize("words", NOT_AN_ANSWER.values(), ids=NOT_AN_ANSWER)
def test_an_answer_that_is_none_puts_the_file_in_quarantine(settings, words):
    with saying(words) as settings.CLAMAV_URL:
        assert store().scan == Scan.WAITING


def test_an_engine_that_hangs_is_left_then_not_asked_for_a_while(settings, monkeypatch):
    monkeypatch.setattr(antivirus, "TOTAL_SECONDS", 0.3)
    with hanging_port() as port:
        settings.CLAMAV_URL = f"tcp://127.0.0.1:{port}"
        first = store()
    with saying(CLEAN) as settings.CLAMAV_URL:
        second = store()

    assert (first.scan, second.scan) == (Scan.WAITING, Scan.WAITING)


def test_a_file_that_lasts_too_long_does_not_stop_the_others(settings, monkeypatch):
    def asked(words, *, seconds):
        if words == b"zPING\0":
            return "PONG"
        raise AntivirusIsDown from TimeoutError()

    monkeypatch.setattr(antivirus, "_ask", asked)
    settings.CLAMAV_URL = "tcp://127.0.0.1:3310"
    row = store()
    Outbox.objects.filter(done_at=None).update(available_at=timezone.now())
    drain()

    assert (row.scan, antivirus._quiet_until) == (Scan.WAITING, 0.0)
    assert Outbox.objects.get(topic=services.SCAN).available_at > timezone.now() + timedelta(minutes=9)
    store()
    assert antivirus._quiet_until, "three in a row: it is stuck"


def test_a_socket_that_is_not_there_is_an_engine_that_is_down(settings, tmp_path):
    settings.CLAMAV_URL = f"unix://{tmp_path}/clamd.ctl"

    assert store().scan == Scan.WAITING


def test_what_was_examined_before_an_engine_was_set_waits_for_it(settings):
    good = services.check(SimpleUploadedFile("a.txt", b"Des mots.\n"), kind="tests.any", actor=SYSTEM)
    settings.CLAMAV_URL = f"tcp://127.0.0.1:{closed_port()}"

    assert services.store(good, kind="tests.any", actor=SYSTEM, audiences=["public"]).scan == Scan.WAITING


# -- quarantine -------------------------------------------------------------------------------------------------------
@pytest.mark.usefixtures("down")
@pytest.mark.parametrize("query", ["", "?voir"])
@pytest.mark.parametrize("is_sender", [True, False])
def test_nobody_opens_a_file_in_quarantine(query, is_sender):
    sender = make_user()
    row = store(actor=Actor(user_id=sender.pk, name=sender.name))
    client = sign_in(sender) if is_sender else Client()

    refused = client.get(row.get_absolute_url() + query)

    assert (refused.status_code, refused["Retry-After"]) == (503, "60")
    assert "en attente de l’analyse antivirus" in refused.content.decode()
    assert b"Des mots simples" not in refused.content


@pytest.mark.usefixtures("down")
def test_quarantine_does_not_tell_a_stranger_that_the_file_is_there(client):
    row = store(audiences=["federation"])

    assert client.get(row.get_absolute_url()).status_code == 404


@pytest.mark.usefixtures("down")
def test_a_person_s_data_leave_without_what_is_in_quarantine():
    user = make_user()
    row = store(b"Des mots en quarantaine.\n", audiences=[f"person:{user.pk}"])

    assert b"fichiers/01" not in person_archive(user, actor=SYSTEM)
    PrivateFile.unscoped.filter(pk=row.pk).update(scan=Scan.CLEAR)
    assert b"fichiers/01" in person_archive(user, actor=SYSTEM)


@pytest.mark.usefixtures("down")
@pytest.mark.parametrize("form", [lambda: image_form(bad_files.photo(), "a.jpg"), lambda: document_form(bad_files.pdf(), "a.pdf")])
def test_what_editors_show_at_once_is_refused_instead(form):
    tried = form()

    assert not tried.is_valid()
    assert tried.errors["file"][0].startswith("L’antivirus ne répond pas")
    assert (EditorialImage.objects.count(), EditorialDocument.objects.count()) == (0, 0)


@pytest.mark.usefixtures("down")
def test_a_photo_shown_on_a_page_is_refused_instead():
    assert not kinds.get("people.photo").can_wait
    with pytest.raises(UploadRefused, match="antivirus ne répond pas"):
        store(bad_files.photo(), "a.jpg", kind="tests.shown")


@pytest.mark.usefixtures("down")
def test_who_sends_a_file_is_told_and_the_list_has_no_link():
    group = make_group()
    client = sign_in(facilitator_of(group))
    address = reverse("groups:documents", args=[group.acronym])
    facts = {"title": "Note de cadrage du groupe", "file": SimpleUploadedFile("note.txt", b"Des mots simples.\n")}

    page = client.post(address, facts, follow=True).content.decode()

    row = GroupDocument.unscoped.get()
    assert "personne ne peut l’ouvrir avant son analyse" in page
    assert row.file.get_absolute_url() not in page
    assert "Note de cadrage du groupe <small>en attente de l’analyse antivirus</small>" in page
    PrivateFile.unscoped.update(scan=Scan.CLEAR)
    assert row.file.get_absolute_url() in client.get(address).content.decode()


@pytest.mark.usefixtures("down")
@pytest.mark.parametrize("scan", [Scan.WAITING, Scan.INFECTED])
@pytest.mark.parametrize("where", ["person", "library"])
def test_pages_that_link_to_a_file_say_why_it_does_not_open_and_link_again_once_it_does(where, scan):
    file, address = {"person": certificate_on_a_page, "library": version_on_a_page}[where]()
    reader = sign_in(make_person(make_member()))
    PrivateFile.unscoped.update(scan=scan)

    told = reader.get(address).content.decode()
    PrivateFile.unscoped.update(scan=Scan.CLEAR)
    served = reader.get(address).content.decode()

    assert (file in told, scan.label in told) == (False, True)
    assert (file in served, scan.label in served) == (True, False)


def certificate_on_a_page():
    profile = make_profile(make_member(), shown=FEDERATION)
    actor = actor_for(profile.user)
    profile = people.set_file(profile, "insurance_certificate", SimpleUploadedFile("a.pdf", bad_files.pdf()), actor=actor)
    return f"/fichiers/{profile.insurance_certificate_id}/", reverse("people:person", args=[profile.pk])


def version_on_a_page():
    page = make_resource(author=make_person(make_member()))
    return page.newest.file.get_absolute_url(), page.get_absolute_url()


# -- the second look --------------------------------------------------------------------------------------------------
def test_a_file_waits_as_long_as_it_must_then_is_served(settings, down, client):
    row = store()

    for words in (b"", b"ERROR\0"):
        answer(settings, words)
    refused = client.get(row.get_absolute_url()).status_code
    answer(settings, CLEAN)

    assert (refused, client.get(row.get_absolute_url()).status_code) == (503, 200)
    assert AuditEntry.objects.filter(action="documents.file.release", object_id=row.pk).count() == 1
    assert not Outbox.objects.open().exists()


def test_a_setting_taken_away_opens_nothing(settings, down, client):
    row = store()
    settings.CLAMAV_URL = ""

    Outbox.objects.filter(done_at=None).update(available_at=timezone.now())
    drain()

    assert client.get(row.get_absolute_url()).status_code == 503
    assert Outbox.objects.open().filter(topic="documents.scan").exists()


def test_a_setting_taken_away_is_said_once_a_pass_with_how_many_wait(settings, down, caplog):
    for _ in range(3):
        store()
    settings.CLAMAV_URL = ""
    caplog.clear()

    Outbox.objects.filter(done_at=None).update(available_at=timezone.now())
    drain()
    tasks.watch_quarantine()

    [line] = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert (line.levelname, "HUB_CLAMAV_URL" in line.getMessage(), "3\u00a0fichiers" in line.getMessage()) == ("WARNING", True, True)


@pytest.mark.parametrize("is_set", [True, False])
def test_no_host_is_told_of_a_setting_that_is_there_or_that_nothing_waits_for(settings, caplog, is_set):
    settings.CLAMAV_URL = f"tcp://127.0.0.1:{closed_port()}" if is_set else ""
    store()
    caplog.clear()

    tasks.watch_quarantine()

    assert caplog.records == []


def test_an_engine_that_is_away_is_said_once_until_it_answers_again(settings, down, caplog):
    def said():
        found = [record for record in caplog.records if record.levelno >= logging.ERROR]
        caplog.clear()
        return len(found)

    for _ in range(3):
        store()
    first = said()
    with saying(CLEAN) as settings.CLAMAV_URL:
        store()
    settings.CLAMAV_URL = f"tcp://127.0.0.1:{closed_port()}"
    store()

    assert (first, said()) == (1, 1)


def aged(row, hours):
    PrivateFile.unscoped.filter(pk=row.pk).update(created_at=timezone.now() - timedelta(hours=hours))


def letters(user):
    """Those that say that files still wait."""
    drain()
    return [letter for letter in mail.outbox if letter.to == [user.email] and "antivirus" in letter.subject]


def test_who_waits_for_a_day_has_one_more_letter_with_all_that_waits_of_hers(settings, down):
    sender, other = make_user(), make_user()
    first, second, _ = (store(actor=Actor(user_id=user.pk, name=user.name)) for user in (sender, sender, other))
    aged(first, 23)
    tasks.watch_quarantine()
    early = letters(sender)

    aged(first, 25)
    for _ in range(3):
        answer(settings, b"ERROR\0")
        tasks.watch_quarantine()
    aged(second, 25)
    tasks.watch_quarantine()

    [letter] = letters(sender)
    assert (early, letters(other)) == ([], [])
    assert "2 fichiers attendent toujours" in letter.subject.replace("\u00a0", " ")
    assert letter.body.count("- fichier d’essai, le ") == 2
    assert "plus léger ou enregistré sans mot de passe" in letter.body
    assert "/sante/" in letter.body
    assert "note.txt" not in letter.body
    assert Notification.unscoped.filter(kind="documents.still_waiting", user=sender).count() == 1
    assert {row.scan for row in PrivateFile.unscoped.all()} == {Scan.WAITING}
    answer(settings, CLEAN)
    assert {row.scan for row in PrivateFile.unscoped.all()} == {Scan.CLEAR}, "it is scanned on"


def test_what_was_scanned_meanwhile_or_nobody_sent_is_told_to_nobody(settings, down):
    sender = make_user()
    aged(store(), 25)
    aged(store(actor=Actor(user_id=sender.pk, name=sender.name)), 25)
    answer(settings, CLEAN)

    tasks.watch_quarantine()

    assert not Notification.unscoped.exists()


def test_a_file_found_infected_afterwards_goes_and_its_sender_is_told(settings, down, client):
    sender = make_user()
    row = store(actor=Actor(user_id=sender.pk, name=sender.name))
    assert private_storage().exists(row.storage_name)

    answer(settings, FOUND)
    drain()

    row.refresh_from_db()
    gone = client.get(row.get_absolute_url())
    assert (row.scan, private_storage().exists(row.storage_name)) == (Scan.INFECTED, False)
    assert (gone.status_code, "a été retiré du hub" in gone.content.decode()) == (410, True)
    assert AuditEntry.objects.get(action="documents.file.infected").details["signature"] == "Hub.Test.Inside"
    assert [line.user for line in Notification.unscoped.filter(kind="documents.infected")] == [sender]
    assert Mail.objects.filter(kind="documents.infected", user=sender).count() == 1


# -- the state page ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("words", "waits", "state", "fact"),
    [
        (b"PONG\0", False, State.OK, "ClamAV répond, 0\u00a0fichier en attente"),
        (b"PONG\0", True, State.WARN, "ClamAV répond, 1\u00a0fichier en attente depuis le "),
        (b"PONG", True, State.BAD, "ClamAV ne répond pas, 1\u00a0fichier en attente depuis le "),
    ],
)
def test_the_state_page_tells_the_engine_and_what_waits(settings, down, monkeypatch, words, waits, state, fact):
    if waits:
        store()
    monkeypatch.setattr(health, "_looks", {})
    checks.register_own()

    with saying(words) as settings.CLAMAV_URL:
        [line] = [one for one in health.run_checks(fresh=True) if one.name == "antivirus"]

    assert (line.label, line.state, line.fact.startswith(fact)) == ("Antivirus", state, True)


def test_without_the_setting_there_is_no_such_part(monkeypatch):
    monkeypatch.setattr(health, "_looks", {})
    checks.register_own()

    assert "antivirus" not in {one.name for one in health.run_checks(fresh=True)}
    assert store().is_served


def test_where_no_antivirus_is_set_a_database_that_is_away_is_no_antivirus_that_is(settings):
    def away(*words):
        raise OperationalError

    with connection.execute_wrapper(away):
        settings.CLAMAV_URL = ""
        assert checks.antivirus() is None
        settings.CLAMAV_URL = f"tcp://127.0.0.1:{closed_port()}"
        with pytest.raises(OperationalError):
            checks.antivirus()


def test_a_setting_taken_away_while_files_wait_is_a_line_of_the_state_page_and_of_the_command(settings, down, monkeypatch):
    store()
    store()
    settings.CLAMAV_URL = ""
    monkeypatch.setattr(health, "_looks", {})
    checks.register_own()
    screen = StringIO()

    with suppress(SystemExit):
        call_command("status", stdout=screen)
    page = sign_in(make_coordinator()).get("/sante/").content.decode()

    said = "HUB_CLAMAV_URL n’est plus réglé, 2\u00a0fichiers en attente depuis le "
    assert said in screen.getvalue()
    assert said in page
