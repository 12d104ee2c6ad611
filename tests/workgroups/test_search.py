"""What the search finds of groups, and for whom."""

import pytest

from hub.core.accounts.actor import Actor
from hub.core.accounts.selectors import actor_for
from hub.core.jobs import services as jobs
from search import index
from search.engines import engine
from search.query import search
from tests.builders.accounts import SYSTEM, make_coordinator, make_member, make_person, sign_in
from tests.builders.workgroups import add_piece, answer, facilitator_of, join_group, make_decision, make_group, make_meeting, make_roadmap
from workgroups.groups import services as groups
from workgroups.groups.enums import GroupRole, Reach, WorkgroupStatus
from workgroups.roadmaps.enums import PieceKind

pytestmark = pytest.mark.django_db
ANYONE = Actor.anonymous()


@pytest.fixture(autouse=True)
def _own_index(settings, tmp_path):
    settings.SEARCH_ROOT = tmp_path / "search"


def kinds(words, reader):
    return sorted({one.kind for one in search(words, reader=reader).found})


def follow():
    jobs.drain()
    engine().refresh()


def test_each_part_of_a_group_is_found_by_those_who_may_read_it():
    group = make_group("Zinguerie partagée", charter="Charte de vannerie", reach=Reach.PUBLIC)
    roadmap = make_roadmap(group, title="Route de la zinguerie")
    make_decision(group, text="La zinguerie se décide ensemble.")
    make_meeting(group, title="Réunion de zinguerie")
    add_piece(roadmap, PieceKind.PHASE, title="Marqueterie en brouillon")
    answer(roadmap, "A1", make_member(), note="Dinanderie dite au groupe")
    index.rebuild()
    inside = [actor_for(facilitator_of(group)), actor_for(join_group(group, role=GroupRole.GUEST))]
    federation = [actor_for(make_person(make_member(), "director")), actor_for(make_coordinator())]

    for reader in inside:
        assert kinds("zinguerie", reader) == ["decision", "meeting", "roadmap", "workgroup"]
    for reader in (*federation, ANYONE):
        assert kinds("zinguerie", reader) == ["roadmap", "workgroup"]
    assert kinds("vannerie", federation[0]) == ["workgroup"]
    assert kinds("vannerie", ANYONE) == []
    for reader in (*inside, *federation, ANYONE):
        assert kinds("marqueterie", reader) == []
        assert kinds("dinanderie", reader) == []


def test_links_of_results_lead_to_their_pages():
    group = make_group("Zinguerie")
    make_roadmap(group, title="Zinguerie")
    make_decision(group, text="Zinguerie")
    make_meeting(group, title="Zinguerie")
    index.rebuild()
    client = sign_in(facilitator_of(group))

    answers = search("zinguerie", reader=actor_for(facilitator_of(group)))

    assert answers.total == 4
    for one in answers.found:
        assert client.get(one.url).status_code == 200, one.url


def test_opening_a_group_brings_it_and_its_roadmap_to_the_federation():
    group = make_group("Zinguerie", status="preparing")
    make_roadmap(group, title="Zinguerie")
    index.rebuild()
    reader, boss = actor_for(make_person(make_member(), "advisor")), actor_for(facilitator_of(group))
    assert kinds("zinguerie", reader) == []
    assert kinds("zinguerie", boss) == ["workgroup"]

    groups.move_group(group, status=WorkgroupStatus.ACTIVE, actor=SYSTEM)
    follow()
    assert kinds("zinguerie", reader) == ["roadmap", "workgroup"]
    assert kinds("zinguerie", ANYONE) == []

    groups.update_group(group, facts={"reach": Reach.PUBLIC}, actor=SYSTEM)
    follow()
    assert kinds("zinguerie", ANYONE) == ["roadmap", "workgroup"]
    jobs.drain()
    assert index.differences() == []


def test_plain_search_keeps_to_the_same_readers(settings, tmp_path):
    settings.SEARCH_ROOT = tmp_path / "nowhere"
    group = make_group("Zinguerie")
    make_roadmap(group, title="Zinguerie")
    make_decision(group, text="Zinguerie")
    make_meeting(group, title="Zinguerie")

    assert kinds("zinguerie", actor_for(facilitator_of(group))) == ["decision", "meeting", "roadmap", "workgroup"]
    assert kinds("zinguerie", actor_for(make_person(make_member(), "director"))) == ["roadmap", "workgroup"]
    assert kinds("zinguerie", ANYONE) == []
