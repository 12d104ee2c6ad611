"""Each building trade finds who chose its sheet of the ROME and wrote nothing else, by the one word that people type, with a slip too, on
every engine."""

import pytest

from directory.vocabularies import files
from search.lexicon import IndexLexicon, completions
from search.plan import understand
from tests.search.engines import ENGINES, made_engine
from tests.search.test_engine import PUBLIC, ask, built, keys, make_documents

SHEETS = {
    "maçon": {"F1703"},
    "electricien": {"F1602"},
    "plombier": {"F1603"},
    "chauffagiste": {"F1603"},
    "ramoneur": {"F1603"},
    "menuisier": {"F1607", "H2206"},
    "charpentier": {"F1501", "F1503"},
    "carreleur": {"F1608"},
    "solier": {"F1609"},
    "couvreur": {"F1610"},
    "zingueur": {"F1610"},
    "serrurier": {"F1607", "H2911"},
    "métallier": {"F1607", "H2911"},
    "vitrier": {"F1607"},
    "façadier": {"F1611"},
    "peintre": {"F1606"},
    "peintre en bâtiment": {"F1606"},
    "plâtrier": {"F1601", "F1604"},
    "plaquiste": {"F1604"},
    "étancheur": {"F1613"},
    "tailleur de pierre": {"F1612"},
    "terrassier": {"F1302", "F1704"},
    "grutier": {"F1301"},
    "paysagiste": {"A1203"},
}


# Descriptors of the Formacode whose root is not that of the trade.
SKILLS = {
    "peintre": "peinture décorative",
    "solier": "pose moquette",
    "couvreur": "couverture tuile",
    "étancheur": "étanchéité",
    "ramoneur": "fumisterie",
    "paysagiste": "travaux paysagers",
    "maçon": "maçonnerie pierre",
}


@pytest.fixture(scope="module", params=ENGINES)
def engine(request, tmp_path_factory):
    """Somebody for each sheet, so that an answer is not one for lack of others."""
    labels = {row["code"]: row["label"] for row in files.trades(files.DATA)}
    with made_engine(request.param, tmp_path_factory.mktemp("trades") / "index") as one:
        skilled = (make_documents(f"skill-{trade}", title="Ana", skills=(skill,)) for trade, skill in SKILLS.items())
        built(one, *(make_documents(code, title=label) for code, label in labels.items()), *skilled)
        one.refresh()
        yield one


@pytest.mark.parametrize("trade", SHEETS)
def test_a_building_trade_finds_who_has_its_sheet(engine, trade):
    found = keys(ask(engine, understand(trade, IndexLexicon(engine, PUBLIC)).passes()[0], size=20))

    assert {f"person:{code}" for code in SHEETS[trade]} <= set(found)


@pytest.mark.parametrize("trade", SKILLS)
def test_a_building_trade_finds_who_has_its_skill(engine, trade):
    found = keys(ask(engine, understand(trade, IndexLexicon(engine, PUBLIC)).passes()[0], size=20))

    assert f"person:skill-{trade}" in found


SLIPS = {"plaqiste": "plaquiste", "cuvreur": "couvreur", "menusier": "menuisier", "carelleur": "carreleur", "charpantier": "charpentier"}
SLIPS |= {"masson": "maçon", "paintre": "peintre"}


@pytest.mark.parametrize(("typed", "meant"), SLIPS.items())
def test_a_trade_typed_with_a_slip_is_proposed_and_finds_them_at_once(engine, typed, meant):
    """Nothing in the index is called so: its entries have the labels of the sheets."""
    question = understand(typed, IndexLexicon(engine, PUBLIC))
    found = keys(ask(engine, question.passes()[0], size=20))

    assert next(one.written for one in question.groups[0].corrections) == meant
    assert {f"person:{code}" for code in SHEETS[meant]} <= set(found)


def test_both_genders_of_a_trade_are_not_proposed_side_by_side(engine):
    (group,) = understand("menusier", IndexLexicon(engine, PUBLIC)).groups

    assert [one.written for one in group.corrections] == ["menuisier"]


def test_a_word_that_leads_nowhere_for_this_reader_is_neither_proposed_nor_completed(engine):
    nobody = IndexLexicon(engine, frozenset({"staff:1"}))

    assert understand("cuvreur", nobody).groups[0].corrections == ()
    assert list(completions("plaq", nobody)) == []


@pytest.mark.parametrize(("begun", "whole"), [("plaq", "plaquiste"), ("couvr", "couvreur"), ("grut", "grutier")])
def test_a_trade_is_completed_though_nobody_is_called_so(engine, begun, whole):
    assert whole in list(completions(begun, IndexLexicon(engine, PUBLIC)))
