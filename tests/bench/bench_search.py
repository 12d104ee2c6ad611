"""Search over 15,000 entries: milliseconds per question, beside SQLite's own full-text search over the same entries in the same run.

    python -m tests.bench.bench_search [--entries 15000]

A question is what a page asks: analysed, planned, up to three queries, 20 hits, counts by kind, audience filter of five tokens.
"""

import argparse
import os
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hub.settings.test")

from search.engines import Engine
from search.engines.tantivy import TantivyEngine
from search.lexicon import IndexLexicon
from search.model import SearchRequest
from search.plan import understand
from search.query import ENOUGH
from search.schema import KINDS
from tests.bench.search_corpus import FIRST, LAST, TOWNS, TRADES, documents, thing
from tests.bench.table import Measure, as_markdown, at_most
from tests.bench.table import plain as told

PRINCIPAL = frozenset({"public", "federation", "organisation:7", "staff:7", "person:9"})
ROUNDS, ENTRIES = 5, 15_000
P95_MS, BUILD_SECONDS, MEGABYTES = 8, 20, 40  # of a question with its counts by kind
NODE_P95_MS = 60


def questions() -> list[str]:
    trades = [word for man, woman, activity, _ in TRADES for word in (man, woman, activity, man[:-2])]
    skills = [skill for *_, skills in TRADES for skill in skills.split(",")]
    names = [f"{first} {last}" for first, last in zip(FIRST, LAST, strict=False)]
    places = [f"{trade} {town.split()[0]}" for (trade, *_), town in zip(TRADES, TOWNS, strict=False)]
    return list(dict.fromkeys([*trades, *skills, *names, *places, "quelqu’un qui restaure des meubles anciens", "mot inconnu xqzwvkj"]))


def asked(engine: Engine, text: str) -> int:
    """As search.query does for a page of 20."""
    question = understand(text, IndexLexicon(engine, PRINCIPAL))
    total = 0
    for query in question.passes():
        total = engine.search(SearchRequest(query=query, principal=PRINCIPAL, facets=(KINDS,))).total
        if total >= ENOUGH:
            break
    if total < ENOUGH and (partly := question.partly()):
        total += engine.search(SearchRequest(query=partly, principal=PRINCIPAL, facets=(KINDS,))).total
    last = None if total else question.last_resort()
    return engine.search(SearchRequest(query=last, principal=PRINCIPAL, facets=(KINDS,))).total if last else total


def milliseconds(call: Callable[[str], object], texts: Iterable[str]) -> list[float]:
    taken = []
    for text in texts:
        start = time.perf_counter()
        call(text)
        taken.append((time.perf_counter() - start) * 1000)
    return taken


def quantile(values: list[float], share: float) -> float:
    return statistics.quantiles(values, n=100, method="inclusive")[round(share * 100) - 1]


def plain(count: int) -> Callable[[str], object]:
    """The yardstick: the same entries in SQLite's own full-text search, all words wanted, 20 rows and their number; no audiences, no counts."""
    base = sqlite3.connect(":memory:")
    base.execute("CREATE VIRTUAL TABLE entries USING fts5(title, name, skills, body, place, tokenize='unicode61 remove_diacritics 2')")
    rows = ((e.title, e.name, " ".join(e.skills), e.body, e.place) for e in (thing(number).entry for number in range(count)))
    base.executemany("INSERT INTO entries VALUES (?, ?, ?, ?, ?)", rows)

    def ask(text: str) -> object:
        words = " ".join(f'"{word.fold}"' for word in understand(text).words)
        hits = base.execute("SELECT rowid FROM entries WHERE entries MATCH ? ORDER BY rank LIMIT 20", [words]).fetchall()
        return hits, base.execute("SELECT count(*) FROM entries WHERE entries MATCH ?", [words]).fetchone()

    return ask


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--entries", type=int, default=ENTRIES)
    found = measures(parser.parse_args().entries)
    print(as_markdown(found))
    return 1 if any(one.is_held is False for one in found) else 0


def measures(count: int = ENTRIES) -> list[Measure]:
    with tempfile.TemporaryDirectory() as folder:
        engine = TantivyEngine(Path(folder))
        start = time.perf_counter()
        engine.rebuild(documents(count), lambda keys: [], lambda draft: None)
        built = time.perf_counter() - start
        texts = questions() * ROUNDS
        simplest = plain(count)
        found = sum(bool(asked(engine, text)) for text in questions())  # warms it up
        base = milliseconds(simplest, texts)
        taken = milliseconds(lambda text: asked(engine, text), texts)
        size = engine.health().size_bytes
    area = f"recherche, {count} fiches"
    return [
        told(area, f"p50, comptes et audiences compris ({found} des {len(set(texts))} questions répondues)", quantile(taken, 0.5), "ms", 2),
        at_most(area, "p95", quantile(taken, 0.95), P95_MS, "ms", 2),
        told(area, "p99", quantile(taken, 0.99), "ms", 2),
        told(area, "p50 sur celui de SQLite FTS5, les mots seuls", statistics.median(taken) / statistics.median(base), "×", 2),
        at_most(area, "index refait", built, BUILD_SECONDS, "s"),
        at_most(area, "poids de l’index", size / 1e6, MEGABYTES, "Mo"),
        *_on_node(area, count, statistics.median(taken)),
    ]


def _on_node(area: str, count: int, embedded: float) -> list[Measure]:
    """The same on a real OpenSearch node over loopback, when bin/test has started one."""
    if not (address := os.environ.get("HUB_TEST_SEARCH_URL")):
        return []
    from search.engines.cluster import ClusterEngine

    engine = ClusterEngine(f"{address}/bench")
    start = time.perf_counter()
    engine.rebuild(documents(count), lambda keys: [], lambda draft: None)
    built = time.perf_counter() - start
    texts = questions()
    milliseconds(lambda text: asked(engine, text), texts)  # warms it up
    taken = milliseconds(lambda text: asked(engine, text), texts)
    return [
        told(area, "OpenSearch, p50 sur celui du moteur intégré", statistics.median(taken) / embedded, "×", 1),
        at_most(area, "OpenSearch, p95", quantile(taken, 0.95), NODE_P95_MS, "ms", 1),
        told(area, "OpenSearch, index refait", built, "s", 1),
    ]


if __name__ == "__main__":
    raise SystemExit(main())
