"""What a passkey must prove beside its signature."""

import json
from typing import Any

from allauth.core import context
from django.core.exceptions import ValidationError
from fido2.utils import websafe_decode


def require_this_address(credential: Any) -> None:
    """The browser signed for a page of this very address: the library would also take a subdomain, or another port. Raises ValidationError."""
    try:
        origin = json.loads(websafe_decode(credential["response"]["clientDataJSON"]))["origin"]
    except (TypeError, KeyError, ValueError) as error:
        raise ValidationError("no answer", code="passkey") from error
    if origin != f"{context.request.scheme}://{context.request.get_host()}":
        raise ValidationError("foreign address", code="passkey")
