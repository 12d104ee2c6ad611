import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.analysis import LIGHT_RULES, PROTECTED, ROOT_RULES, STOP_WORDS, TEXT_RULES, analyse, fold

GOLDEN = {  # text: (fold, light, root) of each of its words, worked out by hand from the rules
    "électricien": ["electricien electricien electr"],
    "électricité": ["electricite electricit electr"],
    "electricite": ["electricite electricit electr"],
    "ÉLECTRICIENNES": ["electriciennes electricien electr"],
    "électricien·ne·s": ["electricien electricien electr"],
    "électricien•ne": ["electricien electricien electr"],
    "plombier": ["plombier plombier plomb"],
    "plombier·ère": ["plombier plombier plomb"],
    "plombière": ["plombiere plombier plomb"],
    "plomberie": ["plomberie plomberi plomb"],
    "formateur/trice": ["formateur formateur formateur"],
    "formatrices": ["formatrices formateur formateur"],
    "développeur(se)": ["developpeur developpeur develop"],
    "développeuse": ["developpeuse developpeur develop"],
    "développement": ["developpement developpement develop"],
    "salarié(e)s": ["salarie salari salar"],
    "salarié.e.s": ["salarie salari salar"],
    "SALARIÉ.E.S,": ["salarie salari salar"],
    "un·e salarié.e.": ["salarie salari salar"],
    "salarié-e-s": ["salarie salari salar"],
    "salarié/e/s": ["salarie salari salar"],
    "salarié(e)(s)": ["salarie salari salar"],
    "salarié(e.s)": ["salarie salari salar"],
    "salarié.es/associé.es": ["salarie salari salar", "associe associ assoc"],
    "formateur.trice.s": ["formateur formateur formateur"],
    "conseiller": ["conseiller conseiller conseil"],
    "conseillere": ["conseillere conseiller conseil"],
    "graphiste": ["graphiste graphist graph"],
    "graphisme": ["graphisme graphism graph"],
    "maçon": ["macon macon macon"],
    "maçonnerie": ["maconnerie maconneri macon"],
    "chevaux": ["chevaux cheval chev"],
    "animaux": ["animaux animal animal"],
    "bureaux": ["bureaux bureau bureau"],
    "d'œuvre": ["oeuvre oeuvr oeuvr"],
    "d’œuvre": ["oeuvre oeuvr oeuvr"],
    "maître d’œuvre": ["maitre maitr maitr", "oeuvre oeuvr oeuvr"],
    "qu'elle jusqu’ici": ["ici ici ici"],
    "aujourd'hui": ["aujourd aujourd aujourd", "hui hui hui"],
    "N’Diaye": ["diaye diay diay"],
    "S.C.O.P.": ["scop scop scop"],
    "la S.C.I.C": ["scic scic scic"],
    "C++": ["cplusplus cplusplu cplusplu"],
    "C#": ["csharp csharp csharp"],
    ".NET": ["dotnet dotnet dotnet"],
    "RE2020": ["re2020 re2020 re2020"],
    "(entreprise)": ["entreprise entrepris entrepris"],
    "terre-à-terre": ["terre terr ter", "terre terr ter"],
    "peut-être": ["peut peut peut"],
    "par\u00adquet mas\u200bsif": ["parquet parquet parquet", "massif massif mas"],
    "œuf, Æsop, Straße, Øystein, Łódź, Đuro": [
        "oeuf oeuf oeuf", "aesop aesop aesop", "strasse stras stras", "oystein oystein oystein", "lodz lodz lodz", "duro duro duro",
    ],
    "le la les d’un à": [],
    "": [],
}  # fmt: skip


@pytest.mark.parametrize("text", GOLDEN)
def test_analyse_gives_the_golden_tokens(text):
    assert [" ".join(token) for token in analyse(text)] == GOLDEN[text]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("électricien", "électricité"),
        ("plombier", "plomberie"),
        ("graphiste", "graphisme"),
        ("maçon", "maçonnerie"),
        ("menuisière", "menuiserie"),
    ],
)
def test_root_joins_a_job_and_its_activity(one, other):
    assert analyse(one)[0].root == analyse(other)[0].root


@pytest.mark.parametrize(
    ("one", "other"), [("formateur", "forme"), ("formation", "formateur"), ("animal", "animateur"), ("commun", "communal")]
)
def test_root_keeps_apart_words_that_only_look_alike(one, other):
    assert analyse(one)[0].root != analyse(other)[0].root


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("formateur", "formatrice"),
        ("coiffeur", "coiffeuse"),
        ("traducteur", "traductrices"),
        ("conseiller", "conseillères"),
        ("actif", "actives"),
    ],
)
def test_light_joins_genders_and_numbers(one, other):
    assert analyse(one)[0].light == analyse(other)[0].light


def test_rule_table_has_the_counts_of_its_design():
    assert (len(STOP_WORDS), len(TEXT_RULES), len(LIGHT_RULES), len(ROOT_RULES), len(set(PROTECTED))) == (81, 6, 16, 6, 51)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("agence.e.org", ["agence", "e", "org"]),
        ("agence.e.s.org", ["agence", "e", "org"]),
        ("louis.e@example.org", ["louis", "e", "example", "org"]),
        ("mon-site-e.com", ["site", "e", "com"]),
        ("www.example.org", ["www", "example", "org"]),
        ("S.A.R.L.", ["sarl"]),
        ("E.S.", ["es"]),
        ("1.200.e", ["1", "200", "e"]),
    ],
)
def test_full_stop_of_an_address_an_abbreviation_or_a_number_is_no_inclusive_writing(text, words):
    assert [token.fold for token in analyse(text)] == words


def test_inclusive_endings_stay_after_two_letters():
    """«le.ne» is no inclusive writing; an ending needs three letters before it."""
    assert [token.fold for token in analyse("ab·e abc·e")] == ["ab", "e", "abc"]


FRENCH = st.text("abcdefghijklmnopqrstuvwxyzABCDEZàâäçéèêëîïôöùûüÿœæÀÉÈÇŒ0123456789 '’·.-/()+#\n", max_size=60)


@given(st.text(max_size=200))
def test_analyse_takes_any_string(text):
    for token in analyse(text):
        assert all(token)
        assert token.fold not in STOP_WORDS


@given(st.text(max_size=120))
def test_folded_tokens_analyse_to_themselves(text):
    tokens = analyse(text)

    assert analyse(" ".join(token.fold for token in tokens)) == tokens


@given(st.text("abcdefghilmnoprstuvxzABCDEàâäçéèêëîïôöùûüÿœÀÉÈÇŒ0123 '’,;:\n", max_size=60))
def test_accents_change_nothing(text):
    """Outside inclusive endings, where «/e» is one and «/é» is not."""
    bare = text.translate(str.maketrans("àâäçéèêëîïôöùûüÿÀÉÈÇ", "aaaceeeeiioouuuyAEEC"))

    assert analyse(bare) == analyse(text)


@given(FRENCH, FRENCH)
def test_tokens_of_a_text_are_those_of_its_runs(one, other):
    """What lets runs be analysed and marked one by one."""
    assert analyse(f"{one} {other}") == analyse(one) + analyse(other)


@given(st.text(max_size=60))
def test_fold_twice_is_fold(text):
    assert fold(fold(text)) == fold(text)
