"""Look-ups by words, form fields, and the addresses that help to type."""

import pytest
from django import forms
from django.core.exceptions import ValidationError

from directory.vocabularies import selectors
from directory.vocabularies.forms import CommuneField, SkillField, TradeField, TradesField
from directory.vocabularies.models import Commune
from tests.builders.vocabularies import make_commune, make_skill, make_trade

pytestmark = pytest.mark.django_db


@pytest.fixture
def communes():
    make_commune()
    make_commune("Saint-Martin", "32389", "32", "32300", 400)
    make_commune("Saint-Martin", "65392", "65", "65360", 500)
    make_commune("Saint-Martin-d’Hères", "38421", "38", "38400", 38000)
    make_commune("L’Haÿ-les-Roses", "94038", "94", "94240", 31000)
    make_commune("Origne", "33310", "33", "33113", 200)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("lorm", ["Lormont (33)"]),
        ("hay les", ["L’Haÿ-les-Roses (94)"]),
        ("ST MARTIN", ["Saint-Martin (65)", "Saint-Martin (32)", "Saint-Martin-d’Hères (38)"]),
        ("323", ["Saint-Martin (32)"]),
        ("ormont", []),
        ("", []),
        ("%", []),
    ],
)
def test_communes_are_found_by_the_beginning_of_a_word_or_of_a_postal_code(communes, text, found):
    assert [str(row) for row in selectors.search_communes(text)] == found


@pytest.mark.parametrize("text", ["Lormont", "lormont (33)", "33310 Lormont", "Lormont 33", "33249", " LORMONT "])
def test_commune_field_gives_the_row(communes, text):
    assert CommuneField().clean(text) == Commune.objects.get(pk="33249")


def test_commune_field_gives_nothing_for_nothing(communes):
    assert CommuneField(required=False).clean(" ") is None


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "Saint-Martin",
            "Plusieurs communes répondent à «\u00a0Saint-Martin\u00a0»\u00a0: "
            "Saint-Martin (65), Saint-Martin (32). Précisez le département.",
        ),
        ("33310", "Plusieurs communes répondent à «\u00a033310\u00a0»\u00a0: Lormont (33), Origne (33). Précisez le département."),
        ("Lormond", "Aucune commune ne répond à «\u00a0Lormond\u00a0». Est-ce Lormont (33)\u202f?"),
        (
            "Zzyzx",
            "Aucune commune ne répond à «\u00a0Zzyzx\u00a0». Écrivez le nom et le département, comme «\u00a0Lormont (33)\u00a0».",
        ),
    ],
)
def test_commune_field_says_what_the_words_may_mean(communes, text, sentence):
    with pytest.raises(ValidationError) as refused:
        CommuneField().clean(text)

    assert refused.value.messages == [sentence]


def test_commune_field_shows_the_name_of_the_row_that_it_holds(communes):
    class Place(forms.Form):
        commune = CommuneField(required=False)

    shown = Place(initial={"commune": "33249"})["commune"].value()
    kept = Place({"commune": "Lormond"})

    assert shown == "Lormont (33)"
    assert kept["commune"].value() == "Lormond"
    assert not Place({"commune": "Lormont (33)"}, initial={"commune": "33249"}).has_changed()


def test_trades_are_found_by_appellation_once_each_building_first():
    make_trade("Maçonnerie", "F1703", ["Maçon / Maçonne", "Maçon / Maçonne en pierre"])
    make_trade("Peinture industrielle", "H3404", ["Peintre / Peintre industriel"], is_building=False)
    make_trade("Peinture en bâtiment", "F1606", ["Peintre / Peintre en bâtiment"])

    assert [match.trade.code for match in selectors.search_trades("macon")] == ["F1703"]
    assert [match.trade.code for match in selectors.search_trades("peintre")] == ["F1606", "H3404"]
    assert [match.name for match in selectors.search_trades("peintre")] == ["Peintre / Peintre en bâtiment", "Peintre / Peintre industriel"]


def test_a_withdrawn_trade_is_neither_found_nor_accepted():
    make_trade("Maçonnerie", "F1703", ["Maçon / Maçonne"], is_current=False)

    assert selectors.search_trades("maçon") == []
    with pytest.raises(ValidationError):
        TradeField().clean("F1703")


