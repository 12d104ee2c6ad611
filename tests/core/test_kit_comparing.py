"""Two texts compared word by word: nothing is lost, and no text keeps a processor for itself."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core.kit import comparing
from hub.core.kit.comparing import Piece, pieces

TEXTS = st.lists(st.sampled_from(["maison", "bleue", "la", ",", ".", " ", "  ", "\n", "é"]), max_size=40).map("".join)


@given(TEXTS, TEXTS)
def test_both_texts_are_read_back_from_their_pieces(before, after):
    found = list(pieces(before, after))

    assert "".join(one.text for one in found if one.kind != "added") == before
    assert "".join(one.text for one in found if one.kind != "removed") == after
    assert all(one.text for one in found)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("la maison.", "la maison bleue.", [("same", "la maison"), ("added", " bleue"), ("same", ".")]),
        ("la maison", "la maison", [("same", "la maison")]),
        ("la vieille maison", "la grande maison", [("same", "la "), ("removed", "vieille"), ("added", "grande"), ("same", " maison")]),
        ("un toit plat", "deux toits plats", [("removed", "un toit plat"), ("added", "deux toits plats")]),
        ("a\nb", "a\nb\nc", [("same", "a\nb"), ("added", "\nc")]),
    ],
)
def test_what_changed_is_said_in_words(before, after, said):
    assert list(pieces(before, after)) == [Piece(*one) for one in said]


def test_past_a_number_of_pairs_the_rest_is_replaced_as_a_whole(monkeypatch):
    monkeypatch.setattr(comparing._Matcher, "left", 100)

    found = list(pieces("a " * 50, "a " * 50 + "b"))

    assert [one.kind for one in found] == ["removed", "added"]
