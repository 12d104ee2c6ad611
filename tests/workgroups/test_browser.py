"""Pages of a group in a browser: no barrier, nothing wider than a phone, everything by keyboard and without script."""

import re

import pytest

from tests.browser import looks, village
from tests.builders.accounts import make_member, make_person
from tests.builders.workgroups import (
    add_piece,
    answer,
    facilitator_of,
    items_of,
    join_group,
    make_action,
    make_decision,
    make_group,
    make_meeting,
    make_roadmap,
    member_row,
)
from workgroups.roadmaps import services
from workgroups.roadmaps.enums import PieceKind
from workgroups.roadmaps.models import Answer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

INSIDE = """
/groupes/
/groupes/{name}/
/groupes/{name}/modifier/
/groupes/{name}/membres/ sombre
/groupes/{name}/documents/
/groupes/{name}/feuille-de-route/ sombre
/groupes/{name}/feuille-de-route/?version=1
/groupes/{name}/feuille-de-route/versions/
/groupes/{name}/feuille-de-route/comparer/ sombre
/groupes/{name}/feuille-de-route/brouillon/ sombre
/groupes/{name}/feuille-de-route/brouillon/texte/
/groupes/{name}/feuille-de-route/brouillon/points/{item}/
/groupes/{name}/feuille-de-route/brouillon/points/{item}/retirer/
/groupes/{name}/feuille-de-route/?version=1
/groupes/{name}/feuille-de-route/points/{item}/
/groupes/{name}/feuille-de-route/points/{item}/repondre/ sombre
/groupes/{name}/decisions/
/groupes/{name}/decisions/nouvelle/
/groupes/{name}/actions/ sombre
/groupes/{name}/actions/nouvelle/
/groupes/{name}/reunions/
/groupes/{name}/reunions/nouvelle/
/groupes/{name}/reunions/{meeting}/
/groupes/{name}/reunions/{meeting}/compte-rendu/
/groupes/{name}/reunions/{coming}/annuler/
/groupes/{empty}/
/groupes/{empty}/feuille-de-route/commencer/
/groupes/{empty}/documents/
/groupes/{empty}/reunions/
/groupes/{empty}/decisions/
/groupes/{empty}/actions/
/
"""
EMPTY_FORMS = (
    "/groupes/{name}/modifier/", "/groupes/{name}/feuille-de-route/brouillon/points/{item}/",
    "/groupes/{name}/feuille-de-route/points/{item}/repondre/", "/groupes/{name}/decisions/nouvelle/", "/groupes/{name}/reunions/nouvelle/",
)  # fmt: skip


@pytest.fixture
def built():
    home = make_member("Bâti Commun")
    person = make_person(home, "director", first_name="Maud", last_name="Le Bihan")
    group = make_group("Formation des entrepreneur·es", organisation=home, facilitator=person, charter="Une voix par CAE.")
    other = make_member("L’Étançon")
    join_group(group, other)
    roadmap = make_roadmap(group, releases=2)
    add_piece(roadmap, PieceKind.PHASE, title="Tenir dans la durée")
    for code, stance in (("A1", "adopted"), ("A2", "adapted"), ("B1", "declined")):
        answer(roadmap, code, other, stance, note="sans téléphone")
    answer(roadmap, "A1", home)
    make_decision(group, owner=member_row(group, person))
    make_action(group, owner=member_row(group, person), due_in=-3)
    meeting = make_meeting(group, starts_in=-3, minutes="On a parlé.", agenda="Un\nDeux")
    coming = make_meeting(group)
    empty = make_group("Groupe qui commence", organisation=home, facilitator=person, status="preparing")
    places = {"name": group.acronym, "item": items_of(roadmap)["A2"], "meeting": meeting.pk, "coming": coming.pk, "empty": empty.acronym}
    return group, roadmap, person, places


@pytest.mark.slow
def test_pages_of_a_group_hold_to_what_every_page_holds_to(new_page, live_server, axe, built):
    _group, _roadmap, person, places = built
    page = new_page()
    page.add_init_script(looks.REPORT_VIOLATIONS)
    village.enter(page, live_server.url, person)
    faults = []
    for line in INSIDE.strip().splitlines():
        path, *words = line.format(**places).split()
        answered = page.goto(live_server.url + path)
        if answered.status != 200:
            faults.append(f"{path}: {answered.status}")
        faults += [f"{path}: {one}" for one in looks.wrongs(page, axe, dark="sombre" in words)]
    assert not faults, "\n".join(faults)


