"""Who is told, and who can be named."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from directory.sharing.models import SharedService
from hub.core.accounts.models import Membership, Naming, Role, User
from hub.core.accounts.models.organisations import in_force
from hub.core.accounts.permissions import Permission
from hub.core.accounts.selectors import SHARED_STAFF
from hub.core.kit.dates import today


def managers(organisation_ids: Iterable[UUID]) -> list[User]:
    """Those who follow the shared services of these organisations today."""
    codes = [role.code for role in Role.objects.all() if Permission.SERVICES_MANAGE in role.permissions]
    held = Membership.unscoped.filter(in_force(), organisation__in=list(organisation_ids), role__in=codes)
    return list(User.objects.filter(pk__in=held.values("user"), is_active=True).order_by("sort_name", "id"))


def team(organisation_id: UUID) -> QuerySet[User]:
    """The support team of a CAE, by name; `may_act` says whether her role lets her act for another under an agreement."""
    held = Membership.unscoped.filter(in_force(), organisation=organisation_id, role__is_staff=True)
    shared = held.filter(user=OuterRef("pk"), role=SHARED_STAFF)
    people = User.objects.filter(pk__in=held.values("user"), is_active=True).annotate(may_act=Exists(shared))
    return people.order_by("sort_name", "id")


def people_of(service: SharedService) -> QuerySet[User]:
    """Everybody whom the agreement, or one of its amendments, names or has named, from the first day of each on."""
    texts = Q(agreement=service.agreement_id) | Q(agreement__amends=service.agreement_id)
    named = Naming.objects.filter(texts, from_on__lte=today())
    return User.objects.filter(pk__in=named.values("person")).order_by("sort_name", "id")


def first_days(services: Iterable[SharedService], person_id: UUID | None = None) -> dict[UUID, date]:
    """From when time may be noted under each service, by this person or by the first one named; a service that names nobody has no day."""
    by_text = {service.agreement_id: service.pk for service in services}
    rows = Naming.objects.filter(Q(agreement__in=by_text) | Q(agreement__amends__in=by_text))
    if person_id is not None:
        rows = rows.filter(person=person_id)
    found: dict[UUID, date] = {}
    for text, amended, day in rows.order_by("-from_on").values_list("agreement", "agreement__amends", "from_on"):
        found[by_text[amended or text]] = day
    return found
