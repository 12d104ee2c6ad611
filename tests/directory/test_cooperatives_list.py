"""The list: filters in its address, exact counts, the same rows as JSON and CSV."""

import csv
import io
import json
import random
import string
from datetime import date, timedelta
from html.parser import HTMLParser

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from directory.cooperatives import selectors
from directory.cooperatives.filters import CooperativeFilters, facets
from directory.cooperatives.models import DirectoryEntry
from directory.cooperatives.natures import BY_KIND
from hub.core.accounts.actor import Actor
from hub.core.accounts.enums import OrganisationKind
from hub.core.kit.dates import today
from tests.builders.cooperatives import make_entry, make_network, make_organisation
from tests.builders.vocabularies import make_commune

pytestmark = pytest.mark.django_db


@pytest.fixture
def five():
    """Two of Gironde, of which one also of Dordogne; three say whether they build; two networks overlap."""
    rows = {
        "Alpha": make_entry("Alpha", department_codes=["33", "24"], building_trade=True),
        "Bêta": make_entry("Bêta", department_codes=["33"], building_trade=False),
        "Gamma": make_entry("Gamma", department_codes=["974"], building_trade=True),
        "Delta": make_entry("Delta"),
        "Cachée": make_entry("Cachée", department_codes=["33"], is_published=False),
    }
    make_network("Réseau un", rows["Alpha"].organisation, rows["Bêta"].organisation, rows["Cachée"].organisation)
    make_network("Réseau deux", rows["Alpha"].organisation)
    make_network("Réseau passé", rows["Delta"].organisation, starts_on=date(2018, 1, 1), ends_on=today() - timedelta(days=1))
    make_organisation("Organisme", kind="training_body")
    return rows


def names(client, query=""):
    return [row["name"] for row in client.get(f"/cooperatives.json{query}").json()["results"]]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["Alpha", "Bêta", "Delta", "Gamma"]),
        ("?q=beta", ["Bêta"]),
        ("?q=dordogne", ["Alpha"]),
        ("?q=alp+dord", ["Alpha"]),
        ("?q=lpha", []),
        ("?departement=33", ["Alpha", "Bêta"]),
        ("?departement=24&departement=974", ["Alpha", "Gamma"]),
        ("?reseau=reseau-un", ["Alpha", "Bêta"]),
        ("?reseau=reseau-passe", []),
        ("?departement=33&departement=974&q=gam", ["Gamma"]),
        ("?batiment=oui", ["Alpha", "Gamma"]),
        ("?batiment=non&batiment=inconnu", ["Bêta", "Delta"]),
        ("?departement=33&batiment=oui&reseau=reseau-deux", ["Alpha"]),
        ("?departement=75", []),
        ("?autre=parametre", ["Alpha", "Bêta", "Delta", "Gamma"]),
    ],
)
def test_filters_keep_the_rows_that_answer(client, five, query, expected):
    assert names(client, query) == expected


def counts(query):
    from django.http import QueryDict

    rows = DirectoryEntry.objects.visible_to(Actor.anonymous())
    filters = CooperativeFilters(QueryDict(query), queryset=rows)
    networks, titles = selectors.network_counts(filters.but("reseau"))
    built = facets(filters, selectors.department_counts(filters.but("departement")), networks, titles)
    return {facet.name: {option.value: option.count for option in facet.options} for facet in built}


@pytest.mark.parametrize(
    "query", ["", "departement=33", "batiment=oui", "reseau=reseau-un", "departement=33&batiment=oui", "q=alpha", "nature=reseaux"]
)
def test_each_count_is_what_the_filter_would_show(client, five, query):
    """The count beside a value equals the rows of the list with that value alone in its group, the other groups kept."""
    for group, options in counts(query).items():
        others = "&".join(part for part in query.split("&") if part and not part.startswith(f"{group}="))
        for value, count in options.items():
            assert client.get(f"/cooperatives.json?{others}&{group}={value}").json()["count"] == count, (group, value)


def test_counts_are_the_known_ones(five):
    assert counts("") == {
        "nature": {"cooperatives": 4, "organismes-de-formation": 1, "reseaux": 3},
        "batiment": {"oui": 2, "non": 1, "inconnu": 1},
        "departement": {"33": 2, "24": 1, "974": 1},
        "reseau": {"reseau-un": 2, "reseau-deux": 1},
    }


