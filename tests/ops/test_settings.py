"""Each variable of docs/settings.md: what it accepts, and the one sentence that a wrong value gets."""

import json
import os
import re
from pathlib import Path
from uuid import uuid4

import pytest

from hub.settings.env import FILE_BYTES, ROOT, Environment, SettingError, secret_key

VARIABLES = [
    "HUB_DATA",
    "HUB_PUBLIC_URL",
    "HUB_DATABASE_URL",
    "HUB_BROKER_URL",
    "HUB_EMAIL_URL",
    "HUB_SEARCH_URL",
    "HUB_STORAGE_URL",
    "HUB_CLAMAV_URL",
    "HUB_PROXIES",
    "HUB_LEGAL_HOLD",
]


def read(tmp_path: Path, **environ: str) -> Environment:
    return Environment.read({"HUB_DATA": str(tmp_path), **environ})


def refusal(tmp_path: Path, name: str, value: str) -> str:
    with pytest.raises(SettingError) as caught:
        read(tmp_path, **{name: value})
    return str(caught.value)


def test_environment_empty_is_complete():
    environment = Environment.read({})

    assert environment.data == ROOT / ".data"
    assert environment.demo is False
    assert environment.public_url.geturl() == "http://127.0.0.1:8000"
    assert environment.hosts == ["127.0.0.1", "localhost", "[::1]"]
    assert environment.database["NAME"] == ROOT / ".data" / "hub.sqlite3"
    assert environment.broker_url == f"sqla+sqlite:///{ROOT / '.data' / 'broker.sqlite3'}"
    assert environment.cache["BACKEND"].endswith("DatabaseCache")
    assert environment.email["EMAIL_FILE_PATH"] == str(ROOT / ".data" / "mail")
    assert environment.search_url == "embedded"
    assert environment.storages["private"]["OPTIONS"] == {"location": str(ROOT / ".data" / "private"), "base_url": None}
    assert environment.clamav_url == ""
    assert environment.proxies == 0
    assert environment.legal_hold == frozenset()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HUB_DATA", "/dev/null"),
        ("HUB_PROXIES", "4"),
        ("HUB_PROXIES", "un"),
        ("HUB_PROXIES", "-1"),
        ("HUB_LEGAL_HOLD", "la session de mars"),
        ("HUB_DATA", "~personne-de-ce-nom/hub"),
        ("HUB_PUBLIC_URL", "hub.example.org"),
        ("HUB_PUBLIC_URL", "ftp://hub.example.org"),
        ("HUB_PUBLIC_URL", "https://"),
        ("HUB_PUBLIC_URL", "https://hub.example.org/sous-dossier"),
        ("HUB_PUBLIC_URL", "https://hub.example.org?a=1"),
        ("HUB_PUBLIC_URL", "https://hub.example.org:quatre"),
        ("HUB_PUBLIC_URL", "https://moi@hub.example.org"),
        ("HUB_PUBLIC_URL", "https://[::1"),
        ("HUB_PUBLIC_URL", "https://*"),
        ("HUB_PUBLIC_URL", "https://."),
        ("HUB_PUBLIC_URL", "https://.org"),
        ("HUB_PUBLIC_URL", "https://*.example.org"),
        ("HUB_PUBLIC_URL", "https://hub..example.org"),
        ("HUB_PUBLIC_URL", "https://hub.example.org."),
        ("HUB_PUBLIC_URL", "https://-hub.example.org"),
        ("HUB_PUBLIC_URL", "https://hub_1.example.org"),
        ("HUB_PUBLIC_URL", "https://coopérative.example.org"),
        ("HUB_PUBLIC_URL", "https://hub.example.or\u212a"),  # KELVIN SIGN, a k in lower case
        ("HUB_PUBLIC_URL", f"https://{'a' * 64}.example.org"),
        ("HUB_PUBLIC_URL", f"https://{'a.' * 126}aa"),
        ("HUB_PUBLIC_URL", "https://256.1.1.1"),
        ("HUB_PUBLIC_URL", "https://[fe80::1%eth0]"),
        ("HUB_PUBLIC_URL", "https://[v1.a]"),
        ("HUB_DATABASE_URL", "mysql://hote/base"),
        ("HUB_DATABASE_URL", "sqlite://hub.sqlite3"),
        ("HUB_DATABASE_URL", "sqlite:///"),
        ("HUB_DATABASE_URL", "postgresql://hote:5432"),
        ("HUB_DATABASE_URL", "postgresql://hote:99999/base"),
        ("HUB_DATABASE_URL", "postgresql://hote/base?sslmod=require"),
        ("HUB_BROKER_URL", "http://hote"),
        ("HUB_BROKER_URL", "redis://"),
        ("HUB_BROKER_URL", "redis://hote:port"),
        ("HUB_EMAIL_URL", "mailto:hub@example.org"),
        ("HUB_EMAIL_URL", "smtp://"),
        ("HUB_EMAIL_URL", "smtp://hote:zero"),
        ("HUB_SEARCH_URL", "opensearch://recherche.example.org:9200"),
        ("HUB_SEARCH_URL", "https://:9200"),
        ("HUB_SEARCH_URL", "https://recherche.example.org:9200/Un-nom"),
        ("HUB_SEARCH_URL", "https://recherche.example.org:9200/hub/index"),
        ("HUB_SEARCH_URL", "https://recherche.example.org:9200?verify=no"),
        ("HUB_SEARCH_URL", "https://recherche.example.org:9200?ca=/nulle/part.pem"),
        ("HUB_STORAGE_URL", "https://s3.example.org/seau"),
        ("HUB_STORAGE_URL", "s3://s3.example.org/seau"),
        ("HUB_STORAGE_URL", "s3://s3.example.org"),
        ("HUB_STORAGE_URL", "s3:///seau?region=fr-par"),
        ("HUB_CLAMAV_URL", "127.0.0.1:3310"),
        ("HUB_CLAMAV_URL", "http://antivirus:3310"),
        ("HUB_CLAMAV_URL", "tcp://"),
        ("HUB_CLAMAV_URL", "tcp://antivirus:port"),
        ("HUB_CLAMAV_URL", "tcp://antivirus:3310/clamd"),
        ("HUB_CLAMAV_URL", "unix://run/clamd.ctl"),
        ("HUB_CLAMAV_URL", "unix:///"),
    ],
)
def test_wrong_value_gets_one_sentence(tmp_path, name, value):
    sentence = refusal(tmp_path, name, value)

    shown = re.escape(value.replace("moi@", "…@").replace("hub@", "…@"))
    assert re.fullmatch(rf"{name} : attendu [^\n]+ ; reçu « {shown} » \(voir docs/settings\.md, {name}\)\.", sentence)


