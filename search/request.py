"""Words of a request and not of the thing, from data/request_words.txt: «qui fait la paie», «je cherche quelqu’un qui répare…»."""

from pathlib import Path

from search.analysis import Token, fold, run_tokens

DATA = Path(__file__).parent / "data" / "request_words.txt"
REQUEST_WORDS = frozenset(
    fold(word.strip()) for line in DATA.read_text(encoding="utf-8").splitlines() if line[:1] != "#" for word in line.split(",")
)


def wanted(text: str) -> list[Token]:
    """Its distinct words, in order, without those of the request; one that is written with another is of the thing: «savoir-faire»."""
    runs = [run_tokens(run) for run in text.split()]
    return list(dict.fromkeys(token for run in runs for token in run if len(run) > 1 or token.fold not in REQUEST_WORDS))
