"""What the gallery shows: invented, like everything that acts in a demonstration."""

from datetime import date, datetime, timedelta
from typing import Any

from django.core.paginator import Paginator
from django.utils import timezone

from directory.vocabularies.models import Department
from directory.vocabularies.outlines import department_map
from hub.core.ui import charts, icons
from hub.core.ui.facets import Facet, Option
from hub.core.ui.icons import state
from hub.core.ui.maps import map_svg

SECTIONS = [
    ("boutons", "Boutons"), ("champs", "Champs"), ("etats", "États"), ("messages", "Messages"), ("tableaux", "Tableaux"),
    ("parcours", "Étapes"), ("naviguer", "Naviguer"), ("graphiques", "Graphiques"), ("carte", "Carte"), ("temps", "Temps"),
    ("personnes", "Personnes"), ("icones", "Icônes"), ("couleurs", "Couleurs"), ("lettres", "Lettres"),
]  # fmt: skip
COLOURS = [
    ("paper", "papier"), ("ground", "fond de côté"), ("sunk", "creux"), ("line", "filet"), ("line-2", "bord"), ("ink-2", "encre 2"),
    ("ink", "encre"), ("accent", "bleu de travail"), ("accent-tint", "bleu, teinte"), ("band-2", "mandat sous convention"),
    ("a-dir", "annuaire"), ("a-train", "formations"), ("a-group", "groupes"), ("a-serv", "services"), ("ok", "fait"),
    ("warn", "attention"), ("bad", "refus, retard"), ("focus", "focus"), ("m-1", "carte 1"), ("m-2", "carte 2"), ("m-3", "carte 3"),
    ("m-4", "carte 4"), ("m-5", "carte 5"),
]  # fmt: skip
STEPS = ["Brouillon", "Pièces", "Prêt", "Déposé", "Instruction", "Accord", "Réalisé", "Facturé", "Payé"]
QUARTERS = [f"T{1 + i % 4}" for i in range(8)]
YEARS = ["2025"] * 4 + ["2026"] * 4
PLACES = {"33": 31, "24": 9, "40": 5, "47": 4, "64": 2, "31": 17, "69": 12, "35": 6, "75": 3, "13": 8, "59": 4, "67": 1, "974": 3, "972": 1}


TYPED = [("words", "Trois jours sur un mur ancien, enduit de corps à la chaux.")]


def words() -> dict[str, Any]:
    return {
        "sections": [{"label": label, "url": f"#{code}"} for code, label in SECTIONS],
        "colours": COLOURS,
        "icons": sorted(icons.names()),
        "steps": STEPS,
        "tones": [
            ("draft", "Brouillon"), ("wait", "En instruction"), ("ok", "Accordé"), ("warn", "Complément demandé"), ("bad", "Refusé"),
            ("later", "Différé"), ("adapt", "Adapté"), ("no", "Décliné"), ("info", "À lire"), ("none", "Sans réponse"),
        ],
        "tags": ["Scop", "IDCC 1597", "Bâti ancien", "Décennale en cours"],
        "chips": [{"url": "?#etats", "label": "Lormont (33)"}, {"url": "?#etats", "label": "Disponible"}],
        "skills": [
            {"label": "Enduits terre", "detail": "a formé, oct. 2026", "evidence": 3},
            {"label": "Isolation paille", "detail": "formation, 2024", "evidence": 2},
            {"label": "Échafaudage", "detail": "attestation échue, 2022", "evidence": 1},
            {"label": "Stuc", "detail": "déclarée, sans preuve", "evidence": 0},
        ],
        "crumbs": [{"label": "Formations", "url": "#naviguer"}, {"label": "Montage d’échafaudage", "url": "#naviguer"}],
        "tabs": [
            {"label": "Inscriptions", "url": "#naviguer", "count": 10, "current": True},
            {"label": "Dossiers", "url": "#naviguer", "count": 4}, {"label": "Pièces", "url": "#naviguer", "count": 1204},
            {"label": "Carte", "url": "#naviguer", "icon": "map"},
        ],
    }  # fmt: skip


