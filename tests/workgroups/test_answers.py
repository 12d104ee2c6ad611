"""What each CAE does with a point: free, kept, read by whom it wants; silence counts against nobody."""

import csv
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hub.core.accounts.actor import Actor
from hub.core.accounts.errors import UnscopedQuery
from hub.core.accounts.models import Organisation
from hub.core.accounts.selectors import actor_for
from hub.core.audit.models import AuditEntry
from hub.core.kit.dates import date_fr, today
from hub.core.kit.identifiers import uuid7
from tests.builders.accounts import SYSTEM, make_actor, make_coordinator, make_loan, make_member, make_organisation, make_person, sign_in
from tests.builders.workgroups import answer, facilitator_of, fresh, items_of, join_group, make_group, make_roadmap, opened, release
from workgroups.groups import services as groups
from workgroups.groups.enums import GroupRole, WorkgroupStatus
from workgroups.groups.errors import NotPossible, WasChanged
from workgroups.roadmaps import plan as plans
from workgroups.roadmaps import rules, selectors, services
from workgroups.roadmaps.enums import AnswerReach, PieceKind, Stance
from workgroups.roadmaps.models import Answer, AnswerSheet, ItemProgress
from workgroups.roadmaps.views import answering

pytestmark = pytest.mark.django_db


def url(name, roadmap, *more):
    return reverse(f"roadmaps:{name}", args=[roadmap.workgroup.acronym, *more])


def facts(**changes):
    return {"stance": "adopted", "note": "", "owner": "", "starts_on": "", "ends_on": "", "based_on": "", "release": "1"} | changes


@pytest.mark.parametrize("stance", Stance.values)
def test_a_director_answers_for_her_cae_in_any_of_the_five_ways(stance):
    roadmap = make_roadmap()
    home = make_member()
    person, item = make_person(home, "director"), items_of(roadmap)["A1"]

    sign_in(person).post(url("answer", roadmap, item), facts(stance=stance, note="Chantier seul", owner="Rosa", starts_on="2027-09-01"))

    row = Answer.unscoped.get()
    assert (row.stance, row.note, row.owner, row.release, row.sheet.organisation, row.answered_by) == (
        stance, "Chantier seul", "Rosa", 1, home, person,
    )  # fmt: skip
    line = AuditEntry.objects.get(action="workgroups.answer.set")
    assert (line.organisation_id, line.details["before"], line.details["after"], line.details["item"]) == (home.pk, "", stance, str(item))
    assert "Chantier" not in str(line.details)


def test_a_change_keeps_what_was_said_and_silence_may_come_back():
    roadmap = make_roadmap()
    home = make_member()
    client, item = sign_in(make_person(home, "director")), items_of(roadmap)["A1"]
    client.post(url("answer", roadmap, item), facts())
    first = Answer.unscoped.get()
    client.post(url("answer", roadmap, item), facts(stance="declined", based_on=str(first.pk)))
    second = Answer.unscoped.get(replaced_at=None)
    client.post(url("withdraw_answer", roadmap, item), {"based_on": str(second.pk)})

    assert list(Answer.unscoped.values_list("stance", flat=True)) == ["adopted", "declined"]
    assert not Answer.unscoped.filter(replaced_at=None).exists()
    assert list(AuditEntry.objects.filter(action__startswith="workgroups.answer").values_list("action", flat=True)) == [
        "workgroups.answer.set", "workgroups.answer.set", "workgroups.answer.withdraw",
    ]  # fmt: skip


def test_two_directors_of_one_cae_the_second_sees_both_answers():
    roadmap = make_roadmap()
    home = make_member()
    one, two, item = make_person(home, "director"), make_person(home, "director"), items_of(roadmap)["A1"]
    sign_in(one).post(url("answer", roadmap, item), facts(stance="adapted", note="Sans téléphone"))

    reply = sign_in(two).post(url("answer", roadmap, item), facts(stance="declined", note="Pas certifiée"))

    page = reply.content.decode()
    assert reply.status_code == 409
    assert one.name in page
    assert "téléphone" in page
    assert "Pas certifiée" in page
    assert Answer.unscoped.get().stance == "adapted"
    again = facts(stance="declined", note="Pas certifiée", based_on=reply.context["form"]["based_on"].value())
    assert sign_in(two).post(url("answer", roadmap, item), again).status_code == 302
    assert Answer.unscoped.get(replaced_at=None).stance == "declined"


