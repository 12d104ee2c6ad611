"""Personal data of the audit chain, and of the jobs, which lie beside hub.core.ui and cannot name it themselves."""

from hub.core.audit.models import AuditEntry, AuditHead
from hub.core.jobs.models import Heartbeat, Outbox, PeriodicRun, TaskRun
from hub.core.ui.panels import Personal, personal

TRACE = "savoir qui a fait quoi, quand et pour quelle organisation"
TRACE_KEPT = "aussi longtemps que le journal : une ligne retirée romprait la chaîne qui le prouve"
NO_NAME = "keep: identifiant seul, qui ne mène plus à personne une fois la fiche effacée (docs/decisions/0002-audit-without-names.md)"

personal(
    AuditEntry,
    {
        "actor_id": Personal(TRACE, TRACE_KEPT, NO_NAME),
        "object_id": Personal(TRACE, TRACE_KEPT, NO_NAME),
        "data": Personal(TRACE, TRACE_KEPT, NO_NAME),
        "at": Personal(TRACE, TRACE_KEPT, NO_NAME),
    },
    other={
        "seq", "action", "on_behalf_id", "agreement_id", "organisation_id", "organisation_label", "object_kind", "object_label",
        "previous", "digest",
    },
)  # fmt: skip
personal(AuditHead, {}, other={"id", "count", "digest"})

TO_DO = "ne rien oublier de ce qu’un changement entraîne (index, courrier, document)"
TO_DO_KEPT = "30 jours après l’exécution"
IDS_ONLY = "keep: identifiants seuls, effacés 30 jours après l’exécution"
personal(
    Outbox,
    {"payload": Personal(TO_DO, TO_DO_KEPT, IDS_ONLY), "key": Personal(TO_DO, TO_DO_KEPT, IDS_ONLY)},
    other={"id", "topic", "created_at", "available_at", "lease_until", "attempts", "done_at", "parked_at", "last_error"},
)
personal(TaskRun, {}, other={"id", "topic", "line", "ok", "ended_at", "seconds"})
personal(PeriodicRun, {}, other={"name", "last_at"})
personal(Heartbeat, {}, other={"name", "at"})