@pytest.mark.parametrize("text", ["F1703", "f1703", "maçonnerie", "Maçonne", "macon"])
def test_trade_field_understands_codes_labels_and_both_genders(text):
    trade = make_trade("Maçonnerie", "F1703", ["Maçon / Maçonne"])

    assert TradeField().clean(text) == trade


def test_trade_field_names_the_trades_that_share_an_appellation():
    make_trade("Charpente bois", "F1501", ["Charpentier / Charpentière"])
    make_trade("Structures métalliques", "H2911", ["Charpentier / Charpentière"])

    with pytest.raises(ValidationError) as refused:
        TradeField().clean("charpentière")

    names = "Charpente bois, Structures métalliques"
    assert refused.value.messages == [f"Plusieurs métiers répondent à «\u00a0charpentière\u00a0»\u00a0: {names}. Choisissez-en un."]


def test_skills_are_found_by_synonym_after_labels():
    make_skill("Construction terre", "22392", ["pisé", "torchis"])
    make_skill("Pisé décoratif", "22393")

    assert [row.code for row in selectors.search_skills("pise")] == ["22393", "22392"]
    assert SkillField().clean("torchis").code == "22392"


def test_trades_field_takes_each_once_and_keeps_what_was_refused():
    class Crafts(forms.Form):
        trades = TradesField(label="Métiers", item_label="Métier", required=False, max_items=2)

    mason = make_trade("Maçonnerie", "F1703", ["Maçon / Maçonne"])
    good = Crafts({"trades": ["maçon", "", "F1703"]})
    bad = Crafts({"trades": ["maçon", "zzz"]})
    many = Crafts({"trades": ["maçon", "maçonne", "Maçonnerie"]})

    assert good.is_valid()
    assert good.cleaned_data["trades"] == [mason]
    assert not bad.is_valid()
    assert [line for line in str(bad["trades"]).splitlines() if "aria-invalid" in line] == [
        line for line in str(bad["trades"]).splitlines() if 'value="zzz"' in line
    ]
    assert "aria-invalid" not in str(Crafts({"trades": ["zzz"]}).fields["trades"].widget.render("trades", ["zzz"]))
    assert many.errors == {"trades": ["2 au plus."]}


@pytest.mark.parametrize("route", ["communes", "metiers", "competences"])
@pytest.mark.parametrize("text", ["", "zzz", "%00", "é" * 500, "'\"<script>", "\x00", "1" * 100, "a " * 60, "％", "🙂"])
def test_suggestions_answer_whatever_is_typed(client, route, text):
    answer = client.get(f"/vocabulaires/{route}.json", {"q": text})

    assert answer.status_code == 200
    assert answer.json() == {"results": []}


def test_suggestions_are_limited_and_ask_the_same_for_one_row_and_for_many(client, django_assert_num_queries):
    make_trade("Maçonnerie", "F1703", ["Maçon / Maçonne"])
    make_skill("Maçonnerie", "22334")
    make_commune("Maçon", "33900")
    for number in range(30):
        make_trade(f"Maçonnerie {number}", f"F2{number:03}", [f"Maçon {number}"])
        make_skill(f"Maçonnerie {number}", f"30{number:03}")
        make_commune(f"Maçon {number}", f"339{number:02}x")

    for route, queries in {"communes": 1, "metiers": 2, "competences": 1}.items():
        with django_assert_num_queries(queries):
            found = client.get(f"/vocabulaires/{route}.json", {"q": "maç"}).json()["results"]
        assert len(found) == 20
        assert {"code", "value", "label"} == found[0].keys()


def test_sources_page_shows_licence_and_credit_of_each(client):
    from directory.vocabularies import services
    from hub.core.accounts.actor import Actor

    services.load_vocabularies(actor=Actor.system(), only={"departments", "coordinates"})
    page = client.get("/sources/").content.decode()

    assert "Coordonnées des communes\u00a0: La Poste, base officielle des codes postaux, 2019 (ODbL)." in page
    assert "https://opendatacommons.org/licenses/odbl/1-0/" in page
    assert 'id="departments"' in page
