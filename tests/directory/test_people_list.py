"""The list: who is in it, what filters match, what stands beside them, pages."""

import random
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.test import Client

from directory.people import services
from directory.people.enums import Audience, FacetKind
from directory.people.fields import FIELDS
from directory.people.models import FacetCount, PersonWords, Profile
from directory.people.selectors import listing
from directory.people.selectors.reading import visible_fields
from directory.vocabularies.words import key
from hub.core.accounts.errors import UnscopedQuery
from hub.core.accounts.selectors import actor_for
from tests.builders.accounts import SYSTEM, make_loan, make_member, make_organisation, make_person, sign_in
from tests.builders.people import FEDERATION, PRIVATE, PUBLIC, make_profile, show, stranger, widest
from tests.builders.vocabularies import make_commune, make_department, make_skill, make_trade

pytestmark = pytest.mark.django_db


def names(response):
    return [row.name for row in response.context["rows"]]


def facet(response, name):
    return {option.value: option.count for found, _, _ in response.context["facets"] if found.name == name for option in found.options}


# -- who is in it -----------------------------------------------------------------------------------------------------
def test_list_must_say_for_whom():
    with pytest.raises(UnscopedQuery):
        list(Profile.objects.all())


def test_list_shows_people_as_far_as_their_name_is_open():
    home = make_member()
    for level, word in ((PUBLIC, "Publique"), (FEDERATION, "Fédérée"), (PRIVATE, "Privée")):
        make_profile(home, shown=level, last_name=word)
    elsewhere, advisor = sign_in(make_person(make_member(), "director")), sign_in(make_person(home, "advisor"))

    assert names(Client().get("/annuaire/")) == ["Ada Publique"]
    assert {"Ada Publique", "Ada Fédérée"} <= set(names(elsewhere.get("/annuaire/")))
    assert "Ada Privée" not in names(elsewhere.get("/annuaire/"))
    assert {"Ada Publique", "Ada Fédérée", "Ada Privée"} <= set(names(advisor.get("/annuaire/")))


def test_colleague_entrepreneur_is_no_staff():
    home = make_member()
    make_profile(home, shown=PRIVATE, last_name="Privée")

    assert "Ada Privée" not in names(sign_in(make_person(home, "entrepreneur")).get("/annuaire/"))


def test_she_finds_herself_whatever_she_shows():
    profile = make_profile(shown=PRIVATE, last_name="Privée", trades=[make_trade()])
    response = sign_in(profile.user).get("/annuaire/?metier=F1703")

    assert names(response) == ["Ada Privée"]
    assert facet(response, "metier") == {"F1703": 1}


def test_staff_under_an_agreement_sees_no_private_profile_of_the_other_cae():
    home, other = make_member(), make_member()
    make_profile(other, shown=PRIVATE, last_name="Privée")
    person = make_person(home, "shared_staff")
    loan = make_loan(person, provider=home, beneficiary=other)

    assert "Ada Privée" not in names(sign_in(person, mandate=f"agreement:{loan.pk}").get("/annuaire/"))


def test_organisation_outside_the_federation_sees_the_public_and_its_own():
    outside = make_organisation()
    make_profile(make_member(), shown=FEDERATION, last_name="Fédérée")
    make_profile(make_member(), shown=PUBLIC, last_name="Publique")
    make_profile(outside, shown=FEDERATION, last_name="Sienne", trades=[make_trade()])
    advisor = make_person(outside, "advisor")
    response = sign_in(advisor).get("/annuaire/")

    assert set(names(response)) == {"Ada Publique", "Ada Sienne", advisor.name}
    assert response.context["total"] == 3
    assert facet(response, "metier") == {"F1703": 1}


