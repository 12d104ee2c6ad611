import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from search.documents import documents_of
from search.engines import tantivy as tantivy_engine
from search.engines.folder import IndexFolder
from search.engines.tantivy import TantivyEngine
from search.errors import EngineBusy, EngineUnavailable
from search.model import MatchAll, Prefix, SearchRequest
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
    engine.rebuild([one for some in documents for one in some], lambda keys: [], lambda draft: None)
    return engine


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


def test_failed_rebuild_leaves_the_old_index(engine):
    built(engine, make_documents("1"))

    def broken():
        yield from make_documents("2")
        raise RuntimeError("the database went away")

    with pytest.raises(RuntimeError):
        engine.rebuild(broken(), lambda keys: [], lambda draft: None)
    engine.refresh()

    assert keys(ask(engine)) == ["person:1"]
    assert sorted(path.name for path in engine._folder.root.iterdir()) == [".rebuild", ".writer", "current", "v1"]
    assert keys(ask(built(engine, make_documents("3")))) != []
    assert len(list(engine._folder.root.glob("v*"))) == 1


def test_failed_first_rebuild_leaves_no_journal_for_the_writers_to_fill(engine):
    def refused(draft):
        raise EngineUnavailable("lost")

    with pytest.raises(EngineUnavailable, match="lost"):
        engine.rebuild(make_documents("1"), lambda keys: [], refused)
    with pytest.raises(EngineUnavailable, match="pas encore construit"), engine.writing():
        engine.bulk(make_documents("2"))

    assert sorted(path.name for path in engine._folder.root.iterdir()) == [".rebuild", ".writer"]


def test_rebuild_that_fails_after_the_swap_leaves_the_new_index(engine, monkeypatch):
    built(engine, make_documents("1"))
    remove = IndexFolder._remove_all_but

    def interrupted(folder, kept):
        monkeypatch.setattr(IndexFolder, "_remove_all_but", remove)
        raise KeyboardInterrupt

    def last(draft):
        monkeypatch.setattr(IndexFolder, "_remove_all_but", interrupted)

    with pytest.raises(KeyboardInterrupt):
        engine.rebuild(make_documents("2"), lambda keys: [], last)
    engine.refresh()

    assert keys(ask(engine)) == ["person:2"]
    assert [path.name for path in engine._folder.root.glob("v*")] == ["v2"]


def test_folder_that_cannot_be_written_is_said(engine, monkeypatch):
    def full(folder):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(IndexFolder, "open_journal", full)

    with pytest.raises(EngineUnavailable, match="No space left"):
        built(engine, make_documents("1"))
    assert list(engine._folder.root.glob("v*")) == []


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
    try:
        for number in range(30):
            built(engine, make_documents(str(number)))
    finally:
        stop.set()
        (root / "stop").touch()
        for thread in threads:
            thread.join()
    counts = [other.communicate(timeout=60)[0].partition(" ") for other in others]

    assert failures == []
    assert set(seen) == {1}
    assert [other.returncode for other in others] == [0, 0]
    assert all(int(count) > 30 and totals == "[1]\n" for count, _, totals in counts)


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


FORKING = """
import os, sys, pathlib
sys.path.insert(0, {root!r})
from search.engines.tantivy import TantivyEngine
from tests.search.test_engine import ask
engine = TantivyEngine(pathlib.Path(sys.argv[1]))
print("before", ask(engine).total, flush=True)
sys.stdin.readline()
child = os.fork()
os.write(1, f"{{'child' if child == 0 else 'parent'}} {{ask(engine).total}}\\n".encode())
if child:
    os.waitpid(child, 0)
"""


def test_fork_opens_its_own_reader(engine):
    """In a process of its own, as a server forks its workers: this one has threads, which a fork would leave half way."""
    built(engine, make_documents("1"))
    command = [sys.executable, "-W", "ignore", "-c", FORKING.format(root=str(Path(__file__).parents[2])), str(engine._folder.root)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as forking:
        before = forking.stdout.readline()
        with engine.writing():
            engine.bulk(make_documents("2"))
        try:
            said, _ = forking.communicate("go\n", timeout=60)
        finally:
            forking.kill()

    assert before == "before 1\n"
    assert "child 2" in said.splitlines()


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
