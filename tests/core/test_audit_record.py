"""Writing the chain: with the change or not at all, nothing secret, nothing changed afterwards, its head in a file outside."""

import json
import logging
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.db import transaction

from hub.core.accounts.actor import Actor, Mandate
from hub.core.audit import actions, anchor, chain, health, rules, selectors, services
from hub.core.audit.errors import AppendOnly, NotInTransaction, RefusedData, UnknownAction
from hub.core.audit.models import AuditEntry, AuditHead
from hub.core.audit.verification import verify
from hub.core.jobs.models import PeriodicRun
from hub.core.kit.identifiers import uuid7
from tests.core.audit_tools import STAFF, Someone, Thing, own_folder, write  # noqa: F401
from tests.core.races import run_together


# -- a line -----------------------------------------------------------------------------------------------------------
def test_line_says_who_for_whom_what_and_when(db):
    other = Thing(uuid7(), "L’Étançon")
    before = datetime.now(UTC)

    services.record(
        "test.act", actor=STAFF, organisation=other, kind="test.thing", object_id="12", label=" Une\nchose ", data={"b": 1, "a": "é"}
    )

    entry = AuditEntry.objects.get()
    assert (entry.seq, entry.action) == (1, "test.act")
    assert (entry.actor_id, entry.on_behalf_id, entry.agreement_id) == (STAFF.user_id, STAFF.organisation_id, STAFF.agreement_id)
    assert (entry.organisation_id, entry.organisation_label) == (other.pk, "L’Étançon")
    assert (entry.object_kind, entry.object_id, entry.object_label) == ("test.thing", "12", "Une chose")
    assert entry.data == '{"a":"\\u00e9","b":1}'
    assert entry.details == {"a": "é", "b": 1}
    assert before <= entry.at <= datetime.now(UTC)
    assert entry.previous == chain.GENESIS


def test_line_names_the_organisation_acted_for_by_default(db):
    services.record("test.act", actor=STAFF)

    entry = AuditEntry.objects.get()
    assert (entry.organisation_id, entry.organisation_label) == (STAFF.organisation_id, "Bâti Commun")


def test_line_takes_its_object_from_the_subject_and_never_its_words(db):
    """`str(subject)` may be a person's name: only `audit_label`, given on purpose, enters the chain."""

    class Subject(PeriodicRun):
        class Meta:
            proxy = True
            app_label = "jobs"
            verbose_name = "Madame Secrète"

        def __str__(self):
            return "Madame Secrète"

    services.record("test.act", Subject(name="x"), actor=STAFF)
    Subject.audit_label = "Relance"
    Subject.audit_kind = "trainings.session"
    services.record("test.act", Subject(name="y"), actor=STAFF)

    first, second = AuditEntry.objects.order_by("seq")
    assert (first.object_kind, first.object_id, first.object_label) == ("jobs.subject", "x", "")
    assert (second.object_kind, second.object_id, second.object_label) == ("trainings.session", "y", "Relance")


def test_accounts_actors_fit(db):
    mandate = Mandate("v", uuid7(), "Bâti Commun", "bati-commun", "", frozenset(), True, uuid7())
    services.record("test.act", actor=Actor(user_id=uuid7(), name="Maud", mandate=mandate))
    services.record("test.act", actor=Actor.system())

    first, second = AuditEntry.objects.order_by("seq")
    assert (first.on_behalf_id, first.agreement_id) == (mandate.organisation_id, mandate.agreement_id)
    assert (second.actor_id, second.on_behalf_id, second.organisation_id) == (None, None, None)
    assert "Maud" not in "".join(map(str, first.__dict__.values()))


def test_unknown_action_is_an_error(db):
    with pytest.raises(UnknownAction):
        services.record("test.unknown", actor=STAFF)


def test_action_has_one_wording():
    actions.register({"test.act": "Essai"})

    with pytest.raises(ValueError):
        actions.register({"test.act": "Tentative"})
    assert actions.wording("test.act") == "Essai"


def test_line_outside_a_transaction_is_an_error(transactional_db):
    with pytest.raises(NotInTransaction):
        services.record("test.act", actor=STAFF)

    assert AuditEntry.objects.count() == 0


def test_line_goes_with_a_rolled_back_change(transactional_db):
    write(3)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        services.record("test.act", actor=STAFF)
        raise ZeroDivisionError
    write(1)

    assert list(AuditEntry.objects.order_by("seq").values_list("seq", flat=True)) == [1, 2, 3, 4]
    assert verify().is_ok


