"""What a builder writes again is what it made, row for row; and it is written again only where it would have been made alike."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from hub.core.accounts.models import Organisation
from tests.builders.accounts import make_member, make_person, sign_in
from tests.builders.kept import steps
from tests.builders.trainings import make_course, make_session, register
from tests.plugins.databases import UNREAD

pytestmark = pytest.mark.django_db
FIRST = pytest.StashKey[dict]()


def build(name="Coopérative"):
    provider, employer = make_member(name), make_member()
    session = make_session(make_course(provider))
    register(session, make_person(employer), employer=employer)
    sign_in(make_person(provider, "trainer"))
    return provider


def rows():
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table.startswith(UNREAD):
                continue
            cursor.execute(f'SELECT * FROM "{table}"')
            found[table] = sorted(map(repr, cursor.fetchall()))
    return found


def in_a_test(*acts):
    """What each gives, from the first rows of a test, undone at the end."""
    with transaction.atomic():
        steps.begin(is_undone=True)
        given = [act() for act in acts]
        transaction.set_rollback(True)
    return given


def test_rows_written_again_are_those_that_were_made():
    (first, made), (second, again) = in_a_test(build, rows), in_a_test(build, rows)

    assert first == second
    assert first is not second
    assert made == again
    assert len(made["accounts_organisation"]) >= 3


def test_nothing_is_written_again_after_a_row_of_the_test_s_own():
    change = lambda: Organisation.objects.update(short_name="Autre")  # noqa: E731
    (one, _, other), (same, _, unlike) = in_a_test(make_member, change, make_member), in_a_test(make_member, change, make_member)

    assert one == same
    assert other != unlike


def test_nothing_is_written_again_after_what_was_undone():
    def undo():
        with transaction.atomic():
            make_member()
            transaction.set_rollback(True)

    (_, one), (_, other) = in_a_test(undo, make_member), in_a_test(undo, make_member)

    assert one != other


def test_other_words_or_another_hour_make_other_rows(monkeypatch):
    (one,), (other,) = in_a_test(lambda: build("Une")), in_a_test(lambda: build("Deux"))
    assert one != other

    later = timezone.now() + timedelta(hours=1)
    monkeypatch.setattr(timezone, "now", lambda: later)
    (moved,) = in_a_test(lambda: build("Une"))
    assert moved != one


def test_what_is_given_is_a_copy_of_one_s_own():
    (first,) = in_a_test(make_member)
    first.name = "Changé"
    (second,) = in_a_test(make_member)

    assert second.name != "Changé"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("number", [1, 2])
def test_first_rows_are_back_after_a_test_that_wrote_for_good(number, request):
    first = request.config.stash.setdefault(FIRST, rows())
    assert rows() == first
    build()
