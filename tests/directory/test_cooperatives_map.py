"""The zoomable map: where the points fall, and the library that it carries."""

import hashlib
import json
import re
from pathlib import Path

import pytest

from directory.cooperatives import apps, atlas, selectors
from directory.cooperatives.models import DirectoryEntry
from directory.vocabularies.outlines import department_map
from tests.builders.cooperatives import make_entry
from tests.builders.vocabularies import make_commune

LEAFLET = Path(apps.__file__).parent / "static" / "vendor" / "leaflet" / "1.9.4"


@pytest.mark.django_db
def test_cooperatives_stand_at_their_commune_grouped_and_unknown_ones_apart():
    make_commune()
    make_commune("Wallis", "98613", "986", "98600", 8000, None)
    entries = [make_entry("Une", commune_id="33249"), make_entry("Deux", commune_id="33249")]
    lost = [make_entry("Sans commune"), make_entry("Sans point", commune_id="98613")]

    drawn = atlas.atlas([*entries, *lost])

    assert [(spot.label, len(spot.entries)) for spot in drawn.spots] == [("Lormont (33)", 2)]
    assert (drawn.spots[0].x, drawn.spots[0].y) == department_map().point(44.87, -0.52)
    assert list(drawn.unplaced) == lost


@pytest.mark.django_db
def test_overseas_communes_keep_their_bearings_in_their_box():
    north = make_commune("Saint-Denis", "97411", "974", "97400", 150000, (-20.9, 55.4))
    south = make_commune("Saint-Pierre", "97416", "974", "97410", 80000, (-21.3, 55.5))

    drawn = atlas.atlas([make_entry("Nord", commune=north), make_entry("Sud", commune=south)])
    box = next(box for box in drawn.boxes if box.code == "974")
    points = {spot.label: spot for spot in drawn.spots}

    assert points["Saint-Denis (974)"].y < points["Saint-Pierre (974)"].y
    assert points["Saint-Denis (974)"].x < points["Saint-Pierre (974)"].x
    assert all(box.x <= spot.x <= box.x + box.side and box.y <= spot.y <= box.y + box.side for spot in drawn.spots)


@pytest.mark.django_db
def test_the_map_page_lists_every_cooperative_and_loads_leaflet_from_the_hub_alone(client):
    make_commune()
    make_entry("Placée", commune_id="33249")
    make_entry("Perdue")
    make_entry("Cachée", commune_id="33249", is_published=False)

    page = client.get("/cooperatives/carte/").content.decode()
    elsewhere = client.get("/cooperatives/").content.decode()

    assert "Placée" in page
    assert "Perdue" in page
    assert "Cachée" not in page
    assert "leaflet" in page
    assert "leaflet" not in elsewhere
    assert not re.findall(r'(?:src|href)="(?:https?:)?//(?!www\.w3\.org)', re.sub(r"<a [^>]*>", "", page))
    assert not re.findall(r"<script(?![^>]*src=)|<style| style=| on[a-z]+=", page)


def test_leaflet_is_the_published_one_byte_for_byte():
    manifest = json.loads((LEAFLET / "MANIFEST.json").read_text())
    kept = {str(path.relative_to(LEAFLET)): hashlib.sha256(path.read_bytes()).hexdigest() for path in LEAFLET.rglob("*") if path.is_file()}
    kept.pop("MANIFEST.json")

    assert manifest["files"] == kept
    assert (manifest["npm"], manifest["version"], manifest["licence"]) == ("leaflet", "1.9.4", "BSD-2-Clause")
    assert "LICENSE" in kept


@pytest.mark.django_db
def test_title_counts_those_on_the_map_and_those_that_are_not(client):
    make_commune()
    for name in ("Une", "Deux"):
        make_entry(name, commune_id="33249")
    assert "<h1>2\u00a0coopératives sur la carte</h1>" in client.get("/cooperatives/carte/").content.decode()

    make_entry("Perdue")

    assert "<h1>2\u00a0coopératives sur la carte, 1\u00a0sans commune connue</h1>" in client.get("/cooperatives/carte/").content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(("codes", "is_shown"), [(["75"], True), (["33", "93"], True), (["33"], False), ([], False)])
def test_paris_and_its_neighbours_are_drawn_again_larger(client, codes, is_shown):
    entry = make_entry("Alpha", department_codes=codes)

    page = client.get(entry.get_absolute_url()).content.decode()

    assert ("Paris et la petite couronne" in page) is is_shown
    assert (f'viewBox="{department_map().paris_box}"' in page) is is_shown


def test_box_of_paris_holds_its_four_departements_and_little_else():
    left, top, width, height = map(float, department_map().paris_box.split())
    x, y = department_map().point(48.8566, 2.3522)

    assert left < x < left + width
    assert top < y < top + height
    assert max(width, height) < 30


def test_sources_lead_to_their_addresses_and_keep_their_words():
    text = "coopetbat.fr/alter; rebonds.net (article 832)\u202f; https://www.example.org/a ; L’Alsace, 9 avril 2014 (doczz.fr/doc/4)"

    found = selectors.sources(DirectoryEntry(source=text))

    assert [(one.value, one.note, one.url) for one in found] == [
        ("coopetbat.fr/alter", "", "https://coopetbat.fr/alter"),
        ("rebonds.net", "(article 832)", "https://rebonds.net"),
        ("https://www.example.org/a", "", "https://www.example.org/a"),
        ("L’Alsace, 9 avril 2014 (doczz.fr/doc/4)", "", ""),
    ]
    assert [one.url for one in selectors.sources(DirectoryEntry(source="javascript:alert(1); data:text/html,x"))] == ["", ""]
