"""A filter that holds nothing legible finds nothing, or is refused: taken for no filter at all, it would give the whole list."""

import pytest
from django.urls import reverse

from tests.builders.accounts import make_coordinator, make_member, make_person, sign_in
from tests.builders.cooperatives import make_entry
from tests.builders.life import make_event, make_note, make_question, make_resource
from tests.builders.people import make_profile
from tests.builders.sharing import make_announcement
from tests.builders.trainings import make_course, make_session

pytestmark = pytest.mark.django_db

ILLEGIBLE = ("\x00", "\x07\x1b", "\u202e")
LISTS = {  # an address, what fills it, its filters
    "/annuaire.csv": (make_profile, "q departement metier competence organisation"),
    "/cooperatives.csv": (lambda: make_entry("Coop"), "q nature departement reseau batiment"),
    "/formations.csv": (make_course, "q organisation modalite"),
    "/formations/sessions.csv": (make_session, "q organisation departement places passees"),
    "/services/offres.csv": (make_announcement, "q fonction reseau"),
    "/services.csv": (make_announcement, "reseau"),
    "/vie/questions.csv": (make_question, "q theme organisation metier competence"),
    "/vie/experiences.csv": (make_note, "q theme organisation metier competence"),
    "/vie/ressources.csv": (make_resource, "q theme organisation"),
    "/vie/agenda.csv": (make_event, "q theme organisation"),
}


def lines_of(answer):
    return len((b"".join(answer.streaming_content) if answer.streaming else answer.content).splitlines())


@pytest.mark.parametrize("address", LISTS)
def test_an_illegible_filter_never_gives_the_whole_list(address, monkeypatch):
    monkeypatch.setattr("directory.people.views.exports.PER_MINUTE", 100)
    fill, names = LISTS[address]
    fill()
    client = sign_in(make_person(make_member(), "advisor"))
    assert lines_of(client.get(address)) > 1

    for name in names.split():
        for value in ILLEGIBLE:
            csv, json = client.get(address, {name: value}), client.get(address.replace(".csv", ".json"), {name: value})
            assert csv.status_code == 400 or lines_of(csv) == 1, (name, value)
            assert json.status_code == 400 or json.json()["count"] == 0, (name, value)


@pytest.mark.parametrize("value", [*ILLEGIBLE, "'"])
def test_the_page_of_people_finds_nobody_under_signs_alone(value):
    person = make_profile(last_name="Marais")
    client = sign_in(make_person(make_member(), "advisor"))
    assert "Marais" in client.get("/annuaire/").content.decode()

    assert person.user.last_name not in client.get("/annuaire/", {"q": value}).content.decode()


def test_the_coordinator_s_table_finds_none_under_signs_alone():
    make_member("Coop d’essai")
    client = sign_in(make_coordinator())

    assert [len(client.get(reverse("accounts:organisations"), query).context["page"]) > 0 for query in ({}, {"q": "\x00"})] == [True, False]
