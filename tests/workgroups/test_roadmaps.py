"""A roadmap is written by a group, compared, approved, released; two editors lose nothing; its points keep their identifiers."""

from datetime import date

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hub.core.accounts.actor import Actor
from hub.core.accounts.audiences import FEDERATION
from hub.core.accounts.models import Membership
from hub.core.accounts.selectors import actor_for
from hub.core.accounts.services import withdraw_role
from hub.core.audit.models import AuditEntry
from hub.core.jobs import runner
from hub.core.kit.identifiers import uuid7
from hub.core.notifications.models import Mail, Notification
from tests.builders.accounts import SYSTEM, join, make_coordinator, make_member, make_organisation, make_person, sign_in
from tests.builders.workgroups import (
    add_piece,
    facilitator_of,
    fresh,
    items_of,
    join_group,
    make_group,
    make_roadmap,
    member_row,
    opened,
    release,
)
from workgroups.groups import services as groups
from workgroups.groups.enums import GroupRole, WorkgroupStatus
from workgroups.groups.errors import NotPossible, WasChanged
from workgroups.roadmaps import plan as plans
from workgroups.roadmaps import rules, selectors, services
from workgroups.roadmaps.enums import PieceKind, Progress
from workgroups.roadmaps.errors import PieceIsUsed, PieceWasChanged, ReviewNeedsAnother, RoadmapIsIncomplete, RoadmapIsInReview
from workgroups.roadmaps.models import ItemProgress, RoadmapPage, RoadmapRelease

pytestmark = pytest.mark.django_db


def url(name, group, *more):
    return reverse(f"roadmaps:{name}", args=[group.acronym, *more])


def item_form(roadmap, code="A1", **changes):
    """The form of a point as it is opened now."""
    draft = services.draft_of(fresh(roadmap))
    piece = plans.find(draft.plan, PieceKind.ITEM, draft.read.items[[i.code for i in draft.read.items].index(code)].id)
    facts = {name: value for name, value in piece.items() if name not in {"id", "owner"}}
    return facts | {"piece_id": piece["id"], "revision": draft.latest_revision_id or opened(roadmap)} | changes


# -- from a title to a release ----------------------------------------------------------------------------------------
def test_a_roadmap_goes_from_a_title_to_version_one_on_the_group_s_own_pages():
    group = make_group()
    member, runner_ = sign_in(join_group(group)), sign_in(facilitator_of(group))

    member.post(url("begin", group), {"title": "Former ensemble"})
    assert RoadmapPage.objects.get().live is False
    page = member.get(url("new_piece", group, "phases")).context["form"]
    phase = {"title": "Recenser", "aim": "", "piece_id": str(page["piece_id"].value()), "revision": opened(RoadmapPage.objects.get())}
    member.post(url("new_piece", group, "phases"), phase)
    member.post(url("submit", group))
    assert not RoadmapPage.objects.get().workflow_in_progress, "a roadmap without a point stays with the group"
    point = {
        "title": "Recueil", "phase": phase["piece_id"], "text": "Lire\nÉcrire", "starts_on": "2026-10-01", "ends_on": "2026-11-30",
        "piece_id": str(uuid7()), "revision": opened(RoadmapPage.objects.get()),
    }  # fmt: skip
    member.post(url("new_piece", group, "points"), point)
    mark = {"title": "Séminaire", "on": "2027-01-27", "piece_id": str(uuid7()), "revision": opened(RoadmapPage.objects.get())}
    member.post(url("new_piece", group, "jalons"), mark)
    member.post(url("submit", group))
    runner_.post(url("decide", group), {"approve": "1", "comment": "Première version.", "revision": opened(RoadmapPage.objects.get())})

    roadmap = RoadmapPage.objects.get()
    assert (roadmap.live, roadmap.version) == (True, 1)
    assert [(item.code, item.title, item.starts_on) for item in roadmap.read.items] == [("A1", "Recueil", date(2026, 10, 1))]
    assert RoadmapRelease.objects.get().note == "Première version."
    read = sign_in(make_person(make_member(), "advisor")).get(url("roadmap", group)).content.decode()
    assert "Recueil" in read
    assert "Version 1" in read
    assert list(AuditEntry.objects.filter(action__startswith="workgroups.roadmap").values_list("action", flat=True)) == [
        "workgroups.roadmap.create", "workgroups.roadmap.submit", "workgroups.roadmap.release",
    ]  # fmt: skip


