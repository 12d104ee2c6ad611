import json
import multiprocessing
import os
import subprocess
import sys
import threading
import time
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as checking
from hypothesis import strategies as st

from search.documents import documents_of
from search.engines import tantivy as tantivy_engine
from search.engines.folder import IndexFolder
from search.engines.tantivy import TantivyEngine
from search.errors import EngineBusy, EngineUnavailable
from search.model import Bool, Constant, DisMax, MatchAll, Phrase, Prefix, Range, SearchRequest, Term, Terms
from tests.search.memory import MemoryEngine
from tests.search.shelf import make_entry

PUBLIC = frozenset({"public"})


def make_documents(pk="1", kind="person", **values):
    return documents_of(kind, pk, [make_entry(pk, **values)])


EVERYTHING = MatchAll()


def ask(engine, query=EVERYTHING, principal=PUBLIC, **values):
    return engine.search(SearchRequest(query=query, principal=principal, size=values.pop("size", 50), **values))


def keys(result):
    return [hit.key for hit in result.hits]


@pytest.fixture
def engine(tmp_path):
    return TantivyEngine(tmp_path / "index")


def built(engine, *documents):
    engine.rebuild([one for some in documents for one in some], lambda keys: [])
    return engine


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
    starts_on=st.sampled_from([None, date(2027, 1, 18), date(2027, 3, 2)]),
)
objects = st.lists(st.tuples(st.sampled_from(["person", "course"]), st.lists(entries, min_size=1, max_size=3)), max_size=8)
fields = st.sampled_from(["title_fold", "title_light", "skills_fold", "body_fold", "name_fold"])
leaves = st.one_of(
    st.builds(Term, fields, st.sampled_from(WORDS)),
    st.builds(Prefix, fields, st.sampled_from(["ma", "boi", "t", "zz"])),
    st.builds(Phrase, st.just("title_light"), st.lists(st.sampled_from(WORDS), min_size=2, max_size=2).map(tuple)),
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


@checking(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow], phases=[Phase.explicit, Phase.generate])
@given(objects, st.lists(requests, min_size=6, max_size=10))
def test_engine_agrees_with_the_interpreter_and_never_exceeds_the_audience(things, asked):
    documents = [document for number, (kind, some) in enumerate(things) for document in documents_of(kind, number, some)]
    by_key = {}
    for document in documents:
        by_key.setdefault(document.key, []).append(document)
    with TemporaryDirectory() as folder:
        engine = built(TantivyEngine(Path(folder)), documents)
        for request in asked:
            result = engine.search(request)

            assert (result.total, set(keys(result)), result.facets) == MemoryEngine(documents).search(request)
            assert len(keys(result)) == len(set(keys(result)))
            for key in keys(result):
                assert any(document.is_open_to(request.principal) for document in by_key[key])


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


def test_panic_of_the_engine_is_an_error_like_others(engine, monkeypatch):
    """tantivy raises its panics as a BaseException, which would end a worker."""
    built(engine, make_documents("1"))

    class PanicException(BaseException):
        pass

    def panic(document):
        raise PanicException("index out of bounds")

    monkeypatch.setattr("search.engines.tantivy._stored", panic)

    with pytest.raises(EngineUnavailable, match="PanicException"), engine.writing():
        engine.bulk(make_documents("2"))
    assert keys(ask(engine)) == ["person:1"]


def test_error_of_a_source_is_not_the_engine_s(engine):
    def broken():
        raise ValueError("a bad row")
        yield

    with pytest.raises(ValueError, match="a bad row"):
        engine.rebuild(broken(), lambda keys: [])


def test_writer_locked_elsewhere_is_busy(engine, monkeypatch):
    built(engine, make_documents("1"))
    monkeypatch.setattr("search.engines.tantivy.LOCK_SECONDS", 0.05)

    with engine._folder.lock("writer", wait_seconds=0), pytest.raises(EngineBusy), engine.writing():
        pytest.fail("the lock was taken twice")
    with engine.writing():
        engine.bulk(make_documents("2"))


def test_tantivy_writer_held_elsewhere_is_busy(engine):
    built(engine, make_documents("1"))
    held = engine._index().writer(20_000_000, num_threads=1)

    with pytest.raises(EngineBusy), engine.writing():
        engine.bulk(make_documents("2"))
    held.wait_merging_threads()


def test_many_small_batches_leave_few_segments(engine):
    built(engine, make_documents("0"))

    for number in range(30):
        with engine.writing():
            engine.bulk(make_documents(str(number)))
    engine.refresh()

    assert ask(engine).total == 30
    assert engine._index().searcher().num_segments <= 16


