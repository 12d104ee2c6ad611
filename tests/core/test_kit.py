from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core.accounts.models import User
from hub.core.kit import identifiers as ids
from hub.core.kit.dates import date_fr, hour_fr, is_skipped, period_fr
from hub.core.kit.text import agreed, counted, euros, fold, hours, in_sentence, joined, mailto, named, slug, to, typo


@pytest.mark.parametrize(
    ("siret", "holds"),
    [
        ("73282932000074", True), ("73282932000075", False), ("35600000000048", True), ("35600000009075", True), ("35600000000000", False),
        ("0" * 14, False), ("90000000100017", True), ("91000001700012", True), ("92000002300019", True), ("7328293200007", False),
        ("７３２８２９３２００００７４", False),
    ],
)  # fmt: skip
def test_siret_follows_the_key_and_la_poste_its_sum(siret, holds):
    assert (ids.siret_error(siret) is None) == holds


@pytest.mark.parametrize(
    ("nda", "error", "warned"),
    [("11755762075", False, False), ("11755762069", False, True), ("1175576207", True, False), ("942A123452A", False, False)],
)
def test_nda_is_checked_and_its_departments_compared(nda, error, warned):
    assert bool(ids.nda_error(nda)) == error
    assert bool(ids.nda_warning(nda)) == warned


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["ex-2612 2424", "EX.26\u00a012", "A\u202fb-1"])
def test_the_database_compacts_as_we_do(text):
    User.objects.create(email="a@example.org", first_name=text)

    assert User.objects.values_list(ids.compacted("first_name"), flat=True).get() == ids.compact(text)


def test_nda_is_kept_compact():
    assert ids.compact("11 75 57620 75") == "11755762075"


@given(st.integers(1, 99_999_999))
def test_luhn_finds_any_single_digit_changed(base):
    siren = next(f"{base:08d}{key}" for key in range(10) if ids.luhn(f"{base:08d}{key}"))
    changed = [siren[:n] + str((int(siren[n]) + 1) % 10) + siren[n + 1 :] for n in range(9)]

    assert not any(ids.luhn(one) for one in changed)


def test_uuid7_sorts_by_time_and_is_not_guessable():
    made = [ids.uuid7() for _ in range(1000)]

    assert len(set(made)) == 1000
    assert {one.version for one in made} == {7}
    assert [one.int >> 80 for one in made] == sorted(one.int >> 80 for one in made)
    assert len({one.int & (1 << 62) - 1 for one in made}) == 1000


@pytest.mark.parametrize(
    ("cents", "words"), [(0, "0,00\u00a0€"), (50_400, "504,00\u00a0€"), (123_456, "1\u202f234,56\u00a0€"), (-168_00, "−168,00\u00a0€")]
)
def test_euros_reads_as_french(cents, words):
    assert euros(cents) == words


def test_words_read_as_french():
    assert hours(210) == "3\u00a0h\u00a030"
    assert hours(45) == "45\u00a0min"
    assert counted(1, "personne") == "1\u00a0personne"
    assert counted(0, "place libre", "places libres") == "0\u00a0place libre"
    assert joined(["a", "b", "c"]) == "a, b et c"
    assert slug("L’Établi & Cie") == "l-etabli-cie"
    assert typo("Prêt : oui ; 35 %") == "Prêt\u00a0: oui\u202f; 35\u00a0%"
    assert typo("14:30 http://x.example.org") == "14:30 http://x.example.org"


@pytest.mark.parametrize(
    ("day", "hour", "skipped"),
    [
        (date(2027, 3, 28), time(1, 59), False), (date(2027, 3, 28), time(2), True), (date(2027, 3, 28), time(2, 59), True),
        (date(2027, 3, 28), time(3), False), (date(2027, 3, 29), time(2, 30), False),
        (date(2027, 10, 31), time(2), False), (date(2027, 10, 31), time(2, 59), False), (date(2027, 10, 31), time(3), False),
    ],
)  # fmt: skip
def test_an_hour_that_clocks_pass_over_is_known_and_one_that_comes_twice_is_an_hour(day, hour, skipped):
    assert is_skipped(day, hour) is skipped


