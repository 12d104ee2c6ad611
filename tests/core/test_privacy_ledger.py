"""The list of who was erased, beside the backups: identifiers alone, and a restore erases them again (bar E2)."""

from datetime import timedelta
from uuid import uuid4

import pytest

from hub.core.accounts.models import User
from hub.core.kit.dates import today
from hub.core.privacy import ledger, services
from hub.core.privacy.models import Erasure
from tests.builders.accounts import SYSTEM, make_coordinator, make_member, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    (tmp_path / "private").mkdir()
    return tmp_path


@pytest.mark.django_db(transaction=True)
def test_an_erasure_is_in_the_list_by_its_identifier_alone(folder):
    user = make_person(make_member(), first_name="Ada", last_name="Kanariwood", email="kanariwood@example.org")

    services.erase(user, actor=SYSTEM)

    text = (folder / ledger.FILE).read_text()
    assert ledger.read(folder) == {user.pk: today()}
    assert "kanariwood" not in text.lower()
    assert (folder / ledger.FILE).stat().st_mode & 0o777 == 0o600


def test_it_keeps_what_it_knew_for_five_years(folder):
    recent, old, new = uuid4(), uuid4(), uuid4()
    ledger.add(folder, {recent: today() - timedelta(days=1800), old: today() - timedelta(days=1830)})

    ledger.add(folder, {new: today()})

    assert ledger.read(folder).keys() == {recent, new}


def test_a_file_of_that_name_that_is_something_else_is_left_alone(folder):
    (folder / ledger.FILE).write_text("liste de courses\n")

    with pytest.raises(ValueError, match="n’est pas une liste"):
        ledger.add(folder, {uuid4(): today()})

    assert (folder / ledger.FILE).read_text() == "liste de courses\n"


def test_who_came_back_is_erased_again_and_the_others_stay():
    back, done, other = (make_person(make_member()) for _ in range(3))
    services.erase(done, actor=SYSTEM)
    before = Erasure.unscoped.get(user=done).done_at

    count, refused = services.erase_again([back.pk, done.pk, uuid4()])

    assert (count, refused) == (1, [])
    assert set(User.objects.filter(first_name="Personne").values_list("pk", flat=True)) == {back.pk, done.pk}
    assert Erasure.unscoped.get(user=done).done_at == before
    other.refresh_from_db()
    assert other.is_active


def test_whom_the_hub_cannot_do_without_is_told():
    alone = make_coordinator()

    count, refused = services.erase_again([alone.pk])

    assert (count, ["au moins une personne" in reason for reason in refused]) == (0, [True])
