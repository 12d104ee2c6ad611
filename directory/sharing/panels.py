"""What shared services add to pages below them and to the search, and what they keep of people."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.urls import reverse

from directory.sharing import rules, services
from directory.sharing.enums import AnnouncementStatus
from directory.sharing.models import (
    Amendment,
    Announcement,
    Inventory,
    InventoryLine,
    Piece,
    ServiceRequest,
    SharedService,
    Statement,
    StatementLine,
    TimeEntry,
)
from directory.sharing.selectors import parties
from directory.sharing.selectors.inventory import caes
from directory.sharing.selectors.terms import names
from directory.sharing.services.announcements import KIND
from directory.sharing.statement_paper import RELEVE
from hub.core.accounts import audiences
from hub.core.accounts.actor import Actor
from hub.core.accounts.audiences import FEDERATION
from hub.core.accounts.enums import Purpose
from hub.core.accounts.models import Organisation
from hub.core.kit.dates import today, years_before
from hub.core.kit.identifiers import compact, compacted
from hub.core.kit.searchable import SearchEntry, SearchSource
from hub.core.kit.text import euros, joined, to
from hub.core.papers.numbering import number_in
from hub.core.ui.panels import Personal, personal, register

SHOWN = 12
NEWS = 10


@register("cooperative", "sharing", order=46, template="sharing/panels/cooperative.html")
def announcements_of(actor: Actor, organisation: Organisation) -> dict[str, Any] | None:
    """What the cooperative offers and seeks, for the federation."""
    if not rules.can_read(actor):
        return None
    rows = list(
        Announcement.objects.visible_to(actor).open(today()).filter(organisation=organisation).order_by("-kind", "function")[:SHOWN]
    )
    return {"rows": rows} if rows else None


@register("home.area", "sharing", order=50)
def area(actor: Actor, subject: Any) -> dict[str, Any] | None:
    if FEDERATION not in actor.audiences:
        return None
    rows = Announcement.objects.visible_to(actor).open(today()).filter(organisation__in=caes().values("pk"))
    return {"title": "Services", "url": "/services/", "rows": rows, "text": "offres et besoins entre CAE", "area": "a-serv"}


@register("home.due", "sharing", order=60)
def services_due(actor: Actor, subject: Any) -> dict[str, Any] | None:
    """Requests to answer, statements to read, send or send again, pieces to gather, for whoever follows shared services."""
    if not rules.can_manage(actor):
        return None
    items = [item | {"area": "a-serv", "area_label": "Services"} for item in _due_items(parties.due(actor, signs=rules.can_sign(actor)))]
    return {"items": items} if items else None


def _due_items(due: parties.Due) -> Iterator[dict[str, Any]]:
    for request in due.requests:
        yield {
            "when": request.expires_on, "note": "réponse attendue",
            "title": f"Répondre {to(request.asker.name)}", "text": f"{request.label}, {request.quantity}.",
            "url": request.get_absolute_url(), "action": "Répondre",
        }  # fmt: skip
    for amendment in due.amendments:
        yield {
            "when": amendment.effective_on, "note": "prend effet", "title": f"Répondre à l’avenant proposé par {amendment.asker.name}",
            "text": f"{amendment.service.label}, {amendment.service.number}.", "url": reverse("sharing:accept_amendment", args=[amendment.pk]),
            "action": "Répondre",
        }  # fmt: skip
    for service in due.to_name:
        yield {
            "when": max(service.starts_on, today()), "tone": "warn", "note": "équipe changée", "title": f"Nommer une personne sous {service.number}",
            "text": f"{service.label}, pour {service.beneficiary.name} : la convention porte le nom d’une personne qui n’est plus de l’équipe.",
            "url": reverse("sharing:people", args=[service.pk]), "action": "Nommer",
        }  # fmt: skip
    for service in due.to_open:
        asked = joined([str(Purpose(one).label) for one in service.text.to_reopen])
        yield {
            "when": max(service.starts_on, today()), "tone": "warn", "note": "accès fermés", "title": f"Ouvrir ou non les accès de {service.number}",
            "text": f"{service.provider.name} a nommé {names(service.text.people.all())}. Accès en attente : {asked}.",
            "url": reverse("sharing:purposes", args=[service.pk]), "action": "Choisir",
        }  # fmt: skip
    for row in due.to_read:
        if row.reopen_asked_at:
            yield {
                "when": row.reopen_asked_at, "note": "réouverture demandée", "title": f"Rouvrir ou non le relevé {row.of_month}",
                "text": f"{row.service.label}, par {row.service.provider.name}.", "url": row.get_absolute_url(), "action": "Répondre",
            }  # fmt: skip
            continue
        yield {
            "when": row.issued_at, "title": f"Lire le relevé {row.of_month} : {euros(row.total_cents)}",
            "text": f"{row.service.label}, par {row.service.provider.name}.", "url": row.get_absolute_url(), "action": "Lire",
        }  # fmt: skip
    for row in due.contested:
        yield {
            "when": row.answered_at or row.issued_at, "tone": "warn", "note": "contesté" if row.answered_at else "rappelé",
            "title": f"{'Répondre sur' if row.answered_at else 'Renvoyer'} le relevé {row.of_month}",
            "text": f"{row.service.label}, pour {row.service.beneficiary.name}.", "url": row.get_absolute_url(),
            "action": "Répondre" if row.answered_at else "Renvoyer",
        }  # fmt: skip
    for month in due.to_state:
        service = month.service
        yield {
            "when": month.due_on, "title": f"Envoyer le relevé {month.of_month}", "text": f"{service.label}, pour {service.beneficiary.name}.",
            "url": reverse("sharing:issue_statement", args=[service.pk, month.slug]), "action": "Envoyer",
        }  # fmt: skip
    for service in due.pieces:
        yield {
            "when": max(service.starts_on, today()), "tone": "warn", "note": "convention arrêtée", "title": f"Réunir les pièces de {service.number}",
            "text": f"{service.label}, {service.provider.name} pour {service.beneficiary.name} : {service.legal_form_label}.",
            "url": service.get_absolute_url(), "action": "Ouvrir",
        }  # fmt: skip


@register("home.news", "sharing", order=60, needs=lambda actor, since: Announcement.unscoped.filter(created_at__gt=since))
def new_announcements(actor: Actor, since: datetime) -> dict[str, Any] | None:
    """Offers and needs that the reader's own team did not write, published since."""
    if FEDERATION not in actor.audiences:
        return None
    rows = _shown(Announcement.objects.visible_to(actor)).filter(created_at__gt=since).exclude(organisation=actor.team_id)
    items = [
        {
            "at": row.created_at, "text": f"{row.title}, {row.organisation.name}",
            "url": row.get_absolute_url(), "area": "a-serv", "area_label": "Services",
        }
        for row in rows.only("kind", "function", "created_at", "organisation__name").order_by("-created_at")[:NEWS]
    ]  # fmt: skip
    return {"items": items} if items else None


