"""Files taken away, memberships followed, people in number, erasure."""

import csv
from datetime import timedelta

import pytest

from directory.people import services
from directory.people.models import ConsentLine, FacetCount, PersonSkill, PersonTrade, Profile
from directory.people.panels import erase, export
from directory.people.selectors import search_entries
from directory.people.services import AccreditationLine, Lines, NewPerson, SkillLine, TradeLine
from directory.people.views.exports import PER_MINUTE
from hub.core.accounts.selectors import actor_for
from hub.core.accounts.services import withdraw_role
from hub.core.audit.models import AuditEntry
from hub.core.jobs.models import Outbox
from hub.core.kit.dates import today
from hub.core.ui.exports import restore
from tests.builders.accounts import SYSTEM, join, make_actor, make_member, make_person, make_user, sign_in
from tests.builders.people import FEDERATION, PRIVATE, PUBLIC, make_profile, many_people, show, stranger, widest
from tests.builders.vocabularies import make_commune, make_skill, make_trade

pytestmark = pytest.mark.django_db


def lines_of(response):
    return list(csv.DictReader(b"".join(response.streaming_content).decode("utf-8-sig").splitlines()))


# -- files ------------------------------------------------------------------------------------------------------------
def test_csv_holds_everyone_that_the_page_and_the_json_show():
    home = make_member()
    for n in range(28):
        make_profile(home, last_name=f"Nom {n:02d}", shown=(PUBLIC, FEDERATION, PRIVATE)[n % 3])
    client = sign_in(make_person(make_member(), "entrepreneur"))

    page = client.get(f"/annuaire/?organisation={home.slug}")
    answer = client.get(f"/annuaire.json?organisation={home.slug}").json()
    lines = lines_of(client.get(f"/annuaire.csv?organisation={home.slug}"))

    assert page.context["total"] == answer["count"] == len(lines) == 19
    assert [row["name"] for row in answer["results"]] == [line["nom"] for line in lines] == [row.name for row in page.context["rows"]]


PAYLOADS = ["=1+1", "+33 1 99 00 12 34", "-2", "@SUM(A1)", "\t=1", '=HYPERLINK("http://x")', "'=1", "＝1+1", "a=1"]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_csv_cells_never_run(payload):
    make_profile(trade_name=payload, skills=[payload], presentation=payload, phone=payload, last_name=payload)
    lines = lines_of(sign_in(make_person(Profile.unscoped.get().organisation, "advisor")).get("/annuaire.csv"))
    line = next(line for line in lines if line["téléphone"])

    for cell in line.values():
        assert not cell.startswith(("=", "+", "-", "@", "\t", "\r", "＝"))
    assert restore(line["téléphone"]) == payload.strip() or payload.startswith("\t")


def test_list_taken_away_leaves_one_line_without_the_words_searched():
    trade = make_trade()
    make_profile(trades=[trade])
    make_profile(trades=[trade], shown=PRIVATE)
    person = make_person(make_member(), "entrepreneur")

    sign_in(person).get("/annuaire.csv?metier=F1703&q=ada")

    line = AuditEntry.objects.get(action="people.list.export")
    assert (line.actor_id, line.details) == (person.pk, {"count": 1, "filters": {"metier": ["F1703"]}})


def test_a_person_takes_the_whole_list_away_ten_times_a_minute_at_most():
    make_profile()
    client, other = (sign_in(make_person(make_member(), "entrepreneur")) for _ in range(2))

    answers = [client.get("/annuaire.csv") for _ in range(PER_MINUTE + 1)]

    assert [one.status_code for one in answers] == [200] * PER_MINUTE + [429]
    assert "Trop de listes en une minute" in answers[-1].content.decode()
    assert answers[-1]["Retry-After"] == "60"
    assert AuditEntry.objects.filter(action="people.list.export").count() == PER_MINUTE, "what was refused was not taken away"
    assert other.get("/annuaire.csv").status_code == 200


def test_program_is_told_of_what_it_asked_wrongly():
    client = sign_in(make_person(make_member(), "entrepreneur"))

    assert client.get("/annuaire.json?departement=999").json()["errors"]
    assert client.get("/annuaire.csv?metier=zzz").status_code == 400
    assert client.get("/annuaire.json?page=9").status_code == 400