# -- what it may hold -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "key",
    ["password", "new_password", "motDePasse", "token", "api-token", "tokens", "client_secret", "code", "login_code", "recovery_codes",
     "email", "Email", "e_mail_email", "contact_mail", "phone", "phone_number", "téléphone", "iban", "nir", "first_name", "lastName", "birth_date"],
)  # fmt: skip
def test_secret_or_personal_key_is_refused(db, key):
    for data in ({key: "x"}, {"outer": [{"inner": {key: "x"}}]}):
        with pytest.raises(RefusedData):
            services.record("test.act", actor=STAFF, data=data)

    assert AuditEntry.objects.count() == 0


@pytest.mark.parametrize("key", ["role", "person", "fields", "network", "ape_code", "department_codes", "postal_code", "encoded", "cause"])
def test_ordinary_key_is_kept(db, key):
    services.record("test.act", actor=STAFF, data={key: "x"})

    assert AuditEntry.objects.get().details == {key: "x"}


@pytest.mark.parametrize("key", ["reason", "end_reason", "motif", "reply", "note", "comments", "message"])
def test_free_text_is_refused_and_that_there_is_one_is_kept(db, key):
    with pytest.raises(RefusedData):
        services.record("test.act", actor=STAFF, data={"before": {key: "Rosa est malade."}})
    services.record("test.act", actor=STAFF, data={f"has_{key}": True})

    assert AuditEntry.objects.get().details == {f"has_{key}": True}


def test_values_become_plain():
    key = uuid7()
    found = rules.plain(
        {"id": key, "on": date(2027, 1, 18), "price": Decimal("12.50"), "set": {"b", "a"}, "tuple": (1, True, None), 3: 0.5}
    )

    assert found == {"id": str(key), "on": "2027-01-18", "price": "12.50", "set": ["a", "b"], "tuple": [1, True, None], "3": 0.5}


@pytest.mark.parametrize("value", [object(), float("nan"), b"bytes-are-a-sequence"])
def test_value_that_is_not_plain_is_refused_or_plain(db, value):
    if isinstance(value, bytes):
        assert rules.plain(value)[0] == value[0]
    else:
        with pytest.raises((RefusedData, ValueError)):
            services.record("test.act", actor=STAFF, data={"value": value})


# -- append only ------------------------------------------------------------------------------------------------------
def test_lines_are_neither_changed_nor_deleted(db):
    write(2)
    entry = AuditEntry.objects.get(seq=1)
    rows = AuditEntry.objects.filter(seq=1)
    attempts = [
        entry.save, entry.delete, rows.delete, AuditEntry.objects.all().delete,
        lambda: rows.update(action="x"), lambda: AuditEntry.objects.update(action="x"),
        lambda: AuditEntry.objects.create(seq=3), lambda: AuditEntry.objects.bulk_create([entry]),
        lambda: AuditEntry.objects.bulk_update([entry], ["action"]), lambda: AuditEntry.objects.update_or_create(seq=1),
        lambda: AuditEntry.objects.get_or_create(seq=9), lambda: AuditEntry(seq=9).save(), lambda: AuditEntry._base_manager.update(action="x"),
    ]  # fmt: skip
    for attempt in attempts:
        with pytest.raises(AppendOnly):
            attempt()

    assert verify().is_ok
    assert AuditEntry.objects.count() == 2


# -- the head file ----------------------------------------------------------------------------------------------------
def on_disk():
    known = anchor.read()
    return (known.count, known.digest) if known else None


def in_base():
    head = AuditHead.objects.get()
    return (head.count, head.digest)


def test_head_file_follows_each_commit(transactional_db):
    for _ in range(3):
        write(1)
        assert on_disk() == in_base()


def test_head_file_is_written_once_a_transaction_and_not_after_a_rollback(transactional_db, monkeypatch):
    written = []
    keep = anchor._write
    monkeypatch.setattr(anchor, "_write", lambda head: (written.append(head.count), keep(head)))

    write(10)
    assert written == [10]

    with pytest.raises(ZeroDivisionError), transaction.atomic():
        services.record("test.act", actor=STAFF)
        raise ZeroDivisionError
    assert written == [10]


def test_head_file_behind_after_a_crash_is_accepted_then_repaired(transactional_db, monkeypatch):
    write(2)
    with monkeypatch.context() as crash:
        crash.setattr(anchor, "_write", lambda head: None)
        write(3)
    assert on_disk()[0] == 2
    assert verify().is_ok

    write(1)
    assert on_disk() == in_base()


def test_head_file_never_goes_back(transactional_db):
    """Two commits may reach the file in either order."""
    write(2)
    older = AuditHead(count=1, digest=AuditEntry.objects.get(seq=1).digest)
    before = on_disk()
    AuditHead.objects.filter(pk=1).update(count=older.count, digest=older.digest)

    anchor.advance()

    assert on_disk() == before


