"""A paper that shows every element of the look, with invented people: for the gallery and the tests."""

from dataclasses import dataclass
from typing import Any

from hub.core.kit.text import euros, typo
from hub.core.papers import blocks, kinds


@dataclass(frozen=True)
class Specimen:
    title: str
    lead: str
    letterhead: dict[str, Any]
    introduction: str
    siret: str
    address: str
    email: str
    items: list[str]
    rows: list[list[str]]
    text: list[dict[str, Any]]
    parties: list[dict[str, Any]]


KIND = kinds.register(
    "specimen", template=kinds.HERE / "templates" / "typst" / "specimen.typ", label="Spécimen", series="SP", fields=Specimen
)

_TEXT = """
Un responsable de formation écrit ce passage sans connaître la mise en page : du **gras**, de l’*italique*, un [lien](https://example.org/),
le nom d’un champ comme « {{ stagiaire.nom }} ».

## Un titre

1. Lire le support, avec la main autant qu’avec l’œil ;
2. choisir la terre :
    - pour le corps d’enduit,
    - pour la finition.

> Une terre qui fissure demande du sable, pas de l’eau.
"""


def example() -> dict[str, Any]:
    """Data of the kind, as `papers.services.issue` takes it."""
    return {
        "title": "Spécimen des papiers du hub",
        "lead": "Ce que nos documents savent montrer, du titre à la signature.",
        "letterhead": {
            "name": "Bâti Formation",
            "lines": ["12 rue des Tanneurs, 33000 Bordeaux", "SIRET 900 000 001 00017", "formation@bati-formation.example.org"],
        },
        "introduction": typo(
            "Ce spécimen montre chaque élément des documents du hub : titres dans la marge, listes, tableaux dont les entêtes se répètent "
            "d'une page à l'autre, texte d'un administrateur, cadres de signature.\n"
            "La coopérative, les personnes et les montants sont inventés."
        ),
        "siret": "900 000 001 00017",
        "address": "12 rue des Tanneurs\n33000 Bordeaux",
        "email": "formation@bati-formation.example.org",
        "items": [
            "lire un support avant d’enduire,",
            "préparer un corps d’enduit terre, puis un corps d’enduit chaux,",
            "reprendre une fissure sans refaire le mur.",
        ],
        "rows": [
            ["Formation, 21 h par personne", "4", euros(201_600)],
            ["Support imprimé", "4", euros(4_000)],
            ["Total", "", euros(205_600)],
        ],
        "text": blocks.parse(_TEXT, {"stagiaire.nom": "Ana Lopes"}),
        "parties": [
            {"title": "Pour Bâti Formation", "lines": ["Solène Marchais, directrice"]},
            {"title": "Pour L’Étançon", "lines": ["Maud Le Bihan, gérante"]},
        ],
    }
