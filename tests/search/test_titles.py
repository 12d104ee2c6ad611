"""What members call their pages is no question: titles made of anything are indexed, found and asked, on each engine and without one."""

import pytest

from search import index
from search.analysis import analyse
from search.query import ENOUGH, search, suggest
from tests.search.engines import ENGINES, made_engine
from tests.search.shelf import Reader, Shelf, publish

READER = Reader()
DISTANCES = [
    "Visite de chantier à 30 km de Valence", "Le 20 km de Paris", "À moins de 15 km de Die", "30km de Lyon", "٣٠ km de Nîmes", "0 km de Lille",
    "Dans un rayon de 50 km autour de Foix", "Marathon de 42 km, Vannes (56)", "9999 km de Brest",
]  # fmt: skip
OPERATORS = [
    "AND", "OR NOT", "NOT plomberie", "title:x", "+bois -terre", "paille~2^3", "chau*", "[1 TO 9]", "a && b || c", "/terre/", "\\", "C++ et C#", ".NET",
    "«»", '"', "“Terre crue”", '"terre" "crue', "L’’eau", "'", "--", "???", "· · ·", "(((", "terre (crue",
]  # fmt: skip
NUMBERS = ["33", "2A", "974", "2027", "1 000 000", "²", "½", "٣٤", "Formation 33", "dans le 33", "3e", "0"]
SHORT = ["x", "é", "À", "Y", "œ", "_", "日"]
LONG = ["a" * 200, "é" * 255, "œ" * 255, "mot " * 60, " ".join(f"mot{n}" for n in range(45)), "S.C." * 60, "a/e" * 80, "aux" * 80]
OTHERS = ["🌱🌱", "🌱 Terre 🌱", "\u200b", "\u202e rtl", "e\u0301" * 50, "日本語の家", "İstanbul", "ﬁchier", "ſ", "\ufffd"]
STOP_WORDS = [
    "Où et quand",
    "Dans les",
    "à",
    "Le la les",
    "Qui sommes-nous ?",
    "Et vous ?",
    "",
    " ",
    "Je cherche",
    "Besoin",
    "Près de",
    "km",
]
TITLES = [*DISTANCES, *OPERATORS, *NUMBERS, *SHORT, *LONG, *OTHERS, *STOP_WORDS]


@pytest.fixture(params=ENGINES)
def engine(request, tmp_path, monkeypatch):
    with made_engine(request.param, tmp_path / "index") as one:
        monkeypatch.setattr("search.index.engine", lambda: one)
        monkeypatch.setattr("search.query.engine", lambda: one)
        yield one


@pytest.fixture
def pages(monkeypatch):
    shelf = Shelf("page", "Pages")
    publish(monkeypatch, shelf)
    monkeypatch.setattr(index, "CANARIES", len(TITLES))
    for number, title in enumerate(TITLES):
        shelf.put(str(number), title=title, place="Marseille, Bouches-du-Rhône (13)")
    return shelf


def test_no_title_stops_the_index(engine, pages):
    index.rebuild()

    assert index.differences() == []


def test_each_title_finds_its_page(engine, pages):
    index.rebuild()

    lost = []
    for number, title in enumerate(TITLES):
        answer = search(title, reader=READER, size=ENOUGH)
        suggest(title, reader=READER)
        assert not answer.is_plain, title
        lengths = [len(word.fold) for word in analyse(title)]
        if lengths and max(lengths) <= index.CANARY_SIGNS and str(number) not in {one.id for one in answer.found}:
            lost.append(title)

    assert lost == []


def test_each_title_is_asked_without_an_index(pages):
    for title in TITLES:
        assert suggest(title, reader=READER) == []
        answer = search(title, reader=READER)
        assert answer.is_plain == bool(analyse(title)), title


def test_page_that_bears_another_title_than_the_index_is_missed(engine, pages):
    """The control of the first: a canary is told from its neighbours."""
    index.rebuild()
    pages.put("0", title="Visite de chantier à 30 km de Lormont")

    assert index.differences() == [f"Pages : 1\u00a0fiche témoin introuvable sur {len(TITLES)}, dont page:0."]
