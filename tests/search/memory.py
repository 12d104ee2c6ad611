"""The boolean part of the query model, in the plainest Python: what every engine must agree with on hits, totals and facets."""

from collections import Counter

from search import model
from search.schema import DAY


class MemoryEngine:
    def __init__(self, documents):
        self.documents = list(documents)

    def search(self, request):
        found = [d for d in self.documents if d.is_open_to(request.principal) and _matches(d, request.query)]
        held = [d for d in found if all(_passes(d, node) for node in request.filters)]
        facets = {name: self._facet(found, request.filters, name) for name in request.facets}
        return len(held), {d.key for d in held}, facets

    def _facet(self, found, filters, name):
        others = [node for node in filters if node.field != name]
        return dict(Counter(value for d in found if all(_passes(d, node) for node in others) for value in _values(d, name)))


def _values(document, field):
    return {"kind": [document.kind], "organisation": [document.organisation] if document.organisation else [], "key": [document.key]}[field]


def _passes(document, node):
    if isinstance(node, model.Terms):
        return not node.values.isdisjoint(_values(document, node.field))
    assert node.field == DAY
    return (node.gte is None or document.day >= node.gte) and (node.lte is None or document.day <= node.lte)


def _matches(document, node):
    match node:
        case model.Terms() | model.Range():
            return _passes(document, node)
        case model.Term(field, value):
            return value in document.tokens.get(field, ())
        case model.Prefix(field, value):
            return any(token.startswith(value) for token in document.tokens.get(field, ()))
        case model.Phrase(field, values, 0):
            tokens = list(document.tokens.get(field, ()))
            return any(tuple(tokens[at : at + len(values)]) == values for at in range(len(tokens)))
        case model.DisMax(queries):
            return any(_matches(document, query) for query in queries)
        case model.Constant(query):
            return _matches(document, query)
        case model.MatchAll():
            return True
        case model.Bool(must, should, must_not, least):
            matched = sum(_matches(document, query) for query in should)
            needed = least or (1 if should and not must else 0)
            return (
                all(_matches(document, query) for query in must)
                and not any(_matches(document, query) for query in must_not)
                and matched >= needed
            )
    raise TypeError(node)
