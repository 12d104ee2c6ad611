"""Bar D6: Redis, mail, storage or antivirus away (port closed, or taking calls and never answering). The site reads; a write goes on, waits in the
outbox, or is refused in one sentence with all that was typed; nobody sees an error of the machine, and the state page tells."""

import errno
import os
from functools import partial

import pytest
from celery import Celery
from django.contrib.sessions.middleware import SessionMiddleware
from django.core import mail
from django.core.cache import caches
from django.core.files import base as files
from django.core.files.storage import filesystem
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import OperationalError, connection
from django.test import Client
from django.urls import reverse
from psycopg import OperationalError as NoServer
from psycopg.errors import DiskFull, LockNotAvailable

from hub.core.accounts.models import Invitation
from hub.core.documents import s3
from hub.core.jobs import broker, celeryconfig, health
from hub.core.jobs.cache import RedisOrTable
from hub.core.jobs.health import State
from hub.core.jobs.models import Outbox
from hub.core.jobs.services import drain
from hub.core.kit.identifiers import uuid7
from hub.core.notifications import services as notifications
from hub.core.notifications.models import Mail
from hub.ops import checks
from hub.settings.env import Environment
from tests.builders.accounts import SYSTEM, make_member, make_person, sign_in
from tests.builders.attendance import close_all, make_attended, people_of
from tests.builders.buckets import closed_port, hanging_port
from tests.builders.trainings import make_session
from tests.builders.workgroups import facilitator_of, make_group
from tests.trainings.test_agreements import make_party
from trainings.attendance.models import AttendanceSheet
from trainings.paperwork.services import complete_dossier
from trainings.sessions.models import Registration
from workgroups.groups.models import GroupDocument

pytestmark = [pytest.mark.django_db(transaction=True)]
PASSWORD = "correct cheval pile agrafe"
READS = ["/", "/annuaire/", "/cooperatives/", "/formations/", "/formations/sessions/", "/recherche/?q=terre", "/groupes/", "/compte/"]
SMTP = "django.core.mail.backends.smtp.EmailBackend"


def no_redis(settings, monkeypatch, port):
    url = f"redis://127.0.0.1:{port}/0"
    call_command("createcachetable", "hub_cache", verbosity=0)
    settings.CACHES = {"default": Environment.read({"HUB_BROKER_URL": url}).cache, "table": Environment.read({}).cache}
    monkeypatch.setattr(RedisOrTable, "quiet_until", 0.0)
    app = Celery("away", broker=url, set_as_current=False)  # the others of this process keep theirs
    app.config_from_object(celeryconfig)
    options = {"max_retries": 0, "socket_connect_timeout": 1, "socket_timeout": 1}
    app.conf.update(broker_url=url, broker_transport_options=options)
    monkeypatch.setattr(broker, "_nudge", partial(app.send_task, "jobs.drain", retry=False))
    monkeypatch.setattr(broker, "_count", partial(_count, app))
    monkeypatch.setattr(broker, "_quiet_until", 0.0)


def _count(app):
    with app.connection_for_write() as connection:
        return connection.default_channel.queue_declare(queue="hub").message_count


def no_mail(settings, monkeypatch, port):
    settings.EMAIL_BACKEND = SMTP
    monkeypatch.setattr(notifications, "_away_until", 0.0)
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", port, 1


def no_storage(settings, monkeypatch, port):
    monkeypatch.setattr(s3, "CLIENT", s3.CLIENT.merge(s3.Config(connect_timeout=1, read_timeout=1, retries={"total_max_attempts": 1})))
    monkeypatch.setattr(s3, "_quiet_until", 0.0)
    storages = Environment.read({"HUB_STORAGE_URL": f"s3+http://cle:secret@127.0.0.1:{port}/fichiers"}).storages
    settings.STORAGES = {**settings.STORAGES, **storages}


def no_antivirus(settings, monkeypatch, port):
    settings.CLAMAV_URL = f"tcp://127.0.0.1:{port}"


PARTS = {
    "redis": (no_redis, "broker"), "mail": (no_mail, "mail"), "storage": (no_storage, "storage"),
    "antivirus": (no_antivirus, "antivirus"),
}  # fmt: skip


@pytest.fixture(params=["closed", "hanging"])
def port(request):
    if request.param == "closed":
        yield closed_port()
    else:
        with hanging_port() as port:
            yield port


@pytest.fixture(params=PARTS)
def away(request, settings, monkeypatch, port, people):
    """The name of the part that is away; the people were there before."""
    PARTS[request.param][0](settings, monkeypatch, port)
    return request.param


