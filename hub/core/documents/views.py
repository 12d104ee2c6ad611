import logging
from uuid import UUID

from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe
from wagtail.documents.models import document_served

from hub.core.accounts.actor import actor_of
from hub.core.documents import services
from hub.core.documents.errors import FileIsInfected, FileIsLost
from hub.core.documents.formats import BY_EXTENSION, INLINE
from hub.core.documents.models import EditorialDocument, PrivateFile
from hub.core.documents.models.private import pieces
from hub.core.documents.serving import file_response

logger = logging.getLogger(__name__)


@require_safe
def file(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """A private file: for those whose audiences open it, absent for all others. `?voir` shows it, otherwise it is downloaded.

    Raises FileAwaitsScan, which becomes a 503 and its sentence, while it is in quarantine.
    """
    actor = actor_of(request)
    rows = PrivateFile.objects.visible_to(actor).select_related("organisation").prefetch_related("audience_rows")
    row = get_object_or_404(rows, pk=pk)
    try:
        content = services.open_for(row, actor=actor)
    except FileIsLost:
        logger.error("private file %s has no bytes", row.pk)
        raise Http404 from None
    except FileIsInfected:
        return render(request, "documents/infected.html", status=410)
    return file_response(content, name=row.name, content_type=row.content_type, size=row.size_bytes, show="voir" in request.GET)


@require_safe
def editorial(request: HttpRequest, public_id: UUID) -> StreamingHttpResponse:
    """A document that editors publish, if the restrictions of its collection let the reader in; absent otherwise."""
    document = get_object_or_404(EditorialDocument.objects.select_related("collection"), public_id=public_id)
    if not all(restriction.accept_request(request) for restriction in document.collection.get_view_restrictions()):
        raise Http404
    storage, stored = document.file.storage, document.file.name
    if not storage.exists(stored):
        logger.error("editorial document %s has no bytes", document.pk)
        raise Http404
    document_served.send(sender=EditorialDocument, instance=document, request=request)
    return file_response(
        pieces(storage, stored), name=document.filename, content_type=document.content_type, size=storage.size(stored),
        show="voir" in request.GET, cache="private, no-cache",
    )  # fmt: skip


@require_safe
def media(request: HttpRequest, name: str) -> StreamingHttpResponse:
    """A picture of the editors: public, and nothing else of the media folder. Its name is random and its content never changes."""
    picture = BY_EXTENSION.get(name.rpartition(".")[2].lower())
    if picture is None or picture.content_type not in INLINE or not default_storage.exists(name):
        raise Http404
    return file_response(
        pieces(default_storage, name), name=name.rpartition("/")[2], content_type=picture.content_type, size=default_storage.size(name),
        show=True, cache="public, max-age=86400",
    )  # fmt: skip