def test_the_release_does_not_move_while_the_draft_is_written_and_becomes_version_two():
    roadmap = make_roadmap()
    group, ids = roadmap.workgroup, items_of(roadmap)
    member = sign_in(join_group(group))

    member.post(url("edit_piece", group, "points", ids["A1"]), item_form(roadmap, title="Recueil des envies"))
    before = member.get(url("roadmap", group)).content.decode()
    compared = member.get(url("compare", group)).content.decode()
    release(roadmap, "Un mot a changé.")

    assert "Recueil des envies" not in before
    assert 'envies<span class="vh">]</span></ins>' in compared
    assert 'besoins<span class="vh">]</span></del>' in compared
    assert fresh(roadmap).version == 2
    assert items_of(roadmap) == ids, "a point keeps its identifier through every release"


def test_every_release_is_numbered_and_read_as_it_was():
    roadmap = make_roadmap(releases=3)
    client = sign_in(facilitator_of(roadmap.workgroup))

    assert list(RoadmapRelease.objects.order_by("number").values_list("number", flat=True)) == [1, 2, 3]
    assert [one.page().introduction for one in selectors.releases(roadmap)] == ["Version 3", "Version 2", ""]
    second = client.get(url("roadmap", roadmap.workgroup), {"version": "2"}).content.decode()
    assert "Vous lisez la version 2" in second
    assert "<p>Version 2</p>" in second
    assert client.get(url("roadmap", roadmap.workgroup), {"version": "9"}).status_code == 404
    assert client.get(url("roadmap", roadmap.workgroup), {"au": "1999-01-01"}).status_code == 404
    assert client.get(url("versions", roadmap.workgroup), {"au": "2099-01-01"})["Location"].endswith("?version=3")


def test_a_roadmap_begun_twice_leads_to_its_draft_and_another_keeps_what_was_typed():
    group = make_group()
    client, typed = sign_in(join_group(group)), {"title": "Former ensemble", "introduction": "D’où l’on part.\r\nOù l’on va."}

    answers = [client.post(url("begin", group), typed) for _ in range(2)]
    other = client.post(url("begin", group), {"title": "Autrement", "introduction": "Une autre introduction."})

    assert [answer["Location"] for answer in answers] == [url("draft", group)] * 2
    assert [words in other.content.decode() for words in ("a déjà une feuille de route", "Une autre introduction.")] == [True, True]
    assert RoadmapPage.objects.count() == 1


def test_sent_back_with_a_word_that_the_author_reads_and_is_told():
    roadmap = make_roadmap(releases=0)
    group = roadmap.workgroup
    author = join_group(group)
    client, boss = sign_in(author), sign_in(facilitator_of(group))
    client.post(url("submit", group))

    boss.post(url("decide", group), {"send_back": "1", "comment": ""})
    assert fresh(roadmap).workflow_in_progress, "sending back says what to change"
    boss.post(url("decide", group), {"send_back": "1", "comment": "Donnez des dates.", "revision": opened(roadmap)})
    runner.drain()

    assert "Donnez des dates." in client.get(url("draft", group)).content.decode()
    assert {letter.subject for letter in mail.outbox if letter.to == [author.email]} >= {f"Feuille de route à reprendre : {roadmap.title}"}
    add_piece(roadmap, PieceKind.PHASE, title="Autre")
    assert services.draft_of(fresh(roadmap)).read.phases[-1].title == "Autre", "it may be written again"


def test_who_left_the_group_is_written_nothing_of_the_draft_that_she_handed_in():
    roadmap = make_roadmap(releases=0)
    group = roadmap.workgroup
    author, boss = join_group(group), facilitator_of(group)
    services.submit_roadmap(fresh(roadmap), actor=actor_for(author))
    groups.remove_member(member_row(group, author), actor=SYSTEM)

    services.decide_roadmap(fresh(roadmap), approve=False, comment="Donnez des dates.", actor=actor_for(boss))

    assert not Mail.objects.filter(kind="workgroups.roadmap_sent_back").exists()
    assert not Notification.unscoped.filter(kind="workgroups.roadmap_sent_back").exists()


def test_what_came_back_awaits_its_author_at_home_until_it_is_handed_in_again():
    roadmap = make_roadmap(releases=0)
    group = roadmap.workgroup
    author, other, boss = join_group(group), join_group(group), facilitator_of(group)
    client = sign_in(author)

    def due(user):
        return f"Reprendre «\u00a0{roadmap.title}" in sign_in(user).get("/moi/").content.decode().replace("&nbsp;", "\u00a0")

    client.post(url("submit", group))
    assert not due(author)
    sign_in(boss).post(url("decide", group), {"send_back": "1", "comment": "Donnez des dates.", "revision": opened(roadmap)})
    assert [due(author), due(other), due(boss)] == [True, False, False]

    client.post(url("submit", group))
    assert not due(author)


