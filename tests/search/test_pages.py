import re

import pytest
from django.core.cache import cache
from django.urls import reverse

from search import index
from search.query import PAGE_SIZE
from tests.builders.accounts import make_member, make_person, sign_in
from tests.search.shelf import Shelf, make_entry, publish
from tests.search.test_titles import TITLES

pytestmark = pytest.mark.django_db
PAGE = "/recherche/"


@pytest.fixture
def people(monkeypatch):
    shelf = Shelf()
    shelf.courses = Shelf("course", "Formations", order=60)
    publish(monkeypatch, shelf, shelf.courses)
    return shelf


def page(client, **query):
    response = client.get(PAGE, query)
    assert response.status_code == 200
    return response.content.decode()


def words(html):
    """The text of the main part, spaces made plain."""
    main = html[html.index("<main") : html.index("</main>")]
    return re.sub(r"[\s\u00a0\u202f]+", " ", re.sub(r"<[^>]+>", " ", main.replace("&nbsp;", " ")))


def test_page_has_its_address():
    assert reverse("search:results") == PAGE


def test_page_without_question_says_what_can_be_found(client, people):
    html = page(client)

    assert "Rechercher dans le hub" in words(html)
    assert "Personnes, formations" in words(html)
    assert 'name="q"' in html[html.index("<main") :]


def test_results_are_marked_linked_and_counted(client, people):
    people.put("1", name="Solène Marchais", title="Plombière", place="Lormont, Gironde", organisation="Bâti Commun")
    people.courses.put("2", title="Plomberie : les bases")
    index.rebuild()

    html = page(client, q="plombier")

    assert "2 résultats pour « plombier »" in words(html)
    assert '<a href="/fiches/1/">Solène Marchais</a>' in html
    assert "<mark>Plombière</mark>" in html
    assert "<mark>Plomberie</mark> : les bases" in html
    assert "Lormont, Gironde" in html
    assert "Bâti Commun" in html
    assert re.search(r'href="\?q=plombier&amp;genre=person"[^>]*>Personnes <span class="n">1</span>', html)


def test_what_lacks_a_word_is_told_apart_from_what_has_them_all(client, people):
    people.put("1", title="Audit énergétique, rénovation")
    people.put("2", title="Audit énergétique")
    people.courses.put("3", title="Audit énergétique")
    index.rebuild()

    html = page(client, q="rénovation audit énergétique")

    assert "1 résultat pour" in words(html)
    assert 'Tout <span class="n">1</span>' in html
    assert html.index("/fiches/1/") < html.index("avec une partie de ces mots seulement.") < html.index("/fiches/2/")
    assert "2 autres résultats, avec une partie" in words(html)

    near = words(page(client, q="xqzwvkj audit énergétique"))

    assert "3 résultats proches pour" in near
    assert "Aucun résultat n’a tous ces mots : ceux-ci en ont une partie." in near


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("900 000 05", "celui-ci en a 8."),
        ("900 00005", "celui-ci en a 8."),
        ("900.000.0510", "celui-ci en a 10."),
        ("732 829 320 0007", "celui-ci en a 13."),
        ("0199001234", ""),
        ("900 000 051", ""),
        ("lot 800 000 05", ""),
    ],
)
def test_number_with_a_figure_more_or_less_says_how_many_a_siren_has(client, people, text, said):
    people.put("1", title="Lot 900")
    index.rebuild()

    found = words(page(client, q=text))

    assert ("Un SIREN a neuf chiffres, un SIRET quatorze" in found) == bool(said)
    assert said in found
    assert "Lot 900" not in found
    assert "Lieu reconnu" not in found


def test_chosen_kind_is_current_and_the_whole_stays_one_click_away(client, people):
    people.put("1", title="Plombière")
    people.courses.put("2", title="Plomberie : les bases")
    index.rebuild()

    html = page(client, q="plombier", genre="course", page="1")

    assert "/fiches/1/" not in html
    assert re.search(r'href="\?q=plombier&amp;genre=course" aria-current="page"', html)
    assert re.search(r'href="\?q=plombier">Tout <span class="n">2</span>', html)


