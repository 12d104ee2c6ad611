"""What the members of the demo write for each other: days are counted from the day of the demo, people by the rank of their CAE and their role."""

# author (rank among the building CAEs, role), theme, title, text, [(author, answer, useful marks)], rank of the answer kept or None
QUESTIONS = [
    (
        (0, "advisor"), "assurances", "La décennale d’un entrepreneur couvre-t-elle un chantier participatif ?",
        "Une entrepreneuse propose à des particuliers de poser eux-mêmes l’enduit, encadrés par elle. Notre courtier hésite.",
        [
            ((1, "director"), "Chez nous le contrat le prévoit si elle signe la réception et reste présente. Demandez l’avenant par écrit avant "
             "le premier chantier, le courtier l’a rédigé en une semaine.", 3),
            ((3, "advisor"), "Attention à la main-d’œuvre bénévole : nous avons fait signer une convention d’entraide à chaque personne.", 1),
        ], 0,
    ),
    (
        (2, "training_manager"), "financement", "Qui a déjà obtenu une prise en charge d’échafaudage pour des personnes en CAPE ?",
        "Notre OPCO répond que le statut n’ouvre pas de droit. Nous aimerions lire une réponse écrite qui dit le contraire.",
        [((0, "training_manager"), "Refus chez nous aussi. Nous passons par le fonds de formation du département, dossier en deux pages.", 2)], None,
    ),
    (
        (4, "advisor"), "gestion-sociale", "Comment déclarez-vous les paniers repas quand le chantier change chaque jour ?", "",
        [], None,
    ),
    (
        (3, "director"), "numerique", "Un outil libre pour métrer sur plan PDF ?",
        "Six entrepreneurs métrent à la règle. Nous cherchons un logiciel simple, en français, sans abonnement.",
        [((5, "advisor"), "LibreCAD suffit à deux de nos maçons, après une demi-journée à deux.", 0)], None,
    ),
]  # fmt: skip
# author, theme, title, text, live
NOTES = [
    (
        (1, "director"), "developpement", "Acheter un fourgon à trois CAE : ce que l’on referait",
        "La situation : trois CAE voisines louaient chacune un fourgon deux jours par semaine.\n\n"
        "Ce que nous avons fait : un achat porté par l’une, une convention de mise à disposition au coût pour les deux autres, un agenda commun.\n\n"
        "Ce que cela a donné : 410 € économisés par mois à nous trois la première année, et une panne mal vécue en août.\n\n"
        "À refaire autrement : écrire dès le départ qui paie la franchise.", True,
    ),
    (
        (0, "advisor"), "formation", "Des chantiers-écoles courts plutôt que des stages longs",
        "Deux jours sur un vrai chantier, quatre entrepreneurs, un formateur de la CAE : personne n’a manqué une demi-journée. Le client était "
        "prévenu, et le prix baissé d’un dixième.", True,
    ),
    ((2, "advisor"), "communication", "Une vitrine commune au salon de l’habitat", "À écrire : coût du stand, contacts, ce qu’il en reste.", False),
]  # fmt: skip
# kind, author, theme, title, text, first day from now, hour, hours, place, video link, capacity, public
EVENTS = [
    (
        "seminar", "runner", "vie-cooperative", "Séminaire des CAE du bâtiment", "Une journée : l’état de la feuille de route, trois ateliers, "
        "une visite. L’hébergement se réserve avant la fin du mois.", 62, 9, 8, "Bordeaux, Maison des coopératives d’exemple", "", 40, False,
    ),
    (
        "visit", (1, "advisor"), "metiers", "Visite d’un chantier paille", "Murs levés, enduits en cours : l’équipe montre et répond. "
        "Chaussures de sécurité obligatoires.", 12, 14, 3, "Cadillac (33), rendez-vous à la mairie", "", 2, False,
    ),
    (
        "information", (0, "advisor"), "accompagnement", "Réunion d’information : entreprendre en CAE du bâtiment", "Une heure pour comprendre le "
        "contrat, les assurances et l’accompagnement, puis les questions.", 9, 18, 1, "", "https://visio.example.org/information", None, True,
    ),
    (
        "workshop", "runner", "financement", "Atelier : monter un dossier OPCO à plusieurs", "Chacune vient avec un dossier refusé.", -21, 10, 2,
        "À distance", "https://visio.example.org/atelier", 15, False,
    ),
]  # fmt: skip
# signed by the group «formation» or not, theme, title, text, public
NEWS = [
    (True, "formation", "La feuille de route passe en version 2", "Le bilan et les jalons y entrent. Chaque CAE peut répondre point par point, "
     "ou ne rien répondre.", False),
    (False, "vie-cooperative", "Le hub s’ouvre aux seize CAE d’exemple", "Annuaire, formations, groupes et services se lisent au même endroit. "
     "Dites à la coordination ce qui vous gêne.", True),
]  # fmt: skip
# author, theme, licence, title, text, public, [(note, content of the file)]
RESOURCES = [
    (
        (0, "training_manager"), "formation", "cc-by-sa", "Trame de bilan de session", "Six questions à poser à chaud, trois à froid. À imprimer.",
        True,
        [("", "1. Qu’avez-vous fait de vos mains ?\n2. Que referez-vous seul·e ?\n"),
         ("Question sur l’accueil ajoutée", "1. Comment avez-vous été accueilli·e ?\n2. Qu’avez-vous fait de vos mains ?\n3. Que referez-vous ?\n")],
    ),
    (
        (2, "director"), "juridique", "interne", "Modèle de convention de prêt d’outillage", "Entre deux CAE. Une page, à relire par votre juriste avant de signer.",
        False, [("", "Entre la coopérative prêteuse et la coopérative emprunteuse, il est convenu…\n")],
    ),
    (
        (1, "director"), "gestion-sociale", "interne", "Contrat d’entrepreneur salarié associé, annoté",
        "Le modèle de contrat que nous signons après le CAPE : chaque clause, l’article du Code du travail (L7331-1 et suivants), ce qui se négocie.",
        False, [("", "Article 1. Objet du contrat. Le CESA lie la coopérative et l’entrepreneur·e, L7331-2.\n")],
    ),
    (
        (3, "advisor"), "comptabilite", "etalab", "Grille de prix de revient d’un enduit", "Main-d’œuvre, matière, échafaudage, déplacement.", False,
        [("", "poste,quantité,prix unitaire\nmain-d’œuvre,14 h,32 €\nchaux,9 sacs,14 €\n")],
    ),
]  # fmt: skip
