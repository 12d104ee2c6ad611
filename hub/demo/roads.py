"""What the three groups of the demo write: days are counted from the day of the demo."""

# acronym, name, purpose, charter
FORMATION = (
    "formation", "Formation des entrepreneur·es",
    "Mettre en commun les formations internes des CAE du bâtiment, et alléger leurs demandes aux OPCO.",
    "Le groupe réunit les CAE du bâtiment qui le veulent, une voix par CAE.\n\n"
    "Il décide par consentement : une objection raisonnée remet la proposition au travail. Chaque réunion a une personne qui anime et une "
    "autre qui note ; l’ordre du jour part trois jours avant.\n\n"
    "Sa feuille de route n’oblige personne. Chaque CAE l’adopte, l’adapte ou la décline, point par point, et ne rien dire n’engage à rien.",
)  # fmt: skip
MUTUALISATION = (
    "mutualisation",
    "Mutualisation des compétences des équipes",
    "Recenser ce que les équipes d’appui savent faire et ce qui leur manque, puis partager des postes entre CAE.",
    "Les équipes disent elles-mêmes ce qu’elles font et ce dont elles ont besoin. Aucun poste ne se partage sans l’accord de la personne.",
)
DEVELOPPEMENT = (
    "developpement",
    "Stratégie de développement des CAE",
    "Comprendre ensemble la croissance du nombre d’entrepreneur·es, la structure des équipes et le modèle économique.",
    "Les chiffres d’une CAE restent à elle : le groupe ne publie que des fourchettes, à partir de cinq CAE.",
)
TITLE = "Former ensemble les entrepreneur·es du bâtiment"
INTRODUCTION = (
    "Quarante souhaits de formation sans réponse dans une seule CAE, et le même stage de montage d’échafaudage organisé quatre fois à moitié "
    "vide. Le groupe propose aux CAE de s’y prendre ensemble, en commençant par se dire ce dont elles ont besoin."
)
# phase: (title, aim, [(title, owner's rank among the building CAEs or None, first day, last day, indicator, means, text)])
PHASES: list[tuple[str, str, list[tuple[str, int | None, int, int, str, str, str]]]] = [
    ("Recenser", "Savoir qui a besoin de quoi, et qui sait former.", [
        ("Recueil des besoins par CAE", 0, -50, 8, "CAE qui ont répondu, sur six", "Un questionnaire de dix lignes",
         "Écrire le questionnaire\nLe passer dans chaque CAE\nRassembler par thème et par lieu"),
        ("Carte des formateur·rices internes", 1, -20, 70, "personnes, 40 visées", "Les fiches de l’annuaire", "Relire les fiches avec chaque équipe"),
    ]),
    ("Mettre en commun", "Remplir les sessions, et n’en annuler aucune.", [
        ("Calendrier commun des formations", 2, -9, 95, "sessions ouvertes, sur douze", "", "Choisir douze sessions\nLes ouvrir aux autres CAE"),
        ("Plan de formation commun", 0, 72, 185, "places ouvertes aux autres CAE", "", ""),
        ("Convention type entre CAE", 3, 40, 125, "texte relu par trois CAE", "Une juriste de la fédération, deux jours", ""),
    ]),
    ("Alléger les dossiers", "", [
        ("Un dossier OPCO par session", 4, 105, 250, "délai moyen d’accord", "", ""),
        ("Preuves Qualiopi partagées", 5, 160, 330, "indicateurs couverts, sur 32", "", ""),
    ]),
    ("Tenir dans la durée", "", [("Bilan et suites", None, 285, 395, "avis des six CAE", "", "")]),
]  # fmt: skip
MILESTONES = [("séminaire", 62), ("BPF déposés", 155), ("séminaire, vote", 203)]
# rank of the CAE → code of the point → (stance, words)
ANSWERS: dict[int, dict[str, tuple[str, str]]] = {
    0: {"A1": ("adopted", ""), "B1": ("adopted", ""), "B3": ("adopted", ""), "C2": ("adopted", "")},
    1: {"A1": ("adopted", ""), "A2": ("adopted", ""), "B1": ("adopted", ""), "B2": ("adapted", "chantier seul"), "B3": ("adopted", ""),
        "C1": ("adopted", "")},
    2: {"A1": ("adopted", ""), "A2": ("adopted", ""), "B1": ("adopted", ""), "B2": ("adopted", ""), "B3": ("adopted", ""),
        "C1": ("deferred", "après notre nouveau logiciel"), "C2": ("adopted", ""), "D1": ("adopted", "")},
    3: {"A1": ("adopted", ""), "A2": ("adapted", "sans téléphone"), "B1": ("adopted", ""), "B3": ("adopted", ""), "C1": ("thinking", ""),
        "C2": ("declined", "pas certifiée"), "D1": ("adopted", "")},
    4: {"A1": ("adopted", ""), "A2": ("adopted", ""), "B1": ("deferred", "à la rentrée"), "B2": ("adapted", "six places"),
        "C1": ("declined", "autre OPCO"), "C2": ("adopted", "")},
    5: {"A1": ("adopted", ""), "B1": ("adopted", ""), "B3": ("adapted", "annexe prix"), "C1": ("adapted", "autre OPCO")},
}  # fmt: skip
OPEN = (2, 4)  # the CAEs that let the federation read theirs
# days from today, title, agenda, minutes
MEETINGS = [
    (-68, "Lancement du groupe", "Tour de table\nCe que chaque CAE attend", "Six CAE sont là. Chacune dit ce qu’elle organise déjà, et ce qu’elle n’arrive pas à remplir.\n\nLe groupe choisit d’écrire une feuille de route courte."),
    (-14, "Calendrier commun et convention type", "Retour du questionnaire\nDouze sessions à ouvrir\nPrix d’une place",
     "Quatre CAE ont renvoyé leur questionnaire.\n\nLe prix d’une place fait débat : deux CAE facturent l’atelier, les autres non. Le groupe s’accorde sur un prix unique."),
    (12, "Point d’étape avant le séminaire", "Relire les réponses des CAE\nPréparer l’atelier du séminaire", ""),
]  # fmt: skip
DECISIONS = [
    (-14, "Les dates des formations ouvertes sont publiées ensemble, en même temps pour toutes les CAE.", 2, "B1", ""),
    (-14, "Le prix d’une place ouverte est le même pour toutes les CAE.", 0, "B2", "Une CAE demande de revoir ce prix après la première année."),
    (-68, "Le groupe se réunit à distance toutes les six semaines, et une fois l’an au séminaire.", None, None, ""),
]  # fmt: skip
ACTIONS = [
    ("Relancer les deux CAE qui n’ont pas rendu le questionnaire.", 0, -3, "A1"),
    ("Proposer douze sessions à ouvrir, avec leurs dates.", 2, 9, "B1"),
    ("Écrire une première version de la convention type.", 3, 30, "B3"),
    ("Réserver une salle pour l’atelier du séminaire.", None, 45, None),
]
