"""What editors upload: the settings that hold Wagtail (F8), the same examination as for members, random public addresses (A12, F6)."""

import io
import os
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import willow
from django.conf import settings as live
from django.core.checks import run_checks
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage, storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image
from wagtail.documents.forms import get_document_form
from wagtail.images.forms import get_image_form
from wagtail.models import Collection, CollectionViewRestriction

from hub.core.documents import checks
from hub.core.documents.models import EditorialDocument, EditorialImage
from hub.core.documents.sniff.images import ONE_AT_A_TIME
from hub.core.documents.tasks import sweep
from hub.settings.env import Environment
from tests.builders.accounts import make_coordinator, sign_in
from tests.core import bad_files


# -- settings ---------------------------------------------------------------------------------------------------------
def test_wagtail_is_held_to_these_limits():
    assert set(live.WAGTAILDOCS_EXTENSIONS) == {"pdf", "odt", "ods", "odp", "docx", "xlsx", "pptx"}
    assert set(live.WAGTAILIMAGES_EXTENSIONS) == {"gif", "jpg", "jpeg", "png", "webp"}
    assert live.WAGTAILDOCS_MAX_UPLOAD_SIZE == 20 * 1024 * 1024
    assert live.WAGTAILIMAGES_MAX_UPLOAD_SIZE == 10 * 1024 * 1024
    assert live.WAGTAILIMAGES_MAX_IMAGE_PIXELS == 25_000_000
    assert live.WAGTAILDOCS_SERVE_METHOD == "serve_view"
    assert live.WAGTAILIMAGES_IMAGE_MODEL == "documents.EditorialImage"
    assert live.WAGTAILDOCS_DOCUMENT_MODEL == "documents.EditorialDocument"


def test_settings_of_the_hub_pass_their_own_checks():
    assert [error for error in run_checks() if error.id.startswith("documents.")] == []


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("WAGTAILIMAGES_EXTENSIONS", ["png", "svg"], "documents.E003"),
        ("WAGTAILIMAGES_EXTENSIONS", None, "documents.E003"),
        ("WAGTAILDOCS_EXTENSIONS", ["pdf", "zip"], "documents.E003"),
        ("WAGTAILDOCS_EXTENSIONS", ["pdf", "html"], "documents.E003"),
        ("WAGTAILDOCS_EXTENSIONS", [], "documents.E003"),
        ("WAGTAILDOCS_MAX_UPLOAD_SIZE", None, "documents.E004"),
        ("WAGTAILIMAGES_MAX_UPLOAD_SIZE", 100 * 1024 * 1024, "documents.E004"),
        ("WAGTAILIMAGES_MAX_IMAGE_PIXELS", 128_000_000, "documents.E004"),
        ("WAGTAILDOCS_SERVE_METHOD", "direct", "documents.E002"),
        ("WAGTAILDOCS_SERVE_METHOD", None, "documents.E002"),
        ("WAGTAILDOCS_DOCUMENT_FORM_BASE", "wagtail.documents.forms.BaseDocumentForm", "documents.E002"),
        ("WAGTAILIMAGES_IMAGE_FORM_BASE", "", "documents.E002"),
        ("WAGTAILIMAGES_IMAGE_MODEL", "wagtailimages.Image", "documents.E002"),
        ("WAGTAILDOCS_PRIVATE_COLLECTION_OPTIONS", {}, "documents.E005"),
    ],
)
def test_setting_that_opens_a_door_is_found_at_start(settings, name, value, code):
    setattr(settings, name, value)

    assert code in [error.id for error in checks.editors_uploads_are_limited(None)]


@pytest.mark.parametrize("name", ["MEDIA_ROOT", "STATIC_ROOT"])
@pytest.mark.parametrize("place", ["", "inside", ".."])
def test_private_folder_that_the_web_server_would_give_away_is_found_at_start(settings, tmp_path, name, place):
    private = tmp_path / "private"
    settings.STORAGES = {
        **settings.STORAGES,
        "private": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": private}},
    }
    assert checks.private_files_stay_private(None) == []

    setattr(settings, name, str(private / place))

    assert [error.id for error in checks.private_files_stay_private(None)] == ["documents.E001"]


