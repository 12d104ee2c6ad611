"""H4: whatever is altered, deleted, inserted, swapped or cut off, `verify` says so and names the first bad line.

The hands here write SQL. A forger is careless (leaves the digests), careful (recomputes them) or total (recomputes all that the database
holds): only the head file, outside, sees the last one.
"""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.core.audit import anchor, health
from hub.core.audit.chain import COLUMNS, GENESIS
from hub.core.audit.models import AuditEntry, AuditHead
from hub.core.audit.verification import verify
from hub.core.jobs.health import State
from hub.core.kit.identifiers import uuid7
from tests.core.audit_tools import own_folder, raw, set_head, shift, signed, sql, store, write  # noqa: F401

COUNT = 12
FIRST, MIDDLE, LAST = 1, 6, COUNT
OTHER = {
    "at": lambda value: value + timedelta(microseconds=1),
    "data": lambda value: value.replace('"n":', '"n": '),
    "previous": lambda value: value[:-1] + ("0" if value[-1] != "0" else "1"),
    "digest": lambda value: value[:-1] + ("0" if value[-1] != "0" else "1"),
}
# what a query no longer finds, or nobody can read, though Django would take it for the same: SQLite keeps any value in any column
FORMS = {
    "sqlite": [
        ("organisation_id", "substr(organisation_id, 1, 8) || '-' || substr(organisation_id, 9)"),
        ("actor_id", "actor_id || '-'"),
        ("actor_id", "upper(actor_id)"),
        ("on_behalf_id", "' ' || on_behalf_id"),
        ("on_behalf_id", "on_behalf_id || char(0)"),
        ("agreement_id", "cast(agreement_id as blob)"),
        ("at", "replace(at, ' ', 'T')"),
        ("at", "replace(at, ' ', 'T') || '+00:00'"),
        ("at", "at || '+00:00'"),
        ("at", "at || '0'"),
        ("at", "cast(at as blob)"),
        ("at", "'hier'"),
        ("at", "20261129.5"),
        ("data", "cast(data as blob)"),
        ("data", "cast(x'7bff7d' as text)"),
        ("object_label", "object_label || char(0)"),
        ("previous", "cast(previous as blob)"),
        ("digest", "cast(digest as blob)"),
        ("seq", "'x'"),
        ("seq", "x'00'"),
        ("seq", "seq - 0.5"),
    ],
    "postgresql": [
        ("at", "'infinity'"),
        ("at", "'20000-01-01'"),
        ("at", "at - interval '4052 years'"),
        ("data", "data || ' '"),
    ],
}
HEADS = {
    "sqlite": [("count", "'x'"), ("count", "count + 0.5"), ("digest", "cast(digest as blob)"), ("digest", "cast(x'ff' as text)")],
    "postgresql": [("digest", "reverse(digest)")],
}


@pytest.fixture
def line(db):
    """A chain of twelve."""
    write(COUNT)
    assert verify().is_ok


def altered(name, value):
    if name in OTHER:
        return OTHER[name](value)
    return uuid7() if isinstance(value, UUID) else value + "x"


def change(seq, name, value):
    stored = value.hex if isinstance(value, UUID) and connection.vendor == "sqlite" else value
    sql(f"UPDATE {{table}} SET {name} = %s WHERE seq = %s", stored, seq)


def rewrite_from(first, *, edit=lambda row: row):
    """Recompute the chain from a line on, and the head in the database: what a total forger does."""
    rows = [row for row in AuditEntry.objects.order_by("seq").values() if row["seq"] >= first]
    previous = AuditEntry.objects.filter(seq__lt=first).order_by("-seq").values_list("digest", flat=True).first() or GENESIS
    sql("DELETE FROM {table} WHERE seq >= %s", first)
    for row in rows:
        row = signed({**edit(row), "previous": previous})
        previous = row["digest"]
        store(row)
    set_head(AuditEntry.objects.count(), previous)


# -- alter ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("seq", [FIRST, MIDDLE, LAST])
@pytest.mark.parametrize("name", [*COLUMNS[1:], "digest"])
def test_any_column_altered_is_found(line, name, seq):
    change(seq, name, altered(name, raw(seq)[name]))

    assert verify().bad_seq == seq


@pytest.mark.parametrize(("name", "form"), FORMS[connection.vendor])
def test_value_in_another_form_is_an_edit(line, name, form):
    sql(f"UPDATE {{table}} SET {name} = {form} WHERE seq = %s", MIDDLE)

    assert verify().bad_seq == MIDDLE


@pytest.mark.parametrize("moment", [datetime(2027, 1, 18, 9, tzinfo=UTC), datetime(2027, 1, 18, 9, 0, 0, 100, tzinfo=UTC)])
def test_moment_of_few_digits_is_sound(db, monkeypatch, moment):
    monkeypatch.setattr(timezone, "now", lambda: moment)

    write(1)

    assert (verify().why, verify().at) == ("", moment)


