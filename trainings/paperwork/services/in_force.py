from typing import TypeVar

from django.db import transaction

from hub.core.papers.models import IssuedPaper
from trainings.paperwork.models import CompletionCertificate, TrainingAgreement

Held = TypeVar("Held", TrainingAgreement, CompletionCertificate)


@transaction.atomic
def put_in_force(row: Held, paper: IssuedPaper) -> Held:
    """The row with the paper just given. Of two who establish it at once the last to write may hold the older one, which stays replaced."""
    held: Held = type(row).unscoped.select_for_update(of=("self",), no_key=True).select_related("paper").get(pk=row.pk)
    is_newest = held.paper is None or held.paper.version < paper.version
    held.paper = paper
    if is_newest:
        held.save(update_fields=["paper", "updated_at"])
    return held
