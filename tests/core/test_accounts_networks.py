"""The coordinator writes down which networks an organisation joins and leaves, and who came before and after it."""

import json
import re
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from hub.core.accounts.actor import Actor
from hub.core.accounts.audiences import FEDERATION
from hub.core.accounts.models import Affiliation, Organisation, Role, Succession
from hub.core.accounts.selectors import actor_for
from hub.core.accounts.services import affiliate, invite, record_succession, update_affiliation
from hub.core.audit.models import AuditEntry
from hub.core.jobs.models import Outbox
from hub.core.kit.dates import long_date_fr, today
from tests.builders.accounts import (
    join,
    make_coordinator,
    make_federation,
    make_member,
    make_organisation,
    make_person,
    make_siren,
    sign_in,
)

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system()


@pytest.fixture
def client():
    return sign_in(make_coordinator())


def page(organisation):
    return reverse("accounts:networks", args=[organisation.slug])


def test_an_organisation_entered_without_a_date_joins_the_federation_later(client):
    organisation = make_organisation("Nouvelle CAE")
    facts = {"what": "join", "reseau-network": make_federation().pk, "reseau-role": "member", "reseau-starts_on": f"{today()}"}

    assert not Organisation.objects.all().members_of_hub().filter(pk=organisation.pk).exists()
    answer = client.post(page(organisation), facts | {"reseau-charter_on": "2026-01-15"}, follow=True)

    assert "est membre" in answer.content.decode()
    assert Organisation.objects.all().members_of_hub().filter(pk=organisation.pk).exists()
    assert Affiliation.objects.get(organisation=organisation).charter_on == date(2026, 1, 15)
    again = client.post(page(organisation), facts)
    assert again.status_code == 200, "one that is a member already is not offered it again"
    assert Affiliation.objects.filter(organisation=organisation).count() == 1


def facts_of(row, **changed):
    facts = {
        "role": row.role,
        "starts_on": row.starts_on,
        "charter_on": row.charter_on,
        "ends_on": row.ends_on,
        "seen": row.stamp,
    } | changed
    return {name: "" if value is None else f"{value}" for name, value in facts.items()}


@pytest.fixture
def row():
    return make_member("Bâti Commun").affiliations.get()


def test_an_affiliation_ends_on_a_day_that_comes_after_its_first_and_goes_on_again(client, row):
    one = reverse("accounts:affiliation", args=[row.pk])

    early = client.post(one, facts_of(row, ends_on=row.starts_on - timedelta(days=1)))
    assert "L’adhésion a commencé le" in early.content.decode()
    assert "son équipe ne lit plus" in client.get(one).content.decode()
    client.post(one, facts_of(row, ends_on=row.starts_on))
    row.refresh_from_db()
    assert row.ends_on == row.starts_on
    client.post(one, facts_of(row, ends_on=None, charter_on="2026-01-15"))

    row.refresh_from_db()
    assert (row.ends_on, row.charter_on) == (None, date(2026, 1, 15))
    lines = AuditEntry.objects.filter(action__startswith="accounts.affiliation.", object_id=f"{row.pk}").order_by("seq")
    assert [line.action for line in lines][-2:] == ["accounts.affiliation.end", "accounts.affiliation.update"]
    assert json.loads(lines.last().data)["was"] == {"charter_on": None, "ends_on": f"{row.starts_on}"}


def test_of_two_who_correct_it_the_second_is_shown_what_the_first_wrote(client, row):
    one, opened = reverse("accounts:affiliation", args=[row.pk]), facts_of(row)

    client.post(one, opened | {"charter_on": "2026-01-15"})
    late = client.post(one, opened | {"starts_on": "2021-03-01"})

    assert late.status_code == 409
    assert "2026-01-15" in late.content.decode() or "15" in late.content.decode()
    row.refresh_from_db()
    assert f"{row.starts_on}" == opened["starts_on"]
    client.post(one, opened | {"starts_on": "2021-03-01", "seen": row.stamp})
    row.refresh_from_db()
    assert row.starts_on == date(2021, 3, 1)


def test_one_that_is_over_is_not_reopened_beside_another(client, row):
    one = reverse("accounts:affiliation", args=[row.pk])
    client.post(one, facts_of(row, ends_on=row.starts_on))
    affiliate(row.organisation, network=row.network, actor=SYSTEM, starts_on=today())

    row.refresh_from_db()
    answer = client.post(one, facts_of(row, ends_on=None))

    assert "couvre déjà ces jours" in answer.content.decode()
    row.refresh_from_db()
    assert row.ends_on is not None


