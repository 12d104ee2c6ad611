"""What the catalogue adds to pages below it, and what it keeps of people."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import islice
from types import SimpleNamespace
from typing import Any

from wagtail.models import Page, Task

from directory.vocabularies.models import Skill
from hub.core.accounts import audiences
from hub.core.accounts.actor import Actor
from hub.core.accounts.models import Organisation
from hub.core.kit.ordering import alphabetical
from hub.core.kit.searchable import SearchEntry, SearchSource
from hub.core.kit.text import agreed
from hub.core.ui.panels import Personal, personal, register
from trainings.catalogue.models import CatalogueIndexPage, CoursePage, TrainingBodyPage
from trainings.catalogue.selectors import awaiting_review, sent_back
from trainings.catalogue.workflow import CourseReviewTask

NEWS = 10


@register("cooperative", "courses", order=40, template="catalogue/panels/cooperative.html")
def courses_of(actor: Actor, organisation: Organisation) -> dict[str, Any] | None:
    rows = CoursePage.objects.visible_to(actor).filter(organisation=organisation, live=True).order_by(alphabetical("title"))
    found = list(rows[:6])
    return {"courses": found[:5], "more": len(found) > 5, "organisation": organisation} if found else None


@register("home.due", "courses", order=40)
def reviews_due(actor: Actor, subject: Any) -> dict[str, Any] | None:
    """Programmes that wait for the reader's approval, and those that came back to her."""
    items = [
        {
            "when": course.latest_revision_created_at or course.first_published_at,
            "title": f"Relire « {course.draft_title} »",
            "text": "Le programme est remis : l’approuver le publie.",
            "url": f"/formations/{course.public_id}/brouillon/",
            "area": "a-train",
            "area_label": "Formations",
            "action": "Relire",
        }
        for course in awaiting_review(actor)
    ]
    items += [
        {
            "when": decision.finished_at,
            "note": "à reprendre",
            "title": f"Reprendre « {course.draft_title} »",
            "text": "La relecture demande des changements : son mot est sur la page du brouillon.",
            "url": f"/formations/{course.public_id}/brouillon/",
            "area": "a-train",
            "area_label": "Formations",
            "action": "Ouvrir",
        }
        for course, decision in sent_back(actor)
    ]
    return {"items": items} if items else None


@register("home.news", "courses", order=40, needs=lambda actor, since: CoursePage.objects.filter(first_published_at__gt=since))
def new_courses(actor: Actor, since: datetime) -> dict[str, Any] | None:
    """Programmes that the reader's own team did not write, published since."""
    rows = CoursePage.objects.visible_to(actor).filter(live=True, first_published_at__gt=since).exclude(organisation=actor.team_id)
    told = rows.select_related("organisation").only("title", "url_path", "first_published_at", "organisation__name")
    sites = SimpleNamespace()  # where Wagtail keeps the roots of the sites, asked once for all these addresses
    items = [
        {
            "at": row.first_published_at,
            "text": f"Nouveau programme : {row.title}, {row.organisation.name}",
            "url": parts[2] if (parts := row.get_url_parts(sites)) else "",
            "area": "a-train",
            "area_label": "Formations",
        }
        for row in told.order_by("-first_published_at")[:NEWS]
    ]
    return {"items": items} if items else None


@register("export", "courses")
def export(actor: Actor, organisation: Organisation) -> dict[str, Any]:
    """The programmes of an organisation, drafts included, as they are now."""
    names = ("public_id", "title", "live", "version", "first_published_at", *CoursePage.PROGRAMME)
    return {"programmes": list(CoursePage.objects.filter(organisation=organisation).order_by("title", "pk").values(*names))}


@register("home.area", "courses", order=30)
def area(actor: Actor, subject: Any) -> dict[str, Any]:
    return {
        "title": "Formations", "url": "/formations/", "rows": CoursePage.objects.visible_to(actor).filter(live=True),
        "text": lambda count: f"{agreed(count, 'programme ouvert', 'programmes ouverts')} aux autres CAE", "area": "a-train",
    }  # fmt: skip


def _rows(ids: Collection[str] | None) -> Iterable[CoursePage]:
    rows = CoursePage.objects.filter(live=True).select_related("organisation")
    stream = (rows if ids is None else rows.filter(public_id__in=ids)).iterator(chunk_size=500)
    while some := list(islice(stream, 500)):
        yield from _with_skills(some)


def _with_skills(courses: Iterable[CoursePage]) -> list[CoursePage]:
    """The words of their skills in one query for all."""
    found = list(courses)
    codes = {code for course in found for code in course.skills}
    labels = dict(Skill.objects.filter(pk__in=codes).values_list("pk", "label")) if codes else {}
    for course in found:
        course.skill_words = tuple(labels[code] for code in course.skills if code in labels)
    return found


def _entries(course: CoursePage) -> Sequence[SearchEntry]:
    body = "\n".join(["Formation", course.summary, course.objectives, course.content, course.public])
    return [
        SearchEntry(
            title=course.title,
            url=course.url or "",
            audiences=frozenset({audiences.PUBLIC}),
            skills=course.skill_words,
            body=body,
            organisation=course.organisation.name,
            organisation_id=str(course.organisation_id),
        )
    ]


def _visible(actor: Actor, ids: Collection[str]) -> Mapping[str, CoursePage]:
    rows = CoursePage.objects.visible_to(actor).filter(live=True, public_id__in=ids).select_related("organisation")
    return {str(row.public_id): row for row in _with_skills(rows)}


def _simple(actor: Actor, words: str, limit: int) -> Sequence[CoursePage]:
    return _with_skills(
        CoursePage.objects.visible_to(actor).filter(live=True, title__icontains=words).select_related("organisation")[:limit]
    )


@register("search.source", "course")
def search_source(actor: Any, subject: Any) -> dict[str, Any]:
    return {"source": SOURCE}


WAGTAIL = {field.name for field in Page._meta.concrete_fields}
SOURCE = SearchSource("course", "Formations", _rows, _entries, _visible, _simple, icon="file", order=30)

personal(
    CoursePage,
    {
        "author": Personal("dire qui a écrit le programme", "tant que le programme existe", "anonymise"),
        "contact": Personal("joindre l’organisme", "tant que le programme existe", "anonymise"),
    },
    other=WAGTAIL | set(CoursePage.PROGRAMME) - {"contact"} | {"page_ptr", "public_id", "organisation", "version"},
)
personal(CatalogueIndexPage, {}, other=WAGTAIL | {"page_ptr"})
personal(TrainingBodyPage, {}, other=WAGTAIL | {"page_ptr", "organisation"})
personal(CourseReviewTask, {}, other={field.name for field in Task._meta.concrete_fields} | {"task_ptr"})