def rewrite(roadmap, code="A1", **changes):
    """A point said otherwise, and released."""
    piece = plans.find(services.draft_of(fresh(roadmap)).plan, PieceKind.ITEM, str(items_of(fresh(roadmap))[code]))
    services.save_piece(roadmap, kind=PieceKind.ITEM, piece=piece | changes, actor=SYSTEM, based_on=opened(roadmap))
    release(roadmap)


def test_an_answer_to_a_point_that_the_next_release_says_otherwise_is_asked_again():
    roadmap = make_roadmap()
    client, item = sign_in(make_person(make_member(), "director")), items_of(roadmap)["A1"]
    form = client.get(url("answer", roadmap, item)).context["form"]
    rewrite(roadmap, text="Tout payer d’avance")

    reply = client.post(url("answer", roadmap, item), facts(note="Avec joie", release=form["release"].value()))

    page = reply.content.decode()
    assert reply.status_code == 409
    assert "d’avance" in str(reply.context["rewritten"])
    assert "faire" in str(reply.context["rewritten"]), "both texts are read"
    assert "Avec joie" in page
    assert not Answer.unscoped.exists()
    again = facts(note="Avec joie", release=reply.context["form"]["release"].value())
    assert client.post(url("answer", roadmap, item), again).status_code == 302
    assert Answer.unscoped.get().release == 2


def test_an_answer_to_a_point_that_the_next_release_leaves_is_said_of_that_one():
    roadmap = make_roadmap()
    client, item = sign_in(make_person(make_member(), "director")), items_of(roadmap)["A2"]
    rewrite(roadmap, text="Tout payer d’avance")

    assert client.post(url("answer", roadmap, item), facts(release="1")).status_code == 302
    assert Answer.unscoped.get().release == 2


@pytest.mark.parametrize("seen", ["", "0", "9"])
def test_an_answer_that_names_no_release_it_read_is_asked_again(seen):
    roadmap = make_roadmap()
    client, item = sign_in(make_person(make_member(), "director")), items_of(roadmap)["A1"]

    assert client.post(url("answer", roadmap, item), facts(release=seen)).status_code == 409
    assert not Answer.unscoped.exists()


@pytest.fixture
def removed():
    """A point that two CAEs answered, one for the federation, and that version 2 holds no more: (roadmap, its id)."""
    roadmap = make_roadmap()
    item = items_of(roadmap)["A1"]
    shut, told = make_member("Muette"), make_member("Parlante")
    answer(roadmap, "A1", shut, note="Entre nous seulement")
    answer(roadmap, "A1", told, note="Dit à tout le réseau")
    services.set_answers_reach(roadmap, organisation=told, reach=AnswerReach.FEDERATION, actor=SYSTEM)
    services.remove_piece(roadmap, kind=PieceKind.ITEM, pk=str(item), actor=SYSTEM, based_on=opened(roadmap))
    return release(roadmap), item


@pytest.mark.parametrize("name", ["roadmap", "as_csv", "as_json", "item"])
def test_the_answers_to_a_point_taken_out_are_read_with_the_release_that_held_it(removed, name):
    roadmap, item = removed
    more, query = ([item], {}) if name == "item" else ([], {"version": "1"})
    inside, reader, stranger = sign_in(facilitator_of(roadmap.workgroup)), sign_in(make_person(make_member(), "advisor")), Client()

    def read(client):
        found = client.get(url(name, roadmap, *more), query)
        return b"".join(found.streaming_content).decode() if found.streaming else found.content.decode()

    assert "Entre nous seulement" in read(inside)
    assert "Dit à tout le réseau" in read(inside)
    assert "Dit à tout le réseau" in read(reader)
    assert "Entre nous" not in read(reader), "the rules of who reads an answer stay"
    assert "Dit à tout" not in read(stranger)


def test_a_point_taken_out_is_read_and_answered_no_more(removed):
    roadmap, item = removed
    director = sign_in(make_person(make_member(), "director"))

    page = director.get(url("item", roadmap, item)).content.decode()

    assert "ne le contient plus depuis la version 2" in page
    assert "repondre/" not in page
    assert "repondre/" not in director.get(url("roadmap", roadmap), {"version": "1"}).content.decode()
    assert director.get(url("answer", roadmap, item)).status_code == 404
    assert director.get(url("item", roadmap, uuid7())).status_code == 404


