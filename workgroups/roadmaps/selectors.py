from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail.models import TaskState

from hub.core.accounts.actor import Actor
from hub.core.accounts.enums import OrganisationKind
from hub.core.accounts.models import Organisation, User
from hub.core.kit.dates import date_fr, nearness_fr, today
from hub.core.kit.ordering import alphabetical
from hub.core.kit.reviews import sent_back_to, under_way
from hub.core.kit.text import counted, fold, joined, typo
from hub.core.ui.words import marked
from workgroups.groups import selectors as groups
from workgroups.groups.enums import GroupRole
from workgroups.groups.models import GroupMember, Workgroup, groups_run_by, own_group_ids, speaking
from workgroups.roadmaps import plan as plans
from workgroups.roadmaps.enums import TONES, PieceKind, Progress, Stance
from workgroups.roadmaps.models import Answer, AnswerSheet, ItemProgress, RoadmapPage, RoadmapRelease


def roadmap_of(actor: Actor, group: Workgroup) -> RoadmapPage | None:
    """The group's roadmap if the actor may read it; None before it is begun, or released."""
    found: RoadmapPage | None = RoadmapPage.objects.visible_to(actor).filter(workgroup=group).select_related("workgroup").first()
    return found


def releases(roadmap: RoadmapPage) -> list[RoadmapRelease]:
    """Newest first; of a roadmap that the reader was granted."""
    return list(RoadmapRelease.objects.filter(roadmap=roadmap).order_by("-number"))


def release_numbered(roadmap: RoadmapPage, number: int) -> RoadmapRelease | None:
    return RoadmapRelease.objects.filter(roadmap=roadmap, number=number).select_related("revision__content_type").first()


def release_on(roadmap: RoadmapPage, day: date) -> RoadmapRelease | None:
    """The release that was in force at the end of a day."""
    rows = RoadmapRelease.objects.filter(roadmap=roadmap, released_at__date__lte=day)
    return rows.select_related("revision__content_type").order_by("-number").first()


def last_release_with(roadmap: RoadmapPage, item_id: UUID) -> RoadmapRelease | None:
    """The newest release that holds a point which the one in force holds no more; None for a point in force, or that never was."""
    if roadmap.read.item(str(item_id)) is not None:
        return None
    rows = RoadmapRelease.objects.filter(roadmap=roadmap).select_related("revision__content_type").order_by("-number")
    return next((release for release in rows if release.page().read.item(str(item_id))), None)


def facilitators_of(roadmap: RoadmapPage) -> list[User]:
    return list(groups.users_of(roadmap.workgroup, roles=[GroupRole.FACILITATOR]))


def awaiting_approval(actor: Actor) -> QuerySet[RoadmapPage]:
    """Roadmaps handed in, for whoever runs their group and may approve: the group goes on, and she is not the one of several who handed it in."""
    if not (run := groups_run_by(actor)) or not (reviews := under_way(actor.user_id)):
        return RoadmapPage.objects.none()
    others = GroupMember.unscoped.filter(speaking(), workgroup=OuterRef("workgroup"), role=GroupRole.FACILITATOR).exclude(
        user=actor.user_id
    )
    rows = RoadmapPage.objects.visible_to(actor).filter(workgroup__in=run, pk__in=reviews).select_related("workgroup")
    by_her = [pk for pk, is_hers in reviews.items() if is_hers]
    return rows.exclude(Q(Exists(others), pk__in=by_her)) if by_her else rows


def sent_back(actor: Actor) -> list[tuple[RoadmapPage, TaskState]]:
    """Roadmaps that the reader handed in and that came back, each with what was decided, until the group hands it in again."""
    if not (own := own_group_ids(actor)) or not (states := sent_back_to(actor.user_id)):
        return []
    rows = RoadmapPage.objects.visible_to(actor).filter(pk__in=states, workgroup__in=own).select_related("workgroup")
    return [(row, states[row.pk]) for row in rows]


# -- how far ----------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Standing:
    """How far a point is today: a tone and words for its state, a shape for the time line."""

    status: str
    tone: str
    label: str
    shape: str  # "bar", "late", "plan" or "gone"


def standing(status: str, starts_on: date | None, ends_on: date | None, on: date) -> Standing:
    """Late: due to begin and not begun, or due to end and not ended; the days are those since the date that was missed."""
    if status == Progress.DONE:
        return Standing(status, "ok", "Fait", "bar")
    if status == Progress.DROPPED:
        return Standing(status, "none", "Abandonné", "gone")
    missed = ends_on if ends_on and ends_on < on else starts_on if status == Progress.PLANNED and starts_on and starts_on < on else None
    if missed:
        return Standing(status, "warn", nearness_fr(missed, on), "late")
    if status == Progress.UNDER_WAY:
        return Standing(status, "wait", "En cours", "bar")
    return Standing(status, "draft", "Prévu", "plan")


