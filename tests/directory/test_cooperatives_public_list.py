"""The 71 real cooperatives: what the file says, all of it, and nothing else."""

import csv
import shutil
from datetime import date
from importlib import import_module

import pytest
from django.apps import apps
from django.core.management import call_command
from django.urls import reverse

from directory.cooperatives import listing, services
from directory.cooperatives.models import DirectoryEntry, ListedNetwork
from directory.vocabularies.models import Vocabulary
from directory.vocabularies.services import load_vocabularies
from hub.core.accounts.models import Affiliation, Invitation, Membership, Organisation
from hub.core.accounts.services import affiliate, remove_affiliation, update_affiliation
from hub.core.audit.models import AuditEntry
from tests.builders.accounts import make_coordinator, make_federation, make_person
from tests.builders.accounts import sign_in as login
from tests.builders.cooperatives import SYSTEM, load_list, make_organisation, sign_in

pytestmark = pytest.mark.django_db
ROWS = list(csv.DictReader((listing.DATA / "cae-public.csv").read_text(encoding="utf-8").splitlines()))


@pytest.fixture
def places():
    load_vocabularies(actor=SYSTEM, only={"departments", "communes"})


@pytest.fixture
def folder(tmp_path):
    shutil.copytree(listing.DATA, tmp_path / "data")
    return tmp_path / "data"


def edit(folder, old, new):
    path = folder / "cae-public.csv"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_the_whole_list_is_loaded_as_it_is_and_nothing_is_invented(places):
    summary = services.load_public_list(actor=SYSTEM)
    entries = {entry.list_key: entry for entry in DirectoryEntry.unscoped.select_related("organisation", "commune")}

    assert (len(summary.created), len(entries), len(ROWS)) == (71, 71, 71)
    for row, listed in zip(ROWS, listing.public_list().rows, strict=True):
        entry = entries[listed.key]
        organisation = entry.organisation
        assert organisation.name.replace("’", "'") == row["name"].replace("’", "'")
        assert ";".join(organisation.department_codes) == row["department_codes"]
        assert entry.city.replace("’", "'") == row["city"]
        assert {True: "yes", False: "no", None: ""}[entry.building_trade] == row["building_trade"]
        assert entry.website == row["website"]
        assert entry.source.replace("\u00a0", " ").replace("\u202f", " ").replace("’", "'") == row["source"].replace("’", "'")
        assert {one.name.replace("’", "'") for one in entry.listed_networks.all()} == set(filter(None, row["networks"].split(";")))
        assert entry.source_on.isoformat() == "2026-11-01"
        assert entry.is_public_list
        invented = [
            organisation.siren, organisation.siret, organisation.ape_code, organisation.idcc, organisation.nda_number, organisation.street,
            organisation.postal_code, organisation.city, organisation.representative_name, organisation.legal_form,
            organisation.cooperative_statute, entry.presentation, *entry.trades.all(),
        ]  # fmt: skip
        assert not any(invented), organisation.name
        assert entry.commune is None or entry.commune.department_id in organisation.department_codes
    assert not Membership.unscoped.exists()
    assert not Affiliation.objects.exists()


def test_the_trail_says_which_list_was_loaded_without_its_words():
    services.load_public_list(actor=SYSTEM)

    line = AuditEntry.objects.get(action="cooperatives.list.load")
    assert line.object_label == ""
    assert line.details == {"created": 71, "updated": 0, "withdrawn": 0, "sha256": listing.public_list().digest}


def test_every_city_of_the_list_is_a_commune_that_is_known_without_doubt(places):
    services.load_public_list(actor=SYSTEM)

    without = DirectoryEntry.unscoped.exclude(city="").filter(commune=None)
    assert list(without.values_list("city", flat=True)) == []


