"""The training agreement: every mention of the law found in the text of the PDF, every missing one reported."""

from dataclasses import replace
from datetime import UTC, date, datetime, time

import pytest

from hub.core.papers import engine, kinds, post, seal
from tests.builders.conventions import BUYER, COMPLETE, HALF_DAYS, PROVIDER, make_facts
from tests.core import paper_reader as reader
from trainings.catalogue.enums import Modality
from trainings.paperwork.clauses import USUAL, usual
from trainings.paperwork.errors import ConventionRefused, MentionsMissing
from trainings.paperwork.facts import Clause, HalfDay, Trainee
from trainings.paperwork.kinds import build, convention_data, remote_rate
from trainings.paperwork.mentions import MENTIONS, PROVENANCE, Standing, missing_mentions

AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
IMPRINT = {
    "label": "Convention de formation", "number": "CF-2026-0042", "version": "1", "template": "3f9a1c2e",
    "issued_on": "23\u00a0novembre 2026", "replaces": "",
}  # fmt: skip
FORMULA = "déclaration d’activité enregistrée sous le numéro 75 33 01234 33 auprès du préfet de région de Nouvelle-Aquitaine"


def printed(facts=COMPLETE):
    return post.finish(engine.render("convention", {**convention_data(facts), "paper": IMPRINT}, timestamp=AT))


@pytest.fixture(scope="module")
def complete():
    return printed()


@pytest.fixture(scope="module")
def spoken(complete):
    """What a screen reader says: a mention that stood in a header or a footer only would not be there."""
    return reader.without_artifacts(complete)


# code → what must be read in the PDF
SAID = {
    "M01": ["Enduits terre et chaux : préparer, appliquer, réparer"],
    "M02": ["lire un support et dire s’il peut recevoir un enduit", "préparer et appliquer", "reprendre une fissure sans refaire le mur"],
    "M03": [
        "Les terres : reconnaître, tamiser, doser", "La chaux aérienne et la chaux hydraulique",
        "version 4, publiée le 2 octobre 2026",
    ],
    "M04": [
        "Moyens prévus", "Moyens pédagogiques", "carnet de dosages", "Moyens techniques", "quatre murs d’essai", "Encadrement",
        "une formatrice pour huit stagiaires",
    ],
    "M05": ["Durée", "21 h en 6 demi-journées"],
    "M06": ["Période de réalisation", "du lundi 18 janvier au mercredi 20 janvier 2027"],
    "M07": ["Taux des enseignements dispensés à distance sur la durée totale 0 %"],
    "M08": [
        "Modalités de déroulement en présence", "Atelier de Bâti Formation, 12 rue des Tanneurs, 33000 Bordeaux",
        "mer. 20 janv. 2027 13 h 30 – 17 h 3 h 30 en présence",
    ],
    "M09": ["Modalités de suivi Feuille d’émargement signée par demi-journée"],
    "M10": ["Modalités de sanction Certificat de réalisation"],
    "M11": [
        "Prix de l’action", "504,00 €", "1 008,00 €", "Exonération de TVA, article 261, 4, 4° a du CGI", 
        "24,00 € hors taxes par heure",
    ],
    "M12": ["Modalités de règlement", "Paiement à 30 jours", "Subrogation : Constructys règle directement"],
    "M13": [FORMULA],
    "P01": [
        "Dénomination Bâti Formation L’Étançon", "900 000 001 00017", "910 000 017 00012", "4 quai des Chartrons", "33310 Lormont",
        "Scop à responsabilité limitée", "Solène Marchais", "Maud Le Bihan", "directrice générale",
    ],
    "P02": ["2 stagiaires, que L’Étançon emploie", "Nadège Fontan", "Bastien Roche"],
    "P03": ["Dédit, annulation, absence", "un dédit de 50 %", "Sous-traitance", "Données personnelles", "Litiges"],
}  # fmt: skip


@pytest.mark.parametrize(("code", "words"), [(code, words) for code, all_words in SAID.items() for words in all_words])
def test_mention_is_read_in_the_body_of_the_pdf(spoken, code, words):
    assert reader.says(spoken, words), code


def test_headers_and_footers_are_not_in_the_body(complete, spoken):
    assert reader.says(complete, "gabarit 3f9a1c2e")
    assert not reader.says(spoken, "gabarit 3f9a1c2e")


def test_every_mention_of_the_table_is_looked_for():
    assert {mention.code for mention in MENTIONS} - set(SAID) == {"P04", "F01"}


def test_complete_agreement_lacks_nothing():
    assert missing_mentions(COMPLETE) == []


