"""From the engine-neutral nodes to the bodies that a cluster understands, built with elasticsearch-dsl.

The audience filter is put here, on everything, and cannot be left out. Tokens come analysed, as for the embedded engine: the cluster
only cuts at spaces, so both hold the same words.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from elasticsearch_dsl import A, Q, Search

from search import model
from search.model import SearchRequest
from search.schema import COMMUNES, DAY, DEPARTMENTS, KINDS, LABELS, ORGANISATIONS, PHRASES, TEXTS, WORDS, IndexDocument

KEYWORDS = ("key", "variant", "acl", "richer", KINDS, ORGANISATIONS, LABELS, WORDS, COMMUNES, DEPARTMENTS)
PREFIX_LEVEL = 4.0  # what a word of middling rarity weighs: those that begin so all count alike, whoever may read them
LONGEST_PATTERN = 900  # signs: a cluster refuses patterns over 1,000
BM25_SCALE = 2.2  # Lucene leaves k1 + 1 out of its scores, tantivy does not
FACET_VALUES = 1000
COMMUNES_OF_FRANCE = 36_000  # at most
Body = dict[str, Any]


def index_settings() -> Body:
    texts = {
        f"{text}_{analysis}": {"type": "text", "analyzer": "whitespace", "index_options": "freqs"}
        for text, analyses in TEXTS.items()
        for analysis in analyses
    }
    for name in PHRASES:
        texts[name] = {"type": "text", "analyzer": "whitespace", "index_options": "positions"}
    keywords = {name: {"type": "keyword", "ignore_above": 8000} for name in KEYWORDS}
    return {
        "settings": {"number_of_shards": 1, "auto_expand_replicas": "0-1", "refresh_interval": "1s"},
        "mappings": {"dynamic": "strict", "_source": {"enabled": False}, "properties": {**keywords, **texts, DAY: {"type": "integer"}}},
    }


def source_of(document: IndexDocument) -> Body:
    several = {"acl": document.acl, "richer": document.richer, LABELS: document.labels, WORDS: document.words}
    several |= {COMMUNES: document.communes, DEPARTMENTS: document.departments}
    held: Body = {"key": document.key, "variant": str(document.variant), KINDS: document.kind, DAY: document.day}
    held |= {name: sorted(values) for name, values in several.items() if values}
    if document.organisation:
        held[ORGANISATIONS] = document.organisation
    return held | {name: " ".join(tokens) for name, tokens in document.tokens.items()}


def search_body(request: SearchRequest) -> Body:
    """Filters on what is counted come after the counting, so that a facet's other values keep their figures."""
    own = {name: [_filter(node) for node in request.filters if node.field == name] for name in request.facets}
    always = [_filter(node) for node in request.filters if node.field not in own]
    search = Search().query(Q("bool", must=[compiled(request.query)], filter=[*audience(request.principal), *always]))
    if chosen := [node for nodes in own.values() for node in nodes]:
        search = search.post_filter(Q("bool", filter=chosen))
    for name in request.facets:
        others = [node for other, nodes in own.items() if other != name for node in nodes]
        counted = A("filter", filter=Q("bool", filter=others) if others else Q("match_all"))
        search.aggs.bucket(name, counted).bucket("values", "terms", field=name, size=FACET_VALUES)
    return as_body(search.extra(size=request.size, from_=request.offset, track_total_hits=True, docvalue_fields=["key"], _source=False))


def terms_body(field: str, prefixes: Collection[str], principal: frozenset[str], size: int) -> Body:
    """The most frequent terms that begin so, in what the principal may read."""
    search = Search().query(Q("bool", filter=audience(principal))).extra(size=0)
    for number, pattern in enumerate(_patterns(prefixes)):
        search.aggs.bucket(str(number), "terms", field=field, size=size, include=pattern)
    return as_body(search)


def kinds_body() -> Body:
    """Objects by kind, whoever may read them: one variant of each."""
    return _counted(KINDS, FACET_VALUES, Q("bool", filter=[Q("term", variant="0")]))


