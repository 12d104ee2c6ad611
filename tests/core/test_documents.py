"""Private files: what is stored, who reads it, how it leaves (F4, F5, A12, H5)."""

import re
import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from hub.core.accounts.actor import Actor
from hub.core.accounts.errors import UnscopedQuery
from hub.core.accounts.models import Membership
from hub.core.audit.models import AuditEntry
from hub.core.documents import kinds, services
from hub.core.documents.errors import UploadRefused
from hub.core.documents.formats import ALL, MB
from hub.core.documents.models import FileAudience, PrivateFile
from hub.core.documents.models.private import private_storage
from hub.core.documents.rules import can_read
from hub.core.jobs.services import drain
from tests.builders.accounts import SYSTEM, make_organisation, make_person, make_user, sign_in
from tests.core import bad_files

pytestmark = pytest.mark.django_db
kinds.register("tests.any", "fichier d’essai", ALL, 10 * MB)


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.PRIVATE_ROOT = tmp_path / "private"
    private = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path / "private", "base_url": None}}
    settings.STORAGES = {**settings.STORAGES, "private": private}


def make_file(audiences=("federation",), data=None, name="attestation.pdf", **fields):
    content = data if data is not None else bad_files.pdf()
    return services.store(
        SimpleUploadedFile(name, content), **{"actor": SYSTEM, "kind": "tests.any", "audiences": list(audiences), **fields}
    )  # fmt: skip


def stored_names():
    return sorted(path.name for path in Path(private_storage().location).rglob("*") if path.is_file())


def stored(row):
    return Path(private_storage().path(row.storage_name)).read_bytes()


def actions(prefix="documents."):
    return list(AuditEntry.objects.filter(action__startswith=prefix).order_by("seq").values_list("action", flat=True))


# -- storing ----------------------------------------------------------------------------------------------------------
def test_stored_file_has_its_facts_and_a_random_name():
    organisation = make_organisation()
    sender = make_user()
    data = bad_files.pdf(pages=2)

    row = make_file(data=data, name="Kbis Élan.pdf", organisation=organisation, actor=Actor(user_id=sender.pk, name=sender.name))

    row.refresh_from_db()
    assert (row.name, row.content_type, row.size_bytes, row.pages) == ("Kbis Élan.pdf", "application/pdf", len(data), 2)
    assert (row.organisation, row.uploaded_by) == (organisation, sender)
    assert "Kbis" not in row.storage_name
    assert row.audiences == {"federation"}
    assert stored(row) == data
    assert actions() == ["documents.file.store"]


@pytest.mark.parametrize(("name", "data"), [row[1:3] for row in bad_files.bad()[::4]], ids=[row[0] for row in bad_files.bad()[::4]])
def test_refused_file_leaves_nothing_but_its_line(name, data):
    with pytest.raises(UploadRefused) as caught:
        make_file(data=data, name=name)

    assert caught.value.sentence
    assert not PrivateFile.unscoped.exists()
    assert stored_names() == []
    assert actions() == ["documents.upload.refuse"]


def test_line_of_a_refusal_says_why_and_not_what():
    with pytest.raises(UploadRefused):
        make_file(data=b"MZ KANB", name="KANB.pdf")

    line = AuditEntry.objects.get()
    assert line.details == {"kind": "tests.any", "cause": "program", "size_bytes": 7}
    assert "KANB" not in line.data + line.object_label


def test_too_big_a_file_is_not_even_read():
    class Unreadable(SimpleUploadedFile):
        def read(self, *_):
            raise AssertionError("read")

    upload = Unreadable("gros.pdf", b"%PDF-")
    upload.size = 11 * MB

    with pytest.raises(UploadRefused, match="pèse 11"):
        services.store(upload, actor=SYSTEM, kind="tests.any", audiences=["federation"])


def test_upload_that_lies_about_its_size_is_measured_again():
    upload = SimpleUploadedFile("gros.pdf", bad_files.pdf() + b"\0" * (10 * MB))
    upload.size = 10

    with pytest.raises(UploadRefused, match="pèse 10"):
        services.store(upload, actor=SYSTEM, kind="tests.any", audiences=["federation"])


