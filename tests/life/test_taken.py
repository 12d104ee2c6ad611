"""Lists taken away (CSV, JSON), and every copy of a page that leaves the hub: narrowed, it is gone at the next request (bar E5)."""

import csv
import io
import json

import pytest
from django.test import Client
from django.urls import reverse

from directory.people import services as people
from hub.core.accounts.models import Membership
from hub.core.accounts.selectors import actor_for
from hub.core.accounts.services import withdraw_role
from hub.core.jobs.services import drain
from hub.core.ui.exports import restore
from hub.pages.writing import services as writing
from hub.pages.writing.nouns import registry
from tests.builders.accounts import SYSTEM, make_coordinator, sign_in
from tests.builders.life import attend, make_answer, make_event, make_news, make_note, make_question, make_resource, writer
from tests.builders.people import PRIVATE, PUBLIC, make_profile
from tests.builders.workgroups import join_group, make_group

pytestmark = pytest.mark.django_db
MAKE = {"questions": make_question, "notes": make_note, "events": make_event, "library": make_resource, "news": make_news}
TITLE = "Échafaudage commun"


def author_of(space):
    return make_coordinator() if space == "news" else writer()


def rows_of(response):
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def taken(client, space, kind, query=""):
    return client.get(reverse(f"{space}:list_{kind}") + query)


# -- CSV and JSON ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("space", MAKE)
def test_lists_are_taken_away_as_they_are_read(space):
    author = author_of(space)
    page = MAKE[space](TITLE, author=author, theme="juridique")
    MAKE[space]("Autre chose", author=author)
    client = sign_in(writer())

    file = taken(client, space, "csv", "?q=commun")
    assert file["Content-Disposition"].split('"')[1] == reverse(f"{space}:list_csv").rsplit("/", 1)[1]
    (line,) = rows_of(file)
    body = json.loads(taken(client, space, "json", "?q=commun").content)

    assert (body["count"], body["next"]) == (1, None)
    found = body["results"][0]
    assert (found["id"], found["title"], found["theme"]) == (str(page.public_id), TITLE, line["thème"])
    assert line["identifiant"] == found["id"]
    assert found["url"].endswith(page.get_absolute_url())
    assert author.last_name not in json.dumps(body, ensure_ascii=False) + str(line), "a list names no person"


@pytest.mark.parametrize("space", MAKE)
@pytest.mark.parametrize("kind", ["csv", "json"])
def test_a_filter_that_means_nothing_is_refused_to_a_program(space, kind):
    assert taken(Client(), space, kind, "?theme=inconnu").status_code == 400


@pytest.mark.parametrize("space", MAKE)
def test_a_visitor_takes_what_is_public_alone(space):
    author = author_of(space)
    MAKE[space]("Pour la fédération", author=author)
    MAKE[space](TITLE, author=author, audience="public")

    for client, titles in ((Client(), {TITLE}), (sign_in(writer()), {TITLE, "Pour la fédération"})):
        assert {line["titre"] for line in rows_of(taken(client, space, "csv"))} == titles
        assert {row["title"] for row in json.loads(taken(client, space, "json").content)["results"]} == titles


def test_each_kind_adds_what_its_list_shows():
    question = make_question(author=writer())
    make_answer(question)
    event = make_event(capacity=3, link="https://visio.example.org/secret")
    attend(event)
    make_resource()
    client = sign_in(writer())

    shown = {space: json.loads(taken(client, space, "json").content)["results"][0] for space in ("questions", "events", "library")}

    assert (shown["questions"]["answers"], shown["questions"]["is_solved"]) == (1, False)
    assert (shown["events"]["capacity"], shown["events"]["free"], shown["events"]["place"]) == (3, 2, "Cadillac (33)")
    assert shown["library"]["version"] == 1
    assert "visio.example.org" not in json.dumps(shown)


def test_a_cell_that_could_run_is_made_harmless():
    make_note("=HYPERLINK(1)", author=writer())

    (line,) = rows_of(taken(sign_in(writer()), "notes", "csv"))

    assert line["titre"].startswith("'=")
    assert restore(line["titre"]) == "=HYPERLINK(1)"


