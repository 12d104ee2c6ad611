"""What a token of the audience vocabulary looks like, and who may read a file; the list twin of `can_read` is `visible_to`."""

import re

from hub.core.accounts.actor import Actor
from hub.core.documents.models import PrivateFile

_TOKEN = re.compile(r"public|federation|[a-z_]{2,20}:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def token_error(token: str) -> str:
    """Empty when the token can be one of the vocabulary."""
    return "" if _TOKEN.fullmatch(token) else f"not an audience: {token!r}"


def can_read(actor: Actor, file: PrivateFile) -> bool:
    return not file.audiences.isdisjoint(actor.audiences)
