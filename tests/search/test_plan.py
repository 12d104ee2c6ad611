import pytest

from search.engines.tantivy import TantivyEngine
from search.model import SearchRequest, Term
from search.plan import MAX_WORDS, understand
from tests.search.test_engine import built, make_documents


def words(text):
    return [word.fold for word in understand(text).words]


def found(engine, query):
    hits = engine.search(SearchRequest(query=query, principal=frozenset({"public"}), size=50)).hits
    return [hit.key.partition(":")[2] for hit in hits]


@pytest.fixture
def engine(tmp_path):
    return TantivyEngine(tmp_path / "index")


def test_words_of_the_request_are_dropped_and_each_word_counts_once():
    assert words("Je cherche quelqu’un qui répare, répare des vélos") == ["repare", "velos"]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("qui fait la paie", ["paie"]),
        ("Comment trouver une salle ?", ["salle"]),
        ("où peut-on louer un fourgon", ["louer", "fourgon"]),
        ("qui connaît la paie ?", ["paie"]),
        ("savoir-faire", ["savoir", "faire"]),
        ("comment faire", ["comment", "faire"]),
        ("recherche et besoins", ["recherche", "besoins"]),
    ],
)
def test_words_of_a_question_are_not_required_beside_another(text, wanted):
    assert words(text) == wanted


def test_words_of_the_request_stay_when_there_is_nothing_else():
    assert words("besoin") == ["besoin"]


@pytest.mark.parametrize("text", ["", "   ", "de la", "«»", "!!!"])
def test_text_without_words_asks_nothing(text):
    assert understand(text).words == ()


def test_long_text_is_cut_and_says_so():
    question = understand(" ".join(f"mot{number}" for number in range(2000)))

    assert (len(question.words), question.is_cut) == (MAX_WORDS, True)
    assert not understand("deux mots").is_cut


def test_all_words_are_wanted_first(engine):
    built(
        engine,
        make_documents("both", title="Rénovation", body="audit énergétique"),
        make_documents("one", title="Rénovation, rénovation, rénovation"),
    )

    assert found(engine, understand("rénovation audit").passes()[0]) == ["both"]


def test_most_words_are_wanted_next_apart_from_all_of_them(engine):
    built(
        engine,
        make_documents("two", title="Audit énergétique, audit énergétique", skills=("audit énergétique",)),
        make_documents("three", body=f"audit énergétique rénovation {'autre ' * 300}", title="Autre chose"),
        make_documents("one", title="Rénovation"),
    )
    question = understand("rénovation énergétique audit")

    assert [found(engine, query) for query in question.passes()] == [["three"]]
    assert found(engine, question.partly()) == ["two"]


def test_most_words_are_wanted_within_the_distance_that_was_given(engine):
    built(
        engine,
        make_documents("here", title="Audit énergétique", place="Die, Drôme (26)"),
        make_documents("far", title="Audit énergétique", place="Brest, Finistère (29)"),
        make_documents("whole", title="Audit énergétique, rénovation", place="Die, Drôme (26)"),
        make_documents("whole and far", title="Audit énergétique, rénovation", place="Brest, Finistère (29)"),
    )

    assert found(engine, understand("rénovation audit énergétique à moins de 30 km de Die").partly()) == ["here"]
    assert found(engine, understand("rénovation audit énergétique à Die").partly()) == ["here", "far"]


def test_last_resort_wants_half_of_the_words_in_strong_fields(engine):
    built(engine, make_documents("title", title="Boulangère"), make_documents("body", title="Autre", body="bouchère"))
    question = understand("bouchère boulangère")

    assert (len(question.passes()), question.partly()) == (1, None)
    assert found(engine, question.last_resort()) == ["title"]


@pytest.mark.parametrize("text", ["plombier", "pomme poire pêche"])
def test_last_resort_is_not_more_lenient_than_most(text):
    """One word of one, two of three: half is no less."""
    assert understand(text).last_resort() is None


def test_title_weighs_more_than_skills_and_skills_more_than_body(engine):  # pragma: allowlist secret
    built(
        engine,
        make_documents("body", title="Autre", body="zinguerie"),
        make_documents("skill", title="Autre", skills=("zinguerie",)),
        make_documents("title", title="Zinguerie"),
    )

    assert found(engine, understand("zinguerie").passes()[0]) == ["title", "skill", "body"]


def test_exact_word_weighs_more_than_its_family(engine):
    built(engine, make_documents("activity", title="Plomberie"), make_documents("job", title="Plombier"))

    assert found(engine, understand("plombier").passes()[0]) == ["job", "activity"]


def test_last_word_may_be_unfinished(engine):
    built(engine, make_documents("1", title="Sophrologue"))

    assert found(engine, understand("sophro").passes()[0]) == ["1"]
    assert found(engine, understand("sop").passes()[0]) == []


def test_words_side_by_side_weigh_more(engine):
    built(
        engine,
        make_documents("apart", title="Chaleur humaine et tour en pompe"),
        make_documents("beside", title="Pompe à chaleur humaine et tour"),
    )

    assert found(engine, understand("pompe chaleur").passes()[0]) == ["beside", "apart"]


def test_every_field_of_the_schema_has_a_clause():
    from search.schema import TEXTS

    (query,) = understand("bois").passes()
    (clause,) = query.must

    asked = {node.field for node in clause.queries if isinstance(node, Term)}
    assert asked == {f"{field}_{analysis}" for field, analyses in TEXTS.items() for analysis in analyses}
