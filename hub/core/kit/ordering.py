"""The order of a list by its words, where the database's own puts É after Z."""

from django.db.models import F
from django.db.models.expressions import Combinable, Value
from django.db.models.functions import Lower, Replace

# Those of French words, both cases: the embedded database lowers no accented letter. Not many more: its parser nests a hundred deep.
PLAIN = {
    "é": "e", "è": "e", "ê": "e", "ë": "e", "à": "a", "â": "a", "î": "i", "ï": "i", "ô": "o", "ö": "o", "û": "u", "ù": "u", "ü": "u", "ç": "c",
    "œ": "oe", "É": "e", "È": "e", "Ê": "e", "À": "a", "Â": "a", "Î": "i", "Ô": "o", "Ç": "c", "Œ": "oe", "’": "'",
}  # fmt: skip


def alphabetical(column: str | Combinable) -> Combinable:
    """What to order by for «Écluse» to stand between «Eau» and «Zinc»; for lists of some hundreds, no index serves it."""
    text: Combinable = F(column) if isinstance(column, str) else column
    for letter, plain in PLAIN.items():
        text = Replace(text, Value(letter), Value(plain))
    return Lower(text)