def test_a_city_whose_departement_is_unknown_is_not_guessed(places, folder):
    edit(folder, "Elycoop,,69,Bron", "Elycoop,,,Bron")

    services.load_public_list(actor=SYSTEM, folder=folder)

    entry = DirectoryEntry.unscoped.get(list_key="elycoop")
    assert (entry.city, entry.commune) == ("Bron", None)


def test_loading_twice_changes_nothing():
    services.load_public_list(actor=SYSTEM)
    before = list(DirectoryEntry.unscoped.values()), list(Organisation.objects.values()), AuditEntry.objects.count()

    summary = services.load_public_list(actor=SYSTEM)

    assert (len(summary.unchanged), summary.created, summary.updated, summary.withdrawn) == (71, [], [], [])
    assert (list(DirectoryEntry.unscoped.values()), list(Organisation.objects.values()), AuditEntry.objects.count()) == before


def test_a_corrected_row_is_updated_and_a_removed_one_hidden(folder):
    load_list()
    edit(folder, "Crescendo,,61,Flers,Coopérer pour Entreprendre,no", "Crescendo,,61,Flers,Autre réseau,")
    edit(folder, next(line for line in (folder / "cae-public.csv").read_text().splitlines() if line.startswith("Tilt,")) + "\n", "")

    summary = services.load_public_list(actor=SYSTEM, folder=folder)
    back = services.load_public_list(actor=SYSTEM)

    assert (summary.updated, summary.withdrawn) == (["Crescendo"], ["Tilt"])
    assert (back.updated, back.withdrawn) == (["Crescendo", "Tilt"], [])
    assert DirectoryEntry.unscoped.get(list_key="tilt").is_published
    assert set(ListedNetwork.objects.filter(entry__list_key="crescendo").values_list("name", flat=True)) == {"Coopérer pour Entreprendre"}


@pytest.fixture
def tilt():
    load_list()
    return Organisation.objects.get(slug="tilt")


def joins(organisation, **facts):
    return affiliate(organisation, network=make_federation(), actor=SYSTEM, **facts)


def sent_back(client, **changed):
    """The edit page of Tilt as it is shown, with what was changed on it, and what the hub answers."""
    address = "/cooperatives/tilt/modifier/"
    shown = client.get(address).context
    fields = [shown[half][name] for half in ("face", "facts") for name in shown[half].fields]
    facts = {one.html_name: one.value() for one in fields if one.value() not in (None, "", False, [])}
    for one in fields:
        if isinstance(facts.get(one.html_name), list):
            facts[one.html_name] = one.field.prepare_value(one.value())
    return client.post(address, facts | changed)


def test_a_cooperative_of_the_list_that_joins_the_federation_keeps_its_own_entry(client, tilt):
    director = login(make_person(tilt, "director"))
    assert director.get("/cooperatives/tilt/modifier/").status_code == 403

    joins(tilt)

    page = client.get("/cooperatives/tilt/").content.decode()
    assert "n’est pas membre du hub" not in page
    assert "reprend la liste publique établie en novembre 2026" in page
    assert "opteos.fr/actualites" in page
    assert [director.get(f"/cooperatives/tilt/{name}/").status_code for name in ("modifier", "agrements")] == [200, 200]


def test_what_the_list_said_stays_with_its_source_until_its_people_change_it(client, tilt):
    joins(tilt)
    director = login(make_person(tilt, "director"))

    assert sent_back(director).status_code == 302
    assert DirectoryEntry.unscoped.get(list_key="tilt").source
    assert sent_back(director, **{"fiche-website": "https://tilt.example.org/"}).status_code == 302

    entry = DirectoryEntry.unscoped.get(list_key="tilt")
    assert (entry.source, entry.website) == ("", "https://tilt.example.org/")
    page = client.get("/cooperatives/tilt/").content.decode()
    assert "Fiche tenue par Tilt" in page
    assert "<small>liste publique" not in page
    assert [row["source_month"] for row in client.get("/cooperatives.json?q=tilt").json()["results"]] == [None]


