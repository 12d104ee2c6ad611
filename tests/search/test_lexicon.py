import pytest
from hypothesis import given
from hypothesis import settings as checking
from hypothesis import strategies as st

from search.analysis import analyse
from search.engines.tantivy import TantivyEngine
from search.lexicon import IndexLexicon, Seen, corrections
from search.plan import understand
from search.spelling import distance, sound
from search.synonyms import meanings
from tests.search.test_engine import built, make_documents

PUBLIC = frozenset({"public"})


@pytest.fixture
def engine(tmp_path):
    return TantivyEngine(tmp_path / "index")


def words(engine, text, principal=PUBLIC):
    (token,) = analyse(text)
    return [one.written for one in corrections(token, IndexLexicon(engine, principal))]


# -- distances ------------------------------------------------------------------------------------------------------------------------
def plain_distance(one, other):
    """The same in the plainest way, over the whole table."""
    table = {(i, 0): i for i in range(len(one) + 1)} | {(0, j): j for j in range(len(other) + 1)}
    for i in range(1, len(one) + 1):
        for j in range(1, len(other) + 1):
            table[i, j] = min(table[i - 1, j] + 1, table[i, j - 1] + 1, table[i - 1, j - 1] + (one[i - 1] != other[j - 1]))
            if i > 1 and j > 1 and one[i - 1] == other[j - 2] and one[i - 2] == other[j - 1]:
                table[i, j] = min(table[i, j], table[i - 2, j - 2] + 1)
    return table[len(one), len(other)]


letters = st.text("abcé", max_size=7)


@given(letters, letters, st.integers(0, 3))
def test_distance_is_that_of_the_whole_table(one, other, at_most):
    far = plain_distance(one, other)

    assert distance(one, other, at_most) == (far if far <= at_most else None)


@pytest.mark.parametrize(
    ("one", "other"),
    [("grafiste", "graphiste"), ("fotographe", "photographe"), ("sofrologue", "sophrologue"), ("chaufagiste", "chauffagiste")],
)
def test_words_said_alike_sound_alike(one, other):
    assert sound(one) == sound(other)


# -- what a reader may see ------------------------------------------------------------------------------------------------------------
def test_words_are_counted_by_what_they_are(engine):
    built(engine, make_documents("1", title="Boulanger"), make_documents("2", title="Levain", name="Lou Boulanger", place="Die, Drôme"))

    assert IndexLexicon(engine, PUBLIC).seen(["boulanger", "die", "rien"]) == {
        "boulanger": Seen(1, 1),
        "die": Seen(places=1),
        "rien": Seen(),
    }


def test_correction_is_written_as_people_write_it(engine):
    built(engine, *(make_documents(str(n), title=title) for n, title in enumerate(["Électricien", "électricien", "ELECTRICIEN"])))

    assert words(engine, "életricien") == ["électricien"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("plonbier", "plombier"),
        ("fotographe", "photographe"),
        ("vidaeste", "vidéaste"),
        ("naturophate", "naturopathe"),
        ("apicultuer", "apiculteur"),
    ],
)
def test_slips_are_corrected(engine, typed, meant):
    built(engine, *(make_documents(str(n), title=title) for n, title in enumerate([meant, meant, meant, "maçonne"])))

    assert words(engine, typed) == [meant]


def test_known_word_is_left_alone(engine):
    built(engine, *(make_documents(f"{n}{title}", title=title) for n in range(3) for title in ("Plombière", "Plombien")))

    assert words(engine, "plombier") == []  # its family is known, though the very word is not
    assert words(engine, "plombien") == []


def test_word_of_the_same_family_is_no_correction(engine):
    built(engine, make_documents("1", title="Plombière"))

    assert words(engine, "plombier") == []


@pytest.mark.parametrize("typed", ["vae", "b2v", "12345", "zzzzzzzz"])
def test_what_cannot_be_corrected_is_left_alone(engine, typed):
    built(engine, make_documents("1", title="vie b2b 12346"))

    assert words(engine, typed) == []


def test_unfinished_word_is_not_a_slip(engine):
    built(engine, make_documents("1", title="Sophrologue"), make_documents("2", title="Sophie"))

    last, first = understand("sophi", IndexLexicon(engine, PUBLIC)), understand("sophro sommeil", IndexLexicon(engine, PUBLIC))

    assert [group.corrections for group in last.groups] == [()]
    assert first.groups[0].corrections == ()  # too far from any


titles = st.lists(st.text("ab", min_size=4, max_size=6), min_size=1, max_size=3).map(" ".join)
shelves = st.lists(st.tuples(titles, st.sampled_from(["public", "federation", "staff:1"])), min_size=1, max_size=8)


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    return TantivyEngine(tmp_path_factory.mktemp("lexicon"))


@checking(max_examples=25, deadline=None)
@given(shelves, st.text("ab", min_size=4, max_size=6), st.frozensets(st.sampled_from(["public", "federation", "staff:1"])))
def test_correction_reveals_no_word_of_what_the_reader_may_not_see(shared, things, typed, principal):
    built(shared, *(make_documents(str(n), title=title, audiences=[token]) for n, (title, token) in enumerate(things)))
    shared.refresh()
    visible = {word for title, token in things if token in principal for word in title.split()}

    assert set(words(shared, typed, principal)) <= visible
    assert {one.written for one in shared.words(["a", "b"], principal=principal)} == visible
    seen = IndexLexicon(shared, principal).seen([typed])[typed]
    assert seen.things == sum(typed in title.split() for title, token in things if token in principal)


# -- synonyms -------------------------------------------------------------------------------------------------------------------------
def others(text):
    return [[one.written for one in meaning.others] for meaning in meanings(analyse(text))]


def test_longest_expression_is_taken():
    (meaning,) = meanings(analyse("développeuse web"))

    assert (meaning.start, meaning.end) == (0, 2)
    assert "programmeur" in [one.written for one in meaning.others]


def test_acronym_of_several_meanings_has_them_all():
    assert {"jardinier", "aide à domicile"} <= set(*others("SAP"))


def test_word_without_synonym_has_none():
    assert others("licorne") == []


def test_dictionary_names_its_source():
    from search.synonyms import DATA

    head = [line for line in DATA.read_text().splitlines() if line.startswith("#")]
    assert any(line.startswith("# source : ") for line in head)
    assert any(line.startswith("# date : ") for line in head)
    assert any(line.startswith("# relecture : ") for line in head)


def test_surname_is_not_read_as_a_trade(engine):
    built(engine, make_documents("1", title="Comptable", name="Lou Fournier"))

    _, fournier = understand("lou fournier", IndexLexicon(engine, PUBLIC)).groups
    assert fournier.synonyms == ()
    assert understand("fournier").groups[0].synonyms != ()
