import pytest

from search.analysis import analyse
from search.gazetteer import _gazetteer, area_of, around, by_distance, communes_of, distance_km, neighbours
from search.lexicon import IndexLexicon, NoLexicon, Seen
from search.model import Bool
from search.places import placed
from search.plan import EXACT_DISTANCES, WIDER_DISTANCES, _packed, understand
from search.request import REQUEST_WORDS
from search.synonyms import is_single_word
from tests.search.test_engine import built, make_documents
from tests.search.test_plan import engine, found, words  # noqa: F401


class Known(NoLexicon):
    """By word: in how many entries it is a thing, a name, a place."""

    def __init__(self, **seen):
        self.known = {word: Seen(*counts) for word, counts in seen.items()}

    def seen(self, words):
        return {word: self.known.get(word, Seen()) for word in words}


def place(text, **seen):
    one = placed(text, Known(**seen), REQUEST_WORDS)
    return one and one.place


@pytest.mark.parametrize(
    ("text", "communes", "departments"),
    [
        ("Lormont, Gironde (33)", {"33249"}, {"33"}),
        ("Lormont (33)", {"33249"}, {"33"}),
        ("Saint-Denis, La Réunion", {"97411"}, {"974"}),
        ("St Denis", {"97411"}, {"974"}),  # the most peopled of its namesakes
        ("Laval, Mayenne (53)", {"53130"}, {"53"}),
        ("Vienne (86)", set(), {"86"}),
        ("Vienne (38)", {"38544"}, {"38"}),
        ("Paris, Paris (75)", {"75056"}, {"75"}),
        ("Gironde", set(), {"33"}),
        ("En ligne, à convenir", set(), set()),
        ("", set(), set()),
    ],
)
def test_area_of_an_entry(text, communes, departments):
    area = area_of(text)

    assert (area.communes, area.departments) == (communes, departments)


def test_departments_that_touch():
    assert neighbours(frozenset({"26"})) == {"04", "05", "07", "38", "84"}
    assert neighbours(frozenset({"75"})) == {"92", "93", "94"}
    assert neighbours(frozenset({"974"})) == frozenset()


def test_communes_around_are_those_within_the_distance():
    die = frozenset({"26113"})
    near = around(die, 20)

    (centre,) = communes_of(die)
    assert die < near < around(die, 40)
    assert all(distance_km(centre, other) <= 20 for other in communes_of(near))
    assert "26362" not in near  # Valence


@pytest.mark.parametrize(
    ("text", "label", "rest"),
    [
        ("plombière à Lormont", "Lormont (33)", ["plombiere"]),
        ("plombier lormont", "Lormont (33)", ["plombier"]),
        ("plombier à Ouessant", "Ouessant (29)", ["plombier"]),
        ("photographe Aix-en-Provence", "Aix-en-Provence (13)", ["photographe"]),
        ("comptable clermont ferrand", "Clermont-Ferrand (63)", ["comptable"]),
        ("céramiste Drôme", "Drôme (26)", ["ceramiste"]),
        ("formatrice en Bretagne", "Bretagne", ["formatrice"]),
        ("maçon Saint-Denis (974)", "Saint-Denis (974)", ["macon"]),
        ("maçon St-Denis, La Réunion", "Saint-Denis (974)", ["macon"]),
        ("maçon 33310", "Lormont (33)", ["macon"]),
        ("maçon Saint-Denis", "Saint-Denis (974 ou 93)", ["macon"]),
        ("Saint-Denis maçon", "Saint-Denis (974 ou 93)", ["macon"]),
        ("saint denis 93", "Saint-Denis (93)", []),
        ("plaquiste 33", "Gironde (33)", ["plaquiste"]),
        ("plaquiste (33)", "Gironde (33)", ["plaquiste"]),
        ("audit 2020 33", "Gironde (33)", ["audit", "2020"]),
        ("plaquiste dans le 2a", "Corse-du-Sud (2A)", ["plaquiste"]),
        ("plaquiste du 974", "La Réunion (974)", ["plaquiste"]),
        ("dans le 56", "Morbihan (56)", []),
        ("Vannes", "Vannes (56)", []),
        ("Morbihan", "Morbihan (56)", []),
        ("La Rochelle", "La Rochelle (17)", []),
        ("autour de Die", "Die (26)", []),
        ("près de Lormont une plombière", "Lormont (33)", ["plombiere"]),
    ],
)
def test_place_is_recognised(text, label, rest):
    question = understand(text)

    assert question.place.label.startswith(label)
    assert [word.fold for group in question.groups if not group.place for word in group.words] == rest


