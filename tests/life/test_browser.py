"""Pages of the area in a browser: no barrier, nothing wider than a phone, a question answered and a place taken without script."""

import re

import pytest
from django.test import Client

from hub.core.accounts.selectors import actor_for
from hub.pages.questions import services as questions
from hub.pages.writing import services as writing
from tests.browser import looks, village
from tests.builders.accounts import make_coordinator, make_member
from tests.builders.life import attend, make_answer, make_event, make_news, make_note, make_question, make_resource, writer
from tests.builders.workgroups import facilitator_of, make_group

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

AUTHOR = """
/vie/ sombre
/vie/questions/ sombre
/vie/questions/?etat=resolue&theme=juridique
/vie/questions/ecrire/
{questions} sombre
{questions}modifier/
{questions}reponses/{answer}/modifier/
/vie/agenda/
/vie/agenda/?passes=oui
/vie/agenda/ecrire/
{events} sombre
{events}modifier/
{events}annuler/
{events}inscriptions/
/vie/experiences/
{notes} sombre
{notes}comparer/
{draft}
/vie/actualites/
/vie/actualites/ecrire/
{news}
/vie/ressources/ sombre
/vie/ressources/ecrire/
{library} sombre
{library}version/
/moi/flux/
/groupes/{group}/
/
"""
VISITOR = """
/vie/
/vie/questions/
/vie/agenda/
{public}
"""
COORDINATOR = """
/vie/
{questions}
{questions}retirer/
{questions}reponses/{answer}/retirer/
{withdrawn} sombre
"""


@pytest.fixture
def place():
    group = make_group("Former ensemble")
    author = facilitator_of(group)
    question = make_question(author=author, theme="juridique")
    row = make_answer(question, author=author)
    questions.accept_answer(
        make_answer(question, "Voir https://exemple.example.org/un-tres-long-chemin-sans-espace-qui-ne-se-coupe-pas-seul"),
        on=True,
        actor=actor_for(author),
    )
    event = make_event(author=author, group=group, capacity=1, link="https://visio.example.org/x", audience="public", workgroup_id=group.pk)
    attend(event, author)
    attend(event)
    note = make_note(author=author)
    writing.save(note, facts={"body": "Autre chose"}, actor=actor_for(author))
    draft, withdrawn = make_note("À écrire", author=author, live=False, body=""), make_note("Retirée", author=author)
    writing.withdraw(withdrawn, reason="Nomme une personne.", actor=actor_for(make_coordinator()))
    pages = {
        "questions": question, "events": event, "notes": note, "draft": draft, "withdrawn": withdrawn, "news": make_news(author=author, group=group),
        "library": make_resource(author=author), "public": make_event("Ouvert", audience="public", author=writer(make_member("Bâti"))),
    }  # fmt: skip
    return author, {name: page.get_absolute_url() for name, page in pages.items()} | {"answer": str(row.pk), "group": group.acronym}


@pytest.mark.slow
@pytest.mark.parametrize(("who", "lines"), [("author", AUTHOR), ("", VISITOR), ("coordinator", COORDINATOR)])
def test_every_page_of_the_area_is_without_barrier(who, lines, place, new_page, live_server, axe):
    author, names = place
    page = new_page()
    page.add_init_script(looks.REPORT_VIOLATIONS)
    if who:
        village.enter(page, live_server.url, author if who == "author" else make_coordinator())
    found = []
    for line in lines.split("\n")[1:-1]:
        path, *words = line.format(**names).split()
        answer = page.goto(live_server.url + path)
        said = [] if answer.status == 200 else [f"status {answer.status}"]
        said += looks.wrongs(page, axe, dark="sombre" in words) + page.complaints
        page.complaints.clear()
        found += [f"{who or 'visitor'} {path}: {one}" for one in said]

    assert not found, "\n".join(found)


def test_a_question_is_answered_and_a_place_taken_without_script(place, new_page, live_server):
    _, names = place
    page = new_page(java_script_enabled=False)
    village.enter(page, live_server.url, writer())

    page.goto(live_server.url + names["questions"])
    page.get_by_label("Votre réponse").fill("Par la convention d’entraide.")
    page.get_by_role("button", name="Publier ma réponse").click()
    assert page.get_by_text("Par la convention d’entraide.").is_visible()
    page.get_by_role("button", name=re.compile("^Utile")).first.click()
    assert page.get_by_text("1\u00a0personne la trouve utile").count() == 1
    page.goto(live_server.url + names["public"])
    page.get_by_role("button", name="M’inscrire").click()
    assert page.get_by_text("Vous avez une place").is_visible()
    page.get_by_role("button", name="Retirer mon inscription").click()
    assert page.get_by_role("button", name="M’inscrire").is_visible()


def test_a_reader_of_the_hub_finds_the_feed_in_the_head_of_the_list(place):
    assert 'rel="alternate" type="application/atom+xml"' in Client().get("/vie/questions/").content.decode()
