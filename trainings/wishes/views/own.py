from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from hub.core.kit.identifiers import uuid7
from hub.core.kit.text import counted
from trainings.sessions.enums import SessionStatus
from trainings.sessions.selectors import registrable_people
from trainings.wishes import rules, services
from trainings.wishes.enums import WishStatus
from trainings.wishes.errors import MoveRefused, VersionConflict, WishRefused
from trainings.wishes.forms import WishForm
from trainings.wishes.models import Wish
from trainings.wishes.selectors import own_wishes
from trainings.wishes.views.frame import entering, renew_version

PER_PAGE = 25
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
    if request.method == "POST" and form.is_valid():
        try:
            key = form.cleaned_data["key"] or uuid7()
            services.enter_wish(organisation, need=form.need, key=key, actor=actor)
            messages.success(request, "Besoin enregistré. La fédération le compte avec ceux des autres CAE.")
            return redirect("wishes:own")
        except WishRefused as refusal:
            form.add_error(None, str(refusal))
    return render(request, "wishes/form.html", {"form": form, "organisation": organisation})


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
    if request.method == "POST" and form.is_valid():
        try:
            version = form.cleaned_data["version"] or 0
            services.change_wish(wish, need=form.need, version=version, actor=request.actor)  # type: ignore[attr-defined]
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
    return render(request, "wishes/form.html", {"form": form, "organisation": wish.organisation, "wish": wish}, status=status)


def withdraw(request: HttpRequest, pk: UUID) -> HttpResponse:
    wish = _own(request, pk)
    if request.method != "POST":
        context = {
            "title": f"Retirer le besoin « {wish.theme} »", "text": "Il quitte le recensement de la fédération.",
            "consequences": ["Les noms que vous aviez donnés s’effacent.", "Pour y revenir, il faudra entrer un nouveau besoin."],
            "action": "Retirer le besoin", "keep": "Garder le besoin", "tone": "bad", "cancel_url": reverse("wishes:own"),
        }  # fmt: skip
        return render(request, "ui/confirm.html", context)
    try:
        services.withdraw_wish(wish, actor=request.actor)  # type: ignore[attr-defined]
        messages.success(request, "Le besoin est retiré.")
    except MoveRefused:
        messages.info(request, "Ce besoin était déjà retiré.")
    return redirect("wishes:own")
