"""The coordinator confirms how early each OPCO wants a request, or puts it right: the dates of all open files follow."""

import json
import re
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hub.core.audit.models import AuditEntry
from hub.core.kit.dates import long_date_fr, today
from hub.core.kit.holidays import working_days_before
from tests.builders.accounts import SYSTEM, make_coordinator, make_federation, make_person, sign_in
from tests.builders.funding import S, make_file, make_file_at, make_party
from trainings.funding import reference, services
from trainings.funding.errors import VersionConflict
from trainings.funding.models import OpcoRule, Reminder
from trainings.funding.selectors import opcos_in_force, read_file

pytestmark = pytest.mark.django_db
KEY = "constructys"
LIST, ONE, RESET = "/federation/opco/", f"/federation/opco/{KEY}/", f"/federation/opco/{KEY}/reprendre/"
DOUBT = "à vérifier"
READ = {
    "lead_days": 10, "lead_unit": "working", "aim_days": 5, "portal": "eGestion", "source": "Conditions générales 2026, p. 4", "read_on": date(2026, 11, 3),
    "verified": True,
}  # fmt: skip


@pytest.fixture
def coordinator():
    return make_coordinator()


@pytest.fixture
def client(coordinator):
    return sign_in(coordinator)


def typed(seen: str = "", **changes):
    facts = {name: str(value) for name, value in (READ | {"seen": seen} | changes).items()}
    return {name: value for name, value in facts.items() if value != "False"}


def write(key: str = KEY, **changes) -> OpcoRule:
    return services.write_opco_rule(key, actor=SYSTEM, **(READ | changes))


def limit(row):
    return next(due for due in read_file(row, SYSTEM).dues if due.key == "filing_limit")


# -- who --------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("role", ["training_manager", "director", "trainer"])
def test_only_the_coordinator_reads_and_writes_the_figures_of_opcos(role, client):
    write()
    other = sign_in(make_person(make_party(), role))

    for url in (LIST, ONE, RESET):
        assert client.get(url).status_code == 200
        assert other.get(url).status_code == 403
        assert other.post(url, typed(lead_days=3)).status_code == 403
    assert OpcoRule.objects.get().lead_days == READ["lead_days"]


def test_an_opco_of_no_edition_is_absent(client):
    for url in (ONE, RESET):
        assert client.get(url.replace(KEY, "aucun")).status_code == 404
        assert client.post(url.replace(KEY, "aucun"), typed()).status_code == 404


def test_the_page_of_the_federation_and_a_file_in_doubt_lead_there(client):
    row = make_file(organiser=make_party())
    of_federation = make_file(session=make_file(organiser=make_federation()).session)

    assert f'href="{LIST}"' in client.get("/federation/").content.decode()
    assert f'href="{ONE}"' in client.get(of_federation.get_absolute_url()).content.decode()
    manager = sign_in(make_person(row.employer, "training_manager"))
    assert ONE not in manager.get(row.get_absolute_url()).content.decode()


# -- what follows -----------------------------------------------------------------------------------------------------
def test_the_figure_that_was_read_moves_the_dates_of_open_files_and_takes_the_doubt_away(client, coordinator):
    row = make_file(starts_in=60)
    manager, starts_on = sign_in(make_person(row.employer, "training_manager")), row.session.starts_on
    before = manager.get(row.get_absolute_url()).content.decode()
    assert (limit(row).on, limit(row).is_verified) == (starts_on - timedelta(days=15), False)
    assert DOUBT in before
    assert client.get(LIST).content.decode().count("À vérifier") == 10  # of eleven, AKTO's was read in a text that binds

    client.post(ONE, typed())

    assert (limit(row).on, limit(row).is_verified) == (working_days_before(starts_on, 10), True)
    page, employer = manager.get(row.get_absolute_url()).content.decode(), manager.get("/formations/dossiers/ma-cae/").content.decode()
    assert "10\u00a0jours ouvrés avant le premier jour (Conditions générales 2026, p. 4, lu le 3\u00a0novembre 2026)." in page
    assert "10\u00a0jours ouvrés" in employer
    assert "lu le 3\u00a0novembre 2026" in employer
    listed = client.get(LIST).content.decode()
    assert listed.count("À vérifier") == 9
    assert f"par {coordinator.name}" in listed


