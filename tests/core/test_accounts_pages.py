"""Pages with screens of their own are closed to Wagtail's admin: an editor neither reads nor writes them there, nor does the coordinator write."""

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse

from hub.pages.models import HomePage
from tests.builders.accounts import make_coordinator, make_member, make_person, sign_in
from tests.builders.life import make_note
from tests.builders.trainings import make_course
from tests.builders.workgroups import make_roadmap

pytestmark = pytest.mark.django_db
TITLE = "KANB-charpente"


@pytest.fixture
def course():
    return make_course(make_member(), title=TITLE, live=False)


@pytest.fixture
def editor():
    """In both of Wagtail's stock groups, which may do everything on the root."""
    user = make_person(make_member(), "facilitator")
    user.groups.add(*Group.objects.filter(name__in=["Editors", "Moderators"]))
    return sign_in(user)


def addresses(course):
    pk = course.pk
    return [
        *(reverse(f"wagtailadmin_pages:{verb}", args=[pk]) for verb in (
            "edit", "history", "usage", "copy", "move", "delete", "unpublish", "set_privacy", "view_draft", "revisions_index",
            "workflow_history", "add_subpage",
        )),
        *(reverse(name, args=[pk]) for name in ("wagtailadmin_explore", "wagtailadmin_explore_results", "wagtailadmin_choose_page_child")),
        reverse("wagtailadmin_pages:revisions_compare", args=[pk, "earliest", "latest"]),
        reverse("wagtailadmin_pages:add_subpage", args=[course.get_parent().pk]),
        reverse("wagtailadmin_explore", args=[course.get_parent().pk]),
        reverse("wagtailadmin_explore_root"), f"/admin/api/main/pages/{pk}/", f"/admin/api/main/pages/?child_of={course.get_parent().pk}",
        reverse("wagtailadmin_pages:search") + "?q=charpente", reverse("wagtailadmin_reports:site_history"),
        reverse("wagtailadmin_choose_page_search") + "?q=charpente", reverse("wagtailadmin_choose_page_child", args=[course.get_parent().pk]),
        reverse("wagtailadmin_choose_page_chosen_multiple") + f"?id={pk}", "/admin/",
        reverse("wagtail_bulk_action", args=["wagtailcore", "page", "delete"]) + f"?next=/&id={pk}",
    ]  # fmt: skip


def test_an_editor_meets_no_draft_of_the_catalogue(editor, course):
    for address in addresses(course):
        answer = editor.get(address)
        assert TITLE not in answer.content.decode(), address


def test_nor_a_draft_of_an_entrepreneur(editor):
    note = make_note(TITLE, author=make_person(make_member(), "entrepreneur"), live=False)

    for address in addresses(note):
        assert TITLE not in editor.get(address).content.decode(), address


def test_the_editor_does_explore_what_is_hers(editor):
    home = HomePage.objects.get()

    assert home.title in editor.get(reverse("wagtailadmin_explore", args=[home.pk])).content.decode()


def test_an_editor_chooses_no_roadmap_that_its_group_keeps(editor):
    roadmap = make_roadmap(title="Feuille gardée par son groupe")

    found = editor.get(reverse("wagtailadmin_choose_page_search") + "?q=feuille").content.decode()
    child = editor.get(reverse("wagtailadmin_choose_page_child", args=[roadmap.get_parent().pk])).content.decode()

    assert "Feuille gardée" not in found + child


def test_the_editor_does_edit_other_pages(editor):
    assert editor.get(reverse("wagtailadmin_pages:edit", args=[HomePage.objects.get().pk])).status_code == 200


@pytest.mark.parametrize("action", ["", "action-publish", "action-submit"])
def test_nobody_writes_a_programme_in_the_admin(editor, course, action):
    for client in (editor, sign_in(make_coordinator())):
        client.post(
            reverse("wagtailadmin_pages:edit", args=[course.pk]), {"title": "Volé", "slug": "vole", "comments-TOTAL_FORMS": 0, action: "1"}
        )

        course.refresh_from_db()
        assert (course.title, course.live) == (TITLE, False)
        assert course.get_latest_revision_as_object().title == TITLE


def test_the_coordinator_neither_deletes_nor_moves_one(course):
    client = sign_in(make_coordinator())
    for verb in ("delete", "unpublish"):
        client.post(reverse(f"wagtailadmin_pages:{verb}", args=[course.pk]))
    client.post(
        reverse("wagtailadmin_pages:copy", args=[course.pk]),
        {"new_title": "Copie", "new_slug": "copie", "new_parent_page": course.get_parent().pk},
    )

    parent = course.get_parent()
    assert parent.get_children().count() == 1
