"""What pages become when something happens in them, in the dark and on a phone: a form refused, a dialog or a menu open, no network."""

import pytest

from tests.browser import looks, village
from tests.browser.signing import address, cancelled_meanwhile, keeps, session_of_now, type_name
from tests.builders.accounts import make_member, make_person
from tests.builders.attendance import people_of
from tests.builders.life import attend, make_answer, make_event, make_question, make_resource, writer
from tests.builders.sharing import lent, make_announcement, make_pair, make_request, make_service, make_statement
from tests.builders.workgroups import answer, facilitator_of, items_of, join_group, make_group, make_roadmap

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
SEND = ("main form :is(.btn--main, .btn--bad)", "main form[method=post] button:not(.vh)")  # the first that the page has
EMPTIED = """() => { const typed = ":is(input, textarea):not([type=hidden], [type=checkbox], [type=radio])";
  for (const one of document.querySelectorAll(`main form[method=post] ${typed}`)) one.value = ""; }"""


@pytest.fixture
def look(new_page, live_server, axe):
    """A function that looks at pages of somebody: «path» as it is, «path !» after its form was sent empty; gives what is wrong."""

    def make(user, *lines):
        page = new_page()
        page.add_init_script(looks.REPORT_VIOLATIONS)
        village.enter(page, live_server.url, user)
        found = []
        for line in lines:
            path, *words = line.split()
            answered = page.goto(live_server.url + path)
            said = [] if answered.status == 200 else [f"status {answered.status}"]
            if words:
                page.evaluate(EMPTIED)
                with page.expect_navigation():
                    page.locator(next(one for one in SEND if page.locator(one).count())).first.click()
                said += [] if page.title().startswith("Erreur") else [f"title {page.title()}"]
            said += looks.in_the_dark_and_narrow(page, axe) + page.evaluate("window.refused ?? []")
            page.complaints.clear()
            found += [f"{line}: {one}" for one in said]
        return found

    return make


def test_trainings(look):
    built = village.build()
    held, running = built.held, built.running
    closed, signer = held.half_days.first(), people_of(running)[0]
    sheet = f"/formations/sessions/{running.pk}/emargement/{running.half_days.first().pk}/"

    found = look(
        built.people["trainer"], sheet, f"{sheet}absence/{signer.pk}/ !", f"/formations/sessions/{held.pk}/emargement/",
        f"/formations/sessions/{held.pk}/emargement/{closed.pk}/corriger/ !",
    )  # fmt: skip
    found += look(
        built.people["manager"], "/moi/", f"/formations/sessions/{held.pk}/certificats/", f"/formations/dossiers/{built.filed.pk}/",
        f"/formations/dossiers/{built.filed.pk}/etat/more-asked/ !", "/formations/besoins/nouveau/ !",
        f"/formations/sessions/{built.session.pk}/annuler/ !", "/formations/besoins/federation/",
    )  # fmt: skip
    found += look(
        built.people["other_manager"], f"/formations/dossiers/{built.funding_file.pk}/",
        f"/formations/dossiers/{built.funding_file.pk}/convention-signee/ !",
    )  # fmt: skip

    assert not found, "\n".join(found)


def test_services(look):
    provider, beneficiary = make_pair()
    service, asked = make_service(provider, beneficiary), make_request(provider, beneficiary, function="comptabilite")
    statement = make_statement(service)
    make_announcement(provider)
    gives, receives = (provider.memberships.get(role="director").user, beneficiary.memberships.get(role="director").user)

    found = look(
        gives, "/services/", "/services/offres/", "/services/demandes/", f"/services/demandes/{asked.pk}/",
        f"/services/demandes/{asked.pk}/accepter/", f"/services/demandes/{asked.pk}/refuser/ !", f"/services/conventions/{service.pk}/",
        "/services/etat-des-lieux/", "/services/offres/nouvelle/ !",
    )  # fmt: skip
    found += look(
        receives, f"/services/releves/{statement.pk}/", f"/services/releves/{statement.pk}/contester/ !", "/services/demandes/nouvelle/ !",
    )  # fmt: skip
    found += look(lent(service), f"/services/mon-temps/{service.pk}/ !", "/services/mon-temps/")

    assert not found, "\n".join(found)