def test_write_that_fails_on_disk_breaks_no_change(transactional_db, monkeypatch, caplog):
    monkeypatch.setattr(anchor, "_write", lambda head: (_ for _ in ()).throw(OSError("disque plein")))

    write(1)

    assert AuditEntry.objects.count() == 1
    assert "advance" in caplog.text


def test_concurrent_writers_make_one_chain(transactional_db):
    run_together(lambda n: write(25, actor=Someone(uuid7())), 8)

    verdict = verify()
    assert (verdict.count, verdict.why) == (200, "")
    assert on_disk() == in_base()


# -- the day's head ---------------------------------------------------------------------------------------------------
def test_head_goes_to_log_and_mail(db, mailoutbox, caplog, monkeypatch):
    monkeypatch.setattr(services, "_recipients", lambda: ["coordination@example.org", "bureau@example.org"])
    write(3)

    with caplog.at_level(logging.INFO, "hub.audit"):
        services.publish_head()

    digest = in_base()[1]
    assert digest in caplog.text
    (mail,) = mailoutbox
    assert mail.bcc == ["coordination@example.org", "bureau@example.org"]
    assert mail.to == []
    assert digest in mail.body
    assert "La chaîne est intacte : 3\u00a0lignes." in mail.body
    assert "chaîne intacte" in mail.subject


def test_mail_says_when_the_chain_is_broken(db, mailoutbox, monkeypatch):
    monkeypatch.setattr(services, "_recipients", lambda: ["coordination@example.org"])
    write(3)
    anchor.path().unlink()

    services.publish_head()

    assert "CHAÎNE ROMPUE" in mailoutbox[0].subject


# -- commands, health, selectors --------------------------------------------------------------------------------------
def test_command_verifies_and_shows_the_tail(db, capsys):
    write(3)
    call_command("audit", "verify")
    assert "La chaîne est intacte : 3\u00a0lignes." in capsys.readouterr().out
    call_command("audit", "verify", "--json")
    assert json.loads(capsys.readouterr().out)["count"] == 3
    call_command("audit", "tail", "-n", "2")
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(" | ")[0] for line in lines] == ["2", "3"]
    assert "Essai" in lines[0]


def test_command_exits_1_and_names_the_line(db, capsys):
    write(3)
    AuditHead.objects.filter(pk=1).update(count=5)

    for options in ([], ["--json"]):
        with pytest.raises(SystemExit) as stop:
            call_command("audit", "verify", *options)
        assert stop.value.code == 1
    assert '"bad_seq": 4' in capsys.readouterr().out


def test_anchor_is_taken_up_again_after_a_restored_backup(transactional_db, capsys):
    write(5)
    known = on_disk()
    AuditEntry.objects.filter(seq__gt=3)._raw_delete("default")  # as an older backup would be
    AuditHead.objects.filter(pk=1).update(count=3, digest=AuditEntry.objects.get(seq=3).digest)
    write(4)  # the file must not catch up by itself once the chain is long again
    assert not verify().is_ok
    assert on_disk() == known

    call_command("audit", "anchor", "--reason", "sauvegarde")

    assert verify().is_ok
    last = AuditEntry.objects.order_by("-seq").first()
    assert (last.action, last.details["known_count"], last.details["known_digest"]) == ("audit.anchor.restart", *known)


def test_health_compares_the_head_with_the_file(db):
    assert health.head()[0] == "ok"
    write(3)
    assert health.head()[0] == "ok"

    AuditEntry.objects.filter(seq=3)._raw_delete("default")
    assert health.head()[0] == "bad"
    AuditHead.objects.filter(pk=1).update(count=2)
    assert health.head()[0] == "bad"
    anchor.path().unlink()
    assert health.head()[0] == "bad"


def test_history_is_shown_to_those_concerned(db):
    mine, theirs = STAFF, Someone(uuid7(), uuid7(), "L’Étançon", is_staff=True)
    entrepreneur = Someone(uuid7(), mine.organisation_id, is_staff=False)
    for actor in (mine, theirs, entrepreneur):
        services.record("test.act", actor=actor, kind="test.thing", object_id="1")
    services.record("test.other", actor=theirs, organisation=Thing(mine.organisation_id, "Bâti Commun"), kind="test.thing", object_id="1")

    def seen(actor):
        return [entry.seq for entry in selectors.history_of_object("test.thing", 1, actor=actor)]

    assert seen(mine) == [4, 3, 1]
    assert seen(theirs) == [4, 2]
    assert seen(entrepreneur) == [3]
    assert seen(Someone()) == []
    assert seen(Someone(uuid7(), is_coordinator=True)) == [4, 3, 2, 1]
    found = selectors.history_of_organisation(mine.organisation_id, actor=theirs)
    assert [entry.seq for entry in found] == [4]