def test_what_is_handed_in_awaits_the_facilitator_at_home_and_nobody_else():
    roadmap = make_roadmap(releases=0)
    group = roadmap.workgroup
    author, other = join_group(group), make_group()
    sign_in(author).post(url("submit", group))

    def due(user):
        return "Approuver «" in sign_in(user).get("/moi/").content.decode()

    assert [due(user) for user in (facilitator_of(group), author, facilitator_of(other), make_coordinator())] == [True, False, False, False]
    assert list(Notification.unscoped.filter(kind="workgroups.roadmap_submitted").values_list("user", flat=True)) == [
        facilitator_of(group).pk
    ]


def test_what_she_may_not_approve_awaits_nobody_at_home():
    roadmap = make_roadmap(releases=0)
    group = roadmap.workgroup
    author, other = facilitator_of(group), join_group(group, role=GroupRole.FACILITATOR)

    def due():
        return [selectors.awaiting_approval(actor_for(person)).exists() for person in (author, other)]

    sign_in(author).post(url("submit", group))
    assert due() == [False, True]
    groups.remove_member(member_row(group, other), actor=SYSTEM)
    assert due() == [True, False], "alone, she approves what she handed in"
    groups.move_group(group, status=WorkgroupStatus.ENDED, actor=SYSTEM)
    assert due() == [False, False]


def test_who_left_the_team_reads_no_title_of_a_draft_at_home():
    roadmap = make_roadmap()
    person = facilitator_of(roadmap.workgroup)
    services.save_text(
        roadmap, facts={"title": "Un titre encore tu", "introduction": ""}, actor=SYSTEM, based_on=opened(roadmap)
    )  # fmt: skip
    services.submit_roadmap(fresh(roadmap), actor=SYSTEM)
    client = sign_in(person)
    assert "Un titre encore tu" in client.get("/moi/").content.decode()

    held = Membership.unscoped.get(user=person)
    join(person, held.organisation, "entrepreneur")
    withdraw_role(held, actor=SYSTEM)

    assert "Un titre encore tu" not in client.get("/moi/").content.decode()
    assert not selectors.awaiting_approval(actor_for(person)).exists()


def test_a_release_is_told_to_the_group_and_to_who_decides_for_its_caes():
    home = make_member()
    director, stranger = make_person(home, "director"), make_person(make_member(), "director")
    group = make_group()
    member = join_group(group, home)
    make_roadmap(group)

    told = set(Notification.unscoped.filter(kind="workgroups.roadmap_released").values_list("user", flat=True))

    assert told == {director.pk, member.pk}
    assert stranger.pk not in told


def released_on_screen(person):
    return Notification.objects.visible_to(actor_for(person)).filter(kind="workgroups.roadmap_released").exists()


def test_who_decides_for_a_cae_sees_the_release_told_and_so_does_a_guest_from_outside():
    home = make_member()
    director, group = make_person(home, "director"), make_group()
    member, guest = join_group(group, home), join_group(group, make_organisation(), role=GroupRole.GUEST)
    make_roadmap(group)

    assert [released_on_screen(person) for person in (director, member, guest)] == [True, True, True]
    assert set(Mail.objects.filter(kind="workgroups.roadmap_released", user=director).values_list("audience", flat=True)) == {FEDERATION}


def test_a_release_of_a_group_in_preparation_is_told_to_the_group_alone():
    home = make_member()
    make_person(home, "director")
    group = make_group(status="preparing")
    member = join_group(group, home)
    make_roadmap(group)

    told = set(Notification.unscoped.filter(kind="workgroups.roadmap_released").values_list("user", flat=True))

    assert told == {member.pk}


def test_whoever_handed_in_does_not_approve_while_another_facilitator_can():
    roadmap = make_roadmap(releases=0)
    boss = actor_for(facilitator_of(roadmap.workgroup))
    services.submit_roadmap(roadmap, actor=boss)
    second = join_group(roadmap.workgroup, role=GroupRole.FACILITATOR)

    with pytest.raises(ReviewNeedsAnother):
        services.decide_roadmap(roadmap, approve=True, comment="", actor=boss)
    services.decide_roadmap(roadmap, approve=True, comment="", actor=actor_for(second))

    assert fresh(roadmap).version == 1


