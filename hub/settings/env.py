"""The only reader of the environment: each variable typed, checked at start, refused in one sentence."""

import ipaddress
import json
import os
import re
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit
from uuid import UUID

from django.core.exceptions import ImproperlyConfigured

ROOT = Path(__file__).resolve().parent.parent.parent
FILE_BYTES = 64_000  # of a secret in a file


class SettingError(ImproperlyConfigured):
    """A variable has a value that the hub cannot use; the message is one sentence for the person who set it."""

    def __init__(self, name: str, expected: str, given: str) -> None:
        shown = re.sub(r"^([a-z+]*:/*)?.*@", r"\1…@", given)  # a password never reaches a screen or a log
        super().__init__(f"{name} : attendu {expected} ; reçu « {shown} » (voir docs/settings.md, {name}).")


@dataclass(frozen=True)
class Environment:
    """What the environment asks for, already understood."""

    data: Path
    demo: bool
    public_url: SplitResult
    database: dict[str, Any]
    broker_url: str
    cache: dict[str, Any]
    email: dict[str, Any]
    search_url: str
    storages: dict[str, Any]
    clamav_url: str
    proxies: int
    legal_hold: frozenset[UUID]

    @classmethod
    def read(cls, environ: Mapping[str, str] = os.environ) -> Self:
        environ = {**environ, **from_files(environ)}
        data = _folder(environ)
        memory = _memory(data)
        demo = memory.get("demo") is True
        broker_url = _broker(environ, data)
        return cls(
            data=data,
            demo=demo,
            public_url=_public_url(environ, remembered=memory.get("public_url"), demo=demo),
            database=_database(environ, data),
            broker_url=broker_url,
            cache=_cache(broker_url),
            email=_email(environ, data),
            search_url=_search(environ),
            storages=_storages(environ, data),
            clamav_url=_clamav(environ),
            proxies=_proxies(environ),
            legal_hold=_legal_hold(environ),
        )

    @property
    def hosts(self) -> list[str]:
        """Names that a request may carry; on this machine, each of its three."""
        host = self.public_url.hostname or ""
        return ["127.0.0.1", "localhost", "[::1]"] if host in LOOPBACK else [f"[{host}]" if ":" in host else host]


def _folder(environ: Mapping[str, str]) -> Path:
    given = _given(environ, "HUB_DATA")
    try:
        folder = Path(given).expanduser() if given else ROOT / ".data"
        if folder.exists() and not (folder.is_dir() and os.access(folder, os.R_OK | os.X_OK)):
            raise SettingError("HUB_DATA", "un dossier que le hub peut lire", given)
    except (OSError, RuntimeError) as error:  # an unreadable parent, an unknown ~name
        raise SettingError("HUB_DATA", "un dossier que le hub peut lire", given) from error
    return folder.absolute()


def from_files(environ: Mapping[str, str]) -> dict[str, str]:
    """What HUB_…_FILE variables point to, for a value that holds a password: the file's content takes the place of the variable."""
    found = {}
    for name, path in environ.items():
        if name.startswith("HUB_") and name.endswith("_FILE") and path.strip():
            try:
                found[name.removesuffix("_FILE")] = _content(Path(path.strip()))
            except (OSError, ValueError) as error:
                raise SettingError(name, "un fichier que le hub peut lire, d’au plus 64 ko", path) from error
    return found


def _content(path: Path) -> str:
    """Raises: ValueError, OSError unless it is a file of text, or a link to one: a device or a pipe would have no end."""
    if not path.is_file():
        raise ValueError(path)
    with open(path, "rb") as file:
        content = file.read(FILE_BYTES + 1)
    if len(content) > FILE_BYTES or b"\0" in content:
        raise ValueError(path)
    return content.decode().strip()


def _given(environ: Mapping[str, str], name: str) -> str:
    return environ.get(name, "").strip()


def _memory(data: Path) -> dict[str, Any]:
    """What the folder remembers of itself (hub.json, written by `bin/hub up`)."""
    path = data / "hub.json"
    try:
        memory = json.loads(path.read_text()) if path.exists() else {}
    except (OSError, ValueError, RecursionError) as error:
        raise SettingError("HUB_DATA", f"un hub.json lisible dans {data}", str(error)) from error
    return memory if isinstance(memory, dict) else {}


LOOPBACK = {"127.0.0.1", "::1", "localhost"}


def _public_url(environ: Mapping[str, str], *, remembered: str | None, demo: bool) -> SplitResult:
    name, expected = "HUB_PUBLIC_URL", "l’adresse publique du site, comme https://hub.example.org"
    given = _given(environ, name) or remembered or "http://127.0.0.1:8000"
    url = _split(name, expected, given)
    if url.scheme not in {"http", "https"} or not _is_host(url) or url.path.strip("/") or url.query or url.fragment or "@" in url.netloc:
        raise SettingError(name, expected, given)
    if demo and url.hostname not in LOOPBACK:
        raise SettingError(name, "une adresse de cette machine, car ce dossier porte une démonstration", given)
    return url


