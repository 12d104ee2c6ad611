"""The three groups of the building CAEs, played by the invented ones: one with a released roadmap and its answers, one that writes, one that prepares."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from hub.core.accounts.actor import Actor
from hub.core.accounts.models import Organisation
from hub.core.kit.dates import today
from hub.demo import roads
from hub.demo.federation import SYSTEM, Federation
from hub.demo.people import Account, Crowd
from hub.demo.trainings import actor_of
from workgroups.decisions import services as decisions
from workgroups.groups import services as groups
from workgroups.groups.enums import GroupRole, WorkgroupStatus
from workgroups.groups.models import GroupMember, Workgroup
from workgroups.meetings import services as meetings
from workgroups.meetings.models import Meeting
from workgroups.roadmaps import plan as plans
from workgroups.roadmaps import services as roadmaps
from workgroups.roadmaps.enums import AnswerReach, PieceKind, Progress, Stance
from workgroups.roadmaps.models import RoadmapPage


def meet(crowd: Crowd, federation: Federation, progress: Callable[[str, int, int], None]) -> None:
    team = _Team(crowd, federation)
    _formation(team)
    progress("Groupes", 1, 3)
    _mutualisation(team)
    progress("Groupes", 2, 3)
    _developpement(team)
    progress("Groupes", 3, 3)


class _Team:
    """Who plays whom: accounts by organisation and role."""

    def __init__(self, crowd: Crowd, federation: Federation) -> None:
        self.federation = federation
        self._accounts = {(account.organisation.pk, account.roles[0]): account for account in reversed(crowd.accounts)}

    def account(self, organisation: Organisation, role: str) -> Account:
        return self._accounts[organisation.pk, role]

    @property
    def runner(self) -> Account:
        """The federation's delegate runs the groups."""
        return self.account(self.federation.hub, "facilitator")

    def group(self, words: tuple[str, str, str, str], *, roles: list[str], is_open: bool = True) -> tuple[Workgroup, list[GroupMember]]:
        """A group that the collectif convenes, and its members in the order of the building CAEs."""
        acronym, name, purpose, charter = words
        facts = {"name": name, "purpose": purpose, "charter": charter, "convener": self.federation.collective}
        actor = actor_of(self.runner)
        group = groups.create_group(
            acronym=acronym, facts=facts, facilitator=self.runner.user, organisation=self.federation.hub, actor=actor
        )  # fmt: skip
        members = [
            groups.add_member(
                group, user=self.account(organisation, role).user, organisation=organisation, role=GroupRole.MEMBER, actor=SYSTEM
            )
            for organisation, role in zip(self.federation.building, roles, strict=False)
        ]
        if is_open:
            group = groups.move_group(group, status=WorkgroupStatus.ACTIVE, actor=actor)
        return group, members


def _formation(team: _Team) -> None:
    building = team.federation.building
    group, members = team.group(roads.FORMATION, roles=["training_manager"] * len(building))
    groups.add_member(group, user=team.account(building[0], "director").user, organisation=building[0], role=GroupRole.MEMBER, actor=SYSTEM)
    groups.add_guest(group, name="Line Okou", of=team.federation.partners[0].name, actor=SYSTEM)
    roadmap = _write(group, building, team.account(building[0], "training_manager"), actor_of(team.runner))
    items = {item.code: item for item in roadmap.read.items}
    for code, status, reading in (
        ("A1", Progress.UNDER_WAY, "4 CAE sur 6 ont répondu"),
        ("A2", Progress.UNDER_WAY, "19 personnes, 40 visées"),
    ):
        roadmaps.set_progress(roadmap, item_id=UUID(items[code].id), status=status, reading=reading, actor=actor_of(team.runner))
    for rank, answers in roads.ANSWERS.items():
        _answer(roadmap, building[rank], answers, items, actor_of(team.account(building[rank], "director")))
        if rank in roads.OPEN:
            director = actor_of(team.account(building[rank], "director"))
            roadmaps.set_answers_reach(roadmap, organisation=building[rank], reach=AnswerReach.FEDERATION, actor=director)
    _work(group, members, items, actor_of(team.runner))


def _opened(roadmap: RoadmapPage) -> int | None:
    found: int | None = RoadmapPage.objects.filter(pk=roadmap.pk).values_list("latest_revision", flat=True)[0]
    return found


def _piece(roadmap: RoadmapPage, kind: PieceKind, actor: Actor, **facts: str) -> str:
    piece = {"id": plans.new_id(), **dict.fromkeys(plans.FIELDS[kind], ""), **facts}
    roadmaps.save_piece(roadmap, kind=kind, piece=piece, actor=actor, based_on=_opened(roadmap))
    return str(piece["id"])


def _day(offset: int) -> str:
    return (today() + timedelta(days=offset)).isoformat()