def test_a_choice_leaves_the_other_values_of_its_group_in_sight(five):
    assert counts("departement=33") == {
        "nature": {"cooperatives": 2},
        "batiment": {"oui": 1, "non": 1},
        "departement": {"33": 2, "24": 1, "974": 1},
        "reseau": {"reseau-un": 2, "reseau-deux": 1},
    }


def test_a_network_that_is_listed_and_joined_counts_once():
    from directory.cooperatives.models import ListedNetwork

    entry = make_entry("Alpha")
    make_network("Réseau un", entry.organisation)
    ListedNetwork.objects.create(entry=entry, name="Réseau un", slug="reseau-un")

    assert counts("")["reseau"] == {"reseau-un": 1}


class Links(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found, self.headings, self._in = [], [], False

    def handle_starttag(self, tag, attrs):
        if tag == "a":
            self.found.append(dict(attrs))
        self._in = tag == "h1"

    def handle_data(self, data):
        if self._in:
            self.headings.append(data)
            self._in = False


def read(client, address):
    parser = Links()
    parser.feed(client.get(address).content.decode())
    return parser


def test_each_active_filter_has_a_link_that_takes_it_away_alone(client, five):
    page = read(client, "/cooperatives/?departement=33&departement=24&batiment=oui&q=alpha&page=1")

    chips = [link["href"] for link in page.found if link.get("class") == "chip"]

    assert chips == [
        "?departement=33&departement=24&batiment=oui", "?departement=24&batiment=oui&q=alpha", "?departement=33&batiment=oui&q=alpha",
        "?departement=33&departement=24&q=alpha",
    ]  # fmt: skip


def test_the_map_leads_to_the_departements_that_have_cooperatives_and_keeps_the_other_filters(client, five):
    hrefs = [link.get("href", "") for link in read(client, "/cooperatives/?batiment=oui").found]

    assert "?batiment=oui&departement=33" in hrefs
    assert "?batiment=oui&departement=974" in hrefs
    assert "?batiment=oui&departement=75" not in hrefs


def test_lists_are_cut_by_25_and_the_next_address_keeps_the_filters(client):
    for number in range(30):
        make_entry(f"Coop {number:02}", building_trade=True)

    first = client.get("/cooperatives.json?batiment=oui").json()
    second = client.get(first["next"]).json()

    assert (first["count"], len(first["results"]), len(second["results"]), second["next"]) == (30, 25, 5, None)
    assert "batiment=oui" in first["next"]
    assert len({row["id"] for row in first["results"] + second["results"]}) == 30
    assert client.get("/cooperatives.json?page=3").status_code == 400
    assert client.get("/cooperatives/?page=3").status_code == 200


def rows_of(response):
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_screen_json_and_csv_agree(client, five):
    query = "?departement=33"
    shown = [link["href"] for link in read(client, f"/cooperatives/{query}").found if link.get("href", "").startswith("/cooperatives/")]
    as_json = client.get(f"/cooperatives.json{query}").json()["results"]
    as_csv = rows_of(client.get(f"/cooperatives.csv{query}"))

    assert [row["url"] for row in as_json] == [href for href in shown if href in {row["url"] for row in as_json}]
    assert [row["nom"] for row in as_csv] == [row["name"] for row in as_json] == ["Alpha", "Bêta"]
    assert as_csv[0]["départements"] == "33 ; 24"
    assert as_csv[0]["réseaux"] == "Réseau deux ; Réseau un"
    assert as_csv[0]["bâtiment"] == "oui"


def test_csv_holds_every_row_and_no_hidden_one(client):
    for number in range(40):
        make_entry(f"Coop {number:02}")
    make_entry("KANB-cachée", is_published=False)

    rows = rows_of(client.get("/cooperatives.csv"))

    assert len(rows) == 40
    assert "KANB" not in str(rows)
    assert "KANB" not in client.get("/cooperatives.json?page=2").content.decode()


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "＝"])
def test_csv_neutralises_formulas(client, start):
    entry = make_entry("Coop", city=f"{start}1+1|cmd", website="https://coop.example.org/")

    cell = rows_of(client.get("/cooperatives.csv"))[0]["commune"]

    assert DirectoryEntry.unscoped.get(pk=entry.pk).city.strip() in cell
    assert cell.startswith("'")


