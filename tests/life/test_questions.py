"""Questions to the federation: answers, «utile», the answer kept, who is told."""

import json

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from hub.core.accounts.errors import UnscopedQuery
from hub.core.accounts.models import Membership
from hub.core.accounts.selectors import actor_for
from hub.core.accounts.services import withdraw_role
from hub.core.audit.models import AuditEntry
from hub.core.jobs import runner
from hub.core.notifications.models import Notification
from hub.pages.questions import rules, services, views
from hub.pages.questions.models import Answer, Follow, QuestionPage, UsefulMark
from hub.pages.writing import services as writing
from tests.builders.accounts import SYSTEM, join, make_coordinator, make_member, make_person, sign_in
from tests.builders.life import make_answer, make_question, writer
from tests.builders.workgroups import facilitator_of, join_group, make_group, member_row
from workgroups.groups import services as groups
from workgroups.groups.errors import NotPossible, WasChanged

pytestmark = pytest.mark.django_db


def url(name, question, *more):
    return reverse(f"questions:{name}", args=[question.public_id, *(row.pk for row in more)])


def told(kind):
    return set(Notification.unscoped.filter(kind=kind).values_list("user", flat=True))


def test_a_question_is_published_as_it_is_asked_and_asks_for_a_title_alone():
    asker = make_person(make_member(), "entrepreneur")

    sign_in(asker).post(reverse("questions:new"), {"title": "Qui prête un théodolite ?", "audience": "federation", "body": ""})

    page = QuestionPage.objects.get()
    assert page.live
    assert Follow.objects.get().user == asker
    assert "Sans réponse" in sign_in(writer()).get(page.get_absolute_url()).content.decode()


def test_a_question_of_a_title_alone_is_published_again_once_it_was_taken_down():
    asker = writer()
    question = make_question(author=asker, body="")
    writing.take_down(question, actor=actor_for(asker))
    client = sign_in(asker)

    assert "il manque" not in client.get(question.get_absolute_url()).content.decode()
    client.post(url("publish", question))

    assert QuestionPage.objects.get().live


def test_an_answer_is_told_to_those_who_follow_and_its_writer_follows():
    asker, first, second = writer(), writer(), writer()
    question = make_question("Assurer un chantier école ?", author=asker)

    sign_in(first).post(url("answer", question), {"body": "Par un avenant."})
    sign_in(second).post(url("answer", question), {"body": "Ou par la décennale."})
    runner.drain()

    assert [told("life.question_answered"), Follow.objects.count()] == [{asker.pk, first.pk}, 3]
    assert "Ou par la décennale." in mail.outbox[-1].body
    page = sign_in(asker).get(question.get_absolute_url()).content.decode()
    assert ("Par un avenant." in page, "2\u00a0réponses" in page) == (True, True)


def test_one_stops_following():
    asker = writer()
    question = make_question(author=asker)
    sign_in(asker).post(url("follow", question), {"on": "0"})
    make_answer(question)

    assert told("life.question_answered") == set()


def test_whoever_left_the_group_is_told_no_more():
    group = make_group()
    gone = join_group(group)
    question = make_question("Interne", author=facilitator_of(group), group=group)
    services.follow(question, on=True, actor=actor_for(gone))
    groups.remove_member(member_row(group, gone), actor=actor_for(facilitator_of(group)))

    make_answer(question, author=join_group(group))

    assert told("life.question_answered") == {facilitator_of(group).pk}
    assert gone.pk not in told("life.question_answered")


def test_whoever_left_her_cae_is_told_no_more_of_what_she_followed_in_the_group():
    group = make_group()
    gone = join_group(group)
    question = make_question("Interne", author=facilitator_of(group), group=group)
    services.follow(question, on=True, actor=actor_for(gone))
    withdraw_role(Membership.unscoped.get(user=gone), actor=SYSTEM)

    make_answer(question, author=join_group(group))

    assert told("life.question_answered") == {facilitator_of(group).pk}


def test_a_question_to_a_group_is_told_to_it():
    group = make_group()
    member = join_group(group)
    make_question("Interne", author=facilitator_of(group), group=group)

    assert told("life.question_asked") == {member.pk}


