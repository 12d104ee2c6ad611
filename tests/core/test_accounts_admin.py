"""Wagtail's admin shows and changes only the rows that a person's roles open (the hole measured in its generic views is closed)."""

import pytest
from django.contrib.auth.models import Permission as DjangoPermission
from django.urls import get_resolver, reverse

from hub.core.accounts.models import Organisation
from hub.core.audit.models import AuditEntry
from tests.builders.accounts import make_coordinator, make_member, make_person, sign_in
from tests.core.test_accounts_access import patterns

pytestmark = pytest.mark.django_db


def make_director_editor(organisation):
    """A director who may also enter Wagtail's admin."""
    user = make_person(organisation, "director")
    user.user_permissions.add(DjangoPermission.objects.get(codename="access_admin"))
    return sign_in(user)


def row_addresses():
    """Every address of the viewset that names a row."""
    return [name for name, route in patterns(get_resolver()) if name.startswith("organisations:") and "<" in route]


def test_no_address_of_the_viewset_opens_another_organisation_s_row():
    ours, theirs = make_member("La nôtre"), make_member("KANB-organisation")
    client = make_director_editor(ours)
    names = row_addresses()
    assert {"organisations:edit", "organisations:history", "organisations:usage", "organisations:delete"} <= set(names)

    for name in names:
        answer = client.get(reverse(name, args=[theirs.pk]))
        assert answer.status_code in {302, 403, 404}, name
        assert "KANB-organisation" not in answer.content.decode(), name


def test_a_forged_change_of_another_organisation_is_refused():
    ours, theirs = make_member(), make_member("KANB-organisation")
    client = make_director_editor(ours)

    client.post(reverse("organisations:edit", args=[theirs.pk]), {"name": "Volée", "kind": "cae"})
    client.post(reverse("organisations:delete", args=[theirs.pk]))

    theirs.refresh_from_db()
    assert theirs.name == "KANB-organisation"


def test_the_list_shows_her_own_only():
    ours = make_member("La nôtre")
    make_member("KANB-organisation")

    page = make_director_editor(ours).get(reverse("organisations:index")).content.decode()

    assert "La nôtre" in page
    assert "KANB-organisation" not in page


def test_her_own_is_changed_through_the_service():
    ours = make_member("La nôtre", legal_form="sarl")
    client = make_director_editor(ours)

    answer = client.post(reverse("organisations:edit", args=[ours.pk]), {"name": "La nouvelle", "kind": "cae", "legal_form": "sas"})

    assert answer.status_code == 302, answer.context and answer.context["form"].errors
    assert Organisation.objects.get(pk=ours.pk).name == "La nouvelle"
    assert AuditEntry.objects.filter(action="accounts.organisation.update", object_id=str(ours.pk)).exists()


def test_the_coordinator_sees_them_all():
    make_member("Une")
    make_member("Deux")

    page = sign_in(make_coordinator()).get(reverse("organisations:index")).content.decode()

    assert "Une" in page
    assert "Deux" in page
