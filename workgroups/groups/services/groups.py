from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from hub.core.accounts.actor import Actor
from hub.core.accounts.models import Organisation, User
from hub.core.audit import services as audit
from hub.core.jobs import services as jobs
from hub.core.kit.searchable import index_line
from hub.core.kit.twins import once, twin
from workgroups.groups import selectors
from workgroups.groups.enums import GroupRole, WorkgroupStatus
from workgroups.groups.errors import NotPossible
from workgroups.groups.models import GroupDocument, GroupMember, Workgroup
from workgroups.groups.services.documents import readers, set_readers
from workgroups.groups.signals import workgroup_reach_changed

TAKEN = "Cette adresse est déjà prise."
VERBS = {
    WorkgroupStatus.PREPARING: "resume", WorkgroupStatus.ACTIVE: "open", WorkgroupStatus.ENDED: "end", WorkgroupStatus.ABANDONED: "abandon",
}  # fmt: skip
CONTENT = ("name", "purpose", "charter", "convener", "reach")


@transaction.atomic
def create_group(
    *,
    acronym: str,
    facts: dict[str, Any],
    facilitator: User | None,
    organisation: Organisation | None,
    actor: Actor,
    key: UUID | None = None,
) -> Workgroup:
    """A group in preparation, seen by its people only; `facilitator` runs it and speaks for `organisation`.

    The same key with the same words makes it once and gives it back after. Raises: NotPossible when its address is taken.
    """
    wanted = {"acronym": acronym, **facts}
    try:
        with transaction.atomic():
            group, is_new = once(lambda: _twin(key, wanted, facilitator), lambda pk: Workgroup.unscoped.create(pk=pk, **wanted))
    except IntegrityError:
        raise NotPossible(TAKEN) from None
    if not is_new:
        return group
    if facilitator is not None:
        GroupMember.unscoped.create(workgroup=group, user=facilitator, organisation=organisation, role=GroupRole.FACILITATOR)
    jobs.emit(**index_line("workgroup", group.pk))
    audit.record("workgroups.group.create", group, actor=actor, organisation=group.convener)
    return group


def _twin(key: UUID | None, wanted: dict[str, Any], facilitator: User | None) -> tuple[Workgroup | None, UUID | None]:
    """The group that the same form made for the same person, if any, and the identifier of a new one."""
    who = facilitator.pk if facilitator else None

    def is_same(row: Workgroup) -> bool:
        is_hers = who is not None and GroupMember.unscoped.filter(workgroup=row.pk, user=who).exists()
        return is_hers and all(getattr(row, name) == value for name, value in wanted.items())

    return twin(key, (who, wanted), rows=lambda one: Workgroup.unscoped.filter(pk=one), is_same=is_same)


@transaction.atomic
def update_group(group: Workgroup, *, facts: dict[str, Any], actor: Actor, based_on: int | None = None) -> Workgroup:
    """Change the presentation and the charter. Raises: WasChanged when somebody saved another text since it was opened."""
    held: Workgroup = Workgroup.unscoped.as_opened(group.pk, based_on)
    changed = [name for name in CONTENT if name in facts and getattr(held, name) != facts[name]]
    for name in changed:
        setattr(held, name, facts[name])
    held.save()
    jobs.emit(**index_line("workgroup", held.pk))
    if "reach" in changed:
        workgroup_reach_changed.send(sender=Workgroup, workgroup=held)
    audit.record("workgroups.group.update", held, actor=actor, organisation=held.convener, data={"fields": changed})
    return held


@transaction.atomic
def move_group(group: Workgroup, *, status: WorkgroupStatus, actor: Actor) -> Workgroup:
    """Open to the federation, end, abandon before that, or take up again; open documents follow. Raises: NotPossible."""
    held = Workgroup.unscoped.select_for_update(of=("self",), no_key=True).get(pk=group.pk)
    before = held.status
    held.move_to(status)
    held.save(update_fields=["status", "updated_at"])
    for document in GroupDocument.unscoped.filter(workgroup=held, is_open=True).select_related("file"):
        set_readers(document.file, readers(held, is_open=True), actor=actor)
    jobs.emit(**index_line("workgroup", held.pk))
    workgroup_reach_changed.send(sender=Workgroup, workgroup=held)
    audit.record(
        f"workgroups.group.{VERBS[status]}", held, actor=actor, organisation=held.convener, data={"before": before, "after": status}
    )
    return held


@transaction.atomic
def abandon_group(group: Workgroup, *, actor: Actor) -> Workgroup | None:
    """A preparation that leads nowhere. Nothing but people hangs on the group: it goes, its address is free, and None comes back; otherwise its
    people keep it. Raises: NotPossible once it has opened."""
    held = Workgroup.unscoped.select_for_update(of=("self",), no_key=True).get(pk=group.pk)
    if not selectors.is_bare(held):
        return move_group(held, status=WorkgroupStatus.ABANDONED, actor=actor)
    held.move_to(WorkgroupStatus.ABANDONED)
    pk, convener = held.pk, held.convener
    held.members.all().delete()
    held.delete()
    jobs.emit(**index_line("workgroup", pk))
    audit.record("workgroups.group.delete", actor=actor, organisation=convener, kind=Workgroup._meta.label_lower, object_id=str(pk))
    return None