def _shown(rows: Any) -> Any:
    return rows.filter(status=AnnouncementStatus.OPEN, expires_on__gte=today(), organisation__in=caes().values("pk")).select_related(
        "organisation"
    )


def _rows(ids: Collection[str] | None) -> Iterable[Announcement]:
    rows = _shown(Announcement.unscoped.all())
    return rows.iterator(chunk_size=500) if ids is None else rows.filter(pk__in=ids)


def _entries(row: Announcement) -> Sequence[SearchEntry]:
    return [
        SearchEntry(
            title=row.title,
            url=row.get_absolute_url(),
            audiences=frozenset({audiences.FEDERATION}),
            body="\n".join(filter(None, [row.quantity, row.tasks, row.details])),
            place=row.organisation.city,
            organisation=row.organisation.name,
            organisation_id=str(row.organisation_id),
        )
    ]


def _visible(actor: Actor, ids: Collection[str]) -> Mapping[str, Announcement]:
    if FEDERATION not in actor.audiences:
        return {}
    return {str(row.pk): row for row in _shown(Announcement.objects.visible_to(actor)).filter(pk__in=ids)}


def _simple(actor: Actor, words: str, limit: int) -> Sequence[Announcement]:
    if FEDERATION not in actor.audiences:
        return []
    return list(_shown(Announcement.objects.visible_to(actor)).matching(words)[:limit])


SOURCE = SearchSource(KIND, "Offres et besoins", _rows, _entries, _visible, _simple, icon="swap", order=50, one="Annonce")


