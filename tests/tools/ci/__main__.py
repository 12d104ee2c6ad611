"""bin/test. Standard library only: it runs before anything is installed."""

import os
import signal
import sys

from tests.tools.ci import plans
from tests.tools.ci.needs import Missing
from tests.tools.ci.stages import Run

MODES = {"": plans.everything, "quick": plans.quick, "full": plans.full, "bench": plans.bench}


def main(words: list[str]) -> int:
    ours, _separator, theirs = _cut(words)
    mode = ours[0] if ours else ""
    if len(ours) > 1 or mode not in MODES:
        print("bin/test [quick | full | bench] [-- arguments de pytest]", file=sys.stderr)
        return 2
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # a hundred processes of one run would each compile everything again
    run = Run(mode or "test")
    try:
        MODES[mode](run, theirs)
    except Missing as missing:
        run.record("préparation", ok=False, seconds=0.0)
        print(missing, file=sys.stderr, flush=True)
    finally:
        run.close()
    return run.conclude()


def _cut(words: list[str]) -> tuple[list[str], str, list[str]]:
    if "--" not in words:
        return words, "", []
    at = words.index("--")
    return words[:at], "--", words[at + 1 :]


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(143))  # so that the servers are stopped
    sys.exit(main(sys.argv[1:]))
