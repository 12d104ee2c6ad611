import pytest
from django.db.models.signals import pre_save

from directory.sharing import services as sharing
from hub.core.kit.identifiers import uuid7
from hub.core.kit.twins import another
from tests.builders.accounts import SYSTEM, make_actor, make_member, make_person
from tests.builders.sharing import directors, make_pair, make_terms
from tests.core.races import it_ends, meanwhile
from trainings.wishes import services as wishes
from workgroups.groups import services as groups


def test_the_key_of_other_words_is_the_same_for_the_same_words_and_sorts_as_the_form_s_own():
    key = uuid7()

    found = another(key, "Enduits", 3)

    assert found == another(key, "Enduits", 3)
    assert len({key, found, another(key, "Enduits", 4), another(uuid7(), "Enduits", 3)}) == 4
    assert found.version == 7
    assert found.int >> 80 == key.int >> 80


# -- two forms at once --------------------------------------------------------------------------------------------------
def a_group():
    home = make_member()
    person = make_person(home, "facilitator")

    def write(key, word):
        facts = {"name": word, "purpose": "Former ensemble."}
        return groups.create_group(acronym=word, facts=facts, facilitator=person, organisation=home, actor=SYSTEM, key=key)

    return write


def a_need():
    home = make_member()
    actor = make_actor(home, "advisor")
    return lambda key, word: wishes.enter_wish(home, need=wishes.Need(3, words=word), key=key, actor=actor)


def a_request():
    provider, beneficiary = make_pair()
    (actor,) = directors(beneficiary)
    functions = {"enduits": "gestion_sociale", "paie": "comptabilite"}

    def write(key, word):
        terms = make_terms(function=functions[word])
        return sharing.send_request(provider=provider, beneficiary=beneficiary, asker=beneficiary, terms=terms, key=key, actor=actor)

    return write


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("word", "is_another"), [("enduits", False), ("paie", True)])
@pytest.mark.parametrize("form_of", [a_group, a_need, a_request])
def test_the_same_form_at_once_is_one_row_and_with_other_words_another(form_of, word, is_another):
    send, key = form_of(), uuid7()

    with meanwhile(pre_save, lambda: send(key, word), until=it_ends) as other:
        row = send(key, "enduits")

    assert (other.result(timeout=30).pk != row.pk) is is_another
