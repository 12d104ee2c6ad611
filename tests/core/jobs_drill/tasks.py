import os
import time
from datetime import timedelta
from pathlib import Path

from django.conf import settings

from hub.core.jobs import registry


@registry.handler("drill.write", max_attempts=50, lease=timedelta(seconds=3))
def write(payload: dict[str, int]) -> None:
    """An effect that is whole or absent, and the same when it is made twice; each start leaves a trace."""
    folder = Path(settings.DATA_DIR) / "effects"
    with open(Path(settings.DATA_DIR) / "starts", "a") as starts:
        starts.write(f"{payload['n']}\n")
    draft = folder / f".{payload['n']}.{os.getpid()}"
    with open(draft, "w") as file:
        for line in range(5):
            file.write(f"{payload['n']} {line}\n")
            file.flush()
            time.sleep(payload.get("pause", 0) / 5000)  # the work that a kill interrupts
        os.fsync(file.fileno())
    draft.replace(folder / str(payload["n"]))
