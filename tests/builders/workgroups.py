"""Working groups and what is in them, with good defaults."""

from datetime import date, timedelta
from uuid import UUID

from django.utils import timezone

from hub.core.accounts.models import Organisation, User
from hub.core.accounts.selectors import actor_for
from hub.core.kit.dates import today
from tests.builders.accounts import SYSTEM, make_member, make_person, numbers
from tests.builders.kept import kept
from workgroups.decisions import services as decisions
from workgroups.decisions.models import Action, Decision
from workgroups.groups import services as groups
from workgroups.groups.enums import GroupRole, WorkgroupStatus
from workgroups.groups.models import GroupMember, Workgroup
from workgroups.meetings import services as meetings
from workgroups.meetings.models import Meeting
from workgroups.roadmaps import plan as plans
from workgroups.roadmaps import services as roadmaps
from workgroups.roadmaps.enums import PieceKind, Stance
from workgroups.roadmaps.models import Answer, RoadmapPage


@kept
def make_group(
    name: str = "",
    *,
    organisation: Organisation | None = None,
    status: str = WorkgroupStatus.ACTIVE,
    facilitator: User | None = None,
    **facts,
) -> Workgroup:
    """A group with one facilitator, who speaks for `organisation`; she is `facilitator_of(group)`."""
    number = next(numbers)
    home = organisation or make_member()
    person = facilitator or make_person(home, "advisor")
    facts = {"name": name or f"Groupe {number}", "purpose": "Former ensemble."} | facts
    group = groups.create_group(acronym=f"groupe-{number}", facts=facts, facilitator=person, organisation=home, actor=SYSTEM)
    if status == WorkgroupStatus.ABANDONED:  # as when something was written: a bare one goes
        groups.move_group(group, status=WorkgroupStatus.ABANDONED, actor=SYSTEM)
    elif status != WorkgroupStatus.PREPARING:
        groups.move_group(group, status=WorkgroupStatus.ACTIVE, actor=SYSTEM)
    if status == WorkgroupStatus.ENDED:
        groups.move_group(group, status=WorkgroupStatus.ENDED, actor=SYSTEM)
    return Workgroup.unscoped.get(pk=group.pk)


def facilitator_of(group: Workgroup) -> User:
    row = GroupMember.unscoped.filter(workgroup=group, role=GroupRole.FACILITATOR, ends_on=None).select_related("user").first()
    assert row is not None
    assert row.user is not None
    return row.user


@kept
def join_group(
    group: Workgroup, organisation: Organisation | None = None, *, role: str = GroupRole.MEMBER, user: User | None = None
) -> User:
    """Somebody of the support team of an organisation, in the group."""
    home = organisation or make_member()
    person = user or make_person(home, "advisor")
    groups.add_member(group, user=person, organisation=home, role=GroupRole(role), actor=SYSTEM)
    return person


def member_row(group: Workgroup, user: User) -> GroupMember:
    return GroupMember.unscoped.get(workgroup=group, user=user, ends_on=None)


# -- roadmaps ---------------------------------------------------------------------------------------------------------
PLAN = {
    "phases": [("Recenser", ["Recueil des besoins", "Carte des formateurs"]), ("Mettre en commun", ["Calendrier commun"])],
    "milestones": ["Séminaire"],
}


@kept
def make_roadmap(
    group: Workgroup | None = None, *, title: str = "Former ensemble", releases: int = 1, plan: dict | None = None
) -> RoadmapPage:
    """A roadmap with two phases, three points (A1, A2, B1) and a milestone, released `releases` times."""
    group = group or make_group()
    roadmap = roadmaps.begin_roadmap(group, title=title, actor=SYSTEM)
    asked = plan or PLAN
    start = date(today().year, 1, 1)
    for phase, items in asked["phases"]:
        phase_id = add_piece(roadmap, PieceKind.PHASE, title=phase)
        for number, item in enumerate(items):
            begins = start + timedelta(days=31 * number)
            add_piece(
                roadmap, PieceKind.ITEM, title=item, phase=phase_id, text=f"{item} : à faire", starts_on=begins.isoformat(),
                ends_on=(begins + timedelta(days=120)).isoformat(), indicator="CAE qui ont répondu",
            )  # fmt: skip
    for milestone in asked["milestones"]:
        add_piece(roadmap, PieceKind.MILESTONE, title=milestone, on=f"{today().year}-06-17")
    for number in range(releases):
        if number:
            roadmaps.save_text(
                roadmap, facts={"title": title, "introduction": f"Version {number + 1}"}, actor=SYSTEM, based_on=opened(roadmap)
            )  # fmt: skip
        release(roadmap)
    return fresh(roadmap)