def test_a_lone_facilitator_may_approve_her_own():
    roadmap = make_roadmap(releases=0)
    boss = actor_for(facilitator_of(roadmap.workgroup))
    services.submit_roadmap(roadmap, actor=boss)

    services.decide_roadmap(roadmap, approve=True, comment="", actor=boss)

    assert fresh(roadmap).live


def handed_in():
    """A first draft handed in by a member: (roadmap, member's client, facilitator's client, the revision that the facilitator opened)."""
    roadmap = make_roadmap(releases=0)
    group = roadmap.workgroup
    member, boss = sign_in(join_group(group)), sign_in(facilitator_of(group))
    member.post(url("submit", group))
    return roadmap, member, boss, boss.get(url("draft", group)).context["form"]["revision"].value()


@pytest.mark.parametrize("decision", ["approve", "send_back"])
def test_a_decision_is_about_the_text_that_was_read(decision):
    roadmap, member, boss, seen = handed_in()
    group, item = roadmap.workgroup, services.draft_of(roadmap).read.items[0]
    member.post(url("take_back", group))
    member.post(url("edit_piece", group, "points", item.id), item_form(roadmap, title="Jamais relu"))
    member.post(url("submit", group))

    answer = boss.post(url("decide", group), {decision: "1", "comment": "Bravo à tous.", "revision": seen})

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Jamais relu" in str([change.fields for change in answer.context["changes"]])
    assert "Ce qui a changé depuis" in page
    assert "Bravo à tous." in page
    assert (fresh(roadmap).live, fresh(roadmap).workflow_in_progress) == (False, True)
    again = {decision: "1", "comment": "Bravo à tous.", "revision": answer.context["form"]["revision"].value()}
    assert boss.post(url("decide", group), again).status_code == 302
    assert fresh(roadmap).live is (decision == "approve")


@pytest.mark.parametrize("revision", ["", "0", "999999"])
def test_a_decision_without_a_true_revision_decides_nothing(revision):
    roadmap, _member, boss, _seen = handed_in()

    answer = boss.post(url("decide", roadmap.workgroup), {"approve": "1", "comment": "Oui.", "revision": revision})

    assert answer.status_code == 409
    assert fresh(roadmap).live is False


@pytest.mark.parametrize("decision", ["approve", "send_back"])
def test_a_decision_on_a_roadmap_taken_back_says_that_nothing_changed_and_keeps_the_word(decision):
    roadmap, member, boss, seen = handed_in()
    member.post(url("take_back", roadmap.workgroup))

    answer = boss.post(url("decide", roadmap.workgroup), {decision: "1", "comment": "Donnez des dates.", "revision": seen})

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "rien n’a changé" in page
    assert "Donnez des dates." in page
    assert "Votre mot, qui n’est pas parti" in page
    assert RoadmapRelease.objects.count() == 0


def test_taking_back_after_the_decision_says_that_nothing_changed():
    roadmap, member, boss, seen = handed_in()
    boss.post(url("decide", roadmap.workgroup), {"send_back": "1", "comment": "Donnez des dates.", "revision": seen})

    page = member.post(url("take_back", roadmap.workgroup), follow=True).content.decode()

    assert not AuditEntry.objects.filter(action="workgroups.roadmap.take_back").exists()
    assert "n’était plus remise" in page
    assert "n’est plus remise" not in page
    assert "Donnez des dates." in page, "the word that asks for changes stays"


def test_a_refused_approval_keeps_the_word():
    roadmap = make_roadmap(releases=0)
    group = roadmap.workgroup
    boss = sign_in(facilitator_of(group))
    join_group(group, role=GroupRole.FACILITATOR)
    boss.post(url("submit", group))

    page = boss.post(url("decide", group), {"approve": "1", "comment": "Pour l’histoire.", "revision": opened(roadmap)}).content.decode()

    assert "une autre personne qui anime" in page
    assert "Pour l’histoire." in page


def test_in_review_nothing_changes_until_it_is_taken_back():
    roadmap = make_roadmap(releases=0)
    group = roadmap.workgroup
    item = next(iter(services.draft_of(roadmap).read.items))
    client = sign_in(join_group(group))
    form = item_form(roadmap, title="Changé en douce")
    client.post(url("submit", group))

    answer = client.post(url("edit_piece", group, "points", item.id), form)
    with pytest.raises(RoadmapIsInReview):
        services.move_piece(fresh(roadmap), kind=PieceKind.ITEM, pk=item.id, step=1, actor=SYSTEM)
    assert "Changé en douce" in answer.content.decode(), "what was typed is still there"
    client.post(url("take_back", group))
    client.post(url("edit_piece", group, "points", item.id), form)

    assert services.draft_of(fresh(roadmap)).read.items[0].title == "Changé en douce"
    assert AuditEntry.objects.get(action="workgroups.roadmap.take_back").object_id == str(roadmap.public_id)


