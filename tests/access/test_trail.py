"""The chain can never be cleaned (docs/decisions/0002-audit-without-names.md): of all that two cooperatives wrote, it holds no free text."""

import pytest

from hub.core.audit.models import AuditEntry
from tests.access.world import MARK, make_world

pytestmark = pytest.mark.django_db


def test_no_line_of_the_trail_holds_what_somebody_typed():
    make_world()

    lines = AuditEntry.objects.order_by("seq")
    assert len(set(lines.values_list("action", flat=True))) > 40, "the world is made by the services, each with its line"
    assert [(line.action, line.data) for line in lines if MARK.casefold() in line.data.casefold()] == []