def test_unknown_kind_and_page_are_left_out(client, people):
    people.put("1", title="Plombière")
    index.rebuild()

    for query in ({"genre": "ovni"}, {"page": "zero"}, {"page": "-3"}, {"page": "9" * 400}, {"page": "²"}):
        assert "1 résultat pour" in words(page(client, q="plombier", **query))


def test_pages_keep_the_question(client, people):
    for number in range(PAGE_SIZE + 1):
        people.put(f"{number:02d}", title="Plombière")
    index.rebuild()

    first, second = page(client, q="plombier"), page(client, q="plombier", page=2)

    assert 'href="?q=plombier&amp;page=2"' in first
    assert len(re.findall('<li class="hit', first)) == PAGE_SIZE
    assert len(re.findall('<li class="hit', second)) == 1


NASTY = [
    '"', "'", '""""', "\x00", "a\x00b", "%", "%%%", "_", "\\", "*", "?", "~", "^", "()", ")(", "[", "{}", "AND", "OR NOT", "title:x", "+-+",
    "a OR b", "NEAR(a b)", "'; DROP TABLE users; --", "<script>alert(1)</script>", "{{ 7*7 }}", "{% load %}", "../../etc/passwd", "🦊🦊",
    "e\u0301" * 50, "\u202e rtl", "٣٤", "日本語", "\ufffd", "a" * 10_000, "é " * 5_000, '"a" ' * 2_500, "(" * 10_000, "a" + "\u0301" * 5_000,
    "a/e" * 3_000, "S.C." * 2_500,
]  # fmt: skip


@pytest.mark.parametrize("is_built", [True, False])
def test_nasty_text_is_answered(client, people, is_built):
    people.put("1", title="Plombière")
    if is_built:
        index.rebuild()

    for text in [*NASTY, *filter(str.strip, TITLES)]:
        html = page(client, q=text)

        assert "<script>alert" not in html
        assert "\x00" not in html[html.index("<main") :]
        assert "49" not in words(html)


@pytest.mark.parametrize("raw", ["q=%ff%fe", "q=%00", "q", "q=&q=plombier", "genre=%00&q=a", "q=a&page=%00", "=", "q[]=a"])
def test_nasty_address_is_answered(client, people, raw):
    index.rebuild()

    answer = client.get(f"{PAGE}?{raw}", follow=True)

    assert answer.status_code == 200
    assert len(answer.redirect_chain) <= 1


def test_what_members_wrote_is_escaped(client, people):
    evil = "<img src=x onerror=alert(1)> plombier"
    people.put("1", name=evil, title=evil, skills=(evil,), body=evil, place=evil, organisation=evil)
    index.rebuild()

    html = page(client, q="plombier img")

    assert "<img src=x" not in html
    assert html.count("&lt;<mark>img</mark> src=x") == 4


def test_marked_words_are_escaped_too(client, people):
    """A run that means something together only is marked whole, with whatever signs it holds."""
    people.put("1", title="plombier·ère<img>")
    index.rebuild()

    assert "<mark>plombier·ère&lt;img</mark>" in page(client, q="plombier")


@pytest.mark.parametrize(
    ("query", "expected", "step"),
    [
        ({"q": "licorne"}, "Aucune page publique ne contient ces mots", "/connexion/"),
        ({"q": "de la"}, "Rien à chercher dans ces mots", "/annuaire/"),
        ({"q": "plombier", "genre": "course"}, "Rien de ce genre", "?q=plombier"),
    ],
)
def test_no_result_says_why_and_gives_one_step(client, people, query, expected, step):
    people.put("1", title="Plombière")
    index.rebuild()

    html = page(client, **query)

    assert expected in words(html)
    empty = html[html.index('class="empty') : html.index("</main>")]
    assert re.findall(r'href="([^"]*)"', empty) == [step]


