from django.db import transaction

from hub.core.accounts.actor import Actor
from hub.pages.notes.models import NoteMark, NotePage


@transaction.atomic
def mark_useful(note: NotePage, *, on: bool, actor: Actor) -> None:
    """A mark is a small thing: counted once per person, and not audited."""
    if actor.user_id is None:
        return
    if on:
        NoteMark.objects.get_or_create(note=note, user_id=actor.user_id)
    else:
        NoteMark.objects.filter(note=note, user=actor.user_id).delete()
