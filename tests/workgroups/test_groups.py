"""Groups: who sees them, who is in them, for whom each person speaks, what becomes of their documents."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import strip_tags

from hub.core.accounts.actor import Actor
from hub.core.accounts.errors import UnscopedQuery
from hub.core.accounts.models import Membership
from hub.core.accounts.selectors import actor_for
from hub.core.accounts.services import withdraw_role
from hub.core.audit.models import AuditEntry
from hub.core.kit.dates import today
from hub.core.kit.identifiers import uuid7
from hub.core.notifications.models import Notification
from tests.builders.accounts import (
    SYSTEM,
    join,
    make_actor,
    make_coordinator,
    make_loan,
    make_member,
    make_organisation,
    make_person,
    sign_in,
)
from tests.builders.workgroups import facilitator_of, join_group, make_decision, make_group, make_roadmap, member_row
from workgroups.groups import panels, rules, selectors, services
from workgroups.groups.enums import GroupRole, Reach, WorkgroupStatus
from workgroups.groups.errors import NotPossible, WasChanged
from workgroups.groups.models import GroupDocument, GroupMember, Workgroup
from workgroups.roadmaps.models import RoadmapPage

pytestmark = pytest.mark.django_db
ANYONE = Actor.anonymous()


def url(name, group, *more):
    return reverse(f"groups:{name}", args=[group.acronym, *more])


def form_of(group, **changes):
    facts = {"name": group.name, "purpose": group.purpose, "charter": group.charter, "reach": group.reach, "version": group.version}
    return facts | changes


def test_a_group_created_twice_is_one_and_both_answers_lead_to_it():
    home = make_member()
    client, other = [sign_in(make_person(home, "facilitator")) for _ in range(2)]
    page = reverse("groups:new_group")
    typed = {"name": "Formation", "acronym": "formation", "purpose": "Former.", "reach": "federation", "charter": ""}
    typed["key"] = client.get(page).context["form"]["key"].value()

    answers = [client.post(page, typed) for _ in range(2)]
    stolen, changed = other.post(page, typed), client.post(page, typed | {"purpose": "Former mieux."})
    others = [client.post(page, typed | {"acronym": "formation-2"}) for _ in range(2)]

    group = Workgroup.unscoped.get(acronym="formation")
    assert [answer["Location"] for answer in answers] == [url("group", group)] * 2
    assert [answer["Location"] for answer in others] == [url("group", Workgroup.unscoped.get(acronym="formation-2"))] * 2
    for answer in (stolen, changed):
        assert "Cette adresse est déjà prise." in answer.content.decode()
    assert "Former mieux." in changed.content.decode()
    assert (group.purpose, GroupMember.unscoped.filter(workgroup=group).count()) == ("Former.", 1)


def test_an_address_taken_between_the_form_and_its_lock_is_a_sentence():
    group, person = make_group(), make_person(make_member(), "facilitator")
    facts = {"name": "Autre", "purpose": "Autre chose."}

    with pytest.raises(NotPossible, match="déjà prise"):
        services.create_group(acronym=group.acronym, facts=facts, facilitator=person, organisation=None, actor=SYSTEM, key=uuid7())


# -- who sees a group -------------------------------------------------------------------------------------------------
def test_a_group_goes_from_its_creation_to_the_federation():
    home = make_member("Bâti Commun")
    creator, reader = sign_in(make_person(home, "facilitator")), sign_in(make_person(make_member(), "advisor"))

    creator.post(reverse("groups:new_group"), {"name": "Formation", "acronym": "formation", "purpose": "Former.", "reach": "federation"})
    group = Workgroup.unscoped.get()
    before = reader.get(url("group", group)).status_code
    creator.post(url("open_group", group))
    after = reader.get(url("group", group))

    assert (before, after.status_code) == (404, 200)
    assert "Bâti Commun" in after.content.decode()
    assert list(AuditEntry.objects.filter(action__startswith="workgroups.").values_list("action", flat=True)) == [
        "workgroups.group.create", "workgroups.group.open",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("status", "reach", "expected"),
    [
        ("preparing", "federation", {"facilitator", "guest", "coordinator"}),
        ("preparing", "public", {"facilitator", "guest", "coordinator"}),
        ("active", "federation", {"facilitator", "guest", "coordinator", "federation"}),
        ("active", "public", {"facilitator", "guest", "coordinator", "federation", "outsider", "anyone"}),
        ("ended", "federation", {"facilitator", "guest", "coordinator", "federation"}),
        ("abandoned", "public", {"facilitator", "guest", "coordinator"}),
    ],
)
def test_the_list_and_the_page_agree_on_who_sees_a_group(client, status, reach, expected):
    group = make_group(status=status, reach=reach)
    guest = join_group(group, role=GroupRole.GUEST)
    people = {
        "facilitator": facilitator_of(group), "guest": guest, "coordinator": make_coordinator(),
        "federation": make_person(make_member(), "advisor"), "outsider": make_person(make_organisation("Dehors"), "director"), "anyone": None,
    }  # fmt: skip

    seen = {name for name, user in people.items() if Workgroup.objects.visible_to(actor_for(user) if user else ANYONE).exists()}
    opened = {
        name for name, user in people.items() if (sign_in(user) if user else client).get(url("group", group)).status_code == 200
    }  # fmt: skip
    listed = {
        name for name, user in people.items() if group.name in (sign_in(user) if user else client).get("/groupes/").content.decode()
    }  # fmt: skip

    assert seen == opened == listed == expected


def test_a_read_without_a_reader_is_refused():
    make_group()

    for rows in (Workgroup.objects.all(), GroupMember.objects.all(), GroupDocument.objects.all()):
        with pytest.raises(UnscopedQuery):
            list(rows)


def test_the_charter_is_for_the_federation_even_of_a_public_group(client):
    group = make_group(reach=Reach.PUBLIC, charter="KANB-charte")

    assert "KANB-charte" not in client.get(url("group", group)).content.decode()
    assert "KANB-charte" in sign_in(make_person(make_member(), "advisor")).get(url("group", group)).content.decode()


def test_names_of_members_stay_in_the_group():
    group = make_group()
    member = join_group(group, user=None)
    reader = sign_in(make_person(make_member(), "director"))

    assert member.name not in reader.get(url("group", group)).content.decode()
    assert facilitator_of(group).name in reader.get(url("group", group)).content.decode()
    assert reader.get(url("members", group)).status_code == 404
    assert member.name in sign_in(facilitator_of(group)).get(url("members", group)).content.decode()


# -- roles ------------------------------------------------------------------------------------------------------------
def test_only_named_roles_create_groups():
    home = make_member()
    may = {role for role in ("director", "facilitator", "advisor", "entrepreneur") if rules.can_create_group(make_actor(home, role))}

    assert may == {"facilitator"}
    assert rules.can_create_group(actor_for(make_coordinator()))
    assert not rules.can_create_group(make_actor(make_organisation("Dehors"), "facilitator"))


@pytest.mark.parametrize(("role", "writes", "facilitates"), [("facilitator", True, True), ("member", True, False), ("guest", False, False)])
def test_what_each_role_of_a_group_may_do(role, writes, facilitates):
    group = make_group()
    person = join_group(group, role=role)
    actor = actor_for(person)
    seen = Workgroup.objects.visible_to(actor).get()

    assert rules.can_see_inside(actor, seen)
    assert rules.can_write(actor, seen) == writes
    assert rules.can_facilitate(actor, seen) == rules.can_edit_group(actor, seen) == rules.can_manage_members(actor, seen) == facilitates
    client = sign_in(person)
    assert client.get(url("edit_group", group)).status_code == (200 if facilitates else 403)
    assert client.post(url("end_group", group)).status_code == (302 if facilitates else 403)


def test_a_group_that_is_over_is_only_read():
    group = make_group(status="ended")
    actor = actor_for(facilitator_of(group))

    assert not rules.can_write(actor, group)
    assert rules.can_facilitate(actor, group), "she may take it up again"
    assert sign_in(facilitator_of(group)).get(url("edit_group", group)).status_code == 403


def test_a_role_of_one_group_is_nothing_in_another():
    group, other = make_group(), make_group()
    client = sign_in(facilitator_of(group))

    assert client.get(url("edit_group", other)).status_code == 403
    assert client.get(url("members", other)).status_code == 404
    assert client.get(url("remove_member", other, member_row(other, facilitator_of(other)).pk)).status_code == 403
    assert client.get(url("remove_member", group, member_row(other, facilitator_of(other)).pk)).status_code == 404


def test_whoever_leaves_her_cae_leaves_the_group_at_the_next_request():
    group = make_group()
    home = make_member()
    person = join_group(group, home)
    client = sign_in(person)
    assert client.get(url("members", group)).status_code == 200

    withdraw_role(Membership.unscoped.get(user=person), actor=SYSTEM)

    assert client.get(url("members", group)).status_code in {302, 403, 404}
    assert not [one for one in actor_for(person).audiences if one.startswith("workgroup:")]


@pytest.mark.parametrize("how", ["left", "entrepreneur", "closed"])
def test_who_left_the_team_or_whose_account_is_closed_is_told_nothing_and_shown_as_gone(how):
    group, home = make_group(), make_member("L’Étançon")
    person, stays = join_group(group, home), join_group(group)
    told = selectors.users_of(group)
    assert set(told) == {facilitator_of(group), person, stays}

    _gone(person, how)

    assert not [one for one in actor_for(person).audiences if one.startswith("workgroup:")]
    assert set(told.all()) == {facilitator_of(group), stays}
    assert {row.user for row in selectors.people(group)} == {facilitator_of(group), stays}
    assert home not in selectors.organisations(group)
    assert selectors.groups(actor_for(stays)).get().organisation_count == 2
    page = " ".join(strip_tags(sign_in(facilitator_of(group)).get(url("members", group)).content.decode()).split())
    assert "2 personnes dans le groupe" in page
    assert f"{person.name} ({'compte fermé' if how == 'closed' else 'n’est plus de l’équipe de L’Étançon'})" in page
    assert f"Retirer {person.name}" in page, "whoever runs the group may tidy up, and add her again for another organisation"


def test_the_list_counts_the_organisations_that_the_page_names():
    group, home = make_group(), make_member()
    join_group(group, role=GroupRole.GUEST)
    reader = join_group(group, home)
    join_group(group, home)
    join_group(group, home, role=GroupRole.GUEST)

    counted = selectors.groups(actor_for(reader)).get().organisation_count

    assert counted == selectors.organisations(group).count() == 2


@pytest.mark.parametrize("how", ["left", "entrepreneur"])
def test_the_last_facilitator_who_is_still_there_stays(how):
    group = make_group()
    other = join_group(group, role=GroupRole.FACILITATOR)
    _gone(other, how)

    with pytest.raises(NotPossible):
        services.remove_member(GroupMember.unscoped.exclude(user=other).get(), actor=SYSTEM)


def _gone(person, how):
    """Her account is closed, she left her CAE, or stays in it without being of its team."""
    if how == "closed":
        person.is_active = False
        person.save()
        return
    held = Membership.unscoped.get(user=person)
    if how == "entrepreneur":
        join(person, held.organisation, "entrepreneur")
    withdraw_role(held, actor=SYSTEM)


def test_acting_for_another_cae_under_an_agreement_opens_no_group():
    home, other = make_member(), make_member()
    group = make_group()
    person = join_group(group, home, user=make_person(home, "shared_staff"))
    loan = make_loan(person, provider=home, beneficiary=other)

    assert sign_in(person).get(url("members", group)).status_code == 200
    lent = sign_in(person, mandate=f"agreement:{loan.pk}")
    assert lent.get(url("members", group)).status_code == 404
    assert not rules.can_write(actor_for(person, f"agreement:{loan.pk}"), Workgroup.unscoped.get())


# -- members ----------------------------------------------------------------------------------------------------------
def test_a_person_is_added_by_her_address_and_told():
    group, home = make_group(), make_member("L’Étançon")
    person = make_person(home, "advisor")

    answer = sign_in(facilitator_of(group)).post(url("members", group), {"email": person.email.upper(), "role": "member"})

    assert answer.status_code == 302
    assert member_row(group, person).organisation == home
    assert Notification.unscoped.get(user=person).text.startswith("Vous êtes dans le groupe")
    assert sign_in(person).get(url("members", group)).status_code == 200


def test_a_person_of_two_caes_says_for_which_she_speaks():
    group = make_group()
    one, two = make_member("Une"), make_member("Deux")
    person = make_person(one, "advisor")
    join(person, two, "advisor")
    client = sign_in(facilitator_of(group))

    asked = client.post(url("members", group), {"email": person.email, "role": "member"})
    wrong = client.post(url("members", group), {"email": person.email, "role": "member", "organisation": str(make_member().pk)})
    client.post(url("members", group), {"email": person.email, "role": "member", "organisation": str(two.pk)})

    assert "choisissez celle pour qui elle parle" in asked.content.decode()
    assert person.email in asked.content.decode(), "what was typed is still there"
    assert wrong.status_code == 200
    assert member_row(group, person).organisation == two


def test_an_entrepreneur_or_a_stranger_is_not_added():
    group = make_group()
    client = sign_in(facilitator_of(group))
    for person in (make_person(make_member(), "entrepreneur").email, "personne@example.org"):
        assert "Aucune équipe d’appui" in client.post(url("members", group), {"email": person, "role": "member"}).content.decode()
    with pytest.raises(NotPossible, match="n’est pas de l’équipe d’appui"):
        join_group(group, home := make_member(), user=make_person(home, "entrepreneur"))

    assert GroupMember.unscoped.count() == 1


def test_a_guest_without_account_is_a_name_in_the_list():
    group = make_group()
    client = sign_in(facilitator_of(group))

    client.post(url("members", group), {"guest_name": "Line  Okou", "guest_of": "Point Création"})

    row = GroupMember.unscoped.get(user=None)
    assert (row.label, row.role) == ("Line Okou, Point Création", "guest")
    with pytest.raises(NotPossible):
        services.set_role(row, role=GroupRole.MEMBER, actor=SYSTEM)


def test_a_group_keeps_one_facilitator():
    group = make_group()
    row = member_row(group, facilitator_of(group))

    with pytest.raises(NotPossible):
        services.remove_member(row, actor=SYSTEM)
    with pytest.raises(NotPossible):
        services.set_role(row, role=GroupRole.MEMBER, actor=SYSTEM)
    join_group(group, role=GroupRole.FACILITATOR)
    services.remove_member(row, actor=SYSTEM)

    assert GroupMember.unscoped.filter(ends_on=None, role=GroupRole.FACILITATOR).count() == 1


def test_who_is_taken_out_by_two_at_once_ends_once_and_takes_no_role_after():
    group = make_group()
    one, other = [member_row(group, join_group(group)) for _ in range(2)]
    long_ago = today() - timedelta(days=40)
    GroupMember.unscoped.filter(pk=one.pk).update(starts_on=long_ago, ends_on=long_ago)

    services.remove_member(one, actor=SYSTEM)
    for _ in range(2):
        services.remove_member(other, actor=SYSTEM)

    one.refresh_from_db()
    assert one.ends_on == long_ago
    assert AuditEntry.objects.filter(action="workgroups.member.remove").count() == 1
    with pytest.raises(NotPossible, match="n’est plus dans le groupe"):
        services.set_role(one, role=GroupRole.FACILITATOR, actor=SYSTEM)


def test_who_facilitates_alone_is_told_before_she_leaves():
    group = make_group()
    client, row = sign_in(facilitator_of(group)), member_row(group, facilitator_of(group))
    leave, told = url("remove_member", group, row.pk), "Pour quitter le groupe, donnez d’abord l’animation"

    page = client.get(url("members", group)).content.decode()
    answer = client.get(leave, follow=True)

    assert (told in page, leave in page) == (True, False)
    assert answer.redirect_chain == [(url("members", group), 302)]
    assert "garde au moins une personne" in answer.content.decode()
    join_group(group, role=GroupRole.FACILITATOR)
    assert told not in client.get(url("members", group)).content.decode()
    assert "Quitter le groupe" in client.get(leave).content.decode()


def test_leaving_asks_first_and_closes_the_next_page():
    group = make_group()
    person = join_group(group)
    client, row = sign_in(person), member_row(group, person)

    asked = client.get(url("remove_member", group, row.pk)).content.decode()
    still = client.get(url("members", group)).status_code
    client.post(url("remove_member", group, row.pk))

    assert "Quitter le groupe" in asked
    assert still == 200
    assert client.get(url("members", group)).status_code == 404
    join_group(group, Membership.unscoped.get(user=person).organisation, user=person)  # and may come back
    assert client.get(url("members", group)).status_code == 200


def test_a_member_takes_nobody_out():
    group = make_group()
    one, other = join_group(group), join_group(group)
    client, row = sign_in(one), member_row(group, other)

    assert client.post(url("remove_member", group, row.pk)).status_code == 403
    assert client.post(url("set_role", group, row.pk), {"role": "facilitator"}).status_code == 403
    assert client.post(url("members", group), {"email": "x@example.org", "role": "member"}).status_code == 403


def test_the_coordinator_gives_a_group_a_facilitator_without_reading_its_inside():
    group = make_group(status="preparing")
    client = sign_in(make_coordinator())
    person = make_person(make_member(), "facilitator")

    assert client.post(url("members", group), {"email": person.email, "role": "facilitator"}).status_code == 302
    assert client.get(url("edit_group", group)).status_code == 403
    assert member_row(group, person).role == "facilitator"


# -- a preparation that leads nowhere --------------------------------------------------------------------------------
def test_a_group_in_preparation_is_abandoned_and_not_ended():
    group = make_group(status="preparing")
    client = sign_in(facilitator_of(group))

    page = client.get(url("group", group)).content.decode()
    answers = [client.get(url("end_group", group)), client.post(url("end_group", group))]

    assert (url("abandon_group", group) in page, url("end_group", group) in page) == (True, False)
    assert {answer.url for answer in answers} == {url("group", group)}
    group.refresh_from_db()
    assert group.status == WorkgroupStatus.PREPARING
    with pytest.raises(NotPossible):
        services.move_group(group, status=WorkgroupStatus.ENDED, actor=SYSTEM)


def test_a_preparation_that_wrote_nothing_goes_and_frees_its_acronym():
    group = make_group(status="preparing", charter="Qui participe.")
    join_group(group)
    client, asked = sign_in(facilitator_of(group)), url("abandon_group", group)

    assert f"Son acronyme, {group.acronym}, redevient libre." in client.get(asked).content.decode()
    assert client.post(asked).url == reverse("groups:groups")

    assert not Workgroup.unscoped.exists()
    assert not GroupMember.unscoped.exists()
    assert not Workgroup.acronym_is_taken(group.acronym)
    assert AuditEntry.objects.filter(action="workgroups.group.delete", object_id=str(group.pk)).count() == 1


@pytest.mark.parametrize("write", [make_decision, make_roadmap, lambda group: upload(sign_in(facilitator_of(group)), group, is_open="on")])
def test_a_preparation_that_wrote_something_stays_with_its_people(write):
    group = make_group(status="preparing")
    write(group)
    person, reader = facilitator_of(group), sign_in(make_person(make_member(), "director"))
    client, asked = sign_in(person), url("abandon_group", group)

    assert f"Son acronyme, {group.acronym}, reste pris." in client.get(asked).content.decode()
    assert client.post(asked).url == url("group", group)

    actor, found = actor_for(person), Workgroup.unscoped.get()
    assert (found.status, found.audience) == (WorkgroupStatus.ABANDONED, found.token)
    assert (rules.can_write(actor, found), rules.can_edit_group(actor, found)) == (False, False)
    assert Workgroup.acronym_is_taken(group.acronym)
    assert reader.get(url("group", group)).status_code == 404
    assert reader.get(reverse("roadmaps:roadmap", args=[group.acronym])).status_code == 404
    assert not GroupDocument.objects.visible_to(actor_for(make_person(make_member(), "director"))).exists()
    assert {entry.audiences for entry in panels._entries(found)} == {frozenset({group.token})}
    assert not RoadmapPage.objects.visible_to(actor_for(make_person(make_member(), "director"))).exists()
    assert {reader.get(row.file.get_absolute_url()).status_code for row in GroupDocument.unscoped.all()} <= {404}
    assert AuditEntry.objects.filter(action="workgroups.group.abandon").count() == 1


def test_an_abandoned_preparation_is_taken_up_again_and_opens_only_then():
    group = make_group(status="abandoned")
    client = sign_in(facilitator_of(group))

    assert "Préparations abandonnées" in client.get(reverse("groups:groups")).content.decode()
    client.post(url("open_group", group))
    group.refresh_from_db()
    assert group.status == WorkgroupStatus.ABANDONED, "it does not open by the way"
    for _ in range(2):
        client.post(url("open_group", group), {"status": "preparing"})
        group.refresh_from_db()
        assert group.status == WorkgroupStatus.PREPARING, "said twice, it does not open"
    assert AuditEntry.objects.filter(action="workgroups.group.resume").count() == 1


def test_who_may_abandon_a_preparation_and_when():
    group = make_group(status="preparing")
    asked = url("abandon_group", group)
    people = {"member": join_group(group), "coordinator": make_coordinator(), "director": make_person(make_member(), "director")}

    assert {name: sign_in(user).post(asked).status_code for name, user in people.items()} == {
        "member": 403, "coordinator": 403, "director": 404,
    }  # fmt: skip
    services.move_group(group, status=WorkgroupStatus.ACTIVE, actor=SYSTEM)
    client = sign_in(facilitator_of(group))
    assert url("abandon_group", group) not in client.get(url("group", group)).content.decode()
    assert client.post(asked).url == url("group", group)
    with pytest.raises(NotPossible):
        services.abandon_group(group, actor=SYSTEM)
    assert Workgroup.unscoped.get().status == WorkgroupStatus.ACTIVE


# -- two editors ------------------------------------------------------------------------------------------------------
def test_the_second_editor_of_the_charter_sees_both_versions():
    group = make_group(charter="Le groupe décide ensemble.")
    second = join_group(group, role=GroupRole.FACILITATOR)
    one, two = sign_in(facilitator_of(group)), sign_in(second)

    one.post(url("edit_group", group), form_of(group, charter="Le groupe décide par consentement."))
    answer = two.post(url("edit_group", group), form_of(group, charter="Le groupe décide à l’unanimité."))

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "par consentement" in page
    assert "à l’unanimité" in page
    assert "<ins>" in page
    assert "<del>" in page
    assert Workgroup.unscoped.get().charter == "Le groupe décide par consentement."
    again = two.post(url("edit_group", group), form_of(group, charter="Le groupe décide à l’unanimité.", version=2))
    assert again.status_code == 302
    assert Workgroup.unscoped.get().charter == "Le groupe décide à l’unanimité."


def test_a_form_without_its_version_overwrites_nothing():
    group = make_group(charter="Avant")

    answer = sign_in(facilitator_of(group)).post(url("edit_group", group), form_of(group, charter="Après", version=""))

    assert answer.status_code == 409
    assert Workgroup.unscoped.get().charter == "Avant"


def test_a_hundred_pairs_of_editors_lose_nothing():
    make_group()
    for number in range(100):
        opened = Workgroup.unscoped.get()
        services.update_group(opened, facts={"charter": f"première {number}"}, actor=SYSTEM, based_on=opened.version)
        with pytest.raises(WasChanged) as conflict:
            services.update_group(opened, facts={"charter": f"seconde {number}"}, actor=SYSTEM, based_on=opened.version)
        assert conflict.value.theirs.charter == Workgroup.unscoped.get().charter == f"première {number}"


# -- documents --------------------------------------------------------------------------------------------------------
def upload(client, group, **more):
    file = SimpleUploadedFile("note.txt", b"Des mots simples.\n", "text/plain")
    return client.post(url("documents", group), {"title": "Note de cadrage", "file": file, **more})


def test_a_document_is_the_group_s_until_it_is_opened_and_after_it_is_closed():
    group = make_group()
    member, reader = sign_in(join_group(group)), sign_in(make_person(make_member(), "advisor"))

    assert upload(member, group).status_code == 302
    row = GroupDocument.unscoped.get()
    address = row.file.get_absolute_url()
    seen = []
    for is_open in ("0", "1", "0"):
        member.post(url("open_document", group, row.pk), {"is_open": is_open})
        seen.append((reader.get(address).status_code, "Note de cadrage" in reader.get(url("documents", group)).content.decode()))

    assert seen == [(404, False), (200, True), (404, False)]
    assert member.get(address).status_code == 200


def test_a_document_and_a_guest_sent_twice_are_kept_once():
    group = make_group()
    client = sign_in(facilitator_of(group))
    key = client.get(url("documents", group)).context["form"]["key"].value()
    guest = {"guest_name": "Line Okou", "guest_of": "Écume", "key": client.get(url("members", group)).context["guest_form"]["key"].value()}

    answers = [upload(client, group, key=key).status_code for _ in range(2)]
    answers += [client.post(url("members", group), guest).status_code for _ in range(2)]

    assert answers == [302] * 4
    assert [GroupDocument.unscoped.count(), GroupMember.unscoped.filter(guest_name="Line Okou").count()] == [1, 1]
    other = SimpleUploadedFile("autre.txt", "D’autres mots.\n".encode(), "text/plain")
    assert client.post(url("documents", group), {"title": "Note de cadrage", "file": other, "key": key}).status_code == 302
    client.post(url("members", group), guest | {"guest_name": "Paul Okou"})
    assert [GroupDocument.unscoped.count(), GroupMember.unscoped.filter(user=None).count()] == [2, 2]


def test_a_document_put_while_the_group_is_opened_is_read_by_the_federation():
    group = make_group(status="preparing")
    member, reader = sign_in(facilitator_of(group)), sign_in(make_person(make_member(), "advisor"))
    upload(member, group)
    services.move_group(group, status=WorkgroupStatus.ACTIVE, actor=SYSTEM)

    row = services.add_document(
        group, title="Suite", upload=SimpleUploadedFile("suite.txt", b"La suite.\n", "text/plain"), is_open=True, actor=SYSTEM
    )

    assert (group.status, reader.get(row.file.get_absolute_url()).status_code) == (WorkgroupStatus.PREPARING, 200)


def test_a_document_removed_by_two_at_once_goes_once_and_is_opened_no_more():
    group = make_group()
    upload(sign_in(facilitator_of(group)), group)
    one, other, third = [GroupDocument.unscoped.get() for _ in range(3)]

    services.remove_document(one, actor=SYSTEM)
    services.remove_document(other, actor=SYSTEM)

    assert AuditEntry.objects.filter(action="workgroups.document.remove").count() == 1
    assert AuditEntry.objects.filter(action="documents.file.delete").count() == 1
    with pytest.raises(NotPossible, match="retiré du groupe"):
        services.set_document_open(third, is_open=True, actor=SYSTEM)


def test_a_guest_taken_out_is_invited_anew_by_the_same_form():
    group = make_group()
    client = sign_in(facilitator_of(group))
    guest = {"guest_name": "Line Okou", "guest_of": "Écume", "key": client.get(url("members", group)).context["guest_form"]["key"].value()}
    client.post(url("members", group), guest)
    services.remove_member(GroupMember.unscoped.get(user=None), actor=SYSTEM)

    client.post(url("members", group), guest)

    assert "Line Okou" in client.get(url("members", group)).content.decode()
    assert GroupMember.unscoped.filter(user=None, ends_on=None).count() == 1


def test_an_open_document_of_a_group_in_preparation_waits_for_the_group():
    group = make_group(status="preparing")
    reader = sign_in(make_person(make_member(), "advisor"))
    upload(sign_in(facilitator_of(group)), group, is_open="on")
    address = GroupDocument.unscoped.get().file.get_absolute_url()

    before = reader.get(address).status_code
    services.move_group(group, status=WorkgroupStatus.ACTIVE, actor=SYSTEM)

    assert (before, reader.get(address).status_code) == (404, 200)


def test_a_guest_reads_documents_and_changes_none():
    group = make_group()
    upload(sign_in(facilitator_of(group)), group)
    client, row = sign_in(join_group(group, role=GroupRole.GUEST)), GroupDocument.unscoped.get()

    assert client.get(row.file.get_absolute_url()).status_code == 200
    assert upload(client, group).status_code == 403
    assert client.post(url("remove_document", group, row.pk)).status_code == 403
    assert client.post(url("open_document", group, row.pk), {"is_open": "1"}).status_code == 403


def test_a_document_is_removed_after_a_question():
    group = make_group()
    client = sign_in(facilitator_of(group))
    upload(client, group)
    row = GroupDocument.unscoped.get()
    address = row.file.get_absolute_url()

    asked = client.get(url("remove_document", group, row.pk))
    assert GroupDocument.unscoped.exists()
    client.post(url("remove_document", group, row.pk))

    assert "effacé du hub" in asked.content.decode()
    assert client.get(address).status_code == 404


def test_a_refused_file_keeps_the_title_typed():
    group = make_group()
    file = SimpleUploadedFile("note.exe", b"MZ" + b"0" * 300)

    page = sign_in(facilitator_of(group)).post(url("documents", group), {"title": "Mon titre", "file": file}).content.decode()

    assert "Mon titre" in page
    assert "<title>Erreur" in page
    assert not GroupDocument.unscoped.exists()


# -- costs ------------------------------------------------------------------------------------------------------------
def cost(client, address):
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return [query["sql"] for query in queries]


def test_pages_cost_the_same_with_one_row_and_with_three():
    group = make_group()
    client = sign_in(facilitator_of(group))
    upload(client, group)
    join_group(group)
    pages = [reverse("groups:groups"), url("group", group), url("members", group), url("documents", group)]
    one = {page: len(cost(client, page)) for page in pages}
    for _ in range(2):
        make_group()
        join_group(group)
        upload(client, group)

    assert {page: len(cost(client, page)) for page in pages} == one


def test_a_member_of_yesterday_is_not_counted():
    group = make_group()
    person = join_group(group)
    GroupMember.unscoped.filter(user=person).update(starts_on=today() - timedelta(days=9), ends_on=today() - timedelta(days=1))

    assert not rules.can_see_inside(actor_for(person), group)