@pytest.mark.parametrize(
    "address",
    [
        "/cooperatives/",
        "/cooperatives.json",
        "/cooperatives.csv",
        "/cooperatives/carte/",
        "/cooperatives/?nature=partenaires-locaux&nature=cooperatives",
    ],
)
def test_lists_ask_the_same_number_of_questions_for_one_row_and_for_three(client, address):
    make_commune("Saint-Pierre", "97416", "974", "97410", 80000, (-21.3, 55.5))

    def queries():
        with CaptureQueriesContext(connection) as captured:
            answer = client.get(address)
            assert answer.status_code == 200
            b"".join(answer.streaming_content) if answer.streaming else answer.content
        return len(captured)

    def add(name):
        entry = make_entry(name, department_codes=["33", "974"], commune_id="97416", building_trade=True)
        make_network(f"Réseau {name}", entry.organisation)
        make_entry(f"Partenaire {name}", kind="local_partner", department_codes=["33"], presentation="Accueil", phone="01 99 00 12 34")

    add("Un")
    one = queries()
    add("Deux")
    add("Trois")

    assert queries() == one
    assert one <= 12


def hostile():
    dice = random.Random(7)
    signs = string.printable + "é’«\u202e\u0000\ud7ffß🙂'\"\\%_;()--"
    fixed = [
        "'", '"', "\\", "%", "%00", "\x00", "../../etc/passwd", "1 OR 1=1",
        "');DROP TABLE accounts_user;--", "{{7*7}}", "${7*7}", "<script>",
        "-1", "0", "999999999999999999999", "1e9", "NaN", "null", "[]", "{}", "true", "id", "-pk", "organisation__siren",
        "a" * 5000, "٣", "１",
    ]  # fmt: skip
    words = ["".join(dice.choice(signs) for _ in range(dice.randint(1, 40))) for _ in range(500 - len(fixed))]
    return fixed + words


def test_500_hostile_values_are_refused_or_ignored(client, five):
    dice = random.Random(3)
    parameters = [
        "q",
        "nature",
        "departement",
        "reseau",
        "batiment",
        "page",
        "sort",
        "order_by",
        "filter",
        "organisation__name",
        "departement__in",
    ]
    statuses = set()
    for number, value in enumerate(hostile()):
        name = dice.choice(parameters)
        for address in (
            ("/cooperatives/", "/cooperatives.json") if number % 4 == 0 else ("/cooperatives.json",)
        ):  # one filter reads for both
            status = client.get(address, {name: value}).status_code
            statuses.add((address, status))
            assert status in {200, 302, 400}, (address, name, value, status)
    assert ("/cooperatives/", 400) not in statuses
    assert ("/cooperatives.json", 400) in statuses


def test_a_refused_value_is_said_on_the_page_and_fails_for_programs(client, five):
    sentence = "Le filtre «\u00a0Département\u00a0» ne connaît pas «\u00a0zz\u00a0»\u00a0: cette valeur ne trouve rien."

    page = client.get("/cooperatives/?departement=zz&batiment=oui")

    assert sentence in page.content.decode()
    assert (page.context["rows"], [chip["label"] for chip in page.context["chips"]]) == ([], ["«\u00a0zz\u00a0»", "Bâtiment"])
    assert sentence in client.get("/cooperatives/carte/?departement=zz").content.decode()
    for address in ("/cooperatives.json?departement=zz", "/cooperatives.csv?departement=zz"):
        answer = client.get(address)
        assert (answer.status_code, json.loads(answer.content)["errors"]) == (400, [sentence])


@pytest.mark.parametrize("group", ["nature", "departement", "reseau", "batiment"])
def test_a_refused_value_never_widens_the_list(client, five, group):
    assert client.get("/cooperatives/").context["page"].paginator.count == 4
    assert client.get(f"/cooperatives/?{group}=inconnu-au-bataillon").context["page"].paginator.count == 0
    assert client.get(f"/cooperatives.json?{group}=inconnu-au-bataillon").status_code == 400


def test_a_network_that_nobody_reads_of_is_unknown(client, five):
    hidden = make_network("Réseau secret", five["Cachée"].organisation)
    DirectoryEntry.unscoped.filter(pk=hidden.pk).update(is_published=False)

    assert "Réseau secret" not in client.get(f"/cooperatives/?reseau={hidden.slug}").content.decode()
    assert client.get(f"/cooperatives.json?reseau={hidden.slug}").status_code == 400
    assert client.get("/cooperatives.json?reseau=reseau-passe").json()["count"] == 0


def test_a_refused_value_beside_a_known_one_finds_what_the_known_one_finds(client, five):
    page = client.get("/cooperatives/?departement=33&departement=zz")

    assert [row["name"] for row in page.context["rows"]] == ["Alpha", "Bêta"]
    assert "cooperatives.json" not in page.content.decode().partition("<main")[2]
    assert [chip["url"] for chip in page.context["chips"]] == ["?departement=zz", "?departement=33"]


