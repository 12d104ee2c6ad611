"""Decisions and actions: sentences with an owner and a day, read by the group alone, told to whoever must do something."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hub.core.accounts.errors import UnscopedQuery
from hub.core.accounts.selectors import actor_for
from hub.core.audit.models import AuditEntry
from hub.core.kit.dates import date_fr, long_date_fr, today
from hub.core.kit.identifiers import uuid7
from hub.core.notifications.models import Notification
from tests.builders.accounts import SYSTEM, make_coordinator, make_member, make_person, sign_in
from tests.builders.workgroups import (
    facilitator_of,
    items_of,
    join_group,
    make_action,
    make_decision,
    make_group,
    make_meeting,
    make_roadmap,
    member_row,
)
from workgroups.decisions import panels, services
from workgroups.decisions.enums import ActionStatus
from workgroups.decisions.models import Action, Decision
from workgroups.decisions.selectors import counts, members_of
from workgroups.groups import services as groups
from workgroups.groups.enums import GroupRole
from workgroups.groups.errors import NotPossible, WasChanged
from workgroups.groups.selectors import people
from workgroups.meetings import services as meetings

pytestmark = pytest.mark.django_db


def url(name, group, *more):
    return reverse(f"decisions:{name}", args=[group.acronym, *more])


def edit(group, decision):
    return reverse("meetings:edit_decision", args=[group.acronym, decision.pk])


def test_a_decision_is_a_sentence_with_an_owner_a_day_and_its_point():
    group = make_group()
    item = items_of(make_roadmap(group))["B1"]
    person = join_group(group, make_member("Autan"))
    client = sign_in(person)
    form = {
        "text": "Les dates sont publiées ensemble.", "taken_on": "2026-11-13", "owner": str(member_row(group, person).pk),
        "due_on": "2027-03-01", "item_id": str(item), "dissent": "Une CAE attend janvier.",
    }  # fmt: skip

    assert client.post(url("new_decision", group), form).status_code == 302

    row, page = Decision.unscoped.get(), client.get(url("decisions", group)).content.decode()
    assert (row.item_id, row.owner.organisation.name, row.dissent) == (item, "Autan", "Une CAE attend janvier.")
    for words in ("publiées ensemble", "Autan", "B1 Calendrier commun", "Une CAE attend janvier."):
        assert words in page
    assert AuditEntry.objects.filter(action="workgroups.decision.record").count() == 1


def test_decisions_and_actions_are_the_group_s():
    group = make_group()
    make_decision(group, text="KANB-décision")
    make_action(group, text="KANB-action")
    people = {
        "member": join_group(group), "guest": join_group(group, role=GroupRole.GUEST), "director": make_person(make_member(), "director"),
        "coordinator": make_coordinator(), "of another group": facilitator_of(make_group()),
    }  # fmt: skip
    expected = {"member", "guest"}

    for model in (Decision, Action):
        assert {name for name, user in people.items() if model.objects.visible_to(actor_for(user)).exists()} == expected
        with pytest.raises(UnscopedQuery):
            list(model.objects.all())
    for address in (url("decisions", group), url("actions", group)):
        assert {name for name, user in people.items() if sign_in(user).get(address).status_code == 200} == expected
    pages = {name: sign_in(user).get(reverse("groups:group", args=[group.acronym])).content.decode() for name, user in people.items()}
    assert {name for name, page in pages.items() if "KANB" in page} == expected


def test_a_guest_writes_nothing_but_closes_what_was_given_to_her():
    group = make_group()
    guest = join_group(group, role=GroupRole.GUEST)
    own, other = make_action(group, owner=member_row(group, guest)), make_action(group)
    decision, client = make_decision(group), sign_in(guest)

    assert client.get(url("new_decision", group)).status_code == 403
    assert client.post(url("new_action", group), {"text": "x"}).status_code == 403
    assert client.post(edit(group, decision), {"text": "x"}).status_code == 403
    assert client.post(url("edit_action", group, own.pk), {"text": "x"}).status_code == 403
    assert client.post(url("action_status", group, other.pk), {"status": "done"}).status_code == 403
    assert client.post(url("action_status", group, own.pk), {"status": "done"}).status_code == 302
    assert set(Action.unscoped.filter(status="done")) == {own}


def test_rows_of_another_group_do_not_exist():
    group, other = make_group(), make_group()
    decision, action = make_decision(other), make_action(other)
    client = sign_in(facilitator_of(group))

    assert client.get(edit(group, decision)).status_code == 404
    assert client.post(url("action_status", group, action.pk), {"status": "done"}).status_code == 404
    assert client.get(url("edit_action", other, action.pk)).status_code == 404
    member = member_row(other, facilitator_of(other))
    answer = client.post(url("new_action", group), {"text": "Voler", "owner": str(member.pk)})
    assert answer.status_code == 200, "somebody of another group is no choice"
    assert not Action.unscoped.filter(workgroup=group).exists()


def test_whoever_is_given_an_action_is_told_and_finds_it_at_home_most_urgent_first():
    group = make_group()
    boss, person = facilitator_of(group), join_group(group)
    client = sign_in(boss)
    row = str(member_row(group, person).pk)
    for text, days in (("Relancer l’OPCO", 5), ("Écrire la note", -3), ("Plus tard", 60)):
        client.post(url("new_action", group), {"text": text, "owner": row, "due_on": (today() + timedelta(days=days)).isoformat()})

    home = sign_in(person).get("/moi/").content.decode()

    assert Notification.unscoped.filter(user=person, kind="workgroups.action_given").count() == 3
    assert home.index("Écrire la note") < home.index("Relancer l’OPCO")
    assert "3\u00a0jours de retard" in home
    assert "Plus tard" not in home
    assert "Relancer" not in sign_in(boss).get("/moi/").content.decode()


def test_what_is_done_awaits_nobody_any_more_and_may_be_opened_again():
    group = make_group()
    person = join_group(group)
    action = make_action(group, owner=member_row(group, person), due_in=-1)
    client = sign_in(person)

    client.post(url("action_status", group, action.pk), {"status": "done"})
    client.post(url("action_status", group, action.pk), {"status": "done"})
    done = client.get("/moi/").content.decode()
    client.post(url("action_status", group, action.pk), {"status": "n’importe"})
    client.post(url("action_status", group, action.pk), {"status": "open"})

    assert "Écrire à l’OPCO" not in done
    assert "Écrire à l’OPCO" in client.get("/moi/").content.decode()
    assert list(AuditEntry.objects.filter(action__startswith="workgroups.action").values_list("action", flat=True)) == [
        "workgroups.action.create", "workgroups.action.close", "workgroups.action.reopen",
    ]  # fmt: skip


def test_leaving_the_group_takes_its_actions_off_one_s_home():
    group = make_group()
    person = join_group(group)
    make_action(group, owner=member_row(group, person))

    groups.remove_member(member_row(group, person), actor=SYSTEM)

    assert "Écrire à l’OPCO" not in sign_in(person).get("/moi/").content.decode()
    assert "Écrire à l’OPCO" in sign_in(facilitator_of(group)).get(url("actions", group)).content.decode()


@pytest.mark.parametrize("what", ["decision", "action"])
def test_the_second_writer_sees_both_versions(what):
    group = make_group()
    row = make_decision(group) if what == "decision" else make_action(group)
    one, two = sign_in(join_group(group)), sign_in(join_group(group))
    form = {"version": "1", "taken_on": "2026-11-13", "due_on": ""}
    address = edit(group, row) if what == "decision" else url("edit_action", group, row.pk)

    one.post(address, form | {"text": "La première version"})
    answer = two.post(address, form | {"text": "La seconde version"})

    assert answer.status_code == 409
    page = answer.content.decode()
    assert 'première<span class="vh">]</span></del>' in page
    assert "La seconde version</textarea>" in page
    row.refresh_from_db()
    assert row.text == "La première version"
    assert two.post(address, form | {"text": "La seconde version", "version": "2"}).status_code == 302
    with pytest.raises(WasChanged):
        (services.update_decision if what == "decision" else services.update_action)(row, facts={}, actor=SYSTEM, based_on=1)


def test_a_point_that_is_gone_stays_named():
    group = make_group()
    make_roadmap(group)
    row = make_decision(group, item_id=uuid7())

    page = sign_in(facilitator_of(group)).get(edit(group, row)).content.decode()

    assert "un point qui n’est plus dans la feuille de route" in page


def test_closed_actions_are_shown_on_demand():
    group = make_group()
    services.set_action_status(make_action(group, text="Close"), status=ActionStatus.DROPPED, actor=SYSTEM)
    client = sign_in(facilitator_of(group))

    assert "Close" not in client.get(url("actions", group)).content.decode().replace("closes", "")
    assert "Abandonnée" in client.get(url("actions", group), {"toutes": "1"}).content.decode()


def test_a_decision_is_not_dated_ahead():
    group = make_group()
    row, ahead = make_decision(group), today() + timedelta(days=1)
    client = sign_in(facilitator_of(group))
    form = {"text": "Décidé demain.", "taken_on": ahead.isoformat(), "version": "1"}

    for page in (url("new_decision", group), edit(group, row)):
        assert "n’est pas encore venu" in client.post(page, form).content.decode()
    for write in (
        lambda: make_decision(group, taken_on=ahead),
        lambda: services.update_decision(row, facts={"taken_on": ahead}, actor=SYSTEM),
    ):
        with pytest.raises(NotPossible):
            write()
    assert Decision.unscoped.get().taken_on == today()


@pytest.mark.parametrize(("days", "is_refused"), [(-1, True), (0, False), (1, False)])
def test_a_decision_is_not_due_before_it_is_taken(days, is_refused):
    group = make_group()
    form = {"text": "Décidé.", "taken_on": today().isoformat(), "due_on": (today() + timedelta(days=days)).isoformat()}

    answer = sign_in(facilitator_of(group)).post(url("new_decision", group), form)

    assert Decision.unscoped.exists() != is_refused
    if is_refused:
        assert answer.context["form"].errors == {"due_on": ["Ce jour vient avant celui où la décision est prise."]}


def test_those_who_may_carry_a_decision_are_in_the_order_of_a_dictionary():
    group = make_group(organisation=make_member("Atelier"))
    for name in ("Zinc", "Écluse", "Eau"):
        join_group(group, make_member(name))
    groups.add_guest(group, name="Line Okou", of="Écume", actor=SYSTEM)

    expected = ["Atelier", "Eau", "Écluse", "Écume", "Zinc"]
    assert [row.speaks_for for row in members_of(group)] == expected
    assert [row.speaks_for for row in people(group)] == expected


@pytest.mark.parametrize(
    "facts", [{"text": ""}, {"text": "x", "taken_on": "hier"}, {"text": "x", "taken_on": "0001-01-01"}, {"text": "x" * 2001}]
)
@pytest.mark.usefixtures("_unkept")
def test_a_bad_form_is_said_and_nothing_typed_is_lost(facts):
    group = make_group()

    answer = sign_in(facilitator_of(group)).post(url("new_decision", group), {"taken_on": "2026-11-13", "dissent": "Mes mots", **facts})

    assert answer.status_code == 200
    assert "<title>Erreur" in answer.content.decode()
    assert "Mes mots" in answer.content.decode()
    assert not Decision.unscoped.exists()


def test_pages_cost_the_same_with_one_row_and_with_three():
    group = make_group()
    make_roadmap(group)
    person = join_group(group)
    client = sign_in(person)
    pages = [url("decisions", group), url("actions", group), reverse("groups:group", args=[group.acronym]), "/moi/"]

    def cost():
        found = []
        for page in pages:
            client.get(page)
            with CaptureQueriesContext(connection) as queries:
                client.get(page)
            found.append(len(queries))
        return found

    def one_more():
        make_decision(group, owner=member_row(group, person))
        make_action(group, owner=member_row(group, person))

    one_more()
    one = cost()
    one_more()
    one_more()

    assert cost() == one


def test_the_service_refuses_a_day_before_the_decision_whichever_of_the_two_is_moved():
    group = make_group()
    yesterday = today() - timedelta(days=1)
    row = make_decision(group, taken_on=yesterday, due_on=yesterday)

    for write in (
        lambda: make_decision(group, due_on=yesterday),
        lambda: services.update_decision(row, facts={"taken_on": today()}, actor=SYSTEM),
        lambda: services.update_decision(row, facts={"due_on": yesterday - timedelta(days=1)}, actor=SYSTEM),
    ):
        with pytest.raises(NotPossible, match="vient avant"):
            write()
    assert Decision.unscoped.get().due_on == yesterday
    assert services.update_decision(row, facts={"taken_on": today(), "due_on": None}, actor=SYSTEM).taken_on == today()


def test_a_decision_written_by_mistake_is_withdrawn_and_stays_struck_in_the_register():
    group = make_group()
    writer = join_group(group)
    client, reader = sign_in(writer), sign_in(join_group(group))
    client.post(url("new_decision", group), {"text": "Le KANB est décidé.", "taken_on": today().isoformat()})
    row = Decision.unscoped.get()
    meeting = make_meeting(group, starts_in=-1)
    meeting.decisions.add(row)
    address = url("withdraw_decision", group, row.pk)
    home, presentation = "/moi/", reverse("groups:group", args=[group.acronym])
    before = [page for page in (home, presentation) if "KANB" in reader.get(page).content.decode()]

    asked = client.get(address).content.decode()
    assert "KANB" in asked
    assert f"prise le {long_date_fr(today())}.<" in asked, "one full stop"
    assert client.post(address, {"reason": ""}).status_code == 200, "a withdrawal has a reason"
    assert client.post(address, {"reason": "Notée au mauvais groupe"}).status_code == 302
    assert client.post(address, {"reason": "Deux fois"}).status_code == 302

    row.refresh_from_db()
    assert (row.withdrawn_reason, row.withdrawn_at is not None) == ("Notée au mauvais groupe", True)
    for page in (url("decisions", group), reverse("meetings:meeting", args=[group.acronym, meeting.pk])):
        shown = reader.get(page).content.decode()
        assert "<s>Le KANB est décidé.</s>" in shown
        assert f"Retirée le {date_fr(today())}&nbsp;: Notée au mauvais groupe" in shown
        assert reverse("meetings:edit_decision", args=[group.acronym, row.pk]) not in shown
    assert before == [home, presentation]
    assert [page for page in before if "KANB" in reader.get(page).content.decode()] == []
    assert AuditEntry.objects.filter(action="workgroups.decision.withdraw").count() == 1


def test_a_withdrawn_decision_counts_no_more_and_is_not_found():
    group = make_group()
    kept, gone = make_decision(group, text="KANB gardée"), make_decision(group, text="KANB retirée")
    services.withdraw_decision(gone, reason="Erreur", actor=SYSTEM)
    actor = actor_for(facilitator_of(group))
    source = panels.search_source(None, None)["source"]

    assert panels.decisions_tab(actor, group)["count"] == 1
    assert counts(actor, group) == (1, 0)
    assert list(source.iterate(None)) == [kept]
    assert list(source.visible(actor, [str(kept.pk), str(gone.pk)])) == [str(kept.pk)]
    assert source.simple(actor, "KANB", 5) == [kept]


def test_who_facilitates_or_wrote_a_decision_withdraws_it():
    group = make_group()
    writer, other, guest = join_group(group), join_group(group), join_group(group, role=GroupRole.GUEST)
    sign_in(writer).post(url("new_decision", group), {"text": "Décidé.", "taken_on": today().isoformat()})
    row = Decision.unscoped.get()
    people = {"facilitator": facilitator_of(group), "writer": writer, "other": other, "guest": guest}
    address = url("withdraw_decision", group, row.pk)

    assert {name for name, user in people.items() if sign_in(user).get(address).status_code == 200} == {"facilitator", "writer"}
    assert {name for name, user in people.items() if address in sign_in(user).get(url("decisions", group)).content.decode()} == {
        "facilitator", "writer",
    }  # fmt: skip
    assert sign_in(other).post(address, {"reason": "x"}).status_code == 403
    groups.set_role(member_row(group, writer), role=GroupRole.GUEST, actor=SYSTEM)
    assert sign_in(writer).post(address, {"reason": "x"}).status_code == 403, "a guest writes nothing"
    assert sign_in(facilitator_of(make_group())).post(address, {"reason": "x"}).status_code == 404
    assert Decision.unscoped.get().withdrawn_at is None


def test_what_was_withdrawn_is_not_written_anew():
    group = make_group()
    row = make_decision(group)
    client = sign_in(facilitator_of(group))
    services.withdraw_decision(row, reason="Erreur", actor=SYSTEM)

    for answer in (client.get(edit(group, row)), client.post(edit(group, row), {"text": "Encore", "taken_on": today().isoformat()})):
        assert answer.url == url("decisions", group)
    with pytest.raises(NotPossible, match="retirée"):
        services.update_decision(row, facts={"text": "Encore"}, actor=SYSTEM)
    services.withdraw_decision(row, reason="Autre motif", actor=SYSTEM)
    row.refresh_from_db()
    assert (row.text, row.withdrawn_reason) == ("Les dates sont publiées ensemble.", "Erreur")


def test_a_form_sent_again_after_its_decision_was_withdrawn_writes_another():
    group, key = make_group(), uuid7()
    facts = {"text": "Décidé.", "taken_on": today(), "owner": None, "due_on": None, "item_id": None, "dissent": ""}
    first = services.record_decision(group, facts=facts, actor=SYSTEM, key=key)
    services.withdraw_decision(first, reason="Erreur", actor=SYSTEM)

    assert services.record_decision(group, facts=facts, actor=SYSTEM, key=key).pk != first.pk


def test_a_decision_moves_to_the_meeting_where_it_was_taken():
    group = make_group()
    wrong, right = make_meeting(group, starts_in=-2, title="La mauvaise"), make_meeting(group, starts_in=-1, title="La bonne")
    make_meeting(group, starts_in=3, title="À venir")
    make_meeting(make_group(), starts_in=-1, title="D’ailleurs")
    row = make_decision(group)
    wrong.decisions.add(row)
    client = sign_in(join_group(group))
    form = {"text": row.text, "taken_on": today().isoformat(), "version": "1"}

    page = client.get(edit(group, row)).content.decode()
    assert [title in page for title in ("La mauvaise", "La bonne", "À venir", "D’ailleurs")] == [True, True, False, False]
    assert client.post(edit(group, row), form | {"meeting": str(right.pk)}).status_code == 302
    assert (list(wrong.decisions.all()), list(right.decisions.all())) == ([], [row])
    assert AuditEntry.objects.filter(action="workgroups.decision.update").latest("seq").details["fields"] == ["meeting"]
    late = client.post(edit(group, row), form | {"meeting": str(wrong.pk)})
    assert late.status_code == 409
    assert [label for label, _words in late.context["conflict"]] == ["Réunion"], "who comes second sees where it is now"
    assert client.post(edit(group, row), form | {"meeting": "", "version": "2"}).status_code == 302
    assert list(right.decisions.all()) == []


def test_no_decision_moves_to_a_meeting_that_cannot_have_taken_it():
    group = make_group()
    row, held = make_decision(group), make_meeting(group, starts_in=-1)
    held.decisions.add(row)
    cancelled = make_meeting(group, starts_in=3)
    meetings.cancel_meeting(cancelled, actor=SYSTEM)
    cancelled.refresh_from_db()

    for wrong, why in (
        (make_meeting(make_group(), starts_in=-1), "autre groupe"), (cancelled, "annulée"), (make_meeting(group, starts_in=3), "pas commencé"),
    ):  # fmt: skip
        with pytest.raises(NotPossible, match=why):
            meetings.update_decision(row, meeting=wrong, facts={}, actor=SYSTEM)
    assert list(held.decisions.all()) == [row]