@pytest.mark.parametrize("value", ["s3://cle:mot-secret@hote", "s3://cle:mot-secret@hote/seau?zone=1", "s3://:mot-secret@hote/seau"])
def test_refusal_keeps_the_secret_of_the_bucket(tmp_path, value):
    assert "mot-secret" not in refusal(tmp_path, "HUB_STORAGE_URL", value)


def test_storage_in_a_bucket(tmp_path):
    storages = read(tmp_path, HUB_STORAGE_URL="s3://cl%C3%A9:a%2Fb@s3.example.org:9000/seau/hub?region=fr-par").storages
    private = storages["private"]["OPTIONS"]

    assert private["endpoint_url"] == "https://s3.example.org:9000"
    assert [private[name] for name in ("access_key", "secret_key", "bucket_name", "region_name")] == ["clé", "a/b", "seau", "fr-par"]
    assert (private["location"], storages["default"]["OPTIONS"]["location"]) == ("hub/private", "hub/media")


@pytest.mark.parametrize("value", ["mysql://hub:mot-secret@hote/base", "postgres:hub:mot-secret@hote", "mysql://hub:a/mot-secret@x@hote/b"])
def test_refusal_keeps_the_password(tmp_path, value):
    assert "mot-secret" not in refusal(tmp_path, "HUB_DATABASE_URL", value)


def test_public_url_names_the_host(tmp_path):
    environment = read(tmp_path, HUB_PUBLIC_URL=" https://hub.example.org/ ")

    assert environment.hosts == ["hub.example.org"]


