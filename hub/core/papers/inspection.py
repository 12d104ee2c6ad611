"""A PDF that came from outside, looked into by a process of its own: hostile bytes may cost that process, never the site.

Run as a script this file is that process: PDF on its input, one JSON line on its output. It therefore imports nothing of the hub.
"""

import io
import json
import subprocess
import sys
from dataclasses import dataclass
from typing import Any

SECONDS = 3  # of processor: the heaviest honest paper tried, 2,000 tagged pages with 10,000 links, takes two
MEMORY = 768 * 1024 * 1024  # address space, of which Python and qpdf take about a quarter
MAX_NODES = 1_500_000

_ACTIONS = {
    "/JavaScript": "script",
    "/Launch": "launch",
    "/ImportData": "launch",
    "/GoToE": "launch",
    "/SubmitForm": "elsewhere",
    "/Rendition": "media",
    "/Movie": "media",
    "/Sound": "media",
    "/RichMediaExecute": "media",
}
_BY_ITSELF = {"/GoToR": "launch", "/URI": "elsewhere"}  # a reader may click on these, nothing else may follow them
_FROM_A_FILE = {"/Thread", "/GoToR"}
_STEPS = 1000  # of one action to the next
_SUBTYPES = {
    "/FileAttachment": "attachment",
    "/RichMedia": "media",
    "/Movie": "media",
    "/Sound": "media",
    "/Screen": "media",
    "/3D": "media",
}
_KEYS = {"/JS": "script", "/JavaScript": "script", "/EmbeddedFiles": "attachment", "/EF": "attachment", "/XFA": "form"}


@dataclass(frozen=True)
class Inspection:
    """`problem` is one of: damaged, locked, script, launch, attachment, media, form, elsewhere, too_complex; empty when there is none."""

    pages: int
    problem: str = ""


def inspect(data: bytes, *, seconds: int = SECONDS) -> Inspection:
    """Pages of a PDF, or what in it does more than show them. Never raises on account of the bytes."""
    command = [sys.executable, "-I", __file__, str(seconds), str(MEMORY)]
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=2 * seconds, check=False)  # noqa: S603  our own file
    except subprocess.TimeoutExpired:
        return Inspection(0, "too_complex")
    try:
        return Inspection(**json.loads(done.stdout))
    except (ValueError, TypeError):  # killed at a limit before it could answer
        return Inspection(0, "too_complex")


def _main(data: bytes) -> Inspection:
    import pikepdf

    pikepdf.settings.set_qpdf_limits(flate_max_memory=96 * 1024 * 1024, run_length_max_memory=1 << 24, max_stream_filters=4)
    try:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            pages, problem = len(pdf.pages), _walk(pdf)
            return Inspection(pages, problem or _unseen(pdf.get_warnings()) or ("" if pages else "damaged"))
    except pikepdf.PasswordError:
        return Inspection(0, "locked")
    except MemoryError:
        return Inspection(0, "too_complex")
    except (pikepdf.PdfError, ValueError, TypeError, RuntimeError, KeyError, AttributeError, RecursionError):
        return Inspection(0, "damaged")


def _walk(pdf: Any) -> str:
    """The first thing found in any object that acts, plays or carries; «too_complex» when there are too many to look at."""
    import pikepdf

    nodes = 0
    for indirect in [pdf.trailer, *pdf.objects]:
        waiting = [indirect]
        while waiting:
            node = waiting.pop()
            nodes += 1
            if nodes > MAX_NODES:
                return "too_complex"
            if isinstance(node, pikepdf.Array):
                waiting += [child for child in node if not getattr(child, "is_indirect", False)]
            elif isinstance(node, pikepdf.Dictionary | pikepdf.Stream):
                if problem := _problem(node):
                    return problem
                waiting += [child for _, child in node.items() if not getattr(child, "is_indirect", False)]
    return ""


def _unseen(warnings: list[Any]) -> str:
    """Objects that could not be unfolded were not looked at, and another reader may unfold them: that is not a pass."""
    words = " ".join(map(str, warnings))
    if "limit exceeded" in words:
        return "too_complex"
    return "damaged" if "error decoding stream data" in words else ""


def _problem(node: Any) -> str:
    import pikepdf

    keys = node.keys()
    for key, problem in _KEYS.items():
        if key in keys:
            return problem
    if "/S" in keys and (problem := _ACTIONS.get(str(node["/S"]), "") or _other_file(node)):
        return problem
    if ("/OpenAction" in keys or "/AA" in keys) and (problem := _without_a_click(node)):
        return problem
    if ("/F" in keys or "/Ref" in keys) and isinstance(node, pikepdf.Stream):
        return "elsewhere"  # its bytes are in another file (ISO 32000-2, § 7.3.8.2), or it stands for a page of one (§ 8.10.4)
    if "/Subtype" in keys and (problem := _SUBTYPES.get(str(node["/Subtype"]), "")):
        return problem
    if "/Type" in keys and str(node["/Type"]) == "/EmbeddedFile":
        return "attachment"
    if "/URI" in keys and str(node["/URI"]).strip().lower().startswith(("javascript:", "vbscript:", "data:")):
        return "script"
    return ""


def _without_a_click(node: Any) -> str:
    """What a document, a page or a note does by itself when it opens, shows or is passed over (§ 12.6.3)."""
    import pikepdf

    waiting = [node["/OpenAction"]] if "/OpenAction" in node else []
    if isinstance(events := node.get("/AA"), pikepdf.Dictionary):
        waiting += [action for _, action in events.items()]
    for _ in range(_STEPS):
        if not waiting:
            return ""
        action = waiting.pop()
        if not isinstance(action, pikepdf.Dictionary):
            continue
        if problem := _BY_ITSELF.get(str(action.get("/S")), ""):
            return problem
        following = action.get("/Next")
        waiting += list(following) if isinstance(following, pikepdf.Array) else [following]
    return "too_complex"


def _other_file(action: Any) -> str:
    """An action that opens another file, of a share or of the web: a click does not say which machine is asked."""
    import pikepdf

    if str(action["/S"]) not in _FROM_A_FILE or "/F" not in action:
        return ""
    named = action["/F"]
    names = [str(named.get(key, "")) for key in ("/F", "/UF", "/FS")] if isinstance(named, pikepdf.Dictionary) else [str(named)]
    is_far = any(name.startswith(("//", "\\\\", "/URL")) or ":" in name[2:] for name in names)
    return "launch" if is_far or str(action["/S"]) == "/Thread" else ""


if __name__ == "__main__":
    import resource
    from dataclasses import asdict

    _seconds, _memory = int(sys.argv[1]), int(sys.argv[2])
    resource.setrlimit(resource.RLIMIT_CPU, (_seconds, _seconds))
    resource.setrlimit(resource.RLIMIT_AS, (_memory, _memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    sys.stdout.write(json.dumps(asdict(_main(sys.stdin.buffer.read()))))
