"""What every engine must do, asked of the embedded one and of a real node (HUB_TEST_SEARCH_URL, started by bin/test)."""

from collections import Counter
from datetime import date

import pytest
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as checking
from hypothesis import strategies as st

from search.documents import documents_of
from search.engines.tantivy import TantivyEngine
from search.errors import EngineUnavailable
from search.lexicon import IndexLexicon
from search.model import Bool, Constant, DisMax, MatchAll, Phrase, Prefix, Range, SearchRequest, Term, Terms, WordCount
from search.plan import over_last, understand
from search.schema import SEPARATOR
from tests.search.engines import ENGINES, made_engine
from tests.search.memory import MemoryEngine
from tests.search.shelf import make_entry
from tests.search.test_engine import PUBLIC, ask, built, keys, make_documents


@pytest.fixture(params=ENGINES)
def engine(request, tmp_path):
    with made_engine(request.param, tmp_path / "index") as one:
        yield one


# -- as the plainest interpreter would ------------------------------------------------------------------------------------------------
WORDS = ["maconne", "macon", "bois", "boisson", "terre", "paille"]
TOKENS = ["public", "federation", "staff:1", "person:7"]
texts = st.lists(st.sampled_from(WORDS), max_size=4).map(" ".join)
entries = st.builds(
    make_entry,
    audiences=st.frozensets(st.sampled_from(TOKENS), min_size=1),
    title=texts,
    name=texts,
    body=texts,
    skills=st.lists(st.sampled_from(WORDS), max_size=2).map(tuple),
    organisation_id=st.sampled_from(["", "a", "b"]),
    ends_on=st.sampled_from([None, date(2027, 1, 18), date(2027, 3, 2)]),
)
objects = st.lists(st.tuples(st.sampled_from(["person", "course"]), st.lists(entries, min_size=1, max_size=3)), max_size=8)
fields = st.sampled_from(["title_fold", "title_light", "skills_fold", "body_fold", "name_fold"])
leaves = st.one_of(
    st.builds(Term, fields, st.sampled_from(WORDS)),
    st.builds(Prefix, fields, st.sampled_from(["ma", "boi", "t", "zz"])),
    st.builds(Phrase, st.just("title_light"), st.lists(st.sampled_from(WORDS), min_size=2, max_size=2).map(tuple)),
    st.builds(Terms, st.just("kind"), st.frozensets(st.sampled_from(["person", "course", "nothing"]))),
    st.builds(Range, st.just("day"), st.sampled_from([None, 1, 20270101]), st.sampled_from([None, 20270201])),
    st.builds(MatchAll),
)


def _nodes(inner):
    several = st.lists(inner, max_size=3).map(tuple)
    return st.one_of(
        st.builds(DisMax, st.lists(inner, min_size=1, max_size=3).map(tuple), st.just(0.15)),
        st.builds(Constant, inner, st.just(3.0)),
        st.builds(Bool, several, several, several, st.integers(0, 3)),
    )


queries = st.recursive(leaves, _nodes, max_leaves=6)
filters = st.lists(
    st.one_of(
        st.builds(Terms, st.just("kind"), st.frozensets(st.sampled_from(["person", "course", "nothing"]))),
        st.builds(Terms, st.just("organisation"), st.frozensets(st.sampled_from(["a", "b"]))),
        st.builds(Range, st.just("day"), st.sampled_from([None, 20270101, 20270301]), st.sampled_from([None, 20270201])),
    ),
    max_size=2,
).map(tuple)
requests = st.builds(
    SearchRequest,
    query=queries,
    principal=st.frozensets(st.sampled_from(TOKENS)),
    filters=filters,
    facets=st.just(("kind", "organisation")),
    size=st.just(50),
)


def checked(examples, fewest):
    """Args: examples of shelves, and the fewest questions for each: a shelf is dearer to fill on a node."""
    spent = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
    return lambda test: checking(
        max_examples=examples, deadline=None, suppress_health_check=spent, phases=[Phase.explicit, Phase.generate]
    )(given(things=objects, asked=st.lists(requests, min_size=fewest, max_size=fewest + 4))(test))


@checked(40, 6)
def test_embedded_engine_agrees_with_the_interpreter_and_never_exceeds_the_audience(tmp_path, things, asked):
    agrees(TantivyEngine(tmp_path / "index"), things, asked)


