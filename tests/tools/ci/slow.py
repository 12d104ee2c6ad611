"""Rewrites tests/slow.txt from the reports of the last `bin/test`: python3 -m tests.tools.ci.slow"""

import xml.etree.ElementTree as ElementTree
from collections import defaultdict

from tests.tools.ci.stages import CACHE, ROOT

SECONDS = 0.35


def main() -> None:
    spent: dict[str, float] = defaultdict(float)
    for report in (CACHE / "reports").glob("*.xml"):
        for case in ElementTree.parse(report).iter("testcase"):
            spent[_node(case.get("classname", ""), case.get("name", ""))] += float(case.get("time", 0))
    slow = sorted(node for node, seconds in spent.items() if node and seconds > SECONDS)
    (ROOT / "tests" / "slow.txt").write_text("".join(f"{node}\n" for node in slow))
    print(f"{len(slow)} tests, {sum(spent[node] for node in slow):.0f} s sur {sum(spent.values()):.0f} s")


def _node(classname: str, name: str) -> str:
    """From a junit name, tests.core.test_x.TestY + test_z[a], to pytest's: tests/core/test_x.py::TestY::test_z."""
    parts = classname.split(".")
    for end in range(len(parts), 0, -1):
        path = "/".join(parts[:end]) + ".py"
        if (ROOT / path).exists():
            return "::".join([path, *parts[end:], name.partition("[")[0]])
    return ""


if __name__ == "__main__":
    main()
