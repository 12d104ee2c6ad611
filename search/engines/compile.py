"""From the engine-neutral nodes to tantivy's queries. The audience filter is put here, on everything, and cannot be left out."""

import math
from collections.abc import Iterable

import tantivy
from tantivy import Occur

from search import model
from search.schema import DAY, LABELS, WORDS


class Compiler:
    """For one searcher and one principal, since expansions and weights depend on both."""

    def __init__(self, schema: tantivy.Schema, searcher: tantivy.Searcher, principal: frozenset[str]) -> None:
        self._schema, self._searcher = schema, searcher
        self._audience = self._open_to(principal)
        self._prefixes: dict[model.Prefix, tantivy.Query] = {}  # a question asks the same in several places

    def request(self, query: model.Query, filters: Iterable[model.Terms | model.Range]) -> tantivy.Query:
        unscored = [self._audience, *map(self._filter, filters)]
        clauses = [(Occur.Must, tantivy.Query.const_score_query(clause, 0.0)) for clause in unscored]
        return tantivy.Query.boolean_query([(Occur.Must, self._query(query)), *clauses])

    def labels(self, prefix: str, limit: int) -> list[tuple[str, int]]:
        return self._searcher.terms_with_prefix(LABELS, prefix, filter_query=self._audience, limit=limit)

    def words(self, prefix: str, limit: int) -> list[tuple[str, int]]:
        return self._searcher.terms_with_prefix(WORDS, prefix, filter_query=self._audience, limit=limit)

    def _open_to(self, principal: frozenset[str]) -> tantivy.Query:
        closed = [(Occur.MustNot, self._exact("richer", token)) for token in sorted(principal)]
        return tantivy.Query.boolean_query([(Occur.Must, self._any("acl", principal)), *closed])

    def _filter(self, node: model.Terms | model.Range) -> tantivy.Query:
        if isinstance(node, model.Terms):
            return self._any(node.field, node.values)
        if node.field != DAY:
            raise TypeError(f"{node.field} is not a number")
        if node.gte is None and node.lte is None:
            return tantivy.Query.all_query()
        return tantivy.Query.range_query(self._schema, node.field, tantivy.FieldType.Unsigned, node.gte, node.lte)

    def _any(self, field: str, values: frozenset[str]) -> tantivy.Query:
        """Not tantivy's term_set_query: it fills a bit set of the whole index for each query, which costs six times as much."""
        if not values:
            return tantivy.Query.empty_query()
        return tantivy.Query.boolean_query([(Occur.Should, self._exact(field, value)) for value in sorted(values)])

    def _exact(self, field: str, value: str) -> tantivy.Query:
        return tantivy.Query.term_query(self._schema, field, value, index_option="basic")

    def _query(self, node: model.Query) -> tantivy.Query:
        match node:
            case model.Term(field, value, boost):
                return _boosted(tantivy.Query.term_query(self._schema, field, value, index_option="freq"), boost)
            case model.Phrase(field, values, slop, boost):
                return _boosted(tantivy.Query.phrase_query(self._schema, field, list(values), slop=slop), boost)
            case model.Prefix():
                return self._prefixes.get(node) or self._prefixes.setdefault(node, self._prefix(node))
            case model.DisMax(queries, tie):
                return tantivy.Query.disjunction_max_query([self._query(query) for query in queries], tie_breaker=tie)
            case model.Bool():
                return self._bool(node)
            case model.Terms(field, values):
                return self._any(field, values)
            case model.Range():
                return self._filter(node)
            case model.Constant(query, score):
                return tantivy.Query.const_score_query(self._query(query), score)
            case model.MatchAll():
                return tantivy.Query.all_query()
        raise TypeError(f"unknown node {node!r}")

    def _bool(self, node: model.Bool) -> tantivy.Query:
        kinds = ((Occur.Must, node.must), (Occur.Should, node.should), (Occur.MustNot, node.must_not))
        clauses = [(occur, self._query(query)) for occur, queries in kinds for query in queries]
        if not node.must and not node.should:
            clauses.append((Occur.Must, tantivy.Query.all_query()))
        return tantivy.Query.boolean_query(clauses, minimum_number_should_match=node.min_should_match or None)

    def _prefix(self, node: model.Prefix) -> tantivy.Query:
        """Terms that the principal may read, each brought to the weight of the most frequent: else rare endings win."""
        found = self._searcher.terms_with_prefix(node.field, node.value, filter_query=self._audience, limit=node.max_expansions)
        if not found:
            return tantivy.Query.empty_query()
        weights = {term: self._idf(node.field, term) for term, _ in found}
        level = min(weights.values())
        terms = [
            _boosted(tantivy.Query.term_query(self._schema, node.field, term, index_option="freq"), node.boost * level / weight)
            for term, weight in weights.items()
        ]
        return tantivy.Query.disjunction_max_query(terms)

    def _idf(self, field: str, term: str) -> float:
        count = self._searcher.doc_freq(field, term)
        return math.log(1 + (self._searcher.num_docs - count + 0.5) / (count + 0.5))


def _boosted(query: tantivy.Query, boost: float) -> tantivy.Query:
    return query if boost == 1.0 else tantivy.Query.boost_query(query, boost)