def test_dates_read_as_french():
    assert date_fr(date(2027, 1, 1), year=True) == "1er\u00a0janv. 2027"
    assert period_fr(date(2031, 1, 18), date(2031, 1, 20)) == "du 18 au 20\u00a0janv. 2031"
    assert hour_fr(time(8, 30)) == "8\u00a0h\u00a030"


@given(st.text())
def test_fold_is_blind_to_case_and_accents_and_settles(text):
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Aminata", "Équipe d’Aminata"), ("Paul", "Équipe de Paul"), ("Élodie", "Équipe d’Élodie"), ("Œuvre commune", "Équipe d’Œuvre commune"),
        ("Hélène", "Équipe d’Hélène"), ("Hugo", "Équipe d’Hugo"), ("Hassan", "Équipe de Hassan"), ("Hauts-de-France", "Équipe de Hauts-de-France"),
        ("Yves", "Équipe d’Yves"), ("Yann", "Équipe de Yann"), ("Onze", "Équipe de Onze"), ("Alter-Bâtir", "Équipe d’Alter-Bâtir"),
        ("Les Équerres", "Équipe\u00a0: Les Équerres"), ("Le Mat", "Équipe\u00a0: Le Mat"), ("La Fabrique", "Équipe\u00a0: La Fabrique"),
        ("L’Établi", "Équipe\u00a0: L’Établi"), ("Lescure", "Équipe de Lescure"), ("Laurent", "Équipe de Laurent"), ("3 Ponts", "Équipe de 3 Ponts"),
        ("Fédération d’exemple", "Équipe\u00a0: Fédération d’exemple"), ("Collectif du bâtiment", "Équipe\u00a0: Collectif du bâtiment"),
        ("Réseau Alizé", "Équipe\u00a0: Réseau Alizé"), ("Unions", "Équipe d’Unions"), ("", "Équipe de "),
    ],
)  # fmt: skip
def test_named_elides_and_never_alters_a_name(name, said):
    assert named("Équipe", name) == said


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Terre et Tuiles", "de Terre et Tuiles"), ("Les Équerres", "des Équerres"), ("Le Quai", "du Quai"), ("La Navette", "de La Navette"),
        ("Atelier du Large", "d’Atelier du Large"), ("Écoute", "d’Écoute"), ("Hassan", "de Hassan"), ("L’Étançon", "de L’Étançon"),
        ("Union des CAE", "d’Union des CAE"), ("", "de "),
    ],
)  # fmt: skip
def test_a_name_in_a_sentence_is_said_as_one_says_it(name, said):
    assert in_sentence(name) == said


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Terre et Tuiles", "à Terre et Tuiles"), ("Les Équerres", "aux Équerres"), ("Le Quai", "au Quai"), ("La Navette", "à La Navette"),
        ("L’Étançon", "à L’Étançon"), ("Lesparre", "à Lesparre"),
    ],
)  # fmt: skip
def test_what_is_said_to_a_name_contracts_its_article(name, said):
    assert to(name) == said


def test_agreed_gives_the_word_of_a_number():
    assert [agreed(number, "cheval", "chevaux") for number in (0, 1, 2)] == ["cheval", "cheval", "chevaux"]


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("0199001234", "01 99 00 12 34"), ("01.99-00 12 34", "01 99 00 12 34"), ("+33199001234", "+33 1 99 00 12 34"),
        ("+33 (0)1 99 00 12 34", "+33 1 99 00 12 34"), ("+32 2 123 45 67", "+32 2 123 45 67"), ("3949", "3949"), ("", ""),
    ],
)  # fmt: skip
def test_a_telephone_is_read_two_figures_at_a_time(typed, shown):
    assert ids.telephone(typed).replace("\u00a0", " ") == shown


def test_a_link_to_an_address_writes_to_nobody_else():
    assert mailto("accueil@coop.example.org") == "mailto:accueil@coop.example.org"
    assert mailto("a?bcc=espion&body=x%0A@example.org") == "mailto:a%3Fbcc%3Despion%26body%3Dx%250A@example.org"