def test_row_that_cannot_be_written_takes_its_bytes_away():
    with pytest.raises(ValueError):
        make_file(audiences=[])
    with pytest.raises(ValueError):
        make_file(audiences=["tout le monde"])

    assert stored_names() == []


def test_failure_of_the_line_takes_row_and_bytes_away(monkeypatch):
    def refuse(*_, **__):
        raise RuntimeError("audit")

    monkeypatch.setattr(services.audit, "record", refuse)

    with pytest.raises(RuntimeError):
        make_file()

    assert stored_names() == []
    assert not PrivateFile.unscoped.exists()


def test_paper_of_the_hub_is_stored_byte_for_byte():
    data = bad_files.attached()  # what an upload could not hold

    row = services.store_bytes(
        "Convention 12.pdf", data, "application/pdf", actor=SYSTEM, kind="tests.any", audiences=["federation"]
    )  # fmt: skip

    assert stored(row) == data


def test_paper_of_the_hub_has_a_format_of_its_kind():
    with pytest.raises(ValueError):
        services.store_bytes("a.html", b"<html>", "text/html", actor=SYSTEM, kind="tests.any", audiences=["federation"])


# -- reading ----------------------------------------------------------------------------------------------------------
def test_reading_names_its_reader_first():
    make_file()

    with pytest.raises(UnscopedQuery):
        list(PrivateFile.objects.all())


def test_list_and_rule_agree_on_who_reads():
    one, other = uuid.uuid4(), uuid.uuid4()
    tokens = ["public", "federation", f"organisation:{one}", f"staff:{one}", f"person:{one}", f"organisation:{other}"]
    files = [make_file([token]) for token in tokens] + [make_file([f"staff:{one}", f"person:{other}"])]
    readers = [
        Actor.anonymous(),
        Actor(user_id=one, audiences=frozenset({"public", "federation", f"organisation:{one}", f"person:{one}"})),
        Actor(user_id=other, audiences=frozenset({"public", f"staff:{one}", f"person:{other}"})),
        Actor(user_id=other, audiences=frozenset()),
    ]

    for actor in readers:
        expected = {file.pk for file in files if can_read(actor, file)}
        seen = list(PrivateFile.objects.visible_to(actor).values_list("pk", flat=True))
        assert sorted(seen) == sorted(expected)  # each once, whatever the number of its tokens that match
    assert len(PrivateFile.objects.visible_to(readers[0])) == 1


def test_new_readers_replace_the_old_ones_and_leave_a_line():
    row = make_file(["federation", "public"])

    services.set_audiences(row, ["federation", f"person:{uuid.UUID(int=1)}"], actor=SYSTEM)

    assert row.audiences == {"federation", f"person:{uuid.UUID(int=1)}"}
    assert AuditEntry.objects.latest("seq").details["before"] == ["federation", "public"]
    services.set_audiences(row, row.audiences, actor=SYSTEM)
    assert actions() == ["documents.file.store", "documents.file.audience"]


@pytest.mark.parametrize("number", [1, 3])
def test_list_of_files_costs_two_queries(django_assert_num_queries, number):
    for _ in range(number):
        make_file()

    with django_assert_num_queries(2):
        rows = list(PrivateFile.objects.visible_to(Actor(audiences=frozenset({"federation"}))).prefetch_related("audience_rows"))
        assert [row.audiences for row in rows] == [{"federation"}] * number


# -- serving ----------------------------------------------------------------------------------------------------------
def without_token(response):
    return re.sub(rb'(csrfmiddlewaretoken" value=")\w+', rb"\1", response.content)


def read(client, row, query=""):
    return client.get(reverse("documents:file", args=[row.pk]) + query)