def test_useful_counts_each_person_once_and_never_oneself():
    author, reader = writer(), writer()
    question = make_question()
    answer = make_answer(question, author=author)
    client = sign_in(reader)

    for _ in range(3):
        client.post(url("useful", question, answer), {"on": "1"})
    mine = sign_in(author).post(url("useful", question, answer), {"on": "1"}).status_code

    assert (mine, UsefulMark.objects.count()) == (403, 1)
    with pytest.raises(IntegrityError), transaction.atomic():
        UsefulMark.objects.create(answer=answer, user=reader)
    client.post(url("useful", question, answer), {"on": "0"})
    assert not UsefulMark.objects.exists()


def test_an_answer_sent_twice_is_one_and_other_words_are_another():
    question, client = make_question(), sign_in(writer())
    key = "0193a000-0000-7000-8000-000000000001"

    for body in ("Par un avenant.", "Par un avenant.", "Par un avenant, signé avant le chantier."):
        client.post(url("answer", question), {"body": body, "key": key})

    assert sorted(Answer.unscoped.values_list("body", flat=True)) == ["Par un avenant, signé avant le chantier.", "Par un avenant."]


def test_the_one_who_asked_keeps_one_answer_and_may_change_her_mind():
    asker, helper = writer(), writer()
    question = make_question(author=asker)
    first, second = make_answer(question, "Un", author=helper), make_answer(question, "Deux")
    client = sign_in(asker)

    client.post(url("accept", question, first))
    client.post(url("accept", question, second))
    kept = list(Answer.unscoped.filter(accepted_at__isnull=False))
    stranger = sign_in(helper).post(url("accept", question, first)).status_code
    client.post(url("accept", question, second), {"on": "0"})

    assert (kept, stranger) == ([second], 403)
    assert told("life.answer_accepted") == {first.author_id, second.author_id}
    assert not Answer.unscoped.filter(accepted_at__isnull=False).exists()


def test_answers_stand_kept_first_then_by_use_then_by_age():
    asker = writer()
    question = make_question(author=asker)
    rows = [make_answer(question, f"Réponse {n}") for n in range(4)]
    services.mark_useful(rows[2], on=True, actor=actor_for(asker))
    services.accept_answer(rows[3], on=True, actor=actor_for(asker))

    found = Answer.objects.visible_to(actor_for(asker)).with_marks(actor_for(asker)).filter(question=question)

    assert [row.body for row in found] == ["Réponse 3", "Réponse 2", "Réponse 0", "Réponse 1"]
    with pytest.raises(UnscopedQuery):
        list(Answer.objects.all())


def test_only_its_author_changes_an_answer_and_her_two_windows_do_not_fight():
    author = writer()
    question = make_question()
    row = make_answer(question, "Texte d’abord", author=author)
    client = sign_in(author)

    client.post(url("edit_answer", question, row), {"body": "Texte ensuite", "version": "1"})
    late = client.post(url("edit_answer", question, row), {"body": "Texte tardif", "version": "1"})

    assert late.status_code == 409
    assert 'tardif<span class="vh">]</span></ins>' in late.content.decode()
    assert Answer.unscoped.get().body == "Texte ensuite"
    assert sign_in(writer()).post(url("edit_answer", question, row), {"body": "x"}).status_code == 403
    with pytest.raises(WasChanged):
        services.update_answer(row, body="x", actor=actor_for(author), based_on=1)


def test_who_moved_to_another_cae_changes_no_answer_and_keeps_none_in_the_name_of_the_one_before():
    author, asker = writer(), writer()
    question = make_question(author=asker)
    answer, withdrawn = make_answer(question, author=author), make_answer(question, "Retirée", author=author)
    services.withdraw_answer(withdrawn, reason="Motif", actor=actor_for(make_coordinator()))

    for person in (author, asker):
        withdraw_role(person.memberships(manager="unscoped").get(), actor=SYSTEM)
        join(person, make_member(), "advisor")

    assert sign_in(author).get(url("edit_answer", question, answer)).status_code == 403
    assert sign_in(asker).post(url("accept", question, answer)).status_code == 403
    assert "Retirée" not in sign_in(author).get(question.get_absolute_url()).content.decode()
    assert not rules.can_mark(actor_for(author), answer)


