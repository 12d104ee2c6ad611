"""What Wagtail's admin shows of pages that a person may not edit: less than Wagtail would; and which pages stay where they are.

Measured on Wagtail 8.0.1: the page chooser lists every page by its draft title, and the screen that confirms a move shows the title of
any page before it asks for the right. The explorer shows the title of whatever page it is given, and so does the chooser.
"""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from wagtail import hooks
from wagtail.models import Page, get_page_models
from wagtail.permissions import policy_registry
from wagtail.query import PageQuerySet

from hub.pages.kept import kept_sentence


@hooks.register("construct_page_chooser_queryset")
def only_open_pages(pages: PageQuerySet, request: HttpRequest) -> PageQuerySet:
    """Pages that she edits, and published ones whose title everybody reads already."""
    hers = policy_registry.get_by_type(Page).explorable_instances(request.user)
    open_to_all = Page.objects.filter(live=True, draft_title=F("title"))
    # published for an audience is not published for all
    kept = [model for model in get_page_models() if getattr(model, "own_screens", False)]
    open_to_all = open_to_all.exclude(content_type__in=ContentType.objects.get_for_models(*kept).values())
    numbers = list((hers | open_to_all).values_list("pk", flat=True))
    under = request.resolver_match.kwargs.get("parent_page_id") if request.resolver_match else None
    if under is not None and under not in numbers:
        raise PermissionDenied  # the chooser names the page that it looks under
    return pages.filter(id__in=numbers)  # a list of numbers: Wagtail's search knows no other filter on these columns


@hooks.register("construct_explorer_page_queryset")
def only_pages_she_explores(parent: Page, pages: PageQuerySet, request: HttpRequest) -> PageQuerySet:
    """The explorer asks for its rows here, once it knows under which page."""
    if not policy_registry.get_by_type(Page).explorable_instances(request.user).filter(pk=parent.pk).exists():
        raise PermissionDenied
    return pages


@hooks.register("before_move_page")
def only_pages_she_moves(request: HttpRequest, page: Page, destination: Page) -> None:
    if not page.permissions_for_user(request.user).can_move_to(destination):
        raise PermissionDenied


@hooks.register("before_delete_page")
@hooks.register("before_unpublish_page")
@hooks.register("before_move_page")
def pages_that_stay(request: HttpRequest, page: Page, destination: Page | None = None) -> HttpResponse | None:
    return _stay(request, [page])


@hooks.register("before_bulk_action")
def pages_that_stay_in_a_list(request: HttpRequest, action: str, objects: Iterable[Any], view: Any) -> HttpResponse | None:
    return _stay(request, [one for one in objects if isinstance(one, Page)]) if action in {"delete", "unpublish", "move"} else None


def _stay(request: HttpRequest, pages: list[Page]) -> HttpResponse | None:
    sentences = [sentence for sentence in map(kept_sentence, pages) if sentence]
    for sentence in sentences:
        messages.error(request, sentence)
    return redirect("wagtailadmin_explore", (pages[0].get_parent() or pages[0]).pk) if sentences else None
