"""Who opened a profile: the lines that the audit trail keeps of it, for the person herself."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from directory.people.models import Profile
from hub.core.accounts.models import Organisation
from hub.core.audit.models import AuditEntry

SHOWN: Final = 10


@dataclass(frozen=True)
class Consultation:
    at: datetime
    organisation: str


def of_profile(profile: Profile) -> list[Consultation]:
    """The last ones, by the organisation acted for; names of colleagues stay in the trail."""
    lines = AuditEntry.objects.filter(object_kind=profile._meta.label_lower, object_id=str(profile.pk), action="people.profile.view")
    found = list(lines.order_by("-seq").values_list("at", "on_behalf_id")[:SHOWN])
    names = dict(Organisation.objects.filter(pk__in={pk for _, pk in found if pk}).values_list("pk", "name"))
    return [Consultation(at, names.get(pk, "la coordination") if pk else "la coordination") for at, pk in found]