def lay_progress(read: plans.ReadPlan, roadmap: RoadmapPage, on: date | None = None) -> plans.ReadPlan:
    """Put beside each point how far it is. One query."""
    rows = {str(row.item_id): row for row in ItemProgress.objects.filter(roadmap=roadmap)}
    for item in read.items:
        row = rows.get(item.id)
        item.progress = standing(row.status if row else Progress.PLANNED, item.starts_on, item.ends_on, on or today())
        item.reading = row.reading if row else ""
    return read


# -- what changed -----------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Change:
    """A piece that two texts do not say alike: `verb` is «ajouté», «retiré», «changé» or «changés»; fields are (label, markup of the words)."""

    kind: str
    code: str
    title: str
    verb: str
    fields: list[tuple[str, SafeString]]


def shown(kind: PieceKind, name: str, piece: Mapping[str, Any] | None, phases: Mapping[str, str]) -> str:
    """A field of a piece as it is read: a date in French, the title of its phase."""
    value = str((piece or {}).get(name, "") or "")
    if name in {"starts_on", "ends_on", "on"} and value:
        return date_fr(date.fromisoformat(value), year=True)
    if kind == PieceKind.ITEM and name == "phase":
        return phases.get(value, "")
    if kind == PieceKind.ITEM and name == "owner" and piece:
        return value or "le groupe"
    return value


def comparison(old: RoadmapPage | None, new: RoadmapPage) -> list[Change]:
    """What differs from one text of a roadmap to another: its own words, each piece found again by its identifier, the codes."""
    found: list[Change] = []
    heads = [("Titre", old.title if old else "", new.title), ("Introduction", old.introduction if old else "", new.introduction)]
    if fields := [(label, marked(typo(before), typo(after))) for label, before, after in heads if before != after]:
        found.append(Change("texte", "", "Titre et introduction", "changé", fields))
    old_plan = old.plan if old else plans.empty()
    phases = {one["id"]: one["title"] for one in [*plans.pieces(old_plan, PieceKind.PHASE), *plans.pieces(new.plan, PieceKind.PHASE)]}
    was, now = _codes(old_plan), _codes(new.plan)
    codes = was | now
    for kind in PieceKind:
        before = {one["id"]: one for one in plans.pieces(old_plan, kind)}
        after = {one["id"]: one for one in plans.pieces(new.plan, kind)}
        for pk in [*after, *(pk for pk in before if pk not in after)]:
            if change := _change(kind, codes.get(pk, ""), before.get(pk), after.get(pk), phases):
                found.append(change)
    titles = {one["id"]: one["title"] for kind in PieceKind for one in plans.pieces(new.plan, kind)}
    if moved := [(titles[pk], format_html("{} → {}", was[pk], code)) for pk, code in now.items() if was.get(pk, code) != code]:
        found.append(Change("repères", "", "Ordre des phases et des points", "changés", moved))
    return found


def _codes(plan: Mapping[str, Any]) -> dict[str, str]:
    read = plans.read(plan)
    return {item.id: item.code for item in read.items} | {phase.id: phase.letter for phase in read.phases}


def _change(kind: PieceKind, code: str, before: plans.Piece | None, after: plans.Piece | None, phases: Mapping[str, str]) -> Change | None:
    fields = [
        (label, marked(typo(old), typo(new)))
        for name, label in plans.FIELDS[kind].items()
        if (old := shown(kind, name, before, phases)) != (new := shown(kind, name, after, phases))
    ]
    if not fields:
        return None
    verb = "ajouté" if before is None else "retiré" if after is None else "changé"
    return Change(kind.label, code, (after or before or {})["title"], verb, fields)


def point_changes(roadmap: RoadmapPage, item_id: UUID, seen: int) -> list[tuple[str, SafeString]]:
    """What the release in force changes in a point that was read in release `seen`: (label, markup); all of it when that never was."""
    if seen == roadmap.version:
        return []
    release, kind = release_numbered(roadmap, seen), PieceKind.ITEM
    old = release.page().plan if release else plans.empty()
    phases = {one["id"]: one["title"] for one in [*plans.pieces(old, PieceKind.PHASE), *plans.pieces(roadmap.plan, PieceKind.PHASE)]}
    change = _change(kind, "", plans.find(old, kind, str(item_id)), plans.find(roadmap.plan, kind, str(item_id)), phases)
    return change.fields if change else []


# -- who applies what -------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Column:
    """`is_member`: it is a CAE of the federation today; one that is no more keeps what it answered, and counts among nothing."""

    organisation: Organisation
    is_own: bool
    is_member: bool = True