def test_a_line_written_by_mistake_is_taken_back_once_asked(client, row):
    organisation = row.organisation
    other = make_member("L’Étançon")
    before = record_succession(predecessor=other, successor=organisation, kind="merger", took_place_on=date(2025, 1, 1), actor=SYSTEM)

    for name, one in (("affiliation", row), ("succession", before)):
        away = reverse(f"accounts:remove_{name}", args=[one.pk])
        assert "par erreur" in client.get(away).content.decode() or "ne la montreront plus" in client.get(away).content.decode()
        assert type(one).objects.filter(pk=one.pk).exists(), "asked, not done"
        client.post(away)
        assert not type(one).objects.filter(pk=one.pk).exists()
        assert AuditEntry.objects.get(action=f"accounts.{name}.remove").object_id == f"{one.pk}"

    assert not Organisation.objects.all().members_of_hub().filter(pk=organisation.pk).exists()


@pytest.mark.parametrize(("direction", "before"), [("devient", True), ("vient-de", False)])
def test_a_merger_is_written_once_and_read_on_both_pages(client, direction, before):
    here, other = make_member("Bâti Commun"), make_member("L’Étançon")
    facts = {
        "what": "past", "histoire-direction": direction, "histoire-other": other.pk, "histoire-kind": "merger", "histoire-took_place_on": "2025-01-01",
    }  # fmt: skip

    client.post(page(here), facts)
    again = client.post(page(here), facts)

    row = Succession.objects.get()
    assert (row.predecessor, row.successor) == ((here, other) if before else (other, here))
    assert again.status_code == 200
    for one in (here, other):
        assert "devient" in client.get(page(one)).content.decode()


@pytest.mark.parametrize(
    ("facts", "word"),
    [({"name": "Une autre"}, "a déjà ce SIREN"), ({"name": "bati  commun", "siren": ""}, "Une organisation de ce nom est déjà inscrite")],
)
def test_one_that_is_there_already_is_not_entered_a_second_time_and_the_page_leads_to_it(client, facts, word):
    there = make_organisation("Bâti Commun", siren=make_siren())

    answer = client.post(reverse("accounts:new_organisation"), {"kind": "cae", "siren": there.siren} | facts)

    said = answer.content.decode()
    assert word in said
    assert f'href="{page(there)}"' in said
    assert list(Organisation.objects.filter(kind="cae")) == [there]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"reseau-charter_on": "2098-01-01"}, "pas encore venu"),
        ({"reseau-starts_on": "0001-01-01"}, "entre 1900 et 2099"),
    ],
)
def test_a_day_that_cannot_be_is_said(client, typed, said):
    organisation = make_organisation("Nouvelle CAE")
    facts = {"what": "join", "reseau-network": make_federation().pk, "reseau-role": "member", "reseau-starts_on": f"{today()}"}

    assert said in client.post(page(organisation), facts | typed).content.decode()
    assert not organisation.affiliations.exists()


def test_a_network_is_not_joined_again_before_the_last_day_is_over(client, row):
    update_affiliation(row, actor=SYSTEM, ends_on=today() + timedelta(days=30))
    facts = {"what": "join", "reseau-network": row.network_id, "reseau-role": "member", "reseau-starts_on": f"{today()}"}

    client.post(page(row.organisation), facts)
    assert row.organisation.affiliations.count() == 1
    for starts_on in (row.starts_on - timedelta(days=400), today()):
        with pytest.raises(ValidationError, match="couvre déjà"):
            affiliate(row.organisation, network=row.network, actor=SYSTEM, starts_on=starts_on)


@pytest.mark.parametrize(
    ("typed", "said"), [({}, "déjà notée"), ({"direction": "vient-de"}, "déjà notée"), ({"on": 30}, "pas encore venu")]
)
def test_a_succession_is_past_and_written_once_either_way_round(client, typed, said):
    here, other = make_member("Bâti Commun"), make_member("L’Étançon")
    if "on" not in typed:
        record_succession(predecessor=here, successor=other, kind="merger", took_place_on=date(2025, 1, 1), actor=SYSTEM)
    facts = {
        "what": "past", "histoire-direction": typed.get("direction", "devient"), "histoire-other": other.pk, "histoire-kind": "split",
        "histoire-took_place_on": f"{today() + timedelta(days=typed.get('on', -30))}",
    }  # fmt: skip

    assert said in client.post(page(here), facts).content.decode()
    assert Succession.objects.count() == (0 if "on" in typed else 1)