def test_what_the_coordinator_writes_on_an_entry_of_the_list_takes_no_source_away(tilt):
    assert sent_back(login(make_coordinator()), **{"fiche-website": "https://tilt.example.org/"}).status_code == 302

    entry = DirectoryEntry.unscoped.get(list_key="tilt")
    assert (entry.is_public_list, entry.website) == (True, "https://tilt.example.org/")
    assert entry.source


def test_the_list_loaded_again_leaves_alone_who_joined(tilt):
    joins(tilt)
    director = login(make_person(tilt, "director"))
    sent_back(director, **{"fiche-website": "https://tilt.example.org/"})

    summary = services.load_public_list(actor=SYSTEM)

    assert (summary.left, summary.updated) == (["Tilt"], [])
    assert DirectoryEntry.unscoped.get(list_key="tilt").website == "https://tilt.example.org/"


def test_who_left_the_federation_keeps_its_entry_and_who_never_joined_goes_back_to_the_list(tilt):
    row = joins(tilt, starts_on=date(2026, 1, 1))
    update_affiliation(row, actor=SYSTEM, ends_on=date(2026, 2, 1))
    assert not DirectoryEntry.unscoped.get(list_key="tilt").is_public_list

    remove_affiliation(row, actor=SYSTEM)

    assert DirectoryEntry.unscoped.get(list_key="tilt").is_public_list


def test_another_network_than_the_federation_changes_nothing(tilt):
    affiliate(tilt, network=make_organisation("Réseau voisin", kind="network"), actor=SYSTEM)

    assert DirectoryEntry.unscoped.get(list_key="tilt").is_public_list


def test_those_who_had_joined_before_the_hub_followed_get_their_entry(tilt):
    joins(tilt)
    DirectoryEntry.unscoped.filter(list_key="tilt").update(is_public_list=True)

    import_module("directory.cooperatives.migrations.0002_members_keep_their_entry").give_them(apps, None)

    assert list(DirectoryEntry.unscoped.filter(is_public_list=False, list_key="tilt").values_list("pk", flat=True)) == [tilt.pk]
    assert DirectoryEntry.unscoped.filter(is_public_list=True).count() == 70


def test_the_coordinator_invites_the_director_of_a_cooperative_of_the_list(tilt):
    coordinator = login(make_coordinator())
    assert reverse("accounts:team", args=["tilt"]) in coordinator.get(reverse("accounts:networks", args=["tilt"])).content.decode()

    coordinator.post(reverse("accounts:team", args=["tilt"]), {"email": "direction@example.org", "role": "director"})

    assert Invitation.unscoped.get(organisation=tilt).email == "direction@example.org"


@pytest.fixture
def short(folder):
    """The list cut down to three of its rows."""
    path = folder / "cae-public.csv"
    head, *lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text(head + "".join(line for line in lines if line.startswith(("Tilt,", "Coop&Bât,", "Élan bâtisseur,"))), encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("name", "facts"),
    [
        ("Tilt", {}),  # as the coordinator enters one: the form asks for no place
        ("Coop & Bat", {"department_codes": ["33"]}),
        ("Élan bâtisseur", {"postal_code": "35136"}),
    ],
)
def test_a_cooperative_entered_by_hand_before_the_list_is_the_one_of_the_list(short, name, facts):
    entered = make_organisation(name, **facts)

    summary = services.load_public_list(actor=SYSTEM, folder=short)
    again = services.load_public_list(actor=SYSTEM, folder=short)

    assert (len(summary.created), len(summary.left), Organisation.objects.count()) == (2, 1, 3)
    assert (again.created, again.left) == ([], summary.left)
    entry = DirectoryEntry.unscoped.get(organisation=entered)
    assert (entry.organisation.name, entry.is_public_list, entry.source) == (name, False, "")


