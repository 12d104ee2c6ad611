"""What Wagtail's admin shows of pages that a person may not edit: less than Wagtail would.

Measured on Wagtail 8.0.1: the page chooser lists every page by its draft title, and the screen that confirms a move shows the title of
any page before it asks for the right. The explorer shows the title of whatever page it is given, and so does the chooser.
"""

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db.models import F
from django.http import HttpRequest
from wagtail import hooks
from wagtail.models import Page, get_page_models
from wagtail.permissions import policy_registry
from wagtail.query import PageQuerySet


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