def test_what_is_sent_about_a_point_taken_out_meanwhile_is_given_back(removed):
    roadmap, item = removed
    director, member = sign_in(make_person(make_member(), "director")), sign_in(facilitator_of(roadmap.workgroup))
    before = Answer.unscoped.count()

    replies = [
        (
            director.post(url("answer", roadmap, item), facts(note="Oui.", owner="Rosa", starts_on="un jour", ends_on="2027-05-12")),
            ["Oui.", "Rosa", "Adopté", "un jour", date_fr(date(2027, 5, 12), year=True)],
        ),
        (member.post(url("progress", roadmap, item), {"status": "done", "reading": "9", "version": "0"}), ['value="9"', "Fait"]),
        (director.post(url("withdraw_answer", roadmap, item), {"based_on": str(uuid7())}), []),
    ]

    for reply, typed in replies:
        page = reply.content.decode()
        assert reply.status_code == 409
        assert "la version 2 l’a retiré" in page
        assert [words for words in typed if words not in page] == []
    assert [client.post(url(name, roadmap, item)).status_code for client, name in ((director, "answer"), (member, "progress"))] == [
        409,
        409,
    ]
    assert (Answer.unscoped.count(), ItemProgress.objects.count()) == (before, 0)
    assert director.post(url("answer", roadmap, uuid7()), facts()).status_code == 404


def test_what_is_sent_to_a_group_that_ended_or_was_left_meanwhile_is_given_back():
    roadmap = make_roadmap()
    group, item = roadmap.workgroup, items_of(roadmap)["A1"]
    director, member = make_person(make_member(), "director"), join_group(group)
    words = "Nous l’adoptons après la rentrée, avec Lou."
    groups.move_group(group, status=WorkgroupStatus.ENDED, actor=SYSTEM)

    closed = sign_in(director).post(url("answer", roadmap, item), facts(note=words))
    groups.remove_member(member.workgroups.get(), actor=SYSTEM)
    gone = sign_in(member).post(reverse("decisions:new_decision", args=[group.acronym]), {"text": words})

    assert [reply.status_code for reply in (closed, gone)] == [403, 404]
    assert [words in reply.content.decode() for reply in (closed, gone)] == [True, True]
    assert "Dans vos mots" in closed.content.decode()
    assert "recopié" not in sign_in(director).post(url("answers_reach", roadmap), {"reach": "group"}).content.decode()


def test_what_changes_between_the_page_and_its_lock_is_said(monkeypatch):
    roadmap = make_roadmap()
    home, item = make_member(), items_of(roadmap)["A1"]
    row = answer(roadmap, "A1", home)
    read, found = selectors.own_answer, answering.point

    def read_then_answered_anew(*args):
        kept = read(*args)
        answer(roadmap, "A1", home, Stance.DECLINED)
        return kept

    def found_then_taken_out(*args):
        kept = found(*args)
        services.remove_piece(roadmap, kind=PieceKind.ITEM, pk=str(item), actor=SYSTEM, based_on=opened(roadmap))
        release(roadmap)
        return kept

    monkeypatch.setattr(selectors, "own_answer", read_then_answered_anew)
    withdrawn = sign_in(make_person(home, "director")).post(url("withdraw_answer", roadmap, item), {"based_on": str(row.pk)}, follow=True)
    monkeypatch.setattr(answering, "point", found_then_taken_out)
    noted = sign_in(facilitator_of(roadmap.workgroup)).post(
        url("progress", roadmap, item), {"status": "done", "reading": "9 CAE sur 9", "version": "0"}
    )

    assert "a changé entre-temps" in withdrawn.content.decode()
    assert Answer.unscoped.get(replaced_at=None).stance == "declined"
    assert [words in noted.content.decode() for words in ("n’est pas dans la version publiée", "9 CAE sur 9")] == [True, True]
    assert not ItemProgress.objects.exists()


def test_a_stale_withdrawal_changes_nothing():
    roadmap = make_roadmap()
    home = make_member()
    client, item = sign_in(make_person(home, "director")), items_of(roadmap)["A1"]
    answer(roadmap, "A1", home)
    client.post(url("withdraw_answer", roadmap, item), {"based_on": str(uuid7())})
    client.post(url("withdraw_answer", roadmap, item))

    assert Answer.unscoped.filter(replaced_at=None).count() == 1
    with pytest.raises(WasChanged):
        services.withdraw_answer(roadmap, item_id=item, organisation=home, actor=SYSTEM, based_on=uuid7())


