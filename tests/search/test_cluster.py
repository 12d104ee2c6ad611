"""What is a cluster's own: how it fails, how its writers agree, what it is sent. What it shares with the other engine: test_contract.py."""

import json
import threading

import pytest
from elasticsearch_dsl import Search
from hypothesis import given
from hypothesis import settings as checking

from search.engines import bodies
from search.engines.cluster import ClusterEngine
from search.errors import EngineBusy, EngineUnavailable
from search.gazetteer import around, communes_of
from search.lexicon import IndexLexicon
from search.model import MatchAll, Range, SearchRequest, Term, Terms
from search.plan import HELPED_WORDS, MAX_WORDS, understand
from tests.search.engines import fresh_address
from tests.search.test_contract import requests
from tests.search.test_engine import PUBLIC, ask, built, keys, make_documents


# -- bodies ---------------------------------------------------------------------------------------------------------------------------
@checking(max_examples=60, deadline=None)
@given(requests)
def test_body_is_json_that_elasticsearch_dsl_reads_back(request):
    body = json.loads(json.dumps(bodies.search_body(request)))

    assert Search.from_dict(body).to_dict() == body


@checking(max_examples=60, deadline=None)
@given(requests)
def test_every_body_holds_its_audience(request):
    clauses = bodies.search_body(request)["query"]["bool"]["filter"]
    body = bodies.terms_body("word", ["a"], request.principal, 10)

    (audience,) = (clause for clause in clauses if "must_not" in clause.get("bool", {}) or "filter" in clause.get("bool", {}))
    assert audience in body["query"]["bool"]["filter"]
    (acl,) = audience["bool"]["filter"]
    assert acl == ({"terms": {"acl": sorted(request.principal)}} if request.principal else {"match_none": {}})


def test_body_of_a_question():
    """A picture of one: what changes here changes what a cluster is asked."""
    (query,) = understand("plombiere").passes()
    body = bodies.search_body(
        SearchRequest(query=query, principal=PUBLIC, facets=("kind",), filters=(Terms("kind", frozenset({"person"})),))
    )

    (word,) = body["query"]["bool"]["must"][0]["bool"]["must"]
    readings = word["dis_max"]["queries"]
    assert {"term": {"title_fold": {"value": "plombiere", "boost": 6.0}}} in readings
    assert {"term": {"body_light": {"value": "plombier", "boost": 0.7 * 0.8}}} in readings
    assert {"prefix": {"name_fold": {"value": "plombiere", "boost": pytest.approx(2.4), "rewrite": "constant_score"}}} in readings
    assert body["query"]["bool"]["filter"] == [
        {"bool": {"filter": [{"terms": {"acl": ["public"]}}], "must_not": [{"terms": {"richer": ["public"]}}]}}
    ]
    assert body["post_filter"] == {"bool": {"filter": [{"terms": {"kind": ["person"]}}]}}
    assert body["aggs"]["kind"]["aggs"]["values"] == {"terms": {"field": "kind", "size": 1000}}
    assert (body["size"], body["from"], body["_source"], body["docvalue_fields"]) == (20, 0, False, ["key"])


def test_range_is_for_days_only():
    with pytest.raises(TypeError):
        bodies.search_body(SearchRequest(query=MatchAll(), principal=PUBLIC, filters=(Range("title", 1, 2),)))


WORDS = ["sap", "zingueur", "vae", "dsn", "tva", "électricien", "cae", "plonbier", "maçoonne", "boulangr", "ménuisier", "sophrolog"]

TOWNS = sorted(around(frozenset({"33249"}), 60))[::2]  # more distances than there are readings of them


@pytest.mark.node
def test_longest_question_is_not_too_long_for_a_node(node):
    """A cluster refuses more than 1,024 clauses."""
    words = [make_documents(word, title=word) for word in ["plombier", "maçonne", "boulanger", "menuisier", "sophrologue"]]
    towns = [make_documents(one.code, title="Plombier", place=f"{one.name} ({one.department})") for one in communes_of(TOWNS)]
    built(node, *words, *towns)
    texts = [" ".join(WORDS), " ".join(WORDS[:12] * 2), " ".join(f"plonbie{letter}" for letter in "abcdefghijklmnopqrstuvwx"), "mot " * 900]
    texts.append(" ".join(f"{word}{n}" for n in range(MAX_WORDS) for word in ["mot"]))
    texts += [f"{text} à Lormont" for text in (*texts, " ".join(WORDS[:HELPED_WORDS]))]

    for text in texts:
        question = understand(text, IndexLexicon(node, PUBLIC))
        for query in (*question.passes(), question.partly(), question.last_resort()):
            if query:
                ask(node, query)


