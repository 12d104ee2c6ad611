"""What the site writes of itself: never a secret that stands in an address, nor the stack of a plain refusal."""

import re
from http import HTTPStatus
from logging import WARNING, Filter, Formatter, LogRecord
from typing import Any

REFUSED = {f"django.security.{name}" for name in ("RequestDataTooBig", "TooManyFieldsSent", "TooManyFilesSent", "DisallowedHost")}
LONGEST = 300  # characters of what a visitor sent


class WithoutSecrets(Formatter):
    """Whatever follows one of these paths is left out, also in a traceback: whoever reads the log must not be able to open what it names."""

    def __init__(self, *args: Any, paths: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._secret = re.compile("(" + "|".join(map(re.escape, paths)) + r")[^\s'\"<>]+")

    def format(self, record: LogRecord) -> str:
        return self._secret.sub(r"\1…", super().format(record))


class RefusalsInOneLine(Filter):
    """Django logs each PermissionDenied with its stack; a 403 is an answer, no failure, and `bin/hub up` calls for help on a stack.

    What is too large (413), or comes under another name than the hub's (400), is answered as well, and no error of the hub.
    """

    def filter(self, record: LogRecord) -> bool:
        if record.name in REFUSED:
            record.levelno, record.levelname = WARNING, "WARNING"
            record.msg, record.args = record.getMessage()[:LONGEST], None
        if record.name in REFUSED or getattr(record, "status_code", None) == HTTPStatus.FORBIDDEN:
            record.exc_info = record.exc_text = None
        return True