@pytest.mark.parametrize("role", ["advisor", "trainer", "training_manager", "facilitator", "entrepreneur"])
def test_only_who_decides_answers(role):
    roadmap = make_roadmap()
    client, item = sign_in(make_person(make_member(), role)), items_of(roadmap)["A1"]

    assert client.get(url("answer", roadmap, item)).status_code == 403
    assert client.post(url("answer", roadmap, item), facts()).status_code == 403
    assert client.post(url("answers_reach", roadmap), {"reach": "public"}).status_code == 403
    assert not Answer.unscoped.exists()


def test_a_stranger_to_the_federation_a_network_or_a_loan_does_not_answer():
    roadmap, home = make_roadmap(), make_member()
    lent = make_person(home, "shared_staff")
    loan = make_loan(lent, provider=home, beneficiary=make_member())

    assert rules.can_answer(make_actor(home, "director"), roadmap)
    assert not rules.can_answer(make_actor(make_organisation("Dehors"), "director"), roadmap)
    assert not rules.can_answer(actor_for(make_coordinator()), roadmap)
    assert not rules.can_answer(actor_for(lent, f"agreement:{loan.pk}"), roadmap)
    with pytest.raises(NotPossible):
        services.set_answer(
            roadmap, item_id=items_of(roadmap)["A1"], organisation=make_organisation("Réseau", kind="network"), stance=Stance.ADOPTED,
            facts={}, actor=SYSTEM, based_on=None,
        )  # fmt: skip


def test_a_draft_or_a_point_that_is_not_released_is_not_answered():
    roadmap = make_roadmap(releases=0)
    item = services.draft_of(roadmap).read.items[0].id
    client = sign_in(make_person(make_member(), "director"))

    assert client.get(url("answer", roadmap, item)).status_code == 404
    other = make_roadmap()
    assert client.get(url("answer", other, uuid7())).status_code == 404
    with pytest.raises(NotPossible):
        services.set_answer(
            other, item_id=uuid7(), organisation=make_member(), stance=Stance.ADOPTED, facts={}, actor=SYSTEM, based_on=None
        )  # fmt: skip


# -- who reads an answer ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("reach", "expected"),
    [
        ("group", {"member", "guest", "own director", "own advisor"}),
        ("federation", {"member", "guest", "own director", "own advisor", "other director", "coordinator"}),
        ("public", {"member", "guest", "own director", "own advisor", "other director", "coordinator", "outsider", "anyone"}),
    ],
)
def test_an_answer_is_the_group_s_unless_the_cae_opens_it(client, reach, expected):
    group = make_group(reach="public")
    home = make_member("Grand Angle")
    roadmap = make_roadmap(group)
    people = {
        "member": join_group(group), "guest": join_group(group, role=GroupRole.GUEST), "own director": make_person(home, "director"),
        "own advisor": make_person(home, "advisor"), "own entrepreneur": make_person(home, "entrepreneur"),
        "other director": make_person(make_member(), "director"), "coordinator": make_coordinator(),
        "outsider": make_person(make_organisation("Dehors"), "director"), "anyone": None,
    }  # fmt: skip
    if reach != "group":
        expected = expected | {"own entrepreneur"}
    answer(roadmap, "A1", home, Stance.ADAPTED, note="KANB-adapté")
    services.set_answers_reach(roadmap, organisation=home, reach=AnswerReach(reach), actor=SYSTEM)

    def clients(name):
        return sign_in(people[name]) if people[name] else client

    def actor(name):
        return actor_for(people[name]) if people[name] else Actor.anonymous()

    assert {name for name in people if Answer.objects.visible_to(actor(name)).exists()} == expected
    for address in (url("roadmap", roadmap), url("item", roadmap, items_of(roadmap)["A1"])):
        assert {name for name in people if "KANB-adapté" in clients(name).get(address).content.decode()} == expected


def test_an_open_answer_to_a_roadmap_that_one_may_not_read_stays_closed():
    group = make_group()
    roadmap, home = make_roadmap(group), make_member()
    answer(roadmap, "A1", home)
    services.set_answers_reach(roadmap, organisation=home, reach=AnswerReach.PUBLIC, actor=SYSTEM)

    assert not Answer.objects.visible_to(Actor.anonymous()).exists()
    assert Answer.objects.visible_to(make_actor(make_member(), "advisor")).exists()


def test_a_read_without_a_reader_is_refused():
    for rows in (Answer.objects.all(), AnswerSheet.objects.all()):
        with pytest.raises(UnscopedQuery):
            list(rows)


