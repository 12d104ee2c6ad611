"""html-validate and vnu over the pages that the tests have seen (.cache/html, filled by tests/plugins/pages.py)."""

import json
import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

from tests.plugins.pages import FORMS
from tests.tools.ci.needs import TOOLS, node_tools
from tests.tools.ci.stages import CACHE

# What vnu says of pages that are right, each with its reason.
ACCEPTED = re.compile(
    "|".join(
        [
            r"This document appears to be written in",  # words that a test invents
            r"Trailing slash on void elements has no effect",  # Django's own widgets write <input />
        ]
    )
)
SAID = re.compile(r'"(?:file:)?(?P<page>[^"]+)":(?P<line>\d+)[^:]*: (?P<words>(?:error|info|non-document-error).*)')
SHOWN = 5  # pages named for each message


def html_validate(pages: list[Path]) -> dict[str, list[str]]:
    config = TOOLS / "html-validate.json"
    tool, written = str(node_tools() / "node_modules" / ".bin" / "html-validate"), CACHE / "html-validate.json"
    command = [tool, "--config", str(config), "--formatter", f"json={written}"]  # a file: what it pipes is cut at its exit
    faults = defaultdict(list)
    written.unlink(missing_ok=True)
    done = subprocess.run([*command, *map(str, pages)], capture_output=True, text=True, check=False)
    if not written.exists():
        raise SystemExit(done.stderr or "html-validate said nothing")
    for report in json.loads(written.read_text()):
        for message in report["messages"]:
            place = f"{Path(report['filePath']).name}:{message['line']} {message.get('selector') or ''}"
            faults[f"{message['ruleId']}: {message['message']}"].append(place)
    return faults


def vnu(pages: list[Path]) -> dict[str, list[str]]:
    jar = node_tools() / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
    faults = defaultdict(list)
    command = ["java", "-Xss1m", "-jar", str(jar), "--format", "gnu"]  # its JSON is not one when a page holds odd characters
    done = subprocess.run([*command, *map(str, pages)], capture_output=True, text=True, errors="replace", check=False)
    if done.returncode not in {0, 1}:
        raise SystemExit(done.stderr[-2000:])
    for line in done.stderr.splitlines():
        said = SAID.match(line)
        if said and not ACCEPTED.search(said["words"]):
            faults[said["words"]].append(f"{Path(said['page']).name}:{said['line']}")
    return faults


def _some(pages: list[Path]) -> list[Path]:
    """At most FORMS of each address and status, in the order of their digests, which is none."""
    kept: dict[str, list[Path]] = defaultdict(list)
    for page in pages:
        kept[page.stem.rpartition("-")[0]].append(page)
    return [page for forms in kept.values() for page in forms[:FORMS]]


def main(checker: str) -> int:
    pages = _some(sorted((CACHE / "html").glob("*.html")))
    faults = {"html-validate": html_validate, "vnu": vnu}[checker](pages)
    for message, places in sorted(faults.items(), key=lambda item: -len(item[1])):
        print(f"{len(places):>5} × {message}")
        for place in places[:SHOWN]:
            print(f"        {place}")
    print(f"{len(pages)} pages, {sum(map(len, faults.values()))} faute(s)")
    return 1 if faults or not pages else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
