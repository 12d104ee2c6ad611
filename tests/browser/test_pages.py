"""Every kind of page and its states, as four people see them: no barrier, no refusal by the policy, nothing wider than a phone."""

import pytest
from django.core.cache import cache

from hub.core.accounts.models import Membership
from tests.browser import looks, village

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

# Page types with a title of their own; the second word of a line is the status when it is not 200, «sombre» asks for the dark theme too.
ANONYMOUS = """
/ sombre
/connexion/ sombre
/connexion/code/
/mot-de-passe/oublie/
/connexion/compte-ferme/
/cooperatives/ sombre
/cooperatives/?q=introuvable
/cooperatives/?nature=partenaires-locaux&nature=reseaux
/cooperatives/carte/
/cooperatives/{home}/
/annuaire/
/annuaire/{profile}/
/formations/
{course}
/formations/sessions/
/formations/sessions/{session}/
/recherche/
/recherche/?q=enduit
/recherche/?q=introuvablement
/recherche/?q=endiut+à+Lormont
/sources/
/sante/
/mentions-legales/
/donnees-personnelles/
/accessibilite/
/nulle-part/ 404
/demo/courrier/ 404
"""
ENTREPRENEUR = """
/
/compte/
/compte/sessions/
/moi/
/moi/donnees/
/moi/donnees/effacer/
/moi/avis/
/moi/avis/reglages/
/annuaire/ sombre
/annuaire/?q=introuvable
/annuaire/{profile}/
/annuaire/ma-fiche/ sombre
/annuaire/ma-fiche/apercu/
/formations/sessions/{settled}/
/formations/sessions/{settled}/convocation/ sombre
/moi/formations/ sombre
/federation/ 403
"""
TRAINER = """
/
/formations/sessions/{running}/emargement/
/formations/sessions/{running}/emargement/{half_day}/ sombre
/formations/sessions/{running}/emargement/{half_day}/signer/{signer}/ sombre
/formations/sessions/{running}/emargement/{half_day}/absence/{signer}/
/formations/sessions/{running}/emargement/{half_day}/clore/
/formations/sessions/{running}/emargement/{later}/
/formations/sessions/{held}/emargement/
/formations/sessions/{held}/emargement/{closed}/ sombre
/formations/sessions/{held}/emargement/{closed}/corriger/
/formations/sessions/{held}/certificats/ sombre
"""
MANAGER = """
/moi/ sombre
/ sombre
/compte/
/cooperatives/{home}/
/annuaire/?departement=33
/annuaire/{profile}/ sombre
/annuaire/{profile}/ecrire/
/formations/
/formations/?q=introuvable
/formations/nouvelle/
{course}
/formations/{course_id}/brouillon/ sombre
/formations/{unpublished}/brouillon/
/formations/{changed}/comparer/
/formations/{changed}/modifier/
/formations/{course_id}/retirer/
/formations/{course_id}/sessions/nouvelle/
/formations/sessions/?passees=true
/formations/sessions/{session}/ sombre
/formations/sessions/{session}/modifier/
/formations/sessions/{session}/annuler/
/formations/sessions/{session}/inscriptions/{registration}/annuler/
/formations/sessions/{session}/inscrire/
"""
MANAGER_OF_FILES = """
/formations/sessions/{session}/conventions/
/formations/sessions/{settled}/conventions/ sombre
/formations/dossiers/ sombre
/formations/dossiers/?manque=1
/formations/dossiers/?q=introuvable
/formations/dossiers/ma-cae/
/formations/dossiers/{funding_file}/
/formations/dossiers/{filed}/ sombre
/formations/dossiers/{filed}/etat/more-asked/
/formations/dossiers/{filed}/corriger/
/formations/dossiers/{filed}/etat-precedent/
/formations/dossiers/{funding_file}/convention-signee/
/formations/besoins/ sombre
/formations/besoins/nouveau/
/formations/besoins/{own_wish}/modifier/
/formations/besoins/{own_wish}/retirer/
/formations/besoins/federation/ sombre
/formations/besoins/{wish}/session/
/formations/besoins/{own_wish}/session/{course_id}/
/formations/besoins/{own_wish}/decliner/
/recherche/?q=enduits sombre
/sante/
"""
BUYER = """
/ sombre
/formations/dossiers/
/formations/dossiers/{funding_file}/ sombre
/formations/dossiers/{funding_file}/etat/to-complete/
/formations/dossiers/{funding_file}/convention-signee/
/formations/sessions/{settled}/
"""
COORDINATOR = """
/
/federation/
/federation/opco/
/federation/opco/constructys/ sombre
/federation/organisations/nouvelle/
/federation/conventions/
/organisations/{federation}/equipe/
/organisations/{federation}/donnees/
/organisations/{home}/entrepreneurs/ sombre
/organisations/{home}/entrepreneurs/entrer/
/organisations/{home}/entrepreneurs/{member}/depart/
/federation/organisations/{home}/reseaux/
/federation/organisations/{home}/nature/
/federation/adhesions/{affiliation}/
/federation/adhesions/{affiliation}/retirer/
/federation/personnes/{person}/
/federation/personnes/{person}/effacement/
/cooperatives/{home}/agrements/
/cooperatives/{home}/modifier/ sombre
/formations/sessions/{settled}/
/formations/besoins/federation/
/formations/besoins/{wish}/session/ sombre
/formations/besoins/{wish}/demande/{course_id}/
/sante/
"""
# who, where, the button that sends the form as it is
EMPTY_FORMS = [
    ("", "/connexion/", "main form .btn--main"),
    ("", "/connexion/code/", "main form .btn--main"),
    ("", "/mot-de-passe/oublie/", "main form .btn--main"),
    ("manager", "/formations/nouvelle/", "main form .btn--main"),
    ("manager", "/formations/{course_id}/sessions/nouvelle/", "main form .btn--main"),
    ("manager", "/formations/sessions/{session}/annuler/", "main form [method=post] button, main form[method=post] button"),
    ("manager", "/formations/sessions/{session}/inscrire/", "main form .btn--main"),
    ("manager", "/annuaire/{profile}/ecrire/", "main form .btn--main"),
    ("manager", "/formations/dossiers/{filed}/etat/more-asked/", "main form .btn--main"),
    ("manager", "/formations/dossiers/{funding_file}/convention-signee/", "main form .btn--main"),
    ("manager", "/formations/besoins/nouveau/", "main form .btn--main"),
    ("manager", "/formations/besoins/{wish}/session/{course_id}/", "main form .btn--main"),
    ("coordinator", "/organisations/{federation}/equipe/", "main form .btn--main"),
    ("coordinator", "/organisations/{home}/entrepreneurs/entrer/", "main form[method=post] .btn--main"),
    ("coordinator", "/federation/organisations/nouvelle/", "main form .btn--main"),
]


