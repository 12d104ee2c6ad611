"""One question put by one reader: the index proposes, the database disposes; without an index the database answers alone."""

import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice

from hub.core.kit.dates import today
from hub.core.kit.searchable import Reader, SearchEntry, SearchSource, entry_for
from hub.core.kit.text import one_line
from search.analysis import Token, analyse, fold, folded
from search.engines import engine
from search.errors import EngineUnavailable
from search.highlight import Wanted, excerpt, marked
from search.lexicon import IndexLexicon, Lexicon, completions, towns_near
from search.model import Bool, Hit, Query, SearchRequest, SearchResult, Terms
from search.plan import Question, over_last, understand
from search.results import Answer, Correction, Facet, Found
from search.schema import KINDS
from search.sources import open_rows, sources
from search.why import reasons

logger = logging.getLogger(__name__)

PAGE_SIZE = 20
ENOUGH = 5 * PAGE_SIZE  # with fewer answers to all the words, what has most of them comes after: whoever turns pages looks for that
PLAIN_LIMIT, PLAIN_SIGNS = 50, 200  # per kind, in the plain search
SHOWN_SKILLS = 5
SUGGESTIONS, SUGGEST_SIGNS = 8, 2
SHOWN_CORRECTIONS = 2  # per word
MOST_TOWNS = 5  # that are tried for a word
_WORD = re.compile(r"\w+")


def search(text: str, *, reader: Reader, kind: str = "", page: int = 1, size: int = PAGE_SIZE, is_met: bool = False) -> Answer:
    """One page of what this reader may find: the page asked for, or the last one when there are fewer.

    Args: is_met: something outside the index says every word, so that half of them are no answer.
    """
    try:
        lexicon = IndexLexicon(engine(), reader.audiences)
        question = understand(text, lexicon)
        if not question.words:
            return Answer(text, has_words=False)
        asked = partial(_asked, question, reader.audiences, kind, size, is_met=is_met)
        result = asked(offset=(page - 1) * size)
        last = _last_page(result.total, size)
        if page > last:
            page, result = last, asked(offset=(last - 1) * size)
        towns = () if result.is_whole else _towns_meant(question, lexicon)
        is_elsewhere = result.total > 0 and _is_elsewhere(question, result.queries, reader.audiences, kind)
    except EngineUnavailable as error:
        logger.warning("recherche simplifiée : %s", error)
        return _plain(understand(text), reader, kind, page, size)
    rows = open_rows(reader, [hit.key for hit in result.hits])
    wanted = Wanted.of(question)
    found = tuple(
        _found(*rows[hit.key], question, wanted, is_partial=number >= len(result.whole.hits))
        for number, hit in enumerate(result.hits)
        if hit.key in rows
    )
    return Answer(
        text,
        result.total,
        found,
        _facets(result.counts, kind),
        partial=result.partial.total,
        is_partial=not result.is_whole,
        corrections=(*_corrections(question), *towns),
        place=question.place,
        is_elsewhere=is_elsewhere,
        is_cut=question.is_cut,
        page=page,
        took_ms=result.whole.took_ms + result.partial.took_ms,
    )


def suggest(text: str, *, reader: Reader, size: int = SUGGESTIONS) -> list[str]:
    """Titles, names and skills that begin with the text, among what this reader may see, then trades said otherwise that lead there;
    none while the index is out of order."""
    beginning = folded(one_line(text[:PLAIN_SIGNS]))
    if len(beginning) < SUGGEST_SIGNS:
        return []
    try:
        found = engine().suggest(beginning, principal=reader.audiences, size=size)
        if len(found) < size:
            known = [analyse(one) for one in found]
            others = (one for one in completions(beginning, IndexLexicon(engine(), reader.audiences)) if not _is_said(one, known))
            found += islice(others, size - len(found))
        return found
    except EngineUnavailable as error:
        logger.warning("pas de suggestions : %s", error)
        return []


def _is_said(word: str, labels: Sequence[Sequence[Token]]) -> bool:
    """Whether one of these labels is this word, in whatever gender."""
    return any(len(label) == 1 and label[0].light == token.light for token in analyse(word) for label in labels)


def _corrections(question: Question) -> tuple[Correction, ...]:
    """The question with one of its rare words replaced, the nearest first."""
    meant = [(group.words[0].fold, one.written) for group in question.groups for one in group.corrections[:SHOWN_CORRECTIONS]]
    found = [Correction(written, _with(question.text, word, written)) for word, written in meant]
    return tuple(one for one in found if one.text != one_line(question.text))


def _towns_meant(question: Question, lexicon: Lexicon) -> tuple[Correction, ...]:
    """The question with a word that says nothing replaced by one of a town, where that makes it name the place: proposed only, for what lies
    elsewhere may be what was wanted."""
    if question.place or len(question.groups) < 2:
        return ()
    found: list[Correction] = []
    for word in (group.words[0] for group in question.groups if len(group.words) == 1 and not group.corrections):
        texts = ((written, _with(question.text, word.fold, written)) for written in towns_near(word, lexicon)[:MOST_TOWNS])
        named = (Correction(written, text) for written, text in texts if _names(understand(text, lexicon), written))
        found += islice(named, SHOWN_CORRECTIONS)
    return tuple(found)


def _names(question: Question, town: str) -> bool:
    """Whether this word is of the place that a question names."""
    return any(fold(town) in {word.fold for word in group.words} for group in question.groups if group.place)


def _with(text: str, word: str, written: str) -> str:
    return one_line(_WORD.sub(partial(_replaced, word, written), text))