def test_private_folder_behind_a_link_is_found(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path / "media")
    (tmp_path / "media" / "private").mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "media" / "private")
    settings.STORAGES = {
        **settings.STORAGES,
        "private": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path / "link"}},
    }

    assert [error.id for error in checks.private_files_stay_private(None)] == ["documents.E001"]


# -- uploads ----------------------------------------------------------------------------------------------------------
def image_form(data, name):
    form = get_image_form(EditorialImage)
    root = Collection.get_first_root_node() or Collection.add_root(name="Racine")  # none once a test has emptied the database
    values = {"title": "Une image", "collection": root.pk, "tags": ""}
    return form(values, {"file": SimpleUploadedFile(name, data)}, instance=EditorialImage())


def document_form(data, name):
    form = get_document_form(EditorialDocument)
    root = Collection.get_first_root_node() or Collection.add_root(name="Racine")  # none once a test has emptied the database
    values = {"title": "Un document", "collection": root.pk, "tags": ""}
    return form(values, {"file": SimpleUploadedFile(name, data)}, instance=EditorialDocument())


@pytest.fixture
def _own_media(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path / "media")
    settings.STORAGES = {
        **settings.STORAGES,
        "private": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path / "private"}},
    }


@pytest.mark.django_db
@pytest.mark.usefixtures("_own_media")
@pytest.mark.filterwarnings("ignore::ResourceWarning")  # Wagtail leaves the rendition's temporary file to the collector
def test_editors_photo_loses_its_place_in_original_and_rendition():
    form = image_form(bad_files.photo(), "Lou chez elle.jpg")
    assert form.is_valid(), form.errors

    image = form.save()

    rendition = image.get_rendition("max-100x100")
    for path in (image.file.path, rendition.file.path):
        data = Path(path).read_bytes()
        assert b"KANB" not in data
        assert not Image.open(io.BytesIO(data)).getexif()
        assert "Lou" not in path
    assert (image.width, image.height) == (240, 320)


@pytest.mark.django_db
@pytest.mark.usefixtures("_own_media")
def test_renditions_and_wagtails_own_look_wait_for_the_picture_that_is_decoded(monkeypatch):
    seen, opened = [], willow.Image.open

    def watched(file):
        with ThreadPoolExecutor(1) as other:
            seen.append(other.submit(ONE_AT_A_TIME.acquire, blocking=False).result())
        return opened(file)

    form = image_form(bad_files.photo(), "a.jpg")
    image = EditorialImage(title="a", file=ContentFile(bad_files.photo(), "a.jpg"), width=1, height=1)
    image.file.save("a.jpg", image.file.file, save=False)
    monkeypatch.setattr(willow.Image, "open", watched)

    form.fields["file"].to_python(form.files["file"])
    with image.get_willow_image():
        pass

    assert seen == [False, False]


@pytest.mark.django_db
@pytest.mark.usefixtures("_own_media")
def test_editors_document_lies_in_the_private_storage_under_a_random_name(client):
    private_root = live.PRIVATE_ROOT
    pdf = bad_files.pdf()
    form = document_form(pdf, "Charte des CAE.pdf")
    assert form.is_valid(), form.errors

    document = form.save()

    assert Path(document.file.path).is_relative_to(private_root)
    assert not Path(document.file.path).is_relative_to(live.MEDIA_ROOT)
    assert "Charte" not in document.file.name
    assert document.filename == "Charte des CAE.pdf"
    response = client.get(document.url)
    assert b"".join(response.streaming_content) == pdf
    assert response["Content-Disposition"] == 'attachment; filename="Charte des CAE.pdf"'
    assert response["Content-Security-Policy"].endswith("sandbox")


@pytest.mark.django_db
@pytest.mark.usefixtures("_own_media")
@pytest.mark.parametrize("label", ["docm called docx", "PDF with script on opening", "HTML called PDF", "XXE in odt", "EICAR called PDF"])
def test_editors_bad_document_is_refused_with_its_sentence(label):
    name, data = next(row[1:3] for row in bad_files.bad() if row[0] == label)

    form = document_form(data, name)

    assert not form.is_valid()
    assert form.errors["file"][0].endswith(".")
    assert not EditorialDocument.objects.exists()


