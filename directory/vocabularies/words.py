"""How a label is written for readers and compared with what people type."""

import re

from hub.core.kit.text import fold

LIGATURE = re.compile(r"(?i)oe(?=uvre|uvri|uf|ur|il\b|nolog)")
SAINT = {"st": "saint", "ste": "sainte", "sts": "saints", "stes": "saintes"}


def readable(label: str) -> str:
    """Typographic apostrophes, ligatures, and the commas that the ROME copy turned into semicolons."""
    label = re.sub(r"\s+", " ", label.replace("'", "’").replace("; ", ", ")).strip()
    return LIGATURE.sub(lambda match: "Œ" if match[0][0] == "O" else "œ", label)


def key(text: str) -> str:
    """Words to compare by, each after one space: «St-Denis d’Oléron» gives « saint denis d oleron».

    The leading space lets one `contains` find the beginning of any word.
    """
    words = re.sub(r"[^a-z0-9]+", " ", fold(text)).split()
    return "".join(f" {SAINT.get(word, word)}" for word in words)