def test_a_draft_without_a_change_is_not_a_release():
    roadmap = make_roadmap()

    with pytest.raises(RoadmapIsIncomplete) as refusal:
        services.submit_roadmap(roadmap, actor=SYSTEM)

    assert refusal.value.missing == ["un changement depuis la version 1"]


def test_an_order_alone_is_a_change_that_is_said_and_handed_in():
    roadmap = make_roadmap()
    group, ids = roadmap.workgroup, items_of(roadmap)
    member = sign_in(join_group(group))
    member.post(url("move_piece", group, "points", ids["A2"]), {"step": "up"})

    compared = member.get(url("compare", group)).content.decode()
    member.post(url("submit", group))

    assert "A2 → A1" in compared
    assert "A1 → A2" in compared
    assert "B1 →" not in compared
    assert fresh(roadmap).workflow_in_progress


def test_a_group_has_one_roadmap():
    roadmap = make_roadmap()

    with pytest.raises(NotPossible):
        services.begin_roadmap(roadmap.workgroup, title="Une autre", actor=SYSTEM)


# -- two editors (B6) -------------------------------------------------------------------------------------------------
def test_the_second_editor_of_a_point_gets_both_versions_and_overwrites_nothing():
    roadmap = make_roadmap()
    group, item = roadmap.workgroup, items_of(roadmap)["A1"]
    first, second = join_group(group), sign_in(join_group(group))
    form = item_form(roadmap)

    sign_in(first).post(url("edit_piece", group, "points", item), form | {"title": "Recueil par questionnaire", "ends_on": "2026-12-01"})
    answer = second.post(url("edit_piece", group, "points", item), form | {"title": "Recueil par téléphone", "ends_on": "2026-11-02"})

    page = answer.content.decode()
    assert answer.status_code == 409
    assert f"{first.name} a enregistré une autre version" in page
    assert "questionnaire" in page
    assert 'value="Recueil par téléphone"' in page
    assert "1er" in page
    draft = services.draft_of(fresh(roadmap))
    assert (draft.read.items[0].title, draft.read.items[0].ends_on) == ("Recueil par questionnaire", date(2026, 12, 1))
    again = second.post(
        url("edit_piece", group, "points", item), form | {"title": "Recueil par téléphone", "revision": answer.context["form"]["revision"].value()}
    )  # fmt: skip
    assert again.status_code == 302
    assert services.draft_of(fresh(roadmap)).read.items[0].title == "Recueil par téléphone"


def test_two_editors_of_two_points_do_not_meet():
    roadmap = make_roadmap()
    group, items = roadmap.workgroup, items_of(roadmap)
    client = sign_in(join_group(group))
    one, two = item_form(roadmap, "A1", title="Un"), item_form(roadmap, "A2", title="Deux")

    answers = [
        client.post(url("edit_piece", group, "points", items["A1"]), one).status_code,
        client.post(url("edit_piece", group, "points", items["A2"]), two).status_code,
    ]

    assert answers == [302, 302]
    assert [item.title for item in services.draft_of(fresh(roadmap)).read.items[:2]] == ["Un", "Deux"]


def test_a_point_taken_out_meanwhile_is_said_and_may_be_put_back():
    roadmap = make_roadmap()
    group, item = roadmap.workgroup, items_of(roadmap)["A1"]
    form = item_form(roadmap, title="Je l’écrivais")
    services.remove_piece(roadmap, kind=PieceKind.ITEM, pk=str(item), actor=SYSTEM, based_on=opened(roadmap))
    client = sign_in(join_group(group))

    answer = client.post(url("edit_piece", group, "points", item), form)
    again = client.post(url("edit_piece", group, "points", item), form | {"revision": answer.context["form"]["revision"].value()})

    assert answer.status_code == 409
    assert "il en a été retiré" in answer.content.decode()
    assert again.status_code == 302
    assert str(item) in {one.id for one in services.draft_of(fresh(roadmap)).read.items}