# -- counts are what the filter shows --------------------------------------------------------------------------------
@pytest.fixture
def dozen():
    """Twelve CAE, trades, skills and départements: the last two of each are held by one person, the others by two."""
    codes = [f"{number}" for number in range(40, 52)]
    homes = [make_member(name=f"Coop {code}") for code in codes]
    trades = [make_trade(f"Métier {code}", f"F11{code}") for code in codes]
    communes = [make_commune(f"Ville {code}", f"{code}001", code) for code in codes]
    for number, (home, trade, commune) in enumerate(zip(homes, trades, communes, strict=True)):
        for rank in range(2 if number < 10 else 1):
            facts = {"trades": [trade], "skills": [f"Savoir {codes[number]}"], "commune": commune}
            make_profile(home, shown=PUBLIC, last_name=f"N{number}-{rank}", **facts)
    return homes


@pytest.mark.usefixtures("dozen")
def test_every_ticked_value_counts_the_people_that_it_shows():
    client = Client()
    for query in (
        "departement=40&departement=51&organisation=coop-51", "organisation=coop-51", "metier=F1151&organisation=coop-51",
        "competence=savoir-51&departement=51", "departement=51&metier=F1151", "metier=F1151&metier=F1140&competence=savoir-51",
    ):  # fmt: skip
        response = client.get(f"/annuaire/?{query}")

        for found, _, _ in response.context["facets"]:
            others = "&".join(part for part in query.split("&") if not part.startswith(f"{found.name}="))
            for option in (one for rank, one in enumerate(found.options) if one.checked or rank % 4 == 0):
                alone = client.get(f"/annuaire/?{others}&{found.name}={option.value}".replace("?&", "?"))
                assert option.count == alone.context["total"], (query, found.name, option.value)
        ticked = {f"{found.name}={one.value}" for found, _, _ in response.context["facets"] for one in found.options if one.checked}
        assert ticked == set(query.split("&"))


@pytest.mark.parametrize("name", ["metier", "competence", "departement", "organisation"])
def test_a_value_that_means_nothing_matches_nobody_and_is_named(name):
    make_profile(shown=PUBLIC)
    client = Client()

    response = client.get(f"/annuaire/?{name}=zz%2Bzz")

    assert client.get("/annuaire/").context["total"] == 1
    assert (response.context["total"], response.context["rows"]) == (0, [])
    assert any("zz+zz" in notice for notice in response.context["notices"])
    assert [chip["label"] for chip in response.context["chips"]] == ["«\u00a0zz+zz\u00a0»"]


def test_programs_are_refused_the_value_that_the_page_names():
    member = sign_in(make_person(make_member(), "director"))
    sentence = "Le filtre «\u00a0département\u00a0» ne connaît pas «\u00a0zz\u00a0»\u00a0: cette valeur ne trouve rien."

    assert member.get("/annuaire/?departement=zz").context["notices"] == [sentence]
    for address in ("/annuaire.json?departement=zz", "/annuaire.csv?departement=zz"):
        answer = member.get(address)
        assert (answer.status_code, answer.json()["errors"]) == (400, [sentence])


def test_programs_are_not_told_of_a_page_that_they_are_not_shown():
    member = sign_in(make_person(make_member(), "director"))

    answer = member.get("/annuaire.json?page=9999")

    assert (answer.status_code, answer.json()["errors"]) == (400, ["Cette page est au-delà de la dernière."])


# -- filters do not leak ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("field", "query"),
    [
        ("trades", "metier=F1703"), ("skills", "competence=22301"), ("skills", "competence=enduits-terre"),
        ("department", "departement=33"),
        ("trades", "q=maconnerie"), ("skills", "q=enduits"), ("trade_name", "q=ocre"), ("trades", "metier=maçonnerie"),
    ],
)  # fmt: skip
def test_filter_matches_only_those_of_whom_the_field_is_open(field, query):
    commune, trade, skill = make_commune(), make_trade(), make_skill("Crépi")
    facts = {"trades": [trade], "skills": [skill, "Enduits terre"], "commune": commune, "trade_name": "Ocre et Lin"}
    home = make_member()
    make_profile(home, shown=FEDERATION, last_name="Ouverte", **facts)
    make_profile(home, shown={**widest(FEDERATION), field: PRIVATE}, last_name="Fermée", **facts)

    outside = sign_in(make_person(make_member(), "director")).get(f"/annuaire/?{query}")
    inside = sign_in(make_person(home, "advisor")).get(f"/annuaire/?{query}")

    assert names(outside) == ["Ada Ouverte"]
    assert outside.context["total"] == 1
    assert set(names(inside)) == {"Ada Ouverte", "Ada Fermée"}


