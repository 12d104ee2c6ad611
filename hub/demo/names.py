"""Names that belong to nobody: invented cooperatives, common first and last names drawn together by a fixed die."""

BUILDING = ["Faîtage et Compagnie", "Trait Commun", "Terre et Tuiles", "Maison d’Aplomb", "Les Équerres du Levant", "Corde à Nœuds"]
GENERAL = [
    "La Navette aux Idées", "Grain de Sève", "Les Tisserandes de l’Ouest", "Mille et Un Outils", "Le Quai des Projets", "Cap Lucioles",
    "Bruissement Coopératif", "Point d’Orge", "La Passerelle des Savoir-Faire", "Sillage du Nord",
]  # fmt: skip
PARTNERS = {  # and what each does
    "Point Création d’exemple": "Accueil et orientation des personnes qui ont un projet d’activité, sur rendez-vous.",
    "Pépinière d’exemple du Val": "Bureaux et ateliers à louer au mois, pour les deux premières années d’une activité.",
}
FIRST_WORDS = ["Atelier", "Jardin", "Relais", "Verger", "Phare", "Moulin", "Rucher", "Sentier", "Comptoir", "Carrefour", "Chantier", "Nid"]
LAST_WORDS = [
    "des Possibles",
    "du Large",
    "des Hirondelles",
    "de la Clairière",
    "des Deux Rives",
    "du Petit Jour",
    "des Cimes",
    "du Vent d’Est",
]
FIRST_NAMES = [
    "Solène", "Idriss", "Clarisse", "Gwenaël", "Aude", "Mathurin", "Maud", "Bastien", "Nadège", "Rosa", "Kenza", "Tristan", "Yaël", "Malo",
    "Inès", "Aurèle", "Fatou", "Loïc", "Maëlys", "Samir", "Élise", "Timéo", "Nour", "Baptiste", "Chiara", "Ousmane", "Line", "Côme", "Zélie",
    "Anouk", "Driss", "Pauline", "Evan", "Salomé", "Marin", "Hélène", "Jonas", "Aminata", "Corentin", "Louison",
]  # fmt: skip
# who represents an organisation: a first name and the word for what she or he is
HEADS = [
    ("Solène", "directrice générale"), ("Idriss", "directeur général"), ("Clarisse", "gérante"), ("Mathurin", "directeur général"),
    ("Nadège", "directrice générale"), ("Bastien", "gérant"), ("Rosa", "directrice générale"), ("Tristan", "directeur général"), ("Inès", "présidente"),
    ("Loïc", "gérant"), ("Élise", "directrice générale"), ("Samir", "président"), ("Hélène", "gérante"), ("Jonas", "directeur général"),
    ("Aminata", "directrice générale"), ("Corentin", "gérant"), ("Pauline", "directrice générale"),
]  # fmt: skip
LAST_NAMES = [
    "Marchais", "Belkacem", "Okou", "Tanguy", "Lhermitte", "Lesage", "Le Bihan", "Roche", "Fontan", "Almeida", "Verdière", "Castagné", "Diallo",
    "Perrault", "Haddad", "Quéméneur", "Bonnefoy", "Sarrazin", "Nowak", "Delmas", "Charrier", "Mercœur", "Vasseur", "Traoré", "Lacombe",
    "Guillemot", "Ferrand", "Benali", "Rouvière", "Chastang", "Pommier", "Kervella", "Dubost", "Santoro", "Lagarde", "Moreau-Pichon", "Jolivet",
    "Abadie", "Cordier", "N’Diaye",
]  # fmt: skip
TOWNS = [
    ("33063", "33"), ("33249", "33"), ("47157", "47"), ("40192", "40"), ("31555", "31"), ("35238", "35"), ("44109", "44"), ("59350", "59"),
    ("67482", "67"), ("69123", "69"), ("34172", "34"), ("38185", "38"), ("86194", "86"), ("29019", "29"), ("21231", "21"), ("63113", "63"),
]  # fmt: skip
BUILDING_TRADES = [
    "F1703",
    "F1610",
    "F1602",
    "F1603",
    "F1606",
    "F1608",
    "F1613",
    "F1501",
    "F1503",
    "F1601",
    "F1607",
    "F1611",
    "F1104",
    "F1106",
]
OTHER_TRADES = [
    "E1103",
    "E1104",
    "E1205",
    "M1805",
    "K2111",
    "D1202",
    "G1602",
    "B1804",
    "A1203",
    "M1203",
    "E1108",
    "K2110",
    "H2207",
    "B1302",
    "E1201",
]
SHOP_WORDS = ["Atelier", "Maison", "Studio", "Chez", "Au", "Fabrique"]
SHOP_THINGS = [
    "Pierre sèche",
    "Ocre",
    "Bois debout",
    "Lin",
    "Petit Carré",
    "Fil Bleu",
    "Grand Pin",
    "Terre crue",
    "Trois Marches",
    "Nuage",
    "Chêne",
    "Sillon",
]
