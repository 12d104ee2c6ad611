from hub.core.kit.identifiers import uuid7
from hub.core.kit.twins import another


def test_the_key_of_other_words_is_the_same_for_the_same_words_and_sorts_as_the_form_s_own():
    key = uuid7()

    found = another(key, "Enduits", 3)

    assert found == another(key, "Enduits", 3)
    assert len({key, found, another(key, "Enduits", 4), another(uuid7(), "Enduits", 3)}) == 4
    assert found.version == 7
    assert found.int >> 80 == key.int >> 80