@pytest.mark.node
@pytest.mark.parametrize("text", ["a.b*", "a|b", "[a-z]+", "(", '"', "\\", "é#~&<>@", "{1}", "日本"])
def test_what_is_typed_is_no_pattern(node, text):
    built(node, make_documents("1", title="Abc"))

    assert node.suggest(text, principal=PUBLIC) == []
    assert node.words([text, "x" * 2000], principal=PUBLIC) == []


# -- writers --------------------------------------------------------------------------------------------------------------------------
@pytest.mark.node
def test_lock_held_is_busy_and_one_left_behind_is_taken_over(node, monkeypatch):
    control = node._control
    with (
        control.lock("writer", wait_seconds=0, lease_seconds=60),
        pytest.raises(EngineBusy),
        control.lock("writer", wait_seconds=0.1, lease_seconds=60),
    ):
        pytest.fail("the lock was taken twice")
    with (
        control.lock("writer", wait_seconds=0, lease_seconds=-1) as left_behind,
        control.lock("writer", wait_seconds=0, lease_seconds=60),
        pytest.raises(EngineBusy),
    ):
        left_behind.keep()


@pytest.mark.node
def test_only_one_rebuild_at_a_time_and_its_end_frees(node):
    with node._control.lock("rebuild", wait_seconds=0, lease_seconds=60), pytest.raises(EngineBusy):
        built(node, make_documents("1"))

    assert keys(ask(built(node, make_documents("1")))) == ["person:1"]


@pytest.mark.node
def test_failed_rebuild_leaves_the_old_index_and_nothing_else(node):
    built(node, make_documents("1"))

    def broken():
        yield from make_documents("2")
        raise RuntimeError("the database went away")

    with pytest.raises(RuntimeError):
        node.rebuild(broken(), lambda keys: [], lambda draft: None)

    assert keys(ask(node)) == ["person:1"]
    assert len(indexes(node)) == 1


@pytest.mark.node
def test_swap_removes_its_own_indexes_and_no_other(node):
    for name in ("logs", "0123456789abcdef", "0123456789abcdef-12x"):
        node._wire.write("PUT", f"/{node._wire.name}-{name}")
    before = set(indexes(node))

    built(node, make_documents("1"))
    (first,) = set(indexes(node)) - before
    built(node, make_documents("2"))
    (second,) = set(indexes(node)) - before

    assert first != second
    assert keys(ask(node)) == ["person:2"]


def indexes(node):
    _, found = node._wire.write("GET", f"/{node._wire.name}-*/_alias")
    return [name for name in found if not name.endswith("-control")]


@pytest.mark.node
def test_readers_never_fail_while_the_index_is_rebuilt(node):
    built(node, make_documents("1"))
    stop, seen = threading.Event(), []

    def read():
        reader = ClusterEngine(f"{fresh_address().rpartition('/')[0]}/{node._wire.name}")
        while not stop.is_set():
            seen.append(ask(reader).total)

    threads = [threading.Thread(target=read) for _ in range(2)]
    for thread in threads:
        thread.start()
    for number in range(4):
        built(node, make_documents(str(number)))
    stop.set()
    for thread in threads:
        thread.join()

    assert set(seen) == {1}
    assert len(seen) > 8


@pytest.mark.node
def test_index_of_another_analyser_is_not_asked(node, monkeypatch):
    built(node, make_documents("1"))
    monkeypatch.setattr("search.engines.cluster.fingerprint", lambda: "0" * 16)

    with pytest.raises(EngineUnavailable, match="pas encore construit"):
        ask(ClusterEngine(f"{fresh_address().rpartition('/')[0]}/{node._wire.name}"))


@pytest.mark.node
def test_changes_of_many_objects_are_all_written(node):
    built(node, *(make_documents(str(number)) for number in range(1200)))

    with node.writing():
        node.bulk([one for number in range(500) for one in make_documents(str(number), title="Maçonne", organisation_id="7")])

    assert ask(node, Term("title_fold", "maconne")).total == 500
    assert ask(node).total == 1200
    assert len(node.keys_of("7")) == 500