@pytest.mark.parametrize(
    ("asked", "clean"),
    [
        ("?q=bois&departement=&departement=&batiment=", "?q=bois"),
        ("?q=+&departement=", ""),
        ("?q=bois&q=bois", "?q=bois"),
        ("?q=bois&utm_source=courrier&x=", "?q=bois"),
    ],
)
@pytest.mark.parametrize("path", ["/cooperatives/", "/cooperatives/carte/", "/annuaire/", "/recherche/"])
def test_an_address_with_empty_parameters_leads_once_to_the_one_without(client, five, path, asked, clean):
    answer = client.get(path + asked)

    assert (answer.status_code, answer["Location"]) == (302, path + clean)
    assert client.get(path + clean).status_code == 200


def test_an_address_that_is_clean_already_leads_nowhere():
    from django.http import QueryDict

    from hub.core.ui.facets import cleaned

    for said in ("", "q=%FF%00", "q=a&q=b&q=a", "q=%20a&x=1", "é=%E2%80%AE&é="):
        once = cleaned(QueryDict(said), {"q", "é"})
        assert cleaned(QueryDict(once.urlencode()), {"q", "é"}) == QueryDict(once.urlencode())


def test_an_empty_list_says_why_and_what_next(client):
    assert "Aucune coopérative n’est encore inscrite" in client.get("/cooperatives/").content.decode()
    make_entry("Alpha")
    assert "Aucune coopérative ne répond à ces filtres" in client.get("/cooperatives/?q=zzz").content.decode()


# -- what is no cooperative -------------------------------------------------------------------------------------------


@pytest.fixture
def partners():
    """A partner of Gironde, one of Dordogne, one that hides, and one organisation of every other nature."""
    return {
        "Point Création": make_entry(
            "Point Création", kind="local_partner", department_codes=["33"], presentation="Accueil des projets", email="accueil@point.example.org",
            phone="01 99 00 12 34",
        ),
        "Pépinière": make_entry("Pépinière", kind="local_partner", department_codes=["24"]),
        "Discrète": make_entry("Discrète", kind="local_partner", department_codes=["33"], is_published=False),
        "Collectif": make_entry("Collectif", kind="collective"),
        "Organisme": make_entry("Organisme", kind="training_body"),
        "Réseau": make_entry("Réseau", kind="network"),
        "Alpha": make_entry("Alpha", department_codes=["33"]),
    }  # fmt: skip


def test_every_kind_of_organisation_has_its_words():
    assert set(BY_KIND) == set(OrganisationKind)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["Alpha"]),
        ("?nature=cooperatives", ["Alpha"]),
        ("?nature=partenaires-locaux", ["Pépinière", "Point Création"]),
        ("?nature=partenaires-locaux&departement=33", ["Point Création"]),
        ("?nature=partenaires-locaux&q=point", ["Point Création"]),
        ("?nature=organismes-de-formation", ["Organisme"]),
        ("?nature=reseaux&nature=collectifs", ["Collectif", "Réseau"]),
        ("?nature=cooperatives&nature=partenaires-locaux&departement=33", ["Alpha", "Point Création"]),
        ("?q=point", []),
    ],
)
def test_other_natures_are_found_when_they_are_asked_for_with_the_same_filters(client, partners, query, expected):
    assert names(client, query) == expected
    assert [row["nom"] for row in rows_of(client.get(f"/cooperatives.csv{query}"))] == expected


def test_who_may_not_read_an_entry_finds_it_under_no_nature(client, partners):
    page = client.get("/cooperatives/?nature=partenaires-locaux&nature=cooperatives")

    assert "Discrète" not in page.content.decode()
    assert counts("")["nature"] == {"cooperatives": 1, "partenaires-locaux": 2, "organismes-de-formation": 1, "reseaux": 1, "collectifs": 1}


@pytest.mark.parametrize(
    ("query", "title", "heading"),
    [
        ("", "Coopératives", "1\u00a0coopérative d’activité et d’emploi"),
        ("?nature=partenaires-locaux", "Partenaires locaux", "2\u00a0partenaires locaux"),
        ("?nature=partenaires-locaux&departement=33", "1\u00a0partenaire local", "1\u00a0partenaire local trouvé"),
        ("?nature=reseaux&nature=collectifs", "Organisations", "2\u00a0organisations"),
        ("?departement=33", "1\u00a0coopérative", "1\u00a0coopérative trouvée"),
    ],
)
def test_the_list_is_named_after_the_nature_chosen(client, partners, query, title, heading):
    page = client.get(f"/cooperatives/{query}").content.decode()

    assert f"<title>{title}" in page
    assert f"<h1>{heading}</h1>" in page


