"""Programmes of the demo catalogue: (title, hours, price in euros for the whole, NSF, ROME, what one will be able to do, sequences)."""

from datetime import date, timedelta

BUILDING = [
    ("Enduits terre et chaux : préparer, appliquer, réparer", 21, 504, "233", ["F1611"],
     ["Lire un support ancien et choisir l’enduit", "Préparer gobetis, corps d’enduit et finition", "Réparer un enduit dégradé"],
     ["Lire le support, choisir la terre", "Essais et gobetis", "Corps d’enduit terre", "Corps d’enduit chaux", "Finitions et badigeon", "Réparer et évaluer"]),
    ("Montage et vérification d’échafaudage de pied", 14, 420, "230", ["F1703"],
     ["Monter un échafaudage de pied selon sa notice", "Vérifier et réceptionner l’ouvrage monté"],
     ["Règles et notice", "Montage", "Vérification", "Démontage et évaluation"]),
    ("Amiante sous-section 4 : opérateur de chantier", 14, 560, "343", ["F1613"],
     ["Repérer les matériaux susceptibles de contenir de l’amiante", "Appliquer un mode opératoire", "Gérer ses déchets"],
     ["Risques et cadre", "Modes opératoires", "Mise en situation", "Évaluation"]),
    ("Isolation paille : du détail au chantier", 21, 588, "232", ["F1503"],
     ["Dessiner les détails d’une paroi paille", "Poser et tasser les bottes", "Traiter les points singuliers"],
     ["Règles professionnelles", "Détails", "Ossature et pose", "Points singuliers", "Enduits d’accroche", "Évaluation"]),
    ("Devis et marges d’un chantier du bâtiment", 7, 210, "314", ["F1108"],
     ["Calculer un déboursé sec", "Fixer une marge et la défendre"], ["Déboursés", "Marges et devis"]),
    ("Sauveteur secouriste du travail", 14, 300, "344", [],
     ["Intervenir face à un accident du travail", "Mettre ses compétences au service de la prévention"], ["Protéger", "Examiner et alerter", "Secourir", "Évaluation"]),
    ("Électricité : habilitation BR, recyclage", 10, 330, "255", ["F1602"],
     ["Analyser le risque électrique", "Appliquer les consignes de sécurité"], ["Risques", "Consignes", "Mise en situation"]),
]  # fmt: skip
IN_REVIEW = (
    "Toitures : prévenir les chutes de hauteur", 14, 390, "343", ["F1610"],
    ["Repérer les situations de chute sur une toiture", "Choisir une protection collective avant un harnais", "Vérifier et porter un équipement antichute"],
    ["Accidents, règles et responsabilités", "Accès, garde-corps et filets", "Harnais, longes et points d’ancrage", "Mise en situation sur maquette de toit et évaluation"],
)  # fmt: skip
GENERAL = [
    ("Trouver ses premières clientes et ses premiers clients", 14, 280, "312", ["D1401"],
     ["Décrire son offre en une phrase", "Bâtir un plan de prospection de trois mois"], ["Offre", "Cibles", "Prospection", "Entretien"]),
    ("Lire ses comptes analytiques d’activité", 7, 175, "314", ["M1203"],
     ["Lire un compte analytique", "Décider d’un prix à partir de ses charges"], ["Lire ses comptes", "Fixer ses prix"]),
    ("Publier un site simple et accessible", 14, 350, "326", ["E1104"],
     ["Structurer un contenu", "Publier un site qui se lit au clavier"], ["Contenu", "Structure", "Mise en ligne", "Accessibilité"]),
    ("Photographier ses réalisations au téléphone", 7, 140, "323", ["E1201"],
     ["Cadrer et éclairer sans matériel", "Préparer ses images pour le web"], ["Prise de vue", "Retouche et publication"]),
    ("Prévenir les troubles musculo-squelettiques", 7, 150, "344", [],
     ["Repérer les gestes à risque de son métier", "Adapter son poste"], ["Repérer", "Adapter"]),
    ("Répondre à un appel d’offres à plusieurs CAE", 14, 390, "345", [],
     ["Lire un règlement de consultation", "Monter un groupement momentané"], ["Lire", "Grouper", "Chiffrer", "Répondre"]),
]  # fmt: skip
COMMON = {
    "public": "Entrepreneures et entrepreneurs salariés des CAE, équipes d’appui.",
    "prerequisites": "Aucun.",
    "teaching_means": "Apports courts, démonstrations, mises en situation, support remis à chaque personne.",
    "technical_means": "Salle équipée ou plateau technique, outillage et consommables fournis.",
    "supervision": "Une formatrice ou un formateur du métier, dix ans de pratique au moins.",
    "follow_up": "Émargement par demi-journée, personne référente joignable pendant la session, relance en cas d’absence.",
    "assessment": "Mise en situation évaluée à la fin, grille remise à la personne.",
    "outcome": "Certificat de réalisation ; attestation de fin de formation.",
    "accessibility": "Locaux de plain-pied. Un besoin particulier s’écrit sur sa fiche : la personne référente handicap, à qui on la montre, adapte la session.",
    "access_delay": "Inscription par la CAE jusqu’à sept jours avant le début, selon les places.",
}


def closes_on(first_day: date) -> date:
    """The last day to register, as COMMON says it."""
    return first_day - timedelta(days=7)
