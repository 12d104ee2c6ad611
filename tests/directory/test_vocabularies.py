"""What the data files say, and how they are loaded."""

import io
import re
import shutil
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from directory.vocabularies import files, outlines, selectors, services
from directory.vocabularies.models import Commune, Department, Skill, Trade, TradeName, Vocabulary
from directory.vocabularies.words import key, readable
from hub.core.accounts.actor import Actor

SMALL = {"departments", "trades", "activities", "specialities", "collective_agreements"}
SYSTEM = Actor.system()


@pytest.fixture
def folder(tmp_path):
    shutil.copytree(files.DATA, tmp_path / "data")
    return tmp_path / "data"


def rows(name, folder=files.DATA):
    return {row["code"]: row for row in getattr(files, name)(folder)}


def test_files_hold_the_rows_that_their_readme_counts():
    counted = {name: len(rows(name)) for name in services.READERS}

    assert counted == {
        "departments": 109, "communes": 34969, "trades": 532, "trade_names": 11118, "skills": 2418, "activities": 1728,
        "specialities": 114, "collective_agreements": 49,
    }  # fmt: skip


def test_codes_keep_their_leading_zeros():
    assert {"01", "2A", "974"} <= rows("departments").keys()
    assert {"01001", "2A004"} <= rows("communes").keys()
    assert rows("collective_agreements")["0016"]["opco"] == "OPCO Mobilités"


def test_communes_have_a_point_but_for_the_known_gaps():
    without = [code for code, row in rows("communes").items() if row["latitude"] is None]

    assert len(without) == 99
    assert rows("communes")["33249"]["postal_codes"] == "33310"


def test_communes_load_without_the_odbl_file(folder):
    (folder / "coordinates" / "communes.csv").unlink()

    assert {(row["latitude"], row["longitude"]) for row in files.communes(folder)} == {(None, None)}


def test_skills_are_readable_and_leave_the_annex_lists_out():
    skills = rows("skills")

    assert skills["22301"]["label"] == "Enduit maçonnerie"
    assert skills["22301"]["field"] == "Bâtiment gros œuvre"
    assert "51101" not in skills  # a diploma
    assert "80018" not in skills  # a public
    assert not [row["label"] for row in skills.values() if row["label"][0].islower()]


def test_building_trades_are_the_chosen_ones():
    building = {code for code, row in rows("trades").items() if row["is_building"]}

    assert len(building) == 36
    assert {"F1703", "F1602", "H2206"} <= building
    assert not {"F1402", "F1105", "D1102"} & building


def test_building_trades_refuse_a_code_that_the_rome_lacks(folder):
    (folder / "building_trades.csv").write_text("rome_code,reason\nZ9999,inventé\n")

    with pytest.raises(ValueError, match="Z9999"):
        list(files.trades(folder))


def test_labels_are_written_for_readers():
    assert readable("Second oeuvre; manoeuvre d'engins") == "Second œuvre, manœuvre d’engins"
    assert readable("Moellonneur") == "Moellonneur"
    assert key("Ste-Colombe d’Œuf") == " sainte colombe d oeuf"


@pytest.mark.django_db
def test_loading_twice_changes_nothing_the_second_time():
    first = services.load_vocabularies(actor=SYSTEM, only=SMALL)
    loaded_at = Vocabulary.objects.get(pk="trades").loaded_at
    second = services.load_vocabularies(actor=SYSTEM, only=SMALL)

    assert [row.is_due for row in first] == [True] * len(SMALL)
    assert [row.is_due for row in second] == [False] * len(SMALL)
    assert Vocabulary.objects.get(pk="trades").loaded_at == loaded_at
    assert (Department.objects.count(), Trade.objects.count()) == (109, 532)


@pytest.mark.django_db
def test_loading_writes_one_audit_line_per_vocabulary_loaded():
    from hub.core.audit.models import AuditEntry

    services.load_vocabularies(actor=SYSTEM, only={"departments"})
    services.load_vocabularies(actor=SYSTEM, only={"departments"})

    assert [entry.action for entry in AuditEntry.objects.all()] == ["vocabularies.load"]


@pytest.mark.django_db
def test_loading_withdraws_a_code_that_vanished_and_takes_it_back(folder):
    services.load_vocabularies(actor=SYSTEM, only={"trades"}, folder=folder)
    whole = (folder / "rome.csv").read_text()
    (folder / "rome.csv").write_text("".join(line for line in whole.splitlines(keepends=True) if not line.startswith("A1101")))

    loading = services.load_vocabularies(actor=SYSTEM, only={"trades"}, folder=folder)[0]
    gone = Trade.objects.get(pk="A1101")
    (folder / "rome.csv").write_text(whole)
    services.load_vocabularies(actor=SYSTEM, only={"trades"}, folder=folder)

    assert loading.withdrawn == ("A1101",)
    assert not gone.is_current
    assert Trade.objects.get(pk="A1101").is_current