@pytest.fixture
def people():
    home = make_member("Bâti Formation")
    group = make_group()
    upload(sign_in(facilitator_of(group)), group)
    return {
        "manager": make_person(home, "training_manager"), "director": make_person(home, "director", email="dir@example.org", password=PASSWORD),
        "trainee": make_person(home, email="e@example.org"), "session": make_session(), "group": group, "home": home,
    }  # fmt: skip


def upload(client, group, title="Note de cadrage du groupe"):
    file = SimpleUploadedFile("note.txt", b"Des mots simples.\n", "text/plain")
    return client.post(reverse("groups:documents", args=[group.acronym]), {"title": title, "file": file})


def read_all(people):
    client = sign_in(people["manager"])
    return {path: client.get(path).status_code for path in READS}


def register(people):
    data = {"key": str(uuid7()), "trainees": [str(people["trainee"].pk)], "register": "1"}
    return sign_in(people["manager"]).post(reverse("sessions:register", args=[people["session"].pk]), data)


def invite(people):
    path = reverse("accounts:team", args=[people["home"].slug])
    return sign_in(people["director"]).post(path, {"email": "nouvelle@example.org", "role": "advisor"})


def waiting_mails():
    return Mail.objects.filter(mailed_at=None).count()


def test_the_site_reads_and_writes_what_needs_no_more_than_the_database(away, people):
    assert read_all(people) == dict.fromkeys(READS, 200)
    assert register(people).status_code == 302
    assert Registration.unscoped.count() == 1
    assert invite(people).status_code == 302
    assert Invitation.unscoped.count() == 1
    assert Outbox.objects.filter(done_at=None).exists()


def test_letters_wait_and_leave_once_mail_is_back(settings, monkeypatch, port, people):
    drain()
    mail.outbox.clear()
    no_mail(settings, monkeypatch, port)
    invite(people)

    for _ in range(20):  # as long as it lasts: no letter is parked for a server that is away
        Outbox.objects.filter(done_at=None).update(available_at="2020-01-01T00:00:00Z")
        drain()
    kept = waiting_mails()
    monkeypatch.setattr(notifications, "_away_until", 0.0)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    Outbox.objects.filter(done_at=None).update(available_at="2020-01-01T00:00:00Z")
    drain()

    assert kept >= 1
    assert not Outbox.objects.parked().exists()
    assert waiting_mails() == 0
    assert "nouvelle@example.org" in [address for letter in mail.outbox for address in letter.to]


def test_who_waits_for_a_code_is_told_and_keeps_what_she_typed(settings, monkeypatch, port, people):
    no_mail(settings, monkeypatch, port)

    known, unknown = (Client().post("/connexion/code/", {"email": email}) for email in ("e@example.org", "personne@example.org"))
    forgotten = Client().post("/mot-de-passe/oublie/", {"email": "dir@example.org"})

    for answer in (known, unknown, forgotten):
        text = answer.content.decode()
        assert (answer.status_code, answer["Retry-After"]) == (503, "60")
        assert "Le courrier ne part pas pour le moment" in text
        assert "Envoyer de nouveau" in text
    assert 'name="email" value="e@example.org"' in known.content.decode()


def test_without_redis_one_signs_in_and_failures_still_count(settings, monkeypatch, port, people):
    no_redis(settings, monkeypatch, port)
    client = Client()

    for _ in range(10):
        client.post("/connexion/", {"login": "dir@example.org", "password": "pas le bon"})
    refused = client.post("/connexion/", {"login": "dir@example.org", "password": PASSWORD})
    elsewhere = Client(REMOTE_ADDR="198.51.100.9").post("/connexion/", {"login": "dir@example.org", "password": PASSWORD})

    assert (refused.status_code, elsewhere.status_code) == (429, 302)


def test_without_redis_the_cache_is_the_table(settings, monkeypatch, port):
    no_redis(settings, monkeypatch, port)

    caches["default"].set("clef", 3, 60)
    caches["default"].incr("clef")

    assert (caches["default"].get("clef"), caches["table"].get("clef")) == (4, 4)


def test_without_storage_a_file_is_refused_on_its_own_form(settings, monkeypatch, port, people):
    group, held = people["group"], GroupDocument.unscoped.get()
    client = sign_in(facilitator_of(group))
    no_storage(settings, monkeypatch, port)

    sent = upload(client, group, title="Un titre long à retaper")
    read = client.get(held.file.get_absolute_url())

    assert sent.status_code == 200
    assert "Les fichiers ne se gardent pas pour le moment" in sent.content.decode()
    assert "Un titre long à retaper" in sent.content.decode()
    assert GroupDocument.unscoped.count() == 1
    assert read.status_code == 503
    assert "Les fichiers ne répondent pas" in read.content.decode()