@pytest.mark.node
@checked(10, 20)
def test_cluster_agrees_with_the_interpreter_and_never_exceeds_the_audience(node, things, asked):
    agrees(node, things, asked)


def agrees(engine, things, asked):
    documents = [document for number, (kind, some) in enumerate(things) for document in documents_of(kind, number, some)]
    by_key = {}
    for document in documents:
        by_key.setdefault(document.key, []).append(document)
    built(engine, documents).refresh()
    for request in asked:
        result = engine.search(request)

        assert (result.total, set(keys(result)), result.facets) == MemoryEngine(documents).search(request)
        assert len(keys(result)) == len(set(keys(result)))
        for key in keys(result):
            assert any(document.is_open_to(request.principal) for document in by_key[key])
        readable = [document for document in documents if document.is_open_to(request.principal)]
        words = Counter(term for document in readable for term in document.words)
        assert {one: one.objects for one in engine.words(["b", "m", "pail"], principal=request.principal)} == {
            WordCount.of(term, count): count for term, count in words.items() if term.startswith(("b", "m", "pail"))
        }
        labels = {label.partition(SEPARATOR)[2] for document in readable for label in document.labels if label.startswith("ma")}
        assert set(engine.suggest("ma", principal=request.principal, size=50)) == labels


# -- audiences ------------------------------------------------------------------------------------------------------------------------
def test_request_has_no_principal_by_default():
    with pytest.raises(TypeError, match="principal"):
        SearchRequest(query=MatchAll())


def test_nobody_in_particular_finds_nothing(engine):
    built(engine, make_documents())

    result = ask(engine, principal=frozenset(), facets=("kind",))

    assert (result.total, result.hits, result.facets) == (0, (), {"kind": {}})


def test_suggestions_keep_to_the_audience(engine):
    built(
        engine,
        make_documents("1", title="Plombière", skills=("pose de sanitaires",)),
        make_documents("2", title="Plombier du secret", audiences=["staff:1"]),
        make_documents("3", title="Plombière"),
    )

    assert engine.suggest("plomb", principal=PUBLIC) == ["Plombière"]
    assert engine.suggest("pose d", principal=PUBLIC) == ["pose de sanitaires"]
    assert engine.suggest("plomb", principal=frozenset({"staff:1"})) == ["Plombier du secret"]


def test_expansion_of_a_prefix_keeps_to_the_audience(engine):
    """Words of others must not use up the room for expansions."""
    closed = [make_documents(f"c{n}", title=f"plombsecret{n}", audiences=["staff:1"]) for n in range(40) for _ in range(3)]
    built(engine, make_documents("1", title="plombier"), *closed)

    assert keys(ask(engine, Prefix("title_fold", "plomb", max_expansions=5))) == ["person:1"]


# -- scores ---------------------------------------------------------------------------------------------------------------------------
def test_filters_do_not_weigh(engine):
    built(engine, make_documents("1"), make_documents("2", title="Maçonne"))
    query = Term("title_fold", "electricien")

    (free,), (filtered,) = ask(engine, query).hits, ask(engine, query, filters=(Terms("kind", frozenset({"person"})),)).hits

    assert filtered.score == pytest.approx(free.score)


def test_prefix_weighs_a_rare_ending_like_a_frequent_one(engine):
    built(engine, *(make_documents(f"f{n}", title="plombier") for n in range(30)), make_documents("rare", title="plombure"))

    scores = {hit.key: hit.score for hit in ask(engine, Prefix("title_fold", "plomb")).hits}

    assert scores["person:rare"] == pytest.approx(scores["person:f0"], rel=1e-4)


def test_boost_multiplies(engine):
    built(engine, make_documents("1"))

    plain, boosted = (ask(engine, Term("title_fold", "electricien", boost)).hits[0].score for boost in (1.0, 6.0))

    assert boosted == pytest.approx(6 * plain)


def test_phrase_allows_its_slop(engine):
    built(engine, make_documents("1", title="pompe géothermique chaleur"))
    phrase = ("pomp", "chaleur")

    assert keys(ask(engine, Phrase("title_light", phrase, slop=2))) == ["person:1"]
    assert keys(ask(engine, Phrase("title_light", phrase))) == []


