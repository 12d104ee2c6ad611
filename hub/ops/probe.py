"""Whether the site answers, for what watches a container: `python -m hub.ops.probe [PORT]` ends with 0 when the home page does."""

import os
import sys

from hub.ops import launch
from hub.ops.options import Options


def main(words: list[str], public_url: str) -> int:
    status = launch.answer(Options(port=int(words[0]) if words else 8000), public_url)
    print(status or "personne ne répond")
    return 0 if status and status < 500 else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ.get("HUB_PUBLIC_URL", "http://127.0.0.1:8000")))
