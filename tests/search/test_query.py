from dataclasses import replace
from datetime import timedelta

import pytest

from hub.core.kit.dates import today
from search import index
from search.engines import engine
from search.engines.tantivy import TantivyEngine
from search.errors import EngineUnavailable
from search.plan import understand
from search.query import ENOUGH, PAGE_SIZE, search, suggest
from tests.search.shelf import Reader, Shelf, make_entry, publish

PUBLIC, STAFF = Reader(), Reader(frozenset({"public", "federation", "staff:1"}))


@pytest.fixture
def people(monkeypatch):
    shelf = Shelf()
    shelf.courses = Shelf("course", "Formations", order=60)
    publish(monkeypatch, shelf, shelf.courses)
    return shelf


def ids(answer):
    return [one.id for one in answer.found]


def facets(answer):
    return {facet.kind: facet.count for facet in answer.facets}


def text_of(parts):
    return "".join(f"[{part.text}]" if part.marked else part.text for part in parts)


def test_search_finds_over_all_kinds(people):
    people.put("1", name="Solène Marchais", title="Plombière", skills=("zinguerie", "robinetterie"), body="Travaille la robinetterie.",
               place="Lormont, Gironde", organisation="Bâti Commun")  # fmt: skip
    people.courses.put("2", title="Robinetterie : les bases")
    index.rebuild()

    answer = search("robinetterie", reader=PUBLIC)

    assert (answer.total, ids(answer), facets(answer)) == (2, ["2", "1"], {"person": 1, "course": 1})
    course, person = answer.found
    assert (text_of(course.marked_heading), course.title, course.url) == ("[Robinetterie] : les bases", (), "/fiches/2/")
    assert (text_of(person.marked_heading), text_of(person.title)) == ("Solène Marchais", "Plombière")
    assert [text_of(skill) for skill in person.skills] == ["[robinetterie]", "zinguerie"]
    assert text_of(person.excerpt) == "Travaille la [robinetterie]."
    assert (person.kind_label, person.place, person.organisation) == ("Personne", "Lormont, Gironde", "Bâti Commun")


def test_choosing_a_kind_keeps_the_counts_of_the_others(people):
    people.put("1", title="Plombière")
    people.courses.put("2", title="Plombier : les bases")
    index.rebuild()

    answer = search("plombier", reader=PUBLIC, kind="course")

    assert (answer.total, ids(answer), facets(answer)) == (1, ["2"], {"person": 1, "course": 1})
    assert [facet.is_chosen for facet in answer.facets] == [False, True]


def test_choosing_a_kind_finds_as_many_as_its_facet_said(people):
    """The lenient query is for pages that all kinds together do not fill, or the figures would change at each click."""
    for number in range(ENOUGH):
        people.courses.put(f"c{number}", title="Audit énergétique rénovation")
    people.put("all", title="Audit énergétique rénovation")
    people.put("two", title="Audit énergétique")
    index.rebuild()

    before = search("audit énergétique rénovation", reader=PUBLIC)
    after = search("audit énergétique rénovation", reader=PUBLIC, kind="person")

    assert facets(before)["person"] == after.total == 1


