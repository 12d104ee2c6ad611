"""Every figure of the hub in one table: `bin/test bench`, or `python -m tests.bench [pages crowd places papers search]`.

Each bench runs in a process of its own, one after the other: none finds the memory and the settings of another. Ratios are taken in the
same run as what they are compared with; so is the load of the machine that the table bears.
"""

import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from multiprocessing import get_context

from tests.bench import bench_crowd, bench_pages, bench_papers, bench_places, bench_search
from tests.bench.table import Measure, as_markdown, machine

BENCHES: dict[str, Callable[[], list[Measure]]] = {
    "pages": bench_pages.measures,
    "crowd": bench_crowd.measures,
    "places": bench_places.measures,
    "papers": bench_papers.measures,
    "search": bench_search.measures,
}


def main(wanted: list[str]) -> int:
    if unknown := set(wanted) - BENCHES.keys():
        print(f"mesures inconnues : {', '.join(sorted(unknown))} ; connues : {', '.join(BENCHES)}", file=sys.stderr)
        return 2
    found: list[Measure] = []
    for name in wanted or BENCHES:
        began = time.monotonic()
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as apart:
            found += apart.submit(BENCHES[name]).result()
        print(f"{name} : {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    print(f"\n{date.today().isoformat()}, {machine()}\n\n{as_markdown(found)}")
    return 1 if any(one.is_held is False for one in found) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
