from typing import Any

from django.http import HttpRequest

from hub.core.accounts.actor import Actor


def actor(request: HttpRequest) -> dict[str, Any]:
    """`actor` and `mandates` for every template; a page rendered before the middleware (an error) sees an anonymous one."""
    who: Actor = getattr(request, "actor", None) or Actor.anonymous()

    def mandates() -> list[dict[str, Any]]:
        return [
            {"value": m.value, "label": m.name, "detail": m.detail, "current": m == who.mandate, "loan": m.agreement_id is not None}
            for m in who.mandates
        ]

    return {"actor": who, "mandates": mandates}