def test_a_director_opens_and_closes_her_answers_alone():
    roadmap = make_roadmap()
    home, other = make_member(), make_member()
    answer(roadmap, "A1", home)
    answer(roadmap, "A1", other)

    sign_in(make_person(home, "director")).post(url("answers_reach", roadmap), {"reach": "federation"})
    sign_in(make_person(home, "director")).post(url("answers_reach", roadmap), {"reach": "tous"})

    assert dict(AnswerSheet.unscoped.values_list("organisation", "reach")) == {home.pk: "federation", other.pk: "group"}


# -- matrix -----------------------------------------------------------------------------------------------------------
def of(actor, roadmap, *, inside):
    found = fresh(roadmap)
    return selectors.matrix(actor, found, selectors.lay_progress(found.read, found), inside=inside)


def cells(matrix):
    return {
        item.code: {column.organisation.name: answer.stance if answer else None for column, answer in row} for item, row in matrix.rows
    }  # fmt: skip


def test_the_matrix_of_the_group_shows_every_cae_own_column_first():
    group = make_group(organisation=make_member("Bâti"))
    join_group(group, make_member("Angle"))
    join_group(group, make_organisation("Partenaire", kind="local_partner"))
    roadmap, outside = make_roadmap(group), make_member("Dehors du groupe")
    answer(roadmap, "A1", outside, Stance.DECLINED)
    answer(roadmap, "B1", group.members.get(role="facilitator").organisation)

    found = of(actor_for(facilitator_of(group)), roadmap, inside=True)

    assert [(column.organisation.name, column.is_own) for column in found.columns] == [
        ("Bâti", True), ("Angle", False), ("Dehors du groupe", False),
    ]  # fmt: skip
    assert cells(found) == {
        "A1": {"Bâti": None, "Angle": None, "Dehors du groupe": "declined"},
        "A2": {"Bâti": None, "Angle": None, "Dehors du groupe": None},
        "B1": {"Bâti": "adopted", "Angle": None, "Dehors du groupe": None},
    }
    assert [item.code for item in found.unanswered] == ["A1", "A2"]


def test_for_others_the_matrix_holds_what_was_opened_and_one_s_own_column():
    group = make_group(organisation=make_member("Bâti"))
    roadmap, opened, own = make_roadmap(group), make_member("Ouverte"), make_member("Mienne")
    for organisation in (opened, make_member("Fermée")):
        answer(roadmap, "A1", organisation)
    services.set_answers_reach(roadmap, organisation=opened, reach=AnswerReach.FEDERATION, actor=SYSTEM)

    found = of(make_actor(own, "director"), roadmap, inside=False)

    assert [column.organisation.name for column in found.columns] == ["Mienne", "Ouverte"]


def test_the_matrix_is_taken_away_as_it_is_read():
    group = make_group(organisation=make_member("Bâti"))
    roadmap = make_roadmap(group)
    silent = join_group(group, make_member("Angle"))
    answer(roadmap, "A1", group.members.get(role="facilitator").organisation, Stance.ADAPTED, note="=SOMME(A1)")
    address = reverse("roadmaps:as_json", args=[group.acronym])

    inside, outside = sign_in(silent).get(address).json(), sign_in(make_person(make_member(), "advisor")).get(address).json()
    csv = b"".join(sign_in(silent).get(reverse("roadmaps:as_csv", args=[group.acronym])).streaming_content).decode()

    said = {(row["code"], row["organisation_name"]): row["stance"] for row in inside["results"]}
    assert said["A1", "Bâti"] == "adapted"
    assert said["A1", "Angle"] == ""
    assert inside["version"] == roadmap.version
    assert not any(row["stance"] for row in outside["results"]), "closed answers stay in the group"
    assert "'=SOMME(A1)" in csv
    assert csv.count("\r\n") == len(inside["results"]) + 1


def test_a_hidden_roadmap_is_taken_away_by_nobody_else():
    group = make_group(status="preparing")
    make_roadmap(group)

    for name in ("as_csv", "as_json"):
        assert sign_in(make_person(make_member(), "director")).get(reverse(f"roadmaps:{name}", args=[group.acronym])).status_code == 404


def test_silence_is_counted_nowhere_and_divergence_counts_what_was_said():
    group = make_group(organisation=make_member("A"))
    for name in ("B", "C", "D", "E"):
        join_group(group, make_member(name))
    roadmap = make_roadmap(group)
    homes = {row.organisation.name: row.organisation for row in group.members.select_related("organisation")}
    answer(roadmap, "A1", homes["A"])
    answer(roadmap, "A1", homes["B"])
    answer(roadmap, "B1", homes["A"], Stance.ADAPTED)
    answer(roadmap, "B1", homes["B"], Stance.DECLINED)
    answer(roadmap, "B1", homes["C"], Stance.DECLINED)
    answer(roadmap, "A2", homes["D"], Stance.THINKING)

    found = of(actor_for(facilitator_of(group)), roadmap, inside=True)

    assert [(item.code, words.replace("\u00a0", " ")) for item, words in found.divergence] == [
        ("B1", "1 CAE l’adapte et 2 CAE le déclinent."),
    ]  # fmt: skip


