import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core.kit.searchable import SearchEntry, SearchSource, entry_for, index_line, layered
from search.documents import documents_of
from tests.search.shelf import make_entry

TOKENS = ["public", "federation", "staff:1", "staff:2", "person:7"]
audiences = st.frozensets(st.sampled_from(TOKENS), min_size=1)
levels = st.lists(audiences, max_size=4)


def open_variants(documents, principal):
    return [document for document in documents if document.is_open_to(principal)]


@given(levels, st.frozensets(st.sampled_from(TOKENS)))
def test_each_reader_meets_one_variant_and_the_richest(readers, principal):
    entries = [make_entry(audiences=tokens, title=f"niveau{number}") for number, tokens in enumerate(readers)]

    met = open_variants(documents_of("person", 1, entries), principal)

    best = entry_for(entries, principal)
    assert [document.tokens["title_fold"] for document in met] == ([[best.title]] if best else [])


def test_variants_of_a_person_hold_what_their_readers_see_and_no_more():
    entries = layered(
        "/annuaire/7/",
        [
            (["public"], {"title": "Plombière", "name": "Solène Marchais"}),
            (["federation"], {"skills": ("zinguerie",)}),
            (["staff:1", "person:7"], {"body": "En arrêt jusqu’en mars."}),
        ],
    )

    documents = documents_of("person", 7, entries)

    assert {document.key for document in documents} == {"person:7"}
    for reader, expected in (
        ({"public"}, {"title", "name"}),
        ({"public", "federation"}, {"title", "name", "skills"}),
        ({"public", "federation", "staff:1"}, {"title", "name", "skills", "body"}),
        ({"public", "person:7"}, {"title", "name", "skills", "body"}),
        ({"public", "federation", "staff:2"}, {"title", "name", "skills"}),
    ):
        (met,) = open_variants(documents, reader)
        assert {field.partition("_")[0] for field in met.tokens} == expected


def test_layer_that_adds_nothing_joins_the_wider_one():
    (entry,) = layered("/x/", [(["public"], {"title": "Maçonne"}), (["federation"], {}), (["staff:1"], {"body": ""})])

    assert entry.audiences == {"public", "federation", "staff:1"}


def test_layers_before_a_title_give_no_entry():
    """A person who is not public: what little is public does not make her findable."""
    (entry,) = layered("/x/", [(["public"], {"place": "Bordeaux"}), (["federation"], {"title": "Maçonne"})])

    assert entry == SearchEntry(title="Maçonne", url="/x/", audiences=frozenset({"federation"}), place="Bordeaux")
    assert layered("/x/", [(["public"], {})]) == []


def test_layers_add_skills_and_body_and_replace_the_rest():
    entries = layered(
        "/x/",
        [
            (["public"], {"title": "Maçonne", "skills": ("chaux",), "body": "Un."}),
            (["federation"], {"title": "Maçonne, cheffe de chantier", "skills": ("pisé",), "body": "Deux."}),
        ],
    )

    assert (entries[1].title, entries[1].skills, entries[1].body) == ("Maçonne, cheffe de chantier", ("chaux", "pisé"), "Un.\nDeux.")


def test_layered_refuses_an_unknown_field():
    with pytest.raises(TypeError, match="phone"):
        layered("/x/", [(["public"], {"title": "Maçonne", "phone": "01 99 00 12 34"})])


def test_object_without_entry_has_no_document():
    assert documents_of("person", 1, []) == []


def test_index_line_is_one_per_object():
    assert index_line("person", 7) == {
        "topic": "search.index",
        "payload": {"kind": "person", "id": "7"},
        "key": "search.index:person:7",
    }


def test_source_identifies_a_row_by_its_public_id_where_it_has_one():
    page, row = type("Page", (), {"pk": 3, "public_id": "0198"})(), type("Row", (), {"pk": 4})()

    assert (SearchSource.identify(page), SearchSource.identify(row)) == ("0198", "4")
