"""The title of the list as a sentence: «23 personnes en maçonnerie, Gironde (33)»."""

from directory.people.filters import PeopleFilter
from hub.core.kit.text import FIXED, counted, joined


def title(total: int, filters: PeopleFilter, words: str) -> str:
    chosen = {name: [choice.label for choice in value.choices] for name, value in filters.chosen.items() if value}
    found = counted(total, "personne") if total else "Aucune personne"
    if not chosen and not filters.asked["q"]:
        return f"{found} dans l’annuaire"
    if trades := chosen.get("metier"):
        found += f" en {joined([small(label) for label in trades], 'ou')}"
    if skills := chosen.get("competence"):
        found += f" ayant pour compétence {joined([small(label) for label in skills], 'ou')}"
    if filters.asked["q"]:
        found += f" pour «{FIXED}{words}{FIXED}»"
    if departments := chosen.get("departement"):
        found += f", {joined(departments, 'ou')}"
    if organisations := chosen.get("organisation"):
        found += f"{',' if departments else ''} chez {joined(organisations, 'ou')}"
    return found if total or any(chosen.values()) or filters.asked["q"] else f"{found} pour ces filtres"


def small(label: str) -> str:
    """«maçonnerie», but «BTP» stays."""
    return label[:1].lower() + label[1:] if not label[1:2].isupper() else label
