"""Files in a bucket: a real S3 server over HTTP (moto, in a thread), then one that is closed, hangs, or has lost the bucket."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage, storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from hub.core.documents import checks, kinds, s3, services
from hub.core.documents.errors import StorageIsDown, UploadRefused
from hub.core.documents.formats import ALL, MB
from hub.core.documents.models import PrivateFile
from hub.core.documents.models.private import private_storage
from hub.core.documents.tasks import sweep
from hub.core.jobs import health
from hub.core.jobs.health import State
from hub.core.jobs.models import Outbox
from hub.core.jobs.services import drain
from hub.core.kit.held import bytes_stay
from hub.ops import checks as ops_checks
from hub.settings.env import Environment
from tests.builders.accounts import SYSTEM, make_member, make_person, sign_in
from tests.builders.buckets import BUCKET, client, closed_port, hanging_port, s3_server
from tests.core import bad_files

pytestmark = pytest.mark.django_db
kinds.register("tests.any", "fichier d’essai", ALL, 10 * MB)


@pytest.fixture(scope="module")
def server():
    with s3_server() as url:
        yield url


def use(settings, url):
    settings.STORAGES = {**settings.STORAGES, **Environment.read({"HUB_STORAGE_URL": url}).storages}


@pytest.fixture
def bucket(settings, server, monkeypatch):
    """A client of the bucket, which is empty; the hub's files go there."""
    monkeypatch.setattr(s3, "_quiet_until", 0.0)
    use(settings, server)
    direct = client("http://" + server.rpartition("@")[2].partition("/")[0])
    for row in direct.list_objects_v2(Bucket=BUCKET).get("Contents", []):
        direct.delete_object(Bucket=BUCKET, Key=row["Key"])
    return direct


def keys(bucket):
    return [row["Key"] for row in bucket.list_objects_v2(Bucket=BUCKET).get("Contents", [])]


def make_file(audiences=("federation",), data=None):
    upload = SimpleUploadedFile("attestation.pdf", data or bad_files.pdf())
    return services.store(upload, actor=SYSTEM, kind="tests.any", audiences=list(audiences))


def test_a_file_lies_in_the_bucket_and_leaves_by_the_guarded_view_alone(bucket):
    data = bad_files.pdf(pages=3)
    row = make_file(data=data)
    reader = sign_in(make_person(make_member()))

    answer = reader.get(reverse("documents:file", args=[row.pk]))

    assert keys(bucket) == [f"private/{row.storage_name}"]
    assert b"".join(answer.streaming_content) == data
    assert reader.get(reverse("documents:file", args=["01920000-0000-7000-8000-000000000000"])).status_code == 404
    with pytest.raises(ValueError, match="no address"):
        private_storage().url(row.storage_name)


def test_a_stranger_does_not_even_reach_the_bucket(bucket, client):
    row = make_file()

    assert client.get(reverse("documents:file", args=[row.pk])).status_code == 404


def test_a_deleted_file_leaves_the_bucket(bucket):
    row = make_file()
    services.delete(row, actor=SYSTEM)

    drain()

    assert keys(bucket) == []


def test_what_no_row_names_is_swept(bucket, monkeypatch):
    row = make_file()
    private_storage().save("ab/perdu", ContentFile(b"x"))
    monkeypatch.setattr("hub.core.documents.tasks.ORPHAN_AGE", timedelta(seconds=-5))

    sweep()

    assert keys(bucket) == [f"private/{row.storage_name}"]


def test_a_picture_of_the_editors_keeps_the_hub_s_own_address(bucket, client):
    picture = BytesIO()
    Image.new("RGB", (8, 8), "teal").save(picture, "PNG")
    name = default_storage.save("images/photo.png", ContentFile(picture.getvalue()))

    answer = client.get(default_storage.url(name))

    assert default_storage.url(name) == "/media/images/photo.png"
    assert (answer.status_code, b"".join(answer.streaming_content)) == (200, picture.getvalue())
    assert keys(bucket) == ["media/images/photo.png"]


def test_no_folder_is_looked_for(bucket):
    assert checks.private_files_stay_private(None) == []
    assert ops_checks.storage() == (State.OK, f"Le seau «\u00a0{BUCKET}\u00a0» répond")


# -- away -------------------------------------------------------------------------------------------------------------
@pytest.fixture(params=["closed", "no bucket"])
def away(request, settings, server, bucket):
    """A bucket that held a file and does not answer any more. Gives: the file."""
    row = make_file()
    broken = {
        "closed": f"s3+http://a:b@127.0.0.1:{closed_port()}/{BUCKET}",
        "no bucket": server.replace(f"/{BUCKET}", "/un-autre-seau"),
    }[request.param]
    use(settings, broken)
    return row


def test_an_upload_is_refused_in_a_sentence_and_leaves_no_row(away):
    with pytest.raises(UploadRefused) as refusal:
        make_file()

    assert refusal.value.code == "storage_down"
    assert "Réessayez dans quelques minutes" in refusal.value.sentence
    assert list(PrivateFile.unscoped.all()) == [away]


def test_the_state_page_says_it(away, monkeypatch):
    monkeypatch.setattr(health, "_looks", {})
    health.register("storage", ops_checks.storage, label="Fichiers")

    [check] = health.run_checks(fresh=True)

    assert (check.state, check.fact) == (State.BAD, "Injoignable (StorageIsDown)")


def test_reading_says_why_and_asks_to_come_back(settings, bucket):
    row = make_file()
    use(settings, f"s3+http://a:b@127.0.0.1:{closed_port()}/{BUCKET}")

    answer = sign_in(make_person(make_member())).get(reverse("documents:file", args=[row.pk]))

    assert (answer.status_code, answer["Retry-After"]) == (503, "60")
    assert "Les fichiers ne répondent pas" in answer.content.decode()


def test_a_server_that_hangs_is_left_after_seconds_then_at_once(settings, bucket, monkeypatch):
    monkeypatch.setattr(s3, "CLIENT", s3.CLIENT.merge(s3.Config(read_timeout=0.2)))
    with hanging_port() as port:
        use(settings, f"s3+http://a:b@127.0.0.1:{port}/{BUCKET}")

        for _ in range(2):
            with pytest.raises(StorageIsDown) as caught:
                private_storage().exists("x")

    assert caught.value.__cause__ is None, "the second was refused without asking"


def test_what_is_removed_during_a_backup_goes_afterwards(bucket, settings):
    names = {"private": "editorial/a.pdf", "default": "images/a.png"}
    for kind, name in names.items():
        storages[kind].save(name, ContentFile(b"x"))

    with bytes_stay(settings.DATA_DIR):
        for kind, name in names.items():
            storages[kind].delete(name)
        during = keys(bucket)
    Outbox.objects.update(available_at="2020-01-01T00:00:00Z")
    drain()

    assert sorted(during) == ["media/images/a.png", "private/editorial/a.pdf"]
    assert keys(bucket) == []