def test_words_of_a_hidden_free_skill_are_not_given_back():
    make_profile(shown={**widest(PUBLIC), "skills": PRIVATE}, skills=["Château Secret"])

    body = Client().get("/annuaire/?competence=chateau-secret").content.decode()

    assert "Château Secret" not in body


def test_words_match_the_beginning_of_folded_words():
    make_profile(first_name="Élodie", last_name="Macé-Œuvrard", trades=[make_trade("Réalisation de façades", "F1611")])
    client = Client()

    for query in ("elo", "MACÉ", "oeuvrard mace", "facade", "réal élo"):
        assert names(client.get("/annuaire/", {"q": query})) == ["Élodie Macé-Œuvrard"], query
    for query in ("lodie", "ace", "elo zzz"):
        assert names(client.get("/annuaire/", {"q": query})) == [], query


# -- counts -----------------------------------------------------------------------------------------------------------
PARAMETERS = {"metier": "trades", "competence": "skills", "departement": "department", "organisation": None}


def crowd(seed, count=36):
    """People of three CAEs with audiences drawn field by field."""
    die = random.Random(seed)
    trades = [make_trade(f"Métier {n}", f"F17{n:02d}") for n in range(4)]
    skills = [make_skill(f"Compétence {n}", f"2230{n}") for n in range(3)]
    communes = [make_commune("Lormont", "33249", "33"), make_commune("Dax", "40088", "40"), make_commune("Marmande", "47157", "47")]
    homes = [make_member() for _ in range(3)]
    fields = ["name", "trades", "skills", "department", "trade_name"]
    for n in range(count):
        make_profile(
            homes[n % 3], role="advisor" if n < 3 else "entrepreneur", last_name=f"Nom {n:02d}",
            shown={field: die.choice([PRIVATE, FEDERATION, FEDERATION, PUBLIC]) for field in fields},
            trades=die.sample(trades, die.randint(0, 2)),
            skills=[*die.sample(skills, die.randint(0, 2)), die.choice(["Terre", "Chaux"])],
            commune=die.choice([None, *communes]), trade_name=die.choice(["", "Ocre et Lin", "Gâchée serrée"]),
        )  # fmt: skip
    return homes


def held(profile, seen):
    """What a reader may find a person under, by parameter; computed from what she sees, without the list's own queries."""
    return {
        "metier": {line["code"] for line in seen.get("trades", ())},
        "competence": {row["value"] for row in profile.skills_shown} if "skills" in seen else set(),
        "departement": {seen["department"]["code"]} if "department" in seen else set(),
        "organisation": {profile.organisation.slug},
        "q": set(key(" ".join([seen["name"], seen.get("trade_name", ""), *(line["label"] for line in seen.get("trades", ())),
                               *(line["label"] for line in seen.get("skills", ()))])).split()),
    }  # fmt: skip


def brute_force(actor, query):
    """(matching people, counts by parameter) by looking at everyone, one by one."""
    seen = [(profile, visible_fields(profile, actor)) for profile in Profile.unscoped.select_related("user", "organisation", "commune")]
    people = [(profile, held(profile, fields)) for profile, fields in seen if fields]

    def matches(values, but=""):
        for name, wanted in query.items():
            if name == but:
                continue
            if name == "q":
                if not all(any(word.startswith(one) for word in values["q"]) for text in wanted for one in key(text).split()):
                    return False
            elif not values[name] & set(wanted):
                return False
        return True

    counts = {name: {} for name in PARAMETERS}
    for _, values in people:
        for name in PARAMETERS:
            if matches(values, but=name):
                for value in values[name]:
                    counts[name][value] = counts[name].get(value, 0) + 1
    return {profile.pk for profile, values in people if matches(values)}, counts


