from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.db.models import Count, F, Q, QuerySet

from directory.vocabularies.selectors import department_names
from hub.core.accounts.actor import Actor
from hub.core.accounts.models import Organisation
from hub.core.accounts.selectors import federated
from hub.core.kit.ordering import alphabetical
from hub.core.kit.text import fold
from trainings.catalogue.models import CoursePage
from trainings.wishes import rules
from trainings.wishes.enums import WishStatus
from trainings.wishes.models import Wish

SHOWN_COURSES = 60


def own_wishes(actor: Actor) -> QuerySet[Wish]:
    """The needs of the organisation acted for: those that wait first, the newest first among them."""
    rows = Wish.objects.visible_to(actor).filter(organisation=actor.organisation_id).select_related("skill", "session", "organisation")
    waits_first = Q(status=WishStatus.OPEN)
    return rows.prefetch_related("people").annotate(waits=waits_first).order_by("-waits", "-created_at", "pk")


@dataclass(frozen=True)
class Share:
    """What one CAE needs of a theme, in people."""

    organisation: Organisation
    people_count: int


@dataclass(frozen=True)
class Theme:
    """The open needs of one theme."""

    key: str
    label: str
    wishes: Sequence[Wish]

    @property
    def people_count(self) -> int:
        return sum(wish.people_count for wish in self.wishes)

    @property
    def shares(self) -> list[Share]:
        """By CAE, the most people first."""
        counts: dict[Organisation, int] = {}
        for wish in self.wishes:
            counts[wish.organisation] = counts.get(wish.organisation, 0) + wish.people_count
        return [Share(*one) for one in sorted(counts.items(), key=lambda one: (-one[1], fold(one[0].name)))]

    @property
    def has_repeats(self) -> bool:
        """Whether a CAE has several needs of it, so that its sum says more than its lines."""
        return len(self.shares) < len(self.wishes)

    @property
    def departments(self) -> list[str]:
        return department_names(sorted({wish.department_code for wish in self.wishes if wish.department_code}))


def census(actor: Actor) -> list[Theme]:
    """The open needs of the federation by theme, those that the most CAEs and then the most people share first."""
    rows = Wish.objects.visible_to(actor).open().select_related("skill", "organisation").order_by("theme_key", "created_at", "pk")
    rows = rows.annotate(asked_name=F("asked_course__organisation__name"), declined_name=F("declined_by__name"))
    themes = [_theme(key, list(found)) for key, found in groupby(rows, key=lambda wish: wish.theme_key)]
    return sorted(themes, key=lambda theme: (-len(theme.shares), -theme.people_count, fold(theme.label)))


def _theme(key: str, wishes: list[Wish]) -> Theme:
    return Theme(key, wishes[0].theme, wishes)


def same_theme(wish: Wish, actor: Actor) -> list[Wish]:
    """The other open needs of its theme."""
    rows = Wish.objects.visible_to(actor).open().filter(theme_key=wish.theme_key).exclude(pk=wish.pk)
    return list(rows.select_related("skill", "organisation").order_by(alphabetical("organisation__name"), "pk"))


def published(actor: Actor) -> QuerySet[CoursePage]:
    """The programmes that may answer a need: those of the organisation acted for, or of the whole federation for who may ask its members."""
    rows = CoursePage.objects.visible_to(actor).live().select_related("organisation")
    found: QuerySet[CoursePage] = rows.filter(federated() if rules.can_ask(actor) else Q(organisation=actor.organisation_id))
    return found


def courses_for(wish: Wish, actor: Actor) -> list[CoursePage]:
    """Those whose title or summary says the theme first."""
    words = [word for word in fold(wish.theme).split() if len(word) > 3]
    rows = published(actor).order_by(alphabetical("title"), "pk")
    return sorted(rows, key=lambda course: -sum(word[:6] in fold(f"{course.title} {course.summary}") for word in words))[:SHOWN_COURSES]


def asked_with(wish: Wish, actor: Actor) -> list[Wish]:
    """The other needs for which the same programme was asked."""
    return [one for one in same_theme(wish, actor) if one.asked_course_id == wish.asked_course_id]


@dataclass(frozen=True)
class Asked:
    """A session that the federation asked the reader's organisation for."""

    course: CoursePage
    theme: Theme
    at: datetime

    @property
    def url(self) -> str:
        first, *others = self.theme.wishes
        return first.answer_url(self.course.public_id, others)


def asked_of(actor: Actor) -> list[Asked]:
    """What the organisation acted for was asked to hold and has not answered, the oldest first. One query."""
    if not rules.can_count(actor):
        return []
    rows = Wish.objects.visible_to(actor).open().filter(asked_course__organisation=actor.organisation_id)
    ordered = rows.select_related("skill", "organisation", "asked_course").order_by("asked_course_id", "theme_key", "created_at", "pk")
    found = []
    for (_, key), some in groupby(ordered, key=lambda wish: (wish.asked_course_id, wish.theme_key)):
        wishes = list(some)
        course, at = wishes[0].asked_course, wishes[0].asked_at
        if course and at:
            found.append(Asked(course, _theme(key, wishes), at))
    return sorted(found, key=lambda one: one.at)


@dataclass(frozen=True)
class Declined:
    """A refusal that the coordinator has not answered by asking anew."""

    theme: Theme
    at: datetime
    by: str
    reason: str


def declined(actor: Actor) -> list[Declined]:
    """Sessions asked for the federation and declined, the oldest first: their needs still wait. One query."""
    if not rules.can_ask(actor):
        return []
    rows = Wish.objects.visible_to(actor).open().filter(declined_at__isnull=False).select_related("skill", "organisation", "declined_by")
    ordered = rows.order_by("declined_at", "theme_key", "created_at", "pk")
    found = []
    for (at, key), some in groupby(ordered, key=lambda wish: (wish.declined_at, wish.theme_key)):
        wishes = list(some)
        if at and (body := wishes[0].declined_by):
            found.append(Declined(_theme(key, wishes), at, body.name, wishes[0].declined_reason))
    return found


def open_count(actor: Actor) -> int:
    return Wish.objects.visible_to(actor).open().aggregate(count=Count(F("theme_key"), distinct=True))["count"]