def test_pages_follow_each_other(engine):
    built(engine, *(make_documents(f"{n:02d}", title="bois " * (n + 1)) for n in range(7)))
    query = Term("title_fold", "bois")
    whole = keys(ask(engine, query))

    pages = [keys(ask(engine, query, size=3, offset=offset)) for offset in (0, 3, 6)]

    assert len(whole) == 7
    assert pages == [whole[:3], whole[3:6], whole[6:]]


# -- what is over ---------------------------------------------------------------------------------------------------------------------
def test_what_is_over_comes_last_however_well_it_answers(engine):
    built(
        engine,
        make_documents("over", title="Amiante, amiante", place="Rennes", ends_on=date(2027, 1, 17)),
        make_documents("last day", title="Le chantier et ses risques", body="amiante", ends_on=date(2027, 1, 18)),
        make_documents("to come", title="Amiante et autres risques du chantier", place="Brest", ends_on=date(2027, 3, 2)),
        make_documents("without end", title="Les risques du chantier", body="amiante", starts_on=date(2025, 3, 2)),
    )

    for text in ("amiante", "amiante à Rennes"):
        query = understand(text, IndexLexicon(engine, PUBLIC)).passes()[-1]
        found = keys(ask(engine, over_last(query, date(2027, 1, 18))))

        assert found[-1] == keys(ask(engine, query))[0] == "person:over"
        assert len(found) == 4


# -- some of the words ----------------------------------------------------------------------------------------------------------------
def test_what_lacks_a_word_is_found_apart_from_what_has_them_all(engine):
    built(
        engine,
        make_documents("two", title="Audit énergétique, audit énergétique", skills=("audit énergétique",)),
        make_documents("three", title="Autre chose", body=f"audit énergétique rénovation {'autre ' * 300}"),
        make_documents("one", title="Rénovation"),
    )
    question = understand("rénovation énergétique audit", IndexLexicon(engine, PUBLIC))

    assert [keys(ask(engine, query)) for query in (*question.passes(), question.partly())] == [["person:three"], ["person:two"]]


# -- places ---------------------------------------------------------------------------------------------------------------------------
WHERE = {  # from the nearest to Lorient to the farthest, whatever else is said of the trade
    "Lorient, Morbihan (56)": "Plaquiste, plâtrière, staffeuse, jointeuse et peintre en décors de toutes sortes",
    "Hennebont, Morbihan (56)": "Plaquiste",
    "Quimperlé, Finistère (29)": "Plaquiste et peintre",
    "Auray, Morbihan (56)": "Plaquiste",
    "Vannes, Morbihan (56)": "Plaquiste",
    "Morbihan (56)": "Plaquiste",
    "Rennes, Ille-et-Vilaine (35)": "Plaquiste, plaquiste",
    "Bordeaux, Gironde (33)": "Plaquiste",
}


def placed_in(engine, text, principal=PUBLIC):
    """The places of what answers, in the order that its last query gives them."""
    query = understand(text, IndexLexicon(engine, principal)).passes()[-1]
    return [list(WHERE)[int(key.partition(":")[2])] for key in keys(ask(engine, query, principal=principal))]


@pytest.fixture
def plasterers(engine):
    rows = [make_documents(str(rank), title=title, place=where) for rank, (where, title) in enumerate(WHERE.items())]
    return built(engine, *reversed(rows))


def test_nearest_comes_first_whatever_the_words_weigh(plasterers):
    assert placed_in(plasterers, "plaquiste à Lorient") == list(WHERE)


def test_nearest_to_the_middle_of_a_department_comes_first_outside_it(plasterers):
    here, *others = placed_in(plasterers, "plaquiste Ille-et-Vilaine")

    assert here == "Rennes, Ille-et-Vilaine (35)"
    assert others[0] == "Vannes, Morbihan (56)"
    assert others[-1] == "Bordeaux, Gironde (33)"


def test_communes_are_those_of_the_whole_index(plasterers):
    assert plasterers.communes() == {"56121", "56083", "29233", "56007", "56260", "35238", "33063"}


