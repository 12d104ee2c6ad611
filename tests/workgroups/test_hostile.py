"""What people type in a group runs nowhere, and no form fails whatever it is given (G3, G5)."""

import re
from datetime import date

import pytest
from django.core import mail
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.core.jobs import runner
from hub.core.kit.identifiers import uuid7
from tests.access.test_injection import PAYLOADS, Faults
from tests.access.watch import undone
from tests.builders.accounts import SYSTEM, make_member, make_person, sign_in
from tests.builders.workgroups import (
    add_piece,
    answer,
    facilitator_of,
    items_of,
    join_group,
    make_action,
    make_decision,
    make_group,
    make_meeting,
    make_roadmap,
    member_row,
    opened,
)
from workgroups.groups import services as groups
from workgroups.roadmaps.enums import PieceKind

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "payload", [pytest.param(one, marks=[pytest.mark.full] if number % 9 else []) for number, one in enumerate(PAYLOADS)]
)
def test_no_text_of_a_group_runs_anywhere(payload):
    short = payload[:80]
    home = make_member(payload[:150])
    director = make_person(home, "director", first_name=short, last_name=short)
    group = make_group(payload[:150], organisation=home, purpose=payload[:300], charter=payload, facilitator=director)
    groups.add_guest(group, name=short, of=short, actor=SYSTEM)
    plan = {"phases": [(short, [short])], "milestones": [short]}
    roadmap = make_roadmap(group, title=payload[:150], plan=plan)
    answer(roadmap, "A1", home, note=payload, owner=short)
    add_piece(roadmap, PieceKind.MILESTONE, title=short + " autre", on="2027-01-01")
    decision = make_decision(group, text=payload, dissent=payload, owner=member_row(group, director))
    action = make_action(group, text=payload)
    row = make_meeting(group, title=payload[:150], place=payload[:200], agenda=payload, minutes=payload)
    coming = make_meeting(group, title=payload[:150], place=payload[:200], agenda=payload)
    client, item = sign_in(director), items_of(roadmap)["A1"]
    name = group.acronym
    pages = [
        "/", "/moi/", reverse("groups:groups"), *(reverse(f"groups:{one}", args=[name]) for one in ("group", "edit_group", "members", "documents")),
        *(reverse(f"roadmaps:{one}", args=[name]) for one in ("roadmap", "draft", "compare", "versions", "edit_text")),
        *(reverse(f"roadmaps:{one}", args=[name, item]) for one in ("item", "answer")),
        *(reverse(f"roadmaps:{one}", args=[name, "points", item]) for one in ("edit_piece", "remove_piece")),
        reverse("decisions:decisions", args=[name]), reverse("decisions:actions", args=[name]),
        reverse("meetings:edit_decision", args=[name, decision.pk]), reverse("decisions:edit_action", args=[name, action.pk]),
        reverse("meetings:meetings", args=[name]), reverse("notifications:list"),
        *(reverse(f"meetings:{one}", args=[name, row.pk]) for one in ("meeting", "edit_meeting", "minutes")),
        reverse("meetings:cancel_meeting", args=[name, coming.pk]), reverse("decisions:withdraw_decision", args=[name, decision.pk]),
    ]  # fmt: skip
    for page in pages:
        response = client.get(page)
        assert response.status_code == 200, page
        assert Faults(response.content.decode()).found == [], page
    runner.drain()
    for letter in mail.outbox:
        for html, _kind in getattr(letter, "alternatives", []):
            assert Faults(str(html)).found == []


words = st.one_of(
    st.text(max_size=60), st.sampled_from(["\x00", "\u202e", "😀" * 50, "-9999-01-01", "9999-12-31", "1e9", "x" * 60_000, str(uuid7()), " "]),
    st.dates(date(1, 1, 1), date(9999, 12, 31)).map(str), st.integers().map(str),
)  # fmt: skip
FIELDS = sorted(
    {
        "name", "purpose", "charter", "convener", "reach", "version", "email", "organisation", "role", "guest_name", "guest_of", "title", "phase",
        "text", "aim", "owner", "owner_id", "starts_on", "ends_on", "means", "indicator", "piece_id", "revision", "on", "introduction", "stance",
        "note", "based_on", "status", "reading", "due_on", "taken_on", "item_id", "dissent", "day", "begins", "ends", "place", "agenda", "minutes",
        "present", "step", "comment", "is_open", "facilitator", "note_taker", "meeting", "reason",
    }
)  # fmt: skip