def test_no_result_of_a_signed_in_person_leads_to_the_directory(people):
    index.rebuild()
    client = sign_in(make_person(make_member(), "advisor"))

    assert "Aucune fiche ne contient ces mots" in words(page(client, q="licorne"))


def test_answers_follow_who_asks(client, people):
    organisation = make_member()
    people.put("1", make_entry(title="Plombière", audiences=["federation"]))
    people.put("2", make_entry(title="Plombière"), make_entry(title="Plombière", audiences=[f"staff:{organisation.pk}"], body="licorne"))
    index.rebuild()

    assert "1 résultat pour" in words(page(client, q="plombière"))
    assert "Aucun résultat" in words(page(client, q="licorne"))

    client = sign_in(make_person(organisation, "advisor"))
    assert "2 résultats pour" in words(page(client, q="plombière"))
    assert "1 résultat pour" in words(page(client, q="licorne"))


def test_index_out_of_order_leaves_a_plain_search_that_says_so(client, people):
    people.put("1", title="Plombière")

    html = words(page(client, q="plombière"))

    assert "Recherche simplifiée." in html
    assert "1 résultat pour" in html


def test_long_question_is_said_to_be_cut(client, people):
    index.rebuild()

    assert "porte sur ses premiers mots" in words(page(client, q="mot " * 600 + "fin"))


def test_page_costs_no_query_of_its_own(client, people, django_assert_num_queries):
    """A visitor's page asks the database for the rows of each kind found, and these are on a shelf here."""
    people.put("1", title="Plombière")
    index.rebuild()

    with django_assert_num_queries(0):
        page(client, q="plombière")


# -- why, what else, while typing -----------------------------------------------------------------------------------------------------
def test_each_result_says_why(client, people):
    people.put("1", name="Solène Marchais", title="Plombière", body="Zinguerie aussi.", place="Lormont, Gironde (33)")
    people.put("2", title="Plombier zingueur", place="Die, Drôme (26)")
    index.rebuild()

    html = words(page(client, q="plombier zingueur à lormont"))

    assert "Pourquoi ce résultat : Solène Marchais" in html
    assert "plombier : au genre ou au nombre près, dans le titre" in html
    assert "zingueur : un mot de la même famille, dans le texte" in html
    assert "Lormont (33) : sur place" in html
    assert "Lormont (33) : à 465 km" in html


def test_place_that_is_recognised_is_said(client, people):
    people.put("1", title="Plombière", place="Lormont, Gironde (33)")
    index.rebuild()

    assert "Lieu reconnu : Lormont (33). À mots égaux, le plus proche vient d’abord." in words(page(client, q="plombière à lormont"))
    assert "Lieu reconnu : Lormont (33), à moins de 20 km." in words(page(client, q="plombière à 20 km de lormont"))
    assert "Lieu reconnu" not in words(page(client, q="plombière"))
    nothing = words(page(client, q="licorne à lormont"))
    assert "Lieu reconnu : Lormont (33). " in nothing
    assert "vient d’abord" not in nothing


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("plombière Morbihan", "Lieu reconnu : Morbihan (56). Aucun résultat n’y est situé : voici les plus proches."),
        ("plombière à Vannes", "Lieu reconnu : Vannes (56). Aucun résultat n’y est situé : voici les plus proches."),
        ("plombière à 20 km de Vannes", "Lieu reconnu : Vannes (56). Aucun résultat à moins de 20 km : voici les plus proches."),
        ("plombière à 60 km de Vannes", "Lieu reconnu : Vannes (56). Aucun résultat à moins de 60 km : voici les plus proches."),
    ],
)
def test_place_where_nothing_lies_is_said_and_the_nearest_are_shown(client, people, asked, said):
    people.put("1", title="Plombière", place="Lormont, Gironde (33)")
    people.put("2", title="Plombière", place="Rennes, Ille-et-Vilaine (35)")
    people.put("3", title="Maçonne", place="Vannes, Morbihan (56)")
    index.rebuild()

    html = words(page(client, q=asked))

    assert said in html
    assert html.index("Rennes, Ille-et-Vilaine") < html.index("Lormont, Gironde")