# -- a new index beside the old one ---------------------------------------------------------------------------------------------------
def test_rebuild_swaps_and_removes_the_old_index(engine, tmp_path):
    built(engine, make_documents("1"))
    old = engine._folder.current()

    built(engine, make_documents("2"))
    engine.refresh()

    assert keys(ask(engine)) == ["person:2"]
    assert not old.exists()
    assert sorted(path.name for path in (tmp_path / "index").glob("v*")) == [engine._folder.current().name]


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

    engine.rebuild(slow(), catch_up)
    engine.refresh()

    assert asked == [{"person:1", "person:2"}]
    assert keys(ask(engine)) == ["person:1"]
    assert ask(engine, Term("title_fold", "plombiere")).total == 1


def test_failed_rebuild_leaves_the_old_index(engine):
    built(engine, make_documents("1"))

    def broken():
        yield from make_documents("2")
        raise RuntimeError("the database went away")

    with pytest.raises(RuntimeError):
        engine.rebuild(broken(), lambda keys: [])
    engine.refresh()

    assert keys(ask(engine)) == ["person:1"]
    assert keys(ask(built(engine, make_documents("3")))) != []
    assert len(list(engine._folder.root.glob("v*"))) == 1


def test_only_one_rebuild_at_a_time(engine):
    with engine._folder.lock("rebuild", wait_seconds=0), pytest.raises(EngineBusy):
        built(engine, make_documents("1"))


def test_reader_that_read_the_link_just_before_a_swap_reads_it_again(engine, monkeypatch):
    built(engine, make_documents("1"))
    before = engine._folder.current()
    built(engine, make_documents("1"))
    after = engine._folder.current()
    links = iter([before, after, after])
    monkeypatch.setattr(IndexFolder, "_linked", lambda folder: next(links))

    assert not before.exists()
    assert engine._folder.current() == after


def test_reader_that_opens_a_version_while_it_goes_opens_the_next(engine, monkeypatch):
    built(engine, make_documents("1"))
    reader, opened = TantivyEngine(engine._folder.root), []

    def swapped_meanwhile(path):
        opened.append(path)
        if len(opened) < 4:
            monkeypatch.setattr(tantivy_engine, "_open", really)
            built(engine, make_documents("1"), make_documents("2"))
            monkeypatch.setattr(tantivy_engine, "_open", swapped_meanwhile)
        return really(path)

    really = tantivy_engine._open
    monkeypatch.setattr(tantivy_engine, "_open", swapped_meanwhile)

    assert ask(reader).total == 2
    assert [path.name for path in opened] == ["v1", "v2", "v3", "v4"]


def test_damaged_index_is_said_and_not_tried_for_ever(engine):
    built(engine, make_documents("1"))
    (engine._folder.current() / "meta.json").write_text("{")

    with pytest.raises(EngineUnavailable):
        ask(TantivyEngine(engine._folder.root))


READING = """
import sys, time, pathlib
sys.path.insert(0, {root!r})
from search.engines.tantivy import TantivyEngine
from tests.search.test_engine import ask
engine, seen = TantivyEngine(pathlib.Path(sys.argv[1])), []
print("ready", flush=True)
while not pathlib.Path(sys.argv[1], "stop").exists():
    for _ in range(20):
        engine.refresh()
        assert engine.health().ready
        seen.append(ask(engine).total)
print(len(seen), sorted(set(seen)))
"""


def test_readers_never_fail_while_the_index_is_rebuilt(engine):
    """Threads of this process and other processes, each looking at the folder anew for each question, through thirty swaps."""
    built(engine, make_documents("1"))
    root, stop, seen, failures = engine._folder.root, threading.Event(), [], []
    shared = TantivyEngine(root)

    def read(reader):
        while not stop.is_set():
            try:
                reader.refresh()
                seen.append(ask(reader).total)
            except Exception as error:
                failures.append(error)

    code = READING.format(root=str(Path(__file__).parents[2]))
    others = [subprocess.Popen([sys.executable, "-c", code, str(root)], stdout=subprocess.PIPE, text=True) for _ in range(2)]
    threads = [threading.Thread(target=read, args=[reader]) for reader in (shared, shared, TantivyEngine(root))]
    assert [other.stdout.readline() for other in others] == ["ready\n"] * 2
    for thread in threads:
        thread.start()
    for number in range(30):
        built(engine, make_documents(str(number)))
    stop.set()
    (root / "stop").touch()
    for thread in threads:
        thread.join()
    counts = [other.communicate(timeout=60)[0].partition(" ") for other in others]

    assert failures == []
    assert set(seen) == {1}
    assert [other.returncode for other in others] == [0, 0]
    assert all(int(count) > 30 and totals == "[1]\n" for count, _, totals in counts)


