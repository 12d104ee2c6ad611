"""What the chain may hold. It can never be cleaned, so a secret or a personal value is refused at the door."""

import re
from collections.abc import Mapping, Sequence, Set
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from hub.core.audit.errors import RefusedData
from hub.core.kit.text import fold

# singular: keys are compared word by word
SECRET_WORDS = {"password", "passwd", "passe", "token", "jeton", "secret", "code", "otp", "totp"}
PERSONAL_WORDS = {
    "email", "mail", "courriel", "phone", "telephone", "mobile", "iban", "nir", "birth", "birthdate", "naissance",
    "firstname", "lastname", "surname", "prenom",
}  # fmt: skip
# what people type to each other may name somebody: the trail says that it was given (has_reason: true) and holds none of it
FREE_WORDS = {"reason", "motif", "reply", "note", "comment", "message"}
PUBLIC_KEYS = {"ape_code", "naf_code", "postal_code", "region_code", "department_code", "rome_code", "nsf_code", "formacode_code"}


def plain(data: Any) -> Any:
    """The data as JSON primitives: ids, dates and amounts as text, sets sorted.

    Raises: RefusedData for a key that names a secret, a personal value or a free text (but whether there is one), or for a value that is no plain one.
    """
    if data is None or isinstance(data, bool | int | float):
        return data
    if isinstance(data, str):
        return str(data)  # a StrEnum becomes its text
    if isinstance(data, UUID | Decimal):
        return str(data)
    if isinstance(data, date):
        return data.isoformat()
    if isinstance(data, Mapping):
        return {_key(key, value): plain(value) for key, value in data.items()}
    if isinstance(data, Set):
        return sorted(plain(value) for value in data)
    if isinstance(data, Sequence):
        return [plain(value) for value in data]
    raise RefusedData(f"{type(data).__name__} n’est pas une valeur simple.")


def _key(key: Any, value: Any) -> str:
    name = fold(re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", str(key)))
    words = [word.removesuffix("s") for word in re.split(r"[^a-z0-9]+", name)]
    if "_".join(words) not in PUBLIC_KEYS and {*words, "".join(words)} & (SECRET_WORDS | PERSONAL_WORDS):
        raise RefusedData(f"« {key} » nomme un secret ou une donnée personnelle : la chaîne d’audit n’en garde pas.")
    if FREE_WORDS & set(words) and not isinstance(value, bool):
        raise RefusedData(f"« {key} » est un texte libre : la chaîne d’audit dit s’il y en a un, et n’en garde rien.")
    return str(key)
