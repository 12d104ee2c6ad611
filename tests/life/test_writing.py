"""Pages that members write: who reads, changes, moderates them; drafts, conflicts, feeds."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page

from hub.core.accounts.actor import Actor
from hub.core.accounts.audiences import PUBLIC, network
from hub.core.accounts.enums import OrganisationKind
from hub.core.accounts.selectors import actor_for
from hub.core.accounts.services import affiliate, close_sessions, withdraw_role
from hub.core.audit.models import AuditEntry
from hub.core.kit.dates import today
from hub.core.notifications.models import Notification
from hub.pages.events.models import EventPage, EventRegistration
from hub.pages.news.models import NewsPage
from hub.pages.notes.models import NotePage
from hub.pages.questions.models import QuestionPage
from hub.pages.selectors import front
from hub.pages.writing import rules, selectors, services
from hub.pages.writing.models import FeedKey
from hub.pages.writing.nouns import registry
from tests.builders.accounts import (
    SYSTEM,
    join,
    make_coordinator,
    make_loan,
    make_member,
    make_organisation,
    make_person,
    make_user,
    sign_in,
)  # fmt: skip
from tests.builders.life import attend, make_event, make_news, make_note, make_question, make_resource, writer
from tests.builders.workgroups import facilitator_of, join_group, make_group, member_row
from workgroups.groups.enums import GroupRole
from workgroups.groups.errors import NotPossible, WasChanged
from workgroups.groups.services import remove_member

pytestmark = pytest.mark.django_db
MAKERS = (make_question, make_note, make_news, make_event, make_resource)


def url(name, page):
    return reverse(f"{page.namespace}:{name}", args=[page.public_id])


def note_form(**changes):
    return {"title": "Un fourgon pour trois", "body": "On a acheté à trois.", "theme": "", "audience": "federation"} | changes


def test_a_visitor_is_led_from_the_first_page_to_what_is_public():
    def exchanges():
        return next(area for area in front(Actor.anonymous())["areas"] if area["title"] == "Échanges")

    make_question()
    make_news()
    assert exchanges()["count"] == 0

    make_news(audience="public")
    make_event(audience="public")
    assert exchanges() == {"title": "Échanges", "url": reverse("life:life"), "count": 1, "text": "texte à lire", "area": "a-life"}
    make_question(audience="public")
    assert (exchanges()["url"], exchanges()["text"]) == (reverse("questions:list"), "question posée")


def test_the_five_kinds_are_registered_in_order():
    assert [noun.namespace for noun in registry.all()] == ["questions", "events", "news", "notes", "library"]


@pytest.mark.parametrize("make", MAKERS)
def test_each_audience_reads_its_own_pages_and_no_other(make):
    """The page itself, the list, the feed and the twin of the rule agree."""
    group = make_group()
    net = make_organisation("Réseau du Sud", kind=OrganisationKind.NETWORK)
    inside = make_member("Dans le réseau")
    affiliate(inside, network=net, starts_on=today(), actor=SYSTEM)
    author = facilitator_of(group)
    affiliate(author.memberships(manager="unscoped").get().organisation, network=net, starts_on=today(), actor=SYSTEM)
    kinds = {"public": {"audience": PUBLIC}, "federation": {}, "network": {"audience": network(net.pk)}, "group": {"group": group}}
    pages = {name: make(f"Titre-{name}", author=author, **facts) for name, facts in kinds.items()}
    readers = {
        "nobody": (None, {"public"}),
        "outsider": (make_person(make_organisation("Hors fédération"), "director"), {"public"}),
        "member": (make_person(make_member(), "entrepreneur"), {"public", "federation"}),
        "of the network": (make_person(inside, "advisor"), {"public", "federation", "network"}),
        "of the group": (join_group(group), {"public", "federation", "group"}),
    }

    for who, (user, expected) in readers.items():
        client, actor = (sign_in(user), actor_for(user)) if user else (Client(), actor_for(make_user()).anonymous())
        found = {name for name, page in pages.items() if client.get(page.get_absolute_url()).status_code == 200}
        listed = client.get(reverse(f"{pages['public'].namespace}:list")).content.decode()
        feed = client.get(reverse(f"{pages['public'].namespace}:list_atom")).content.decode()
        twin = {name for name, page in pages.items() if type(page).objects.visible_to(actor).filter(pk=page.pk).exists()}
        assert (found, twin) == (expected, expected), who
        assert {name for name in pages if f"Titre-{name}" in listed} == expected, who
        assert {name for name in pages if f"Titre-{name}" in feed} == expected, who


@pytest.mark.parametrize("make", MAKERS)
def test_names_of_people_are_not_public(make):
    author = make_person(make_member("Bâti"), "advisor", first_name="Aline", last_name="Secrète")
    page = make(author=author, audience=PUBLIC)

    assert "Secrète" not in Client().get(page.get_absolute_url()).content.decode()
    assert "Bâti" in Client().get(page.get_absolute_url()).content.decode()
    assert "Secrète" in sign_in(writer()).get(page.get_absolute_url()).content.decode()
    assert "Secrète" not in sign_in(writer()).get(reverse(f"{page.namespace}:list_atom")).content.decode()


@pytest.mark.parametrize("make", MAKERS)
def test_wagtail_s_address_of_a_page_answers_those_who_may_read_it(make):
    group = make_group()
    page = make(author=facilitator_of(group), group=group)
    own = Page.objects.get(pk=page.pk).url

    assert sign_in(writer()).get(own).status_code == 404
    assert sign_in(join_group(group)).get(own)["Location"] == page.get_absolute_url()


def test_a_draft_is_its_author_s_until_she_publishes():
    author, colleague = writer(home := make_member()), writer(home)
    client = sign_in(author)

    client.post(reverse("notes:new"), note_form())
    page = NotePage.objects.get()
    seen = [sign_in(colleague).get(page.get_absolute_url()).status_code, client.get(page.get_absolute_url()).status_code]
    client.post(url("publish", page))
    client.post(url("publish", page))

    assert seen == [404, 200]
    assert sign_in(colleague).get(page.get_absolute_url()).status_code == 200
    assert list(AuditEntry.objects.filter(action__startswith="life.").values_list("action", flat=True)) == [
        "life.note.create", "life.note.publish"
    ]  # fmt: skip


def test_a_change_waits_beside_the_published_text_and_is_compared():
    author = writer()
    page = make_note(author=author)
    client, reader = sign_in(author), sign_in(writer())

    client.post(url("edit", page), note_form(body="On a acheté à quatre.", revision=page.latest_revision_id))
    before = reader.get(page.get_absolute_url()).content.decode()
    compared = client.get(url("compare", page)).content.decode()
    client.post(url("publish", page))

    assert "le texte." in before
    assert "à quatre" not in before
    assert "<ins>" in compared
    assert "à quatre" in reader.get(page.get_absolute_url()).content.decode()
    assert reader.get(url("compare", page)).status_code == 403


@pytest.mark.parametrize("make", [make_note, make_question, make_event, make_resource])
def test_the_second_of_two_writers_sees_both_texts(make):
    author = writer()
    page = make(author=author)
    form = registry.all()[[noun.model for noun in registry.all()].index(type(page))].form
    client = sign_in(author)
    typed = {name: value for name, value in form.as_typed(page).items() if value is not None and not isinstance(value, list)}
    opened = typed | {"revision": page.latest_revision_id}
    client.post(url("edit", page), opened | {"body": "Texte de la première fois"})

    answer = client.post(url("edit", page), opened | {"body": "Texte de la seconde fois"})

    assert answer.status_code == 409
    assert "<ins>" in answer.content.decode()
    assert "Texte de la seconde fois</textarea>" in answer.content.decode()
    assert services.draft_of(type(page).objects.get()).body == "Texte de la première fois"
    with pytest.raises(WasChanged):
        services.save(page, facts={"body": "x"}, actor=actor_for(author), based_on=page.latest_revision_id)


def test_publishing_asks_for_the_text_and_loses_nothing():
    author = writer()
    page = make_note(author=author, live=False, body=" ")

    with pytest.raises(NotPossible, match="il manque le texte"):
        services.publish(page, actor=actor_for(author))
    assert "il manque le texte" in sign_in(author).post(url("publish", page), follow=True).content.decode()


@pytest.mark.parametrize(
    "facts", [{"title": ""}, {"title": "\u200b "}, {"audience": "workgroup:0"}, {"audience": ""}, {"theme": "inconnu"}]
)
def test_a_bad_form_is_said_and_nothing_typed_is_lost(facts):
    answer = sign_in(writer()).post(reverse("notes:new"), note_form(body="Mes mots à moi", **facts))

    assert answer.status_code == 200
    assert "<title>Erreur" in answer.content.decode()
    assert "Mes mots à moi" in answer.content.decode()
    assert not NotePage.objects.exists()


def test_a_form_sent_twice_makes_one_page_and_another_s_key_takes_nothing():
    one, two = sign_in(writer()), sign_in(writer())
    key = "0193a000-0000-7000-8000-000000000001"

    for client in (one, one, two):
        client.post(reverse("questions:new"), note_form(key=key))

    assert QuestionPage.objects.count() == 2
    assert QuestionPage.objects.filter(public_id=key).count() == 1


@pytest.mark.parametrize("name", ["questions", "notes"])
def test_other_words_in_the_form_that_the_browser_kept_are_another_page(name):
    client, model = sign_in(writer()), QuestionPage if name == "questions" else NotePage
    key = "0193a000-0000-7000-8000-000000000001"
    for body in ("Premiers mots.", "Premiers mots.", "Mots corrigés.", "Mots corrigés."):
        client.post(reverse(f"{name}:new"), note_form(key=key, body=body))

    assert sorted(model.objects.values_list("body", flat=True)) == ["Mots corrigés.", "Premiers mots."]


def test_the_same_words_in_a_form_that_back_fetched_anew_are_the_same_page():
    client, other = sign_in(writer()), sign_in(writer())
    for number, sender in enumerate((client, client, other)):
        answer = sender.post(reverse("questions:new"), note_form(key=f"0193a000-0000-7000-8000-00000000000{number}"))
        assert answer.status_code == 302

    assert QuestionPage.objects.count() == 2
    QuestionPage.objects.update(latest_revision_created_at=timezone.now() - timedelta(hours=2))
    client.post(reverse("questions:new"), note_form(key="0193a000-0000-7000-8000-000000000009"))
    assert QuestionPage.objects.count() == 3, "later she asks it again"


@pytest.mark.parametrize("make", MAKERS)
def test_the_number_of_a_page_of_another_kind_or_of_somebody_else_is_no_repeat(make):
    author = writer()
    taken = make(author=author) if make is not make_news else make(author=make_coordinator())
    name = "notes" if make is not make_note else "questions"

    answer = sign_in(author).post(reverse(f"{name}:new"), note_form(title="La mienne", key=str(taken.public_id)))

    made = (NotePage if name == "notes" else QuestionPage).objects.get(title="La mienne")
    assert answer["Location"] == made.get_absolute_url()
    assert made.public_id != taken.public_id
    assert type(taken).objects.get(pk=taken.pk).title == taken.title


def test_who_writes_what():
    group = make_group()
    people = {
        "entrepreneur": make_person(make_member(), "entrepreneur"), "advisor": writer(), "facilitator": facilitator_of(group),
        "guest": join_group(group, role=GroupRole.GUEST), "coordinator": make_coordinator(),
        "outsider": make_person(make_organisation("Dehors"), "director"),
    }  # fmt: skip
    everyone, teams = {"entrepreneur", "advisor", "facilitator", "guest", "coordinator"}, {"advisor", "facilitator", "guest", "coordinator"}
    expected = {"questions": everyone, "notes": everyone, "events": teams, "library": teams, "news": {"facilitator", "coordinator"}}

    for noun in registry.all():
        may = {name for name, user in people.items() if rules.can_create(actor_for(user), noun.model)}
        comes = {name for name, user in people.items() if sign_in(user).get(reverse(f"{noun.namespace}:new")).status_code == 200}
        assert (may, comes) == (expected[noun.namespace], expected[noun.namespace]), noun.namespace


def test_under_an_agreement_one_writes_nothing_and_sees_no_draft_of_hers():
    home, other = make_member(), make_member()
    person = make_person(home, "shared_staff")
    loan = make_loan(person, provider=home, beneficiary=other)
    draft = make_note(author=person, live=False)
    client = sign_in(person, mandate=f"agreement:{loan.pk}")

    assert client.get(draft.get_absolute_url()).status_code == 404
    assert client.get(reverse("notes:new")).status_code == 403
    client.post(reverse("life:own_feed"))
    assert not FeedKey.objects.exists()
    assert sign_in(person).get(draft.get_absolute_url()).status_code == 200


def test_an_entrepreneur_does_not_write_for_everybody_and_nobody_for_another_s_group():
    group, other = make_group("Les miens"), make_group("Les autres")
    member = join_group(group)
    offered = dict(sign_in(member).get(reverse("notes:new")).context["form"].fields["audience"].choices)
    of_entrepreneur = sign_in(make_person(make_member(), "entrepreneur")).get(reverse("notes:new"))

    assert set(offered) == {"federation", group.token, "public"}
    assert set(dict(of_entrepreneur.context["form"].fields["audience"].choices)) == {"federation"}
    assert sign_in(member).post(reverse("notes:new"), note_form(audience=other.token)).status_code == 200
    assert not NotePage.objects.exists()


def test_a_team_keeps_its_pages_together_and_a_group_its_own():
    home = make_member()
    author, colleague, stranger = writer(home), writer(home), writer()
    event, note = make_event(author=author), make_note(author=author)
    group = make_group()
    news = make_news(author=facilitator_of(group), group=group)

    may = {
        name: {kind for kind, page in {"event": event, "note": note, "news": news}.items() if rules.can_edit(actor_for(user), page)}
        for name, user in {
            "author": author, "colleague": colleague, "stranger": stranger, "facilitator": facilitator_of(group),
            "member": join_group(group), "coordinator": make_coordinator(),
        }.items()
    }  # fmt: skip

    assert may == {
        "author": {"event", "note"}, "colleague": {"event"}, "stranger": set(), "facilitator": {"news"}, "member": set(),
        "coordinator": set(),
    }  # fmt: skip


def test_who_moved_to_another_cae_keeps_nothing_of_what_the_one_before_signs():
    """Drafts, changes, the list of people, the files: she reads what any reader reads."""
    author = writer(home := make_member())
    event, note, draft = make_event(author=author), make_note(author=author), make_note("Brouillon", author=author, live=False)
    resource = make_resource(author=author)
    pages = (event, note, draft, resource)
    attend(event)
    assert all(rules.can_edit(actor_for(author), page) for page in pages)

    withdraw_role(author.memberships(manager="unscoped").get(), actor=SYSTEM)
    join(author, make_member(), "advisor")
    services.take_down(resource, actor=actor_for(writer(home)))
    client, actor = sign_in(author), actor_for(author)

    assert [client.get(page.get_absolute_url()).status_code for page in pages] == [200, 200, 404, 404]
    assert [client.get(url(name, event)).status_code for name in ("edit", "cancel", "people", "people_csv")] == [403] * 4
    assert client.get(url("edit", note)).status_code == client.post(url("take_down", note)).status_code == 403
    assert client.get(resource.newest.file.get_absolute_url()).status_code == 404
    assert client.get(reverse("notes:list")).context["drafts"] == []
    assert not EventRegistration.objects.visible_to(actor).exists()
    assert not any(type(page).objects.written_by(actor).exists() or rules.can_edit(actor, page) for page in pages)


def test_who_left_the_team_for_another_role_keeps_her_own_pages_and_not_the_team_s():
    author = writer(home := make_member())
    event, note = make_event(author=author), make_note(author=author)

    withdraw_role(author.memberships(manager="unscoped").get(), actor=SYSTEM)
    join(author, home, "entrepreneur")

    assert (rules.can_edit(actor_for(author), event), rules.can_edit(actor_for(author), note)) == (False, True)
    assert EventPage.objects.written_by(actor_for(author)).count() == 0
    assert NotePage.objects.written_by(actor_for(author)).count() == 1


@pytest.mark.parametrize("make", MAKERS)
def test_who_left_a_group_keeps_nothing_of_what_it_signs(make):
    group = make_group()
    author = facilitator_of(group)
    page, open_page = make(author=author, group=group), make(author=author, group=group, audience="federation")
    join_group(group, role=GroupRole.FACILITATOR)
    assert rules.can_edit(actor_for(author), page)

    remove_member(member_row(group, author), actor=SYSTEM)
    client, actor = sign_in(author), actor_for(author)

    assert [client.get(one.get_absolute_url()).status_code for one in (page, open_page)] == [404, 200]
    assert [client.get(url("edit", one)).status_code for one in (page, open_page)] == [404, 403]
    assert not type(page).objects.written_by(actor).exists()


def test_one_s_page_is_changed_for_the_organisation_that_signs_it():
    """Somebody of two CAEs, under one or the other."""
    author = writer(home := make_member())
    note = make_note(author=author)
    join(author, other := make_member(), "advisor")

    def edit_as(organisation):
        return sign_in(author, mandate=f"organisation:{organisation.pk}").get(url("edit", note)).status_code

    assert (edit_as(home), edit_as(other)) == (200, 403)


def test_a_second_moderator_learns_that_her_reason_was_not_sent():
    page = make_note(author=writer())
    first, second = [sign_in(make_coordinator()) for _ in range(2)]
    first.post(url("withdraw", page), {"reason": "Une personne est nommée."})

    answer = second.post(url("withdraw", page), {"reason": "Un prix y est faux."})

    said = answer.content.decode()
    assert [words in said for words in ("votre motif n’est pas parti", "Une personne est nommée.", "Un prix y est faux.")] == [True] * 3


def test_the_coordinator_withdraws_with_a_reason_that_the_author_reads_and_puts_back():
    author = writer()
    page = make_note(author=author)
    coordinator, reader = sign_in(make_coordinator()), sign_in(writer())

    empty = coordinator.post(url("withdraw", page), {"reason": ""})
    coordinator.post(url("withdraw", page), {"reason": "Une personne est nommée."})
    hers = sign_in(author).get(page.get_absolute_url()).content.decode()
    refused = sign_in(author).post(url("publish", page), follow=True).content.decode()
    during = [reader.get(page.get_absolute_url()).status_code, coordinator.get(page.get_absolute_url()).status_code]
    found = coordinator.get(reverse("notes:list")).context["drafts"]
    coordinator.post(url("restore", page))

    assert [one.pk for one in found] == [page.pk]
    assert "<title>Erreur" in empty.content.decode()
    assert "Une personne est nommée." in hers
    assert "retiré par la modération" in refused
    assert Notification.unscoped.get(user=author, kind="life.withdrawn").text.endswith("Une personne est nommée.")
    assert during == [404, 200]
    assert reader.get(page.get_absolute_url()).status_code == 200
    actions = list(AuditEntry.objects.filter(action__startswith="life.note").values_list("action", flat=True))
    assert actions[-2:] == ["life.note.withdraw", "life.note.restore"]


def test_a_page_put_back_is_the_one_that_was_read_and_its_draft_stays_a_draft():
    author = writer()
    page = make_note(author=author, title="Lue par tous")
    read_by = page.audience
    draft = page.get_latest_revision_as_object()
    draft.title, draft.audience = "Jamais publiée", "public"
    draft.save_revision()
    coordinator = actor_for(make_coordinator())

    services.withdraw(page, reason="Motif", actor=coordinator)
    again = services.restore(NotePage.objects.get(), actor=coordinator)

    assert (again.title, again.audience, again.live, again.has_unpublished_changes) == ("Lue par tous", read_by, True, True)
    assert again.get_latest_revision_as_object().title == "Jamais publiée"


def test_put_back_twice_it_is_still_the_one_that_was_read():
    page = make_note(title="Lue par tous")
    draft_over(page, title="Jamais publiée", body="Mon conflit")
    coordinator = actor_for(make_coordinator())

    for _ in range(2):
        services.withdraw(NotePage.objects.get(), reason="Motif", actor=coordinator)
        again = services.restore(NotePage.objects.get(), actor=coordinator)

    assert (again.title, again.live, again.has_unpublished_changes) == ("Lue par tous", True, True)
    assert services.draft_of(again).title == "Jamais publiée"


def draft_over(page, **facts):
    """Its author goes on writing what she has published."""
    services.save(page, facts=facts, actor=actor_for(page.author))


@pytest.mark.parametrize("of_a_group", [False, True])
def test_moderation_goes_on_reading_what_was_published_and_the_author_her_draft(of_a_group):
    group = make_group() if of_a_group else None
    author, moderator = (join_group(group), facilitator_of(group)) if group else (writer(), make_coordinator())
    page = make_note("Lue par tous", author=author, group=group)
    draft_over(page, title="Jamais publiée", body="Mon conflit avec la direction", theme="numerique", audience="federation")
    hers, theirs = sign_in(author), sign_in(moderator)

    theirs.post(url("withdraw", page), {"reason": "Une personne est nommée."})

    read = {
        who: [client.get(address).content.decode() for address in (page.get_absolute_url(), reverse("notes:list"))]
        for who, client in (("author", hers), ("moderator", theirs))
    }
    assert [("Jamais publiée" in text, "Lue par tous" in text) for text in read["author"]] == [(True, False)] * 2
    assert [("Jamais publiée" in text, "Lue par tous" in text) for text in read["moderator"]] == [(False, True)] * 2
    assert [("Mon conflit" in read[who][0], "le texte." in read[who][0]) for who in ("author", "moderator")] == [
        (True, False),
        (False, True),
    ]
    assert [theirs.get(url(verb, page)).status_code for verb in ("edit", "compare")] == [403, 403]


def test_a_draft_says_for_whom_it_would_be_published_not_for_whom_it_was_begun():
    page = make_note(live=False)
    draft_over(page, audience="public")

    assert "Prêt à être publié, pour tout le monde, sans compte" in sign_in(page.author).get(page.get_absolute_url()).content.decode()


@pytest.mark.parametrize("make", [make_question, make_event, make_resource])
def test_moderation_reads_no_draft_of_a_page_that_changes_at_once_either(make):
    """One that its authors took down and wrote anew, just before it was withdrawn."""
    page = make("Lue par tous")
    services.take_down(page, actor=actor_for(page.author))
    draft_over(type(page).objects.get(), title="Jamais publiée")
    coordinator = make_coordinator()
    services.withdraw(type(page).objects.get(), reason="Motif", actor=actor_for(coordinator))

    shown = [sign_in(coordinator).get(address).content.decode() for address in (page.get_absolute_url(), reverse(f"{page.namespace}:list"))]

    assert [("Jamais publiée" in text, "Lue par tous" in text) for text in shown] == [(False, True)] * 2


def test_an_old_revision_brings_no_moderation_and_no_author_back():
    author = writer()
    page = make_note(author=author)
    services.withdraw(page, reason="Motif", actor=actor_for(make_coordinator()))
    NotePage.objects.filter(pk=page.pk).update(author=None)

    again = services.restore(NotePage.objects.get(), actor=actor_for(make_coordinator()))

    assert (again.author_id, again.withdrawn_at, again.live) == (None, None, True)


def test_only_moderators_moderate_and_inside_a_group_whoever_runs_it():
    group = make_group()
    open_page, inside = make_note(), make_note(author=join_group(group), group=group)
    people = {
        "author's colleague": writer(open_page.organisation), "facilitator": facilitator_of(group), "coordinator": make_coordinator(),
        "member": join_group(group),
    }  # fmt: skip

    may = {
        name: (rules.can_moderate(actor_for(user), open_page), rules.can_moderate(actor_for(user), inside)) for name, user in people.items()
    }

    assert may == {
        "author's colleague": (False, False), "facilitator": (False, True), "coordinator": (True, False), "member": (False, False)
    }  # fmt: skip
    assert sign_in(people["member"]).post(url("withdraw", inside), {"reason": "x"}).status_code == 403
    assert sign_in(people["facilitator"]).post(url("withdraw", inside), {"reason": "x"}).status_code == 302
    assert sign_in(people["member"]).get(reverse("notes:list")).context["drafts"] == []
    assert [page.pk for page in sign_in(people["facilitator"]).get(reverse("notes:list")).context["drafts"]] == [inside.pk]
    assert sign_in(people["facilitator"]).post(url("restore", inside)).status_code == 302
    assert NotePage.objects.get(pk=inside.pk).live
    assert sign_in(people["coordinator"]).post(url("withdraw", inside), {"reason": "x"}).status_code == 404


@pytest.mark.parametrize("make", MAKERS)
def test_each_published_change_is_a_line_of_the_trail_with_its_readers_and_a_draft_is_none(make):
    author = make_coordinator() if make is make_news else writer()
    page, actor = make(author=author), actor_for(author)

    def lines():
        rows = AuditEntry.objects.filter(action__startswith=f"life.{page.noun}.").order_by("seq")
        return [(row.action.split(".")[-1], json.loads(row.data)) for row in rows]

    begun = len(lines())
    services.save(page, facts={"body": "Autre texte"}, actor=actor)
    saved = len(lines()) - begun
    services.publish(page, actor=actor)
    services.save(page, facts={"audience": PUBLIC}, actor=actor)
    services.publish(page, actor=actor)

    verb = "publish" if page.has_draft else "update"
    assert saved == (0 if page.has_draft else 1)
    assert lines()[begun:] == [(verb, {}), (verb, {"audience_before": "federation", "audience_after": "public"})]


def test_news_of_a_group_is_told_once_to_its_people():
    group = make_group()
    author, member = facilitator_of(group), join_group(group)
    page = make_news(author=author, group=group)
    services.save(page, facts={"body": "Autre texte"}, actor=actor_for(author))
    services.publish(page, actor=actor_for(author))

    told = list(Notification.unscoped.filter(kind="life.group_news").values_list("user", flat=True))
    assert told == [member.pk]


def test_news_signed_by_a_group_asks_which_one_and_the_coordinator_s_is_the_federation_s():
    group = make_group("Former ensemble")
    sign_in(facilitator_of(group)).post(reverse("news:new"), note_form(workgroup=str(group.pk)))
    sign_in(make_coordinator()).post(reverse("news:new"), note_form())

    assert [page.signature for page in NewsPage.objects.order_by("pk")] == ["Former ensemble", "Fédération"]
    assert "<title>Erreur" in sign_in(facilitator_of(group)).post(reverse("news:new"), note_form()).content.decode()


# -- for whom, at publication ------------------------------------------------------------------------------------------
def moved_to_a_group(author):
    """A draft of hers, for a group that she is of."""
    group, page = make_group(), make_note(author=author, live=False)
    join_group(group, author.memberships(manager="unscoped").get().organisation, user=author)
    services.save(page, facts={"audience": group.token, "workgroup_id": group.pk}, actor=actor_for(author))
    return group, page


def test_a_draft_moved_to_a_group_that_one_has_left_is_not_published_into_it():
    author = writer()
    group, page = moved_to_a_group(author)
    remove_member(member_row(group, author), actor=SYSTEM)
    reader, client = sign_in(facilitator_of(group)), sign_in(author)

    answer = client.post(f"{page.get_absolute_url()}publier/", follow=True)

    assert "Vous n’écrivez plus pour les personnes à qui ce texte est destiné" in answer.content.decode()
    assert not NotePage.objects.get(pk=page.pk).live
    assert reader.get(page.get_absolute_url()).status_code == 404
    with pytest.raises(NotPossible):
        services.publish(page, actor=actor_for(author))


def test_while_one_is_of_the_group_it_is_published_there():
    author = writer()
    group, page = moved_to_a_group(author)

    services.publish(page, actor=actor_for(author))

    assert sign_in(facilitator_of(group)).get(page.get_absolute_url()).status_code == 200


def test_for_other_readers_it_is_published_and_the_group_does_not_sign_it():
    author = writer(make_member("L’Étançon"))
    group, page = moved_to_a_group(author)
    remove_member(member_row(group, author), actor=SYSTEM)
    client = sign_in(author)

    draft = services.draft_of(NotePage.objects.get(pk=page.pk))
    client.post(f"{page.get_absolute_url()}modifier/", note_form(audience="federation", revision=draft.latest_revision_id))
    client.post(f"{page.get_absolute_url()}publier/")

    published = NotePage.objects.get(pk=page.pk)
    assert (published.live, published.audience, published.signature) == (True, "federation", "L’Étançon")


def test_public_words_of_who_left_the_team_wait_for_other_readers():
    home = make_member()
    author = writer(home)
    page = make_note(author=author, live=False, audience=PUBLIC)
    join(author, home, "entrepreneur")
    withdraw_role(author.memberships(manager="unscoped").get(role="advisor"), actor=SYSTEM)

    with pytest.raises(NotPossible):
        services.publish(page, actor=actor_for(author))


def test_a_page_without_draft_is_moved_to_no_group_that_one_is_not_of():
    group, author = make_group(), writer()
    page = make_question(author=author)

    with pytest.raises(NotPossible):
        services.save(page, facts={"audience": group.token, "workgroup_id": group.pk}, actor=actor_for(author))

    assert sign_in(facilitator_of(group)).get(page.get_absolute_url()).status_code == 200
    assert QuestionPage.objects.get(pk=page.pk).audience == "federation"


def test_what_its_readers_have_already_may_be_corrected():
    home = make_member()
    author = writer(home)
    page = make_question(author=author, audience=PUBLIC)
    join(author, home, "entrepreneur")
    withdraw_role(author.memberships(manager="unscoped").get(role="advisor"), actor=SYSTEM)

    saved = services.save(page, facts={"body": "Corrigé."}, actor=actor_for(author))

    assert (saved.live, saved.body, saved.audience) == (True, "Corrigé.", PUBLIC)


def test_filters_stand_in_the_address_and_unknown_ones_are_said():
    note = make_note("Louer un échafaudage", theme="juridique", trades=["F1610"])
    make_note("Autre chose", theme="formation")
    client = sign_in(writer())

    for query in ("?q=louer", "?theme=juridique", f"?organisation={note.organisation.slug}", "?metier=F1610"):
        page = client.get(reverse("notes:list") + query).content.decode()
        feed = client.get(reverse("notes:list_atom") + query).content.decode()
        assert ("Louer" in page, "Autre chose" in page, "Louer" in feed, "Autre chose" in feed) == (True, False, True, False), query
    assert "ne connaît pas" in client.get(reverse("notes:list") + "?theme=inconnu").content.decode()
    assert client.get(reverse("notes:list_atom") + "?theme=inconnu").status_code == 400
    assert "Rien ne répond" in client.get(reverse("notes:list") + "?metier=%22%25").content.decode()


def test_the_own_feed_closes_with_the_sessions():
    person, other = (make_person(make_member(), "advisor") for _ in range(2))
    paths = [reverse("life:feed_atom", args=[services.make_feed_key(one, actor=actor_for(one))]) for one in (person, other)]
    assert [Client().get(path).status_code for path in paths] == [200, 200]

    close_sessions(person)

    assert [Client().get(path).status_code for path in paths] == [404, 200]


ANOTHER = "une phrase neuve, assez longue"


def test_the_own_feed_closes_with_her_password():
    person, other = (make_person(make_member(), "advisor", password="correct cheval pile agrafe") for _ in range(2))
    paths = [reverse("life:feed_atom", args=[services.make_feed_key(one, actor=actor_for(one))]) for one in (person, other)]

    typed = {"oldpassword": "correct cheval pile agrafe", "password1": ANOTHER, "password2": ANOTHER}
    assert sign_in(person).post(reverse("account_change_password"), typed).status_code == 302

    assert [Client().get(path).status_code for path in paths] == [404, 200]


def test_a_public_feed_is_atom_and_keeps_hostile_text_out_of_the_markup():
    from lxml import etree

    page = make_note("<script>&\x0b ]]>", author=writer(), audience=PUBLIC, body="a\x01b<b>")
    answer = Client().get(reverse("life:life_atom"))
    feed = etree.fromstring(answer.content)
    space = {"a": "http://www.w3.org/2005/Atom"}

    assert answer["Content-Type"].startswith("application/atom+xml")
    assert feed.findtext("a:entry/a:title", namespaces=space) == "<script>& ]]>"
    assert feed.findtext("a:entry/a:id", namespaces=space) == f"urn:uuid:{page.public_id}"
    assert feed.findtext("a:entry/a:summary", namespaces=space) == "ab<b>"


def test_a_personal_feed_says_what_its_owner_reads_now_and_can_be_closed():
    group = make_group()
    person = join_group(group)
    make_note("Du groupe", author=facilitator_of(group), group=group)
    make_note("De la fédération")
    make_note("Du groupe voisin", author=facilitator_of(other := make_group()), group=other)
    client = sign_in(person)
    address = client.post(reverse("life:own_feed")).context["links"][0]
    path = "/" + address.split("/", 3)[3]

    first = Client().get(path)
    assert ("Du groupe<" in first.content.decode(), "De la fédération" in first.content.decode()) == (True, True)
    assert "voisin" not in first.content.decode()
    assert first["Cache-Control"] == "private, no-store"
    assert path.split("/")[2].removesuffix(".atom") not in str(FeedKey.objects.values())
    withdraw_role(person.memberships(manager="unscoped").get(), actor=SYSTEM)
    assert "De la fédération" not in Client().get(path).content.decode()
    client.post(reverse("life:close_feed"))
    assert Client().get(path).status_code == 404
    assert address not in client.get(reverse("life:own_feed")).content.decode()


def test_a_new_address_closes_the_one_before():
    client = sign_in(writer())
    first, second = (client.post(reverse("life:own_feed")).context["links"][0] for _ in range(2))

    assert Client().get(first).status_code == 404
    assert Client().get(second).status_code == 200


def test_pages_cost_the_same_with_one_row_and_with_three():
    group = make_group()
    author = facilitator_of(group)
    client = sign_in(author)

    def cost():
        pages = [make(author=author, theme="formation") for make in MAKERS]
        for make in MAKERS:
            make(group=group, author=author)
        addresses = [page.get_absolute_url() for page in pages] + [reverse(f"{page.namespace}:list") for page in pages]
        addresses += [reverse(f"{page.namespace}:list_{kind}") for page in pages for kind in ("atom", "json", "csv")]
        found = []
        for address in [*addresses, reverse("life:life"), reverse("life:life_atom"), reverse("events:list_ics"), "/"]:
            b"".join(client.get(address))
            with CaptureQueriesContext(connection) as queries:
                b"".join(client.get(address))
            found.append((address.split("/")[2:3], len(queries)))
        return [count for _, count in found]

    one = cost()
    cost()
    assert cost() == one


@pytest.mark.parametrize(
    ("name", "kind", "said"),
    [
        ("Sud", "network", "le réseau Sud"), ("Sud", "collective", "le collectif Sud"),
        ("Collectif du Sud", "collective", "le Collectif du Sud"), ("Réseau du Sud", "network", "le Réseau du Sud"),
    ],
)  # fmt: skip
def test_readers_are_called_what_they_are(name, kind, said):
    net, home = make_organisation(name, kind=kind), make_member()
    affiliate(home, network=net, starts_on=today(), actor=SYSTEM)
    author = make_person(home, "advisor")

    assert (network(net.pk), said) in selectors.audience_choices(actor_for(author), type(make_news("Titre", author=author)))
    assert selectors.audience_words(make_news("Autre", author=author, audience=network(net.pk))) == said