def test_groups(look):
    home, other = make_member("Bâti Commun"), make_member("L’Étançon")
    person = make_person(home, "director")
    group = make_group("Former ensemble", organisation=home, facilitator=person)
    join_group(group, other)
    roadmap = make_roadmap(group, releases=2)
    answer(roadmap, "A1", other, "declined", note="sans téléphone")
    here, item = f"/groupes/{group.acronym}/", items_of(roadmap)["A2"]

    found = look(
        person, here, f"{here}feuille-de-route/", f"{here}feuille-de-route/comparer/", f"{here}feuille-de-route/points/{item}/",
        f"{here}feuille-de-route/points/{item}/repondre/ !", f"{here}decisions/nouvelle/ !", f"{here}actions/nouvelle/ !",
        f"{here}reunions/nouvelle/ !", f"{here}modifier/ !",
    )  # fmt: skip

    assert not found, "\n".join(found)


def test_exchanges_and_what_is_one_s_own(look):
    author = facilitator_of(make_group("Former ensemble"))
    question, event, resource = make_question(author=author), make_event(author=author), make_resource(author=author)
    make_answer(question)
    attend(event)
    urls = [one.get_absolute_url() for one in (question, event, resource)]

    found = look(
        author, "/vie/", *urls, f"{urls[0]} !", "/vie/questions/ecrire/ !", "/vie/agenda/ecrire/ !", "/vie/ressources/ecrire/ !",
        f"{urls[1]}annuler/ !", f"{urls[2]}version/ !", "/moi/", "/moi/donnees/", "/moi/donnees/effacer/ !", "/moi/avis/reglages/",
    )  # fmt: skip
    found += look(writer(), urls[0], urls[1], "/moi/")

    assert not found, "\n".join(found)


def test_sheet_while_somebody_signs_and_while_the_network_is_gone(new_page, live_server, axe, cut):
    session = session_of_now()
    one, two = people_of(session)
    page = new_page()
    village.enter(page, live_server.url, session.trainers.get())
    page.goto(live_server.url + address(session))
    page.get_by_role("link", name=f"Signer : {one.trainee.name}").click()
    found = [f"dialog: {line}" for line in looks.in_the_dark_and_narrow(page, axe)]
    page.get_by_role("button", name="Signer ma présence").click()
    assert page.locator("[data-hub-pad-wrong]").is_visible()
    found += [f"refused in the dialog: {line}" for line in looks.in_the_dark_and_narrow(page, axe)]
    type_name(page, one)
    cancelled_meanwhile(session)
    page.get_by_role("button", name="Signer ma présence").click()
    page.locator("[data-hub-refused] li").wait_for()
    cancelled_meanwhile(session, session.status)
    page.reload()  # what was refused is not kept: the sheet is taken along again
    keeps(page, address(session))
    cut(page)
    page.get_by_role("link", name=f"Signer : {two.trainee.name}").click()
    type_name(page, two)
    page.get_by_role("button", name="Signer ma présence").click()
    page.locator("[data-hub-kept]").wait_for()
    page.reload()
    assert page.locator("[data-hub-offline]").is_visible()
    found += [f"without network: {line}" for line in looks.in_the_dark_and_narrow(page, axe)]
    page.complaints.clear()

    assert not found, "\n".join(found)


def test_menu_of_a_person_open(new_page, live_server, axe):
    page = new_page()
    village.enter(page, live_server.url, make_person(make_member("Bâti Commun"), "director"))
    page.goto(f"{live_server.url}/moi/")
    page.locator(".menu--end summary").click()

    assert [
        one for one in looks.in_the_dark_and_narrow(page, axe) if "target-size" not in one
    ] == []  # what lies under the panel is no target
