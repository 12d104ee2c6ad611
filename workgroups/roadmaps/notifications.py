from dataclasses import dataclass

from django.urls import reverse

from hub.core.notifications.kinds import Category, NotificationKind, register
from workgroups.roadmaps.models import RoadmapPage, reach_of


class _AboutRoadmap(NotificationKind):
    category = Category.GROUPS
    roadmap: RoadmapPage
    screen = "draft"

    def audience(self) -> str:
        return self.roadmap.workgroup.token

    def url(self) -> str:
        return reverse(f"roadmaps:{self.screen}", args=[self.roadmap.workgroup.acronym])

    def data(self) -> dict[str, str]:
        return {"roadmap": str(self.roadmap.public_id), "workgroup": str(self.roadmap.workgroup_id)}


@register
@dataclass(frozen=True)
class RoadmapSubmitted(_AboutRoadmap):
    """A draft waits for a facilitator."""

    code = "workgroups.roadmap_submitted"
    label = "Une feuille de route d’un groupe que j’anime attend mon accord"
    roadmap: RoadmapPage
    author_name: str

    def subject(self) -> str:
        return f"Feuille de route à approuver : {self.roadmap.draft_title}"


@register
@dataclass(frozen=True)
class RoadmapSentBack(_AboutRoadmap):
    """A draft that one handed in comes back with a word."""

    code = "workgroups.roadmap_sent_back"
    label = "Une feuille de route que j’ai remise me revient"
    roadmap: RoadmapPage
    comment: str

    def subject(self) -> str:
        return f"Feuille de route à reprendre : {self.roadmap.draft_title}"


@register
@dataclass(frozen=True)
class RoadmapReleased(_AboutRoadmap):
    """A release is out: the group knows, and whoever decides for a CAE of the group, who reads it as all those whom it reaches."""

    code = "workgroups.roadmap_released"
    label = "Une nouvelle version d’une feuille de route d’un de mes groupes est publiée"
    screen = "roadmap"
    roadmap: RoadmapPage
    note: str
    in_group: bool = True

    def audience(self) -> str:
        return super().audience() if self.in_group else reach_of(self.roadmap.workgroup)

    def subject(self) -> str:
        return f"Feuille de route, version {self.roadmap.version} : {self.roadmap.title}"