QUERIES = [
    {}, {"metier": ["F1700"]}, {"metier": ["F1700", "F1701"]}, {"competence": ["22300", "terre"]}, {"departement": ["33"]},
    {"departement": ["33", "40"], "metier": ["F1702"]}, {"q": ["ocre"]}, {"q": ["metier"], "departement": ["47"]}, {"organisation": ["x"]},
    {"organisation": ["x"], "competence": ["chaux"]}, {"q": ["nom"], "metier": ["F1700"], "competence": ["22301"], "organisation": ["x"]},
]  # fmt: skip


@pytest.mark.parametrize("seed", [1, 2])
def test_people_and_counts_equal_brute_force(seed):
    """Each question of each reader, in one crowd or in the other."""
    homes = crowd(seed)
    advisor, entrepreneur = (Profile.unscoped.filter(kind=kind).order_by("created_at").last().user for kind in ("staff", "entrepreneur"))
    for rank, user in enumerate((None, advisor, entrepreneur, make_person(make_member(), "director"))):
        client = sign_in(user) if user else Client()
        actor = actor_for(user) if user else stranger()
        for asked in QUERIES[(rank + seed) % 2 :: 2]:
            query = {name: [homes[0].slug if value == "x" else value for value in values] for name, values in asked.items()}
            people, counts = brute_force(actor, query)
            response = client.get("/annuaire/", query)

            assert response.context["total"] == len(people), (query, user)
            shown = {row.pk for row in response.context["rows"]}
            assert shown == people if len(people) <= 25 else shown < people
            for name, expected in counts.items():
                found = {value: n for value, n in facet(response, name).items() if n}
                assert found == {value: expected[value] for value in found}, (query, name)
                chosen = set(query.get(name, ()))
                top = sorted(expected.values(), reverse=True)[: listing.TOP]
                rest = sorted((n for value, n in found.items() if value not in chosen), reverse=True)
                assert len(found) >= min(len(expected), listing.TOP)
                assert sum(rest[: listing.TOP]) <= sum(top)
                assert chosen & set(expected) <= set(found)


def counted():
    rows = FacetCount.unscoped.filter(people_count__gt=0).values_list("scope", "kind", "value", "label", "people_count")
    return set(rows)


def test_kept_counts_follow_each_change():
    crowd(5, count=9)
    profiles = list(Profile.unscoped.order_by("created_at"))
    trade = make_trade("Charpente", "F1501")
    herself = actor_for(profiles[3].user)

    services.update_profile(
        profiles[3], actor=herself, values={"commune": make_commune("Voiron", "38563", "38")},
        lines=services.Lines([services.TradeLine(trade)], [services.SkillLine(None, "Bauge")], []),
    )  # fmt: skip
    show(profiles[4], PUBLIC)
    show(profiles[5], PRIVATE)
    services.erase_profile(profiles[6], actor=SYSTEM)
    profiles[7].user.memberships.update(starts_on="2001-01-01", ends_on="2002-01-01")
    services.follow_memberships(profiles[7].user)
    after_changes = counted()

    services.rebuild_counts()
    assert after_changes == counted()
    assert ("public", "trade", "F1501", "Charpente", 1) in after_changes or herself.user_id