@pytest.fixture
def folder(settings, tmp_path):
    """The private files in a folder of their own."""
    folder = tmp_path / "private"
    folder.mkdir()
    settings.PRIVATE_ROOT = folder
    options = {**Environment.read({}).storages["private"], "OPTIONS": {"location": folder, "base_url": None}}
    settings.STORAGES = {**settings.STORAGES, "private": options}
    return folder


@pytest.fixture
def papers(folder):
    """A client and the addresses of papers, all established and read once."""
    session = make_attended(make_party("Organisme"), make_party("CAE Une"))
    (row,) = people_of(session)
    close_all(session)
    complete_dossier(session, row.employer, actor=SYSTEM)
    addresses = {
        "sheet": reverse("attendance:sheet_pdf", args=[session.pk, AttendanceSheet.unscoped.first().pk]),
        "certificate": reverse("paperwork:certificate_pdf", args=[session.pk, row.pk]),
        "agreement": reverse("paperwork:agreement_pdf", args=[session.pk, row.employer.slug]),
        "dossier": reverse("paperwork:dossier", args=[session.pk, row.employer.slug]),
    }
    client = sign_in(make_person(session.organisation, "training_manager"))
    assert [name for name, path in addresses.items() if client.get(path).status_code != 200] == []
    return client, addresses


def _away(folder, monkeypatch):
    folder.rename(folder.with_name("elsewhere"))


def _refused(folder, monkeypatch):
    def refuse(name, *args, **kwargs):
        if str(name).startswith(str(folder)):
            raise PermissionError(errno.EACCES, "Permission denied")
        return open(name, *args, **kwargs)

    monkeypatch.setattr(filesystem, "open", refuse, raising=False)
    monkeypatch.setattr(files, "open", refuse, raising=False)


def _altered(folder, monkeypatch):
    for path in folder.rglob("*.pdf"):
        path.write_bytes(b"%PDF")


def _lost(folder, monkeypatch):
    for path in folder.rglob("*.pdf"):
        path.unlink()


FAULTS = {
    _away: "Les fichiers ne répondent pas",
    _refused: "Les fichiers ne répondent pas",
    _altered: "Le fichier scellé",
    _lost: "Le fichier scellé",
}


@pytest.mark.parametrize("fault", FAULTS)
def test_papers_that_cannot_be_read_are_a_sentence(fault, folder, papers, monkeypatch):
    client, addresses = papers
    fault(folder, monkeypatch)

    answers = {name: client.get(path) for name, path in addresses.items()}

    assert {name: answer.status_code for name, answer in answers.items()} == dict.fromkeys(addresses, 503)
    assert [name for name, answer in answers.items() if FAULTS[fault] not in answer.content.decode()] == []


def test_a_folder_that_went_is_said_and_not_made_anew(people, folder, monkeypatch):
    monkeypatch.setattr(health, "_looks", {})
    health.register("storage", checks.storage, label="Fichiers")
    folder.rename(folder.with_name("elsewhere"))

    sent = upload(sign_in(facilitator_of(people["group"])), people["group"], title="Un titre long à retaper")

    assert (sent.status_code, "Les fichiers ne se gardent pas" in sent.content.decode()) == (200, True)
    assert [check.state for check in health.run_checks(fresh=True)] == [State.BAD]
    assert not folder.exists()


@pytest.mark.parametrize("fault", [errno.ENOSPC, errno.EIO, errno.EROFS])
def test_a_disk_that_takes_no_file_is_a_sentence(fault, people, folder, monkeypatch):
    def refuse(*args):
        raise OSError(fault, os.strerror(fault))

    client = sign_in(facilitator_of(people["group"]))
    monkeypatch.setattr(filesystem.locks, "lock", refuse)  # called by Django once the file is open, before its first byte

    sent = upload(client, people["group"], title="Un titre long à retaper")

    assert sent.status_code == 503
    assert "Les fichiers ne répondent pas" in sent.content.decode()
    assert "Un titre long à retaper" in sent.content.decode()


def unreachable(execute, sql, params, many, context):
    """What is said of a server that does not answer, or of a file that is not there."""
    error = OperationalError("unable to open database file")
    if connection.vendor == "postgresql":
        error = OperationalError("connection failed: Connection refused")
        error.__cause__ = NoServer()
    raise error


