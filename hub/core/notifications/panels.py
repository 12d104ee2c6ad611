"""What erasure and export must know of notifications."""

from dataclasses import replace
from datetime import date, timedelta

from django.db.models import Q

from hub.core.accounts.actor import Actor
from hub.core.accounts.models import User
from hub.core.kit.dates import years_before
from hub.core.kit.text import counted, whole
from hub.core.notifications.models import Digest, Mail, Notification, Preference
from hub.core.notifications.services import saying
from hub.core.ui.panels import Personal, personal, register


@register("erasure", "notifications")
def erase(actor: Actor, person: User) -> dict[str, list[str]]:
    """What others were told of her goes too: lines that hold her identifier or her name, letters that have not left."""
    lines = Notification.unscoped.filter(saying(person.name, "text") | Q(data__icontains=str(person.pk)))
    letters = Mail.objects.filter(saying(person.name, "subject", "body"))
    name = whole(person.name)  # not those of a namesake with a longer name
    told = [row.pk for row in lines if str(person.pk) in str(row.data) or name.search(row.text)]
    written = [row.pk for row in letters if name.search(f"{row.subject}\n{row.body}")]
    Notification.unscoped.filter(pk__in=told).delete()
    Mail.objects.filter(pk__in=written).delete()
    count = len(told) + len(written)
    return {"erased": [f"{counted(count, 'avis', 'avis')} où son nom était cité"] if count else []}


TELL = "Prévenir la personne de ce qui la concerne."
ONE_YEAR = "Un an après la lecture ; deux ans après l’envoi d’un avis non lu qui concerne une CAE."
UNTIL_SENT = "Jusqu’à l’envoi de la lettre, puis vidé."


def _read_or_old(on: date) -> Q:
    """What concerns a CAE for which she acts no more is shown to her no more: she may never read it."""
    unread = Q(read_at=None, data__organisations__isnull=False, created_at__date__lte=years_before(on, 2))
    return Q(read_at__date__lte=years_before(on, 1)) | unread


def _sent_or_stuck(on: date) -> Q:
    return Q(mailed_at__date__lte=on - timedelta(days=30)) | Q(mailed_at=None, created_at__date__lte=on - timedelta(days=90))


_told = Personal(TELL, ONE_YEAR, "delete")
_told_words = Personal(TELL, ONE_YEAR, "delete", names_others=True)
_letter = Personal(TELL, UNTIL_SENT, "delete")
_letter_words = Personal(TELL, UNTIL_SENT, "delete", names_others=True)
_choice = Personal("Prévenir la personne comme elle l’a choisi.", "Aussi longtemps que le compte.", "delete")

personal(
    Notification,
    {"user": replace(_told, over=_read_or_old), "text": _told_words, "url": _told, "data": _told_words, "read_at": _told},
    other={"id", "created_at", "updated_at", "kind", "audience"},
)
personal(Preference, {"user": _choice, "kind": _choice, "by_mail": _choice, "on_screen": _choice}, other={"id"})
personal(Digest, {"user": _choice, "rhythm": _choice, "done_on": _choice}, other=set())
personal(
    Mail,
    {
        "user": Personal("Savoir qu’une lettre est partie.", "30 jours après l’envoi.", "delete", over=_sent_or_stuck),
        "address": _letter,
        "subject": _letter_words,
        "body": _letter_words,
        "url": _letter,
        "calendar": _letter_words,
    },
    other={"id", "created_at", "updated_at", "kind", "audience", "held", "claimed_until", "mailed_at"},
)