def test_reader_gets_the_bytes_and_leaves_a_line():
    organisation = make_organisation()
    person = make_person(organisation)
    row = make_file([f"organisation:{organisation.pk}"], organisation=organisation, name="Relevé d’été.pdf")
    client = sign_in(person)

    response = read(client, row)

    assert response.status_code == 200
    assert b"".join(response.streaming_content) == stored(row)
    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''Relev%C3%A9")
    line = AuditEntry.objects.filter(action="documents.file.read").get()
    assert (line.actor_id, line.object_id, line.organisation_id) == (person.pk, str(row.pk), organisation.pk)
    assert "Relevé" not in line.object_label + line.data


def test_file_of_others_and_file_that_never_was_look_the_same():
    alpha, beta = make_organisation(), make_organisation()
    row = make_file([f"organisation:{beta.pk}"], organisation=beta, name="KANB.pdf")
    client = sign_in(make_person(alpha))

    foreign = read(client, row)
    never = client.get(reverse("documents:file", args=[uuid.uuid4()]))

    assert foreign.status_code == never.status_code == 404
    assert without_token(foreign) == without_token(never)
    assert dict(foreign.headers) == dict(never.headers)
    assert b"KANB" not in foreign.content
    assert "documents.file.read" not in actions()


def test_reader_whose_audience_ended_is_refused_at_the_next_request():
    organisation = make_organisation()
    person = make_person(organisation)
    row = make_file([f"organisation:{organisation.pk}"])
    client = sign_in(person)
    assert read(client, row).status_code == 200

    today = timezone.localdate()
    Membership.unscoped.update(starts_on=today - timedelta(days=9), ends_on=today - timedelta(days=1))

    assert read(client, row).status_code == 404


def test_visitor_reads_public_files_only_and_without_a_line(client):
    public, private = make_file(["public"]), make_file(["federation"])

    assert read(client, public).status_code == 200
    assert read(client, private).status_code == 404
    assert "documents.file.read" not in actions()


