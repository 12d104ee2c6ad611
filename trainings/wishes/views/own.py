from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from hub.core.accounts.actor import actor_of
from hub.core.accounts.models import Organisation
from hub.core.kit.identifiers import uuid7
from hub.core.kit.text import counted, one_line
from hub.core.ui.confirm import ask
from hub.core.ui.forms import keep_without_judging
from trainings.sessions.enums import SessionStatus
from trainings.sessions.forms import known_ids
from trainings.sessions.selectors import choices, registrable_people, with_name
from trainings.wishes import rules, services
from trainings.wishes.enums import WishStatus
from trainings.wishes.errors import MoveRefused, VersionConflict, WishRefused
from trainings.wishes.forms import WishForm
from trainings.wishes.models import Wish
from trainings.wishes.selectors import own_wishes
from trainings.wishes.views.frame import entering, renew_version

PER_PAGE = 25
FOUND = 40  # people shown for a name looked for
DRAFT = SessionStatus.DRAFT


def wishes(request: HttpRequest) -> HttpResponse:
    """The needs of one's own CAE."""
    actor, organisation = entering(request)
    page = Paginator(own_wishes(actor), PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "organisation": organisation, "can_count": rules.can_count(actor), "open": WishStatus.OPEN, "draft": DRAFT}
    return render(request, "wishes/own.html", context)


def new(request: HttpRequest) -> HttpResponse:
    actor, organisation = entering(request)
    form = WishForm(request.POST or None, people=registrable_people(organisation.pk))
    if _is_sent(request, form):
        try:
            key = form.cleaned_data["key"] or uuid7()
            services.enter_wish(organisation, need=form.need, key=key, actor=actor)
            messages.success(request, "Besoin enregistré. La fédération le compte avec ceux des autres CAE.")
            return redirect("wishes:own")
        except WishRefused as refusal:
            form.add_error(None, str(refusal))
    return _form(request, form, organisation)


def _is_sent(request: HttpRequest, form: WishForm) -> bool:
    """Whether the form is sent and good; a button that looks for a name, or the Enter key beside one, saves nothing and loses nothing."""
    if request.method != "POST":
        return False
    sent = request.POST
    if "find" in sent or (sent.get("who", "").strip() and "save" not in sent):
        keep_without_judging(form)
        return False
    return form.is_valid()


def _form(request: HttpRequest, form: WishForm, organisation: Organisation, *, status: int = 200, **context: Any) -> HttpResponse:
    people = _people(request, form, organisation)
    return render(request, "wishes/form.html", {"form": form, "organisation": organisation, "people": people, **context}, status=status)


def _people(request: HttpRequest, form: WishForm, organisation: Organisation) -> dict[str, Any]:
    """Those chosen so far, then those whose name answers."""
    everybody, words = registrable_people(organisation.pk), one_line(request.POST.get("who", ""))[:80]
    ids = {str(pk) for pk in known_ids(form["people"].value() or [])}
    ticked = everybody.filter(pk__in=ids)
    found = with_name(everybody, words).exclude(pk__in=ids)
    shown = choices([*ticked, *found[:FOUND]], actor_of(request), organisation_id=organisation.pk, chosen=ids)
    chosen = [one for one in shown if one.is_chosen]
    return {
        "chosen": chosen, "others": shown[len(chosen) :], "more": max(0, found.count() - FOUND), "words": words,
        "is_open": bool(chosen or words or (form.is_bound and form.errors.get("people"))),
    }  # fmt: skip


def _own(request: HttpRequest, pk: UUID) -> Wish:
    """A need of the CAE acted for; absent for others, even for those who count it."""
    actor, organisation = entering(request)
    wish: Wish = get_object_or_404(
        Wish.objects.visible_to(actor).filter(organisation=organisation).select_related("organisation", "skill"), pk=pk
    )
    if not rules.can_change(actor, wish.organisation_id):
        raise PermissionDenied
    return wish


def change(request: HttpRequest, pk: UUID) -> HttpResponse:
    wish = _own(request, pk)
    form = WishForm(request.POST or None, people=registrable_people(wish.organisation_id), instance=wish)
    status = 200
    if _is_sent(request, form):
        try:
            version = form.cleaned_data["version"] or 0
            services.change_wish(wish, need=form.need, version=version, actor=actor_of(request))
            messages.success(request, "Besoin enregistré.")
            return redirect("wishes:own")
        except VersionConflict:
            now = _own(request, pk)
            count = counted(now.people_count, "personne")
            form.add_error(
                None, f"Ce besoin a changé entre-temps ; il dit maintenant : « {now.theme} », {count}. Votre saisie est gardée ici."
            )
            renew_version(form, now.version)
            status = 409
        except WishRefused as refusal:
            form.add_error(None, str(refusal))
    return _form(request, form, wish.organisation, status=status, wish=wish)


def withdraw(request: HttpRequest, pk: UUID) -> HttpResponse:
    wish = _own(request, pk)
    if request.method != "POST":
        context = {
            "title": f"Retirer le besoin « {wish.theme} »", "text": "Il quitte le recensement de la fédération.",
            "consequences": ["Les noms que vous aviez donnés s’effacent.", "Pour y revenir, il faudra entrer un nouveau besoin."],
            "action": "Retirer le besoin", "keep": "Garder le besoin", "tone": "bad", "cancel_url": reverse("wishes:own"),
        }  # fmt: skip
        return ask(request, context)
    try:
        services.withdraw_wish(wish, actor=actor_of(request))
        messages.success(request, "Le besoin est retiré.")
    except MoveRefused:
        messages.info(request, "Ce besoin était déjà retiré.")
    return redirect("wishes:own")
