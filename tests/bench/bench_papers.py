"""Prices the papers of the hub against WeasyPrint: `python -m tests.bench.bench_papers [--documents 24]`.

Same words, same fonts, every document different (both engines remember what they have set), the two engines alternating in one process;
processor time, so that a busy machine does not decide. Ours: typesetting, then the finishing pass and the seal, which WeasyPrint's lacks.
"""

import argparse
import logging
import os
import resource
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from statistics import median
from typing import Any

import django

from tests.bench.table import Measure, as_markdown, at_least, at_most, plain

AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
DAY = date(2027, 1, 18)
WARM_UP, DOCUMENTS = 3, 24
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


def sheets(rank: int) -> dict[str, Any]:
    """Twelve people who drew their names, no two alike; made as the hub makes it, from a closed content, without a database."""
    from hub.core.accounts.models import Organisation
    from tests.builders.attendance import drawing
    from tests.builders.conventions import PROVIDER
    from trainings.attendance.kinds import sheet_data
    from trainings.attendance.models import AttendanceSheet
    from trainings.attendance.strokes import path
    from trainings.sessions.models import HalfDay, TrainingSession

    def signed(place: int) -> dict[str, Any]:
        return {"path": path(drawing(100 * rank + place)), "typed": "", "signed_at": f"2027-01-18T08:{30 + place}:00+01:00"}

    lines = [
        {
            **signed(place), "name": f"Personne {rank}-{place}", "employer": f"Coopérative {rank}", "attended": "present", "words": "À l’heure",
            "minutes": 210, "late_reason": "", "device_at": "",
        }
        for place in range(12)
    ]  # fmt: skip
    content = {
        "title": f"Enduits terre et chaux, groupe {rank}", "topic": "Lire le support", "place": "Atelier de Bâti Formation", "date": "2027-01-18",
        "period": "am", "starts_at": "08:30", "ends_at": "12:00", "minutes": 210, "is_remote": False, "assistance": "", "assessment": "",
        "correction_reason": "", "trainer": {**signed(20), "name": "Ana Lopes"}, "lines": lines,
    }  # fmt: skip
    session = TrainingSession(organisation=Organisation(name=PROVIDER.name))
    return sheet_data(AttendanceSheet(half_day=HalfDay(session=session), content=content, digest=f"{rank:064d}"))


def certificates(rank: int) -> dict[str, Any]:
    from tests.builders.conventions import BUYER, COMPLETE, PROVIDER
    from trainings.paperwork.certificates import CertificateFacts, certificate_data

    return certificate_data(
        CertificateFacts(
            provider=PROVIDER, trainee=f"Personne {rank}", employer=BUYER.name, title=f"{COMPLETE.title}, groupe {rank}", first_on=DAY,
            last_on=DAY + timedelta(days=2), minutes=1260 - rank, remote_minutes=rank, half_days=6, issued_on=DAY + timedelta(days=9),
            signed_at="Bordeaux",
        )
    )  # fmt: skip


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
    options.add_argument("--documents", type=int, default=DOCUMENTS)
    found = measures(options.parse_args().documents)
    print(as_markdown(found))
    return 1 if any(one.is_held is False for one in found) else 0


def measures(count: int = DOCUMENTS) -> list[Measure]:
    """Medians of processor time. «fini»: WeasyPrint against typesetting and the finishing pass, which its own lacks."""
    os.environ.pop("HUB_TEST_DATABASE_URL", None)
    os.environ["DJANGO_SETTINGS_MODULE"] = "hub.settings.test"
    django.setup()
    for name in ("weasyprint", "fontTools"):
        logging.getLogger(name).setLevel(logging.ERROR)
    from tests.bench import paper_html

    found = []
    papers = (
        ("specimen", specimens, paper_html.specimen), ("convention", conventions, paper_html.convention),
        ("emargement", sheets, paper_html.sheet), ("certificat", certificates, paper_html.certificate),
    )  # fmt: skip
    for kind, data_of, html_of in papers:
        taken = measure(kind, data_of, html_of, count)
        ours, theirs = median(taken["set"]), median(taken["weasyprint"])
        finish, sealed, size = median(taken["finish"]), median(taken["seal"]), median(taken["kB"])
        if kind != "convention":
            found += [plain(kind, "WeasyPrint sur notre composition", theirs / ours, "×"), plain(kind, "composer, médiane", ours, "ms")]
            continue
        found += [
            at_least(kind, "WeasyPrint sur notre composition", theirs / ours, RATIO, "×"),
            plain(kind, "WeasyPrint sur composition et finition", theirs / (ours + finish), "×"),
            at_most(kind, "composer, médiane", ours, MEDIAN_MS, "ms"),
            at_most(kind, "composer, p95", p95(taken["set"]), P95_MS, "ms"),
            at_most(kind, "finir, médiane", finish, FINISH_MS, "ms"),
            at_most(kind, "sceller, médiane", sealed, SEAL_MS, "ms"),
            at_most(kind, f"poids (WeasyPrint : {median(taken['WeasyPrint kB']):.0f} ko)", size, KILOBYTES, "ko", 0),
        ]
    return found


if __name__ == "__main__":
    raise SystemExit(main())
