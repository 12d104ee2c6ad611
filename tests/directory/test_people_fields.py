"""A5: each of the 25 fields, for each of the four readers, in each form in which it may leave."""

import csv
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from directory.people import services
from directory.people.enums import Audience
from directory.people.errors import AudienceTooWide, NotHerField
from directory.people.fields import FIELDS, fields_at
from directory.people.models import AccessibilityNeed, ConsentLine, Profile
from directory.people.selectors.reading import visible_fields
from directory.people.selectors.search_entries import entries
from directory.people.services import AccreditationLine, Lines, SkillLine, TradeLine
from hub.core.accounts.selectors import actor_for
from hub.core.audit.models import AuditEntry
from hub.core.kit.dates import today
from hub.core.kit.identifiers import telephone
from hub.core.kit.searchable import entry_for
from tests.builders.accounts import make_actor, make_member, make_person, sign_in
from tests.builders.people import FEDERATION, PRIVATE, PUBLIC, make_profile, show, stranger, widest
from tests.builders.vocabularies import make_commune, make_skill, make_trade
from tests.core.bad_files import pdf

pytestmark = pytest.mark.django_db

# The table of the 25 fields, by ceiling, written apart from the code that it checks.
TABLE = {
    "public": "name trade_name trades skills presentation department commune radius photo web_site achievements languages accreditations "
    "decennale",
    "federation": "availability evidence day_rate insurance_certificate stand_in",
    "private": "phone email postal_address contract trainings_followed",
    "referent": "accessibility_needs",
}
CEILING = {key: word for word, keys in TABLE.items() for key in keys.split()}
SEES = {"public": {"public"}, "federation": {"public", "federation"}, "staff": {"public", "federation", "private"}, "self": set(TABLE)}
# what search holds: nothing that only a page needs
SEARCHED = ["name", "trade_name", "trades", "skills", "presentation", "department", "commune", "achievements", "languages"]
SEARCHED += ["accreditations"]
# words by which each field is recognised, in pages and in files
CANARY = {
    "name": "Kanname", "trade_name": "Kantradename", "trades": "Kantrade-metier", "skills": "Kanskill", "presentation": "Kanpresentation",
    "department": "(33)", "commune": "Kancommune", "radius": "137\u00a0km", "photo": "", "web_site": "kansite.example.org",
    "achievements": "Kanachievement", "languages": "Kanlangue", "accreditations": "Kanhabilitation", "decennale": "Décennale",
    "availability": "pas disponible", "evidence": "Kanpreuve", "day_rate": "4\u202f321,00", "insurance_certificate": "",
    "stand_in": "Kanremplacement", "phone": "01 99 00 98 76", "email": "kanmail@example.org", "postal_address": "Kanrue",
    "contract": "CAPE", "trainings_followed": "Kanformation", "accessibility_needs": "Kanacces",
}  # fmt: skip


@pytest.fixture
def profile(db, tmp_path, settings):
    settings.STORAGES = {**settings.STORAGES, "private": {"BACKEND": "django.core.files.storage.InMemoryStorage"}}
    made = make_profile(make_member("Coopérative Une"), shown=PRIVATE, role="director", first_name="Kanname", last_name="Dupont")
    values = {
        "trade_name": "Kantradename", "presentation": "Kanpresentation", "achievements": "Kanachievement",
        "web_site": "https://kansite.example.org", "languages": "Kanlangue", "commune": make_commune("Kancommune"), "radius_km": 137,
        "decennale_ends_on": today() + timedelta(days=9), "availability": {"2099-03": "taken"}, "day_rate_cents": 432100,
        "stand_in": "Kanremplacement", "phone": "01 99 00 98 76", "email": "kanmail@example.org", "postal_address": "Kanrue 3",
        "contract_status": "cape", "trainings_followed": "Kanformation",
    }  # fmt: skip
    lines = Lines(
        [TradeLine(make_trade(), "Kantrade-metier")],
        [SkillLine(make_skill(), "Kanskill", "trained", "Kanpreuve", date(2026, 1, 2))],
        [AccreditationLine("Kanhabilitation", date(2098, 1, 1))],
    )
    herself = actor_for(made.user)
    services.update_profile(made, actor=herself, values=values, lines=lines, needs=services.Needs("Kanacces"))
    made = Profile.unscoped.get(pk=made.pk)
    made = services.set_file(made, "insurance_certificate", SimpleUploadedFile("a.pdf", pdf()), actor=herself)
    made.photo_id = "01900000-0000-7000-8000-00000000f070"
    made.save(update_fields=["photo_id"])
    CANARY["photo"], CANARY["insurance_certificate"] = str(made.photo_id), str(made.insurance_certificate_id)
    return made


def reader(name, profile):
    """An account (None for the public) for each column of the matrix."""
    match name:
        case "public":
            return None
        case "federation":
            return make_person(make_member(), "director")
        case "staff":
            return make_person(profile.organisation, "advisor")
        case "self":
            return profile.user


def expected(name, shown):
    """The fields that a reader sees when each is shown as far as `shown` and its ceiling let it."""
    ranks = ["referent", "private", "federation", "public"]
    effective = {key: min(ceiling, shown, key=ranks.index) if ceiling != "referent" else ceiling for key, ceiling in CEILING.items()}
    if name not in {"self", "staff"} and effective["name"] not in SEES[name]:
        return set()
    return {key for key, level in effective.items() if level in SEES[name]}


def test_the_table_has_25_fields():
    assert {key: field.ceiling.word for key, field in FIELDS.items()} == CEILING
    assert len(CEILING) == 25
    assert {key for key, field in FIELDS.items() if field.default != Audience.PRIVATE} == {"accessibility_needs"}