# -- memberships ------------------------------------------------------------------------------------------------------
def test_membership_opens_a_private_profile():
    user = make_person(make_member(), "entrepreneur")

    profile = Profile.unscoped.get(user=user)
    assert (profile.kind, profile.audiences) == ("entrepreneur", {})
    assert not Profile.objects.visible_to(stranger("federation")).exists()


def test_who_leaves_is_hidden_at_once_but_from_herself():
    profile = make_profile(trades=[make_trade()], skills=["Terre"])
    advisor = make_person(profile.organisation, "advisor")
    withdraw_role(profile.user.memberships.get(), actor=SYSTEM)

    for actor in (stranger(), stranger("federation"), actor_for(advisor)):
        assert profile not in Profile.objects.visible_to(actor)
    assert Profile.objects.visible_to(actor_for(profile.user)).get() == profile
    assert sign_in(profile.user).get("/annuaire/").context["rows"][0].name == profile.user.name
    assert search_entries.entries(Profile.unscoped.get(pk=profile.pk)) == []
    assert not FacetCount.unscoped.filter(kind="trade", people_count__gt=0).exists()
    join(profile.user, profile.organisation, "entrepreneur")
    assert profile in Profile.objects.visible_to(stranger())


def test_who_moves_leaves_her_contract_behind():
    profile = make_profile(contract_status="cape", contract_starts_on=today(), phone="01 99 00 00 01", trades=[make_trade()])
    old, other = profile.organisation, make_member()
    join(profile.user, other, "entrepreneur")
    assert Profile.unscoped.get(pk=profile.pk).organisation == old
    withdraw_role(profile.user.memberships.get(organisation=old), actor=SYSTEM)

    held = Profile.unscoped.get(pk=profile.pk)
    assert (held.organisation, held.contract_status, held.contract_starts_on, held.phone) == (other, "", None, "01 99 00 00 01")
    assert PersonTrade.unscoped.get().organisation == other


def test_dates_that_pass_are_followed():
    profile = make_profile()
    profile.user.memberships.update(starts_on=today() - timedelta(days=9), ends_on=today() - timedelta(days=1))

    services.follow_everyone()
    assert Profile.unscoped.get(pk=profile.pk).left_on == today()
    profile.user.memberships.update(ends_on=None)
    services.follow_everyone()
    assert Profile.unscoped.get(pk=profile.pk).left_on is None


def test_profile_of_who_left_is_erased_after_90_days():
    gone, kept = make_profile(), make_profile()
    Profile.unscoped.filter(pk=gone.pk).update(left_on=today() - timedelta(days=91))
    Profile.unscoped.filter(pk=kept.pk).update(left_on=today() - timedelta(days=90))

    assert services.erase_departed() == 1
    assert list(Profile.unscoped.values_list("pk", flat=True)) == [kept.pk]


# -- erasure, export --------------------------------------------------------------------------------------------------
def test_erasure_takes_the_profile_and_keeps_the_proofs():
    profile = make_profile(trades=[make_trade()], skills=["Terre"])
    proofs = ConsentLine.unscoped.count()

    told = erase(SYSTEM, profile.user)

    assert not Profile.unscoped.exists()
    assert not PersonSkill.unscoped.exists()
    assert not FacetCount.unscoped.exists()
    assert ConsentLine.unscoped.count() == proofs > 0
    assert told["erased"]
    assert Outbox.objects.filter(topic="search.index", payload={"kind": "person", "id": str(profile.pk)}).exists()
    assert erase(SYSTEM, profile.user)["erased"] == []


def test_export_of_an_organisation_holds_its_people_alone():
    home = make_member()
    mine = make_profile(home, shown=PRIVATE, phone="01 99 00 00 02")
    make_profile(make_member())

    rows = export(make_actor(home), home)["personnes"]

    assert str(mine.pk) in {row["id"] for row in rows}
    assert len(rows) == 2
    assert next(row for row in rows if row["id"] == str(mine.pk))["phone"] == "01 99 00 00 02"


# -- search -----------------------------------------------------------------------------------------------------------
def test_each_change_asks_for_the_index_in_its_transaction():
    profile = make_profile()
    before = Outbox.objects.filter(topic="search.index").count()

    services.update_profile(profile, actor=actor_for(profile.user), values={"trade_name": "Autre"})
    show(profile, PRIVATE)

    asked = Outbox.objects.filter(topic="search.index")
    assert asked.count() == before + 2
    assert asked.last().payload == {"kind": "person", "id": str(profile.pk)}