def lists() -> dict[str, Any]:
    day = timezone.localdate()
    trades = ["Enduits terre et chaux", "Isolation paille", "Maçonnerie pierre", "Plâtrerie", "Peinture", "Charpente", "Couverture"]
    return {
        "columns": [{"label": "CAE"}, {"label": "Données", "num": True}, {"label": "Reçues", "num": True}, {"label": "Solde", "num": True},
                    {"label": "État"}],
        "rows": [
            ["Bâti Commun", "142 h 30", "38 h 00", "+ 3 636,60 €", state("ok", "Accepté")],
            ["Grand Angle", "64 h 00", "51 h 15", "+ 443,70 €", state("wait", "En attente")],
            ["L’Étançon", "12 h 00", "129 h 15", "− 4 080,30 €", state("bad", "Contesté")],
        ],
        "foot": ["Ensemble", "218 h 30", "218 h 30", "0,00 €", ""],
        "figures": [
            {"label": "Entrepreneur·es", "value": "118", "base": "au 31 oct. 2026"},
            {"label": "Pérennité à trois ans", "value": "71 %", "base": "de 62 à 79 %, n = 94"},
            {"label": "Femmes", "value": "22 %", "base": "3 inconnus"},
            {"label": "Places ouvertes", "value": "46", "base": "dont 31 prises"},
        ],
        "facts": [
            {"label": "Secteur", "value": "Cadillac (33), 80 km"},
            {"label": "Disponible", "value": "dès le 4 janv., trois jours par semaine"},
            {"label": "Langues", "value": "français, portugais"}, {"label": "Téléphone", "value": ""},
        ],
        "page": Paginator(range(240), 10).page(7),
        "due": [
            {"when": day - timedelta(2), "note": "2 jours de retard", "tone": "bad", "area": "a-dir", "area_label": "Annuaire",
             "url": "#temps", "title": "Une orientation a expiré", "text": "Sans réponse depuis trois semaines.", "action": "Relancer"},
            {"when": day + timedelta(1), "note": "demain", "tone": "warn", "area": "a-train", "area_label": "Formations",
             "url": "#temps", "title": "Deux inscriptions attendent votre accord",
             "text": "Enduits terre et chaux, il reste quatre places.", "action": "Répondre"},
            {"when": date(day.year + 1, 1, 18), "url": "#temps", "area": "a-train", "area_label": "Formations",
             "title": "Envoyer les dix convocations", "text": "Avec le règlement intérieur et le programme."},
        ],
        "log": [
            {"at": datetime(2026, 11, 12, 11, 2, tzinfo=timezone.get_current_timezone()), "text": "L’OPCO demande un complément"},
            {"at": date(2026, 10, 30), "text": "Convention signée par L’Étançon", "url": "#temps"},
            {"label": "Formations", "text": "Trois places rendues sur Montage d’échafaudage"},
        ],
        "facets": [
            Facet("Métier", "metier", [Option(str(i), name, 23 - 3 * i, checked=i in (0, 6)) for i, name in enumerate(trades)],
                  "autre métier,autres métiers"),
            Facet("CAE", "organisation", [Option("b", "Bâti Commun", 9), Option("e", "L’Étançon", 5), Option("c", "Grand Angle", 4)]),
        ],
        "side": [
            {"icon": "coop", "text": "Bâti Commun", "strong": True}, {"icon": "pin", "text": "Cadillac (33), 80 km"},
            {"icon": "calendar", "text": "Libre dès le 4 janv."},
        ],
    }  # fmt: skip


def drawings() -> dict[str, Any]:
    opened, delay = [6, 9, 4, 14, 18, 22, 17, 31], [52, 49, 47, 44, 45, 38, 33, 29]
    drawn = department_map()
    names = dict(Department.objects.values_list("code", "label")) or {code: code for code in [*drawn.paths, *PLACES]}
    return {
        "bars": charts.bars(
            "Places ouvertes aux autres CAE", [charts.Point(*one) for one in zip(QUARTERS, opened, YEARS, strict=True)],
            base="par trimestre, huit CAE déclarantes", head="Trimestre",
        ),
        "line": charts.line(
            "Délai d’accord", [charts.Point(*one) for one in zip(QUARTERS, delay, YEARS, strict=True)], unit="jours",
            base="médiane, 41 dossiers", head="Trimestre",
        ),
        "seats": [charts.Seats(4, 3), charts.Seats(4, 2, 2), charts.Seats(12, 10, 1), charts.Seats(40, 31, 2)],
        "map": map_svg("Places ouvertes par département", f"0 0 {drawn.width} {drawn.height}", names, drawn.paths,
                       {code: (count, "#carte") for code, count in PLACES.items()}, noun="place", current=["33"]),
    }  # fmt: skip
