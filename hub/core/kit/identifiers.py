"""Identifiers of rows, companies and training bodies: made, cleaned, checked.

Each `…_error` takes cleaned text and returns a French sentence, or None when the value holds.
Rules and check values: docs/glossary.md, «Identifiants»; Code du travail R6351-6 for the NDA.
"""

import os
import re
import time
from uuid import UUID

from django.db.models import F, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Replace, Upper

from hub.core.kit.text import FIXED

LA_POSTE = "356000000"
# Legal categories whose SIREN is known to break the key exist; a person who holds the certificate may override (see Organisation).


def uuid7() -> UUID:
    """A random identifier that sorts by time (RFC 9562 § 5.7): not guessable, kind to indexes."""
    return uuid7_of(time.time_ns() // 1_000_000, int.from_bytes(os.urandom(10), "big"))


def uuid7_of(milliseconds: int, bits: int) -> UUID:
    """One of a moment and of bits that are given, 74 of which count."""
    return UUID(int=(milliseconds & 0xFFFFFFFFFFFF) << 80 | 0x7 << 76 | (bits >> 62 & 0xFFF) << 64 | 0b10 << 62 | bits & (1 << 62) - 1)


def compact(text: str) -> str:
    """The characters that count: «11 75 57620 75» gives «11755762075»."""
    return re.sub(r"[\s.\u00a0\u202f-]", "", text).upper()


def compacted(column: str) -> Combinable:
    """`compact` of a column in one line, by the database: for rows that are few already, no index serves it."""
    text: Combinable = F(column)
    for sign in " .\u00a0\u202f-":
        text = Replace(text, Value(sign))
    return Upper(text)


def spaced(number: str) -> str:
    """A SIREN or a SIRET as one reads it: «732 829 320 00074»."""
    return FIXED.join(part for part in (number[:3], number[3:6], number[6:9], number[9:]) if part)


def telephone(number: str) -> str:
    """A number of France two figures at a time, «01 99 00 12 34» or «+33 1 99 00 12 34»; any other as it was written."""
    found = re.fullmatch(r"(\+33|0)(?:\(0\))?([1-9])(\d{8})", compact(number))
    if not found:
        return number
    start, digit, rest = found.groups()
    pairs = re.findall("..", rest)
    return FIXED.join([f"0{digit}", *pairs] if start == "0" else [start, digit, *pairs])


def dotted_ape(code: str) -> str:
    """A NAF code as the nomenclature writes it, from the compact one that organisations keep: «43.22A»."""
    return f"{code[:2]}.{code[2:]}" if code else ""


def luhn(digits: str) -> bool:
    total = 0
    for position, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if position % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def _is_digits(text: str, length: int) -> bool:
    return len(text) == length and text.isascii() and text.isdigit()


def siren_error(siren: str) -> str | None:
    if not _is_digits(siren, 9):
        return "Le SIREN compte 9 chiffres."
    if not int(siren) or not luhn(siren):
        return "Ce SIREN n’existe pas : clé de contrôle invalide."
    return None


def siret_error(siret: str) -> str | None:
    """La Poste's establishments may break the key: the sum of their 14 digits is then a multiple of 5."""
    if not _is_digits(siret, 14):
        return "Le SIRET compte 14 chiffres."
    if siren_error(siret[:9]):
        return "Ce SIRET n’existe pas : clé de contrôle invalide."
    by_sum = siret.startswith(LA_POSTE) and int(siret[9:]) and sum(map(int, siret)) % 5 == 0
    if (luhn(siret) and int(siret[9:])) or by_sum:
        return None
    return "Ce SIRET n’existe pas : clé de contrôle invalide."


NDA = re.compile(r"(\d{2})(\d{2}|2[AB]|97)(\d{5})(\d{2}|2[AB]|97)")


def nda_error(nda: str) -> str | None:
    if not NDA.fullmatch(nda):
        return "Le numéro de déclaration d’activité compte 11 caractères : région, département, cinq chiffres, département."
    return None


def nda_warning(nda: str) -> str | None:
    """The two départements should agree; old numbers exist, so it is advice (à vérifier)."""
    match = NDA.fullmatch(nda)
    if match and match[2] != match[4]:
        return "Les deux départements du numéro de déclaration d’activité diffèrent : à vérifier."
    return None


def idcc_error(idcc: str) -> str | None:
    return None if _is_digits(idcc, 4) else "Le code IDCC compte 4 chiffres, comme 1596."


def naf_error(code: str) -> str | None:
    return None if re.fullmatch(r"\d{4}[A-Z]", code) else "Le code NAF compte quatre chiffres et une lettre, comme 43.22A."


def padded_idcc(text: str) -> str:
    code = compact(text)
    return code.zfill(4) if code.isascii() and code.isdigit() else code
