"""What the screens of this package share: the door, the tabs, a request's organisation."""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from directory.sharing import rules
from directory.sharing.models import Announcement
from directory.sharing.selectors.inventory import caes, own_cae
from directory.sharing.selectors.parties import counts
from hub.core.accounts.actor import Actor, actor_of
from hub.core.accounts.enums import Purpose
from hub.core.accounts.models import Organisation
from hub.core.kit.dates import today

# where each purpose is put to use; the areas above this one are named by their addresses
DOORS = {
    Purpose.REGISTRATION: [("Sessions de formation", "/formations/sessions/")],
    Purpose.FUNDING: [("Dossiers OPCO", "/formations/dossiers/")],
    Purpose.INVENTORY: [("État des lieux", "/services/"), ("Offres", "/services/offres/"), ("Besoins", "/services/besoins/")],
}


def reader(request: HttpRequest) -> Actor:
    """The actor, a member of the federation."""
    actor = actor_of(request)
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


def signing(request: HttpRequest) -> tuple[Actor, Organisation]:
    """The actor and the CAE that she may bind."""
    actor = reader(request)
    organisation = own_cae(actor) if rules.can_sign(actor) else None
    if organisation is None:
        raise PermissionDenied
    return actor, organisation


def who(request: HttpRequest) -> Actor:
    """The actor, before a read by `visible_to`: what she does not see is absent."""
    actor = actor_of(request)
    return actor


def party(request: HttpRequest) -> Actor:
    """The actor of a list: of the team of the organisation that she acts for."""
    actor = actor_of(request)
    if not actor.is_staff_of(actor.organisation_id):
        raise PermissionDenied
    return actor


def under_agreement(request: HttpRequest) -> HttpResponse | None:
    """What somebody lent reads in place of the lists of the CAE that she acts for: what she may do, and the way back; None for others."""
    actor = actor_of(request)
    if actor.agreement_id is None or actor.mandate is None:
        return None
    context = {
        "mandate": actor.mandate, "tabs": tabs(actor, "") if rules.can_read(actor) else [],
        "doors": [(str(Purpose(one).label), DOORS[Purpose(one)]) for one in actor.mandate.purposes],
        "homes": [one for one in actor.mandates if one.agreement_id is None],
    }  # fmt: skip
    return render(request, "sharing/under_agreement.html", context)


def tabs(actor: Actor, current: str) -> list[dict[str, Any]]:
    """The federation's views, then those of one's own CAE, then one's own time."""
    open_now = Announcement.objects.visible_to(actor).open(today()).filter(organisation__in=caes().values("pk"))
    kinds = dict(open_now.order_by().values_list("kind").annotate(Count("pk")))
    found: list[tuple[str, str, int | None]] = [
        ("matrix", "État des lieux", None),
        ("needs", "Besoins", kinds.get("need", 0)),
        ("offers", "Offres", kinds.get("offer", 0)),
    ]
    figures = counts(actor)
    if actor.is_staff_of(actor.organisation_id):
        found += [("requests", "Demandes", figures["requests"]), ("services", "Conventions", figures["services"])]
    if figures["lends"]:
        found.append(("own_time", "Mon temps", None))
    return [{"label": label, "url": reverse(f"sharing:{name}"), "count": count, "current": name == current} for name, label, count in found]


def renew_version(form: forms.Form, version: int) -> None:
    """After a conflict the form keeps what was typed and bears the version that its reader has now been shown."""
    data: Any = form.data.copy()  # type: ignore[attr-defined]  # a QueryDict
    data["version"] = version
    form.data = data
