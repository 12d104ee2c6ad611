import pytest

from search.engines.tantivy import TantivyEngine
from search.lexicon import IndexLexicon
from search.plan import understand
from search.why import reasons
from tests.search.shelf import make_entry
from tests.search.test_engine import built, make_documents


@pytest.mark.parametrize(
    ("text", "values", "expected"),
    [
        ("plombier", {"title": "Plombier", "body": "plombier"}, "le mot même, dans le titre et le texte"),
        ("développeur web", {"title": "Développeur web"}, "les mots mêmes, dans le titre"),
        ("plombières", {"title": "Plombier"}, "au genre ou au nombre près, dans le titre"),
        ("zingueur", {"skills": ("ardoisier",)}, "«\u00a0ardoisier\u00a0», de même sens, dans les compétences"),
        ("maçonnerie", {"title": "Maçonne"}, "un mot de la même famille, dans le titre"),
        ("sophro", {"title": "Sophrologue"}, "un mot qui commence ainsi, dans le titre"),
        ("licorne", {"title": "Plombier"}, "absent de cette fiche"),
        ("bâti", {"organisation": "Bâti Commun"}, "le mot même, dans la structure"),
        ("lou", {"name": "Lou Kaba"}, "le mot même, dans le nom"),
    ],
)
def test_reason_is_the_closest_way(text, values, expected):
    assert [reason.found for reason in reasons(make_entry(**({"title": "Autre"} | values)), understand(text))] == [expected]


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ("Die, Drôme (26)", "sur place"),
        ("Saillans, Drôme (26)", "à 16\u00a0km"),
        ("Valence (26)", "à 41\u00a0km"),
        ("Drôme (26)", "dans le département"),
        ("Hautes-Alpes (05)", "dans un département voisin"),
        ("Finistère (29)", "ailleurs"),
        ("Saint-Denis, La Réunion", "ailleurs"),
        ("", "ailleurs"),
    ],
)
def test_place_says_how_near(where, expected):
    _, place = reasons(make_entry(place=where), understand("céramiste à Die"))

    assert (place.asked, place.found) == ("Die (26)", expected)


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ("Die, Drôme (26)", "dans le département"),
        ("Rennes, Ille-et-Vilaine (35)", "ailleurs, à 646\u00a0km de son milieu"),
        ("", "ailleurs"),
    ],
)
def test_place_that_is_a_whole_department_says_how_far_from_its_middle(where, expected):
    _, place = reasons(make_entry(place=where), understand("céramiste Drôme"))

    assert (place.asked, place.found) == ("Drôme (26)", expected)


def test_word_that_was_meant_is_said(tmp_path):
    engine = built(TantivyEngine(tmp_path), make_documents("1", title="Plombier"))

    (reason,) = reasons(make_entry(title="Plombière"), understand("plonbier", IndexLexicon(engine, frozenset({"public"}))))

    assert reason.found == "«\u00a0plombier\u00a0», un mot proche, dans le titre"


def test_what_is_said_for_the_word_that_was_meant_is_said(tmp_path):
    engine = built(TantivyEngine(tmp_path), make_documents("1", title="Montage d’agencements"))

    (reason,) = reasons(make_entry(title="Montage d’agencements"), understand("plaqiste", IndexLexicon(engine, frozenset({"public"}))))

    assert reason.found == ("«\u00a0Montage d’agencements\u00a0», de même sens que «\u00a0plaquiste\u00a0», un mot proche, dans le titre")
