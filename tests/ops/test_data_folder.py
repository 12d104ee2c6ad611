"""The data folder: what `bin/hub up` accepts, remembers and refuses."""

import json

import pytest

from hub.ops.errors import Refused
from hub.ops.folder import Folder, digest
from hub.ops.identity import settle
from hub.ops.options import Options


def test_folder_new_is_private(tmp_path):
    folder = Folder(tmp_path / "a" / "hub")

    folder.prepare()

    assert folder.path.stat().st_mode & 0o777 == 0o700
    assert folder.recall() == {}


def test_folder_open_to_others_is_closed(tmp_path):
    (tmp_path / "secret_key").touch()
    tmp_path.chmod(0o755)

    Folder(tmp_path).prepare()

    assert tmp_path.stat().st_mode & 0o777 == 0o700


def test_folder_of_something_else_is_left_alone(tmp_path):
    (tmp_path / "photos").mkdir()
    tmp_path.chmod(0o755)

    with pytest.raises(Refused, match="autre chose qu’un hub"):
        Folder(tmp_path).prepare()

    assert tmp_path.stat().st_mode & 0o777 == 0o755
    assert [entry.name for entry in tmp_path.iterdir()] == ["photos"]


def test_folder_under_a_file_is_refused_in_one_sentence(tmp_path):
    (tmp_path / "fichier").touch()

    with pytest.raises(Refused, match="ne peut pas être écrit"):
        Folder(tmp_path / "fichier" / "hub").prepare()


def test_folder_is_held_by_one_supervisor(tmp_path):
    first, second = Folder(tmp_path), Folder(tmp_path)
    first.prepare()

    first.hold()

    with pytest.raises(Refused, match="tourne déjà"):
        second.hold()
    first.release()
    second.hold()
    second.release()


def test_folder_remembers(tmp_path):
    folder = Folder(tmp_path)

    folder.remember(demo=True, people=50)
    folder.remember(ready="abc")

    assert Folder(tmp_path).recall() == {"demo": True, "people": 50, "ready": "abc"}
    assert (tmp_path / "hub.json").stat().st_mode & 0o777 == 0o600


def test_demo_default_size_is_remembered(tmp_path):
    settle(Folder(tmp_path), Options(demo=True, people=100), demo=True, public_url="http://127.0.0.1:8000")

    assert json.loads((tmp_path / "hub.json").read_text()) == {
        "demo": True,
        "public_url": "http://127.0.0.1:8000",
        "people": 100,
        "cooperatives": 16,
    }


def test_demo_never_takes_a_real_folder(tmp_path):
    folder = Folder(tmp_path)
    settle(folder, Options(), demo=False, public_url="http://127.0.0.1:8000")

    with pytest.raises(Refused, match="vrai hub"):
        settle(folder, Options(demo=True), demo=True, public_url="http://127.0.0.1:8000")

    assert folder.recall()["demo"] is False


def test_demo_never_takes_a_database_that_other_commands_made(tmp_path):
    (tmp_path / "hub.sqlite3").touch()

    with pytest.raises(Refused, match="vrai hub"):
        settle(Folder(tmp_path), Options(demo=True), demo=True, public_url="http://127.0.0.1:8000")


def test_demo_of_another_size_is_refused_once_loaded(tmp_path):
    folder = Folder(tmp_path)
    folder.remember(demo=True, people=1200, cooperatives=16, ready="abc")

    with pytest.raises(Refused, match="--people 1200"):
        settle(folder, Options(people=50), demo=True, public_url="")

    assert settle(folder, Options(people=1200), demo=True, public_url="")["people"] == 1200


@pytest.mark.parametrize("options", [Options(people=50), Options(cooperatives=20)])
def test_demo_options_need_a_demo(tmp_path, options):
    with pytest.raises(Refused, match="--demo"):
        settle(Folder(tmp_path), options, demo=False, public_url="")


DATA = ["directory/words/data/trades.csv", "hub/core/accounts/data/roles.toml", "requirements.lock", "search/schema.py"]


def make_project(root):
    for path in [*DATA, "hub/core/things/migrations/0001_initial.py"]:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text("1")
    return root


@pytest.mark.parametrize("path", DATA)
def test_digest_changes_with_the_content_of_data(tmp_path, path):
    before = digest(make_project(tmp_path))
    assert digest(tmp_path) == before

    (tmp_path / path).write_text("2")

    assert digest(tmp_path) != before


def test_digest_changes_with_a_migration_and_with_the_database(tmp_path):
    before = digest(make_project(tmp_path))
    assert digest(tmp_path, "postgresql://hote/base") != before

    (tmp_path / "hub/core/things/migrations/0002_more.py").touch()

    assert digest(tmp_path) != before