def _write(group: Workgroup, building: list[Organisation], author: Account, boss: Actor) -> RoadmapPage:
    """Two releases: the second one says more of B1 and adds the last phase; and a draft under way."""
    writer = actor_of(author)
    roadmap = roadmaps.begin_roadmap(group, title=roads.TITLE, introduction=roads.INTRODUCTION, actor=writer)
    for rank, (title, aim, items) in enumerate(roads.PHASES):
        if rank == len(roads.PHASES) - 1:
            _release(roadmap, writer, boss, "Première version, écrite après le séminaire.")
        phase = _piece(roadmap, PieceKind.PHASE, writer, title=title, aim=aim)
        for item, owner, first, last, indicator, means, text in items:
            home = building[owner] if owner is not None else None
            _piece(
                roadmap, PieceKind.ITEM, writer, title=item, phase=phase, text=text, owner=home.name if home else "",
                owner_id=str(home.pk) if home else "", starts_on=_day(first), ends_on=_day(last), means=means, indicator=indicator,
            )  # fmt: skip
    for title, offset in roads.MILESTONES:
        _piece(roadmap, PieceKind.MILESTONE, writer, title=title, on=_day(offset))
    _release(roadmap, writer, boss, "Le bilan entre dans la feuille de route, avec les jalons.")
    current = RoadmapPage.objects.select_related("workgroup").get(pk=roadmap.pk)
    piece = next(one for one in current.plan[PieceKind.ITEM.value] if one["title"].startswith("Un dossier"))
    changed = piece | {"title": "Un seul dossier OPCO par session", "means": "Un modèle par OPCO"}
    roadmaps.save_piece(current, kind=PieceKind.ITEM, piece=changed, actor=writer, based_on=_opened(roadmap))
    return RoadmapPage.objects.select_related("workgroup").get(pk=roadmap.pk)


def _release(roadmap: RoadmapPage, writer: Actor, boss: Actor, note: str) -> None:
    roadmaps.submit_roadmap(roadmap, actor=writer)
    roadmaps.decide_roadmap(roadmap, approve=True, comment=note, actor=boss)


def _answer(
    roadmap: RoadmapPage, home: Organisation, answers: dict[str, tuple[str, str]], items: dict[str, plans.Item], actor: Actor
) -> None:
    for code, (stance, note) in answers.items():
        facts = {"note": note, "owner": "", "starts_on": None, "ends_on": None}
        roadmaps.set_answer(
            roadmap, item_id=UUID(items[code].id), organisation=home, stance=Stance(stance), facts=facts, actor=actor, based_on=None
        )


def _moment(offset: int, hour: int) -> datetime:
    day: date = today() + timedelta(days=offset)
    return timezone.make_aware(datetime.combine(day, time(hour)))


def _work(group: Workgroup, members: list[GroupMember], items: dict[str, plans.Item], actor: Actor) -> None:
    """Meetings, and what came of them."""
    held: dict[int, Meeting] = {}
    for offset, title, agenda, minutes in roads.MEETINGS:
        facts = {
            "title": title, "starts_at": _moment(offset, 14), "ends_at": _moment(offset, 16), "place": "À distance", "agenda": agenda,
            "facilitator": GroupMember.unscoped.get(workgroup=group, role=GroupRole.FACILITATOR), "note_taker": members[1],
        }  # fmt: skip
        held[offset] = meetings.create_meeting(group, facts=facts, actor=actor)
        if minutes:
            meetings.write_minutes(held[offset], minutes=minutes, present=members[:5], tell=False, actor=actor)
    for offset, text, owner, code, dissent in roads.DECISIONS:
        facts = {
            "text": text, "taken_on": today() + timedelta(days=offset), "owner": members[owner] if owner is not None else None, "due_on": None,
            "item_id": UUID(items[code].id) if code else None, "dissent": dissent,
        }  # fmt: skip
        meetings.note_decision(held[offset], facts=facts, actor=actor)
    for text, owner, due, code in roads.ACTIONS:
        facts = {
            "text": text, "owner": members[owner] if owner is not None else None, "due_on": today() + timedelta(days=due),
            "item_id": UUID(items[code].id) if code else None,
        }  # fmt: skip
        meetings.note_action(held[-14], facts=facts, actor=actor)


def _mutualisation(team: _Team) -> None:
    """A group that has just handed its first roadmap in."""
    building = team.federation.building
    group, members = team.group(roads.MUTUALISATION, roles=["director", "advisor", "director", "advisor"])
    writer = actor_of(team.account(building[0], "director"))
    roadmap = roadmaps.begin_roadmap(group, title="Partager les compétences des équipes d’appui", actor=writer)
    phase = _piece(roadmap, PieceKind.PHASE, writer, title="Recenser", aim="Qui fait quoi, à quel coût, et ce qui manque.")
    for title, first, last in (("Questionnaire aux équipes", -10, 40), ("Carte des fonctions tenues par une seule personne", 20, 80)):
        _piece(roadmap, PieceKind.ITEM, writer, title=title, phase=phase, starts_on=_day(first), ends_on=_day(last), owner_id="")
    roadmaps.submit_roadmap(roadmap, actor=writer)
    facts: dict[str, Any] = {
        "text": "Envoyer le questionnaire à chaque équipe.",
        "owner": members[1],
        "due_on": today() + timedelta(days=6),
        "item_id": None,
    }
    decisions.create_action(group, facts=facts, actor=writer)


def _developpement(team: _Team) -> None:
    """A group in preparation, which its people alone see."""
    team.group(roads.DEVELOPPEMENT, roles=["director"] * 5, is_open=False)