def test_rebuild_gives_what_the_services_gave():
    crowd(6, count=9)
    columns = [field.attname for field in Profile._meta.concrete_fields if field.name != "updated_at"]

    def everything():
        return list(Profile.unscoped.order_by("pk").values(*columns)), list(PersonWords.unscoped.order_by("pk").values()), counted()

    before = everything()
    Profile.unscoped.update(level=0, department_level=0, trades_shown=[], skills_shown=[], row_public={})
    FacetCount.unscoped.all().delete()
    PersonWords.unscoped.filter(pk=before[1][0]["profile_id"]).delete()
    PersonWords.unscoped.update(level=0, words_public="", values_federation="")

    services.rebuild()

    assert everything() == before


def test_renamed_organisation_is_counted_under_its_new_name():
    from hub.core.accounts.signals import organisation_changed

    profile = make_profile(make_member("Ancien nom"))
    home = profile.organisation
    home.name, home.slug = "Nouveau nom", "nouveau-nom"
    home.save()
    organisation_changed.send(sender=type(home), organisation=home)

    response = Client().get("/annuaire/")
    labels = [option.label for found, _, _ in response.context["facets"] if found.name == "organisation" for option in found.options]
    assert labels == ["Nouveau nom"]
    assert Client().get("/annuaire/?organisation=nouveau-nom").context["total"] == 1


# -- pages ------------------------------------------------------------------------------------------------------------
def walk(client, address):
    """The ids of each page of the JSON, by following `next`."""
    pages = []
    while address:
        answer = client.get(address).json()
        pages.append([row["id"] for row in answer["results"]])
        address = answer["next"] and f"{urlsplit(answer['next']).path}?{urlsplit(answer['next']).query}"
    return pages


def test_pages_give_everyone_once_past_the_marks(monkeypatch):
    home = make_member()
    monkeypatch.setattr("directory.people.selectors.paging.PER_PAGE", 3)
    monkeypatch.setattr("directory.people.selectors.paging.BY_NUMBER", 2)
    twins = [make_profile(home, last_name="Même Nom") for _ in range(7)]
    others = [make_profile(home, last_name=f"Nom {n}") for n in range(4)]
    client = sign_in(make_person(make_member(), "entrepreneur"))

    pages = walk(client, "/annuaire.json?organisation=" + home.slug)

    everyone = [pk for page in pages for pk in page]
    assert [len(page) for page in pages] == [3, 3, 3, 2]
    assert sorted(everyone) == sorted(str(one.pk) for one in twins + others)
    following = client.get("/annuaire.json", {"organisation": home.slug, "page": 2}).json()["next"]
    assert parse_qs(urlsplit(following).query)["page"] == [f"3-{pages[1][-1]}"]


def test_mark_of_a_hidden_person_moves_nothing(monkeypatch):
    home = make_member()
    monkeypatch.setattr("directory.people.selectors.paging.PER_PAGE", 2)
    shown = [make_profile(home, last_name=f"Nom {n}") for n in range(5)]
    hidden = make_profile(home, last_name="Nom 3 caché", shown=PRIVATE)

    by_number = [row.pk for row in Client().get("/annuaire/?page=2").context["rows"]]
    by_mark = [row.pk for row in Client().get(f"/annuaire/?page=2-{hidden.pk}").context["rows"]]

    assert by_mark == by_number == [shown[2].pk, shown[3].pk]


def test_page_past_the_end_is_the_last_one_with_a_sentence():
    make_profile()
    response = Client().get("/annuaire/?page=7")

    assert len(response.context["rows"]) == 1
    assert "au-delà de la dernière" in response.content.decode()


# -- what is read on the page -----------------------------------------------------------------------------------------
def test_title_says_what_was_asked():
    make_profile(trades=[make_trade()], skills=["Enduits terre"], commune=make_commune())
    client = Client()

    def title(query):
        return client.get(f"/annuaire/{query}").context["title"].replace("\u00a0", " ").replace("\u202f", " ")

    assert title("") == "1 personne dans l’annuaire"
    assert title("?metier=F1703&departement=33") == "1 personne en maçonnerie, Gironde (33)"
    assert title("?competence=enduits-terre") == "1 personne ayant pour compétence enduits terre"
    assert title("?q=zzz") == "Aucune personne pour « zzz »"