def _replaced(word: str, written: str, match: re.Match[str]) -> str:
    return written if fold(match[0]) == word else match[0]


def _last_page(total: int, size: int) -> int:
    return max(1, -(-total // size))


@dataclass(frozen=True, slots=True)
class _Result:
    """What has every word, then what lacks one; is_whole: something has them all, of this kind or another. queries: what found them."""

    whole: SearchResult
    partial: SearchResult
    is_whole: bool
    queries: tuple[Query, ...]

    @property
    def total(self) -> int:
        return self.whole.total + self.partial.total

    @property
    def hits(self) -> tuple[Hit, ...]:
        return (*self.whole.hits, *self.partial.hits)

    @property
    def counts(self) -> Mapping[str, int]:
        """By kind: of those that have every word, or when none does, of the others."""
        return (self.whole if self.is_whole else self.partial).facets.get(KINDS, {})


def _asked(question: Question, principal: frozenset[str], kind: str, size: int, *, offset: int, is_met: bool) -> _Result:
    """The strictest query that fills a few pages, all kinds together: choosing a kind must not change what is counted."""
    filters = _of_kind(kind)

    def ask(query: Query, size: int, offset: int) -> tuple[SearchResult, int]:
        ranked = over_last(query, today())
        request = SearchRequest(query=ranked, principal=principal, filters=filters, facets=(KINDS,), size=size, offset=offset)
        result = engine().search(request)
        return result, sum(result.facets[KINDS].values())

    held, others, rest = 0, 0, SearchResult()
    for query in question.passes():
        whole, held = ask(query, size, offset)
        if held >= ENOUGH:
            break
    queries: tuple[Query, ...] = (query,)
    if held < ENOUGH and (partly := question.partly()):
        rest, others = ask(partly, size - len(whole.hits), max(offset - whole.total, 0))
        queries = (query, partly)
    if not held and not others:
        if unbound := question.unbound():
            return _asked(unbound, principal, kind, size, offset=offset, is_met=is_met)
        if not is_met and (last_resort := question.last_resort()):
            rest, queries = ask(last_resort, size, offset)[0], (last_resort,)
    return _Result(whole, rest, held > 0, queries)


def _is_elsewhere(question: Question, queries: tuple[Query, ...], principal: frozenset[str], kind: str) -> bool:
    """Whether a place was asked for, and nothing of what these queries find lies in it."""
    if (in_place := question.in_place()) is None:
        return False
    request = SearchRequest(query=Bool(must=(Bool(should=queries), in_place)), principal=principal, filters=_of_kind(kind), size=0)
    return not engine().search(request).total


def _of_kind(kind: str) -> tuple[Terms, ...]:
    return (Terms(KINDS, frozenset({kind})),) if kind else ()


def _found(source: SearchSource, row: object, entry: SearchEntry, question: Question, wanted: Wanted, *, is_partial: bool = False) -> Found:
    skills = [marked(skill, wanted) for skill in entry.skills]
    skills.sort(key=lambda parts: not any(part.marked for part in parts))
    return Found(
        kind=source.kind,
        kind_label=entry.kind or source.singular,
        icon=source.icon,
        id=source.identify(row),
        url=entry.url,
        heading=entry.heading,
        marked_heading=marked(entry.heading, wanted),
        title=marked(entry.title, wanted) if entry.name else (),
        skills=tuple(skills[:SHOWN_SKILLS]),
        excerpt=excerpt(entry.body, wanted),
        place=entry.place,
        organisation=entry.organisation,
        starts_on=entry.starts_on,
        over=source.over if _is_over(entry) else "",
        reasons=reasons(entry, question),
        is_partial=is_partial,
    )


def _is_over(entry: SearchEntry) -> bool:
    return entry.ends_on is not None and entry.ends_on < today()


def _facets(counts: Mapping[str, int], chosen: str) -> tuple[Facet, ...]:
    return tuple(
        Facet(source.kind, source.label, counts.get(source.kind, 0), source.kind == chosen)
        for source in sources().values()
        if counts.get(source.kind) or source.kind == chosen
    )


def _plain(question: Question, reader: Reader, kind: str, page: int, size: int) -> Answer:
    """The words as they were typed, anywhere in the rows, same audiences, a limited number of each kind."""
    if not question.words:
        return Answer(question.text, has_words=False)
    text = one_line(question.text[:PLAIN_SIGNS])
    rows: list[tuple[SearchSource, object, SearchEntry]] = []
    counts: dict[str, int] = {}
    for source in sources().values():
        entries = [(row, entry_for(source.entries(row), reader.audiences)) for row in source.simple(reader, text, PLAIN_LIMIT)]
        held = [(source, row, entry) for row, entry in entries if entry and _holds(entry, question)]
        counts[source.kind] = len(held)
        rows += held if kind in ("", source.kind) else []
    rows.sort(key=lambda row: _is_over(row[2]))
    page = min(page, _last_page(len(rows), size))
    wanted = Wanted.of(question)
    found = tuple(_found(*row, question, wanted) for row in rows[(page - 1) * size : page * size])
    return Answer(question.text, len(rows), found, _facets(counts, kind), is_plain=True, is_cut=question.is_cut, page=page)


def _holds(entry: SearchEntry, question: Question) -> bool:
    """The words are in what this reader may see: a row matched by a field closed to her would tell what it holds."""
    texts = (entry.title, entry.name, *entry.skills, entry.body, entry.place, entry.organisation)
    seen = folded(" ".join(texts))
    return all(word.fold in seen for word in question.words)
