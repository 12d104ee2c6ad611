"""The home page and the legal pages: the coordinator changes their text, and cannot lose them."""

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from wagtail.models import Page, PageViewRestriction, Workflow

from hub.core.accounts.services.identity import EDITORS
from hub.core.jobs.health import State
from hub.pages.health import site
from hub.pages.kept import LEGAL
from hub.pages.models import ContentPage, HomePage
from hub.pages.tree import plant
from tests.builders.accounts import make_coordinator, sign_in

pytestmark = pytest.mark.django_db
SENTENCE = "reste à sa place et en ligne"


@pytest.fixture
def client():
    return sign_in(make_coordinator())


@pytest.fixture(params=["accueil", "mentions-legales"])
def page(request):
    return Page.objects.get(slug=request.param).specific


@pytest.fixture
def aide():
    return HomePage.objects.get().add_child(instance=ContentPage(title="Aide", slug="aide"))


def post(client, name, *args, **data):
    return client.post(reverse(f"wagtailadmin_pages:{name}", args=args), data, follow=True)


def bulk(client, action, *pages, **data):
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", action])
    return client.post(f"{address}?next=/admin/pages/&" + "&".join(f"id={one.pk}" for one in pages), data, follow=True)


def state():
    return list(Page.objects.order_by("path").values_list("path", "slug", "live"))


def test_a_page_that_the_hub_names_stays(client, page, aide):
    before = state()
    place = aide.pk if page.depth == 3 else Page.get_first_root_node().pk

    answers = [
        post(client, "delete", page.pk),
        post(client, "unpublish", page.pk),
        post(client, "move_confirm", page.pk, place),
        bulk(client, "delete", aide, page),
        bulk(client, "unpublish", page, include_descendants="on"),
    ]

    assert [SENTENCE in answer.content.decode() for answer in answers] == [True] * 5
    assert state() == before


def test_its_text_changes_and_its_address_does_not(client):
    page = ContentPage.objects.get(slug="mentions-legales")
    fields = {"title": "Mentions", "slug": page.slug, "body": "null", "comments-TOTAL_FORMS": 0, "comments-INITIAL_FORMS": 0}
    publish = {**fields, "action-publish": "1"}

    refused = [
        post(client, "edit", page.pk, **{**publish, **more}).content.decode()
        for more in ({"slug": "autre"}, {"expire_at": "2030-01-01 10:00"}, {"go_live_at": "2030-01-01 10:00"})
    ]
    before = ContentPage.objects.get(pk=page.pk)
    post(client, "edit", page.pk, **publish)
    after = ContentPage.objects.get(pk=page.pk)

    assert [SENTENCE in text for text in refused] == [True, True, True]
    assert (before.slug, before.title, before.expire_at) == (page.slug, page.title, None)
    assert (after.slug, after.title) == (page.slug, "Mentions")


def test_once_published_its_next_text_waits_for_its_day(client):
    page = ContentPage.objects.get(slug="mentions-legales")
    fields = {"slug": page.slug, "body": "null", "comments-TOTAL_FORMS": 0, "comments-INITIAL_FORMS": 0, "action-publish": "1"}
    post(client, "edit", page.pk, title="Mentions", **fields)

    post(client, "edit", page.pk, title="Mentions à venir", go_live_at="2030-01-01 10:00", **fields)

    after = ContentPage.objects.get(pk=page.pk)
    assert (after.live, after.title) == (True, "Mentions")


def test_it_is_kept_from_nobody(client, page, aide):
    for one in (page, aide):
        post(client, "set_privacy", one.pk, restriction_type="login")

    assert list(PageViewRestriction.objects.values_list("page", flat=True)) == [aide.pk]
    assert Client().get(page.url).status_code == 200


def test_no_page_has_a_password_for_all(client, aide):
    """It could be guessed without end, and says of nobody that she read."""
    post(client, "set_privacy", aide.pk, restriction_type="password", password="mot")

    assert not PageViewRestriction.objects.exists()
    assert Client().post(reverse("wagtailcore_authenticate_with_password", args=[1, aide.pk])).status_code in {302, 403}


def test_another_page_moves_and_goes(client, aide):
    post(client, "edit", aide.pk, title="Aide", slug="aider", body="null", **{"comments-TOTAL_FORMS": 0, "comments-INITIAL_FORMS": 0})
    post(client, "unpublish", aide.pk)
    assert not Page.objects.get(pk=aide.pk).live

    post(client, "delete", aide.pk)

    assert not Page.objects.filter(pk=aide.pk).exists()


def test_every_legal_page_is_one_of_them():
    assert {page.slug for page in ContentPage.objects.all()} >= LEGAL.keys()
    call_command("makemigrations", "--check", "--dry-run", "pages")


@pytest.mark.parametrize(("slug", "address"), [("mentions-legales", "/sources/"), ("donnees-personnelles", "/moi/donnees/")])
def test_a_legal_page_leads_to_the_page_that_it_names(slug, address):
    page = Client().get(f"/{slug}/").content.decode()

    assert f'<a href="{address}"' in page.split("<main", 1)[1].split("</main>")[0]
    assert Client().get(address, follow=True).status_code == 200


# -- what was set before ------------------------------------------------------------------------------------------------
def test_all_is_well_on_a_new_hub():
    assert site()[0] == State.OK


def test_a_restriction_of_before_is_told_and_the_next_upgrade_takes_it_away(page, aide):
    for one in (page, aide):
        PageViewRestriction.objects.create(page=Page.objects.get(pk=one.pk), restriction_type="login")
    closed, (state, fact) = Client().get(page.url).status_code, site()

    plant()

    assert (closed, state) == (302, State.WARN)
    assert f"« {page.title} » n’est pas ouverte à tous" in fact
    assert Client().get(page.url).status_code == 200
    assert list(PageViewRestriction.objects.values_list("page", flat=True)) == [aide.pk]
    assert site()[0] == State.OK


def test_editors_renamed_and_reviews_stopped_are_told():
    Group.objects.filter(name=EDITORS).update(name="Rédaction")
    Workflow.objects.filter(name="Relecture par la CAE").update(active=False)

    state, fact = site()

    assert state == State.WARN
    assert "« Editors » de Wagtail manque" in fact
    assert "« Relecture par la CAE » est désactivée" in fact