@pytest.mark.parametrize("space", MAKE)
def test_the_page_of_a_list_leads_to_its_copies(space):
    MAKE[space](TITLE, author=author_of(space))

    html = sign_in(writer()).get(reverse(f"{space}:list") + "?q=commun").content.decode()

    assert f"{reverse(f'{space}:list_csv')}?q=" in html
    assert f"{reverse(f'{space}:list_json')}?q=" in html


# -- E5: narrowed ------------------------------------------------------------------------------------------------------
def to_a_group(page, author):
    group = make_group()
    join_group(group, author.memberships(manager="unscoped").get().organisation, user=author)
    writing.save(page, facts={"audience": group.token, "workgroup_id": group.pk}, actor=actor_for(author))
    if page.has_draft:
        writing.publish(page, actor=actor_for(author))


def take_down(page, author):
    writing.take_down(page, actor=actor_for(author))


def withdraw(page, author):
    writing.withdraw(page, reason="Droits", actor=actor_for(make_coordinator()))


COPIES = [(space, kind) for space in MAKE for kind in ("atom", "csv", "json")] + [
    *((space, "all") for space in MAKE), *((space, "own") for space in MAKE), ("events", "ics"), ("events", "own_ics"),
]  # fmt: skip


def copy_of(space, kind, reader):
    """One copy, as its reader's programs take it: the personal ones by their secret, the others with her session."""
    if kind in {"own", "own_ics"}:
        secret = writing.make_feed_key(reader, actor=actor_for(reader))
        return Client(), reverse("events:feed_ics" if kind == "own_ics" else "life:feed_atom", args=[secret])
    return sign_in(reader), reverse("life:life_atom" if kind == "all" else f"{space}:list_{kind}")


def body_of(client, url):
    answer = client.get(url)
    return b"".join(answer).decode() if answer.streaming else answer.content.decode()


@pytest.mark.parametrize(("space", "kind"), COPIES)
def test_what_is_narrowed_is_gone_from_every_copy_at_the_next_request(space, kind):
    author = author_of(space)
    pages = {narrow: MAKE[space](f"{TITLE} {number}", author=author) for number, narrow in enumerate([to_a_group, take_down, withdraw])}
    client, url = copy_of(space, kind, writer())

    for number, (narrow, page) in enumerate(pages.items()):
        title = f"{TITLE} {number}"
        assert title in body_of(client, url)
        narrow(page, author)
        assert title not in body_of(client, url), narrow.__name__


@pytest.mark.parametrize(("space", "kind"), [one for one in COPIES if not one[1].startswith("own")])
def test_what_is_public_no_more_is_gone_for_a_visitor(space, kind):
    author = author_of(space)
    page = MAKE[space](TITLE, author=author, audience="public")
    _, url = copy_of(space, kind, author)
    assert TITLE in body_of(Client(), url)

    writing.save(page, facts={"audience": "federation"}, actor=actor_for(author))
    if page.has_draft:
        writing.publish(page, actor=actor_for(author))

    assert TITLE not in body_of(Client(), url)


@pytest.mark.parametrize("kind", ["own", "own_ics"])
def test_who_leaves_reads_no_more_by_her_secret_addresses(kind):
    make_event(TITLE)
    reader = writer()
    client, url = copy_of("events", kind, reader)
    assert TITLE in body_of(client, url)

    withdraw_role(Membership.unscoped.get(user=reader), actor=SYSTEM)

    assert TITLE not in body_of(client, url)


@pytest.mark.parametrize("address", ["/annuaire.csv", "/annuaire.json"])
def test_a_consent_taken_back_is_gone_from_the_directory_s_copies(address):
    profile = make_profile(shown=PUBLIC, first_name="Visible", last_name="Tiercelin")
    client = sign_in(writer())
    assert "Tiercelin" in body_of(client, address)

    people.set_audiences(profile, actor=actor_for(profile.user), audiences=dict.fromkeys(profile.audiences, PRIVATE))

    assert "Tiercelin" not in body_of(client, address)


def test_every_kind_is_among_the_copies():
    drain()
    assert {noun.namespace for noun in registry.all()} == set(MAKE)