def test_the_map_of_départements_and_the_zoomable_one_speak_of_the_nature_chosen(client, partners):
    assert "Gironde (33)\u00a0: 1\u00a0partenaire local" in client.get("/cooperatives/?nature=partenaires-locaux").content.decode()
    page = client.get("/cooperatives/carte/?nature=partenaires-locaux").content.decode()
    assert "<h1>0\u00a0partenaire local sur la carte, 2\u00a0sans commune connue</h1>" in page
    assert "Alpha" not in page


def test_a_partner_says_in_the_list_what_it_does_and_how_to_reach_it(client, partners):
    page = client.get("/cooperatives/?nature=partenaires-locaux").content.decode()
    row = client.get("/cooperatives.json?nature=partenaires-locaux&q=point").json()["results"][0]
    line = rows_of(client.get("/cooperatives.csv?nature=partenaires-locaux&q=point"))[0]

    assert "Accueil des projets" in page
    assert 'href="tel:0199001234"' in page
    assert 'href="mailto:accueil@point.example.org"' in page
    assert [row[key] for key in ("nature", "presentation", "phone", "email")] == [
        "partenaire local", "Accueil des projets", "01 99 00 12 34", "accueil@point.example.org",
    ]  # fmt: skip
    assert [line[key] for key in ("nature", "présentation", "téléphone", "courriel")] == list(
        map(row.get, ("nature", "presentation", "phone", "email"))
    )


def test_the_usual_nature_is_ticked_and_stands_in_no_address(client, partners):
    page = client.get("/cooperatives/")
    nature = next(facet for facet in page.context["facets"] if facet.name == "nature")

    assert [option.value for option in nature.options if option.checked] == ["cooperatives"]
    assert page.context["chips"] == []
    for path in ("/cooperatives/", "/cooperatives/carte/"):
        assert client.get(f"{path}?nature=cooperatives&departement=33")["Location"] == f"{path}?departement=33"
        assert client.get(f"{path}?nature=cooperatives&nature=reseaux").status_code == 200


def test_the_list_and_the_list_of_people_lead_to_the_partners(client, partners):
    for address in ("/cooperatives/", "/annuaire/"):
        assert {"href": "/cooperatives/?nature=partenaires-locaux"} in read(client, address).found


@pytest.mark.parametrize(
    ("query", "words", "whole"),
    [
        ("?nature=partenaires-locaux&q=zzz", "Aucun partenaire local ne répond à ces filtres", "/cooperatives/?nature=partenaires-locaux"),
        ("?nature=reseaux&nature=collectifs&q=zzz", "Aucune organisation ne répond", "/cooperatives/?nature=reseaux&amp;nature=collectifs"),
        ("?q=zzz", "Aucune coopérative ne répond à ces filtres", "/cooperatives/"),
        ("?nature=zzz", "Aucune organisation ne répond", "/cooperatives/?nature=cooperatives&amp;nature=partenaires-locaux"),
        ("?nature=collectifs", "Aucun collectif n’est encore inscrit", "/cooperatives/"),
    ],
)
def test_an_empty_list_speaks_of_the_nature_chosen_and_leads_to_all_of_it(client, query, words, whole):
    make_entry("Alpha")
    page = client.get(f"/cooperatives/{query}").content.decode()

    assert words in page
    assert f'class="btn btn--s" href="{whole}' in page


def test_every_nature_that_has_rows_has_its_tab_with_how_many(client, partners):
    def tabs(query=""):
        return [(one.word, count) for one, count in client.get(f"/cooperatives/{query}").context["tabs"]]

    whole = [("cooperatives", 1), ("partenaires-locaux", 2), ("organismes-de-formation", 1), ("reseaux", 1), ("collectifs", 1)]
    assert tabs() == tabs("?nature=reseaux&departement=33") == whole
    html = client.get("/cooperatives/").content.decode()
    assert '<a href="/cooperatives/?nature=collectifs">Collectifs <span class="n">1</span></a>' in html
    DirectoryEntry.unscoped.filter(organisation__kind__in=["network", "collective"]).delete()
    assert tabs() == whole[:3]
    assert tabs("?nature=collectifs")[-1] == ("collectifs", 0), "the one in sight stays"
