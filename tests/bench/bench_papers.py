"""Prices the papers of the hub against WeasyPrint: `python -m tests.bench.bench_papers [--documents 24]`.

Same words, same fonts, every document different (both engines remember what they have set), the two engines alternating in one process;
processor time, so that a busy machine does not decide. Ours: typesetting, then the finishing pass and the seal, which WeasyPrint's lacks.
"""

import argparse
import logging
import os
import resource
from collections.abc import Callable
from datetime import UTC, datetime
from statistics import median
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hub.settings.test")
AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
WARM_UP = 3
MEDIAN_MS, P95_MS, FINISH_MS, SEAL_MS, RATIO, KILOBYTES = 40, 60, 20, 30, 5.0, 90


def cpu_ms(work: Callable[[], bytes]) -> tuple[float, bytes]:
    before = resource.getrusage(resource.RUSAGE_SELF)
    result = work()
    after = resource.getrusage(resource.RUSAGE_SELF)
    return 1000 * (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime), result


def p95(values: list[float]) -> float:
    return sorted(values)[round(0.95 * (len(values) - 1))]


def specimens(rank: int) -> dict[str, Any]:
    from hub.core.papers.specimen import example

    data = example()
    rows = [[f"Article {rank}-{line}", str(line), f"{rank * line},00 €"] for line in range(12)]
    return {
        **data,
        "title": f"Spécimen numéro {rank}",
        "introduction": f"Dossier {rank}. {data['introduction']}",
        "rows": [*rows, data["rows"][-1]],
    }


def conventions(rank: int) -> dict[str, Any]:
    from tests.builders.conventions import COMPLETE, make_facts
    from trainings.paperwork.facts import Trainee
    from trainings.paperwork.kinds import convention_data

    words = {
        name: f"{getattr(COMPLETE, name)} (dossier {rank})"
        for name in (
            "objectives",
            "content",
            "teaching_means",
            "technical_means",
            "supervision",
            "follow_up",
            "assessment",
            "outcome",
            "place",
        )
    }
    trainees = tuple(Trainee(f"Personne {rank}-{line}", "buyer") for line in range(4))
    return convention_data(
        make_facts(title=f"Enduits terre et chaux, groupe {rank}", trainees=trainees, unit_price_cents=50_400 + rank, **words)
    )


def measure(
    kind: str, data_of: Callable[[int], dict[str, Any]], html_of: Callable[[dict[str, Any]], str], count: int
) -> dict[str, list[float]]:
    from weasyprint import HTML
    from weasyprint.text.fonts import FontConfiguration

    from hub.core.papers import engine, kinds, post, seal

    fonts = FontConfiguration()
    taken: dict[str, list[float]] = {"set": [], "finish": [], "seal": [], "weasyprint": [], "kB": [], "WeasyPrint kB": []}
    for rank in range(count + WARM_UP):
        known = kinds.get(kind)
        imprint = {"label": known.label, "number": f"{known.series}-2026-{rank:04d}", "version": "1", "template": known.version[:8]}
        data = {**data_of(rank), "paper": {**imprint, "issued_on": "23 novembre 2026", "replaces": ""}}
        typeset, pdf = cpu_ms(lambda data=data: engine.render(kind, data, timestamp=AT))
        finish, pdf = cpu_ms(lambda pdf=pdf: post.finish(pdf))
        sealed, _ = cpu_ms(lambda pdf=pdf: seal.seal(pdf))
        html = html_of(data)
        other, their = cpu_ms(lambda html=html: HTML(string=html).write_pdf(pdf_variant="pdf/ua-1", font_config=fonts))
        if rank >= WARM_UP:
            for name, value in zip(taken, (typeset, finish, sealed, other, len(pdf) / 1000, len(their) / 1000), strict=True):
                taken[name].append(value)
    return taken


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--documents", type=int, default=24)
    count = options.parse_args().documents
    django.setup()
    for name in ("weasyprint", "fontTools"):
        logging.getLogger(name).setLevel(logging.ERROR)
    from tests.bench import paper_html

    print(
        f"{'document':12}{'composer':>10}{'p95':>7}{'finir':>7}{'sceller':>9}{'ko':>5}{'WeasyPrint':>12}{'p95':>7}{'ko':>5}{'rapport':>9}{'fini':>7}"
    )
    failures = []
    for kind, data_of, html_of in (("specimen", specimens, paper_html.specimen), ("convention", conventions, paper_html.convention)):
        taken = measure(kind, data_of, html_of, count)
        ours, theirs = median(taken["set"]), median(taken["weasyprint"])
        finish, sealed, size = median(taken["finish"]), median(taken["seal"]), median(taken["kB"])
        ratio = theirs / ours
        print(
            f"{kind:12}{ours:>10.1f}{p95(taken['set']):>7.1f}{finish:>7.1f}{sealed:>9.1f}{size:>5.0f}{theirs:>12.1f}"
            f"{p95(taken['weasyprint']):>7.1f}{median(taken['WeasyPrint kB']):>5.0f}{ratio:>8.1f}×{theirs / (ours + finish):>6.1f}×"
        )
        if kind == "convention":
            bars = {
                f"médiane ≤ {MEDIAN_MS} ms": ours <= MEDIAN_MS,
                f"p95 ≤ {P95_MS} ms": p95(taken["set"]) <= P95_MS,
                f"rapport ≥ {RATIO}": ratio >= RATIO,
                f"≤ {KILOBYTES} ko": size <= KILOBYTES,
                f"finir ≤ {FINISH_MS} ms": finish <= FINISH_MS,
                f"sceller ≤ {SEAL_MS} ms": sealed <= SEAL_MS,
            }
            failures = [name for name, holds in bars.items() if not holds]
    print("\nms de processeur, médianes ; « rapport » : WeasyPrint sur notre composition ; « fini » : sur composition et passe de finition")
    print("barres tenues" if not failures else f"barres manquées : {', '.join(failures)}")
    return 1 if failures else 0


if __name__ == "__main__":
    raise SystemExit(main())