def test_chips_each_take_one_filter_away():
    make_profile(trades=[make_trade()], commune=make_commune())
    make_department("40")
    response = Client().get("/annuaire/?metier=Maçonnerie&departement=33&departement=40&q=ada&page=1")

    addresses = {chip["label"].replace("\u00a0", " "): chip["url"] for chip in response.context["chips"]}
    assert set(addresses) == {"« ada »", "Maçonnerie", "Gironde (33)", "Landes (40)"}
    assert parse_qs(addresses["Landes (40)"][1:]) == {"metier": ["Maçonnerie"], "departement": ["33"], "q": ["ada"]}
    assert parse_qs(addresses["Maçonnerie"][1:]) == {"departement": ["33", "40"], "q": ["ada"]}
    assert "Tout effacer" in response.content.decode()


def test_empty_list_gives_one_next_step():
    make_department("40")
    body, words = (
        Client().get(f"/annuaire/?{query}").content.decode() for query in ("departement=40", "q=plombier+%26+fils&departement=40")
    )

    assert all("Personne ne répond à tous ces filtres" in one for one in (body, words))
    assert 'href="/annuaire/">Voir tout l’annuaire' in body
    assert 'href="/recherche/?q=plombier%20%26%20fils">Chercher ces mots dans tout le hub' in words


def test_words_that_find_nobody_but_name_a_trade_lead_to_its_people():
    pipes, walls = make_trade("Installations sanitaires", code="F1603", names=["Plombier"]), make_trade(names=["Plombier de marine"])
    make_profile(trades=[pipes], commune=make_commune())
    make_profile(trades=[walls], shown=PRIVATE)

    here = Client().get("/annuaire/?q=plombier&departement=33")
    elsewhere = Client().get("/annuaire/?q=plombier&departement=40")

    ((label, address),) = here.context["called"]
    assert label == "Installations sanitaires, 1\xa0personne", "and no trade of which nobody may be seen"
    assert len(names(Client().get(f"/annuaire/{address}"))) == 1
    assert address in here.content.decode().replace("&amp;", "&")
    assert elsewhere.context["called"] == []
    assert Client().get("/annuaire/?q=ada").context["called"] == []


def test_public_list_is_not_for_robots_and_offers_no_file():
    make_profile()
    body = Client().get("/annuaire/").content.decode()

    assert '<meta name="robots" content="noindex">' in body
    assert "annuaire.csv" not in body


# -- hostile addresses ------------------------------------------------------------------------------------------------
HOSTILE = [
    "'", '"', "%", "_", "\\", "\x00", "a\x00b", "../../etc/passwd", "<script>alert(1)</script>", "' OR 1=1 --", "pk", "user__password",
    "__class__", "-1", "0", "1e9", "9" * 400, "٣", "🙂" * 50, "\u202e", "\ud800".encode("utf-8", "surrogatepass"), "a" * 5000, "(" * 500,
    "null", "None", "[]", "{}", "1-", "1-zzz", "51-00000000-0000-0000-0000-000000000000", "99999999999999999999", "2A", "33 OR", "F1703;",
]  # fmt: skip


@pytest.mark.parametrize("name", ["q", "departement", "metier", "competence", "organisation", "page", "sort", "order_by", "user__password"])
def test_hostile_values_are_left_aside(name, monkeypatch):
    monkeypatch.setattr("directory.people.views.exports.PER_MINUTE", len(HOSTILE))
    make_profile(trades=[make_trade()], skills=["Enduits terre"], commune=make_commune())
    reader = sign_in(make_person(make_member(), "entrepreneur"))
    for value in HOSTILE:
        page = Client().get("/annuaire/", {name: value}, follow=True)  # a parameter of no list leads to the list
        assert page.status_code == 200, value
        assert b"<script>alert" not in page.content
        assert reader.get("/annuaire.json", {name: value}).status_code in {200, 400}, value
        assert reader.get("/annuaire.csv", {name: value}).status_code in {200, 400}, value


