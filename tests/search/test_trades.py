"""Each building trade finds who chose its sheet of the ROME and wrote nothing else, by the one word that people type, on every engine."""

import pytest

from directory.vocabularies import files
from search.lexicon import IndexLexicon
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


@pytest.fixture(scope="module", params=ENGINES)
def engine(request, tmp_path_factory):
    """Somebody for each sheet, so that an answer is not one for lack of others."""
    labels = {row["code"]: row["label"] for row in files.trades(files.DATA)}
    with made_engine(request.param, tmp_path_factory.mktemp("trades") / "index") as one:
        built(one, *(make_documents(code, title=label) for code, label in labels.items()))
        one.refresh()
        yield one


@pytest.mark.parametrize("trade", SHEETS)
def test_a_building_trade_finds_who_has_its_sheet(engine, trade):
    found = keys(ask(engine, understand(trade, IndexLexicon(engine, PUBLIC)).passes()[0], size=20))

    assert {f"person:{code}" for code in SHEETS[trade]} <= set(found)