@pytest.mark.parametrize("name", ["actor_id", "on_behalf_id", "agreement_id", "organisation_id"])
def test_id_taken_away_is_found(line, name):
    change(MIDDLE, name, None)

    assert verify().bad_seq == MIDDLE


@pytest.mark.parametrize("seq", [FIRST, MIDDLE, LAST])
def test_line_rewritten_with_its_digest_is_found(line, seq):
    row = signed({**raw(seq), "action": "test.other"})
    change(seq, "action", row["action"])
    change(seq, "digest", row["digest"])

    assert verify().bad_seq == seq


def test_line_and_all_that_follow_rewritten_is_found_by_the_file_alone(line):
    rewrite_from(MIDDLE, edit=lambda row: {**row, "action": "test.other"})

    verdict = verify()
    assert verdict.bad_seq == LAST
    assert "le fichier de tête connaît une autre empreinte" in verdict.why


def test_rank_changed_is_found(line):
    change(LAST, "seq", LAST + 5)

    assert verify().bad_seq == LAST


# -- delete -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("seq", [FIRST, MIDDLE, LAST])
def test_line_deleted_is_found(line, seq):
    sql("DELETE FROM {table} WHERE seq = %s", seq)

    assert verify().bad_seq == seq


@pytest.mark.parametrize("seq", [FIRST, MIDDLE, LAST - 1])
def test_line_deleted_with_the_ranks_closed_up_is_found(line, seq):
    sql("DELETE FROM {table} WHERE seq = %s", seq)
    shift(seq + 1, -1)

    assert verify().bad_seq == seq


def test_line_deleted_and_all_rewritten_is_found_by_the_file_alone(line):
    sql("DELETE FROM {table} WHERE seq = %s", MIDDLE)
    shift(MIDDLE + 1, -1)
    rewrite_from(MIDDLE)

    assert verify().bad_seq == LAST


def test_everything_deleted_is_found(line):
    sql("DELETE FROM {table}")
    assert verify().bad_seq == 1

    sql("DELETE FROM {head}")
    assert verify().bad_seq == 1


# -- insert, swap -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("seq", [2, MIDDLE, LAST])
def test_line_inserted_is_found(line, seq):
    """A careful forgery: it follows the line before, its digest is right."""
    forged = signed({**raw(seq), "action": "test.other", "previous": raw(seq - 1)["digest"]})
    shift(seq, +1)
    store(forged)

    assert verify().bad_seq == seq


def test_line_inserted_and_linked_is_found(line):
    """The line that follows is made to point at the forgery; its own digest still tells its old rank."""
    forged = signed({**raw(MIDDLE), "action": "test.other"})
    shift(MIDDLE, +1)
    store(forged)
    change(MIDDLE + 1, "previous", forged["digest"])

    assert verify().bad_seq == MIDDLE


def test_line_inserted_at_the_front_is_found(line):
    store(signed({**raw(1), "seq": 0, "previous": GENESIS}))

    assert verify().bad_seq == 0


def test_line_added_behind_the_head_is_found(line):
    store(signed({**raw(LAST), "seq": LAST + 1, "previous": raw(LAST)["digest"]}))

    assert verify().bad_seq == LAST + 1


@pytest.mark.parametrize(("one", "two"), [(1, 2), (MIDDLE, MIDDLE + 1), (2, LAST), (1, LAST)])
def test_lines_swapped_are_found(line, one, two):
    sql("UPDATE {table} SET seq = -1 WHERE seq = %s", one)
    sql("UPDATE {table} SET seq = %s WHERE seq = %s", one, two)
    sql("UPDATE {table} SET seq = %s WHERE seq = -1", two)

    assert verify().bad_seq == one


# -- truncate ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("kept", [0, 1, MIDDLE, LAST - 1])
def test_truncation_is_found_by_the_head_in_the_database(line, kept):
    sql("DELETE FROM {table} WHERE seq > %s", kept)
    anchor.path().unlink()

    assert verify().bad_seq == kept + 1


@pytest.mark.parametrize("kept", [0, 1, MIDDLE, LAST - 1])
def test_truncation_with_the_head_put_back_is_found_by_the_file(line, kept):
    sql("DELETE FROM {table} WHERE seq > %s", kept)
    set_head(kept, raw(kept)["digest"] if kept else GENESIS)

    verdict = verify()
    assert verdict.bad_seq == kept + 1
    assert "le fichier de tête connaît 12\u00a0lignes" in verdict.why


def test_truncation_without_the_file_is_the_bite(line):
    """What the file is for: without it this truncation is a sound, shorter chain; its absence is what shows."""
    sql("DELETE FROM {table} WHERE seq > %s", MIDDLE)
    set_head(MIDDLE, raw(MIDDLE)["digest"])
    anchor.path().unlink()

    verdict = verify()
    assert verdict.bad_seq == MIDDLE
    assert "le fichier de tête manque" in verdict.why