def test_a_point_changed_meanwhile_is_not_taken_out():
    roadmap = make_roadmap()
    group, item = roadmap.workgroup, items_of(roadmap)["A1"]
    client, seen = sign_in(join_group(group)), opened(roadmap)
    client.post(url("edit_piece", group, "points", item), item_form(roadmap, title="Mieux dit"))

    refused = client.post(url("remove_piece", group, "points", item), {"revision": seen})

    assert "entre-temps" in refused.content.decode()
    assert services.draft_of(fresh(roadmap)).read.item(str(item)).title == "Mieux dit"
    client.post(url("remove_piece", group, "points", item), {"revision": opened(roadmap)})
    assert services.draft_of(fresh(roadmap)).read.item(str(item)) is None


@pytest.mark.parametrize("revision", ["", "0", "999999", "abc", "-1"])
def test_a_form_without_a_true_revision_overwrites_nothing(revision):
    roadmap = make_roadmap()
    group, item = roadmap.workgroup, items_of(roadmap)["A1"]

    answer = sign_in(join_group(group)).post(url("edit_piece", group, "points", item), item_form(roadmap, title="X", revision=revision))

    assert answer.status_code in {200, 409}
    assert services.draft_of(fresh(roadmap)).read.items[0].title == "Recueil des besoins"


def test_another_roadmap_s_revision_is_no_ground():
    roadmap, other = make_roadmap(), make_roadmap()
    piece = plans.find(roadmap.plan, PieceKind.ITEM, str(items_of(roadmap)["A1"]))

    with pytest.raises(PieceWasChanged):
        services.save_piece(roadmap, kind=PieceKind.ITEM, piece=piece | {"title": "X"}, actor=SYSTEM, based_on=opened(other))


@pytest.mark.slow
def test_a_hundred_pairs_of_editors_lose_nothing():
    roadmap = make_roadmap()
    pk = str(items_of(roadmap)["A1"])
    for number in range(100):
        seen = opened(roadmap)
        piece = plans.find(services.draft_of(fresh(roadmap)).plan, PieceKind.ITEM, pk)
        services.save_piece(roadmap, kind=PieceKind.ITEM, piece=piece | {"title": f"un {number}"}, actor=SYSTEM, based_on=seen)
        with pytest.raises(PieceWasChanged) as conflict:
            services.save_piece(roadmap, kind=PieceKind.ITEM, piece=piece | {"title": f"deux {number}"}, actor=SYSTEM, based_on=seen)
        assert conflict.value.theirs["title"] == f"un {number}" == services.draft_of(fresh(roadmap)).read.items[0].title


def test_the_title_has_its_own_conflict():
    roadmap = make_roadmap()
    group, seen = roadmap.workgroup, opened(roadmap)
    client = sign_in(join_group(group))
    client.post(url("edit_text", group), {"title": "Le premier", "introduction": "", "revision": seen})

    answer = client.post(url("edit_text", group), {"title": "Le second", "introduction": "", "revision": seen})

    assert answer.status_code == 409
    assert 'value="Le second"' in answer.content.decode()
    assert services.draft_of(fresh(roadmap)).title == "Le premier"


def test_a_form_sent_twice_adds_one_piece():
    roadmap = make_roadmap()
    form = {"title": "Bilan", "aim": "", "piece_id": str(uuid7()), "revision": opened(roadmap)}
    client = sign_in(join_group(roadmap.workgroup))

    client.post(url("new_piece", roadmap.workgroup, "phases"), form)
    client.post(url("new_piece", roadmap.workgroup, "phases"), form)

    assert [phase.title for phase in services.draft_of(fresh(roadmap)).read.phases].count("Bilan") == 1


# -- pieces -----------------------------------------------------------------------------------------------------------
def test_pieces_move_among_their_neighbours_and_codes_follow():
    roadmap = make_roadmap()
    a2 = str(items_of(roadmap)["A2"])

    services.move_piece(roadmap, kind=PieceKind.ITEM, pk=a2, step=-1, actor=SYSTEM)
    services.move_piece(roadmap, kind=PieceKind.ITEM, pk=a2, step=-1, actor=SYSTEM)  # first already

    read = services.draft_of(fresh(roadmap)).read
    assert [(item.code, item.title) for item in read.items] == [
        ("A1", "Carte des formateurs"), ("A2", "Recueil des besoins"), ("B1", "Calendrier commun"),
    ]  # fmt: skip
    assert read.items[0].id == a2


def test_a_phase_with_points_is_not_taken_out():
    roadmap = make_roadmap()
    phase = roadmap.read.phases[0]

    with pytest.raises(PieceIsUsed):
        services.remove_piece(roadmap, kind=PieceKind.PHASE, pk=phase.id, actor=SYSTEM, based_on=opened(roadmap))
    page = sign_in(join_group(roadmap.workgroup)).post(
        url("remove_piece", roadmap.workgroup, "phases", phase.id), {"revision": opened(roadmap)}, follow=True
    )  # fmt: skip
    assert "contient des points" in page.content.decode()