@register("search.source", KIND)
def search_source(actor: Any, subject: Any) -> SearchSource:
    return SOURCE


@register("search.exact", "sharing")
def exact_service(actor: Actor, text: str) -> dict[str, Any]:
    """The convention of this number."""
    rows = SharedService.objects.visible_to(actor).annotate(numbered=compacted("agreement__number")).filter(numbered=compact(text))
    found = rows.select_related("agreement", "provider", "beneficiary")
    return {"items": [_exact(f"Convention de services {row.number}", row, row, "Convention") for row in found]}


@register("search.exact", "statements")
def exact_statement(actor: Actor, text: str) -> dict[str, Any] | None:
    """The accepted statement whose paper bears this number."""
    number = number_in(text)
    if not number.startswith(f"{RELEVE.series}-"):
        return None
    rows = Statement.objects.visible_to(actor).filter(paper__number=number)
    found = rows.select_related("service__provider", "service__beneficiary")
    return {"items": [_exact(f"Relevé {row.of_month}, {number}", row, row.service, "Relevé") for row in found]}


def _exact(title: str, row: SharedService | Statement, service: SharedService, kind: str) -> dict[str, Any]:
    text = f"{service.label}, {service.provider.name} pour {service.beneficiary.name}."
    return {"title": title, "url": row.get_absolute_url(), "text": text, "kind": kind}


@register("export", "sharing")
def export(actor: Actor, organisation: Organisation) -> dict[str, Any]:
    """What the CAE declared and published, and both sides of what it agreed with others."""
    parties = Q(provider=organisation) | Q(beneficiary=organisation)
    services = SharedService.unscoped.filter(parties)
    statements = Statement.unscoped.filter(service__in=services)
    return {
        "etat-des-lieux": list(InventoryLine.unscoped.filter(organisation=organisation).order_by("function").values()),
        "offres-et-besoins": list(Announcement.unscoped.filter(organisation=organisation).order_by("published_on", "id").values()),
        "demandes-de-service": list(ServiceRequest.unscoped.filter(parties).order_by("sent_on", "id").values()),
        "services": list(services.order_by("starts_on", "id").values()),
        "avenants": list(Amendment.unscoped.filter(service__in=services).order_by("effective_on", "id").values()),
        "pieces": list(Piece.unscoped.filter(service__in=services).order_by("id").values()),
        "temps": list(TimeEntry.unscoped.filter(service__in=services).order_by("day", "id").values()),
        "releves": list(statements.order_by("month", "id").values()),
        "lignes-de-releve": list(StatementLine.objects.filter(statement__in=statements).order_by("statement", "position").values()),
    }


@register("held", "sharing")
def held(actor: Actor, on: date) -> dict[str, Any] | None:
    """The agreements of the services on hold: whose time is kept, it must also be said who could give it."""
    return {"agreements": list(SharedService.unscoped.filter(pk__in=settings.LEGAL_HOLD).values_list("agreement", flat=True))}


@register("retention", "statements")
def forget(actor: Actor, on: date) -> dict[str, int]:
    return {"rows": services.forget_papers()}


STAMPS = {"id", "created_at", "updated_at"}
HISTORY = "5 ans après la fin du service"


def _request_over(on: date) -> Q:
    """The service that it became has ended; one that became nothing, its last day for an answer has passed."""
    day = years_before(on, 5)
    return Q(service__ended_on__lte=day) | Q(service=None, expires_on__lte=day)


def _service_over(on: date) -> Q:
    return Q(service__ended_on__lte=years_before(on, 5))


def _pieces_over(on: date) -> Q:
    """The file goes when the time that it justifies is no accounting piece any more; a waiver has no file, and stays as it was decided."""
    return Q(file__isnull=False, service__ended_on__lt=date(on.year - 10, 1, 1)) & ~Q(service__in=settings.LEGAL_HOLD)


def _accounting_over(column: str) -> Callable[[date], Q]:
    """Ten years from the end of the year in which the time was given (C. com. L123-22): the first of January that follows them."""
    return lambda on: Q(**{f"{column}__lt": date(on.year - 10, 1, 1)}) & ~Q(service__in=settings.LEGAL_HOLD)