# one thing taken away → the code reported, the words that name it, where it is entered
TAKEN_AWAY = [
    ({"title": ""}, "M01", "l’intitulé de l’action", "course.title"),
    ({"objectives": " \n"}, "M02", "l’objectif", "course.objectives"),
    ({"content": ""}, "M03", "le contenu", "course.content"),
    ({"teaching_means": ""}, "M04", "moyens pédagogiques", "course.teaching_means"),
    ({"technical_means": ""}, "M04", "moyens techniques", "course.technical_means"),
    ({"supervision": ""}, "M04", "encadrement", "course.supervision"),
    ({"duration_minutes": None}, "M05", "la durée", "session.half_days"),
    ({"starts_on": None}, "M06", "premier jour", "session.half_days"),
    ({"ends_on": None}, "M06", "dernier jour", "session.half_days"),
    ({"remote_minutes": None}, "M07", "le taux des enseignements dispensés à distance", "session.half_days"),
    ({"modality": None}, "M08", "modalité", "course.modality"),
    ({"place": ""}, "M08", "lieu", "session.place"),
    ({"half_days": ()}, "M08", "horaires", "session.half_days"),
    ({"follow_up": ""}, "M09", "les modalités de suivi", "course.follow_up"),
    ({"outcome": ""}, "M10", "les modalités de sanction", "course.outcome"),
    ({"unit_price_cents": None}, "M11", "montant", "session.price_cents"),
    ({"vat_exemption": ""}, "M11", "taux de TVA", "provider.vat"),
    ({"payment_terms": ""}, "M12", "échéancier", "session.payment_terms"),
    ({"subrogation": None}, "M12", "subrogation", "session.subrogation"),
    ({"advance_cents": 30_241}, "M12", "30 %", "session.payment_terms"),
    ({"provider": replace(PROVIDER, nda_number="")}, "M13", "numéro", "provider.nda_number"),
    ({"provider": replace(PROVIDER, nda_region="")}, "M13", "région", "provider.nda_region"),
    ({"provider": replace(PROVIDER, name="")}, "P01", "dénomination de l’organisme de formation", "provider.name"),
    ({"buyer": replace(BUYER, address="")}, "P01", "adresse de L’Étançon", "buyer.address"),
    ({"buyer": replace(BUYER, siret="")}, "P01", "SIRET de L’Étançon", "buyer.siret"),
    ({"buyer": replace(BUYER, representative="")}, "P01", "nom de la personne qui représente L’Étançon", "buyer.representative"),
    ({"provider": replace(PROVIDER, capacity="")}, "P01", "qualité de la personne qui représente Bâti Formation", "provider.capacity"),
    ({"trainees": ()}, "P02", "les noms des stagiaires", "registrations"),
    ({"clauses": usual()[1:]}, "P03", "dédit", "clauses.withdrawal"),
    ({"payment_terms": "Acompte de 60 % à la commande, solde à 30 jours"}, "P04", "30 %", "session.payment_terms"),
]


@pytest.mark.parametrize(("change", "code", "words", "where"), TAKEN_AWAY)
def test_missing_mention_is_named_with_its_article_and_its_place(change, code, words, where):
    found = missing_mentions(make_facts(**change))

    assert [(one.code, one.where) for one in found] == [(code, where)]
    assert words in found[0].label
    assert found[0].article


def test_each_kind_of_missing_mention_is_tried():
    assert {code for _, code, _, _ in TAKEN_AWAY} == {mention.code for mention in MENTIONS} - {"F01"}


@pytest.mark.parametrize(("change", "code"), [(change, code) for change, code, _, _ in TAKEN_AWAY if code not in {"P03", "P04"}])
def test_missing_mention_blocks_the_printing(change, code):
    with pytest.raises(MentionsMissing) as refused:
        build(make_facts(**change))

    assert [one.code for one in refused.value.missing] == [code]
    assert refused.value.missing[0].article in str(refused.value)


def test_missing_clauses_warn_without_blocking():
    facts = make_facts(clauses=())

    assert [(one.code, one.is_blocking, one.is_verified) for one in missing_mentions(facts)] == [("P03", False, False)] * 4
    assert build(facts).clauses == []


