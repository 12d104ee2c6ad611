"""French around a name: what a sentence needs in front of an organisation's."""

from hub.core.kit.text import fold

VOWELS = frozenset("aeiouy")


def of(name: str) -> str:
    """«des Équerres du Levant», «du Quai des Projets», «d’Ancre et Rame», «de Terre et Tuiles», «de l’employeur»."""
    for article, joined in (("Les ", "des "), ("Le ", "du ")):
        if name.startswith(article):
            return joined + name.removeprefix(article)
    return f"d’{name}" if fold(name)[:1] in VOWELS else f"de {name}"
