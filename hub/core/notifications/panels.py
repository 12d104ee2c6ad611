"""What erasure and export must know of notifications."""

from hub.core.notifications.models import Mail, Notification, Preference
from hub.core.ui.panels import Personal, personal

TELL = "Prévenir la personne de ce qui la concerne."
ONE_YEAR = "Un an après la lecture."
UNTIL_SENT = "Jusqu’à l’envoi de la lettre, puis vidé."

_told = Personal(TELL, ONE_YEAR, "delete")
_letter = Personal(TELL, UNTIL_SENT, "delete")
_choice = Personal("Prévenir la personne comme elle l’a choisi.", "Aussi longtemps que le compte.", "delete")

personal(
    Notification,
    {"user": _told, "text": _told, "url": _told, "data": _told, "read_at": _told},
    other={"id", "created_at", "updated_at", "kind"},
)
personal(Preference, {"user": _choice, "kind": _choice, "by_mail": _choice, "on_screen": _choice}, other={"id"})
personal(
    Mail,
    {
        "user": Personal("Savoir qu’une lettre est partie.", "30 jours après l’envoi.", "delete"),
        "address": _letter,
        "subject": _letter,
        "body": _letter,
        "calendar": _letter,
    },
    other={"id", "created_at", "updated_at", "kind", "claimed_until", "mailed_at"},
)
