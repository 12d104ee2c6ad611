from hub.core.documents.models.editorial import EditorialDocument, EditorialImage, EditorialRendition
from hub.core.documents.models.private import FileAudience, PrivateFile

__all__ = ["EditorialDocument", "EditorialImage", "EditorialRendition", "FileAudience", "PrivateFile"]