@pytest.mark.django_db
@pytest.mark.usefixtures("_own_media")
@pytest.mark.parametrize("label", ["PNG + zip (GIFAR)", "truncated JPEG", "SVG with script", "26 million points", "animated WebP"])
def test_editors_bad_image_is_refused(label):
    name, data = next(row[1:3] for row in bad_files.bad() if row[0] == label)

    form = image_form(data, name)

    assert not form.is_valid()
    assert "file" in form.errors


@pytest.mark.django_db
@pytest.mark.usefixtures("_own_media")
def test_document_of_a_restricted_collection_looks_absent(client):
    form = document_form(bad_files.pdf(), "KANB.pdf")
    assert form.is_valid()
    document = form.save()
    never = client.get(reverse("documents:editorial", args=[uuid.uuid4()]))
    assert client.get(document.url).status_code == 200

    CollectionViewRestriction.objects.create(collection=document.collection, restriction_type="login")

    refused = client.get(document.url)
    assert refused.status_code == never.status_code == 404
    assert refused.content == never.content


@pytest.mark.django_db
def test_documents_are_not_numbered_in_addresses():
    document = EditorialDocument(pk=7, title="a", file="editorial/a.pdf")

    assert document.url == f"/documents/{document.public_id}/"
    assert document.public_id.version == 4


# -- pictures of the pages --------------------------------------------------------------------------------------------
@pytest.mark.django_db
@pytest.mark.usefixtures("_own_media")
def test_media_address_serves_pictures_and_nothing_else(client):
    for name in ("images/a.jpg", "images/a.html", "images/a.svg", "images/.htaccess", "autres/a.jpg", "a.jpg", "images/deep/a.jpg"):
        default_storage.save(name, ContentFile(b"x"))

    found = client.get("/media/images/a.jpg")
    assert found.status_code == 200
    assert found["Content-Type"] == "image/jpeg"
    assert found["X-Content-Type-Options"] == "nosniff"
    assert found["Content-Security-Policy"].endswith("sandbox")
    for path in (
        "images/a.html", "images/a.svg", "images/.htaccess", "autres/a.jpg", "a.jpg", "images/deep/a.jpg", "images/absent.jpg",
        "images/../a.jpg", "images/..%2fa.jpg", "private/a.jpg",
    ):  # fmt: skip
        assert client.get(f"/media/{path}", follow=True).status_code == 404, path


# -- the end of a document --------------------------------------------------------------------------------------------
@pytest.fixture
def document(settings, tmp_path, monkeypatch):
    """In the storage of a real hub, on disk."""
    settings.STORAGES = {**settings.STORAGES, **Environment.read({"HUB_DATA": str(tmp_path)}).storages}
    (tmp_path / "private").mkdir()
    monkeypatch.setattr(EditorialDocument._meta.get_field("file"), "storage", storages["private"])
    form = document_form(bad_files.pdf(), "Charte.pdf")
    assert form.is_valid(), form.errors
    return form.save()


@pytest.mark.django_db(transaction=True)
def test_a_document_deleted_in_the_admin_takes_its_bytes_along(document, tmp_path):
    client = sign_in(make_coordinator())

    answer = client.post(reverse("wagtaildocs:delete", args=[document.pk]))

    assert answer.status_code == 302
    assert not EditorialDocument.objects.exists()
    assert list((tmp_path / "private" / "editorial").iterdir()) == []


@pytest.mark.django_db
@pytest.mark.filterwarnings("ignore::ResourceWarning")  # as above
def test_what_a_storage_that_was_away_did_not_remove_is_swept(document, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    form = image_form(bad_files.photo(), "a.jpg")
    assert form.is_valid(), form.errors
    image = form.save()
    rendition = image.get_rendition("max-100x100")
    kept = [(document.file.storage, document.file.name), (default_storage, image.file.name), (default_storage, rendition.file.name)]
    lost = [(storage, storage.save(name.replace("/", "/perdu-"), ContentFile(b"x"))) for storage, name in kept]
    for storage, name in kept + lost:
        os.utime(storage.path(name), (0, 0))

    sweep()

    assert [storage.exists(name) for storage, name in kept + lost] == [True] * 3 + [False] * 3
