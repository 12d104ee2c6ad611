"""An invented corpus for the search, in any volume: the same entries for the same number, with what each one is about.

People write as people do: inclusive endings in five spellings, capitals, missing accents, both apostrophes, trades named in passing.
"""

import random
from dataclasses import dataclass

from hub.core.kit.searchable import SearchEntry
from hub.core.kit.text import fold
from search.documents import documents_of


def _words(text: str) -> list[str]:
    return text.split(",")


# masculine; feminine; activity; skills
TRADES = [line.split(";") for line in """
électricien;électricienne;électricité;tableau électrique,borne de recharge,mise aux normes
plombier;plombière;plomberie;pose de sanitaires,recherche de fuite,salle de bains
maçon;maçonne;maçonnerie;enduit à la chaux,dalle béton,mur en pierre
menuisier;menuisière;menuiserie;escalier sur mesure,fenêtre bois,placard
charpentier;charpentière;charpente;ossature bois,levage,surélévation
couvreur;couvreuse;couverture;zinguerie,pose de tuiles,gouttière
graphiste;graphiste;graphisme;identité visuelle,mise en page,création de logo
photographe;photographe;photographie;portrait,reportage,retouche
traducteur;traductrice;traduction;sous-titrage,relecture,anglais technique
développeur web;développeuse web;développement web;site internet,accessibilité numérique,base de données
comptable;comptable;comptabilité;saisie comptable,déclaration de TVA,bilan
formateur;formatrice;formation;ingénierie pédagogique,animation d’atelier,évaluation
jardinier;jardinière;jardinage;taille douce,potager,haie champêtre
paysagiste;paysagiste;aménagement paysager;plan de jardin,terrasse,clôture
céramiste;céramiste;céramique;tournage,émail,cuisson
couturier;couturière;couture;retouche,patron,robe
boulanger;boulangère;boulangerie;levain,pain biologique,viennoiserie
apiculteur;apicultrice;apiculture;récolte de miel,essaim,ruche
sophrologue;sophrologue;sophrologie;gestion du stress,sommeil,préparation mentale
coiffeur;coiffeuse;coiffure;coupe à domicile,coloration végétale,barbe
conseiller juridique;conseillère juridique;conseil juridique;contrat commercial,droit d’auteur,médiation
rédacteur;rédactrice;rédaction;lettre d’information,rapport annuel,discours
ébéniste;ébéniste;ébénisterie;marqueterie,restauration de meubles,vernis
soudeur;soudeuse;soudure;chaudronnerie,garde-corps,inox
""".strip().splitlines()]  # fmt: skip
FIRST = _words("Solène,Idriss,Clarisse,Gwenaël,Aude,Mathurin,Maud,Yann,Aïcha,Inès,Kofi,Lou,Marius,Oumar,Zélie,Noël,Hélène,Éric")
LAST = _words("Marchais,Belkacem,Okou,Tanguy,Lhermitte,Lesage,Haddad,Macé,Fournier,Kaba,Delmas,Vidal,Le Goff,N’Diaye,d’Almeida")
TOWNS = _words(
    "Lormont Gironde,Marmande Lot-et-Garonne,Die Drôme,Quimper Finistère,Foix Ariège,Aix-en-Provence Bouches-du-Rhône,Tulle Corrèze"
)
SYLLABLES = _words("ba,be,bri,cha,cou,dre,fla,fon,gar,gue,lin,lou,ma,mar,mi,mon,nan,ne,or,pe,plo,que,ra,ri,ro,sau,ta,tou,va,ver,vi,vo,zan")
COURSE = ["Formation {a}", "Initiation : {a}", "{a} : les bases", "Atelier pratique, {s}"]
BODY = ["J’interviens près de {t} et alentour.", "Mon métier : {a}, du conseil à la réalisation.", "Je réalise notamment {s} et {r}.",
        "Je travaille volontiers avec un {x} et une {y}.", "Diplômé·e en {a}, je reste en veille.", "Références : {w}, {v}.", "Parcours : {w}."]  # fmt: skip


@dataclass(frozen=True)
class Thing:
    kind: str
    pk: str
    entry: SearchEntry
    trade: int
    skills: tuple[str, ...]


def thing(number: int) -> Thing:
    die = random.Random(f"hub/{number}")
    trade = die.randrange(len(TRADES))
    man, woman, activity, all_skills = TRADES[trade]
    skills = tuple(die.sample(all_skills.split(","), die.randint(1, 3)))
    town, _, department = die.choice(TOWNS).partition(" ")
    is_course = number % 7 == 0
    words = {"a": activity, "s": skills[0], "r": skills[-1], "t": town, "x": die.choice(TRADES)[0], "y": die.choice(TRADES)[1]}
    words |= {"w": _word(die), "v": _word(die)}
    body = " ".join(line.format(**words) for line in die.sample(BODY, die.randint(3, len(BODY))))
    title = die.choice(COURSE).format(**words) if is_course else _label(die, man, woman)
    entry = SearchEntry(
        title=_noise(die, title),
        url=f"/fiches/{number}/",
        audiences=frozenset({"public" if die.random() < 0.7 else "federation"}),
        name="" if is_course else f"{die.choice(FIRST)} {die.choice(LAST)}",
        skills=skills,
        body=body if die.random() < 0.6 else body.replace("’", "'"),
        place=f"{town}, {department}",
        organisation=f"Coopérative {number % 163:03d}",
        organisation_id=str(number % 163),
    )
    return Thing("course" if is_course else "person", str(number), entry, trade, skills)


def things(count: int) -> list[Thing]:
    return [thing(number) for number in range(count)]


def documents(count: int):
    """Streamed, for a rebuild."""
    for number in range(count):
        one = thing(number)
        yield from documents_of(one.kind, one.pk, [one.entry])


def _word(die: random.Random) -> str:
    """From a long tail, as real vocabularies have one."""
    rank = int(40_000 ** die.random())
    tail = random.Random(rank)
    return "".join(tail.choice(SYLLABLES) for _ in range(tail.randint(2, 4)))


def _label(die: random.Random, man: str, woman: str) -> str:
    draw = die.random()
    if draw < 0.35:
        return man
    if draw < 0.7 or man == woman:
        return woman
    ending = "e" if woman == man + "e" else "trice" if woman.endswith("trice") else "euse" if woman.endswith("euse") else woman[-3:]
    return man + die.choice(["·", ".", "/", "-"]) + ending if die.random() < 0.8 else f"{man}({ending})"


def _noise(die: random.Random, text: str) -> str:
    draw = die.random()
    return text.upper() if draw < 0.04 else fold(text) if draw < 0.12 else text[:1].upper() + text[1:]