@pytest.mark.parametrize("host", ["hub", "a-1.example.org", "xn--coopratives-dbb.example.org", "192.168.1.20", "[2001:db8::1]"])
def test_public_url_takes_a_name_or_an_address(tmp_path, host):
    assert read(tmp_path, HUB_PUBLIC_URL=f"https://{host}:8443").hosts == [host]


def test_public_url_names_nobody(tmp_path):
    assert "attendu" in refusal(tmp_path, "HUB_PUBLIC_URL", "https://@hub.example.org")


def test_a_setting_in_a_file_is_a_small_file_of_text_or_a_link_to_one(tmp_path):
    secret, link, pipe = tmp_path / "secret", tmp_path / "link", tmp_path / "pipe"
    link.symlink_to("secret")
    os.mkfifo(pipe)
    secret.write_text("smtp://courrier.example.org" + "\n" * (FILE_BYTES - 27))

    assert read(tmp_path, HUB_EMAIL_URL_FILE=str(link)).email["EMAIL_HOST"] == "courrier.example.org"
    for content in ("\n" * (FILE_BYTES + 1), "smtp://a\0b"):
        secret.write_text(content)
        assert "attendu un fichier" in refusal(tmp_path, "HUB_EMAIL_URL_FILE", str(link))
    for other in ("/dev/zero", pipe, tmp_path):
        assert "d’au plus 64 ko" in refusal(tmp_path, "HUB_EMAIL_URL_FILE", str(other))


def test_public_url_comes_from_the_folder_when_not_set(tmp_path):
    (tmp_path / "hub.json").write_text(json.dumps({"demo": True, "public_url": "http://127.0.0.1:8123"}))

    assert read(tmp_path).public_url.geturl() == "http://127.0.0.1:8123"
    assert read(tmp_path).demo is True
    assert read(tmp_path, HUB_PUBLIC_URL="http://localhost:9000").public_url.port == 9000


def test_demo_folder_refuses_a_public_address(tmp_path):
    assert read(tmp_path, HUB_PUBLIC_URL="https://hub.example.org").demo is False
    (tmp_path / "hub.json").write_text('{"demo": true}')

    assert "démonstration" in refusal(tmp_path, "HUB_PUBLIC_URL", "https://hub.example.org")


@pytest.mark.parametrize("held", ["{", "[" * 200_000])
def test_folder_with_a_broken_memory_is_refused(tmp_path, held):
    (tmp_path / "hub.json").write_text(held)

    assert "hub.json" in refusal(tmp_path, "HUB_DATA", str(tmp_path))


def test_database_sqlite_path_starts_in_the_data_folder(tmp_path):
    assert read(tmp_path, HUB_DATABASE_URL="sqlite:///autre.sqlite3").database["NAME"] == tmp_path / "autre.sqlite3"
    assert read(tmp_path, HUB_DATABASE_URL="sqlite:////srv/hub.sqlite3").database["NAME"] == Path("/srv/hub.sqlite3")


def test_database_sqlite_is_durable_and_takes_its_lock_first(tmp_path):
    options = read(tmp_path).database["OPTIONS"]

    assert options["transaction_mode"] == "IMMEDIATE"
    assert "journal_mode=WAL" in options["init_command"]
    assert "synchronous=FULL" in options["init_command"]