def test_lenient_query_fills_the_pages_that_people_turn(people):
    """More than the first: whoever goes further has not found in it."""
    for number in range(ENOUGH - 1):
        people.put(f"{number:02d}", title="Audit énergétique rénovation")
    people.put("two", title="Audit énergétique")
    index.rebuild()
    assert ids(search("rénovation audit énergétique", reader=PUBLIC, page=ENOUGH // PAGE_SIZE))[-1] == "two"

    people.put("last", title="Audit énergétique rénovation")
    index.rebuild()
    assert "two" not in ids(search("rénovation audit énergétique", reader=PUBLIC, page=ENOUGH // PAGE_SIZE))


def test_what_lacks_a_word_comes_after_and_is_counted_apart(people):
    people.put("two", title="Audit énergétique", skills=("audit énergétique",))
    people.put("all", title="Autre chose", body="Rénovation, audit énergétique")
    people.courses.put("course", title="Audit énergétique")
    index.rebuild()

    answer = search("rénovation audit énergétique", reader=PUBLIC)

    assert ids(answer)[0] == "all"
    assert [one.is_partial for one in answer.found] == [False, True, True]
    assert (answer.total, answer.partial, answer.count, answer.is_partial, facets(answer)) == (3, 2, 1, False, {"person": 1})


def test_what_lacks_a_word_comes_after_what_is_over(people):
    people.courses.put("two", title="Audit énergétique", ends_on=today() + timedelta(1))
    people.courses.put("all", title="Rénovation, audit énergétique", ends_on=today() - timedelta(1))
    index.rebuild()

    assert ids(search("rénovation audit énergétique", reader=PUBLIC)) == ["all", "two"]


def test_pages_go_from_what_has_all_the_words_to_what_lacks_one(people):
    for number in range(3):
        people.put(f"all{number}", title="Audit énergétique rénovation")
        people.put(f"two{number}", title="Audit énergétique")
    index.rebuild()

    pages = [search("rénovation audit énergétique", reader=PUBLIC, page=page, size=2) for page in (1, 2, 3)]

    assert [[one.is_partial for one in page.found] for page in pages] == [[False, False], [False, True], [True, True]]
    assert len({one for page in pages for one in ids(page)}) == 6


def test_when_nothing_has_all_the_words_what_lacks_one_is_counted(people):
    people.put("two", title="Audit énergétique")
    index.rebuild()

    answer = search("rénovation audit énergétique", reader=PUBLIC)

    assert (answer.count, answer.is_partial, facets(answer)) == (1, True, {"person": 1})


def test_last_resort_is_for_those_who_found_nothing(people):
    people.put("1", title="Boulangère")
    index.rebuild()
    assert ids(search("bouchère boulangère", reader=PUBLIC)) == ["1"]

    people.put("2", title="Bouchère boulangère")
    index.rebuild()
    assert ids(search("bouchère boulangère", reader=PUBLIC)) == ["2"]


def test_half_of_the_words_is_no_answer_when_a_page_of_the_hub_says_them_all(people):
    people.put("1", title="Boulangère")
    index.rebuild()

    assert (search("bouchère boulangère", reader=PUBLIC).is_partial, search("bouchère boulangère", reader=PUBLIC, is_met=True).total) == (
        True,
        0,
    )


def test_pages_are_cut_and_a_page_too_far_is_the_last(people):
    for number in range(PAGE_SIZE + 3):
        people.put(f"{number:02d}", title="Plombière")
    index.rebuild()

    first, second, far = (search("plombière", reader=PUBLIC, page=page) for page in (1, 2, 40))

    assert (len(first.found), len(second.found), second.page) == (PAGE_SIZE, 3, 2)
    assert not set(ids(first)) & set(ids(second))
    assert (ids(far), far.page) == (ids(second), 2)


@pytest.mark.parametrize("text", ["", "de la", "???"])
def test_text_without_words_finds_nothing_and_says_why(people, text):
    answer = search(text, reader=PUBLIC)

    assert (answer.total, answer.has_words) == (0, False)


# -- audiences ------------------------------------------------------------------------------------------------------------------------
def put_secret(people):
    people.put(
        "1",
        make_entry(title="Plombière"),
        make_entry(title="Plombière", audiences=["staff:1", "person:7"], body="En arrêt depuis mars."),
    )


def test_word_of_a_closed_field_finds_for_those_who_may_read_it(people):
    put_secret(people)
    index.rebuild()

    assert (search("arrêt", reader=PUBLIC).total, search("arrêt", reader=STAFF).total) == (0, 1)
    for reader in (PUBLIC, STAFF):
        answer = search("plombière", reader=reader)
        assert (answer.total, facets(answer)) == (1, {"person": 1})


def test_closed_field_is_not_shown_to_others(people):
    put_secret(people)
    index.rebuild()

    (public,), (staff,) = (search("plombière", reader=reader).found for reader in (PUBLIC, STAFF))

    assert (text_of(public.excerpt), text_of(staff.excerpt)) == ("", "")
    assert text_of(search("plombière arrêt", reader=STAFF).found[0].excerpt) == "En [arrêt] depuis mars."


def test_hit_that_the_database_no_longer_shows_vanishes(people):
    people.put("1", title="Plombière")
    people.put("2", title="Plombière")
    index.rebuild()
    people.hidden.add("1")
    del people.entries["2"]

    assert search("plombière", reader=PUBLIC).found == ()


def test_field_closed_since_the_index_was_written_is_not_shown(people):
    people.put("1", title="Plombière", body="En arrêt depuis mars.")
    index.rebuild()
    put_secret(people)

    (found,) = search("plombière arrêt", reader=PUBLIC).found

    assert found.excerpt == ()


# -- without an index -----------------------------------------------------------------------------------------------------------------
def test_missing_index_leaves_a_plain_search(people):
    people.put("1", title="Plombière", skills=("zinguerie",))
    people.put("2", title="Maçonne")
    people.courses.put("3", title="Zinguerie")

    answer = search("zinguerie", reader=PUBLIC)

    assert (answer.is_plain, answer.total, ids(answer), facets(answer)) == (True, 2, ["1", "3"], {"person": 1, "course": 1})
    assert ids(search("zinguerie", reader=PUBLIC, kind="course")) == ["3"]


def test_damaged_index_leaves_a_plain_search(people):
    people.put("1", title="Plombière")
    index.rebuild()
    engine().refresh()
    for path in engine()._folder.current().glob("*"):
        path.write_bytes(b"")

    assert search("plombière", reader=PUBLIC).is_plain


def test_plain_search_obeys_the_same_audiences(people):
    """The shelf looks in every entry, as careless code might: a match in a closed field must not tell what it holds."""
    put_secret(people)
    people.put("2", title="Arrêt de travail", audiences=["staff:1"])

    assert ids(search("arrêt", reader=PUBLIC)) == []
    assert ids(search("arrêt", reader=STAFF)) == ["1", "2"]
    assert ids(search("plombière", reader=PUBLIC)) == ["1"]


def test_plain_search_has_pages_too(people):
    for number in range(PAGE_SIZE + 3):
        people.put(f"{number:02d}", title="Plombière")

    assert len(search("plombière", reader=PUBLIC, page=2).found) == 3
    assert search("plombière", reader=PUBLIC, page=9).page == 2


# -- bringing up to date --------------------------------------------------------------------------------------------------------------
def test_update_brings_changes_and_removals(people):
    people.put("1", title="Plombière")
    people.put("2", title="Plombière")
    index.rebuild()
    people.put("1", title="Maçonne")
    del people.entries["2"]
    people.put("3", title="Plombière")

    index.update({"person:1", "person:2", "person:3", "ghost:4"})
    engine().refresh()

    assert ids(search("plombière", reader=PUBLIC)) == ["3"]
    assert ids(search("maçonne", reader=PUBLIC)) == ["1"]


def test_update_without_an_index_is_left_to_the_rebuild(people):
    people.put("1", title="Plombière")

    index.update({"person:1"})

    assert not engine().health().ready


def test_object_without_entry_leaves_the_index(people):
    people.put("1", title="Plombière")
    index.rebuild()
    people.entries["1"] = []

    index.update({"person:1"})
    engine().refresh()

    assert engine().health().objects == {}


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda written: written[:-1], "l’index nouveau tient 1 « person » sur 2"),
        (lambda written: [replace(one, tokens={}) for one in written], "l’index nouveau ne trouve pas person:1"),
    ],
)
def test_new_index_that_lost_something_never_serves(people, monkeypatch, spoil, said):
    people.put("1", title="Plombière")
    index.rebuild()
    people.put("2", title="Maçonne")
    write = TantivyEngine._write
    monkeypatch.setattr(TantivyEngine, "_write", lambda self, into, documents, *rest: write(self, into, spoil(list(documents)), *rest))

    with pytest.raises(EngineUnavailable, match=said):
        index.rebuild()

    assert ids(search("plombière", reader=PUBLIC)) == ["1"]


def test_index_that_agrees_has_no_difference(people):
    people.put("1", title="Plombière")
    put_secret(people)
    people.courses.put("2", title="Dans les")  # stop words only
    index.rebuild()

    assert index.differences() == []


def test_differences_name_what_is_missing_and_what_is_left_over(people, monkeypatch):
    people.put("1", title="Plombière")
    people.courses.put("2", title="Zinguerie")
    index.rebuild()
    people.put("3", title="Maçonne")
    publish(monkeypatch, people)

    assert index.differences() == [
        "Personnes : 1 dans l’index, 2 dans la base.",
        "Personnes : 1\u00a0fiche témoin introuvable sur 2, dont person:3.",
        "« course » : 1 dans l’index, mais ce genre n’existe plus.",
    ]


def test_differences_notice_an_object_that_no_longer_answers_to_its_words(people):
    people.put("1", title="Plombière")
    index.rebuild()
    people.put("1", title="Maçonne")  # as many as before

    assert index.differences() == ["Personnes : 1\u00a0fiche témoin introuvable sur 1, dont person:1."]


def test_differences_of_a_missing_index(people):
    assert index.differences() == ["L’index ne répond pas : l’index de recherche n’est pas encore construit."]


def test_source_that_is_no_source_is_refused(monkeypatch):
    from hub.core.ui import panels
    from search.sources import sources

    publish(monkeypatch)
    panels.register("search.source", "odd")(lambda actor, subject: {"source": "person"})

    with pytest.raises(TypeError, match="odd"):
        sources()


def test_question_keeps_its_text():
    assert understand("  Électricien ").text == "  Électricien "


# -- what is said otherwise -----------------------------------------------------------------------------------------------------------
def test_suggestions_end_with_the_words_that_lead_there(people):
    people.put("1", title="Montage d’agencements")
    people.put("2", title="Plaques de métal")
    people.courses.put("3", title="Entrepreneur salarié associé : le statut")
    index.rebuild()

    assert suggest("plaq", reader=PUBLIC) == ["Plaques de métal", "plaquiste"]
    assert suggest("plaq", reader=PUBLIC, size=1) == ["Plaques de métal"]
    assert suggest("cesa", reader=PUBLIC) == ["cesa"]
    assert suggest("pla", reader=PUBLIC) == ["Plaques de métal"]


def test_suggestion_of_a_trade_tells_nothing_of_what_the_reader_may_not_see(people):
    people.put("1", make_entry(title="Montage d’agencements", audiences=["staff:1"]))
    index.rebuild()

    assert suggest("plaq", reader=PUBLIC) == []
    assert suggest("plaq", reader=STAFF) == ["plaquiste"]


def test_who_bears_a_name_near_to_a_trade_comes_before_the_trade(people):
    for number in range(9):
        people.put(str(number), name=f"Lou Martin{number}", title="Maçonnerie")
    people.put("masson", name="Ida Masson", title="Comptable")
    for number in range(100):
        people.put(f"other{number}", name=f"Autre {number}", title="Graphiste")
    index.rebuild()

    answer = search("masson", reader=PUBLIC)

    assert ids(answer)[0] == "masson"
    assert [one.word for one in answer.corrections] == ["maçon"]


def test_a_departement_typed_with_a_slip_is_proposed_though_nothing_lies_there(people):
    people.put("1", title="Électricienne", place="Lille, Nord (59)")
    index.rebuild()

    answer = search("electricien morbian", reader=PUBLIC)

    assert (ids(answer), [(one.word, one.text) for one in answer.corrections]) == (["1"], [("Morbihan", "electricien Morbihan")])
    assert search("morbian", reader=PUBLIC).corrections == ()  # alone it leads nowhere


@pytest.mark.parametrize(
    ("text", "proposed"),
    [
        ("plombier Avignion", ["plombier Avignon"]),
        ("plombière à avignion", ["plombière à Avignon"]),
        ("plombier la rochele", ["plombier la Rochelle"]),
        ("plombier Avigniion Vaucluse", []),  # the place is known
        ("plombier Avxgnxxn", []),
        ("plombier à ouesant", ["plombier à Ouessant"]),
        ("plombier ouesant", []),  # a village is none unless it is said as one
        ("plombier peinture", []),  # written right, though nobody paints
        ("avignion", []),
    ],
)
def test_a_town_typed_with_a_slip_is_proposed_and_not_looked_for(people, text, proposed):
    people.put("1", title="Plombière", place="Lille, Nord (59)")
    index.rebuild()

    answer = search(text, reader=PUBLIC)

    assert [one.text for one in answer.corrections] == proposed
    assert ids(answer) == (["1"] if "plomb" in text else [])


def test_no_town_is_proposed_for_a_word_that_says_something(people):
    people.put("1", name="Lou Avignion", title="Maçonne")
    people.put("2", title="Plombière", body="Chez Bordaux.")
    people.put("3", title="Maçonne", body="Rien.", place="Lille, Nord (59)")
    index.rebuild()

    assert search("plombier Avignion", reader=PUBLIC).corrections == ()  # a name
    assert search("plombier bordaux", reader=PUBLIC).corrections == ()  # all the words are found
    assert [one.word for one in search("maçon bordaux", reader=PUBLIC).corrections] == ["Bordeaux"]


# -- what is over ---------------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("is_plain", [False, True])
def test_what_is_over_comes_last_and_says_so(people, is_plain):
    """A session of three days is not over on the second."""
    people.courses.over = "passée"
    day = today()
    people.courses.put("over", title="Amiante", starts_on=day - timedelta(2), ends_on=day - timedelta(1))
    people.courses.put("held", title="Amiante : retirer sans risque", starts_on=day - timedelta(1), ends_on=day)
    people.courses.put("course", title="Amiante : le programme et ses risques")
    if not is_plain:
        index.rebuild()

    answer = search("amiante", reader=PUBLIC)

    assert answer.is_plain == is_plain
    assert ids(answer)[-1] == "over"
    assert [one.over for one in answer.found] == ["", "", "passée"]