def test_unknown_values_get_a_sentence():
    make_profile()
    body = Client().get("/annuaire/?departement=999&organisation=nulle-part&metier=zzzz").content.decode()

    assert "ne connaît pas «\u00a0999\u00a0»" in body
    assert "ne connaît pas «\u00a0nulle-part\u00a0»" in body
    assert "Aucun métier du ROME ne répond à «\u00a0zzzz\u00a0»" in body


def test_two_thousand_filters_cost_no_more_than_twenty(django_assert_max_num_queries):
    make_profile()
    query = "&".join(f"metier=F{n:04d}" for n in range(2000))

    with django_assert_max_num_queries(40):
        response = Client().get(f"/annuaire/?{query}")

    assert "garde ses 20 premières valeurs" in response.content.decode()


# -- queries ----------------------------------------------------------------------------------------------------------
def queries_of(client, address):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


@pytest.mark.parametrize("address", ["/annuaire/", "/annuaire/?departement=33", "/annuaire/?q=ada", "/annuaire.json", "/annuaire.csv"])
def test_queries_do_not_grow_with_the_people(address):
    home, commune, trade, skill = make_member(), make_commune(), make_trade(), make_skill()
    client = sign_in(make_person(make_member(), "advisor"))

    def add(count):
        for _ in range(count):
            make_profile(home, commune=commune, trades=[trade], skills=[skill, "Terre"], accreditations=["SST"])

    add(1)
    with_one = queries_of(client, address)
    add(2)
    assert queries_of(client, address) == with_one
    add(22)
    assert queries_of(client, address) == with_one
    assert with_one <= (13 if "q=" in address else 12)  # words are looked for once, for the page and its counts


def test_visible_to_agrees_with_the_list():
    crowd(9, count=12)
    for user in (None, Profile.unscoped.first().user, make_person(make_member(), "director")):
        actor = actor_for(user) if user else stranger()
        mine = set(Profile.objects.visible_to(actor).values_list("pk", flat=True))
        assert mine == set(listing.people(listing.reader_of(actor)).values_list("pk", flat=True))
        assert mine == {one.pk for one in Profile.unscoped.select_related("user", "organisation") if visible_fields(one, actor)}


def test_every_audience_word_is_stored():
    assert {level.word for field in FIELDS.values() for level in field.choices} == {"referent", "private", "federation", "public"}
    assert [Audience.of(level.word) for level in Audience] == list(Audience)
    assert set(FacetKind.values) == {"total", "trade", "skill", "department", "organisation"}


@pytest.mark.full
@pytest.mark.django_db(transaction=True)
def test_words_go_apart_and_come_back_with_the_migrations():
    make_profile(trades=[make_trade()], skills=["Enduits terre"], commune=make_commune(), shown={**widest(PUBLIC), "skills": PRIVATE})
    before = list(PersonWords.unscoped.order_by("pk").values())
    newest = MigrationExecutor(connection).loader.graph.leaf_nodes()  # what depends on it went back with it

    back = MigrationExecutor(connection).migrate([("people", "0001_initial")])
    old = back.apps.get_model("people", "Profile").unscoped.get()
    said = (old.words_private, old.words_federation, old.words_public)
    MigrationExecutor(connection).migrate(newest)

    (row,) = before
    assert said == (row["words_private"], row["words_federation"], row["words_public"])
    assert set(row["values_private"].split()) > set(row["values_public"].split())
    assert [{**one, **_sorted(one)} for one in PersonWords.unscoped.values()] == [{**row, **_sorted(row)}]


def _sorted(row):
    """The order of values means nothing."""
    return {name: sorted(text.split()) for name, text in row.items() if name.startswith("values_")}
