from typing import Any
from uuid import UUID

from django.db.models import Q

from hub.core.audit.models import AuditEntry, AuditQuerySet


def history_of_object(kind: str, object_id: object, *, actor: Any) -> AuditQuerySet:
    """What happened to one object, newest first, as far as this actor may know."""
    return AuditEntry.objects.visible_to(actor).filter(object_kind=kind, object_id=str(object_id)).order_by("-seq")


def history_of_organisation(organisation_id: UUID, *, actor: Any) -> AuditQuerySet:
    """What concerned an organisation or was done in its name, newest first, as far as this actor may know."""
    about = Q(organisation_id=organisation_id) | Q(on_behalf_id=organisation_id)
    return AuditEntry.objects.visible_to(actor).filter(about).order_by("-seq")