def test_a_figure_that_nobody_confirms_keeps_its_doubt_and_names_nobody(client, coordinator):
    client.post(ONE, typed(verified=True))
    client.post(ONE, typed(seen=OpcoRule.objects.get().stamp, verified=False))

    row = OpcoRule.objects.get()
    assert (row.verified, row.reviewer) == (False, None)
    assert not opcos_in_force()[KEY].verified
    assert f"par {coordinator.name}" not in client.get(LIST).content.decode()


def test_a_filing_is_late_by_the_figure_in_force():
    row = make_file_at(S.READY, starts_in=40)
    manager, url = sign_in(make_person(row.employer, "training_manager")), reverse("funding:move", args=[row.pk, "filed"])
    write(lead_days=39, lead_unit="calendar")
    assert long_date_fr(today() + timedelta(days=1)) in manager.get(url).content.decode()

    write(lead_days=60, lead_unit="calendar")
    answer = manager.post(url, {"version": row.version, "on": f"{today()}", "reference": "EX-1"}, follow=True).content.decode()

    assert "Hors délai" in answer
    assert "60\u00a0jours calendaires" in answer


def test_reminders_follow_the_figure_in_force():
    make_file(starts_in=60)
    services.remind()
    assert not Reminder.objects.filter(key="filing_limit").exists()

    write(lead_days=55, lead_unit="calendar")

    services.remind()
    assert Reminder.objects.get(key="filing_limit").due_on == today() + timedelta(days=5)


def test_no_lead_time_is_the_day_before_the_first():
    """On the first day nothing is filed any more (rules.wrong_day)."""
    write(lead_days=0, lead_unit="calendar")

    held = opcos_in_force()[KEY]

    assert held.last_day(date(2027, 1, 18)) == date(2027, 1, 17)
    assert held.lead_words == "avant le premier jour"


# -- what is refused --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"lead_days": 366}, "au plus 365."),
        ({"lead_days": -1}, "au moins 0."),
        ({"lead_days": "quinze"}, "nombre entier"),
        ({"aim_days": 366}, "au plus 365."),
        ({"lead_unit": "lunar"}, "n’est pas dans la liste"),
        ({"source": "  "}, "à remplir"),
        ({"source": "x" * 301}, "300"),
        ({"portal": "x" * 121}, "120"),
        ({"read_on": ""}, "à remplir"),
        ({"read_on": "2099-01-01"}, "pas encore venu"),
    ],
)
def test_wrong_figures_say_why_and_stay_typed(client, changes, words):
    response = client.post(ONE, typed(**changes))
    page = response.content.decode()

    assert response.status_code == 200
    assert words in page
    assert "data-hub-errors" in page
    assert not OpcoRule.objects.exists()


@pytest.mark.parametrize("changes", [{"lead_days": 366}, {"aim_days": 366}, {"source": ""}])
def test_the_database_refuses_figures_out_of_a_year_or_without_a_source(changes):
    with pytest.raises(IntegrityError), transaction.atomic():
        OpcoRule.objects.create(opco=KEY, **(READ | changes))


def test_the_database_refuses_who_confirmed_what_is_in_doubt(coordinator):
    with pytest.raises(IntegrityError), transaction.atomic():
        OpcoRule.objects.create(opco=KEY, **(READ | {"verified": False}), reviewer=coordinator)


# -- back, and two people ---------------------------------------------------------------------------------------------
def test_the_figures_of_the_release_come_back_once_asked(client):
    row = make_file(starts_in=60)
    write()
    moved, identifier = limit(row).on, OpcoRule.objects.get().pk

    assert RESET in client.get(ONE).content.decode()
    assert "15\u00a0jours calendaires" in client.get(RESET).content.decode()
    assert OpcoRule.objects.exists(), "nothing is taken back before it is confirmed"
    client.post(RESET)

    assert not OpcoRule.objects.exists()
    assert moved != limit(row).on == row.session.starts_on - timedelta(days=15)
    line = AuditEntry.objects.filter(action="trainings.funding.opco_reset").get()
    assert (line.object_id, line.object_label) == (f"{identifier}", "Constructys")
    assert (json.loads(line.data)["was"]["lead_days"], json.loads(line.data)["is"]["lead_days"]) == (10, 15)
    assert RESET not in client.get(ONE).content.decode()
    assert client.get(RESET).status_code == client.post(RESET).status_code == 302
    services.reset_opco_rule(KEY, actor=SYSTEM)
    assert AuditEntry.objects.filter(action="trainings.funding.opco_reset").count() == 1