def test_moderation_withdraws_an_answer_for_good_and_says_why():
    author, coordinator, reader = writer(), make_coordinator(), writer()
    question = make_question()
    row = make_answer(question, "KANB-propos", author=author)

    sign_in(coordinator).post(url("withdraw_answer", question, row), {"reason": "Nomme une personne."})

    assert "KANB-propos" not in sign_in(reader).get(question.get_absolute_url()).content.decode()
    hers = sign_in(author).get(question.get_absolute_url()).content.decode()
    assert ("KANB-propos" in hers, "Nomme une personne." in hers) == (True, True)
    assert Notification.unscoped.get(user=author, kind="life.answer_withdrawn").text.endswith("Nomme une personne.")
    assert sign_in(reader).post(url("withdraw_answer", question, row), {"reason": "x"}).status_code == 404
    for call in (
        lambda: services.update_answer(row, body="x", actor=actor_for(author)),
        lambda: services.accept_answer(row, on=True, actor=actor_for(question.author)),
    ):
        with pytest.raises(NotPossible):
            call()


def test_its_author_takes_an_answer_back_with_its_marks_and_the_question_is_open_again():
    asker, author, reader = writer(), writer(role="entrepreneur"), writer()
    question = make_question(author=asker)
    row, client = make_answer(question, "KANB-propos", author=author), sign_in(author)
    services.mark_useful(row, on=True, actor=actor_for(reader))
    services.accept_answer(row, on=True, actor=actor_for(asker))
    assert "Retirer ma réponse" in client.get(question.get_absolute_url()).content.decode()
    assert "Retirer ma réponse" not in sign_in(reader).get(question.get_absolute_url()).content.decode()

    asked = client.get(url("delete_answer", question, row)).content.decode()
    assert ("partent avec elle" in asked, "n’est plus résolue" in asked, Answer.unscoped.count()) == (True, True, 1)
    assert sign_in(reader).post(url("delete_answer", question, row)).status_code == 403
    page = client.post(url("delete_answer", question, row), follow=True).content.decode()

    assert ("Votre réponse est retirée." in page, "KANB-propos" in page) == (True, False)
    assert (Answer.unscoped.count(), UsefulMark.objects.count()) == (0, 0)
    line = AuditEntry.objects.get(action="life.answer.delete")
    assert (line.object_id, json.loads(line.data)["was_accepted"]) == (str(row.pk), True)
    services.delete_answer(row, actor=actor_for(author))
    assert AuditEntry.objects.filter(action="life.answer.delete").count() == 1


@pytest.mark.parametrize(
    ("name", "who", "typed"),
    [
        ("edit_answer", "author", {"body": "Texte", "version": "1"}), ("accept", "asker", {"on": "1"}),
        ("withdraw_answer", "coordinator", {"reason": "Motif"}), ("useful", "reader", {"on": "1"}),
    ],
)  # fmt: skip
def test_an_answer_that_its_author_takes_back_meanwhile_is_said_to_be_gone(name, who, typed, monkeypatch):
    people = {"author": writer(), "asker": writer(), "coordinator": make_coordinator(), "reader": writer()}
    question = make_question(author=people["asker"])
    row = make_answer(question, author=people["author"])
    client, found = sign_in(people[who]), views._answer

    def found_then_gone(*args):
        kept = found(*args)
        services.delete_answer(kept, actor=actor_for(people["author"]))
        return kept

    monkeypatch.setattr(views, "_answer", found_then_gone)
    page = client.post(url(name, question, row), typed, follow=True)

    assert page.status_code == 200
    assert services.TAKEN_BACK in page.content.decode().replace("\u00a0", " ")
    assert (Answer.unscoped.count(), UsefulMark.objects.count()) == (0, 0)


def test_an_answer_that_moderation_withdrew_stays_with_its_reason():
    author = writer()
    row = make_answer(make_question(), author=author)
    services.withdraw_answer(row, reason="Nomme une personne.", actor=actor_for(make_coordinator()))

    assert sign_in(author).post(url("delete_answer", row.question, row)).status_code == 403
    with pytest.raises(NotPossible):
        services.delete_answer(row, actor=actor_for(author))