def _is_host(url: SplitResult) -> bool:
    """Whether a request may carry this name: others would let every host in («*», «.org»), or none."""
    host = url.hostname or ""
    with suppress(ValueError):
        return "%" not in host and ipaddress.ip_address(host) is not None
    label = r"(?!-)[a-z0-9-]{1,63}(?<!-)"
    is_name = re.fullmatch(rf"({label}\.)*(?![0-9]+$){label}", host) and len(host) <= 253
    return bool(is_name) and url.netloc.isascii() and "[" not in url.netloc


def _split(name: str, expected: str, given: str) -> SplitResult:
    try:
        url = urlsplit(given)
        _ = url.port
    except ValueError as error:
        raise SettingError(name, expected, given) from error
    if "://" not in given:
        raise SettingError(name, expected, given)
    return url


# WAL and IMMEDIATE: without them four writers meet «database is locked» in 36 to 86 % of the writes.
# FULL: an acknowledged registration survives a power cut.
SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": (
        "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA temp_store=MEMORY;"
        "PRAGMA mmap_size=134217728;PRAGMA cache_size=-20000;PRAGMA journal_size_limit=67108864;"
    ),
}


def sqlite(path: Path) -> dict[str, Any]:
    return {"ENGINE": "django.db.backends.sqlite3", "NAME": path, "OPTIONS": SQLITE_OPTIONS, "CONN_MAX_AGE": None}


POSTGRESQL_PARAMETERS = {"host", "sslmode", "sslrootcert"}


def _database(environ: Mapping[str, str], data: Path) -> dict[str, Any]:
    name, expected = "HUB_DATABASE_URL", "sqlite:///fichier ou postgresql://personne:mot@hôte:port/base"
    given = _given(environ, name)
    if not given:
        return sqlite(data / "hub.sqlite3")
    url = _split(name, expected, given)
    if url.scheme == "sqlite" and url.path.strip("/") and not url.netloc:
        return sqlite(data / unquote(url.path[1:]))  # three slashes: in the data folder; four: anywhere
    parameters = dict(parse_qsl(url.query))
    if url.scheme in {"postgresql", "postgres"} and url.path.strip("/") and parameters.keys() <= POSTGRESQL_PARAMETERS:
        host = parameters.pop("host", "")
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(url.path.strip("/")),
            "USER": unquote(url.username or ""),
            "PASSWORD": unquote(url.password or ""),
            "HOST": unquote(url.hostname or "") or host,
            "PORT": str(url.port or ""),
            "CONN_MAX_AGE": 600,
            "CONN_HEALTH_CHECKS": True,
            "OPTIONS": {"connect_timeout": 5, **parameters},
        }
    raise SettingError(name, expected, given)


def _broker(environ: Mapping[str, str], data: Path) -> str:
    name, expected = "HUB_BROKER_URL", "redis://hôte:port/n, amqp://… ou rien (file intégrée)"
    given = _given(environ, name)
    if not given:
        return f"sqla+sqlite:///{data / 'broker.sqlite3'}"
    url = _split(name, expected, given)
    if url.scheme not in {"redis", "rediss", "redis+socket", "amqp", "amqps"} or not (url.hostname or url.path):
        raise SettingError(name, expected, given)
    return given


TABLE_CACHE = {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "hub_cache", "OPTIONS": {"MAX_ENTRIES": 20000}}


def _cache(broker_url: str) -> dict[str, Any]:
    """Rate limits live in the cache, so it is shared by all processes: Redis when there is one, else a table."""
    if broker_url.startswith(("redis://", "rediss://")):
        return {"BACKEND": "hub.core.jobs.cache.RedisOrTable", "LOCATION": broker_url, "KEY_PREFIX": "hub"}
    return TABLE_CACHE


def _email(environ: Mapping[str, str], data: Path) -> dict[str, Any]:
    name, expected = "HUB_EMAIL_URL", "smtp://personne:mot@hôte:port, smtps://…, smtp+tls://… ou rien (dossier courrier)"
    given = _given(environ, name)
    if not given:
        return {"EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend", "EMAIL_FILE_PATH": str(data / "mail")}
    url = _split(name, expected, given)
    if url.scheme not in {"smtp", "smtps", "smtp+tls"} or not url.hostname:
        raise SettingError(name, expected, given)
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": url.hostname,
        "EMAIL_PORT": url.port or {"smtp": 25, "smtps": 465, "smtp+tls": 587}[url.scheme],
        "EMAIL_HOST_USER": unquote(url.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(url.password or ""),
        "EMAIL_USE_SSL": url.scheme == "smtps",
        "EMAIL_USE_TLS": url.scheme == "smtp+tls",
        "EMAIL_TIMEOUT": 10,
    }


