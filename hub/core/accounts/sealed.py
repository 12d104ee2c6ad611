"""Secrets of others that the hub must be able to say again: in the database they lie sealed with the key of the data folder."""

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings


def _box() -> Fernet:
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(f"hub.sealed:{settings.SECRET_KEY}".encode()).digest()))


def seal(secret: str) -> str:
    return _box().encrypt(secret.encode()).decode()


def unseal(sealed: str) -> str:
    """Raises ValueError when the data folder has another key than the one that sealed it."""
    try:
        return _box().decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise ValueError("sealed with another secret_key") from error