def test_remote_rate_is_asked_from_july_2025_on():
    """Test case 9: signed 2025-07-15 without the rate, blocked; with 0 %, accepted; the same text signed 2025-06-15, accepted."""
    signed = {"agreed_on": date(2025, 7, 15)}

    assert [one.code for one in missing_mentions(make_facts(remote_minutes=None, **signed))] == ["M07"]
    assert missing_mentions(make_facts(remote_minutes=0, **signed)) == []
    assert missing_mentions(make_facts(remote_minutes=None, agreed_on=date(2025, 6, 15))) == []
    assert [one.code for one in missing_mentions(make_facts(remote_minutes=None, agreed_on=date(2025, 7, 1)))] == ["M07"]
    assert missing_mentions(make_facts(remote_minutes=None, issued_on=date(2025, 6, 30))) == []


def test_old_agreement_without_the_rate_does_not_print_one():
    facts = make_facts(remote_minutes=None, agreed_on=date(2025, 6, 15))

    assert not reader.says(printed(facts), "Taux des enseignements")


def test_agreement_without_price_nor_terms_lacks_both():
    """Test case 10."""
    found = missing_mentions(make_facts(unit_price_cents=None, payment_terms=""))

    assert [one.code for one in found] == ["M11", "M12"]
    assert all(one.is_blocking and one.is_verified for one in found)


def test_advance_may_reach_thirty_percent():
    """R6332-25, II: 30 % of 1 008,00 €."""
    assert missing_mentions(make_facts(advance_cents=30_240)) == []
    assert reader.says(printed(make_facts(advance_cents=30_240)), "Un acompte de 302,40 € est versé avant le premier jour")


@pytest.mark.parametrize(
    ("terms", "share"),
    [
        ("Sans acompte, 100 % à réception de la facture.", ""),
        ("Aucune avance : 100 % à la fin", ""),
        ("Pas d’acompte 100 % à la fin", ""),
        ("Acompte : aucun\nSolde 100 %", ""),
        ("Acompte de 30 % ; solde de 70 % à 30 jours", ""),
        ("Acompte à la commande et solde de 70 % à la fin", ""),
        ("30 % d’avance puis 70 % à la fin", ""),
        ("100 % à la fin sans acompte", ""),
        ("Paiement à l’avancement : 50 % à mi-parcours", ""),
        ("60 % d’acompte à la commande", "60"),
        ("100 % payables d’avance", "100"),
        ("Acompte de 30,9 %", "30,9"),
        ("Acompte : 60 % à la commande", "60"),
    ],
)
def test_advance_read_in_free_words_is_advised_against_and_locks_nothing(terms, share):
    facts = make_facts(payment_terms=terms)

    found = missing_mentions(facts)

    assert [(one.code, one.is_blocking) for one in found] == ([("P04", False)] if share else [])
    assert not share or found[0].label.endswith(f"semblent dire {share} %")
    assert build(facts).payment


def test_very_first_agreement_needs_no_declaration():
    facts = make_facts(provider=replace(PROVIDER, nda_number="", nda_region=""), is_first_convention=True)

    assert missing_mentions(facts) == []
    assert not reader.says(printed(facts), "préfet")


def test_remote_course_needs_no_place_and_tells_what_is_done_at_a_distance():
    remote = {"modality": Modality.REMOTE, "place": "", "remote_minutes": 1260, "half_days": ()}
    facts = make_facts(
        **remote, schedule="Libre, sur trois semaines", remote_assistance="Tutrice jointe en un jour", remote_activities="Six vidéos"
    )

    assert missing_mentions(facts) == []
    assert reader.says(printed(facts), "à distance sur la durée totale 100 %")
    assert reader.says(printed(facts), "Tutrice jointe en un jour")
    assert [(one.code, one.is_blocking) for one in missing_mentions(make_facts(**remote, schedule="Libre"))] == [("F01", False)] * 2


@pytest.mark.parametrize(
    ("remote", "total", "shown"),
    [(0, 1260, "0"), (420, 1260, "33,3"), (630, 1260, "50"), (1260, 1260, "100"), (1, 8000, "0"), (5, 10_000, "0,1")],
)
def test_remote_rate_is_a_share_of_the_whole(remote, total, shown):
    assert remote_rate(make_facts(remote_minutes=remote, duration_minutes=total)) == f"{shown}\u00a0%"


def test_agreement_names_its_own_employer_s_trainees_only():
    with pytest.raises(ConventionRefused, match="L’Étançon"):
        build(make_facts(trainees=(*COMPLETE.trainees, Trainee("Lou Autre", "another"))))


def test_training_body_makes_no_agreement_with_itself():
    with pytest.raises(ConventionRefused, match="elle-même"):
        build(make_facts(buyer=replace(BUYER, key="provider"), trainees=(Trainee("Lou", "provider"),)))


