"""Files in the data folder, when HUB_STORAGE_URL is not set."""

from django.core.files.storage import FileSystemStorage

from hub.core.documents.media import StaysForBackup


class MediaFolder(StaysForBackup, FileSystemStorage):
    """Pictures and documents of the editors."""