@dataclass(frozen=True)
class Matrix:
    """Points × CAEs, for one reader: `rows` are (item, [answer or None, in the order of the columns])."""

    columns: list[Column]
    rows: list[tuple[plans.Item, list[tuple[Column, Answer | None]]]]
    unanswered: list[plans.Item]
    divergence: list[tuple[plans.Item, str]]
    group_size: int

    @property
    def size(self) -> int:
        return sum(column.is_member for column in self.columns)


def matrix(actor: Actor, roadmap: RoadmapPage, read: plans.ReadPlan, *, inside: bool) -> Matrix:
    """The columns are the CAEs of the group (for its people), those whose answers the reader may see, and her own first. Five queries."""
    sheets = list(AnswerSheet.objects.visible_to(actor).filter(roadmap=roadmap).select_related("organisation"))
    members = Organisation.objects.filter(kind=OrganisationKind.CAE).members_of_hub()
    spoken = list(groups.organisations(roadmap.workgroup).filter(pk__in=members.values("pk")))
    found = {sheet.organisation_id: sheet.organisation for sheet in sheets}
    if inside:
        found |= {one.pk: one for one in spoken}
    own = actor.organisation_id if actor.is_staff_of(actor.organisation_id) else None
    own_is_cae = members.filter(pk=own).first() if own and own not in found and roadmap.live else None
    if own_is_cae and (inside or own_is_cae.pk in {one.pk for one in spoken} or actor.can("roadmap.answer")):
        found[own_is_cae.pk] = own_is_cae
    ordered = sorted(found.values(), key=lambda one: (one.pk != own, fold(one.name)))
    current = set(members.filter(pk__in=found).values_list("pk", flat=True))
    columns = [Column(one, one.pk == own, one.pk in current) for one in ordered]
    answers = {
        (answer.sheet.organisation_id, str(answer.item_id)): answer
        for answer in Answer.objects.visible_to(actor).current().filter(sheet__in=sheets).select_related("sheet")
    }
    rows = [(item, [(column, answers.get((column.organisation.pk, item.id))) for column in columns]) for item in read.items]
    own_column = next((column for column in columns if column.is_own), None)
    unanswered = [item for item, cells in rows if own_column and any(c is own_column and a is None for c, a in cells)]
    said = [(item, [a for column, a in cells if a and column.is_member]) for item, cells in rows]
    said.sort(key=lambda pair: -sum(answer.stance != Stance.ADOPTED for answer in pair[1]))
    divergence = [(item, words) for item, given in said if (words := _divergence(given))]
    return Matrix(columns, rows, unanswered, divergence[:4], len(spoken))


def _divergence(answers: list[Answer]) -> str:
    """«2 CAE l’adaptent, 1 la décline»; empty while nobody does otherwise. Silence is not counted."""
    verbs = {
        Stance.ADAPTED: ("l’adapte", "l’adaptent"), Stance.DEFERRED: ("le diffère", "le diffèrent"),
        Stance.DECLINED: ("le décline", "le déclinent"),
    }  # fmt: skip
    parts = []
    for stance, (one, many) in verbs.items():
        if count := sum(answer.stance == stance for answer in answers):
            parts.append(f"{counted(count, 'CAE', 'CAE')} {one if count == 1 else many}")
    if not parts:
        return ""
    adopted = sum(answer.stance == Stance.ADOPTED for answer in answers)
    return joined([*parts, f"{counted(adopted, 'CAE', 'CAE')} l’adopte" + ("nt" if adopted > 1 else "")] if adopted else parts) + "."


def own_sheet(actor: Actor, roadmap: RoadmapPage) -> AnswerSheet | None:
    rows = AnswerSheet.objects.visible_to(actor).filter(roadmap=roadmap, organisation=actor.organisation_id)
    return rows.select_related("organisation").first()


def own_answer(actor: Actor, roadmap: RoadmapPage, item_id: UUID) -> Answer | None:
    rows = Answer.objects.visible_to(actor).current().filter(sheet__roadmap=roadmap, sheet__organisation=actor.organisation_id)
    return rows.filter(item_id=item_id).select_related("answered_by", "sheet").first()


def answers_to(actor: Actor, roadmap: RoadmapPage, item_id: UUID) -> QuerySet[Answer]:
    """What the reader may see of the CAEs' answers to a point."""
    rows = Answer.objects.visible_to(actor).current().filter(sheet__roadmap=roadmap, item_id=item_id)
    return rows.select_related("sheet__organisation").order_by(alphabetical("sheet__organisation__name"))


LEGEND = [(TONES[stance], stance.label) for stance in Stance]
