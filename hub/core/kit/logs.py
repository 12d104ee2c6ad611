"""What the site writes of itself: never a secret that stands in an address."""

import re
from logging import Formatter, LogRecord
from typing import Any


class WithoutSecrets(Formatter):
    """Whatever follows one of these paths is left out, also in a traceback: whoever reads the log must not be able to open what it names."""

    def __init__(self, *args: Any, paths: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._secret = re.compile("(" + "|".join(map(re.escape, paths)) + r")[^\s'\"<>]+")

    def format(self, record: LogRecord) -> str:
        return self._secret.sub(r"\1…", super().format(record))
