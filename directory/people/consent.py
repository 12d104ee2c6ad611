"""The sentence before which a person chooses who reads what. A new wording gets a new version; the old ones stay, proofs name them."""

from typing import Final

VERSION: Final = "2026-11"
TEXTS: Final[dict[str, str]] = {
    "2026-11": (
        "Je choisis, donnée par donnée, qui lit ma fiche. Sans choix de ma part, seules moi et l’équipe d’appui de ma coopérative la "
        "lisent. Je peux élargir ou retirer chaque choix à tout moment, avec effet immédiat. Refuser ne me prive d’aucune formation ni "
        "d’aucun service."
    ),
}
