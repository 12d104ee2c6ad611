import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.highlight import Wanted, excerpt, marked
from search.plan import understand


def wanted(text):
    return Wanted.of(understand(text))


def shown(parts):
    return "".join(f"[{part.text}]" if part.marked else part.text for part in parts)


@pytest.mark.parametrize(
    ("query", "text", "expected"),
    [
        ("électricien", "Électricienne, l’électricité du bâtiment", "[Électricienne], l’[électricité] du bâtiment"),
        ("plombier", "Plombier·ère à Bordeaux", "[Plombier·ère] à Bordeaux"),
        ("formateur", "(formateur/trice) et formation", "([formateur/trice]) et formation"),
        ("developpeur", "Un développeur(se) web", "Un [développeur](se) web"),
        ("salarié", "Un·e salarié(e), (salarié(e)s)", "Un·e [salarié(e)], ([salarié(e)s])"),
        ("scop", "La S.C.O.P. voisine", "La [S.C.O.P]. voisine"),
        ("c++", "En C++, un peu de C#", "En [C++], un peu de C#"),
        ("aix", "Aix-en-Provence", "[Aix]-en-Provence"),
        ("pompe chaleur", "Pompes à chaleur", "[Pompes] à [chaleur]"),
        ("sophro", "Sophrologue", "[Sophrologue]"),
        ("sop", "Sophrologue", "Sophrologue"),
        ("oeuvre", "maître d’œuvre", "maître d’[œuvre]"),
        ("rien", "<script>rien</script>", "<script>[rien]</script>"),
    ],
)
def test_marked_words_are_those_the_index_compares(query, text, expected):
    assert shown(marked(text, wanted(query))) == expected


@given(st.text(max_size=80), st.text(max_size=30))
def test_marks_change_no_letter_of_the_text(text, query):
    assert "".join(part.text for part in marked(text, wanted(query))) == text


@given(st.text("abcdeé '’·-/().+# \n", max_size=60))
def test_every_word_looked_for_is_marked(text):
    parts = marked(text, wanted(text))

    assert any(part.marked for part in parts) == bool(understand(text).words)


def test_excerpt_surrounds_the_first_word_found():
    text = " ".join([f"avant{n}" for n in range(20)] + ["zinguerie"] + [f"apres{n}" for n in range(60)])

    parts = shown(excerpt(text, wanted("zinguerie")))

    assert parts.startswith("… avant12 ")
    assert "[zinguerie]" in parts
    assert parts.endswith(" …")


def test_excerpt_of_a_text_without_the_words_is_nothing():
    assert excerpt("Rien de cela ici.", wanted("zinguerie")) == ()


def test_nothing_wanted_marks_nothing():
    assert shown(marked("Électricienne", Wanted.of(understand("")))) == "Électricienne"


def test_excerpt_keeps_lines_apart():
    assert "".join(part.text for part in excerpt("Bois debout\n\nRéalisation de meubles\n", Wanted.of(understand("meubles")))) == (
        "Bois debout · Réalisation de meubles"
    )
