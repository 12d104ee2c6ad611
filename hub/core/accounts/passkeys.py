"""What a passkey must prove beside its signature."""

import json
import struct
from typing import Any

from allauth.core import context
from django.core.exceptions import ValidationError
from fido2.utils import websafe_decode

# what the library raises on bytes that no device made, beside its own refusals
NONSENSE = (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError, RecursionError, struct.error)
MOST_NESTED = 100  # brackets in what a browser posts: a score; deeper than some hundreds the parser gives up


class Decoder(json.JSONDecoder):
    """A text that would exhaust the parser (nested without end, numbers of thousands of digits) is no JSON like another that is none."""

    def decode(self, text: str, *args: Any) -> Any:
        try:
            if text.count("[") + text.count("{") > MOST_NESTED:
                raise ValueError("nested")
            return super().decode(text, *args)
        except ValueError as error:
            raise json.JSONDecodeError(str(error), text, 0) from error


def require_this_address(credential: Any) -> None:
    """The browser signed for a page of this very address: the library would also take a subdomain, or another port. Raises ValidationError."""
    try:
        origin = json.loads(websafe_decode(credential["response"]["clientDataJSON"]), cls=Decoder)["origin"]
    except (TypeError, KeyError, ValueError) as error:
        raise ValidationError("no answer", code="passkey") from error
    if origin != f"{context.request.scheme}://{context.request.get_host()}":
        raise ValidationError("foreign address", code="passkey")