def locked(execute, sql, params, many, context):
    """What is said when a write waits longer than it may."""
    if not sql.startswith(("INSERT", "UPDATE")):
        return execute(sql, params, many, context)
    error = OperationalError("canceling statement due to lock timeout" if connection.vendor == "postgresql" else "database is locked")
    if connection.vendor == "postgresql":
        error.__cause__ = LockNotAvailable()
    raise error


def test_a_database_that_does_not_answer_is_a_sentence_and_gives_back_what_was_typed(people):
    director, stranger = sign_in(people["director"]), Client()
    for client in (director, stranger):
        client.raise_request_exception = False
    with connection.execute_wrapper(unreachable):
        answers = [
            director.get("/moi/"), stranger.get("/annuaire/"),
            director.post(reverse("accounts:team", args=[people["home"].slug]), {"message": "Un mot long à retaper"}),
        ]  # fmt: skip

    assert [answer.status_code for answer in answers] == [503, 503, 503]
    assert all("La base de données du hub ne répond pas" in answer.content.decode() for answer in answers)
    assert "Un mot long à retaper" in answers[2].content.decode()
    assert director.get("/moi/").status_code == 200


def test_a_row_that_others_hold_too_long_is_a_sentence_and_gives_back_what_was_typed(people):
    director = sign_in(people["director"])
    director.raise_request_exception = False
    path, sent = reverse("accounts:team", args=[people["home"].slug]), {"email": "nouvelle@example.org", "role": "advisor"}

    with connection.execute_wrapper(locked):
        refused = director.post(path, sent)
    again = director.post(path, sent)

    text = refused.content.decode()
    assert (refused.status_code, refused["Retry-After"], again.status_code) == (503, "60", 302)
    assert "trop occupé" in text
    assert 'name="email" value="nouvelle@example.org"' in text


def full(execute, sql, params, many, context):
    """What SQLite and PostgreSQL say of a write on a full disk."""
    if sql.startswith(("INSERT", "UPDATE")):
        error = OperationalError("database or disk is full")
        if connection.vendor == "postgresql":
            error = OperationalError("could not extend file: No space left on device")
            error.__cause__ = DiskFull()
        raise error
    return execute(sql, params, many, context)


def test_a_full_database_is_a_sentence(people, folder):
    manager, director = sign_in(people["manager"]), sign_in(people["director"])
    data = {"key": str(uuid7()), "trainees": [str(people["trainee"].pk)], "register": "1"}
    facilitator, stranger = sign_in(facilitator_of(people["group"])), Client(raise_request_exception=False)
    newcomer = sign_in(make_person(people["home"], "entrepreneur"))
    with connection.execute_wrapper(full):
        answers = {
            "registration": manager.post(reverse("sessions:register", args=[people["session"].pk]), data),
            "upload": upload(facilitator, people["group"]),
            "invitation": director.post(
                reverse("accounts:team", args=[people["home"].slug]), {"email": "n@example.org", "role": "advisor"}
            ),
            "sign in": stranger.post("/connexion/", {"login": "dir@example.org", "password": PASSWORD}),
            "first visit": newcomer.get("/moi/"),
        }
        read = manager.get("/formations/").status_code

    assert {name: answer.status_code for name, answer in answers.items()} == dict.fromkeys(answers, 503)
    assert [name for name, answer in answers.items() if "Le disque du hub est plein" not in answer.content.decode()] == []
    assert read == 200
    assert Registration.unscoped.count() == 0


def test_a_session_that_cannot_be_kept_is_a_sentence_too(monkeypatch):
    """Outside of every view."""
    monkeypatch.setattr(SessionMiddleware, "process_response", lambda *args: (_ for _ in ()).throw(OSError(errno.ENOSPC, "plein")))

    answer = Client(raise_request_exception=False).get("/")

    assert (answer.status_code, "Le disque du hub est plein" in answer.content.decode()) == (503, True)


def test_the_state_page_and_the_command_tell_which_part(away, monkeypatch, capsys):
    name = PARTS[away][1]
    looks = {"broker": health.message_broker, "mail": checks.mail, "storage": checks.storage, "antivirus": checks.antivirus}
    monkeypatch.setattr(health, "_looks", {})
    monkeypatch.setattr(health, "_seen", None)
    health.register(name, looks[name], label=name)

    answer = Client().get("/sante.json")
    with pytest.raises(SystemExit):
        call_command("status")

    assert (answer.status_code, answer.json()["checks"][0]) == (503, {"name": name, "state": State.BAD})
    assert "EN PANNE" in capsys.readouterr().out
