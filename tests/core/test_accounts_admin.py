"""Wagtail's admin shows and changes only the rows that a person's roles open (the hole measured in its generic views is closed)."""

import pytest
from django.contrib.auth.models import Group
from django.contrib.auth.models import Permission as DjangoPermission
from django.urls import get_resolver, reverse
from wagtail.models import Site, Task, Workflow, WorkflowPage

from hub.core.accounts.models import Organisation
from hub.core.accounts.services.identity import EDITORS
from hub.core.audit.models import AuditEntry
from tests.builders.accounts import make_coordinator, make_member, make_organisation, make_person, make_siren, sign_in
from tests.core.test_accounts_access import patterns

pytestmark = pytest.mark.django_db


def make_director_editor(organisation):
    """A director who may also enter Wagtail's admin."""
    user = make_person(organisation, "director")
    user.user_permissions.add(DjangoPermission.objects.get(codename="access_admin"))
    return sign_in(user)


def opened(client, organisation):
    """What the form that she opens says of the facts that it shows."""
    return client.get(reverse("organisations:edit", args=[organisation.pk])).context["form"]["seen"].value()


def change(client, organisation, seen, **facts):
    return client.post(reverse("organisations:edit", args=[organisation.pk]), facts | {"seen": seen})


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

    answer = change(client, ours, opened(client, ours), name="La nouvelle", legal_form="sas")

    assert answer.status_code == 302, answer.context and answer.context["form"].errors
    assert Organisation.objects.get(pk=ours.pk).name == "La nouvelle"
    assert AuditEntry.objects.filter(action="accounts.organisation.update", object_id=str(ours.pk)).exists()


def test_what_somebody_else_saved_meanwhile_is_not_overwritten():
    ours = make_member("La nôtre", legal_form="sarl", city="Lyon")
    client = make_director_editor(ours)
    seen = opened(client, ours)
    Organisation.objects.filter(pk=ours.pk).update(city="Lille")

    refused = change(client, ours, seen, name="La nôtre", legal_form="sas", city="Lyon")
    held = Organisation.objects.get(pk=ours.pk)
    again = change(client, ours, refused.context["form"]["seen"].value(), name="La nôtre", legal_form="sas", city="Lyon")

    assert (refused.status_code, held.city, held.legal_form) == (409, "Lille", "sarl")
    assert "«\u00a0Lille\u00a0»" in refused.content.decode()
    assert (again.status_code, Organisation.objects.get(pk=ours.pk).city) == (302, "Lyon")


def test_its_nature_and_its_convener_are_read_there_and_not_written():
    client, ours = sign_in(make_coordinator()), make_member("La nôtre")

    page = client.get(reverse("organisations:edit", args=[ours.pk]))
    change(client, ours, opened(client, ours), name="La nôtre", kind="network", convener=make_member().pk)

    assert not {"kind", "convener"} & page.context["form"].fields.keys()
    assert "CAE" in page.content.decode()
    assert (Organisation.objects.get(pk=ours.pk).kind, Organisation.objects.get(pk=ours.pk).convener) == ("cae", None)


def test_what_its_nature_forbids_is_said_beside_the_field():
    client, ours = sign_in(make_coordinator()), make_organisation("Un collectif", kind="collective")
    client.raise_request_exception = False

    answer = change(client, ours, opened(client, ours), name="Un collectif", siren=make_siren())

    assert answer.status_code == 200
    assert answer.context["form"].errors
    assert Organisation.objects.get(pk=ours.pk).siren == ""


def test_one_is_entered_on_the_hub_s_own_page_alone():
    client, count = sign_in(make_coordinator()), Organisation.objects.count()

    answer = client.post(reverse("organisations:add"), {"name": "Une autre", "kind": "cae"})

    assert answer.status_code in {302, 403}
    assert Organisation.objects.count() == count


@pytest.mark.parametrize("name", ["wagtailsites", "wagtailusers_groups"])
def test_nobody_changes_the_site_or_the_groups(name):
    client, site, editors = sign_in(make_coordinator()), Site.objects.get(), Group.objects.get(name=EDITORS)
    row = site if name == "wagtailsites" else editors

    answers = [
        client.post(reverse(f"{name}:edit", args=[row.pk]), {"name": "Rédaction", "hostname": "a", "port": 80, "root_page": 1}),
        client.post(reverse(f"{name}:delete", args=[row.pk])),
        client.post(reverse(f"{name}:add"), {"name": "Autre", "hostname": "testserver", "port": 80, "root_page": 1}),
        client.get(reverse(f"{name}:index")),
    ]

    assert [answer.status_code for answer in answers] == [403] * 4
    assert (Site.objects.get().root_page_id, Group.objects.get(name=EDITORS).pk) == (site.root_page_id, editors.pk)
    assert reverse(f"{name}:index") not in client.get("/admin/").content.decode()


def test_nobody_takes_the_reviews_away():
    client, workflows, tasks = sign_in(make_coordinator()), Workflow.objects.all(), Task.objects.all()

    answers = [
        *(client.post(reverse("wagtailadmin_workflows:disable", args=[one.pk])) for one in workflows),
        *(client.post(reverse("wagtailadmin_workflows:disable_task", args=[one.pk])) for one in tasks),
        *(client.post(reverse("wagtailadmin_workflows:edit", args=[one.pk]), {"name": "Autre"}) for one in workflows),
        *(client.post(reverse("wagtailadmin_workflows:remove", args=[row.page_id])) for row in WorkflowPage.objects.all()),
    ]
    menu = client.get("/admin/").content.decode()

    assert {answer.status_code for answer in answers} == {403}
    assert (workflows.filter(active=True).count(), tasks.filter(active=True).count()) == (workflows.count(), tasks.count())
    assert not [name for name in ("index", "task_index") if reverse(f"wagtailadmin_workflows:{name}") in menu]


def test_what_the_hub_does_not_follow_is_not_offered():
    client = sign_in(make_coordinator())

    assert client.get(reverse("wagtailredirects:index")).status_code == 403
    assert reverse("wagtailredirects:index") not in client.get("/admin/").content.decode()


def test_the_coordinator_sees_them_all():
    make_member("Une")
    make_member("Deux")

    page = sign_in(make_coordinator()).get(reverse("organisations:index")).content.decode()

    assert "Une" in page
    assert "Deux" in page