def test_two_people_confirm_the_same_opco_the_second_sees_both(client):
    client.post(ONE, typed(lead_days=21))  # somebody else's, once this one had opened the form on the release's figures

    second = client.post(ONE, typed(lead_days=12, source="Guide 2026"))
    page = second.content.decode()

    assert second.status_code == 409
    assert "Quelqu’un a enregistré une autre version entre-temps" in page
    assert re.search("<del>.*?21.*?<ins>.*?12", page)
    assert 'value="12"' in page
    assert OpcoRule.objects.get().lead_days == 21
    seen = OpcoRule.objects.get().stamp
    assert f'value="{seen}"' in page
    assert client.post(ONE, typed(seen=seen, lead_days=12)).status_code == 302
    assert OpcoRule.objects.get().lead_days == 12


def test_figures_taken_back_meanwhile_are_told_to_who_was_changing_them(client):
    seen = write().stamp
    services.reset_opco_rule(KEY, actor=SYSTEM)

    answer = client.post(ONE, typed(seen=seen, lead_days=12))

    assert answer.status_code == 409
    assert re.search("<del>.*?15.*?<ins>.*?12", answer.content.decode())
    assert not OpcoRule.objects.exists()
    assert client.post(ONE, typed(lead_days=12)).status_code == 302, "with the release's figures before her, it is a choice"


def test_the_first_row_is_written_once(monkeypatch):
    write()
    monkeypatch.setattr("trainings.funding.services.opcos._held", lambda key: None)  # read before the other one's was there

    with pytest.raises(VersionConflict):
        services.write_opco_rule(KEY, actor=SYSTEM, seen="", **(READ | {"lead_days": 3}))

    assert OpcoRule.objects.get().lead_days == READ["lead_days"]


# -- what is kept -----------------------------------------------------------------------------------------------------
def test_a_line_of_the_trail_holds_the_figures_before_and_after(client, coordinator):
    client.post(ONE, typed())
    client.post(ONE, typed(seen=OpcoRule.objects.get().stamp))

    line = AuditEntry.objects.filter(action="trainings.funding.opco").get()  # the second one changed nothing
    assert line.actor_id == coordinator.pk
    assert line.object_label == "Constructys"
    was, now = json.loads(line.data)["was"], json.loads(line.data)["is"]
    assert was.keys() == now.keys() == set(OpcoRule.FIGURES)
    assert (was["lead_days"], was["lead_unit"], was["verified"], was["read_on"]) == (15, "calendar", False, "2026-11-21")
    assert now == READ | {"read_on": "2026-11-03"}


def test_the_figures_of_the_release_can_be_confirmed_as_they_are(client, coordinator):
    akto = reference.opcos()["akto"]
    facts = {name: getattr(akto, name) for name in OpcoRule.FIGURES}

    client.post("/federation/opco/akto/", typed(**facts))

    assert OpcoRule.objects.get().reviewer == coordinator
    assert opcos_in_force()["akto"] == akto


# -- queries ----------------------------------------------------------------------------------------------------------
def asked(client, url):
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def test_queries_follow_neither_the_files_nor_the_figures(client, coordinator):
    employer = make_party()
    manager = sign_in(make_person(employer, "training_manager"))
    make_file(employer=employer)
    client.post(ONE, typed())
    files, figures = asked(manager, "/formations/dossiers/"), asked(client, LIST)

    for key in ("akto", "atlas"):
        make_file(employer=employer, is_complete=False)
        client.post(f"/federation/opco/{key}/", typed())

    assert OpcoRule.objects.filter(reviewer=coordinator).count() == 3
    assert (asked(manager, "/formations/dossiers/"), asked(client, LIST)) == (files, figures)