def test_entries_give_each_audience_its_own_words():
    profile = make_profile(
        shown={"name": PUBLIC, "trades": FEDERATION, "skills": PRIVATE}, trades=[make_trade()], skills=["Enduits terre"],
        presentation="Présentation privée",
    )  # fmt: skip
    public, federation, private = search_entries.entries(profile)

    assert (public.title, public.name, public.skills, public.audiences) == ("Entrepreneur·e", profile.user.name, (), {"public"})
    assert (federation.title, federation.skills, federation.audiences) == ("Maçonnerie", (), {"federation"})
    assert (private.skills, private.body) == (("Enduits terre",), "Présentation privée")
    assert private.audiences == {f"staff:{profile.organisation_id}", f"person:{profile.user_id}"}


def test_entries_hold_no_contact():
    profile = make_profile(
        phone="01 99 00 00 03", email="moi@example.org", postal_address="3 rue du Port", contract_status="cape", day_rate_cents=100,
        trainings_followed="Pro-Paille", stand_in="Maud",
    )  # fmt: skip

    text = repr(search_entries.entries(profile))
    for words in ("01 99", "moi@", "rue du Port", "Pro-Paille", "Maud", "CAPE"):
        assert words not in text


def test_plain_search_and_visible_obey_the_reader():
    trade = make_trade()
    shown, hidden = make_profile(trades=[trade]), make_profile(trades=[trade], shown=PRIVATE)

    assert list(search_entries.simple(stranger(), "Maçon", 9)) == [shown]
    assert set(search_entries.visible(stranger(), [str(shown.pk), str(hidden.pk)])) == {str(shown.pk)}
    assert {row.pk for row in search_entries.rows(None)} == {shown.pk, hidden.pk}
    assert [row.pk for row in search_entries.rows([str(hidden.pk)])] == [hidden.pk]


# -- in number --------------------------------------------------------------------------------------------------------
def test_many_at_once_are_like_one_by_one():
    trade, skill, commune, home = make_trade(), make_skill(), make_commune(), make_member()
    lines = Lines([TradeLine(trade, "Maçonne")], [SkillLine(skill), SkillLine(None, "Terre", "trained")], [AccreditationLine("SST")])
    values = {"commune": commune, "trade_name": "Ocre"}
    users = [make_user(first_name="Ada", last_name="Même") for _ in range(2)]
    for user in users:
        join(user, home, "entrepreneur")

    services.update_profile(Profile.unscoped.get(user=users[0]), actor=actor_for(users[0]), values=values, lines=lines)
    show(Profile.unscoped.get(user=users[0]), FEDERATION)
    services.bulk_create([NewPerson(users[1], home, values=values, lines=lines, audiences=widest(FEDERATION))], actor=SYSTEM)

    def told(user):
        names = [field.attname for field in Profile._meta.concrete_fields if field.name not in {"id", "user", "created_at", "updated_at"}]
        profile = Profile.unscoped.get(user=user)
        audiences = {key: word for key, word in profile.audiences.items() if word != "private"}
        rows = [
            list(profile.trades.values("trade", "words", "rank", "organisation", "level")),
            list(profile.skills.values("skill", "words", "value", "evidence", "rank", "organisation", "level")),
            list(profile.accreditations.values("title", "ends_on", "rank")),
        ]
        proofs = sorted(ConsentLine.unscoped.filter(person_id=user.pk).exclude(now="private").values_list("field", "was", "now"))
        return [getattr(profile, name) for name in names if name != "audiences"], audiences, rows, proofs

    assert told(users[0]) == told(users[1])
    counts = FacetCount.unscoped.filter(people_count__gt=0)
    kept = set(counts.values_list("scope", "kind", "value", "people_count"))
    services.rebuild_counts()
    assert kept == set(counts.values_list("scope", "kind", "value", "people_count"))


def test_many_at_once_do_not_cost_a_query_each(django_assert_max_num_queries):
    make_trade(), make_trade("Peinture", "F1606"), make_commune()
    for n in range(5):
        make_skill(f"Compétence {n}", f"2230{n}")

    with django_assert_max_num_queries(120):
        many_people(200, 4)

    assert Profile.unscoped.count() == 200
    assert AuditEntry.objects.get(action="people.profile.import").details == {"count": 200}
