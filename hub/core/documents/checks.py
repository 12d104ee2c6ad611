"""Settings that would open a door are found at start, not by a visitor."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.files.storage import FileSystemStorage

from hub.core.documents.formats import BY_EXTENSION, HARD_LIMIT, IMAGES, MAX_PIXELS, MB, OFFICE, PDF
from hub.core.documents.models.private import private_storage

DOCUMENT_EXTENSIONS = {extension for extension, row in BY_EXTENSION.items() if row.code in OFFICE | PDF}
IMAGE_EXTENSIONS = {extension for extension, row in BY_EXTENSION.items() if row.code in IMAGES}
IMAGE_LIMIT = 10 * MB
EXPECTED = {
    "WAGTAILIMAGES_IMAGE_MODEL": "documents.EditorialImage",
    "WAGTAILDOCS_DOCUMENT_MODEL": "documents.EditorialDocument",
    "WAGTAILIMAGES_IMAGE_FORM_BASE": "hub.core.documents.editorial_forms.EditorialImageForm",
    "WAGTAILDOCS_DOCUMENT_FORM_BASE": "hub.core.documents.editorial_forms.EditorialDocumentForm",
    "WAGTAILDOCS_SERVE_METHOD": "serve_view",
}


@register(Tags.security)
def private_files_stay_private(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """No folder that the web server gives away may hold the private one, nor lie in it; a bucket is in none."""
    storage = private_storage()
    if not isinstance(storage, FileSystemStorage):
        return []
    private = Path(storage.location).resolve()
    found: list[CheckMessage] = []
    for name in ("MEDIA_ROOT", "STATIC_ROOT"):
        root = getattr(settings, name, None)
        if root and _overlap(private, Path(root).resolve()):
            found.append(Error(f"Le dossier des fichiers privés ({private}) et {name} se contiennent.", id="documents.E001"))
    return found


@register(Tags.security)
def editors_uploads_are_limited(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    return [Error(message, id=code) for code, message in _wrong_settings()]


def _wrong_settings() -> Iterator[tuple[str, str]]:
    for name, expected in EXPECTED.items():
        if getattr(settings, name, None) != expected:
            yield "documents.E002", f"{name} doit valoir {expected!r}."
    yield from _extensions("WAGTAILDOCS_EXTENSIONS", DOCUMENT_EXTENSIONS)
    yield from _extensions("WAGTAILIMAGES_EXTENSIONS", IMAGE_EXTENSIONS)
    yield from _at_most("WAGTAILDOCS_MAX_UPLOAD_SIZE", HARD_LIMIT)
    yield from _at_most("WAGTAILIMAGES_MAX_UPLOAD_SIZE", IMAGE_LIMIT)
    yield from _at_most("WAGTAILIMAGES_MAX_IMAGE_PIXELS", MAX_PIXELS)
    if settings.WAGTAILDOCS_PRIVATE_COLLECTION_OPTIONS.get("SHARED_PASSWORD", True):
        yield (
            "documents.E005",
            "WAGTAILDOCS_PRIVATE_COLLECTION_OPTIONS doit refuser SHARED_PASSWORD : un mot de passe partagé ne désigne personne.",
        )


def _extensions(name: str, allowed: set[str]) -> Iterator[tuple[str, str]]:
    """Without a list Wagtail takes any file; with SVG in it, one that may hold scripts."""
    given = set(getattr(settings, name, None) or ())
    if not given or given - allowed:
        yield "documents.E003", f"{name} doit être une liste prise dans {sorted(allowed)} ; de trop : {sorted(given - allowed)}."


def _at_most(name: str, limit: int) -> Iterator[tuple[str, str]]:
    """Wagtail's own default is no limit for documents, and 128 million points for images."""
    given = getattr(settings, name, None)
    if not isinstance(given, int) or not 0 < given <= limit:
        yield "documents.E004", f"{name} doit être un nombre entre 1 et {limit}."


def _overlap(one: Path, other: Path) -> bool:
    return one == other or one in other.parents or other in one.parents