personal(
    Inventory,
    {"declared_by": Personal("dire qui a déclaré", "tant que la CAE est membre", "anonymise")},
    other=STAMPS | {"organisation", "version", "declared_on"},
)
personal(InventoryLine, {}, other=STAMPS | {"organisation", "function", "practice", "people_count", "fte_hundredths", "has_stand_in"})
personal(
    Announcement,
    {"author": Personal("dire qui a publié", "5 ans après son terme", "anonymise", over=lambda on: Q(expires_on__lte=years_before(on, 5)))},
    other=STAMPS
    | {"kind", "organisation", "function", "quantity", "details", "hourly_cost_cents", "status", "published_on", "expires_on", "version"},
)

PARTIES = {"provider", "beneficiary", "function", "quantity", "starts_on", "ends_on", "hourly_cost_cents", "half_day_minutes"}
ACCOUNTING = "10 ans après la fin de l’année, comme une pièce comptable"
personal(
    ServiceRequest,
    {
        "people": Personal("proposer qui donnerait le temps", HISTORY, "delete", over=_request_over),
        "sent_by": Personal("dire qui a demandé", HISTORY, "anonymise", over=_request_over),
        "answered_by": Personal("dire qui a répondu", HISTORY, "anonymise", over=_request_over),
    },
    other=STAMPS
    | PARTIES
    | {"key", "asker", "announcement", "message", "purposes", "status", "sent_on", "expires_on", "answered_at", "reason"},
)
personal(SharedService, {}, other=STAMPS | PARTIES | {"request", "agreement", "legal_form", "stage", "ended_on", "end_reason"})
personal(
    Amendment,
    {
        "people": Personal(
            "proposer qui donnerait le temps", HISTORY, "keep: preuve de ce que les deux CAE ont accordé", over=_service_over
        ),
        "before": Personal(
            "dire ce que l’avenant change, et pour qui (identifiants)", HISTORY, "keep: preuve de ce que les deux CAE ont accordé"
        ),
        "sent_by": Personal("dire qui a proposé", HISTORY, "anonymise", over=_service_over),
        "answered_by": Personal("dire qui a répondu", HISTORY, "anonymise", over=_service_over),
    },
    other=STAMPS
    | {
        "service",
        "agreement",
        "asker",
        "effective_on",
        "ends_on",
        "hourly_cost_cents",
        "purposes",
        "message",
        "status",
        "sent_on",
        "answered_at",
    }
    | {"reason"},
)
personal(
    Piece,
    {
        "file": Personal(
            "prouver ce que la forme juridique demande ; certaines pièces nomment la personne prêtée",
            ACCOUNTING,
            "keep: preuve du prêt licite (C. trav. L8241-2)",
            over=_pieces_over,
        ),
        "added_by": Personal("dire qui a déposé", HISTORY, "anonymise", over=_service_over),
        "waived_by": Personal("dire qui a levé une pièce", HISTORY, "anonymise", over=_service_over),
    },
    other=STAMPS | {"service", "legal_form", "key", "signed_on", "waived_at", "waived_for", "waived_reason"},
)
personal(
    TimeEntry,
    {
        "person": Personal(
            "compter le temps donné à une autre CAE", ACCOUNTING, "keep: pièce comptable (C. com. L123-22)", over=_accounting_over("day")
        ),
        "entered_by": Personal("dire qui a noté", ACCOUNTING, "anonymise"),
    },
    other=STAMPS | {"service", "day", "period", "minutes", "work", "line", "key"},
)
personal(
    Statement,
    {
        "issued_by": Personal("dire qui a envoyé le relevé", ACCOUNTING, "anonymise"),
        "answered_by": Personal(
            "dire qui l’a accepté ou contesté", ACCOUNTING, "keep: pièce comptable (C. com. L123-22)", over=_accounting_over("month")
        ),
    },
    other=STAMPS
    | {"service", "month", "status", "round", "issued_at", "reply", "answered_at", "contests", "paper", "reopen_reason", "reopen_asked_at"},
)
personal(
    StatementLine,
    {"person": Personal("dire qui a donné le temps facturé", ACCOUNTING, "keep: pièce comptable (C. com. L123-22)")},
    other=STAMPS | {"statement", "position", "work", "minutes", "hourly_cost_cents", "amount_cents", "state", "reason", "days"},
)
