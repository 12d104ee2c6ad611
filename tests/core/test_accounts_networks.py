"""The coordinator writes down which networks an organisation joins and leaves, and who came before and after it."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from hub.core.accounts.models import Affiliation, Organisation, Succession
from hub.core.audit.models import AuditEntry
from hub.core.kit.dates import today
from tests.builders.accounts import make_coordinator, make_federation, make_member, make_organisation, make_person, sign_in

pytestmark = pytest.mark.django_db


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


def test_an_affiliation_ends_on_a_day_that_comes_after_its_first(client):
    organisation = make_member("Bâti Commun")
    row = organisation.affiliations.get()
    end = reverse("accounts:end_affiliation", args=[row.pk])

    early = client.post(end, {"ends_on": f"{row.starts_on - timedelta(days=1)}"})
    assert "L’adhésion a commencé le" in early.content.decode()
    assert "Finir l’adhésion" in client.get(end).content.decode()
    client.post(end, {"ends_on": f"{today() - timedelta(days=1)}" if row.starts_on < today() else f"{today()}"})

    row.refresh_from_db()
    assert row.ends_on is not None
    assert client.post(end, {"ends_on": f"{today()}"}).status_code == 404, "it has ended"
    assert AuditEntry.objects.filter(action="accounts.affiliation.end").count() == 1


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


def test_only_the_coordinator_comes_in():
    organisation = make_member("Bâti Commun")
    end = reverse("accounts:end_affiliation", args=[organisation.affiliations.get().pk])

    for role in ("director", "advisor", "entrepreneur"):
        seen = sign_in(make_person(organisation, role))
        assert [seen.get(page(organisation)).status_code, seen.post(end, {"ends_on": f"{today()}"}).status_code] == [403, 403]