def _search(environ: Mapping[str, str]) -> str:
    name, expected = "HUB_SEARCH_URL", "« embedded » (le moteur intégré) ou l’adresse d’un cluster, comme https://nom:mot@hôte:9200/hub"
    given = _given(environ, name) or "embedded"
    if given == "embedded":
        return given
    url = _split(name, expected, given)
    asked = dict(parse_qsl(url.query, keep_blank_values=True))
    if url.scheme not in {"http", "https"} or not url.hostname or url.fragment or asked.keys() - {"ca"}:
        raise SettingError(name, expected, given)
    if not re.fullmatch(r"/?|/[a-z][a-z0-9_]{0,39}/?", url.path):
        raise SettingError(name, "après l’hôte, le nom des index : une lettre minuscule, puis minuscules, chiffres ou _", given)
    if "ca" in asked and (url.scheme != "https" or not os.access(asked["ca"], os.R_OK)):
        raise SettingError(name, "après ?ca=, un certificat que le hub peut lire, et une adresse en https", given)
    return given


def _storages(environ: Mapping[str, str], data: Path) -> dict[str, Any]:
    """Where files lie: members' («private») and editors' («default»)."""
    name, expected = "HUB_STORAGE_URL", "s3://clé:secret@hôte/seau?region=… (s3+http:// sans TLS) ou rien (dossier de données)"
    given = _given(environ, name)
    if not given:
        place = {"location": str(data / "private"), "base_url": None}  # no Path: Wagtail writes it down in a task, as JSON
        private = {"BACKEND": "hub.core.documents.folder.PrivateFolder", "OPTIONS": place}
        return {"default": {"BACKEND": "hub.core.documents.folder.MediaFolder"}, "private": private}
    url = _split(name, expected, given)
    bucket, _, prefix = url.path.strip("/").partition("/")
    parameters = dict(parse_qsl(url.query))
    schemes = {"s3": "https", "s3+http": "http"}
    if url.scheme not in schemes or not (url.hostname and url.username and url.password and bucket) or parameters.keys() - {"region"}:
        raise SettingError(name, expected, given)
    options = {
        "endpoint_url": f"{schemes[url.scheme]}://{url.netloc.rpartition('@')[2]}",
        "access_key": unquote(url.username),
        "secret_key": unquote(url.password),
        "bucket_name": bucket,
        "region_name": parameters.get("region", "us-east-1"),  # what servers without regions answer to
        "file_overwrite": False,
    }
    classes = {"private": "PrivateS3", "default": "MediaS3"}
    return {
        kind: {
            "BACKEND": f"hub.core.documents.s3.{classes[kind]}",
            "OPTIONS": options | {"location": "/".join(filter(None, [prefix, "private" if kind == "private" else "media"]))},
        }
        for kind in classes
    }


def _clamav(environ: Mapping[str, str]) -> str:
    """Where clamd answers; empty: no file is scanned."""
    name, expected = "HUB_CLAMAV_URL", "tcp://hôte:3310, unix:///chemin/de/clamd.ctl ou rien (pas d’analyse)"
    given = _given(environ, name)
    if not given:
        return ""
    url = _split(name, expected, given)
    is_host = url.scheme == "tcp" and url.hostname and not url.path.strip("/") and not url.username
    is_socket = url.scheme == "unix" and not url.netloc and url.path.strip("/")
    if not (is_host or is_socket) or url.query or url.fragment:
        raise SettingError(name, expected, given)
    return given


def _proxies(environ: Mapping[str, str]) -> int:
    """How many proxies of ours stand in front: the address of a visitor is read that far from the end of X-Forwarded-For."""
    given = _given(environ, "HUB_PROXIES") or "0"
    if given not in {"0", "1", "2", "3"}:
        raise SettingError("HUB_PROXIES", "le nombre de proxys devant le hub, de 0 à 3", given)
    return int(given)


def _legal_hold(environ: Mapping[str, str]) -> frozenset[UUID]:
    """Sessions and shared services whose papers stay although their term is over."""
    given = _given(environ, "HUB_LEGAL_HOLD")
    try:
        return frozenset(map(UUID, given.replace(",", " ").split()))
    except ValueError:
        raise SettingError(
            "HUB_LEGAL_HOLD", "des identifiants de sessions ou de services partagés, séparés par des espaces", given
        ) from None


def secret_key(data: Path) -> str:
    """The key of this data folder, made once, readable by its owner only."""
    path = data / "secret_key"
    try:
        if not path.exists():
            data.mkdir(mode=0o700, parents=True, exist_ok=True)
            _write_once(path, secrets.token_urlsafe(64))
        key = path.read_text().strip()
    except OSError as error:
        raise SettingError("HUB_DATA", "un dossier où le hub peut écrire", f"{data} ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise SettingError("HUB_DATA", f"un secret_key en texte dans {path}", "autre chose") from error
    if len(key) < 50:
        raise SettingError("HUB_DATA", f"un secret_key d’au moins 50 signes dans {path}", f"{len(key)} signes")
    return key


def _write_once(path: Path, text: str) -> None:
    """Whole or not at all: of two processes that start together, one writes and both read the same."""
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
