"""The chain can never be cleaned (docs/decisions/0002-audit-without-names.md): of all that two cooperatives wrote, it holds no free text."""

import re

import pytest

from hub.core.audit.models import AuditEntry
from tests.access.world import MARK, make_world
from tests.builders.accounts import SYSTEM
from workgroups.groups import services as groups

pytestmark = pytest.mark.django_db
PUBLIC = re.compile(
    rf"{MARK}-(hidden-name|agreement-number)"
)  # an organisation's name and a number, which the chain keeps by decision 0002


def test_no_line_of_the_trail_holds_what_somebody_typed():
    world = make_world()
    for side in (world.a, world.b):
        groups.remove_document(side.group_document, actor=SYSTEM)

    lines = AuditEntry.objects.order_by("seq")
    assert len(set(lines.values_list("action", flat=True))) > 40, "the world is made by the services, each with its line"
    said = [(line.action, PUBLIC.sub("", f"{line.object_label} {line.data}")) for line in lines]
    assert {(action, words) for action, words in said if MARK.casefold() in words.casefold()} == set()
