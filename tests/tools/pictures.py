"""The pictures of the documentation: where each one stands, whose screen it is, how to get there. `bin/screenshots` takes them.

Nothing here changes the demo: links are followed, what folds is opened, no form is sent.
"""

from dataclasses import dataclass, field
from enum import StrEnum


class Who(StrEnum):
    """The one-click entries of the demo, by the role that its list shows."""

    NOBODY = ""
    COORDINATOR = "coordinatrice ou coordinateur"
    DIRECTOR = "dirigeante ou dirigeant"
    TRAINING_MANAGER = "chargée ou chargé de formation"
    TRAINER = "formatrice ou formateur"
    SHARED_STAFF = "gestionnaire mutualisée ou mutualisé"
    FACILITATOR = "animatrice ou animateur de groupe"


@dataclass(frozen=True)
class Picture:
    """`path` is opened, then each of `follow` is a link or a button named so (its first one), or FIRST, then the screen scrolls to the heading `at`.

    A title that the demo's die may give to another session, or to none, is not a name to follow: the list is filtered, and its first line is.
    """

    page: str  # the document that shows it
    name: str  # in docs/images
    who: Who
    path: str
    follow: tuple[str, ...] = field(default=())
    at: str = ""
    on_phone: bool = False  # 320 px wide


FIRST = ":is(th, h2) a"  # what the first line of a list is about
SESSION = ".facts a"  # the session of an OPCO file

TRAINER, MANAGER, GROUPS = "docs/fr/formatrice-formateur.md", "docs/fr/charge-de-formation.md", "docs/fr/animation-de-groupe.md"
DIRECTOR, SHARED, COORDINATION = "docs/fr/dirigeante.md", "docs/fr/gestion-mutualisee.md", "docs/fr/coordination.md"
HOST = "docs/fr/hebergement.md"

PICTURES = (
    Picture("README.md", "annuaire.png", Who.TRAINING_MANAGER, "/annuaire/"),
    Picture("README.md", "session.png", Who.TRAINING_MANAGER, "/formations/sessions/", (FIRST,)),
    Picture(TRAINER, "formatrice-attend.png", Who.TRAINER, "/moi/", at="Faire signer", on_phone=True),
    Picture(TRAINER, "formatrice-feuille.png", Who.TRAINER, "/moi/", ("Ouvrir la feuille",), at="personnes", on_phone=True),
    Picture(TRAINER, "formatrice-signer.png", Who.TRAINER, "/moi/", ("Ouvrir la feuille", "Signer"), on_phone=True),
    Picture(TRAINER, "formatrice-heures.png", Who.TRAINER, "/moi/", ("Ouvrir la feuille", "Toutes les demi-journées")),
    Picture(TRAINER, "formatrice-programme.png", Who.TRAINER, "/formations/", ("Petites charpentes", "Modifier")),
    Picture(MANAGER, "formation-attend.png", Who.TRAINING_MANAGER, "/moi/?espace=a-train"),
    Picture(MANAGER, "formation-inscrire.png", Who.TRAINING_MANAGER, "/formations/dossiers/?etat=granted", (FIRST, SESSION, "Inscrire des personnes")),
    Picture(MANAGER, "formation-dossier.png", Who.TRAINING_MANAGER, "/formations/dossiers/?manque=1", (FIRST,)),
    Picture(
        MANAGER, "formation-preuve.png", Who.TRAINING_MANAGER, "/formations/sessions/?passees=oui&organisation=faitage-et-compagnie",
        (FIRST, "Certificats de réalisation"), at="Dossier de preuve",
    ),
    Picture(MANAGER, "formation-besoins.png", Who.TRAINING_MANAGER, "/formations/besoins/federation/"),
    Picture(GROUPS, "animation-groupe.png", Who.FACILITATOR, "/groupes/formation/"),
    Picture(GROUPS, "animation-reunion.png", Who.FACILITATOR, "/groupes/formation/reunions/", ("Calendrier commun",)),
    Picture(GROUPS, "animation-actions.png", Who.FACILITATOR, "/groupes/formation/actions/"),
    Picture(GROUPS, "animation-publier.png", Who.FACILITATOR, "/moi/", ("Approuver",)),
    Picture(DIRECTOR, "dirigeante-attend.png", Who.DIRECTOR, "/moi/"),
    Picture(DIRECTOR, "dirigeante-demande.png", Who.DIRECTOR, "/moi/", ("Répondre à Corde à Nœuds",)),
    Picture(DIRECTOR, "dirigeante-pieces.png", Who.DIRECTOR, "/moi/", ("Réunir les pièces",)),
    Picture(DIRECTOR, "dirigeante-feuille-de-route.png", Who.DIRECTOR, "/groupes/formation/feuille-de-route/", at="Qui applique quoi"),
    Picture(DIRECTOR, "dirigeante-equipe.png", Who.DIRECTOR, "/organisations/faitage-et-compagnie/equipe/"),
    Picture(SHARED, "gestion-mon-temps.png", Who.SHARED_STAFF, "/services/mon-temps/", on_phone=True),
    Picture(SHARED, "gestion-convention.png", Who.SHARED_STAFF, "/services/conventions/", ("Gestion sociale, paie",)),
    Picture(SHARED, "gestion-conteste.png", Who.SHARED_STAFF, "/moi/", ("Répondre sur le relevé",)),
    Picture(SHARED, "gestion-etat-des-lieux.png", Who.SHARED_STAFF, "/services/etat-des-lieux/"),
    Picture(COORDINATION, "coordination-organisations.png", Who.COORDINATOR, "/federation/?membres=oui"),
    Picture(COORDINATION, "coordination-equipe.png", Who.COORDINATOR, "/federation/?membres=oui", ("Équipe de Faîtage et Compagnie",)),
    Picture(COORDINATION, "coordination-conventions.png", Who.COORDINATOR, "/federation/conventions/"),
    Picture(COORDINATION, "coordination-moderation.png", Who.COORDINATOR, "/vie/questions/", ("La décennale", "Retirer par modération")),
    Picture(HOST, "hebergement-etat.png", Who.COORDINATOR, "/sante/"),
    Picture(HOST, "hebergement-etat-public.png", Who.NOBODY, "/sante/", on_phone=True),
)  # fmt: skip
