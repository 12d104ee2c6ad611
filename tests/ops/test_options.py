from pathlib import Path

import pytest

from hub.ops import launch
from hub.ops.errors import Refused
from hub.ops.options import Options, parse


def test_options_none_are_the_defaults():
    assert parse([]) == Options(demo=False, host="127.0.0.1", port=8000)


def test_options_all_in_both_forms(tmp_path):
    accounts = tmp_path / "accounts.json"

    options = parse(["--demo", "--host=::1", "--port", "8123", "--people=50", "--cooperatives", "16", "--accounts-json", str(accounts)])

    assert options == Options(demo=True, host="::1", port=8123, people=50, cooperatives=16, accounts_json=accounts)
    assert options.address == "http://[::1]:8123"


def test_options_relative_file_is_where_the_person_stands(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    assert parse(["--demo", "--accounts-json", "comptes.json"]).accounts_json == Path(tmp_path, "comptes.json")


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["--prot", "8000"], "--prot"),
        (["demo"], "demo"),
        (["--demo=oui"], "--demo"),
        (["--port"], "--port"),
        (["--port", "--demo"], "--port"),
        (["--port", "0"], "--port"),
        (["--port", "65536"], "--port"),
        (["--port", "huit"], "--port"),
        (["--people", "-5"], "--people"),
        (["--people", "²"], "--people"),
        (["--cooperatives", "3"], "--cooperatives"),
        (["--host", "http://hote/"], "--host"),
        (["--accounts-json", "/dossier/qui/manque/a.json"], "--accounts-json"),
        (["--accounts-json", "/tmp"], "--accounts-json"),
    ],
)
def test_options_wrong_are_refused_by_name(words, named):
    with pytest.raises(Refused) as caught:
        parse(words)

    assert named in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.20", "::", "hub.example.org"])
def test_demo_refuses_any_address_but_loopback(host):
    with pytest.raises(Refused, match="démonstration"):
        launch.refuse_far_demo(Options(demo=True, host=host), "http://127.0.0.1:8000")


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost"])
def test_demo_accepts_loopback(host):
    options = Options(demo=True, host=host)

    launch.refuse_far_demo(options, options.address)


def test_demo_refuses_a_public_address_in_front():
    with pytest.raises(Refused, match="HUB_PUBLIC_URL"):
        launch.refuse_far_demo(Options(demo=True), "https://hub.example.org")


def test_environment_tells_children_where_they_are(tmp_path):
    environ = launch.environment(Options(port=8123), tmp_path, {"PATH": "/bin"})

    assert environ["HUB_DATA"] == str(tmp_path)
    assert environ["HUB_PUBLIC_URL"] == "http://127.0.0.1:8123"
    assert environ["TZ"] == "Europe/Paris"


def test_environment_keeps_the_public_address_that_was_set(tmp_path):
    environ = launch.environment(Options(host="0.0.0.0"), tmp_path, {"HUB_PUBLIC_URL": "https://hub.example.org"})

    assert environ["HUB_PUBLIC_URL"] == "https://hub.example.org"


def test_environment_open_to_all_needs_a_public_address(tmp_path):
    with pytest.raises(Refused, match="HUB_PUBLIC_URL"):
        launch.environment(Options(host="0.0.0.0"), tmp_path, {})