def communes_body() -> Body:
    """The communes of whatever lies in the index: for reckoning distances, never for showing."""
    return _counted(COMMUNES, COMMUNES_OF_FRANCE, Q("match_all"))


def _counted(field: str, size: int, query: Q) -> Body:
    search = Search().query(query).extra(size=0)
    search.aggs.bucket("values", "terms", field=field, size=size)
    return as_body(search)


def keys_body(field: str, values: Collection[str], size: int, after: list[Any]) -> Body:
    """Documents in order of key, from one page to the next, whoever may read them: for writing, never for showing."""
    search = Search().query(Q("bool", filter=[Q("terms", **{field: sorted(values)})])).sort("key", "variant")
    page = {"search_after": after} if after else {}
    return as_body(search.extra(size=size, docvalue_fields=["key"], _source=False, **page))


def as_body(search: Search) -> Body:
    body: Body = search.to_dict()
    if "from_" in body:
        body["from"] = body.pop("from_")
    return body


def audience(principal: frozenset[str]) -> list[Q]:
    return [Q("bool", filter=[_any("acl", principal)], must_not=[Q("terms", richer=sorted(principal))] if principal else [])]


def compiled(node: model.Query) -> Q:
    match node:
        case model.Term(field, value, boost):
            return Q("term", **{field: {"value": value, "boost": boost}})
        case model.Phrase(field, values, slop, boost):
            return Q("match_phrase", **{field: {"query": " ".join(values), "slop": slop, "boost": boost}})
        case model.Prefix(field, value, boost):
            return Q("prefix", **{field: {"value": value, "boost": boost * PREFIX_LEVEL, "rewrite": "constant_score"}})
        case model.DisMax(queries, tie):
            return Q("dis_max", queries=[compiled(query) for query in queries], tie_breaker=tie)
        case model.Terms(field, values):
            return Q("constant_score", filter=_any(field, values))
        case model.Range():
            return Q("constant_score", filter=_filter(node))
        case model.Constant(query, score):
            return Q("constant_score", filter=compiled(query), boost=score / BM25_SCALE)
        case model.MatchAll():
            return Q("match_all")
        case model.Bool():
            return _bool(node)
    raise TypeError(f"unknown node {node!r}")


def _bool(node: model.Bool) -> Q:
    kinds = {"must": node.must, "should": node.should, "must_not": node.must_not}
    clauses: dict[str, Any] = {kind: [compiled(query) for query in queries] for kind, queries in kinds.items() if queries}
    if node.min_should_match > len(node.should):
        return Q("match_none")
    if node.min_should_match:
        clauses["minimum_should_match"] = node.min_should_match
    if not node.must and not node.should:
        clauses["must"] = [Q("match_all")]
    return Q("bool", **clauses)


def _filter(node: model.Terms | model.Range) -> Q:
    if isinstance(node, model.Terms):
        return _any(node.field, node.values)
    if node.field != DAY:
        raise TypeError(f"{node.field} is not a number")
    bounds = {name: value for name, value in (("gte", node.gte), ("lte", node.lte)) if value is not None}
    return Q("range", **{node.field: bounds}) if bounds else Q("match_all")


def _any(field: str, values: Collection[str]) -> Q:
    return Q("terms", **{field: sorted(values)}) if values else Q("match_none")


def _patterns(prefixes: Iterable[str]) -> list[str]:
    """Patterns of the engine's own language, each short enough.

    Not the plain «abc.*»: OpenSearch 2.19 takes it for a prefix by a way of its own, which fails when no term comes after it.
    """
    found: list[list[str]] = []
    for one in (re.sub(r"([^\w \x1f])", r"\\\1", prefix) for prefix in prefixes):
        if len(one) > LONGEST_PATTERN:
            continue
        if found and sum(len(other) + 1 for other in found[-1]) + len(one) < LONGEST_PATTERN:
            found[-1].append(one)
        else:
            found.append([one])
    return [f"({'|'.join(some)})(.|\n)*" for some in found]


def counts_of(aggregation: Mapping[str, Any]) -> dict[str, int]:
    return {bucket["key"]: bucket["doc_count"] for bucket in aggregation["buckets"]}