def test_a_withdrawn_question_takes_no_answer():
    question = make_question()
    writing.withdraw(question, reason="x", actor=actor_for(make_coordinator()))

    with pytest.raises(NotPossible):
        services.write_answer(question, body="x", actor=actor_for(writer()))
    assert not rules.can_answer(actor_for(writer()), QuestionPage.objects.get())


def test_an_answer_sent_twice_is_one_and_an_empty_one_is_said():
    question, client = make_question(), sign_in(writer())
    typed = {"body": "Une fois", "key": "0193a000-0000-7000-8000-000000000002"}

    for _ in range(2):
        client.post(url("answer", question), typed)
    empty = client.post(url("answer", question), {"body": "  "})

    assert Answer.unscoped.count() == 1
    assert "<title>Erreur" in empty.content.decode()
    assert AuditEntry.objects.filter(action="life.answer.create").count() == 1


def test_questions_are_filtered_by_their_state():
    asker = writer()
    open_one, answered, solved = (make_question(title, author=asker) for title in ("Ouverte", "Répondue", "Résolue"))
    make_answer(answered)
    services.accept_answer(make_answer(solved), on=True, actor=actor_for(asker))
    client = sign_in(asker)

    def titles(query):
        return {page.title for page in client.get(reverse("questions:list") + query).context["page"]}

    assert titles("?etat=sans-reponse") == {open_one.title}
    assert titles("?etat=avec-reponse") == {answered.title, solved.title}
    assert titles("?etat=resolue") == {solved.title}


def test_a_visitor_reads_public_questions_and_is_sent_to_sign_in_to_answer():
    question = make_question(author=writer(), audience="public")
    make_answer(question, author=make_person(make_member("Bâti"), "advisor", last_name="Secrète"))
    page = Client().get(question.get_absolute_url()).content.decode()

    assert ("Par un avenant." in page, "Bâti" in page, "Secrète" in page, "Se connecter pour répondre" in page) == (True, True, False, True)
    assert Client().post(url("answer", question), {"body": "x"}).status_code in {302, 403}


# -- from an answer to a page that stays -------------------------------------------------------------------------------
def kept(**facts):
    asker = writer()
    question = make_question("Qui assure ?", author=asker, theme="juridique", **facts)
    answer = make_answer(question, "Par un avenant.", author=writer(make_member("Bâti")))
    return question, services.accept_answer(answer, on=True, actor=actor_for(asker))


@pytest.mark.parametrize("space", ["notes", "library"])
def test_a_kept_answer_begins_a_note_or_a_resource(space):
    question, answer = kept()
    client = sign_in(writer())
    link = f"{reverse(f'{space}:new')}?reponse={answer.pk}"

    assert link in client.get(question.get_absolute_url()).content.decode()
    form = client.get(link).context["form"]

    assert (form["title"].value(), form["theme"].value(), form["audience"].value()) == ("Qui assure ?", "juridique", "federation")
    assert form["body"].value().startswith("Par un avenant.")
    assert "D’après la réponse de Bâti" in form["body"].value()


def test_only_who_may_write_one_is_led_there():
    question, _ = kept()
    page = sign_in(writer(role="entrepreneur")).get(question.get_absolute_url()).content.decode()

    assert (f"{reverse('notes:new')}?reponse" in page, f"{reverse('library:new')}?reponse" in page) == (True, False)
    assert "?reponse" not in Client().get(question.get_absolute_url()).content.decode()


def test_an_answer_that_was_not_kept_begins_nothing():
    answer = make_answer(make_question())
    client = sign_in(writer())

    assert "?reponse" not in client.get(answer.question.get_absolute_url()).content.decode()
    for value in (answer.pk, "x"):
        assert not client.get(f"{reverse('notes:new')}?reponse={value}").context["form"]["body"].value()


def test_an_answer_of_a_group_is_not_begun_for_more_readers():
    group = make_group()
    asker = join_group(group)
    question = make_question(author=asker, group=group)
    answer = services.accept_answer(make_answer(question, "Secret", author=asker), on=True, actor=actor_for(asker))
    link = f"{reverse('notes:new')}?reponse={answer.pk}"

    assert sign_in(asker).get(link).context["form"]["audience"].value() == group.token
    assert not sign_in(writer()).get(link).context["form"]["body"].value()
