from uuid import UUID

from django.db import transaction

from hub.core.accounts.actor import Actor
from hub.core.audit import services as audit
from workgroups.groups.errors import NotPossible, WasChanged
from workgroups.roadmaps.enums import Progress
from workgroups.roadmaps.models import ItemProgress, RoadmapPage
from workgroups.roadmaps.services.writing import named, user_of


@transaction.atomic
def set_progress(
    roadmap: RoadmapPage, *, item_id: UUID, status: Progress, reading: str, actor: Actor, based_on: int | None = None
) -> ItemProgress:
    """Note how far a released point is. `based_on` is the version that was seen, 0 when nothing was noted. Raises: WasChanged, NotPossible."""
    held: RoadmapPage = RoadmapPage.objects.select_for_update(of=("self",), no_key=True).get(pk=roadmap.pk)
    if held.read.item(str(item_id)) is None:
        raise NotPossible("Ce point n’est pas dans la version publiée.")
    row = ItemProgress.objects.filter(roadmap=held, item_id=item_id).first()
    if based_on is not None and based_on != (row.version if row else 0):
        raise WasChanged(row)
    before = row.status if row else Progress.PLANNED
    row = row or ItemProgress(roadmap=held, item_id=item_id, version=0)
    row.status, row.reading, row.noted_by, row.version = status, reading, user_of(actor), row.version + 1
    row.save()
    data = {"item": item_id, "before": before, "after": status}
    audit.record("workgroups.roadmap.progress", actor=actor, organisation=held.workgroup.convener, **named(held), data=data)
    return row
