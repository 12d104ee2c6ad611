"""Files and ClamAV (F3): what it finds is refused, what it has not seen is served to nobody, whatever it answers or does not."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from hub.core.accounts.actor import Actor
from hub.core.audit.models import AuditEntry
from hub.core.documents import antivirus, kinds, services
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
from tests.builders.accounts import SYSTEM, make_user, sign_in
from tests.builders.buckets import closed_port, hanging_port
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
    assert "Note de cadrage du groupe<small>en attente de l’analyse antivirus</small>" in page
    PrivateFile.unscoped.update(scan=Scan.CLEAR)
    assert row.file.get_absolute_url() in client.get(address).content.decode()


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
        (b"PONG\0", True, State.WARN, "ClamAV répond, 1\u00a0fichier en attente"),
        (b"PONG", True, State.BAD, "ClamAV ne répond pas, 1\u00a0fichier en attente"),
    ],
)
def test_the_state_page_tells_the_engine_and_what_waits(settings, down, monkeypatch, words, waits, state, fact):
    if waits:
        store()
    monkeypatch.setattr(health, "_looks", {})
    checks.register_own()

    with saying(words) as settings.CLAMAV_URL:
        [line] = [one for one in health.run_checks(fresh=True) if one.name == "antivirus"]

    assert (line.label, line.state, line.fact) == ("Antivirus", state, fact)


def test_without_the_setting_there_is_no_such_part(monkeypatch):
    monkeypatch.setattr(health, "_looks", {})
    checks.register_own()

    assert "antivirus" not in health._looks
    assert store().is_served
