from collections.abc import Iterator
from datetime import timedelta

from django.utils import timezone

from hub.core.documents.models import PrivateFile
from hub.core.documents.models.private import private_storage

FOLDERS = [f"{number:02x}" for number in range(256)]


def orphans(older_than: timedelta) -> Iterator[str]:
    """Names in the private storage that no row holds, one folder at a time; recent ones may still get their row."""
    storage, limit = private_storage(), timezone.now() - older_than
    for folder in FOLDERS:
        try:
            names = {f"{folder}/{name}" for name in storage.listdir(folder)[1]}
        except FileNotFoundError:
            continue
        names -= set(PrivateFile.unscoped.filter(storage_name__in=names).values_list("storage_name", flat=True))
        yield from (name for name in sorted(names) if storage.get_modified_time(name) < limit)
