"""What the screens of this package share: the door, the tabs, a request's organisation."""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.urls import reverse

from directory.sharing import rules
from directory.sharing.models import Announcement
from directory.sharing.selectors.inventory import caes, own_cae
from hub.core.accounts.actor import Actor
from hub.core.accounts.models import Organisation
from hub.core.kit.dates import today


def reader(request: HttpRequest) -> Actor:
    """The actor, a member of the federation."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if not rules.can_read(actor):
        raise PermissionDenied
    return actor


def managed(request: HttpRequest) -> tuple[Actor, Organisation]:
    """The actor and the CAE for which she declares and announces."""
    actor = reader(request)
    organisation = own_cae(actor) if rules.can_manage(actor) else None
    if organisation is None:
        raise PermissionDenied
    return actor, organisation


def tabs(actor: Actor, current: str) -> list[dict[str, Any]]:
    open_now = Announcement.objects.visible_to(actor).open(today()).filter(organisation__in=caes().values("pk"))
    kinds = list(open_now.values_list("kind", flat=True))
    found = [
        ("matrix", "État des lieux", None),
        ("needs", "Besoins", kinds.count("need")),
        ("offers", "Offres", kinds.count("offer")),
    ]
    return [{"label": label, "url": reverse(f"sharing:{name}"), "count": count, "current": name == current} for name, label, count in found]


def renew_version(form: forms.Form, version: int) -> None:
    """After a conflict the form keeps what was typed and bears the version that its reader has now been shown."""
    data: Any = form.data.copy()  # type: ignore[attr-defined]
    data["version"] = version
    form.data = data
