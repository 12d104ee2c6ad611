from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet

from directory.vocabularies.selectors import department_names
from hub.core.accounts.actor import Actor
from hub.core.accounts.models import Membership, Organisation, Role, User
from hub.core.accounts.models.organisations import in_force
from hub.core.accounts.permissions import Permission
from hub.core.kit.text import fold
from trainings.catalogue.models import CoursePage
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
        return [Share(*one) for one in sorted(counts.items(), key=lambda one: (-one[1], one[0].name))]

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
    themes = [_theme(key, list(found)) for key, found in groupby(rows, key=lambda wish: wish.theme_key)]
    return sorted(themes, key=lambda theme: (-len(theme.shares), -theme.people_count, fold(theme.label)))


def _theme(key: str, wishes: list[Wish]) -> Theme:
    return Theme(key, wishes[0].theme, wishes)


def same_theme(wish: Wish, actor: Actor) -> list[Wish]:
    """The other open needs of its theme."""
    rows = Wish.objects.visible_to(actor).open().filter(theme_key=wish.theme_key).exclude(pk=wish.pk)
    return list(rows.select_related("skill", "organisation").order_by("organisation__name", "pk"))


def courses_for(wish: Wish, actor: Actor) -> list[CoursePage]:
    """The published programmes of the organisation acted for, those whose title or summary says the theme first."""
    rows = CoursePage.objects.visible_to(actor).live().filter(organisation=actor.organisation_id).order_by("title")[:SHOWN_COURSES]
    words = [word for word in fold(wish.theme).split() if len(word) > 3]
    return sorted(rows, key=lambda course: -sum(word[:6] in fold(f"{course.title} {course.summary}") for word in words))


def tellable(organisation_ids: Iterable[UUID]) -> list[User]:
    """Those who register people for these CAEs today."""
    codes = [role.code for role in Role.objects.all() if Permission.TRAINEES_REGISTER in role.permissions]
    held = Membership.unscoped.filter(in_force(), organisation__in=list(organisation_ids), role__in=codes)
    return list(User.objects.filter(pk__in=held.values("user"), is_active=True).order_by("sort_name", "id"))


def open_count(actor: Actor) -> int:
    return Wish.objects.visible_to(actor).open().aggregate(count=Count(F("theme_key"), distinct=True))["count"]