def test_a_point_needs_a_phase_and_its_end_follows_its_start():
    roadmap = make_roadmap()
    group, item = roadmap.workgroup, items_of(roadmap)["A1"]
    client = sign_in(join_group(group))

    wrong = item_form(roadmap, starts_on="2027-02-01", ends_on="2027-01-01", text="Ce que j’ai écrit")
    page = client.post(url("edit_piece", group, "points", item), wrong).content.decode()
    lost = client.post(url("edit_piece", group, "points", item), item_form(roadmap, phase=str(uuid7()))).content.decode()

    assert "La fin suit le début" in page.replace("la fin", "La fin")
    assert "Ce que j’ai écrit" in page
    assert "<title>Erreur" in page.replace("\u00a0", " ")
    assert "wrong" in lost


def test_comparison_finds_each_piece_by_its_identifier():
    roadmap = make_roadmap()
    items = items_of(roadmap)
    services.move_piece(roadmap, kind=PieceKind.ITEM, pk=str(items["A2"]), step=-1, actor=SYSTEM)
    services.remove_piece(roadmap, kind=PieceKind.ITEM, pk=str(items["B1"]), actor=SYSTEM, based_on=opened(roadmap))
    add_piece(roadmap, PieceKind.MILESTONE, title="Bilan", on="2027-12-01")

    changes = selectors.comparison(roadmap, services.draft_of(fresh(roadmap)))

    assert [(change.kind, change.title, change.verb) for change in changes] == [
        ("point", "Calendrier commun", "retiré"), ("jalon", "Bilan", "ajouté"), ("repères", "Ordre des phases et des points", "changés"),
    ]  # fmt: skip


def test_compared_words_are_escaped():
    roadmap = make_roadmap()
    services.save_text(roadmap, facts={"title": "<script>x</script>", "introduction": ""}, actor=SYSTEM, based_on=opened(roadmap))

    page = sign_in(facilitator_of(roadmap.workgroup)).get(url("compare", roadmap.workgroup)).content.decode()

    assert "<script>x" not in page
    assert "&lt;" in page


# -- who reads, who writes --------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("status", "reach", "expected"),
    [
        ("preparing", "federation", {"member", "guest"}),
        ("active", "federation", {"member", "guest", "federation", "coordinator"}),
        ("active", "public", {"member", "guest", "federation", "coordinator", "outsider", "anyone"}),
        ("ended", "federation", {"member", "guest", "federation", "coordinator"}),
    ],
)
def test_list_and_pages_agree_on_who_reads_a_release(client, status, reach, expected):
    from workgroups.groups.models import Workgroup

    group = make_group(reach=reach)
    people = {
        "member": join_group(group), "guest": join_group(group, role=GroupRole.GUEST), "federation": make_person(make_member(), "advisor"),
        "coordinator": make_coordinator(), "outsider": make_person(make_organisation("Dehors"), "director"), "anyone": None,
    }  # fmt: skip
    item = items_of(make_roadmap(group))["A1"]
    Workgroup.unscoped.filter(pk=group.pk).update(status=status)

    def seen(name):
        user = people[name]
        return RoadmapPage.objects.visible_to(actor_for(user) if user else Actor.anonymous()).exists()

    def reads(name, address):
        return (sign_in(people[name]) if people[name] else client).get(address).status_code == 200

    assert {name for name in people if seen(name)} == expected
    for address in (url("roadmap", group), url("item", group, item), url("versions", group), url("compare", group) + "?de=0&a=1"):
        assert {name for name in people if reads(name, address)} == expected, address


def test_the_draft_is_the_group_s():
    roadmap = make_roadmap()
    group = roadmap.workgroup
    add_piece(roadmap, PieceKind.PHASE, title="KANB-brouillon")
    reader, guest = sign_in(make_person(make_member(), "director")), sign_in(join_group(group, role=GroupRole.GUEST))

    assert reader.get(url("draft", group)).status_code == 404
    assert reader.get(url("compare", group)).status_code == 404, "without numbers it would compare with the draft"
    assert "KANB-brouillon" not in reader.get(url("roadmap", group)).content.decode()
    assert "KANB-brouillon" in guest.get(url("draft", group)).content.decode()
    for name, more in [("edit_text", ()), ("new_piece", ("phases",)), ("submit", ()), ("take_back", ()), ("decide", ())]:
        assert reader.post(url(name, group, *more), {"approve": "1"}).status_code == 404, name
        assert guest.post(url(name, group, *more), {"approve": "1"}).status_code == 403, name