def nature(organisation):
    return reverse("accounts:correct_organisation", args=[organisation.slug])


def sent(client, organisation, **facts):
    seen = client.get(nature(organisation)).context["form"]["seen"].value()
    return client.post(nature(organisation), {"kind": organisation.kind, "seen": seen} | facts)


def test_what_an_organisation_is_was_entered_wrong_and_is_put_right(client):
    row, convener = make_organisation("Collectif du bois"), make_member("Bâti Commun")

    assert sent(client, row, kind="collective", convener=convener.pk).status_code == 302

    row.refresh_from_db()
    assert (row.kind, row.convener) == ("collective", convener)
    line = AuditEntry.objects.get(action="accounts.organisation.update", object_id=f"{row.pk}")
    assert json.loads(line.data)["fields"] == ["kind", "convener_id"]


@pytest.mark.parametrize(
    ("make", "facts", "word"),
    [
        (make_federation, {"kind": "cae"}, "elle reste un réseau"),
        (
            lambda: make_organisation("Avec SIREN", siren=make_siren()),
            {"kind": "collective", "convener": "federation"},
            "Un collectif n’a ni SIREN",
        ),
        (lambda: make_organisation("CAE seule"), {"convener": "federation"}, "Seul un collectif est convoqué"),
    ],
)
def test_what_its_nature_carries_is_not_contradicted(client, make, facts, word):
    row = make()
    was = row.kind

    answer = sent(client, row, **{name: make_federation().pk if value == "federation" else value for name, value in facts.items()})

    assert word in answer.content.decode()
    row.refresh_from_db()
    assert (row.kind, row.convener) == (was, None)


def test_a_network_that_has_members_stays_one_that_may_have_some(client):
    row = make_organisation("Réseau voisin", kind="network")
    affiliate(make_member("Bâti Commun"), network=row, actor=SYSTEM)

    assert "Des organisations en sont membres" in sent(client, row, kind="cae").content.decode()
    assert sent(client, row, kind="collective", convener=make_federation().pk).status_code == 302


def test_a_collectif_has_a_convener_and_nothing_else_has(client):
    row, hub = make_organisation("Collectif du bois"), make_federation()

    assert "réuni par une organisation" in sent(client, row, kind="collective").content.decode()
    sent(client, row, kind="collective", convener=hub.pk)
    row.refresh_from_db()
    assert row.convener == hub
    assert sent(client, row, kind="local_partner", convener=hub.pk).status_code == 302
    row.refresh_from_db()
    assert (row.kind, row.convener) == ("local_partner", None)


@pytest.mark.parametrize(
    ("kind", "is_convened", "word"), [("cae", True, "Seul un collectif est convoqué"), ("collective", False, "réuni par une organisation")]
)
def test_nor_is_it_entered_otherwise(client, kind, is_convened, word):
    facts = {"kind": kind, "name": "Toute neuve", "convener": make_federation().pk if is_convened else ""}

    assert word in client.post(reverse("accounts:new_organisation"), facts).content.decode()
    assert not Organisation.objects.filter(name="Toute neuve").exists()


def test_who_may_convene_is_in_the_order_of_the_alphabet(client):
    for name in ("Élan", "Bruissement", "Zinc", "Bâti-Premières"):
        make_organisation(name)

    form = client.get(reverse("accounts:new_organisation")).context["form"]

    names = [one.name for one in form.fields["convener"].queryset]
    assert [name for name in names if name in {"Élan", "Bruissement", "Zinc", "Bâti-Premières"}] == [
        "Bâti-Premières", "Bruissement", "Élan", "Zinc",
    ]  # fmt: skip


def test_one_that_has_not_begun_is_not_under_way(client, row):
    day = today() + timedelta(days=40)
    client.post(reverse("accounts:affiliation", args=[row.pk]), facts_of(row, starts_on=day))

    html = client.get(page(row.organisation)).content.decode()

    assert f"à partir du {long_date_fr(day)}" in html
    assert "en cours" not in html


