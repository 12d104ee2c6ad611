"""Files in an S3 bucket (HUB_STORAGE_URL). Private as on a disk: nobody gets the address of an object, the guarded views read it.

A server that hangs must not hold every request: two seconds to connect, five to answer, twice at most; then, for a while, the refusal is
immediate.
"""

import logging
from collections.abc import Callable
from functools import wraps
from time import monotonic
from typing import Any
from urllib.parse import urljoin

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings
from django.utils.encoding import filepath_to_uri
from storages.backends.s3 import S3Storage

from hub.core.documents.errors import StorageIsDown
from hub.core.documents.media import StaysForBackup

logger = logging.getLogger(__name__)

QUIET_SECONDS = 5
# Checksums that only some servers of the S3 kind understand are left out.
CLIENT = Config(
    connect_timeout=2, read_timeout=5, retries={"total_max_attempts": 2}, signature_version="s3v4", s3={"addressing_style": "path"},
    request_checksum_calculation="when_required", response_checksum_validation="when_required",
)  # fmt: skip

_quiet_until = 0.0


def _speaking(method: Callable[..., Any]) -> Callable[..., Any]:
    """Whatever the library raises when the server is away or refuses becomes StorageIsDown."""

    @wraps(method)
    def call(*args: Any, **kwargs: Any) -> Any:
        global _quiet_until
        if monotonic() < _quiet_until:
            raise StorageIsDown
        try:
            return method(*args, **kwargs)
        except (BotoCoreError, ClientError) as error:
            if isinstance(error, BotoCoreError):
                _quiet_until = monotonic() + QUIET_SECONDS
            logger.warning("stockage des fichiers : %s", type(error).__name__)
            raise StorageIsDown from error

    return call


class PrivateS3(StaysForBackup, S3Storage):
    """Objects of the private files; it has no addresses to give."""

    alias = "private"

    def get_default_settings(self) -> dict[str, Any]:
        return super().get_default_settings() | {"client_config": CLIENT, "default_acl": None, "security_token": None}

    def url(self, *args: Any, **kwargs: Any) -> str:
        raise ValueError("a private file has no address of its own: documents:file serves it")

    @_speaking
    def reach(self) -> None:
        """Raises StorageIsDown when the bucket does not answer, is not there, or is not ours."""
        self.connection.meta.client.head_bucket(Bucket=self.bucket_name)

    exists = _speaking(S3Storage.exists)
    size = _speaking(S3Storage.size)
    listdir = _speaking(S3Storage.listdir)
    delete = _speaking(StaysForBackup.delete)
    get_modified_time = _speaking(S3Storage.get_modified_time)
    _open = _speaking(S3Storage._open)
    _save = _speaking(S3Storage._save)


class MediaS3(PrivateS3):
    """Pictures of the editors, under the hub's own addresses."""

    alias = "default"

    def url(self, name: str, *args: Any, **kwargs: Any) -> str:
        return urljoin(settings.MEDIA_URL, filepath_to_uri(name))
