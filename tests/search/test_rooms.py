"""Pages of the hub that the index does not hold, found by what is in them."""

import pytest

from search import index
from search.rooms import ROOMS, rooms_for
from tests.builders.accounts import make_actor, make_member, make_person, sign_in

pytestmark = pytest.mark.django_db


def titles(text, actor):
    return [room.title for room in rooms_for(text, actor)]


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("émargement", "Sessions de formation"),
        ("feuille d’émargement", "Sessions de formation"),
        ("dossier OPCO", "Dossiers OPCO"),
        ("les dossiers opco", "Dossiers OPCO"),
        ("convention", "Conventions de services"),
        ("mes données", "Mes données"),
        ("feuilles de route", "Groupes de travail"),
        ("certificats", "Mes formations"),
        ("Constructys", "Dossiers OPCO"),
        ("dossier Constructys", "Dossiers OPCO"),
        ("l’Opcommerce", "Dossiers OPCO"),
        ("OPCO Santé", "Dossiers OPCO"),
        ("qui fait la paie ?", "Services partagés entre CAE"),
        ("besoin de formation", "Besoins de formation"),
    ],
)
def test_what_people_call_it_leads_to_the_page(text, title):
    actor = make_actor(make_member("Bâti Commun"))

    assert title in titles(text, actor)


def test_a_word_more_than_a_page_holds_leads_nowhere():
    actor = make_actor(make_member("Bâti Commun"))

    assert titles("émargement enduit", actor) == []
    assert titles("de la", actor) == []
    assert titles("santé", actor) == [], "a part of the name of an OPCO"
    assert titles("Constructys enduit", actor) == []


def test_only_pages_that_the_reader_may_open_are_named():
    home = make_member("Bâti Commun")

    assert "Dossiers OPCO" not in titles("dossier OPCO", make_actor(home, "entrepreneur"))
    assert "Dossiers OPCO" in titles("dossier OPCO", make_actor(home))


def test_each_of_them_opens():
    client = sign_in(make_person(make_member("Bâti Commun"), "director"))
    for room in ROOMS:
        answered = client.get(room.url)

        assert answered.status_code == 200, room.title


def test_the_page_shows_them_above_what_is_found(people):
    people.put("1", name="Convention collective", title="Une fiche")
    client = sign_in(make_person(make_member("Bâti Commun"), "director"))

    html = client.get("/recherche/", {"q": "convention"}).content.decode()
    alone = client.get("/recherche/", {"q": "émargement"}).content.decode()

    assert html.index("Conventions de services") < html.index("Une fiche")
    assert "1 page du hub pour" in alone.replace("\u00a0", " ")
    assert "Aucune fiche ne contient ces mots." in alone


def test_what_has_half_of_the_words_is_not_shown_beside_a_page_that_says_them_all(client, people):
    people.put("1", title="Réalisation de meubles")
    index.rebuild()

    html = client.get("/recherche/", {"q": "certificats de réalisation"}).content.decode()

    assert "1 page du hub pour" in html.replace("\u00a0", " ")
    assert "/fiches/1/" not in html
    assert "/fiches/1/" in client.get("/recherche/", {"q": "certificats meubles"}).content.decode()


def test_a_question_longer_than_any_name_is_not_analysed_for_one(monkeypatch):
    monkeypatch.setattr("search.rooms.analyse", lambda text: pytest.fail("analysed"))

    assert rooms_for("émargement " * 30, make_actor(make_member())) == []