@pytest.mark.django_db
def test_loading_follows_a_corrected_label_and_a_changed_licence(folder):
    services.load_vocabularies(actor=SYSTEM, only={"departments"}, folder=folder)
    path = folder / "departements.csv"
    path.write_text(path.read_text().replace("Gironde", "Gironde corrigée"))
    assert services.pending(folder)[0].is_due

    services.load_vocabularies(actor=SYSTEM, only={"departments"}, folder=folder)
    toml = folder / "sources.toml"
    toml.write_text(toml.read_text().replace('edition = "2026"', 'edition = "2027"', 1))

    assert Department.objects.get(pk="33").label == "Gironde corrigée"
    assert services.pending(folder)[0].is_due


@pytest.mark.django_db
def test_loading_refuses_a_vocabulary_that_nobody_knows():
    with pytest.raises(KeyError):
        services.load_vocabularies(actor=SYSTEM, only={"départments"})


@pytest.mark.django_db
def test_command_check_fails_until_all_is_loaded(monkeypatch):
    with pytest.raises(CommandError) as refused:
        call_command("vocabularies", "--check", verbosity=0)
    assert refused.value.returncode == 1
    assert not Vocabulary.objects.exists()

    monkeypatch.setattr(files, "sources", lambda folder: [])
    call_command("vocabularies", "--check", verbosity=0)


@pytest.mark.django_db
def test_everything_loads_and_refers_to_what_exists():
    loadings = services.load_vocabularies(actor=SYSTEM)

    assert sum(row.row_count or 0 for row in loadings) == 51_037
    assert Commune.objects.filter(department=None).count() == 0
    assert TradeName.objects.filter(trade__code="F1703").count() > 10
    assert Skill.objects.filter(is_current=True).count() == 2418
    assert selectors.building_trades().count() == 36
    assert selectors.activity_label("4120A") == "Construction de maisons individuelles"


# -- the map ----------------------------------------------------------------------------------------------------------


def _inside(x, y, path):
    """Even-odd rule over the polygons of an «M … l … z» path."""
    import re

    odd, corners, x0, y0 = False, [], 0.0, 0.0
    for step, numbers in re.findall(r"([Mlz])([^Mlz]*)", path):
        values = list(map(float, re.findall(r"-?\d*\.?\d+", numbers)))
        points = list(zip(values[::2], values[1::2], strict=True))
        if step == "M":
            (x0, y0), *points = points
            corners = [(x0, y0)]
        for dx, dy in points:
            x0, y0 = x0 + dx, y0 + dy
            corners.append((x0, y0))
        if step == "z":
            for (ax, ay), (bx, by) in zip(corners, corners[1:] + corners[:1], strict=True):
                if (ay > y) != (by > y) and x < (bx - ax) * (y - ay) / (by - ay) + ax:
                    odd = not odd
    return odd


def test_a_commune_falls_in_its_own_departement_on_the_map():
    drawn = outlines.department_map()
    some = [row for row in list(rows("communes").values())[::40] if row["department_id"] in drawn.paths and row["latitude"]]
    hits = sum(_inside(*drawn.point(row["latitude"], row["longitude"]), drawn.paths[row["department_id"]]) for row in some)

    assert len(some) > 800
    assert hits / len(some) > 0.99


def test_shared_drawing_is_the_one_that_the_outlines_write():
    assert outlines.FILE.read_text(encoding="utf-8") == outlines.drawing()


def test_distance_is_the_known_one_and_none_without_a_point():
    paris, lyon = Commune(latitude=48.8566, longitude=2.3522), Commune(latitude=45.7640, longitude=4.8357)

    assert paris.distance_km(lyon) == pytest.approx(391.5, abs=1)
    assert paris.distance_km(paris) == 0
    assert paris.distance_km(Commune()) is None


def test_every_source_names_its_licence_and_its_files():
    listed = {path for source in files.sources() for path in source.files}
    kept = {str(path.relative_to(files.DATA)) for path in Path(files.DATA).rglob("*") if path.suffix in {".csv", ".json"}}

    assert listed == kept
    assert all(source.licence and source.credit and source.edition for source in files.sources())


@pytest.mark.django_db
def test_command_says_how_many_rows_and_nothing_of_sources_without_rows():
    out = io.StringIO()

    call_command("vocabularies", stdout=out)

    said = out.getvalue()
    assert "0 ligne" not in said.replace("\u00a0", " ")
    assert re.search(r"Départements et régions : \d+\u00a0lignes, \d+,\d s", said)
    assert Vocabulary.objects.filter(code__in=["map", "coordinates"]).count() == 2
