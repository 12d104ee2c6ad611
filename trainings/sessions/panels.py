"""What sessions add to pages below them and to the search, and what they keep of people."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Concat
from django.urls import reverse

from directory.people.models import AccessibilityNeed
from hub.core.accounts import audiences
from hub.core.accounts.actor import Actor
from hub.core.accounts.models import Organisation, User
from hub.core.accounts.permissions import Permission
from hub.core.accounts.selectors import holders
from hub.core.kit.dates import date_fr, period_fr, today
from hub.core.kit.searchable import SearchEntry, SearchSource
from hub.core.kit.text import counted
from hub.core.ui.panels import Personal, personal, register
from trainings.catalogue.models import CoursePage
from trainings.sessions.enums import Nature, RegistrationStatus, SessionStatus
from trainings.sessions.errors import SessionHasBegun
from trainings.sessions.keeping import TERM
from trainings.sessions.models import PUBLISHED, HalfDay, Registration, RegistrationRequest, TrainingSession
from trainings.sessions.selectors import needs_of, needs_read, unread_needs, without_referent
from trainings.sessions.services import cancel_registration

SHOWN = 5
NEEDED_AFTER = timedelta(days=30)  # what the hub says of accessibility needs (directory.people.panels)
NEWS = 10
OPENS_BEFORE = timedelta(days=30)  # before the first day: the time that employers take to choose and to agree
NAMED = ("id", "session_id", "session__title", "trainee_id", "employer_id", "status", "rank", "registered_at", "cancelled_at")
NAME = Concat("trainee__first_name", Value(" "), "trainee__last_name")


def _upcoming(actor: Actor, **filters: Any) -> list[TrainingSession]:
    return list(TrainingSession.objects.visible_to(actor).upcoming(today()).filter(**filters).order_by("starts_on", "id")[: SHOWN + 1])


@register("course", "sessions", order=20, template="sessions/panels/list.html")
def sessions_of_course(actor: Actor, course: CoursePage) -> dict[str, Any]:
    found = _upcoming(actor, course=course)
    return {"title": "Sessions", "sessions": found[:SHOWN], "none": "Aucune session à venir."}


@register("cooperative", "sessions", order=45, template="sessions/panels/list.html")
def sessions_of(actor: Actor, organisation: Organisation) -> dict[str, Any] | None:
    found = _upcoming(actor, organisation=organisation)
    return {"title": "Sessions à venir", "sessions": found[:SHOWN]} if found else None


@register("session", "needs", order=15, template="sessions/panels/needs.html")
def needs_of_trainees(actor: Actor, session: TrainingSession) -> dict[str, Any] | None:
    found = needs_of(session, actor)
    closed = session.are_needs_closed_on(today()) or session.is_cancelled
    appoints = not closed and actor.can(Permission.MEMBERS_MANAGE, session.organisation_id)
    nobody = appoints and not holders(Permission.NEEDS_READ, [session.organisation_id])  # whether or not somebody shows a need
    return {"session": session, "count": len(found), "nobody": nobody} if found or nobody else None


def _shown_needs(actor: Actor, subject: Any) -> QuerySet[AccessibilityNeed] | None:
    return AccessibilityNeed.unscoped.filter(shared=True) if actor.can(Permission.NEEDS_READ) else None


@register("home.due", "needs", order=26, needs=_shown_needs)
def needs_due(actor: Actor, subject: Any) -> dict[str, Any] | None:
    """To the referent: how many needs wait to be read before which session; nobody is named on a first page."""
    if not actor.can(Permission.NEEDS_READ):
        return None
    items = [
        {
            "when": starts_on,
            "title": f"{counted(count, 'besoin')} à lire avant la session du {date_fr(starts_on)}",
            "text": f"Accessibilité : {title}.",
            "url": reverse("sessions:needs", args=[session]),
            "area": "a-train",
            "area_label": "Formations",
            "action": "Lire",
        }
        for session, title, starts_on, count in unread_needs(actor)[:SHOWN]
    ]
    return {"items": items} if items else None


@register("needs.shown", "sessions")
def nobody_to_read(actor: Actor, person: User) -> dict[str, Any]:
    """That nobody reads what she has just shown, where she is trained soon."""
    return {
        "lines": [
            f"{session.organisation.name}, qui vous forme {session.period_words}, n’a désigné personne comme référente ou référent handicap :"
            " dites aussi à votre coopérative ce qu’il faut prévoir."
            for session in without_referent(person)
        ]
    }


@register("own.data", "needs", template="sessions/panels/needs_read.html")
def readings(actor: Actor, person: User) -> dict[str, Any] | None:
    """Each reading of her needs is told to her, as the form where she shows them says."""
    found = needs_read(person)
    return {"readings": found} if found else None


def _drafts(actor: Actor, subject: Any) -> QuerySet[TrainingSession] | None:
    drafts = TrainingSession.objects.visible_to(actor).filter(organisation=actor.organisation_id, status=SessionStatus.DRAFT)
    return drafts if actor.can("session.manage") else None


@register("home.due", "sessions", order=30, needs=_drafts)
def sessions_due(actor: Actor, subject: Any) -> dict[str, Any] | None:
    """Drafts to open for whoever manages the organisation's sessions, a month before they begin and no more once they have."""
    if not actor.can("session.manage"):
        return None
    day = today()
    drafts = TrainingSession.objects.visible_to(actor).openable(day).filter(organisation=actor.organisation_id, status=SessionStatus.DRAFT)
    items = [
        {
            "when": max(session.starts_on - OPENS_BEFORE, day) if session.starts_on else session.created_at,
            "title": f"Ouvrir les inscriptions : {session.title}" + (f", {date_fr(session.starts_on)}" if session.starts_on else ""),
            "text": f"Session en brouillon, {counted(session.capacity, 'place')}.",
            "url": reverse("sessions:detail", args=[session.pk]),
            "area": "a-train",
            "area_label": "Formations",
            "action": "Ouvrir",
        }
        for session in drafts.only("title", "starts_on", "created_at", "capacity").order_by("starts_on")[:SHOWN]
    ]
    return {"items": items} if items else None


