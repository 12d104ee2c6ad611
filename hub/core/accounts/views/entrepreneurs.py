"""The entrepreneurs whom a cooperative hosts: who is there, who leaves and when."""

from collections.abc import Iterable
from datetime import date, timedelta
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from hub.core.accounts import rules
from hub.core.accounts.actor import Actor, actor_of
from hub.core.accounts.entrepreneur_forms import DepartureForm, EnterForm
from hub.core.accounts.errors import RuleBroken
from hub.core.accounts.models import Membership, Organisation
from hub.core.accounts.models.memberships import MembershipQuerySet
from hub.core.accounts.selectors import entrepreneurs_among, invitations_open_to, is_last_membership
from hub.core.accounts.services import enter, note_last_day
from hub.core.accounts.views.members import managed
from hub.core.kit.dates import long_date_fr, today
from hub.core.kit.text import asked_line, counted, fold, named
from hub.core.ui.confirm import ask

PAGE_SIZE = 50
KEPT = timedelta(days=90)  # her account and her profile are there that long after she left: a departure is corrected that long, once noted


def _hosted(actor: Actor, organisation: Organisation) -> MembershipQuerySet:
    rows = Membership.objects.visible_to(actor).filter(organisation=organisation, role__is_staff=False)
    since = today() - KEPT
    lately = Q(ends_on=None) | Q(ends_on__gte=since) | Q(end_noted_on__gte=since)
    return rows.filter(lately).select_related("user", "organisation", "role")


def entrepreneurs(request: HttpRequest, slug: str) -> HttpResponse:
    """Who is hosted now, and whose departure is or was noted within the last 90 days."""
    organisation = managed(request, slug)
    words = asked_line(request.GET.get("q", ""))[:80]
    rows = _hosted(actor_of(request), organisation).order_by("user__sort_name", "user_id", "starts_on")
    for word in fold(words).split():
        rows = rows.filter(user__sort_name__contains=word)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "organisation": organisation, "words": words, "page": page,
        "people": [(row, rules.can_change_departure(actor_of(request), row)) for row in page],
        "alike": _alike(actor_of(request), organisation, page),
        "here": _hosted(actor_of(request), organisation).in_force().values("user").distinct().count(), "today": today(),
    }  # fmt: skip
    return render(request, "accounts/entrepreneurs.html", context)


def _alike(actor: Actor, organisation: Organisation, rows: Iterable[Membership]) -> set[UUID]:
    """Those of the people who bear the name of another one hosted there: their address tells them apart."""
    names = {row.user.sort_name for row in rows}
    namesakes = _hosted(actor, organisation).filter(user__sort_name__in=names).order_by().values("user__sort_name")
    several = namesakes.annotate(count=Count("user", distinct=True)).filter(count__gt=1).values_list("user__sort_name", flat=True)
    shared = set(several)
    return {row.user_id for row in rows if row.user.sort_name in shared}


def enter_people(request: HttpRequest, slug: str) -> HttpResponse:
    """A cooperative enters its people: they can be registered at once, and each is told by letter."""
    organisation = managed(request, slug)
    form = EnterForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        people, actor = form.cleaned_data["people"], actor_of(request)
        try:
            here = entrepreneurs_among([one.email for one in people], organisation)
            made = enter(people, organisation=organisation, actor=actor)
            if made:
                messages.success(request, f"{counted(made, 'personne entrée', 'personnes entrées')}, une lettre est partie à chacune.")
            if here:
                messages.info(request, f"{counted(len(here), 'adresse est', 'adresses sont')} déjà de vos entrepreneurs : rien n’a changé.")
            if rest := len(people) - made - len(here):
                known = counted(rest, "adresse a déjà un compte ailleurs", "adresses ont déjà un compte ailleurs")
                messages.warning(
                    request, f"{known} : une invitation est partie, et attend l’accord de la personne. Rien d’autre n’a changé."
                )
            return redirect("accounts:entrepreneurs", slug)
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
    return render(request, "accounts/enter_people.html", {"organisation": organisation, "form": form})


def departure(request: HttpRequest, slug: str, pk: str) -> HttpResponse:
    organisation = managed(request, slug)
    row = get_object_or_404(_hosted(actor_of(request), organisation), pk=pk)
    if not rules.can_change_departure(actor_of(request), row):
        raise PermissionDenied
    back = reverse("accounts:entrepreneurs", args=[slug])
    form = DepartureForm(request.POST or None, initial={"ends_on": row.ends_on or today()})
    if request.method == "POST" and form.is_valid():
        day = form.cleaned_data["ends_on"]
        try:
            note_last_day(row, on=day, actor=actor_of(request))
            messages.success(request, _noted(row, day))
            return redirect(back)
        except RuleBroken as refusal:
            form.add_error("ends_on", str(refusal))
    apart = f" ; son adresse est {row.user.email}" if _alike(actor_of(request), organisation, [row]) else ""
    consequences = [
        "Passé ce jour, l’annuaire ne montre plus sa fiche, et elle ou il ne s’inscrit plus pour votre coopérative.",
        "Ce qui a été signé ou enregistré reste.",
    ]
    if invitations_open_to(row).exists():
        consequences.append(
            "Une invitation de votre coopérative lui reste ouverte : si elle vaut au-delà de ce jour, son lien ne marchera plus."
        )
    if is_last_membership(row):
        consequences.append(
            "C’est son dernier rattachement : son compte se fermera 90 jours après, et la personne l’apprend par courrier. "
            "Une autre coopérative peut l’inviter d’ici là : sa fiche la suivra."
        )
    context = {
        "title": named("Départ", row.user.name), "text": f"{organisation.name}, depuis le {long_date_fr(row.starts_on)}{apart}.", "form": form,
        "consequences": consequences, "action": "Enregistrer", "keep": "Revenir sans enregistrer", "cancel_url": back,
    }  # fmt: skip
    return ask(request, context)


def _noted(row: Membership, day: date | None) -> str:
    if day is None:
        return f"{row.user.name} reste."
    return f"Dernier jour : le {long_date_fr(day)} ({row.user.name})."
