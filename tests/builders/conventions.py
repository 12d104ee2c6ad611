"""Facts of a complete training agreement; everything and everyone in it is invented."""

from dataclasses import replace
from datetime import date, time, timedelta

from trainings.catalogue.enums import Modality
from trainings.paperwork.clauses import usual
from trainings.paperwork.facts import Clause, ConventionFacts, HalfDay, Party, Trainee

PROVIDER = Party(
    key="provider",
    name="Bâti Formation",
    legal_form="Scop à responsabilité limitée",
    address="12 rue des Tanneurs, 33000 Bordeaux",
    siret="90000000100017",
    representative="Solène Marchais",
    capacity="directrice",
    nda_number="75330123433",
    nda_region="Nouvelle-Aquitaine",
    contact="formation@bati-formation.example.org · 01 99 00 12 34",
)
BUYER = Party(
    key="buyer",
    name="L’Étançon",
    legal_form="Scop anonyme, coopérative d’activités et d’emploi",
    address="4 quai des Chartrons, 33310 Lormont",
    siret="91000001700012",
    representative="Maud Le Bihan",
    capacity="directrice générale",
)
MONDAY = date(2027, 1, 18)
HALF_DAYS = tuple(
    HalfDay(MONDAY + timedelta(days=rank // 2), *hours, topic=topic)
    for rank, (hours, topic) in enumerate(
        zip(
            [(time(8, 30), time(12, 0)), (time(13, 30), time(17, 0))] * 3,
            [
                "Lire le support",
                "Choisir la terre",
                "Corps d’enduit terre",
                "Corps d’enduit chaux",
                "Finitions, badigeon",
                "Réparer, évaluer",
            ],
            strict=True,
        )
    )
)
COMPLETE = ConventionFacts(
    provider=PROVIDER,
    buyer=BUYER,
    title="Enduits terre et chaux : préparer, appliquer, réparer",
    issued_on=date(2026, 11, 23),
    objectives="lire un support et dire s’il peut recevoir un enduit ;\npréparer et appliquer un corps d’enduit terre, puis chaux ;\n"
    "reprendre une fissure sans refaire le mur.",
    content="Le support : pierre, brique, torchis ; essais au doigt et à l’éponge\nLes terres : reconnaître, tamiser, doser\n\n"
    "Gobetis, corps d’enduit, finition : gestes et temps de prise\nLa chaux aérienne et la chaux hydraulique\n\n"
    "Fissures et manques : chercher la cause avant de reprendre\nBadigeon et entretien",
    programme="version 4, publiée le 2\u00a0octobre 2026",
    public="Entrepreneures et entrepreneurs du bâtiment, salariés d’une coopérative",
    prerequisites="Aucun",
    accessibility="Atelier de plain-pied ; boucle magnétique sur demande, à signaler un mois avant.",
    teaching_means="Démonstrations, pratique sur mur d’essai par deux, carnet de dosages remis à chaque stagiaire.",
    technical_means="Atelier chauffé de 180 m², quatre murs d’essai, sables, terres et chaux fournis.",
    supervision="Ana Lopes, maçonne et formatrice, vingt ans d’enduits ; une formatrice pour huit stagiaires au plus.",
    duration_minutes=1260,
    remote_minutes=0,
    starts_on=MONDAY,
    ends_on=date(2027, 1, 20),
    modality=Modality.IN_PERSON,
    place="Atelier de Bâti Formation, 12 rue des Tanneurs, 33000 Bordeaux",
    half_days=HALF_DAYS,
    follow_up="Feuille d’émargement signée par demi-journée par chaque stagiaire et la formatrice ; Solène Marchais suit les absences.",
    assessment="Panneau d’essai évalué le dernier jour sur une grille remise au départ.",
    outcome="Certificat de réalisation remis à l’employeur ; attestation de fin de formation remise à chaque stagiaire.",
    trainees=(Trainee("Nadège Fontan", "buyer"), Trainee("Bastien Roche", "buyer")),
    unit_price_cents=50_400,
    vat_exemption="Exonération de TVA, article 261, 4, 4° a du CGI",
    payment_terms="Paiement à 30 jours après la fin de la session, sur facture.",
    subrogation=True,
    funder="Constructys",
    clauses=usual(
        Clause(
            "withdrawal",
            "Dédit, annulation, absence",
            "Les heures non suivies ne sont pas facturées au titre de la formation (article L6354-1 du Code du travail).\n"
            "En cas d’absence non signalée 15 jours avant le début, un dédit de 50 % du prix des heures non suivies est dû par l’acheteur ; "
            "il n’est pas pris en charge par l’OPCO.",
        )
    ),
    signed_at="Bordeaux",
)


def make_facts(**changes) -> ConventionFacts:
    return replace(COMPLETE, **changes)
