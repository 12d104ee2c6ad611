import json
import re
import subprocess
import sys
from io import StringIO
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from hub.core.accounts.actor import Actor
from hub.core.accounts.services import update_organisation
from hub.core.jobs import health
from hub.core.jobs import services as jobs
from hub.core.jobs.models import Outbox
from hub.core.kit.searchable import index_line
from hub.ops.management.commands import restore
from search import index, tasks
from search.engines import engine
from search.query import search
from tests.builders.accounts import make_member, make_person
from tests.search.shelf import Reader, make_entry

pytestmark = pytest.mark.django_db


def total(text):
    engine().refresh()
    return search(text, reader=Reader()).total


def run(*args, **options):
    out = StringIO()
    call_command(*args, stdout=out, **options)
    return out.getvalue()


# -- jobs -----------------------------------------------------------------------------------------------------------------------------
def test_line_of_the_outbox_brings_the_index_up_to_date(people):
    index.rebuild()
    people.put("1", title="Plombière")
    with transaction.atomic():
        jobs.emit(**index_line("person", "1"))
    assert total("plombière") == 0

    jobs.drain()

    assert total("plombière") == 1
    assert Outbox.objects.filter(done_at=None).count() == 0


def test_lines_are_taken_in_one_batch(people, monkeypatch):
    index.rebuild()
    batches = []
    monkeypatch.setattr(index, "update", batches.append)
    for number in range(7):
        jobs.emit(**index_line("person", number % 5))

    jobs.drain()

    assert batches == [{f"person:{number}" for number in range(5)}]


def test_busy_index_is_tried_later_without_counting_an_attempt(people, monkeypatch):
    index.rebuild()
    monkeypatch.setattr("search.engines.tantivy.LOCK_SECONDS", 0)
    jobs.emit(**index_line("person", "1"))

    with engine()._folder.lock("writer", wait_seconds=0):
        jobs.drain()

    line = Outbox.objects.get()
    assert (line.done_at, line.parked_at, line.attempts) == (None, None, 0)


def test_same_line_twice_leaves_the_same_index(people):
    people.put("1", title="Plombière")
    index.rebuild()

    for _ in range(2):
        tasks.update([{"kind": "person", "id": "1"}])

    assert total("plombière") == 1


def test_renamed_organisation_is_found_by_its_new_name_in_all_that_bears_it(people, monkeypatch):
    organisation = make_member("Cap Lucioles")
    for number in range(7):
        people.put(str(number), title="Plombière", organisation=organisation.name, organisation_id=str(organisation.pk))
    people.put("autre", title="Plombière", organisation="Alter", organisation_id="7")
    index.rebuild()
    monkeypatch.setattr(index, "BATCH", 3)
    assert (total("lucioles"), total("alouettes")) == (7, 0)

    organisation.name = "Cap Alouettes"
    for pk in list(people.entries)[:7]:
        people.put(pk, title="Plombière", organisation=organisation.name, organisation_id=str(organisation.pk))
    update_organisation(organisation, actor=Actor.system())
    lines = Outbox.objects.filter(topic=tasks.ORGANISATION_TOPIC, done_at=None)
    assert list(lines.values_list("payload", flat=True))[-1:] == [{"id": str(organisation.pk)}]
    jobs.drain()
    tasks.update_organisation({"id": str(organisation.pk)})  # once more changes nothing

    assert (total("lucioles"), total("alouettes"), total("plombière")) == (0, 7, 8)
    assert not lines.exists()


def test_renamed_organisation_without_an_index_is_left_to_the_rebuild():
    tasks.update_organisation({"id": "7"})

    assert not engine().health().ready


def test_nightly_check_makes_a_damaged_index_anew(people):
    index.rebuild()
    people.put("1", title="Plombière")

    tasks.check()

    assert total("plombière") == 1


def test_nightly_check_leaves_a_good_index_alone(people):
    people.put("1", title="Plombière")
    index.rebuild()
    before = engine()._folder.current()

    tasks.check()

    assert engine()._folder.current() == before


def test_rebuild_runs_each_week_and_check_each_night():
    assert {"search.rebuild", "search.check"} <= jobs.registry.periodics.keys()


def test_state_of_the_search_is_part_of_the_hub_s(people):
    people.put("1", title="Plombière")
    assert tasks.state()[0] == health.State.WARN

    index.rebuild()
    engine().refresh()

    assert tasks.state() == (health.State.OK, "1\u00a0fiche dans l’index")
    assert "search" in {check.name for check in health.run_checks(fresh=True)}