def test_everything_deleted_without_the_file_is_found(line):
    """A database that begins has its file: with neither line nor file, something was taken away."""
    sql("DELETE FROM {table}")
    AuditHead.objects.all().delete()
    anchor.path().unlink()

    verdict = verify()
    assert verdict.bad_seq == 1
    assert "le fichier de tête manque" in verdict.why
    assert health.head() == (State.BAD, "Le fichier de tête manque")


def test_truncation_covered_by_new_lines_is_found(line):
    """The hub goes on writing after the cut: the file must not be talked into following."""
    sql("DELETE FROM {table} WHERE seq > %s", MIDDLE)
    set_head(MIDDLE, raw(MIDDLE)["digest"])
    write(COUNT)

    assert verify().bad_seq == LAST
    assert anchor.read().count == LAST


def test_a_file_taken_away_is_not_made_again_by_the_next_line(line):
    sql("DELETE FROM {table} WHERE seq > %s", MIDDLE)
    set_head(MIDDLE, raw(MIDDLE)["digest"])
    anchor.path().unlink()

    write(3)

    assert "le fichier de tête manque" in verify().why
    assert anchor.read() is None


def test_file_that_cannot_be_read_is_said(line):
    anchor.path().write_text("{")

    verdict = verify()
    assert not verdict.is_ok
    assert "illisible" in verdict.why


def test_head_row_changed_is_found(line):
    set_head(LAST, GENESIS)
    assert verify().bad_seq == LAST

    set_head(LAST - 2, raw(LAST - 2)["digest"])
    assert verify().bad_seq == LAST - 1


@pytest.mark.parametrize(("name", "form"), HEADS[connection.vendor])
def test_head_row_in_another_form_is_found(line, name, form):
    sql(f"UPDATE {{head}} SET {name} = {form}")

    verdict = verify()
    assert not verdict.is_ok
    assert "la tête en base" in verdict.sentence


def test_empty_chain_is_sound(db):
    assert verify().is_ok
    AuditHead.objects.create()
    assert verify().is_ok


# -- any tampering ----------------------------------------------------------------------------------------------------
@st.composite
def tampering(draw, count):
    seq = draw(st.integers(1, count))
    kind = draw(st.sampled_from(["alter", "resign", "delete", "close up", "insert", "swap", "truncate", "truncate head"]))
    name = draw(st.sampled_from([*COLUMNS[1:], "digest"]))
    other = draw(st.integers(1, count).filter(lambda n: n != seq))
    return kind, seq, name, other


def tamper(kind, seq, name, other, count):
    """Break the chain and return the first line that is not as it was."""
    if kind == "alter":
        change(seq, name, altered(name, raw(seq)[name]))
    elif kind == "resign":
        row = signed({**raw(seq), "object_id": "another"})
        change(seq, "object_id", row["object_id"])
        change(seq, "digest", row["digest"])
    elif kind == "delete":
        sql("DELETE FROM {table} WHERE seq = %s", seq)
    elif kind == "close up":
        sql("DELETE FROM {table} WHERE seq = %s", seq)
        shift(seq + 1, -1)
    elif kind == "insert":
        forged = signed({**raw(seq), "object_id": "another"})
        shift(seq, +1)
        store(forged)
    elif kind == "swap":
        seq, other = sorted((seq, other))
        sql("UPDATE {table} SET seq = -1 WHERE seq = %s", seq)
        sql("UPDATE {table} SET seq = %s WHERE seq = %s", seq, other)
        sql("UPDATE {table} SET seq = %s WHERE seq = -1", other)
    else:
        sql("DELETE FROM {table} WHERE seq >= %s", seq)
        if kind == "truncate head":
            set_head(seq - 1, raw(seq - 1)["digest"] if seq > 1 else GENESIS)
    return seq


def check_tamperings(count, examples):
    kept = list(AuditEntry.objects.order_by("seq").values())
    head = AuditHead.objects.get()

    @settings(max_examples=examples, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(tampering(count))
    def check(case):
        bad = tamper(*case, count)
        try:
            assert verify().bad_seq == bad, case
        finally:
            now = {row["seq"]: row for row in AuditEntry.objects.values()}
            for seq in {*now, *(row["seq"] for row in kept)}:
                if now.get(seq) != (kept[seq - 1] if 1 <= seq <= count else None):
                    sql("DELETE FROM {table} WHERE seq = %s", seq)
                    if 1 <= seq <= count:
                        store(kept[seq - 1])
            set_head(head.count, head.digest)
            assert verify().is_ok

    check()


@pytest.mark.parametrize("seq", [1, LAST - 1, LAST])
def test_a_line_rewritten_whole_is_named_and_not_the_one_after_it(line, seq):
    assert verify().is_ok
    tamper("resign", seq, "", 0, LAST)
    assert verify().bad_seq == seq


def test_any_tampering_of_a_chain_of_200_is_found(db):
    write(200)

    check_tamperings(200, examples=60)


@pytest.mark.full
def test_any_tampering_of_a_chain_of_10_000_is_found(db):
    write(10_000)

    check_tamperings(10_000, examples=100)