@pytest.mark.parametrize(
    "text",
    [
        "Lormont plombier", "plombier ouessant", "travail du bois", "site sur mesure", "formation à distance", "Le Y", "à 30 km",
        "33", "rendez-vous à 14", "33 plaquistes", "habilitation 99", "loi 2014", "900 000 05", "900000 05", "01 99 00 12 33",
        "SIREN 900 000 05", "732 829 33310",
    ],
)  # fmt: skip
def test_place_is_not_seen_everywhere(text):
    """The first word is none of which nobody knows that it is one, nor a hamlet that bears the name of a thing, nor any number."""
    assert place(text) is None


@pytest.mark.parametrize(
    "text",
    ["en cours", "dossier opco en cours", "vente en ligne", "VENTE EN LIGNE", "maçon dans le port", "formation en die"],
)
def test_everyday_word_after_en_or_dans_is_no_place(text):
    assert place(text) is None


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("formation en Cours", "Cours (69)"),
        ("formation à cours", "Cours (69, 79 ou 47)"),
        ("formation en cours 69", "Cours (69)"),
        ("formation en cours, Rhône", "Cours (69)"),
        ("formation en cours 69470", "Cours (69)"),
        ("dans les environs de cours", "Cours (69, 79 ou 47)"),
        ("plombier dans lyon", "Lyon (69)"),
        ("dans la rochelle", "La Rochelle (17)"),
        ("enduit Bordeaux", "Bordeaux (33)"),
        ("enduit en gironde", "Gironde (33)"),
        ("formation en ligne à Lormont", "Lormont (33)"),
    ],
)
def test_something_else_says_that_it_is_a_place(text, label):
    assert place(text).label == label


def test_first_word_is_a_place_where_the_index_knows_it_for_one():
    assert place("Lormont plombier", lormont=(1, 0, 2)).label == "Lormont (33)"
    assert place("Lormont plombier", lormont=(2, 1, 2)) is None
    assert place("Morbihan formatrice", morbihan=(0, 0, 1)).label == "Morbihan (56)"


def test_whole_question_is_a_place_unless_it_is_known_for_something_else():
    assert place("Die", die=(0, 0, 1)).label == "Die (26)"
    assert place("Die", die=(3, 0, 1)) is None


@pytest.mark.parametrize("text", ["plombier ²", "100 ²", "५", "plan ③ du local", "日本"])
def test_sign_that_is_no_letter_of_ours_is_no_place(text):
    """Islands without a postal code are not called by an empty name."""
    assert place(text) is None


def test_word_that_says_what_things_are_is_no_place():
    assert place("stage couture", couture=(9, 0, 1)) is None
    assert place("lucie de la tour", tour=(0, 9, 1)) is None
    assert place("poêle à bois", bois=(9, 0, 1)) is None
    assert place("plombier lormont", lormont=(1, 1, 5)).label == "Lormont (33)"
    assert place("plombier près de lormont", lormont=(9, 0)).label == "Lormont (33)"


# Every town that bears the name of a trade: how many live in the largest, and whether an accent of its own tells it from the trade.
TRADES_TOO = {
    "barbieres": (1143, True), "bergeres": (111, True), "bouvieres": (151, True), "brasseuse": (110, False), "charbonnieres": (335, True),
    "chevrier": (757, False), "chevrieres": (2036, True), "echassieres": (364, True), "le poet": (790, True), "macon": (35177, True), "peintre": (135, False),
    "porcheres": (887, True), "routier": (231, False), "savonnieres": (3392, True), "sellieres": (737, True), "soliers": (2260, False),
    "vacheres": (332, True),
}  # fmt: skip