def test_nor_does_one_begin_in_more_than_a_year(client, row):
    day, was = today() + timedelta(days=367), row.starts_on
    organisation = make_organisation("Nouvelle CAE")

    late = client.post(reverse("accounts:affiliation", args=[row.pk]), facts_of(row, starts_on=day))
    joined = {"what": "join", "reseau-network": make_federation().pk, "reseau-role": "member", "reseau-starts_on": f"{day}"}
    client.post(page(organisation), joined)
    client.post(reverse("accounts:new_organisation"), {"kind": "cae", "name": "Pas encore", "starts_on": f"{day}"})

    row.refresh_from_db()
    assert "Dans un an au plus" in late.content.decode()
    assert row.starts_on == was
    assert not organisation.affiliations.exists()
    assert not Organisation.objects.filter(name="Pas encore").exists()


def test_of_two_who_correct_a_nature_the_second_is_shown_the_first(client):
    row = make_organisation("Mal notée")
    opened = {"seen": client.get(nature(row)).context["form"]["seen"].value()}

    client.post(nature(row), opened | {"kind": "network"})
    late = client.post(nature(row), opened | {"kind": "training_body"})

    assert late.status_code == 409
    row.refresh_from_db()
    assert row.kind == "network"
    client.post(nature(row), {"kind": "training_body", "seen": late.context["form"]["seen"].value()})
    row.refresh_from_db()
    assert row.kind == "training_body"


def away(organisation):
    return reverse("accounts:remove_organisation", args=[organisation.slug])


def test_one_entered_by_mistake_is_removed_once_asked_with_its_entry_its_affiliations_and_its_invitations(client):
    row = make_member("Entrée par erreur")
    invite("direction@example.org", organisation=row, role=Role.objects.get(pk="director"), actor=SYSTEM)
    Outbox.objects.all().delete()

    assert "par erreur" in client.get(away(row)).content.decode()
    assert Organisation.objects.filter(pk=row.pk).exists(), "asked, not done"
    assert client.post(away(row), follow=True).redirect_chain == [(reverse("accounts:organisations"), 302)]

    assert not Organisation.objects.filter(pk=row.pk).exists()
    assert client.get(f"/cooperatives/{row.slug}/").status_code == 404
    assert Outbox.objects.filter(key=f"search.index:cooperative:{row.pk}").exists()
    assert AuditEntry.objects.get(action="accounts.organisation.remove").object_id == f"{row.pk}"


@pytest.mark.parametrize(
    ("stand", "word"),
    [
        (lambda row: make_person(row, "director"), "rattachement"),
        (lambda row: affiliate(make_member("Une autre"), network=row, actor=SYSTEM), "adhésion"),
    ],
)
def test_one_on_which_something_stands_stays_and_the_page_says_what(client, stand, word):
    row = make_member("Entrée pour de bon", kind="network")
    stand(row)

    said = client.post(away(row), follow=True).content.decode()

    assert re.search(rf"quelque chose s’appuie sur elle \([^)]*{word}", said)
    assert Organisation.objects.filter(pk=row.pk).exists()
    assert row.affiliations.exists(), "all or nothing"
    assert not AuditEntry.objects.filter(action="accounts.organisation.remove").exists()


def test_only_the_coordinator_comes_in():
    organisation = make_member("Bâti Commun")
    row = organisation.affiliations.get()
    doors = [reverse(f"accounts:{name}", args=[row.pk]) for name in ("affiliation", "remove_affiliation")]
    doors += [nature(organisation), away(organisation)]

    for role in ("director", "advisor", "entrepreneur"):
        seen = sign_in(make_person(organisation, role))
        assert seen.get(page(organisation)).status_code == 403
        assert [seen.post(door, facts_of(row, ends_on=today())).status_code for door in doors] == [403] * 4


def test_who_belongs_to_a_member_too_does_not_act_as_one_for_a_cooperative_that_left():
    """What the federation shares and asks is opened by the organisation acted for, not by another of the person's."""
    left, member = make_member("CAE sortie"), make_member("CAE restée")
    director = make_person(left, "director")
    join(director, member, "entrepreneur")
    row = left.affiliations.get()
    update_affiliation(row, actor=SYSTEM, starts_on=row.starts_on, ends_on=today() - timedelta(days=1))

    for_left, for_member = (actor_for(director, f"organisation:{one.pk}") for one in (left, member))

    assert FEDERATION not in for_left.audiences
    assert FEDERATION in for_member.audiences
    assert sign_in(director, mandate=f"organisation:{left.pk}").get(reverse("funding:files")).status_code == 403