@pytest.mark.parametrize("shown", ["private", "federation", "public"])
@pytest.mark.parametrize("name", ["public", "federation", "staff", "self"])
def test_field_matrix(profile, name, shown):
    profile = show(profile, Audience.of(shown))
    user = reader(name, profile)
    actor = actor_for(user) if user else stranger()
    wanted = expected(name, shown)

    client = sign_in(user) if user else Client()
    page = client.get(f"/annuaire/{profile.pk}/")
    body = page.content.decode()
    main = body[body.index("<main") : body.index("</main>")] if page.status_code == 200 else ""
    in_json = client.get("/annuaire.json")
    in_csv = client.get("/annuaire.csv")
    entry = entry_for(entries(profile), actor.audiences | ({f"person:{user.pk}"} if user else set()))

    assert set(visible_fields(profile, actor)) == wanted
    assert {key for key in CEILING if (telephone(CANARY[key]) if key == "phone" else CANARY[key]) in main} == wanted
    if name == "public":
        assert (in_json.status_code, in_csv.status_code) == (403, 403)
    else:
        rows = [row for row in in_json.json()["results"] if row["id"] == str(profile.pk)]
        assert {key for row in rows for key in row if key in CEILING} == wanted - {"accessibility_needs"}
        lines = list(csv.DictReader(b"".join(in_csv.streaming_content).decode("utf-8-sig").splitlines()))
        mine = [line for line in lines if line["identifiant"] == str(profile.pk)]
        labels = {field.label: key for key, field in FIELDS.items()}
        assert {labels[label] for line in mine for label, cell in line.items() if cell and label in labels} == wanted - {
            "accessibility_needs"
        }
    held = "\n".join(map(str, (entry.title, entry.name, entry.skills, entry.body, entry.place))) if entry else ""
    assert {key for key in SEARCHED if CANARY[key] in held} == wanted & set(SEARCHED)
    assert not {key for key in set(CEILING) - set(SEARCHED) if CANARY[key] in held}


@pytest.mark.parametrize("key", sorted(CEILING))
def test_ceiling_is_refused_beyond(profile, key):
    wider = [level for level in Audience if level > FIELDS[key].ceiling]

    for level in wider:
        with pytest.raises(AudienceTooWide):
            services.set_audiences(profile, actor=actor_for(profile.user), audiences={key: level})
    assert len(wider) == 3 - FIELDS[key].ceiling


@pytest.mark.parametrize("key", [key for key, word in CEILING.items() if word != "public"])
def test_wrong_row_shows_nothing_beyond_its_ceiling(profile, key):
    profile = show(profile, PUBLIC)
    Profile.unscoped.filter(pk=profile.pk).update(audiences={**profile.audiences, key: "public"})
    profile.refresh_from_db()

    assert key not in fields_at(profile, PUBLIC)


def test_nothing_is_open_when_the_name_is_not(profile):
    profile = show(profile, {**widest(PUBLIC), "name": PRIVATE})

    assert visible_fields(profile, stranger("federation")) == {}
    assert entries(profile)[0].audiences == {f"staff:{profile.organisation_id}", f"person:{profile.user_id}"}


def test_evidence_is_never_open_further_than_the_skills_it_names(profile):
    profile = show(profile, {**widest(PUBLIC), "skills": PRIVATE})

    assert "evidence" not in visible_fields(profile, stranger("federation"))


def test_commune_does_not_tell_the_departement(profile):
    profile = show(profile, {"name": PUBLIC, "commune": PUBLIC})

    body = Client().get(f"/annuaire/{profile.pk}/").content.decode()
    assert "Kancommune" in body
    assert "(33)" not in body


def test_audiences_are_hers_alone(profile):
    for actor in (make_actor(profile.organisation), make_actor(make_member())):
        with pytest.raises(NotHerField):
            services.set_audiences(profile, actor=actor, audiences={"name": PUBLIC})


def test_each_choice_leaves_a_proof_and_a_line(profile):
    before = ConsentLine.unscoped.count()

    services.set_audiences(profile, actor=actor_for(profile.user), audiences={"name": PUBLIC, "phone": PRIVATE, "presentation": FEDERATION})
    services.set_audiences(profile, actor=actor_for(profile.user), audiences={"name": PRIVATE})

    proofs = ConsentLine.unscoped.values_list("person_id", "field", "was", "now")[before:]
    assert list(proofs) == [
        (profile.user_id, "name", "private", "public"),
        (profile.user_id, "presentation", "private", "federation"),
        (profile.user_id, "name", "public", "private"),
    ]
    lines = AuditEntry.objects.filter(action__in=["people.audience.change", "people.consent.give", "people.consent.withdraw"])
    told = [(line.action.rpartition(".")[2], line.details) for line in lines.order_by("seq")]
    version = ConsentLine.unscoped.last().text_version
    assert told == [
        ("change", {"field": "name", "from": "private", "to": "public", "text": version}),
        ("change", {"field": "presentation", "from": "private", "to": "federation", "text": version}),
        ("give", {"fields": ["name", "presentation"], "text": version}),
        ("change", {"field": "name", "from": "public", "to": "private", "text": version}),
        ("withdraw", {"fields": ["name"], "text": version}),
    ]


def test_accessibility_needs_are_sealed_in_the_database(profile):
    with connection.cursor() as cursor:
        cursor.execute("SELECT words FROM people_accessibilityneed")
        stored = cursor.fetchone()[0]

    assert "Kanacces" not in stored
    assert AccessibilityNeed.unscoped.get().words == "Kanacces"


def test_only_she_writes_her_accessibility_needs(profile):
    with pytest.raises(NotHerField):
        services.update_profile(profile, actor=make_actor(profile.organisation), values={}, needs=services.Needs("autre chose"))
