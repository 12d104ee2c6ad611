"""Text of an administrator: what it may hold, what is refused and how, and that nothing in it is ever run."""

from datetime import UTC, datetime

import pytest

from hub.core.papers import engine, post
from hub.core.papers.blocks import BlockError, parse
from hub.core.papers.specimen import example
from tests.core import paper_reader as reader

AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
IMPRINT = {
    "label": "Spécimen",
    "number": "SP-2026-0042",
    "version": "1",
    "template": "3f9a1c2e",
    "issued_on": "23 novembre 2026",
    "replaces": "",
}
VALUES = {"stagiaire.nom": "Ana Lopes", "prix": "504,00 €"}


def printed(text, values=VALUES):
    return post.finish(engine.render("specimen", {**example(), "text": parse(text, values), "paper": IMPRINT}, timestamp=AT))


def plain(text):
    return {"type": "text", "text": text}


def test_tree_holds_paragraphs_lists_quotes_and_links():
    tree = parse("## Titre\n\nUn **mot** *net*, [ici](https://example.org/).\n\n- a\n- b\n\n1. c\n\n> d", VALUES)

    assert tree == [
        {"type": "heading", "nodes": [plain("Titre")]},
        {
            "type": "paragraph",
            "nodes": [
                plain("Un "), {"type": "strong", "nodes": [plain("mot")]}, plain(" "), {"type": "em", "nodes": [plain("net")]}, plain(", "),
                {"type": "link", "href": "https://example.org/", "nodes": [plain("ici")]}, plain("."),
            ],
        },
        {"type": "bullets", "items": [[{"type": "paragraph", "nodes": [plain("a")]}], [{"type": "paragraph", "nodes": [plain("b")]}]]},
        {"type": "steps", "items": [[{"type": "paragraph", "nodes": [plain("c")]}]]},
        {"type": "quote", "nodes": [{"type": "paragraph", "nodes": [plain("d")]}]},
    ]  # fmt: skip


def test_fields_are_filled_and_their_value_is_not_read_as_markup():
    tree = parse("Pour **{{ stagiaire.nom }}** : {{prix}}", {"stagiaire.nom": "Ana *x* {{ prix }} [a](b)", "prix": "504"})

    assert tree[0]["nodes"][1] == {"type": "strong", "nodes": [plain("Ana *x* {{ prix }} [a](b)")]}
    assert tree[0]["nodes"][2] == plain("\u00a0: 504")


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("{{ salaire }}", "« salaire » n’existe pas. Champs possibles : prix, stagiaire.nom"),
        ("{{ stagiaire.nom", "mal écrit"),
        ("{{ stagiaire nom }}", "mal écrit"),
        ("{{ prix|upper }}", "mal écrit"),
        ("![x](https://example.org/x.png)", "images"),
        ("`code`", "accents graves"),
        ("```\ncode\n```", "blocs de code"),
        ("    code", "quatre espaces"),
        ("a\n\n---\n\nb", "traits de séparation"),
        ("[x](ftp://example.org)", "ftp://example.org"),
        ("[x](file:///etc/passwd)", "file:///etc/passwd"),
        ("[x](javascript:alert(1))", "javascript:alert(1)"),
        ("<javascript:alert(1)>", "javascript:alert(1)"),
        ("[x](/chemin)", "/chemin"),
        ("[x]({{prix}})", "Lien refusé"),
        ("> " * 30 + "x", "niveaux"),
        ("- " * 12 + "x", "niveaux"),
        ("mot " * 6000, "20000"),
    ],
)
def test_refusal_says_what_and_where(text, word):
    with pytest.raises(BlockError) as refused:
        parse(text, VALUES)

    assert word in str(refused.value)


HOSTILE = [
    '#import "@preview/cetz:0.3.0": *',
    '#read("/etc/passwd") #panic("x") $x^2$ @renvoi',
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "{% load x %}",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_printed_as_it_is(text):
    assert reader.says(printed(text), text)


@pytest.mark.parametrize("text", [*HOSTILE, "[x](javascript:alert(1))", "`code`", "{{ prix }}", "# titre"])
def test_hostile_value_is_printed_as_it_is(text):
    assert reader.says(printed("{{ champ }}", {"champ": text}), text)


def test_printed_blocks_conform(tmp_path):
    text = "## Titre\n\n**a** *b* [c](https://example.org/)  \nd\n\n- e\n    - f\n\n1. g\n\n> h {{ prix }}"

    assert reader.conforms(tmp_path, blocks=printed(text)) == ""