@register("home.news", "sessions", order=30, needs=lambda actor, since: TrainingSession.unscoped.filter(created_at__gt=since))
def new_sessions(actor: Actor, since: datetime) -> dict[str, Any] | None:
    """Sessions that the reader's own team did not make, to which one may register, made since."""
    rows = (
        TrainingSession.objects.visible_to(actor)
        .upcoming(today())
        .openable(today())
        .filter(status=SessionStatus.OPEN, created_at__gt=since)
    )
    items = [
        {
            "at": row.created_at,
            "text": f"Session ouverte : {row.title}"
            + (f", session du {date_fr(row.starts_on)}" if row.starts_on else "")
            + (f", {row.city}" if row.city else ""),
            "url": reverse("sessions:detail", args=[row.pk]),
            "area": "a-train",
            "area_label": "Formations",
        }
        for row in rows.exclude(organisation=actor.team_id).only("title", "city", "starts_on", "created_at").order_by("-created_at")[:NEWS]
    ]
    return {"items": items} if items else None


def _hers(actor: Actor, first: date) -> QuerySet[TrainingSession]:
    """Where she is a confirmed trainee, or trains."""
    places = Registration.unscoped.filter(trainee=actor.user_id, status=RegistrationStatus.CONFIRMED)
    trained = TrainingSession.trainers.through.objects.filter(user=actor.user_id)
    mine = Q(pk__in=places.values("session")) | Q(pk__in=trained.values("trainingsession"))
    return TrainingSession.objects.visible_to(actor).filter(mine, ends_on__gte=first, starts_on__isnull=False)


@register("home.dates", "sessions", order=20, needs=_hers)
def own_sessions(actor: Actor, first: date) -> dict[str, Any] | None:
    rows = _hers(actor, first).exclude(status=SessionStatus.CANCELLED).only("title", "starts_on").order_by("starts_on", "id")
    items = [{"at": row.starts_on, "text": row.title, "url": reverse("sessions:detail", args=[row.pk])} for row in rows[:NEWS]]
    return {"items": items} if items else None


@register("export", "sessions")
def export(actor: Actor, organisation: Organisation) -> dict[str, Any]:
    """Sessions that it holds with their half-days, and the registrations to them or of its people."""
    held = TrainingSession.unscoped.filter(organisation=organisation)
    registrations = Registration.unscoped.filter(Q(session__in=held) | Q(employer=organisation)).order_by("registered_at", "id")
    return {
        "sessions": list(held.order_by("starts_on", "id").values()),
        "demi-journees": list(HalfDay.objects.filter(session__in=held).order_by("date", "starts_at", "id").values()),
        "inscriptions": list(registrations.values(*NAMED, stagiaire=NAME)),
    }


@register("leaving", "sessions")
def give_places_back(actor: Actor, person: User) -> None:
    """Who is erased keeps no place or rank in a session to come; one that is being signed says that she was registered."""
    rows = Registration.unscoped.exclude(status=RegistrationStatus.CANCELLED).filter(trainee=person)
    for row in rows.exclude(session__ends_on__lt=today()).select_related("session", "employer").order_by("session__starts_on", "pk"):
        with suppress(SessionHasBegun):
            cancel_registration(row, actor=actor)


@register("erasure", "sessions")
def keep_printed_names(actor: Actor, person: User) -> dict[str, list[str]]:
    """The proofs of what she followed name her until their term (docs/decisions/0019-term-of-papers.md), also those printed from now on."""
    followed = Q(status=RegistrationStatus.CONFIRMED) | Q(cancelled_at__date__gte=F("session__starts_on"))
    rows = Registration.unscoped.filter(followed, trainee=person, kept_name="").exclude(session__nature=Nature.WORKSHOP)
    count = rows.update(kept_name=person.name, kept_sort_name=person.sort_name)
    return {
        "erased": [],
        "kept": [f"Votre nom sur les pièces de {counted(count, 'formation suivie', 'formations suivies')}"] if count else [],
    }