@pytest.fixture
def places():
    built = village.build()
    federation = built.people["coordinator"].memberships(manager="unscoped").get().organisation.slug
    member = Membership.unscoped.filter(organisation=built.trainer_home, role__is_staff=False).order_by("pk")[0]
    return built, {
        "home": built.trainer_home.slug, "profile": built.profile, "course": built.course.url, "course_id": built.course.public_id,
        "unpublished": built.unpublished.public_id, "changed": built.changed.public_id, "session": built.session.pk,
        "settled": built.settled.pk, "federation": federation,
        "registration": built.session.registrations.first().pk, "running": built.running.pk, "held": built.held.pk,
        "half_day": built.running.half_days.first().pk, "later": built.running.half_days.last().pk,
        "closed": built.held.half_days.first().pk, "signer": built.running.registrations.first().pk,
        "funding_file": built.funding_file.pk, "filed": built.filed.pk, "wish": built.wish.pk,
        "own_wish": built.trainer_home.training_wishes.get().pk, "affiliation": built.trainer_home.affiliations.order_by("pk")[0].pk,
        "member": member.pk, "person": member.user_id,
    }  # fmt: skip


@pytest.fixture
def open_page(new_page, live_server):
    """A function that gives a page as one of the people, its policy's refusals noted."""

    def make(user=None):
        page = new_page()
        page.add_init_script(looks.REPORT_VIOLATIONS)
        if user:
            village.enter(page, live_server.url, user)
        return page

    return make


@pytest.mark.parametrize(
    ("who", "lines"),
    [
        ("", ANONYMOUS),
        ("entrepreneur", ENTREPRENEUR),
        ("manager", MANAGER),
        ("manager", MANAGER_OF_FILES),
        ("trainer", TRAINER),
        ("other_manager", BUYER),
        ("coordinator", COORDINATOR),
    ],
)
def test_every_page_is_without_barrier(who, lines, places, open_page, live_server, axe):
    built, names = places
    page = open_page(built.people.get(who))
    found, titles = [], {}

    for line in lines.split("\n")[1:-1]:
        path, *words = line.format(**names).split()
        status = next((int(word) for word in words if word.isdigit()), 200)
        answer = page.goto(live_server.url + path)
        said = [] if answer.status == status else [f"status {answer.status}"]
        said += looks.wrongs(page, axe, dark="sombre" in words)
        said += [] if status != 200 else page.complaints
        page.complaints.clear()
        kind = line.split("?")[0].split()[0]
        if titles.setdefault(page.title(), kind) != kind and status == 200:
            said.append(f"title of {titles[page.title()]} too: {page.title()}")
        found += [f"{who or 'anonymous'} {path}: {one}" for one in said]

    assert not found, "\n".join(found)


def test_form_with_errors_says_so_first(places, open_page, live_server, axe):
    built, names = places
    found = []
    for who in ["", "manager", "coordinator"]:
        page = open_page(built.people.get(who))
        for path, button in [(path, button) for whose, path, button in EMPTY_FORMS if whose == who]:
            cache.clear()  # the limit of codes by address is not what is looked at here
            page.goto(live_server.url + path.format(**names))
            page.locator(button).first.click()
            page.wait_for_load_state()
            said = looks.wrongs(page, axe)
            if not page.title().startswith("Erreur\u00a0: "):
                said.append(f"title {page.title()}")
            if not page.evaluate("document.querySelector('[data-hub-errors]') !== null"):
                said.append("no summary")
            elif not page.evaluate(looks.FOCUSED_SUMMARY):
                said.append("the summary has not the focus")
            for target in page.locator("[data-hub-errors] a").all():
                if page.locator(target.get_attribute("href").replace("#", "[id='") + "']").count() != 1:
                    said.append(f"leads nowhere: {target.get_attribute('href')}")
            found += [f"{path}: {one}" for one in said]
            page.complaints.clear()

    assert not found, "\n".join(found)


def test_second_factor_is_asked_without_barrier(places, new_page, live_server, axe):
    """Both screens of staff: a first factor to set up, then one to show."""
    built, _ = places
    page = new_page()
    village.enter(page, live_server.url, built.people["manager"], second_factor=False)
    page.goto(f"{live_server.url}/moi/avis/")

    assert "second-facteur" in page.url
    assert looks.wrongs(page, axe, dark=True) == []
