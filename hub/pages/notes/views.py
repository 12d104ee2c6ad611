from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from hub.core.accounts.actor import Actor, actor_of
from hub.pages.notes import services
from hub.pages.notes.filters import NoteFilter
from hub.pages.notes.forms import NoteForm
from hub.pages.notes.models import NoteMark, NotePage
from hub.pages.writing import rules
from hub.pages.writing.nouns import Column, Noun, Words
from hub.pages.writing.tags import tag_words
from hub.pages.writing.views import page_in_sight


def _can_mark(actor: Actor, page: NotePage) -> bool:
    return page.live and rules.can_take_part(actor) and page.author_id != actor.user_id


def _context(actor: Actor, page: NotePage) -> dict[str, Any]:
    is_marked = actor.user_id is not None and NoteMark.objects.filter(note=page, user=actor.user_id).exists()
    return {"tags": tag_words(page), "is_marked": is_marked, "can_mark": _can_mark(actor, page)}


NOUN = Noun(
    NotePage, NoteForm, NoteFilter,
    Words(
        "Expériences", "note,notes", "cette note", "Raconter une expérience",
        "Ce qu’une équipe ou une entrepreneuse a essayé, et ce que cela a donné.",
        "Un outil adopté, un dossier gagné, un essai raté : racontez-le en dix lignes.", "Modifier la note",
    ),
    order=40, context=_context, from_answer="En faire une note d’expérience",
    columns=(Column("useful_to", "utile à", lambda page: page.useful_count),),
)  # fmt: skip


@require_POST
def useful(request: HttpRequest, pk: UUID) -> HttpResponse:
    actor, page = actor_of(request), page_in_sight(request, NOUN, pk)
    if not _can_mark(actor, page):
        raise PermissionDenied
    services.mark_useful(page, on=request.POST.get("on") != "0", actor=actor)
    return redirect(page)