@register("home.area", "sessions", order=31)
def area(actor: Actor, subject: Any) -> dict[str, Any]:
    rows = TrainingSession.objects.visible_to(actor).upcoming(today())
    return {"title": "Sessions", "url": reverse("sessions:list"), "rows": rows, "text": "à venir", "area": "a-train"}


def _rows(ids: Collection[str] | None) -> Iterable[TrainingSession]:
    rows = TrainingSession.unscoped.filter(PUBLISHED).select_related("organisation", "course")
    return (rows if ids is None else rows.filter(pk__in=ids)).iterator(chunk_size=500)


def _entries(session: TrainingSession) -> Sequence[SearchEntry]:
    when = period_fr(session.starts_on, session.ends_on) if session.starts_on and session.ends_on else ""
    return [
        SearchEntry(
            title=session.title,
            url=reverse("sessions:detail", args=[session.pk]),
            audiences=frozenset({audiences.PUBLIC}),
            body=f"Session de formation\n{session.course.summary}\n{when}",
            place=session.city,
            organisation=session.organisation.name,
            organisation_id=str(session.organisation_id),
            starts_on=session.starts_on,
            ends_on=session.ends_on,
        )
    ]


def _visible(actor: Actor, ids: Collection[str]) -> Mapping[str, TrainingSession]:
    rows = TrainingSession.objects.visible_to(actor).filter(PUBLISHED, pk__in=ids)
    return {str(row.pk): row for row in rows.select_related("organisation", "course")}


def _simple(actor: Actor, words: str, limit: int) -> Sequence[TrainingSession]:
    rows = TrainingSession.objects.visible_to(actor).filter(title__icontains=words).select_related("organisation", "course")
    return list(rows[:limit])


@register("search.source", "session")
def search_source(actor: Any, subject: Any) -> dict[str, Any]:
    return {"source": SearchSource("session", "Sessions", _rows, _entries, _visible, _simple, icon="calendar", order=40, over="passée")}


@register("needs.over", "sessions")
def needs_over(actor: Actor, on: date) -> dict[str, Q]:
    """Accessibility needs written before a session that ended thirty days ago, of people whom no session awaits; places given back do not count."""
    day = on - NEEDED_AFTER
    given_back = Q(status=RegistrationStatus.CANCELLED) | Q(session__status=SessionStatus.CANCELLED)
    hers = Registration.unscoped.filter(trainee=OuterRef("profile__user")).exclude(given_back)
    hers = hers.annotate(last_day=Coalesce("session__needs_closed_on", "session__ends_on"))
    last = hers.filter(last_day__lte=day).order_by("-last_day").values("last_day")[:1]
    awaited = hers.filter(Q(last_day=None) | Q(last_day__gt=day))
    return {"over": Q(updated_at__date__lte=Subquery(last)) & ~Q(Exists(awaited))}


PRINTED = Personal("nommer la personne sur les preuves de la formation", TERM, "keep: C. trav. L6353-1, R6313-3 et R6332-26")
personal(
    Registration,
    {
        "trainee": Personal(
            "tenir la liste des stagiaires", TERM, "keep: pièces d’un financement en cours de contrôle possible, R6313-3 et R6332-26"
        ),
        "registered_by": Personal("dire qui a inscrit", TERM, "anonymise"),
        "kept_name": PRINTED,
        "kept_sort_name": PRINTED,
    },
    other={"id", "created_at", "updated_at", "session", "employer", "status", "rank", "registered_at", "cancelled_at"},
)
personal(
    TrainingSession,
    {"trainers": Personal("dire qui forme", TERM, "keep: pièces d’un financement en cours de contrôle possible, R6313-3 et R6332-26")},
    other={
        "id", "created_at", "updated_at", "version", "course", "organisation", "title", "programme_version", "nature", "status", "starts_on", "ends_on",
        "duration_minutes", "remote_minutes", "capacity", "confirmed_count", "waiting_count", "registration_closes_on", "price_cents",
        "payment_terms", "subrogation", "programme_published_on",
        "cancellation_terms", "remote_assistance", "remote_activities", "programme_revision", "place_name", "street", "postal_code", "city", "access_notes",
        "opened_at", "cancelled_at", "cancellation_reason", "needs_closed_on",
    },
)  # fmt: skip
personal(
    HalfDay,
    {},
    other={"id", "created_at", "updated_at", "session", "date", "period", "starts_at", "ends_at", "is_remote", "topic", "signing_began_at"},
)
personal(RegistrationRequest, {}, other={"key", "session", "digest", "created_at"})