@pytest.mark.slow
@pytest.mark.usefixtures("_unkept")
def test_no_form_of_a_group_fails_whatever_it_is_given():
    home = make_member()
    group = make_group(organisation=home, facilitator=make_person(home, "director"))
    roadmap = make_roadmap(group)
    member, item = member_row(group, join_group(group)), items_of(roadmap)["A1"]
    decision, action, row = make_decision(group), make_action(group), make_meeting(group)
    name, client = group.acronym, sign_in(facilitator_of(group))
    client.raise_request_exception = True
    addresses = [
        reverse("groups:edit_group", args=[name]), reverse("groups:members", args=[name]), reverse("groups:documents", args=[name]),
        reverse("groups:set_role", args=[name, member.pk]), reverse("roadmaps:edit_text", args=[name]),
        *(reverse("roadmaps:new_piece", args=[name, kind]) for kind in PieceKind.values), reverse("roadmaps:decide", args=[name]),
        *(reverse(f"roadmaps:{one}", args=[name, "points", item]) for one in ("edit_piece", "remove_piece", "move_piece")),
        *(reverse(f"roadmaps:{one}", args=[name, item]) for one in ("progress", "answer", "withdraw_answer")),
        reverse("roadmaps:answers_reach", args=[name]), reverse("decisions:new_decision", args=[name]), reverse("decisions:new_action", args=[name]),
        reverse("meetings:edit_decision", args=[name, decision.pk]), reverse("decisions:edit_action", args=[name, action.pk]),
        reverse("decisions:action_status", args=[name, action.pk]), reverse("meetings:new_meeting", args=[name]),
        reverse("decisions:withdraw_decision", args=[name, decision.pk]),
        *(reverse(f"meetings:{one}", args=[name, row.pk]) for one in ("edit_meeting", "minutes", "note_decision", "note_action")),
    ]  # fmt: skip
    true = {"revision": opened(roadmap), "version": "1", "piece_id": str(item), "phase": roadmap.read.phases[0].id}

    @settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.sampled_from(addresses), st.dictionaries(st.sampled_from(FIELDS), words, max_size=12), st.booleans())
    def post(address, data, with_truth):
        with undone():
            response = client.post(address, data | (true if with_truth else {}))
        assert response.status_code in {200, 302, 400, 404, 409}, (address, data)

    post()


@pytest.mark.parametrize(
    "query", ["version=%00", "version=-1", "version=99999999", "au=0000-00-00", "au=9999-12-31", "version=²", "au=x", "version=1&au=x"]
)
@pytest.mark.usefixtures("_unkept")
def test_hostile_addresses_answer_plainly(query):
    roadmap = make_roadmap()
    client = sign_in(facilitator_of(roadmap.workgroup))
    for name in ("roadmap", "versions", "compare"):
        assert client.get(f"{reverse(f'roadmaps:{name}', args=[roadmap.workgroup.acronym])}?{query}").status_code in {200, 302, 404}
    for query in ("de=1&a=²", "de=x", "a=9999999", "de=0&a=0"):
        assert client.get(f"{reverse('roadmaps:compare', args=[roadmap.workgroup.acronym])}?{query}").status_code in {200, 404}


def test_identifiers_in_addresses_are_of_version_seven():
    roadmap = make_roadmap()
    page = sign_in(facilitator_of(roadmap.workgroup)).get(reverse("roadmaps:roadmap", args=[roadmap.workgroup.acronym])).content.decode()

    found = re.findall(r"/points/([0-9a-f-]{36})/", page)
    assert found
    assert all(one[14] == "7" for one in found)
