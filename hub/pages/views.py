from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from hub.core.accounts.actor import actor_of
from hub.core.kit.asking import asking_once
from hub.core.kit.dates import since_fr, today
from hub.core.ui import panels
from hub.core.ui.navigation import changed
from hub.pages import selectors
from hub.pages.services import note_visit

FIRST_LOOK = timedelta(days=15)
NEWS_SHOWN, DATES_SHOWN = 8, 6
AREA = "espace"


@require_safe
def own_home(request: HttpRequest) -> HttpResponse:
    """What awaits me over all areas, what changed since my last visit, my dates."""
    actor = actor_of(request)
    now, area = timezone.now(), request.GET.get(AREA, "")
    before = note_visit(actor.user_id, now) if request.method == "GET" and actor.user_id else None
    since = before or now - FIRST_LOOK
    with asking_once():
        panels.foresee(actor, {"home.due": actor, "home.news": since, "home.dates": today()})
        waiting = selectors.waiting(actor, today(), area)
        news, older = selectors.first_of_each(selectors.news(actor, since), NEWS_SHOWN)
        gathered = {
            "waiting": waiting,
            "tabs": _tabs(request, waiting, area),
            "since": f"Depuis {since_fr(before, now)}" if before else "Ces quinze derniers jours",
            "news": news,
            "older": older,
            "dates": selectors.dates(actor, today())[:DATES_SHOWN],
            **selectors.front(actor),
        }
    return render(request, "pages/own_home.html", gathered)


def _tabs(request: HttpRequest, waiting: selectors.Waiting, area: str) -> list[dict[str, object]]:
    """One per area that has something; none when a single area has all."""
    if len(waiting.areas) < 2 and not area:
        return []
    every = {"label": "Tout", "url": changed(request.GET, **{AREA: None}), "count": waiting.total, "current": not area}
    return [
        every,
        *(
            {"label": label, "url": changed(request.GET, **{AREA: css}), "count": count, "current": css == area}
            for css, (label, count) in waiting.areas.items()
        ),
    ]
