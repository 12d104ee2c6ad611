"""The screens that all kinds of pages share: list, feed, form, publication, moderation; and the first screen of the area."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from hub.core.accounts.actor import Actor, actor_of
from hub.core.accounts.audiences import FEDERATION
from hub.core.accounts.own_keys import by_own_keys
from hub.core.documents.forms import PrivateFileField
from hub.core.kit.text import typo
from hub.core.ui.conflicts import differing, reopen
from hub.core.ui.lists import page_of, query_of, refused
from hub.core.ui.words import marked
from hub.pages.writing import rules, selectors, services
from hub.pages.writing.atom import feed_response
from hub.pages.writing.forms import ReasonForm
from hub.pages.writing.models import WrittenPage
from hub.pages.writing.nouns import Noun, registry
from workgroups.groups.errors import NotPossible, WasChanged

PER_PAGE, IN_FEED, ON_FIRST = 25, 50, 4
FEEDS = ("life:feed_atom", "events:feed_ics")


def tabs(here: Noun | None = None) -> list[dict[str, Any]]:
    found = [{"label": "Tout", "url": reverse("life:life"), "current": here is None}]
    found += [
        {"label": noun.words.title, "url": reverse(f"{noun.namespace}:list"), "current": noun is here} for noun in registry.all()
    ]  # fmt: skip
    return found


def life(request: HttpRequest) -> HttpResponse:
    """The newest of each kind."""
    actor = actor_of(request)
    parts = [(noun, list((noun.first or noun.rows)(actor)[:ON_FIRST]), rules.can_create(actor, noun.model)) for noun in registry.all()]
    return render(request, "writing/life.html", {"parts": parts, "tabs": tabs()})


def listing(request: HttpRequest, noun: Noun) -> HttpResponse:
    """What the reader may read of a kind, and what she has begun."""
    actor = actor_of(request)
    can_create = rules.can_create(actor, noun.model)
    new_url = reverse(f"{noun.namespace}:new")
    found = noun.filter(request, noun.rows(actor))
    page, notice = page_of(found, PER_PAGE)
    context = {
        "noun": noun, "page": page, "filter": found, "chips": found.chips(), "query": query_of(request.GET), "tabs": tabs(noun),
        "notices": [*found.notices, *([notice] if notice else [])], "can_create": can_create,
        "drafts": selectors.unfinished(noun.model, actor), "new_url": new_url,
        "write_url": new_url if can_create else "",
        "here": reverse(f"{noun.namespace}:list"), "atom": reverse(f"{noun.namespace}:list_atom"),
        "as_csv": reverse(f"{noun.namespace}:list_csv"), "as_json": reverse(f"{noun.namespace}:list_json"),
    }  # fmt: skip
    return render(request, f"{noun.namespace}/list.html", context)


def listing_atom(request: HttpRequest, noun: Noun) -> HttpResponseBase:
    """The same list for a feed reader: without an account, what is public."""
    actor = actor_of(request)
    found = noun.filter(request, selectors.listed(noun.model, actor))
    return refused(*found.notices) or feed_response(
        request, f"{noun.words.title}, hub inter-CAE", reverse(f"{noun.namespace}:list"), found.qs[:IN_FEED]
    )


def page_in_sight(request: HttpRequest, noun: Noun, pk: UUID) -> Any:
    """A page that the reader may see; any other does not exist for her."""
    rows = noun.model.objects.visible_to(actor_of(request)).for_list()
    return get_object_or_404(rows, public_id=pk)


def detail(request: HttpRequest, noun: Noun, pk: UUID) -> HttpResponse:
    actor = actor_of(request)
    page = page_in_sight(request, noun, pk)
    return render(request, f"{noun.namespace}/page.html", detail_context(actor, noun, page))


def detail_context(actor: Actor, noun: Noun, page: WrittenPage) -> dict[str, Any]:
    can_edit, can_moderate = rules.can_edit(actor, page), rules.can_moderate(actor, page)
    shown = services.draft_of(page) if can_edit and not page.live else page  # moderation goes on reading what was published
    names = {verb: reverse(f"{noun.namespace}:{verb}", args=[page.public_id]) for verb in ("edit", "compare", "publish", "take_down")}
    return {
        "noun": noun, "page": page, "shown": shown, "can_edit": can_edit, "can_moderate": can_moderate, "tabs": tabs(noun), "urls": names,
        "withdraw_url": reverse(f"{noun.namespace}:withdraw", args=[page.public_id]),
        "restore_url": reverse(f"{noun.namespace}:restore", args=[page.public_id]),
        "here": reverse(f"{noun.namespace}:list"), "sees_names": FEDERATION in actor.audiences, "readers": selectors.audience_words(shown),
        "lacking": [] if page.live else shown.lacking(), "can_take_part": rules.can_take_part(actor) and page.live,
        **noun.context(actor, page),
    }  # fmt: skip


def new(request: HttpRequest, noun: Noun) -> HttpResponse:
    actor = actor_of(request)
    if not rules.can_create(actor, noun.model):
        raise PermissionDenied
    form = noun.form(request.POST or None, request.FILES or None, actor=actor, initial=_started(request, actor))
    if request.method == "POST" and form.is_valid():
        page = noun.create(noun.model, facts=form.facts(), actor=actor, key=form.cleaned_data["key"])
        messages.success(request, "Publié." if page.live else "Brouillon enregistré : il reste à le publier.")
        PrivateFileField.say_waiting(request, form)
        return redirect(page)
    return render(request, "writing/form.html", {"noun": noun, "form": form, "here": reverse(f"{noun.namespace}:list")})


def _started(request: HttpRequest, actor: Actor) -> dict[str, Any]:
    """What the form of a new page begins with, when the address says from what."""
    for word, start in registry.starts.items():
        if word in request.GET:
            try:
                return dict(start(actor, UUID(request.GET[word])) or {})
            except ValueError:
                return {}
    return {}


def _written(request: HttpRequest, noun: Noun, pk: UUID) -> Any:
    page = page_in_sight(request, noun, pk)
    if not rules.can_edit(actor_of(request), page):
        raise PermissionDenied
    return page


def edit(request: HttpRequest, noun: Noun, pk: UUID) -> HttpResponse:
    """Write the text anew; one saved meanwhile by somebody else is shown beside the one typed."""
    actor, page = actor_of(request), _written(request, noun, pk)
    draft = services.draft_of(page)
    form = noun.form(request.POST or None, request.FILES or None, actor=actor, page=draft)
    context: dict[str, Any] = {"noun": noun, "form": form, "page": page, "conflict": None, "here": reverse(f"{noun.namespace}:list")}
    if request.method == "POST" and form.is_valid():
        try:
            saved = noun.save(page, facts=form.facts(), actor=actor, based_on=form.cleaned_data["revision"] or 0)
            is_out = saved.live and not saved.has_unpublished_changes
            messages.success(request, "Enregistré et publié." if is_out else "Brouillon enregistré.")
            return redirect(page)
        except NotPossible as refusal:
            form.add_error(None, str(refusal))
        except WasChanged as change:
            theirs = type("Typed", (), form.as_typed(change.theirs))
            context |= {"conflict": differing(form, theirs, form.COMPARED), "page_errors": True}
            reopen(form, "revision", change.theirs.latest_revision_id)
    return render(request, "writing/form.html", context, status=409 if context["conflict"] is not None else 200)


def compare(request: HttpRequest, noun: Noun, pk: UUID) -> HttpResponse:
    """What the draft would change in the published text."""
    page = _written(request, noun, pk)
    if not page.live:
        raise Http404
    draft = services.draft_of(page)
    pairs = [("Titre", page.title, draft.title), ("Thème", page.theme_label, draft.theme_label), ("Texte", page.body, draft.body)]
    changes = [(label, marked(typo(before), typo(after))) for label, before, after in pairs if before != after]
    return render(request, "writing/compare.html", detail_context(actor_of(request), noun, page) | {"changes": changes})


@require_POST
def publish(request: HttpRequest, noun: Noun, pk: UUID) -> HttpResponse:
    page = _written(request, noun, pk)
    try:
        noun.publish(page, actor=actor_of(request))
        messages.success(request, "Publié.")
    except NotPossible as refusal:
        messages.error(request, str(refusal))
    return redirect(page)


@require_POST
def take_down(request: HttpRequest, noun: Noun, pk: UUID) -> HttpResponse:
    page = _written(request, noun, pk)
    try:
        noun.take_down(page, actor=actor_of(request))
        messages.success(request, "Ce texte n’est plus publié : c’est de nouveau un brouillon.")
    except NotPossible as refusal:
        messages.error(request, str(refusal))
    return redirect(page)


def _moderated(request: HttpRequest, noun: Noun, pk: UUID) -> Any:
    page = page_in_sight(request, noun, pk)
    if not rules.can_moderate(actor_of(request), page):
        raise PermissionDenied
    return page


def withdraw(request: HttpRequest, noun: Noun, pk: UUID) -> HttpResponse:
    """Moderation: take away, with a reason that the author reads."""
    page = _moderated(request, noun, pk)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        gone = noun.withdraw(page, reason=form.cleaned_data["reason"], actor=actor_of(request))
        if gone.withdrawn_reason == form.cleaned_data["reason"]:
            messages.success(request, "Retiré. La personne qui l’a écrit est prévenue, avec votre motif.")
            return redirect(f"{noun.namespace}:list")
        form.add_error(None, f"Ce texte était déjà retiré, et votre motif n’est pas parti. Motif donné : « {gone.withdrawn_reason} ».")
    return render(request, "writing/withdraw.html", {"noun": noun, "page": page, "form": form, "what": page.title, "back": page})


@require_POST
def restore(request: HttpRequest, noun: Noun, pk: UUID) -> HttpResponse:
    page = _moderated(request, noun, pk)
    noun.restore(page, actor=actor_of(request))
    messages.success(request, "Remis en ligne.")
    return redirect(page)


# -- feeds ------------------------------------------------------------------------------------------------------------
def life_atom(request: HttpRequest) -> HttpResponse:
    return feed_response(request, "Hub inter-CAE", reverse("life:life"), newest(actor_of(request)))


def newest(actor: Actor) -> list[WrittenPage]:
    """Of all kinds together, the newest first."""
    found = [page for noun in registry.all() for page in selectors.listed(noun.model, actor)[:IN_FEED]]
    return sorted(found, key=lambda page: page.first_published_at, reverse=True)[:IN_FEED]


@by_own_keys
def own_feed(request: HttpRequest) -> HttpResponse:
    """The reader's secret address: opened, and shown once."""
    actor, secret = actor_of(request), ""
    user = selectors.user_of(actor)
    if request.method == "POST" and user is not None and actor.agreement_id is None:
        secret = services.make_feed_key(user, actor=actor)
    links = [request.build_absolute_uri(reverse(name, args=[secret])) for name in FEEDS] if secret else []
    context = {"links": links, "opened_at": selectors.feed_opened_at(actor), "tabs": tabs(), "is_loan": actor.agreement_id is not None}
    response = render(request, "writing/own_feed.html", context)
    response["Cache-Control"] = "no-store"
    return response


@require_POST
def close_feed(request: HttpRequest) -> HttpResponse:
    services.revoke_feed_key(actor=actor_of(request))
    messages.success(request, "Votre flux est fermé : son adresse ne répond plus.")
    return redirect("life:own_feed")


def feed_atom(request: HttpRequest, secret: str) -> HttpResponse:
    """All that the owner of the secret may read; a key that opens nothing does not exist."""
    reader = selectors.reader_by_key(secret)
    if reader is None or not reader.is_signed_in:
        raise Http404
    response = feed_response(request, "Mon flux, hub inter-CAE", reverse("life:life"), newest(reader))
    response["Cache-Control"] = "private, no-store"
    return response