def test_towns_that_bear_the_name_of_a_trade_are_these():
    """A new line of the dictionary that is a town must be looked at here."""
    names = {name: (analyse(name), towns[0]) for name, towns in _gazetteer().communes.items()}
    both = {name: town for name, (words, town) in names.items() if len(words) == 1 and is_single_word(words[0])}

    assert {name: (town.population, not town.name.isascii()) for name, town in both.items()} == TRADES_TOO


@pytest.mark.parametrize("name", TRADES_TOO)
def test_town_that_bears_the_name_of_a_trade_is_one_where_it_is_said_as_a_place(name):
    population, has_accent = TRADES_TOO[name]
    town = _gazetteer().communes[name][0]
    known = {name: (9, 0, 0)}  # to the index a trade, and no place: what was typed tells it apart

    assert [place(text, **known) for text in (name, f"un {name}", f"bon {name}", f"{name} bois")] == [None] * 4
    assert place(f"plombier à {name}", **known).label.startswith(town.name)
    beside = place(f"plombier {name}", **known)
    assert beside.label.startswith(town.name) if population >= 1000 else beside is None
    if has_accent and population >= 1000:
        assert place(town.name, **known).label.startswith(town.name)


@pytest.mark.parametrize(
    ("text", "label", "rest"),
    [
        ("maçon", "", ["macon"]),
        ("un maçon", "", ["macon"]),
        ("couvreur maçon", "", ["couvreur", "macon"]),
        ("maçons", "", ["macons"]),
        ("bon maçon 35", "Ille-et-Vilaine (35)", ["bon", "macon"]),
        ("maçon 71", "Saône-et-Loire (71)", ["macon"]),
        ("maçon Rennes", "Rennes (35)", ["macon"]),
        ("Mâcon", "Mâcon (71)", []),
        ("Ma\N{COMBINING CIRCUMFLEX ACCENT}con", "Mâcon (71)", []),
        ("Mâcon (71)", "Mâcon (71)", []),
        ("maçon Mâcon", "Mâcon (71)", ["macon"]),
        ("maçon à macon", "Mâcon (71)", ["macon"]),
        ("près de macon", "Mâcon (71)", []),
        ("plombier Mâcon", "Mâcon (71)", ["plombier"]),
        ("plombier macon", "Mâcon (71)", ["plombier"]),
        ("expert en gestion macon", "Mâcon (71)", ["expert", "gestion"]),
        ("drace", "Dracé (69)", []),  # no inflection of an acronym
    ],
)
def test_mason_is_not_the_town(text, label, rest):
    question = understand(text, Known(macon=(9, 0, 1)))

    assert (question.place.label if question.place else "") == label
    assert [word.fold for group in question.groups if not group.place for word in group.words] == rest


@pytest.mark.parametrize(
    ("text", "km"),
    [
        ("maçon à moins de 20 km de Die", 20),
        ("maçon à 15km de Die", 15),
        ("maçon à 40 kilomètres de Die", 40),
        ("maçon à 40 kms de Die", 40),
        ("maçon 1000 km de Die", 150),
        ("maçon 999 km de Die", 150),
    ],
)
def test_distance_is_understood(text, km):
    assert place(text).km == km
    assert place(text).label == "Die (26)"


TOWNS = {
    "town": "Die, Drôme (26)",
    "near": "Saillans, Drôme (26)",
    "department": "Valence, Drôme (26)",
    "beside": "Gap, Hautes-Alpes (05)",
    "far": "Quimper, Finistère (29)",
}


@pytest.fixture
def potters(engine):
    return built(engine, *(make_documents(pk, title="Céramiste", place=where) for pk, where in TOWNS.items()))


def asked(engine, text):
    return understand(text, IndexLexicon(engine, frozenset({"public"})))


