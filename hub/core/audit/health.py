"""The chain's line on the health page: cheap, so only the head; the whole is read once a day."""

from hub.core.audit import anchor
from hub.core.audit.models import AuditEntry, AuditHead
from hub.core.jobs.health import State
from hub.core.kit.text import counted


def head() -> tuple[State, str]:
    known = anchor.read()
    now = AuditHead.objects.filter(pk=1).first() or AuditHead()
    if known is None:
        return State.BAD, "Le fichier de tête manque"
    if known.count > now.count:
        return State.BAD, f"{counted(known.count - now.count, 'ligne manque', 'lignes manquent')} à la fin"
    if known.count and not AuditEntry.objects.filter(seq=known.count, digest=known.digest).exists():
        return State.BAD, f"La ligne {known.count} n’est plus celle du fichier de tête"
    return State.OK, counted(now.count, "ligne")
