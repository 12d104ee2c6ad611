"""What needs add to the trainings' tabs, to a session's page and to the home, and what they keep of people."""

from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from hub.core.accounts.actor import Actor
from hub.core.accounts.models import Organisation
from hub.core.kit.ordering import alphabetical
from hub.core.kit.text import counted, joined
from hub.core.ui.panels import Personal, personal, register
from trainings.sessions.models import TrainingSession
from trainings.sessions.rules import can_manage_session
from trainings.wishes import rules
from trainings.wishes.models import Wish
from trainings.wishes.selectors import asked_of, declined, open_count


@register("trainings.tab", "wishes", order=30, template="catalogue/panels/tab.html")
def tab(actor: Actor, current: str) -> dict[str, Any] | None:
    if rules.can_enter(actor):
        return {"label": "Besoins", "url": reverse("wishes:own"), "is_current": current == "wishes"}
    if rules.can_count(actor):
        return {"label": "Besoins", "url": reverse("wishes:census"), "is_current": current == "wishes"}
    return None


@register("session", "wishes", order=40, template="wishes/panels/session.html")
def wishes_of_session(actor: Actor, session: TrainingSession) -> dict[str, Any] | None:
    """The needs that a session answers, for who holds it."""
    if not can_manage_session(actor, session):
        return None
    rows = (
        Wish.objects.visible_to(actor)
        .filter(session=session)
        .select_related("organisation", "skill")
        .order_by(alphabetical("organisation__name"), "pk")
    )
    found = list(rows)
    return {"wishes": found} if found else None


def _told(actor: Actor, subject: Any) -> QuerySet[Wish] | None:
    """Needs for which a session is asked of her organisation, or was declined."""
    if not rules.can_count(actor):
        return None
    return Wish.objects.visible_to(actor).open().filter(Q(asked_course__organisation=actor.organisation_id) | Q(declined_at__isnull=False))


@register("home.due", "wishes", order=32, needs=_told)
def due(actor: Actor, subject: Any) -> dict[str, Any] | None:
    """Sessions that the federation asks the reader's organisation for; for who coordinates, those that were declined, or cancelled since."""
    items = [
        {
            "when": one.at,
            "title": f"Préparer une session : {one.theme.label}",
            "text": f"Demandée par la fédération sur votre programme « {one.course.title} », pour {counted(one.theme.people_count, 'personne')}"
            f" ({joined([share.organisation.name for share in one.theme.shares])})."
            + ("" if one.course.live else " Ce programme n’est plus publié : publiez-le de nouveau, ou déclinez."),
            "url": one.url,
            "area": "a-train",
            "area_label": "Formations",
            "action": "Préparer" if one.course.live else "Répondre",
        }
        for one in asked_of(actor)
    ]
    items += [
        {
            "when": one.at,
            "title": f"Demander ailleurs une session : {one.theme.label}",
            "text": f"{one.by} ne la tiendra pas. Motif : {one.reason}",
            "url": reverse("wishes:choose", args=[one.theme.wishes[0].pk]),
            "area": "a-train",
            "area_label": "Formations",
            "action": "Choisir un programme",
        }
        for one in declined(actor)
    ]
    return {"items": items} if items else None


@register("home.area", "wishes", order=32)
def area(actor: Actor, subject: Any) -> dict[str, Any] | None:
    if not rules.can_count(actor):
        return None
    return {
        "title": "Besoins",
        "url": reverse("wishes:census"),
        "count": open_count(actor),
        "text": "thèmes qui attendent une session",
        "area": "a-train",
    }


DECLINED = {"declined_by", "declined_reason", "declined_at"}


@register("export", "wishes")
def export(actor: Actor, organisation: Organisation) -> dict[str, Any]:
    """The training needs that it entered, withdrawn ones included; what a body answered the coordination stays between the two."""
    columns = [column.attname for column in Wish._meta.concrete_fields if column.name not in DECLINED]
    return {"besoins-de-formation": list(Wish.unscoped.filter(organisation=organisation).order_by("created_at", "id").values(*columns))}


NEEDED = "tant que la CAE garde ce besoin ; les noms s’effacent quand elle le retire"
personal(
    Wish,
    {
        "people": Personal("dire qui a besoin de cette formation, à l’équipe de sa seule CAE", NEEDED, "delete"),
        "author": Personal("dire qui a entré le besoin", NEEDED, "anonymise"),
        "asked_by": Personal("dire à qui l’organisme répond", "jusqu’à la réponse de l’organisme", "anonymise"),
    },
    other={
        "id", "created_at", "updated_at", "key", "organisation", "skill", "words", "theme_key", "people_count", "department_code", "period", "note",
        "status", "session", "version", "asked_course", "asked_at",
    } | DECLINED,
)  # fmt: skip