def test_nearest_come_first_and_those_elsewhere_last(potters):
    strict, lenient = asked(potters, "céramiste à Die").passes()

    assert found(potters, strict) == ["town", "near", "department", "beside"]
    assert found(potters, lenient) == ["town", "near", "department", "beside", "far"]


@pytest.mark.parametrize("text", ["maçon", "un maçon", "maçons", "maçonne"])
def test_mason_is_looked_for_everywhere_and_not_in_the_town(engine, text):
    built(engine, make_documents("mason", title="Maçonnerie", place="Rennes, Ille-et-Vilaine (35)"),
          make_documents("hair", title="Coiffeuse", place="Mâcon, Saône-et-Loire (71)"))  # fmt: skip

    question = asked(engine, text)

    assert question.place is None
    assert found(engine, Bool(should=question.passes())) == ["mason"]


def test_the_town_in_its_own_accents_is_not_the_masons(engine):
    built(engine, make_documents("mason", title="Maçonne", body="Maçonne.", place="Rennes, Ille-et-Vilaine (35)"),
          make_documents("hair", title="Coiffeuse", place="Mâcon, Saône-et-Loire (71)"),
          make_documents("name", title="Coiffeuse", name="Lou Macon"))  # fmt: skip

    assert set(found(engine, asked(engine, "Mâcon").passes()[0])) == {"hair", "name"}
    assert set(found(engine, asked(engine, "maçon à Mâcon").passes()[-1])) == {"mason", "name"}


def test_a_title_that_names_the_town_in_its_own_accents_is_found_there(engine):
    built(engine, make_documents("mason", title="Maçonne", place="Rennes, Ille-et-Vilaine (35)"),
          make_documents("page", title="La réunion de Mâcon"),
          make_documents("apart", title="Ma\N{COMBINING CIRCUMFLEX ACCENT}con"),
          make_documents("plain", title="Trouver un maçon"))  # fmt: skip

    question = asked(engine, "Mâcon")

    assert set(found(engine, question.passes()[0])) == {"page", "apart"}
    assert set(found(engine, question.in_place())) == {"page", "apart"}
    assert {"mason", "plain"} <= set(found(engine, asked(engine, "maçon").passes()[0]))


def test_what_says_it_in_passing_comes_after_those_who_are_it(potters):
    built(potters, *(make_documents(pk, title="Céramiste", place=where) for pk, where in TOWNS.items()),
          make_documents("passing", title="Maçonne", body="Travaille avec un céramiste.", place="Die, Drôme (26)"))  # fmt: skip

    assert found(potters, asked(potters, "céramiste à Die").passes()[0]) == ["town", "near", "department", "beside", "passing"]


def test_communes_by_distance_of_communes_and_of_the_middle_of_departments():
    among = frozenset({"26113", "26289", "26362", "05061", "29232", "00000"})  # Die, Saillans, Valence, Gap, Quimper, nowhere

    assert [set(ring) for ring in by_distance(frozenset({"26113"}), frozenset(), among)] == [{"26289"}, {"26362"}, {"05061"}, {"29232"}]
    assert by_distance(frozenset(), frozenset({"29"}), among)[0] == {"29232"}


def test_many_distances_make_few_readings():
    rings = [frozenset({str(number)}) for number in range(1000)]

    packed = _packed(rings)

    assert packed[:EXACT_DISTANCES] == rings[:EXACT_DISTANCES]
    assert len(packed) <= EXACT_DISTANCES + WIDER_DISTANCES
    assert frozenset().union(*packed) == frozenset().union(*rings)


def test_distance_leaves_out_what_is_further(potters):
    for query in understand("céramiste à moins de 30 km de Die").passes():
        assert found(potters, query) == ["town", "near"]


def test_person_may_bear_the_name_of_a_town(potters):
    built(potters, make_documents("name", title="Céramiste", name="Lou Gap"), make_documents("other", title="Céramiste"))

    assert found(potters, understand("céramiste gap").passes()[0]) == ["name"]