def test_place_where_something_lies_is_not_said_to_be_empty(client, people):
    people.put("1", title="Plombière", place="Vannes, Morbihan (56)")
    people.put("2", title="Plombière", name="Lou Gap", place="Rennes, Ille-et-Vilaine (35)")
    people.courses.put("3", title="Plomberie : les bases", place="Rennes, Ille-et-Vilaine (35)")
    index.rebuild()

    for asked in ("plombière Morbihan", "plombière à Vannes", "plombière à 20 km de Vannes", "plombière gap"):
        assert "Aucun résultat" not in words(page(client, q=asked))
    assert "Aucun résultat n’y est situé" in words(page(client, q="plombière Morbihan", genre="course"))


def test_rare_word_has_what_may_have_been_meant(client, people):
    people.put("1", title="Électricienne", name="Lou Électricien")
    index.rebuild()

    html = page(client, q="életricien bâtiment", genre="person")

    assert "Essayez avec électricien ." in words(html)
    assert 'href="?q=%C3%A9lectricien+b%C3%A2timent&amp;genre=person"' in html


def test_correction_and_suggestion_keep_to_what_the_reader_may_see(client, people):
    organisation = make_member()
    people.put("1", title="Sculpteuse", audiences=[f"staff:{organisation.pk}"])
    index.rebuild()

    assert "Essayez avec" not in words(page(client, q="sculteuse"))
    assert client.get("/recherche/suggestions.json", {"q": "sculpt"}).json() == {"results": []}

    client = sign_in(make_person(organisation, "advisor"))
    assert "Essayez avec sculpteuse" in words(page(client, q="sculteuse"))
    assert client.get("/recherche/suggestions.json", {"q": "SCULPT"}).json() == {"results": [{"value": "Sculpteuse", "label": ""}]}


@pytest.mark.parametrize("address", ["/recherche/?q=x", "/moi/", "/cooperatives/"])
def test_each_box_has_its_suggestions_and_works_without(people, address):
    index.rebuild()
    client = sign_in(make_person(make_member(), "advisor"))

    html = client.get(address).content.decode()

    boxes = re.findall(r'<input id="([\w-]+)" name="q" type="search"(?=[^>]*list="\1-liste")[^>]*data-hub-suggest="([^"]+)"', html)
    assert len(boxes) == html.count('action="/recherche/"') == html.count('role="search"')
    assert {(box, url) for box, url in boxes} >= {("q", "/recherche/suggestions.json")}
    assert all(f'<datalist id="{box}-liste"></datalist>' in html for box, _ in boxes)


@pytest.mark.parametrize("text", ["", "p", "\x00", "'", "(" * 5000, "🦊🦊"])
def test_suggestions_of_nothing_are_none(client, people, text):
    people.put("1", title="Plombière")
    index.rebuild()

    assert client.get("/recherche/suggestions.json", {"q": text}).json() == {"results": []}


def test_suggestions_without_an_index_are_none(client, people):
    assert client.get("/recherche/suggestions.json", {"q": "plomb"}).json() == {"results": []}


def test_suggestions_are_not_read_off_letter_by_letter(client, people, monkeypatch):
    people.put("1", title="Plombière")
    index.rebuild()
    monkeypatch.setattr("search.views.SUGGESTIONS_PER_MINUTE", 2)
    cache.clear()

    statuses = [client.get("/recherche/suggestions.json", {"q": "plomb"}).status_code for _ in range(3)]

    assert statuses == [200, 200, 429]
    one_network = [client.get("/recherche/suggestions.json?q=plomb", REMOTE_ADDR=f"2001:db8:1:2::{n}").status_code for n in (1, 2, 3)]
    assert one_network == [200, 200, 429]
    assert sign_in(make_person(make_member(), "advisor")).get("/recherche/suggestions.json", {"q": "plomb"}).status_code == 200