def test_a_member_writes_and_does_not_approve():
    roadmap = make_roadmap(releases=0)
    member = join_group(roadmap.workgroup)
    services.submit_roadmap(roadmap, actor=actor_for(member))

    assert sign_in(member).post(url("decide", roadmap.workgroup), {"approve": "1"}).status_code == 403
    assert rules.can_write_roadmap(actor_for(member), roadmap.workgroup)
    assert not rules.can_release(actor_for(member), roadmap.workgroup)
    assert not fresh(roadmap).live


def test_the_tree_s_own_address_leads_to_the_page_of_the_group():
    roadmap = make_roadmap()

    answer = sign_in(facilitator_of(roadmap.workgroup)).get(roadmap.url)

    assert answer.status_code == 200
    assert roadmap.workgroup.name in answer.content.decode()


# -- how far ----------------------------------------------------------------------------------------------------------
def test_progress_is_noted_between_releases_by_members_and_conflicts_are_said():
    roadmap = make_roadmap()
    group, item = roadmap.workgroup, items_of(roadmap)["A1"]
    member, guest = sign_in(join_group(group)), sign_in(join_group(group, role=GroupRole.GUEST))

    member.post(url("progress", group, item), {"status": "under_way", "reading": "8 CAE sur 9", "version": "0"})
    second = member.post(url("progress", group, item), {"status": "done", "reading": "9 CAE sur 9", "version": "0"})

    assert second.status_code == 409
    assert "9 CAE sur 9" in second.content.decode()
    assert ItemProgress.objects.get().reading == "8 CAE sur 9"
    assert guest.post(url("progress", group, item), {"status": "done", "version": "1"}).status_code == 403
    assert fresh(roadmap).version == 1
    assert "8 CAE sur 9" in member.get(url("roadmap", group)).content.decode()


def test_progress_of_an_unknown_point_is_refused():
    roadmap = make_roadmap()

    with pytest.raises(NotPossible):
        services.set_progress(roadmap, item_id=uuid7(), status=Progress.DONE, reading="", actor=SYSTEM)
    services.set_progress(roadmap, item_id=items_of(roadmap)["A1"], status=Progress.DONE, reading="", actor=SYSTEM, based_on=0)
    with pytest.raises(WasChanged):
        services.set_progress(roadmap, item_id=items_of(roadmap)["A1"], status=Progress.DONE, reading="", actor=SYSTEM, based_on=0)


@pytest.mark.parametrize(
    ("status", "start", "end", "label"),
    [
        ("planned", date(2026, 11, 10), date(2027, 2, 28), "9\u00a0jours de retard"),
        ("under_way", date(2026, 10, 1), date(2026, 11, 18), "1\u00a0jour de retard"),
        ("under_way", date(2026, 10, 1), date(2026, 11, 19), "En cours"),
        ("planned", date(2026, 11, 19), None, "Prévu"),
        ("planned", None, None, "Prévu"),
        ("done", date(2026, 1, 1), date(2026, 2, 1), "Fait"),
        ("dropped", date(2026, 1, 1), date(2026, 2, 1), "Abandonné"),
    ],
)
def test_late_is_counted_from_the_date_that_was_missed(status, start, end, label):
    assert selectors.standing(status, start, end, date(2026, 11, 19)).label == label


# -- costs ------------------------------------------------------------------------------------------------------------
def test_pages_cost_the_same_with_one_row_and_with_three():
    small = {"phases": [("Une", ["Un"])], "milestones": ["Jalon"]}
    large = {"phases": [("Une", ["Un", "Deux", "Trois"]), ("Deux", ["Quatre"])], "milestones": ["Jalon", "Autre", "Encore"]}

    def cost(plan, releases):
        roadmap = make_roadmap(plan=plan, releases=releases)
        item = items_of(roadmap)["A1"]
        client = sign_in(facilitator_of(roadmap.workgroup))
        found = {}
        for name, address in {
            "roadmap": url("roadmap", roadmap.workgroup), "draft": url("draft", roadmap.workgroup), "versions": url("versions", roadmap.workgroup),
            "item": url("item", roadmap.workgroup, item), "compare": url("compare", roadmap.workgroup),
        }.items():  # fmt: skip
            client.get(address)
            with CaptureQueriesContext(connection) as queries:
                assert client.get(address).status_code == 200
            found[name] = len(queries)
        return found

    assert cost(small, 1) == cost(large, 3)