@pytest.mark.parametrize(
    ("name", "facts"),
    [
        ("Coop&Bât", {"department_codes": ["13"]}),
        ("Coop&Bât", {"postal_code": "13001"}),
        ("Coop&Bât", {"kind": "network"}),
        ("Coop et Bât", {"department_codes": ["33"]}),
    ],
)
def test_another_place_nature_or_name_is_another_cooperative(short, name, facts):
    entered = make_organisation(name, **facts)

    summary = services.load_public_list(actor=SYSTEM, folder=short)

    assert (len(summary.created), summary.left) == (3, [])
    assert DirectoryEntry.unscoped.get(organisation=entered).list_key is None


def test_of_two_of_one_name_neither_is_taken_for_the_one_of_the_list(short):
    make_organisation("Tilt"), make_organisation("Tilt")

    assert services.load_public_list(actor=SYSTEM, folder=short).left == []


@pytest.fixture
def with_siren(short):
    folder = short
    edit(folder, "website,source\n", "website,source,siren\n")
    path = folder / "cae-public.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join(f"{line},732 829 320" if line.startswith("Tilt,") else line for line in lines), encoding="utf-8")
    return folder


def test_a_siren_recognises_whatever_the_name_and_the_place(with_siren):
    entered = make_organisation("Tilt Coopérative", siren="732829320", department_codes=["13"])
    make_organisation("Tilt")

    summary = services.load_public_list(actor=SYSTEM, folder=with_siren)

    assert summary.left == ["Tilt"]
    assert DirectoryEntry.unscoped.get(list_key="tilt").pk == entered.pk


def test_one_name_and_two_sirens_are_two_cooperatives(with_siren):
    make_organisation("Tilt", siren="552100554")

    summary = services.load_public_list(actor=SYSTEM, folder=with_siren)
    again = services.load_public_list(actor=SYSTEM, folder=with_siren)

    assert ("Tilt" in summary.created, summary.left, len(again.unchanged)) == (True, [], 3)
    assert DirectoryEntry.unscoped.get(list_key="tilt").organisation.siren == "732829320"


@pytest.mark.parametrize(
    ("old", "new", "error"),
    [
        ("Tilt,,,,Hauts les Coop,,", "Tilt,,,,Hauts les Coop,peut-être,", KeyError),
        ("Tilt,,,,", "Alterna,,,,", ValueError),
        ("Tilt,,,,", ",,,,", ValueError),
    ],
)
def test_a_malformed_list_loads_nothing(folder, old, new, error):
    edit(folder, old, new)

    with pytest.raises(error):
        services.load_public_list(actor=SYSTEM, folder=folder)
    assert not Organisation.objects.exists()


def test_source_and_date_stand_beside_each_row_and_each_fact(client):
    load_list()

    rows = client.get("/cooperatives.json?q=tilt").json()["results"]
    listed = client.get("/cooperatives/?q=tilt").content.decode()
    page = client.get("/cooperatives/coop-et-bat/").content.decode()
    sources = client.get("/sources/").content.decode()

    assert [(row["source"][:9], row["source_month"], row["is_public_list"]) for row in rows] == [("opteos.fr", "2026-11", True)]
    assert "Liste publique de novembre 2026, d’après opteos.fr/actualites" in listed
    assert page.count("<small>liste publique, novembre 2026</small>") == 4  # commune, départements, bâtiment, site
    assert "d’après la liste publique, novembre 2026" in page
    assert "n’est pas membre du hub" in page
    assert "établie en novembre 2026" in sources


def test_nobody_but_the_coordinator_may_change_an_entry_of_the_list(client):
    load_list()
    entry = DirectoryEntry.unscoped.get(list_key="tilt")
    sign_in(client, entry.organisation)

    assert client.get("/cooperatives/tilt/modifier/").status_code == 403


def test_command_says_what_it_did(capsys):
    call_command("public_list")
    call_command("public_list")

    assert capsys.readouterr().out.splitlines() == ["Liste publique : 71 créées", "Liste publique : 71 inchangées"]
    assert Vocabulary.objects.get(pk="public_list").row_count == 71
