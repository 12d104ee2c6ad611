from collections.abc import Iterator
from datetime import datetime, timedelta

from django.core.files.storage import Storage, default_storage
from django.db.models import Count, Min, Model
from django.utils import timezone

from hub.core.documents.enums import Scan
from hub.core.documents.models import EditorialDocument, EditorialImage, EditorialRendition, PrivateFile
from hub.core.documents.models.private import private_storage

# What Wagtail removes by itself stays when its storage was away: nothing tries again.
EDITORIAL: dict[str, type[Model]] = {"editorial": EditorialDocument}
PICTURES: dict[str, type[Model]] = {"original_images": EditorialImage, "images": EditorialRendition}


def orphans(older_than: timedelta) -> Iterator[tuple[Storage, str]]:
    """Names that no row holds, each with its storage, one folder at a time; recent ones may still get their row."""
    limit = timezone.now() - older_than
    for storage, folder, model, column in _places():
        try:
            names = {f"{folder}/{name}" for name in storage.listdir(folder)[1]}
        except FileNotFoundError:
            continue
        names -= set(model._base_manager.filter(**{f"{column}__in": names}).values_list(column, flat=True))
        yield from ((storage, name) for name in sorted(names) if storage.get_modified_time(name) < limit)


def waiting() -> tuple[int, datetime | None]:
    """How many files are in quarantine until the antivirus answers, and since when the first of them."""
    found = PrivateFile.unscoped.filter(scan=Scan.WAITING).aggregate(number=Count("pk"), since=Min("created_at"))
    return found["number"], found["since"]


def _places() -> Iterator[tuple[Storage, str, type[Model], str]]:
    """Each folder, with the model and the column that name what lies in it."""
    private = private_storage()
    yield from ((private, f"{number:02x}", PrivateFile, "storage_name") for number in range(256))
    yield from ((private, folder, model, "file") for folder, model in EDITORIAL.items())
    yield from ((default_storage, folder, model, "file") for folder, model in PICTURES.items())