@pytest.mark.parametrize(
    ("name", "data", "shown"),
    [
        ("a.pdf", bad_files.pdf(), True),
        ("a.png", bad_files.picture("PNG"), True),
        ("a.jpg", bad_files.photo(), True),
        ("a.webp", bad_files.picture("WEBP"), True),
        ("a.txt", "déjà".encode(), False),
        ("a.csv", b"a;b\n", False),
        ("a.docx", bad_files.ooxml("docx"), False),
        ("a.ods", bad_files.odf("spreadsheet"), False),
    ],
)
def test_no_file_acts_on_our_address(client, name, data, shown):
    row = make_file(["public"], data=data, name=name)

    for query in ("", "?voir"):
        response = read(client, row, query)
        disposition = response["Content-Disposition"].partition(";")[0]
        assert disposition == ("inline" if shown and query else "attachment")
        assert response["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'" in response["Content-Security-Policy"]
        assert response["Content-Security-Policy"].endswith("sandbox")
        assert response["Cache-Control"] == "private, no-store"
        assert response["Content-Type"].partition(";")[0] == row.content_type
        assert row.content_type not in {"text/html", "image/svg+xml", "application/xhtml+xml", "application/javascript", "text/xml"}


def test_name_cannot_add_a_header(client):
    row = make_file(["public"], name='a"\r\nX-Evil: 1; filename="b.html.pdf')
    PrivateFile.unscoped.update(name='é"; filename=evil.html')  # even if a row held it

    response = read(client, row)

    assert "X-Evil" not in response.headers
    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''%C3%A9%22%3B%20filename%3Devil.html")


def test_only_reading_is_allowed(client):
    row = make_file(["public"])

    address = reverse("documents:file", args=[row.pk])

    assert {verb(address).status_code for verb in (client.post, client.put, client.patch, client.delete)} == {405}
    assert client.head(address).status_code == 200


def test_file_without_bytes_is_absent_and_noticed(client, caplog):
    row = make_file(["public"])
    private_storage().delete(row.storage_name)

    assert read(client, row).status_code == 404
    assert str(row.pk) in caplog.text


@pytest.mark.parametrize("number", [1, 3])
def test_reading_costs_the_same_whatever_there_is(django_assert_max_num_queries, number):
    organisation = make_organisation()
    client = sign_in(make_person(organisation))
    rows = [make_file([f"organisation:{organisation.pk}"]) for _ in range(number)]

    with django_assert_max_num_queries(16):
        assert read(client, rows[0]).status_code == 200


def test_private_storage_has_no_address(client):
    row = make_file(["public"])

    for folder in ("media", "media/private", "static", "private"):
        assert client.get(f"/{folder}/{row.storage_name}", follow=True).status_code == 404


def test_addresses_cannot_be_guessed(client):
    rows = [make_file(["public"]) for _ in range(20)]

    for row in rows:
        for bit in range(0, 62, 7):
            near = uuid.UUID(int=row.pk.int ^ (1 << bit))
            assert client.get(reverse("documents:file", args=[near])).status_code == 404


# -- going ------------------------------------------------------------------------------------------------------------
def test_deleted_file_loses_row_then_bytes():
    row = make_file()
    path = row.storage_name

    services.delete(row, actor=SYSTEM, reason="remplacé")

    assert not PrivateFile.unscoped.exists()
    assert not FileAudience.objects.exists()
    assert private_storage().exists(path)
    drain()
    assert not private_storage().exists(path)
    assert AuditEntry.objects.latest("seq").details["cause"] == "remplacé"


def test_deletion_that_is_rolled_back_keeps_the_bytes():
    row = make_file()

    with transaction.atomic():
        services.delete(PrivateFile.unscoped.get(pk=row.pk), actor=SYSTEM)
        transaction.set_rollback(True)
    drain()

    assert private_storage().exists(row.storage_name)
    assert PrivateFile.unscoped.filter(pk=row.pk).exists()


def test_sweep_removes_old_bytes_without_row_and_nothing_else():
    import os

    from hub.core.documents.tasks import sweep

    kept = make_file()
    lost = private_storage().save("ab/" + "0" * 32, ContentFile(b"x"))
    recent = private_storage().save("ab/" + "1" * 32, ContentFile(b"x"))
    old = timezone.now().timestamp() - 3 * 86400
    for name in (kept.storage_name, lost):
        os.utime(private_storage().path(name), (old, old))

    sweep()

    assert [private_storage().exists(name) for name in (kept.storage_name, lost, recent)] == [True, False, True]


# -- forms ------------------------------------------------------------------------------------------------------------
def make_form(data, name="a.pdf", actor=SYSTEM):
    from django import forms

    from hub.core.documents.forms import PrivateFileField

    class Form(forms.Form):
        proof = PrivateFileField(kind="tests.any", label="Preuve")

    form = Form({}, {"proof": SimpleUploadedFile(name, data)})
    PrivateFileField.bind(form, actor)
    return form


def test_field_gives_what_is_stored():
    form = make_form(bad_files.pdf())

    assert form.is_valid()
    row = services.store(form.cleaned_data["proof"], actor=SYSTEM, kind="tests.any", audiences=["federation"])
    assert row.name == "a.pdf"


def test_field_shows_the_sentence_and_leaves_the_line():
    form = make_form(b"MZ", "a.exe")

    assert not form.is_valid()
    assert form.errors["proof"][0].startswith("Ce fichier est un programme")
    assert actions() == ["documents.upload.refuse"]


def test_field_says_what_it_takes_before_anything_is_sent():
    field = make_form(b"").fields["proof"]

    assert field.help_text.endswith("10\u00a0Mo au plus.")
    assert ".pdf" in field.widget.attrs["accept"]
    assert ".svg" not in field.widget.attrs["accept"]
    assert field.widget.attrs["data-hub-heaviest"] == str(10 * 2**20)


def test_field_without_an_actor_is_a_mistake_of_ours():
    from django.core.exceptions import ImproperlyConfigured

    with pytest.raises(ImproperlyConfigured):
        make_form(bad_files.pdf(), actor=None).is_valid()


def test_picture_stays_readable_for_people():
    row = make_file(data=bad_files.photo(), name="IMG_1.JPG")

    assert stored(row)[:3] == b"\xff\xd8\xff"
    assert (row.name, row.width, row.height) == ("IMG_1.jpg", 240, 320)