def fresh(roadmap: RoadmapPage) -> RoadmapPage:
    return RoadmapPage.objects.select_related("workgroup").get(pk=roadmap.pk)


def opened(roadmap: RoadmapPage) -> int:
    """The revision that somebody opens now."""
    found = fresh(roadmap).latest_revision_id
    assert found is not None
    return found


def add_piece(roadmap: RoadmapPage, kind: PieceKind, **facts: str) -> str:
    piece = {"id": plans.new_id(), **dict.fromkeys(plans.FIELDS[kind], ""), **facts}
    if kind == PieceKind.ITEM:
        piece = {"owner_id": "", **piece}
    roadmaps.save_piece(roadmap, kind=kind, piece=piece, actor=SYSTEM, based_on=opened(roadmap))
    return piece["id"]


@kept
def release(roadmap: RoadmapPage, note: str = "") -> RoadmapPage:
    """Handed in by a member, approved by the group's facilitator."""
    roadmaps.submit_roadmap(fresh(roadmap), actor=SYSTEM)
    roadmaps.decide_roadmap(fresh(roadmap), approve=True, comment=note, actor=actor_for(facilitator_of(roadmap.workgroup)))
    return fresh(roadmap)


def items_of(roadmap: RoadmapPage) -> dict[str, UUID]:
    """The points of the release by their codes."""
    return {item.code: UUID(item.id) for item in fresh(roadmap).read.items}


@kept
def answer(roadmap: RoadmapPage, code: str, organisation: Organisation, stance: str = Stance.ADOPTED, **facts):
    """A CAE's answer over whatever it had said."""
    item = items_of(roadmap)[code]
    current = Answer.unscoped.filter(sheet__roadmap=roadmap, sheet__organisation=organisation, item_id=item, replaced_at=None).first()
    facts = {"note": "", "owner": "", "starts_on": None, "ends_on": None} | facts
    return roadmaps.set_answer(
        fresh(roadmap), item_id=item, organisation=organisation, stance=Stance(stance), facts=facts, actor=SYSTEM,
        based_on=current.pk if current else None,
    )  # fmt: skip


# -- meetings, decisions, actions -------------------------------------------------------------------------------------
@kept
def make_decision(group: Workgroup, **facts) -> Decision:
    facts = {
        "text": "Les dates sont publiées ensemble.",
        "taken_on": today(),
        "owner": None,
        "due_on": None,
        "item_id": None,
        "dissent": "",
    } | facts
    return decisions.record_decision(group, facts=facts, actor=SYSTEM)


@kept
def make_action(group: Workgroup, *, due_in: int | None = 7, **facts) -> Action:
    due = today() + timedelta(days=due_in) if due_in is not None else None
    return decisions.create_action(
        group, facts={"text": "Écrire à l’OPCO.", "owner": None, "due_on": due, "item_id": None} | facts, actor=SYSTEM
    )


@kept
def make_meeting(group: Workgroup, *, starts_in: int | None = None, minutes: str = "", **facts) -> Meeting:
    """A meeting `starts_in` days from now (ten; three days ago when it has minutes), its minutes written when given."""
    ahead = starts_in if starts_in is not None else -3 if minutes else 10
    starts = timezone.now() + timedelta(days=ahead)
    facts = {
        "title": "Réunion de travail", "starts_at": starts, "ends_at": starts + timedelta(hours=2), "place": "À distance", "agenda": "",
        "facilitator": None, "note_taker": None,
    } | facts  # fmt: skip
    meeting = meetings.create_meeting(group, facts=facts, actor=SYSTEM)
    return meetings.write_minutes(meeting, minutes=minutes, present=[], tell=False, actor=SYSTEM) if minutes else meeting
