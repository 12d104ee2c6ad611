from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from hub.core.accounts.actor import Actor
from hub.core.accounts.permissions import Permission
from hub.core.kit.text import named


def actor(request: HttpRequest) -> dict[str, Any]:
    """`actor` and `mandates` for every template; a page rendered before the middleware (an error) sees an anonymous one."""
    who: Actor = getattr(request, "actor", None) or Actor.anonymous()

    def mandates() -> list[dict[str, Any]]:
        return [
            {"value": m.value, "label": m.name, "detail": m.detail, "current": m == who.mandate, "loan": m.agreement_id is not None}
            for m in who.mandates
        ]

    return {"actor": who, "mandates": mandates, "own_links": list(own_links(who))}


def own_links(who: Actor) -> Iterator[dict[str, str]]:
    """What a person manages, in the menu under her name."""
    if who.organisation_id and who.can(Permission.MEMBERS_MANAGE):
        yield {"label": named("Équipe", who.organisation_name), "url": reverse("accounts:team", args=[who.organisation_slug])}
    if who.is_coordinator:
        yield {"label": "Organisations du hub", "url": reverse("accounts:organisations")}
        yield {"label": "Conventions entre CAE", "url": reverse("accounts:agreements")}
        yield {"label": "Rédaction du site", "url": "/admin/"}