def test_keys_of_an_organisation_are_all_that_bear_its_name(engine):
    built(
        engine, make_documents("1", organisation_id="7"), make_documents("2", organisation_id="7"), make_documents("3", organisation_id="8")
    )

    assert engine.keys_of("7") == ["person:1", "person:2"]
    assert engine.keys_of("9") == []


# -- other processes ------------------------------------------------------------------------------------------------------------------
def test_other_process_sees_a_write_within_a_second(engine):
    built(engine, make_documents("1"))
    reader = TantivyEngine(engine._folder.root)
    assert ask(reader).total == 1

    with engine.writing():
        engine.bulk(make_documents("2"))
    assert ask(reader).total == 1  # not looked at again before half a second
    reader._checked_at = time.monotonic() - 0.6

    assert ask(reader).total == 2


def test_fork_opens_its_own_reader(engine):
    built(engine, make_documents("1"))
    assert ask(engine).total == 1
    with engine.writing():
        engine.bulk(make_documents("2"))
    queue = multiprocessing.get_context("fork").SimpleQueue()

    child = os.fork()
    if child == 0:
        queue.put(ask(engine).total)
        os._exit(0)
    os.waitpid(child, 0)

    assert queue.get() == 2


KILLED = """
import sys, pathlib
sys.path.insert(0, {root!r})
from search.engines.tantivy import TantivyEngine
from tests.search.test_engine import make_documents
engine = TantivyEngine(pathlib.Path(sys.argv[1]))
print("ready", flush=True)
for turn in range(1000):
    with engine.writing():
        engine.bulk([d for n in range(20) for d in make_documents(str(n), title=f"tour{{turn}}")])
"""


def test_killed_writer_leaves_whole_batches(engine):
    built(engine, *(make_documents(str(n), title="tour") for n in range(20)))
    root = os.getcwd()

    for _ in range(3):
        command = [sys.executable, "-W", "ignore", "-c", KILLED.format(root=root), str(engine._folder.root)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": root}) as writer:
            writer.stdout.readline()
            time.sleep(0.15)
            writer.kill()
        engine.refresh()
        result = ask(engine)
        titles = {tuple(keys(ask(engine, Prefix("title_fold", "tour"))))}

        assert result.total == 20
        assert len(set(keys(result))) == 20
        assert len(titles) == 1
    with engine.writing():
        engine.bulk(make_documents("20"))


# -- an index that cannot be used -----------------------------------------------------------------------------------------------------
def test_missing_index_is_unavailable(engine):
    with pytest.raises(EngineUnavailable):
        ask(engine)
    with pytest.raises(EngineUnavailable), engine.writing():
        engine.bulk(make_documents())
    assert not engine.health().ready


def test_damaged_index_is_unavailable(engine):
    built(engine, make_documents("1"))
    for path in engine._folder.current().glob("*.term"):
        path.write_bytes(b"")

    fresh = TantivyEngine(engine._folder.root)

    with pytest.raises(EngineUnavailable):
        ask(fresh)
    assert not fresh.health().ready


def test_index_of_another_analyser_is_unavailable(engine):
    built(engine, make_documents("1"))
    (engine._folder.current() / "hub.json").write_text(json.dumps({"fingerprint": "before"}))

    with pytest.raises(EngineUnavailable):
        ask(TantivyEngine(engine._folder.root))
    assert keys(ask(built(engine, make_documents("2")))) == ["person:2"]


def test_health_counts_objects_not_variants(engine):
    person = documents_of("person", 1, [make_entry(), make_entry(audiences=["federation"], body="plus")])
    built(engine, person, make_documents("2", kind="course"))

    health = engine.health()

    assert (health.ready, health.objects) == (True, {"person": 1, "course": 1})
    assert health.size_bytes > 0


def test_index_folder_is_closed_to_others(engine):
    built(engine, make_documents())

    assert engine._folder.root.stat().st_mode & 0o077 == 0


def test_fingerprint_follows_the_rules(monkeypatch):
    from search import analysis, schema

    before = schema.fingerprint()
    monkeypatch.setattr(analysis, "LIGHT_RULES", analysis.LIGHT_RULES[1:])

    assert schema.fingerprint() != before


def test_current_needs_a_marker(tmp_path):
    folder = IndexFolder(tmp_path, "x")
    (tmp_path / "v1").mkdir()
    (tmp_path / "current").symlink_to("v1")
    (tmp_path / "v1" / "hub.json").write_text("[]")

    assert folder.current() is None