def test_price_is_that_of_the_employer_s_own_trainees():
    data = build(make_facts(trainees=COMPLETE.trainees[:1]))

    assert data.price == [
        ["Action de formation, 21\u00a0h", "1", "504,00\u00a0€", "504,00\u00a0€"],
        ["Total hors taxes", "", "", "504,00\u00a0€"],
    ]


def test_value_added_tax_is_printed_when_it_is_due():
    facts = make_facts(vat_rate_percent=20, unit_price_cents=50_403)
    data = build(facts)

    assert data.price[2:] == [["TVA 20\u00a0%", "", "", "201,61\u00a0€"], ["Total toutes taxes comprises", "", "", "1\u202f209,67\u00a0€"]]
    assert data.vat == ""
    assert reader.says(printed(facts), "Total toutes taxes comprises 1 209,67 €")
    assert not reader.says(printed(facts), "Exonération")


def test_free_course_says_zero():
    assert missing_mentions(make_facts(unit_price_cents=0)) == []
    assert reader.says(printed(make_facts(unit_price_cents=0)), "Total hors taxes 0,00 €")


def test_without_subrogation_the_employer_pays():
    assert reader.says(printed(make_facts(subrogation=False)), "Sans subrogation : l’acheteur règle à l’organisme de formation la totalité")


def test_text_typed_in_a_browser_is_printed_alike():
    """A form sends CR LF, and people type sentences with or without a full stop."""
    typed = {name: getattr(COMPLETE, name).replace("\n", "\r\n") for name in ("content", "objectives", "teaching_means")}

    assert convention_data(make_facts(**typed, vat_exemption=f"{COMPLETE.vat_exemption}.")) == convention_data(COMPLETE)
    assert len(build(COMPLETE).content) == 3


def test_own_clause_takes_the_place_of_the_usual_one():
    own = Clause("disputes", "Médiation", "Une médiatrice est saisie d’abord.")
    extra = Clause("housing", "Hébergement", "Le gîte est réservé par l’acheteur.")

    assert [clause.title for clause in usual(own, extra)] == [*(clause.title for clause in USUAL[:3]), "Médiation", "Hébergement"]


def test_usages_are_shown_as_unverified_and_the_law_as_read():
    assert {mention.code for mention in MENTIONS if mention.standing != Standing.READ} == {"P01", "P02", "P03"}
    assert PROVENANCE.version_on == date(2026, 3, 27)
    assert PROVENANCE.reviewer == ""


def test_printed_words_do_not_depend_on_the_day_of_printing(monkeypatch):
    before = convention_data(COMPLETE)
    monkeypatch.setattr("hub.core.kit.dates.today", lambda: date(2031, 5, 5))

    assert convention_data(COMPLETE) == before


def test_data_has_the_fields_of_the_kind():
    kinds.get("convention").check(convention_data(COMPLETE))


def test_agreement_conforms_before_and_after_the_seal(tmp_path, complete):
    hostile = printed(
        make_facts(
            title='#panic("x") *a* $x$',
            objectives='#read("/etc/passwd")\n]) <script>alert(1)</script>',
            trainees=tuple(Trainee(f"Personne_{rank} Nguyễn @x", "buyer") for rank in range(48)),
        )
    )

    assert reader.conforms(tmp_path, complete=complete, sealed=seal.seal(complete), hostile=hostile) == ""
    assert reader.says(hostile, '#read("/etc/passwd")')
    assert len(complete) <= 90_000


def test_long_list_of_trainees_repeats_its_header():
    pages = reader.pages(printed(make_facts(trainees=tuple(Trainee(f"Personne {rank} Essai", "buyer") for rank in range(60)))))
    holding = [page for page in pages if "Essai" in page]

    assert len(holding) >= 2
    assert all("Nom" in page.replace("\r\n", " ").split() for page in holding)


def test_every_page_names_the_agreement_and_its_version(complete):
    pages = reader.pages(complete)

    for rank, page in enumerate(pages, 1):
        assert "Convention de formation CF-2026-0042 · version 1" in page
        assert f"page {rank}/{len(pages)}" in page


def test_every_row_of_every_table_has_a_header(complete):
    rows = [cells for tag, _, cells in reader.walk(reader.elements(complete)) if tag == "/TR"]

    assert len(rows) > 30
    for cells in rows:
        assert cells[0][0] == "/TH"


def test_half_day_lasts_from_its_start_to_its_end():
    assert HalfDay(date(2027, 1, 18), time(8, 30), time(12, 0)).minutes == 210
    assert sum(half_day.minutes for half_day in HALF_DAYS) == COMPLETE.duration_minutes