def test_an_error_takes_the_focus_and_is_said_in_the_title(new_page, live_server, axe, built):
    _group, _roadmap, person, places = built
    page = new_page()
    village.enter(page, live_server.url, person)
    faults = []
    for path in EMPTY_FORMS:
        page.goto(live_server.url + path.format(**places))
        page.evaluate(
            "for (const one of document.querySelectorAll('main form [name=name], main form [name=title], main form [name=text]')) one.value = ''"
        )
        page.locator("main form .btn--main").first.click()
        page.wait_for_load_state()
        if "Erreur" not in page.title():
            faults.append(f"{path}: {page.title()}")
        if not page.evaluate(looks.FOCUSED_SUMMARY):
            faults.append(f"{path}: the summary has no focus")
        faults += [f"{path}: {one}" for one in axe(page)]
    assert faults == []


def test_a_director_answers_a_point_with_the_keyboard_alone(new_page, live_server, built):
    group, _roadmap, person, places = built
    page = new_page()
    village.enter(page, live_server.url, person)
    page.goto(f"{live_server.url}/groupes/{places['name']}/feuille-de-route/")

    def tab_to(wanted, limit=90):
        """Tab until what has the focus says so; whatever has it is seen."""
        for _ in range(limit):
            page.keyboard.press("Tab")
            words = page.evaluate(
                "() => (document.activeElement.textContent || document.activeElement.value || '').trim().replace(/\\s+/g, ' ')"
            )
            if re.search(wanted, words):
                return words
        raise AssertionError(wanted)

    tab_to(r"^A1 Recueil des besoins$")  # a bar of the time line
    page.keyboard.press("Enter")
    assert "#p-" in page.url
    tab_to(r"^Répondre pour A2$")
    page.keyboard.press("Enter")
    page.wait_for_url("**/repondre/")
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("() => document.activeElement.name === 'stance'"):
            break
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.type("chantier seul")
    tab_to(r"^Enregistrer la réponse")
    page.keyboard.press("Enter")
    page.wait_for_url("**/feuille-de-route/#qui")

    row = Answer.unscoped.get(sheet__organisation__name="Bâti Commun", item_id=places["item"], replaced_at=None)
    assert row.note == "chantier seul"
    assert group.acronym in page.url


def test_a_roadmap_is_written_and_released_without_script(new_page, live_server):
    home = make_member("Bâti Commun")
    group = make_group(organisation=home)
    page = new_page(java_script_enabled=False, viewport={"width": 320, "height": 720})
    village.enter(page, live_server.url, facilitator_of(group))
    page.goto(f"{live_server.url}/groupes/{group.acronym}/")
    page.get_by_role("link", name="Commencer la feuille de route").click()
    page.get_by_label("Titre").fill("Former ensemble")
    page.get_by_role("button", name="Commencer").click()
    page.get_by_role("link", name="Ajouter une phase").first.click()
    page.get_by_label("Intitulé").fill("Recenser")
    page.get_by_role("button", name="Enregistrer le brouillon").click()
    page.get_by_role("link", name="Ajouter un point").click()
    page.get_by_label("Intitulé").fill("Recueil des besoins")
    page.get_by_label("Début").fill("2026-10-01")
    page.get_by_label("Fin").fill("2026-12-01")
    page.get_by_role("button", name="Enregistrer le brouillon").click()
    page.get_by_role("button", name="Remettre à l’animation").click()
    page.get_by_label("Ce qui change").fill("Première version.")
    page.get_by_role("button", name="Publier la version 1").click()

    assert "Version 1" in page.locator(".title").inner_text()
    assert page.locator("svg.frieze rect").count() == 1


def test_the_time_line_prints_whole(new_page, live_server, built):
    _group, _roadmap, person, places = built
    page = new_page(viewport={"width": 320, "height": 720})
    village.enter(page, live_server.url, person)
    page.goto(f"{live_server.url}/groupes/{places['name']}/feuille-de-route/")
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 680, "height": 960})  # A4 less its margins

    cut = page.evaluate(
        """() => [...document.querySelectorAll("svg.frieze, .matrix")].map((e) => [e.getBoundingClientRect().right, innerWidth])
        .filter(([right, width]) => right > width + 1)"""
    )
    assert cut == []
    assert not page.locator(".tabs").is_visible()


def test_the_conflict_of_two_editors_is_seen_in_the_browser(new_page, live_server, axe, built):
    _group, roadmap, person, places = built
    page = new_page()
    village.enter(page, live_server.url, person)
    page.goto(f"{live_server.url}/groupes/{places['name']}/feuille-de-route/brouillon/texte/")
    from tests.builders.accounts import SYSTEM
    from tests.builders.workgroups import opened

    services.save_text(roadmap, facts={"title": "Dit par une autre", "introduction": ""}, actor=SYSTEM, based_on=opened(roadmap))
    page.get_by_label("Titre").fill("Dit par moi")
    page.get_by_role("button", name="Enregistrer le brouillon").click()
    page.wait_for_load_state()

    assert page.get_by_label("Titre").input_value() == "Dit par moi"
    assert "une autre" in page.locator(".errors").inner_text()
    assert axe(page) == []
    page.complaints.clear()  # the browser says 409 aloud
