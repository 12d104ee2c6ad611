"""The integrity seal: any bit that changes is seen; what another key seals is not ours."""

import logging
import random
import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from hub.core.papers import engine, post, seal
from hub.core.papers.seal import Verification
from hub.core.papers.seal_key import SealKey
from hub.core.papers.specimen import example

AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
IMPRINT = {
    "label": "Spécimen",
    "number": "SP-2026-0042",
    "version": "1",
    "template": "3f9a1c2e",
    "issued_on": "23 novembre 2026",
    "replaces": "",
}


@pytest.fixture(autouse=True)
def _folder(settings, tmp_path, caplog):
    settings.DATA_DIR = tmp_path
    caplog.set_level(logging.CRITICAL, logger="pyhanko")  # it tells of every file that it cannot read


@pytest.fixture(scope="module")
def plain():
    return post.finish(engine.render("specimen", {**example(), "paper": IMPRINT}, timestamp=AT))


def flipped(pdf, position, bit):
    changed = bytearray(pdf)
    changed[position] ^= 1 << bit
    return bytes(changed)


def survivors(pdf, positions):
    """The flips, among one random bit at each position, that verification does not see."""
    chance = random.Random(2026)
    flips = [(position, chance.randrange(8)) for position in positions]
    return [flip for flip in flips if seal.verify(flipped(pdf, *flip)).intact]


def gap(pdf):
    """The bytes that no signature covers: where the signature itself lies."""
    start = pdf.rindex(b"/Contents <") + len(b"/Contents ")
    return range(start, pdf.index(b">", start) + 1)


def test_sealed_file_begins_with_the_file_and_is_genuine(plain):
    sealed = seal.seal(plain)

    assert sealed.startswith(plain)
    assert seal.verify(sealed) == Verification(
        intact=True, covers_whole=True, signer="Common Name: Hub inter-CAE, cachet d’intégrité; Organization: 127.0.0.1", by_this_hub=True
    )
    assert seal.verify(sealed).is_genuine


def test_file_without_seal_or_unreadable_is_not_intact(plain):
    assert seal.verify(plain) == seal.verify(b"") == seal.verify(b"%PDF-1.7 nonsense") == seal.ABSENT


def test_any_changed_bit_is_seen(plain):
    sealed = seal.seal(plain)
    chance = random.Random(1)

    assert survivors(sealed, [chance.randrange(len(sealed)) for _ in range(100)]) == []


def test_changed_bit_in_the_signature_itself_is_seen(plain):
    sealed = seal.seal(plain)
    chance = random.Random(2)

    assert survivors(sealed, chance.sample(gap(sealed), 100)) == []


def test_letter_case_and_padding_of_the_signature_are_seen(plain):
    sealed = seal.seal(plain)
    hexadecimal = gap(sealed)
    letter = next(position for position in hexadecimal if chr(sealed[position]) in "ABCDEF")
    padding = hexadecimal[-3]

    assert not seal.verify(flipped(sealed, letter, 5)).intact
    assert not seal.verify(flipped(sealed, padding, 0)).intact


@pytest.mark.full
def test_ten_thousand_changed_bits_are_all_seen(plain):
    sealed = seal.seal(plain)
    chance = random.Random(3)
    anywhere = [chance.randrange(len(sealed)) for _ in range(7_000)]
    at_the_end = [chance.randrange(len(plain), len(sealed)) for _ in range(3_000)]

    assert survivors(sealed, anywhere + at_the_end) == []


def test_bytes_added_after_the_seal_are_seen(plain):
    longer = seal.verify(seal.seal(plain) + b"% rien\n")

    assert not longer.is_genuine


def test_seal_of_another_hub_is_not_ours(plain, settings, tmp_path):
    settings.DATA_DIR = tmp_path / "other"
    foreign = seal.seal(plain)
    settings.DATA_DIR = tmp_path
    seal.seal(plain)

    found = seal.verify(foreign)

    assert not found.by_this_hub
    assert not found.is_genuine


def test_key_is_private_and_made_once(plain, tmp_path):
    seal.seal(plain)
    key = tmp_path / "seal" / "seal.pem"
    before = key.read_bytes()
    seal._signer.cache_clear()
    sealed = seal.seal(plain)

    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert stat.S_IMODE(key.parent.stat().st_mode) == 0o700
    assert key.read_bytes() == before
    assert seal.verify(sealed).is_genuine


def test_processes_that_start_together_share_one_key(tmp_path):
    folder = tmp_path / "seal"
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: SealKey.load_or_make(folder).certificate.dump(), range(8)))

    assert len(set(found)) == 1
    assert len(list(folder.iterdir())) == 2


def test_seals_of_a_renewed_key_stay_recognised(plain, tmp_path):
    old = seal.seal(plain)
    (tmp_path / "seal" / "seal.pem").rename(tmp_path / "old.pem")
    seal._signer.cache_clear()
    new = seal.seal(plain)

    assert seal.verify(old).is_genuine
    assert seal.verify(new).is_genuine
    assert len(SealKey.known(tmp_path / "seal")) == 2
