"""Small questions put to the database together, and a question that several parts of a page ask alike put once."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hub.core.accounts.errors import UnscopedQuery
from hub.core.accounts.models import Membership, Organisation
from hub.core.kit.asking import asking_once, how_many, once, remember
from tests.builders.accounts import make_member, make_person

pytestmark = pytest.mark.django_db


def test_rows_of_several_kinds_are_counted_in_one_query():
    make_person(make_member("Bâti Commun"))
    everyone, nobody = Organisation.objects.all(), Organisation.objects.filter(pk__in=())

    with CaptureQueriesContext(connection) as captured:
        found = how_many({"all": everyone.order_by("name"), "none": nobody, "named": everyone.filter(name="Bâti Commun")})

    assert len(captured) == 1
    assert found == {"all": everyone.count(), "none": 0, "named": 1}
    assert everyone.count() > 1


def test_what_nothing_could_answer_is_not_asked():
    with CaptureQueriesContext(connection) as captured:
        assert how_many({"none": Organisation.objects.none()}) == {"none": 0}
        assert how_many({}) == {}

    assert not captured.captured_queries


def test_rows_whose_reader_is_not_named_are_not_counted_either():
    with pytest.raises(UnscopedQuery):
        how_many({"held": Membership.objects.all()})


def test_a_question_is_put_once_while_a_page_is_gathered_and_anew_afterwards():
    put = []

    @once
    def ask(what, *, of=""):
        put.append((what, of))
        return len(put)

    assert (ask("a"), ask("a")) == (1, 2)
    with asking_once():
        assert (ask("a"), ask("a"), ask("b"), ask("a", of="x"), ask("a")) == (3, 3, 4, 5, 3)
        remember(ask, "c", answer=9)
        assert ask("c") == 9
    remember(ask, "c", answer=9)
    assert (ask("a"), ask("c")) == (6, 7)