# -- writing --------------------------------------------------------------------------------------------------------------------------
def test_bulk_replaces_all_variants_of_an_object(engine):
    first = documents_of("person", 1, [make_entry(title="Maçonne"), make_entry(title="Maçonne", body="secret", audiences=["staff:1"])])
    built(engine, first)

    with engine.writing():
        engine.bulk(make_documents("1", title="Plombière"), ["person:1"])
    engine.refresh()

    assert ask(engine, Term("title_fold", "plombiere")).total == 1
    assert ask(engine, Term("title_fold", "maconne")).total == 0
    assert ask(engine, principal=frozenset({"staff:1"})).total == 0


def test_bulk_removes(engine):
    built(engine, make_documents("1"), make_documents("2"))

    with engine.writing():
        engine.bulk([], ["person:1", "person:nobody"])
    engine.refresh()

    assert keys(ask(engine)) == ["person:2"]


def test_checkpoint_is_kept_and_never_found(engine):
    built(engine, make_documents("1"))

    for mark in ("41", "42"):
        with engine.writing():
            engine.bulk(make_documents("2"), checkpoint=mark)
    engine.refresh()

    assert engine.health().checkpoint == "42"
    assert ask(engine, principal=PUBLIC | {"staff:1"}).total == 2


def test_failing_batch_changes_nothing(engine):
    built(engine, make_documents("1"))

    def broken():
        yield from make_documents("2")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), engine.writing():
        engine.bulk(broken(), ["person:1"])
    engine.refresh()

    assert keys(ask(engine)) == ["person:1"]


def test_error_of_a_source_is_not_the_engine_s(engine):
    def broken():
        raise ValueError("a bad row")
        yield

    with pytest.raises(ValueError, match="a bad row"):
        engine.rebuild(broken(), lambda keys: [], lambda draft: None)


def test_index_that_is_refused_before_the_swap_never_serves(engine):
    built(engine, make_documents("1"))
    seen = []

    def check(draft):
        everything = SearchRequest(query=MatchAll(), principal=PUBLIC, size=10)
        seen.append((draft.objects(), sorted(hit.key for hit in draft.search(everything).hits), keys(ask(engine))))
        raise EngineUnavailable("a row is missing")

    with pytest.raises(EngineUnavailable, match="a row is missing"):
        engine.rebuild([*make_documents("1"), *make_documents("2")], lambda keys: [], check)
    engine.refresh()

    assert seen == [({"person": 2}, ["person:1", "person:2"], ["person:1"])]
    assert keys(ask(engine)) == ["person:1"]


def test_what_changes_during_a_rebuild_is_in_the_new_index(engine):
    built(engine, make_documents("1", title="Maçonne"), make_documents("2"))
    asked = []

    def slow():
        yield from make_documents("1", title="Maçonne")
        yield from make_documents("2")
        with engine.writing():  # the database changes and a worker hears of it
            engine.bulk(make_documents("1", title="Plombière"), ["person:2"])

    def catch_up(keys):
        asked.append(keys)
        return make_documents("1", title="Plombière")

    engine.rebuild(slow(), catch_up, lambda draft: None)
    engine.refresh()

    assert asked == [{"person:1", "person:2"}]
    assert keys(ask(engine)) == ["person:1"]
    assert ask(engine, Term("title_fold", "plombiere")).total == 1


def test_keys_of_an_organisation_are_all_that_bear_its_name(engine):
    built(
        engine, make_documents("1", organisation_id="7"), make_documents("2", organisation_id="7"), make_documents("3", organisation_id="8")
    )

    assert engine.keys_of("7") == ["person:1", "person:2"]
    assert engine.keys_of("9") == []


# -- an index that cannot be used -----------------------------------------------------------------------------------------------------
def test_missing_index_is_unavailable(engine):
    with pytest.raises(EngineUnavailable):
        ask(engine)
    with pytest.raises(EngineUnavailable), engine.writing():
        engine.bulk(make_documents())
    assert not engine.health().ready


def test_health_counts_objects_not_variants(engine):
    person = documents_of("person", 1, [make_entry(), make_entry(audiences=["federation"], body="plus")])
    built(engine, person, make_documents("2", kind="course"))

    health = engine.health()

    assert (health.ready, health.objects) == (True, {"person": 1, "course": 1})
    assert health.size_bytes > 0