def test_database_postgresql_is_read_whole(tmp_path):
    database = read(tmp_path, HUB_DATABASE_URL="postgresql://hub:a%40b%2Fc@db.example.org:5433/hub?sslmode=require").database

    assert database["ENGINE"] == "django.db.backends.postgresql"
    assert [database[key] for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT")] == ["hub", "hub", "a@b/c", "db.example.org", "5433"]
    assert database["OPTIONS"]["sslmode"] == "require"


def test_database_postgresql_by_socket(tmp_path):
    database = read(tmp_path, HUB_DATABASE_URL="postgresql:///hub?host=/run/postgresql").database

    assert (database["HOST"], database["NAME"]) == ("/run/postgresql", "hub")


@pytest.mark.parametrize("value", ["redis://cache.example.org:6379/1", "rediss://:mot@cache.example.org/0"])
def test_broker_redis_is_the_cache_too(tmp_path, value):
    environment = read(tmp_path, HUB_BROKER_URL=value)

    assert environment.broker_url == value
    assert environment.cache["LOCATION"] == value


@pytest.mark.parametrize("value", ["amqp://hub:mot@file.example.org:5672/hub", "redis+socket:///run/redis.sock"])
def test_broker_other_leaves_the_cache_in_the_database(tmp_path, value):
    environment = read(tmp_path, HUB_BROKER_URL=value)

    assert environment.broker_url == value
    assert environment.cache["BACKEND"].endswith("DatabaseCache")


@pytest.mark.parametrize(
    ("value", "port", "ssl", "tls"),
    [
        ("smtp://courrier.example.org", 25, False, False),
        ("smtps://courrier.example.org", 465, True, False),
        ("smtp+tls://courrier.example.org", 587, False, True),
        ("smtp+tls://courrier.example.org:2525", 2525, False, True),
    ],
)
def test_email_schemes(tmp_path, value, port, ssl, tls):
    email = read(tmp_path, HUB_EMAIL_URL=value).email

    assert (email["EMAIL_HOST"], email["EMAIL_PORT"]) == ("courrier.example.org", port)
    assert (email["EMAIL_USE_SSL"], email["EMAIL_USE_TLS"]) == (ssl, tls)


def test_email_credentials_are_unquoted(tmp_path):
    email = read(tmp_path, HUB_EMAIL_URL="smtps://hub%40example.org:m%3At@courrier.example.org").email

    assert (email["EMAIL_HOST_USER"], email["EMAIL_HOST_PASSWORD"]) == ("hub@example.org", "m:t")


@pytest.mark.parametrize(
    "value", ["embedded", "http://127.0.0.1:9200", "https://hub:mot%40@recherche.example.org/hub_2", "https://[::1]:9200/?ca=/etc/hostname"]
)
def test_search_takes_the_embedded_engine_or_a_cluster(tmp_path, value):
    assert read(tmp_path, HUB_SEARCH_URL=value).search_url == value


def test_password_of_a_cluster_is_not_shown(tmp_path):
    assert "mot-secret" not in refusal(tmp_path, "HUB_SEARCH_URL", "https://hub:mot-secret@recherche.example.org:9200/NON")


def test_secret_key_is_made_once_and_private(tmp_path):
    first = secret_key(tmp_path / "neuf")

    assert secret_key(tmp_path / "neuf") == first
    assert len(first) >= 50
    assert (tmp_path / "neuf").stat().st_mode & 0o777 == 0o700
    assert [entry.name for entry in (tmp_path / "neuf").iterdir()] == ["secret_key"]
    assert (tmp_path / "neuf" / "secret_key").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("held", [b"changez-moi", b"\xff" * 60])
def test_secret_key_too_short_or_no_text_is_refused(tmp_path, held):
    (tmp_path / "secret_key").write_bytes(held)

    with pytest.raises(SettingError, match="HUB_DATA"):
        secret_key(tmp_path)


def test_secret_key_in_an_unwritable_folder_is_refused(tmp_path):
    (tmp_path / "fichier").touch()

    with pytest.raises(SettingError, match="un dossier où le hub peut écrire"):
        secret_key(tmp_path / "fichier" / "hub")


def test_what_is_on_hold_is_a_list_of_identifiers(tmp_path):
    ids = [uuid4(), uuid4(), uuid4()]

    assert read(tmp_path, HUB_LEGAL_HOLD=f" {ids[0]}, {ids[1]}  {ids[2]} ").legal_hold == set(ids)


def test_every_variable_is_documented():
    code = set(re.findall(r'"(HUB_[A-Z_]+)"', (ROOT / "hub/settings/env.py").read_text()))
    headings = re.findall(r"^## `?(HUB_[A-Z_]+)", (ROOT / "docs/settings.md").read_text(), re.MULTILINE)

    assert code == set(VARIABLES)
    assert headings == VARIABLES