def test_an_answer_names_the_release_that_it_was_given_to():
    roadmap, home = make_roadmap(), make_member()
    answer(roadmap, "A1", home)
    piece = next(one for one in roadmap.plan["points"] if one["title"] == "Calendrier commun")
    services.save_piece(
        roadmap, kind=PieceKind.ITEM, piece=piece | {"title": "Autre"}, actor=SYSTEM, based_on=fresh(roadmap).latest_revision_id
    )  # fmt: skip
    release(roadmap)

    page = sign_in(make_person(home, "director")).get(url("roadmap", roadmap)).content.decode()

    assert "à la version 1" in page
    assert Answer.unscoped.get().release == 1
    client = sign_in(facilitator_of(roadmap.workgroup))
    for query in ({}, {"version": "1"}):
        results = client.get(url("as_json", roadmap), query).json()["results"]
        said = [(row["release"], row["stance"]) for row in results if row["organisation_name"] == home.name and row["code"] == "A1"]
        lines = b"".join(client.get(url("as_csv", roadmap), query).streaming_content).decode("utf-8-sig").splitlines()
        (cells,) = [row for row in csv.DictReader(lines) if row["CAE"] == home.name and row["repère"] == "A1"]
        assert (said, cells["à la version"], cells["réponse"]) == ([(1, "adopted")], "1", Stance.ADOPTED.label)


def test_the_page_says_what_awaits_an_answer_only_to_who_may_give_it():
    roadmap, home = make_roadmap(), make_member()
    director, advisor = (sign_in(make_person(home, role)).get(url("roadmap", roadmap)).content.decode() for role in ("director", "advisor"))

    assert "3\u00a0points sans réponse" in director
    assert "Ne rien dire n’engage à rien" in director
    assert "sans réponse de" not in advisor


def test_the_page_costs_the_same_with_one_answer_and_with_many():
    def cost(caes):
        group = make_group()
        roadmap = make_roadmap(group)
        for _ in range(caes):
            home = make_member()
            join_group(group, home)
            for code in ("A1", "A2", "B1"):
                answer(roadmap, code, home, Stance.ADAPTED, note="mots")
        client = sign_in(make_person(make_member(), "director"))
        inside = sign_in(facilitator_of(group))
        found = []
        for reader in (client, inside):
            for address in (url("roadmap", roadmap), url("item", roadmap, items_of(roadmap)["A1"])):
                reader.get(address)
                with CaptureQueriesContext(connection) as queries:
                    reader.get(address)
                found.append(len(queries))
        return found

    assert cost(1) == cost(3)


def test_a_cae_that_is_no_more_keeps_what_it_answered_and_counts_among_nothing():
    group = make_group(organisation=make_member("Bâti"))
    reader = join_group(group, make_member("Angle"))
    roadmap, gone, turned = make_roadmap(group), make_member("Partie"), make_member("Devenue partenaire")
    join_group(group, turned)
    for one in (gone, turned):
        answer(roadmap, "A1", one, Stance.DECLINED)
    gone.affiliations.update(ends_on=today() - timedelta(days=1), starts_on=today() - timedelta(days=9))
    Organisation.objects.filter(pk=turned.pk).update(kind="local_partner")

    found = of(actor_for(facilitator_of(group)), roadmap, inside=True)
    html = sign_in(reader).get(reverse("roadmaps:roadmap", args=[group.acronym])).content.decode()
    csv = b"".join(sign_in(reader).get(reverse("roadmaps:as_csv", args=[group.acronym])).streaming_content).decode()

    assert {column.organisation.name: column.is_member for column in found.columns} == {
        "Bâti": True, "Angle": True, "Partie": False, "Devenue partenaire": False,
    }  # fmt: skip
    assert cells(found)["A1"]["Partie"] == "declined"
    assert (found.size, found.group_size, found.divergence) == (2, 2, [])
    assert html.count("n’est plus membre") == 2
    assert "Partie,n’est plus membre," in csv
    assert "Bâti,membre," in csv
