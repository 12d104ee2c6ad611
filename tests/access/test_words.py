"""E14: no real address or number in the project. G11: no secret; bin/test runs detect-secrets beside this."""

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MAIL = re.compile(r"[\w.+%-]+@((?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,})")
PHONE = re.compile(r"(?<![\w./-])(?:\+33[  .]?[1-9]|0[1-9])(?:[  .]\d{2}){4}(?!\d)")
SECRET = re.compile(
    r"-----BEGIN (?:RSA |EC |OPENSSH |ENCRYPTED )?PRIVATE KEY-----|\bAKIA[0-9A-Z]{16}\b|\bgh[pousr]_[A-Za-z0-9]{36}\b"
    r"|\bxox[abpr]-[A-Za-z0-9-]{10,}|\bsk-[A-Za-z0-9]{32,}|\beyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}"
    r"|(?i:secret_key|api_key|auth_token)\s*=\s*[\"'][A-Za-z0-9+/=_-]{24,}[\"']"
)
BINARY = {".ttf", ".woff2", ".png", ".pdf", ".jpg", ".webp", ".gif", ".ico", ".jar", ".xlsx", ".zip"}
# who may be named by an address of his own, and where
ALLOWED = {
    "LICENSE": "licence of the project",
    "vendor/": "licences and authors of libraries, as they came",
    "fonts/": "licences and authors of fonts, as they came",
    ".lock": "package names and digests",
    "package-lock.json": "package names and digests",
    "tools/verapdf/": "validator, as it came",
}
RESERVED = {"example.org", "localhost.localdomain"}  # RFC 2606
RESERVED_SUFFIXES = (".example.org", ".example", ".invalid", ".test", ".localhost")


def files():
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    for name in filter(None, listed.stdout.split("\0")):
        path = ROOT / name
        if path.suffix not in BINARY and path.is_file() and not any(part in name for part in ALLOWED):
            yield name, path.read_text(errors="replace")


def is_reserved(domain):
    return domain.lower() in RESERVED or domain.lower().endswith(RESERVED_SUFFIXES)


def test_mail_addresses_are_invented():
    found = [f"{name}: {match.group(0)}" for name, text in files() for match in MAIL.finditer(text) if not is_reserved(match.group(1))]

    assert found == []


def test_phone_numbers_are_invented():
    found = [
        f"{name}: {match.group(0)}"
        for name, text in files()
        for match in PHONE.finditer(text)
        if not re.sub(r"\D", "", match.group(0)).removeprefix("33").removeprefix("0").startswith("19900")
    ]

    assert found == []


def test_no_secret_in_the_tree():
    assert [f"{name}: {match.group(0)[:24]}" for name, text in files() for match in SECRET.finditer(text)] == []


def test_each_sieve_catches_what_it_is_for():
    """The words are put together here, so that this file passes its own sieves."""
    at = "@"
    assert MAIL.search(f"marie{at}gmail.com")
    assert not is_reserved("gmail.com")
    assert PHONE.search("05 " + "56 12 34 56")
    assert PHONE.search("+33 " + "5 56 12 34 56".replace("5 56", "5 56"))
    assert SECRET.search("-----BEGIN " + "PRIVATE KEY-----")
    assert SECRET.search("SECRET_KEY = '" + "x" * 40 + "'")