# -- commands -------------------------------------------------------------------------------------------------------------------------
def test_search_command_answers_in_json(people):
    people.put("1", name="Solène Marchais", title="Plombière")
    index.rebuild()

    assert json.loads(run("search", "plombier", json=True)) == {
        "total": 1,
        "partial": 0,
        "hits": [
            {
                "kind": "person",
                "id": "1",
                "title": "Solène Marchais",
                "url": "/fiches/1/",
                "why": {"plombier": "au genre ou au nombre près, dans le titre"},
            }
        ],
        "facets": {"kind": {"person": 1}},
        "corrections": [],
        "place": None,
    }


def test_search_command_answers_in_words(people):
    people.put("1", name="Solène Marchais", title="Plombière")
    index.rebuild()

    assert run("search", "plombier").splitlines() == ["1\u00a0résultat", "  person       Solène Marchais  /fiches/1/"]


def test_search_command_sees_what_the_person_sees(people):
    organisation = make_member()
    person = make_person(organisation, "advisor", email="maud@example.org")
    people.put("1", make_entry(title="Plombière", audiences=[f"staff:{organisation.pk}"]))
    index.rebuild()

    assert json.loads(run("search", "plombier", json=True))["total"] == 0
    assert json.loads(run("search", "plombier", json=True, email=person.email.upper()))["total"] == 1


def test_search_command_as_nobody_fails():
    with pytest.raises(CommandError, match=r"Personne n’a l’adresse absente@example\.org"):
        run("search", "plombier", email="absente@example.org")


def test_rebuild_command_shows_its_progress(people):
    for number in range(3):
        people.put(str(number), title="Plombière")

    lines = run("rebuild_index").splitlines()

    assert lines[0] == "  Personnes : 3"
    assert lines[-1].startswith("Index refait en ")
    assert total("plombière") == 3


def test_rebuild_command_while_another_runs_fails(people):
    with engine()._folder.lock("rebuild", wait_seconds=0), pytest.raises(CommandError, match="Un autre processus"):
        run("rebuild_index")


def lost(document, where):
    return False


@pytest.mark.parametrize(
    ("is_built", "meanwhile"), [(True, "L’index d’avant continue de répondre"), (False, "La recherche est simplifiée jusque-là")]
)
def test_rebuild_command_that_may_wait_says_what_answers_meanwhile(people, monkeypatch, is_built, meanwhile):
    people.put("1", title="Plombière")
    if is_built:
        index.rebuild()
    monkeypatch.setattr(index, "_is_found", lost)
    reason = f"l’index nouveau ne trouve pas person:1. {meanwhile} (bin/hub rebuild_index)."

    with pytest.raises(CommandError, match=re.escape(f"L’index n’a pas pu être refait : {reason}")):
        run("rebuild_index")
    assert run("rebuild_index", or_later=True).splitlines()[-1] == f"L’index sera refait plus tard : {reason}"

    assert total("plombière") == 1
    assert search("plombière", reader=Reader()).is_plain is not is_built


def test_rebuild_command_that_may_wait_leaves_it_to_another(people):
    with engine()._folder.lock("rebuild", wait_seconds=0):
        assert run("rebuild_index", or_later=True) == "Un autre processus refait l’index ; il suffit d’attendre.\n"


@pytest.mark.parametrize("door", ["prepare", "restore"])
def test_hub_starts_without_a_new_index(people, monkeypatch, capsys, door):
    people.put("1", title="Plombière")
    index.rebuild()
    monkeypatch.setattr(index, "_is_found", lost)

    if door == "prepare":
        call_command("prepare")
    else:
        restore.Command()._bring_up_to_date(SimpleNamespace(made_at="2026-11-28T12:00:00"), {})

    assert "L’index sera refait plus tard" in capsys.readouterr().out
    assert total("plombière") == 1


def test_check_command_compares_only(people):
    people.put("1", title="Plombière")
    index.rebuild()
    assert run("rebuild_index", check=True) == "L’index et la base sont d’accord.\n"

    people.put("2", title="Maçonne")
    with pytest.raises(CommandError, match="Personnes : 1 dans l’index, 2 dans la base"):
        run("rebuild_index", check=True)
    assert total("maçonne") == 0


def test_no_module_of_the_web_process_imports_the_engine():
    heavy = "{'tantivy', 'elasticsearch_dsl', 'elastic_transport'}"
    code = f"import django; django.setup(); import sys, search.views, search.tasks, search.query; print({heavy} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "set()"
