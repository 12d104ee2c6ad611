"""French words that are written right: those of the vocabularies, definitions included, and of the dictionary of synonyms.

The index alone cannot tell a slip from a good word that few of its titles have: «convention type» is no «conception».
"""

import re
from functools import cache

from directory.vocabularies import files
from search.analysis import Token, analyse, fold
from search.synonyms import DATA

SOURCES = ("rome_appellations.csv", "rome.csv", "formacode.csv", "naf.csv", "nsf.csv", "idcc.csv")
_WORD = re.compile(r"[^\W\d_]{4,}")


def is_known(word: Token) -> bool:
    """In any gender or number."""
    return word.light in _known()


@cache
def _known() -> frozenset[str]:
    """Light forms; read on the first rare word of a question, half a second once."""
    paths = [*(files.DATA / name for name in SOURCES), DATA]
    written = {word for path in paths for word in _WORD.findall(path.read_text(encoding="utf-8"))}
    return frozenset(token.light for word in {fold(word) for word in written} for token in analyse(word))
