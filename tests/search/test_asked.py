"""Questions that members of the federation asked, and what they were to find."""

import pytest

from search import index
from search.query import search
from tests.search.shelf import Reader, Shelf, publish

READER = Reader()


@pytest.fixture
def hub(monkeypatch):
    shelf = Shelf()
    publish(monkeypatch, shelf)
    shelf.put("gironde", title="Plaquiste", place="Lormont, Gironde (33)")
    shelf.put("nord", title="Plaquiste", place="Lille, Nord (59)")
    shelf.put("93", title="Maçonne", place="Saint-Denis, Seine-Saint-Denis (93)")
    shelf.put("974", title="Maçon", place="Saint-Denis, La Réunion (974)")
    shelf.put("elsewhere", title="Maçon", body="Diplômé de Saint-Étienne, denis.", place="Brest, Finistère (29)")
    shelf.put("vannes", title="Photographe", place="Vannes, Morbihan (56)")
    shelf.put("auray", title="Céramiste", place="Auray, Morbihan (56)")
    shelf.put("contract", title="Rupture", body="Fin d’un contrat d’entrepreneur salarié associé avant son terme.")
    shelf.put("apart", title="Réunion", body="Un entrepreneur reçoit ; le salarié vient ensuite, puis l’associé.")
    shelf.put("payslip", title="Paie des permanents")
    shelf.put("tools", title="Modèle de convention", body="Prêt d’outillage entre deux CAE.")
    for number in range(3):
        shelf.put(
            f"n{number}", name="Aude Marchais", title="Conception de formations, peinture, gestionnaire, tapis", skills=("pose de portes",)
        )
    index.rebuild()
    return shelf


@pytest.mark.parametrize(
    ("text", "place", "found"),
    [
        ("plaquiste 33", "Gironde (33)", ["gironde", "nord"]),
        ("Saint-Denis maçon", "Saint-Denis (974 ou 93)", ["93", "974", "elsewhere"]),
        ("maçonne saint denis", "Saint-Denis (974 ou 93)", ["93", "974", "elsewhere"]),
        ("Saint-Denis (93) maçon", "Saint-Denis (93)", ["93", "elsewhere", "974"]),  # Brest is nearer than La Réunion
        ("Vannes", "Vannes (56)", ["vannes", "auray", "elsewhere"]),  # the Finistère is beside
        ("Morbihan", "Morbihan (56)", ["auray", "vannes", "elsewhere"]),
        ("CESA", "", ["contract"]),
        ("paye", "", ["payslip"]),
        ("prêt d’outillage", "", ["tools"]),
        ("convention type", "", ["tools"]),
    ],
)
def test_what_was_asked_is_found(hub, text, place, found):
    answer = search(text, reader=READER)

    ids = [one.id for one in answer.found]
    if place in {"Saint-Denis (974 ou 93)", "Morbihan (56)"}:  # nothing says which of the two comes first
        ids[:2] = sorted(ids[:2])
    assert (answer.place.label if answer.place else "", ids) == (place, found)


def test_fixed_phrase_is_not_taken_apart(monkeypatch):
    """Nobody who keeps accounts answers for the minutes of a meeting."""
    shelf = Shelf()
    publish(monkeypatch, shelf)
    shelf.put("accounts", title="Comptable, tenue de comptes")
    index.rebuild()
    assert search("comptes rendus", reader=READER).found == ()

    shelf.put("minutes", title="Procès-verbal du 12 mars")
    index.rebuild()
    assert [one.id for one in search("compte-rendu", reader=READER).found] == ["minutes"]


def test_trade_is_found_under_the_names_of_the_rome(monkeypatch):
    """Who chose the sheet and no appellation bears its label; one appellation leads to the sheets of those that mean the same."""
    shelf = Shelf()
    publish(monkeypatch, shelf)
    shelf.put("staff", title="Application et décoration en plâtre, stuc et staff")
    shelf.put("partitions", title="Montage d’agencements")
    shelf.put("board", title="Menuisière", skills=("Plaque plâtre",))
    shelf.put("assembly", title="Montage de structures métalliques")
    index.rebuild()

    assert {one.id for one in search("plaquiste", reader=READER).found} == {"staff", "partitions", "board"}
    assert {one.id for one in search("plâtrière", reader=READER).found} >= {"staff", "partitions", "board"}


@pytest.mark.parametrize("text", ["paye", "gestion de paye", "prêt d’outillage", "convention type", "marché public", "tapit type"])
def test_word_that_is_written_right_gets_no_other(hub, text):
    assert [one.word for one in search(text, reader=READER).corrections if one.word != "tapis"] == []


def test_slip_gets_the_word_that_was_meant(hub):
    assert [one.word for one in search("gestionaire de paie", reader=READER).corrections] == ["gestionnaire"]
    assert [one.word for one in search("tapit", reader=READER).corrections] == ["tapis"]
