"""What stands above the results, none of it in the index: what bears the very number asked for, «CF-2026-0006», then lists and forms of
the hub that somebody looks for by what is in them, «émargement», «dossier OPCO».
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.urls import reverse

from hub.core.accounts.access import allows, matrix
from hub.core.accounts.actor import Actor
from hub.core.kit.identifiers import compact
from hub.core.ui.panels import collect
from search.analysis import analyse
from search.request import wanted
from trainings.funding.reference import opcos

SHOWN = 3
MOST_WORDS, FEWEST_FIGURES = 4, 4
NEAR_LENGTHS = frozenset({8, 10, 13, 15})  # one figure more or less than a SIREN or a SIRET
LONGEST = 200  # signs; no name of a list and no number is longer


def _words(text: str) -> frozenset[str]:
    return frozenset(token.light for token in analyse(text))


@dataclass(frozen=True)
class Room:
    title: str
    view: str
    text: str
    called: str  # what people call what is there, beside its title
    names: tuple[str, ...] = ()  # each leads there as a whole: «OPCO Santé», and no «santé»
    kind: str = "Page du hub"

    @property
    def url(self) -> str:
        return reverse(self.view)

    @cached_property
    def words(self) -> frozenset[str]:
        return _words(f"{self.title} {self.called}")

    def is_said_by(self, asked: frozenset[str]) -> bool:
        """Whether its title, its contents and a name that is asked whole say every word."""
        return any(name <= asked <= self.words | name for name in (frozenset(), *map(_words, self.names)))

    def is_open_to(self, actor: Actor) -> bool:
        """Whether the permission matrix lets her in; none of them is for editors alone."""
        return allows(matrix().policy(self.view), actor, is_editor=False)


ROOMS = (
    Room("Mes formations", "paperwork:mine", "Vos convocations, vos heures suivies et vos certificats.",
         "convocation certificat réalisation attestation présence heures inscription stagiaire"),
    Room("Dossiers OPCO", "funding:files", "Le financement des sessions de vos salariées et salariés, pièce par pièce.",
         "financement prise en charge dépôt convention signée pièce accord formation", tuple(one.name for one in opcos().values())),
    Room("Sessions de formation", "sessions:list", "La page d’une session mène à ses inscriptions, ses conventions et ses feuilles d’émargement.",
         "émargement feuille présence demi-journée signature convention convocation certificat réalisation attestation inscrire inscription dossier preuve"),
    Room("Catalogue des formations", "catalogue:courses", "Les programmes publiés ; la page d’un programme ouvre une session.",
         "programme cours formatrice stage atelier"),
    Room("Besoins de formation", "wishes:own", "Ce que demandent les personnes de votre CAE.", "souhait demande recueil"),
    Room("Mon temps pour d’autres CAE", "sharing:own_time", "Les heures faites pour une autre CAE.", "noter saisir mutualisé feuille heures relevé"),
    Room("Conventions de services", "sharing:services", "Qui travaille pour qui, jusqu’à quand, avec les relevés du mois.",
         "mise à disposition mutualisé relevé avenant accord partage facture"),
    Room("Demandes et propositions de services", "sharing:requests", "Celles que votre CAE fait et celles qu’elle reçoit.", "mutualisé proposition réponse"),
    Room("Services partagés entre CAE", "sharing:matrix", "Qui fait quoi et qui cherche quoi, fonction par fonction.",
         "matrice mutualisé fonction offre besoin comptabilité paie"),
    Room("Groupes de travail", "groups:groups", "Leurs réunions, leurs décisions et leurs feuilles de route.",
         "feuille route réunion compte rendu décision action charte"),
    Room("Agenda", "events:list", "Les rendez-vous de la fédération.", "rendez-vous événement séminaire réunion information visite calendrier"),
    Room("Ma fiche", "people:own", "Ce que l’annuaire montre de vous, et à qui.", "profil compétence métier coordonnées modifier"),
    Room("Mes avis", "notifications:list", "Ce que le hub vous a signalé.", "notification alerte message"),
    Room("Choisir mes avis", "notifications:preferences", "Par courriel ou à l’écran, chaque jour ou chaque semaine.",
         "notification réglage courriel résumé préférence fréquence"),
    Room("Mes données", "privacy:own_data", "Les emporter ou demander leur effacement.", "effacement effacer export RGPD supprimer compte personnelles"),
    Room("Connexion et sécurité", "accounts:security", "Mot de passe, second facteur, clés d’accès.", "mot passe code clé authentification compte"),
)  # fmt: skip


def exact_for(text: str, actor: Actor) -> list[Mapping[str, Any]]:
    """What bears the number that the question is, or holds: items of the panels `search.exact`."""
    for number in _numbers(text[:LONGEST]):
        if items := [item for found in collect("search.exact", actor, number) for item in found["items"]]:
            return items
    return []


def _numbers(text: str) -> Iterator[str]:
    """The question, then what is left of «convention CF-2026-0006» without its first words, while they hold no figure; never a short number."""
    words = text.split()
    for skipped in range(min(len(words), MOST_WORDS + 1)):
        if any(map(str.isdecimal, "".join(words[:skipped]))):
            return
        rest = " ".join(words[skipped:])
        if sum(map(str.isdecimal, rest)) >= (1 if not skipped else FEWEST_FIGURES):
            yield rest


def figures_of_a_slip(text: str) -> int:
    """How many figures a question has that is nothing else, when a SIREN or a SIRET has one more or less; 0: it is none. Ten from a 0 on are a telephone's."""
    figures = compact(text)
    is_near = figures.isascii() and figures.isdigit() and len(figures) in NEAR_LENGTHS and not (len(figures) == 10 and figures[0] == "0")
    return len(figures) if is_near else 0


def rooms_for(text: str, actor: Actor) -> list[Room]:
    """Those open to the reader whose title or contents say every word of the question, or all but those of the request, at most SHOWN."""
    if len(text) > LONGEST:
        return []
    asked = (_words(text), frozenset(token.light for token in wanted(text)))
    return next((found for words in asked if words and (found := list(_first(words, actor)))), [])


def _first(asked: frozenset[str], actor: Actor) -> Iterator[Room]:
    found = (room for room in ROOMS if room.is_said_by(asked) and room.is_open_to(actor))
    for _, room in zip(range(SHOWN), found, strict=False):
        yield room
