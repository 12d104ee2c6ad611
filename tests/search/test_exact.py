"""A number typed as it stands on a paper leads to what bears it, for those who may open that."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from directory.sharing import services as sharing
from hub.core.accounts.actor import Actor
from hub.core.accounts.selectors import actor_for
from hub.core.kit.identifiers import spaced
from hub.core.papers import numbering
from hub.core.ui import panels
from search.rooms import exact_for
from tests.builders.accounts import SYSTEM, make_actor, make_member, make_person, sign_in
from tests.builders.attendance import close_all, make_attended, people_of
from tests.builders.cooperatives import make_entry
from tests.builders.funding import S, make_file, make_file_at, make_party, move
from tests.builders.sharing import directors, make_statement
from trainings.attendance.services import issue_paper
from trainings.paperwork import services as paperwork
from trainings.paperwork.models import Convocation
from trainings.sessions.models import TrainingSession

pytestmark = pytest.mark.django_db
ANYONE = Actor.anonymous()


def urls(text, actor):
    return [item["url"] for item in exact_for(text, actor)]


def opened(text, user):
    """Each address that is given to somebody opens for her."""
    client, found = sign_in(user), urls(text, actor_for(user))
    assert [client.get(url).status_code for url in found] == [200] * len(found)
    return len(found)


# -- OPCO files -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["EX-2612-2424", "ex 2612 2424", "EX26122424"])
def test_an_opco_file_is_found_by_the_number_that_its_opco_gave(text):
    file = move(make_file_at(S.READY), S.FILED, reference="EX-2612-2424")
    manager = make_actor(file.employer, "training_manager")

    (item,) = exact_for(text, manager)

    assert (item["url"], item["kind"]) == (file.get_absolute_url(), "Dossier OPCO")
    assert item["title"].startswith(file.session.title)
    assert file.employer.name in item["text"]
    assert urls("EX-2612-242", manager) == [], "no part of it"


@pytest.mark.parametrize("words", ["dossier", "le dossier OPCO n°", "Dossier OPCO :"])
def test_a_number_is_found_behind_the_words_that_say_what_it_is_of(words):
    file = move(make_file_at(S.READY), S.FILED, reference="EX-2612-2424")

    assert urls(f"{words} EX-2612-2424", make_actor(file.employer, "training_manager")) == [file.get_absolute_url()]


@pytest.mark.parametrize("text", ["12 EX-2612-2424", "un deux trois quatre cinq EX-2612-2424", "EX-2612-2424 dossier"])
def test_but_no_figure_and_no_more_than_four_words_are_skipped(text):
    file = move(make_file_at(S.READY), S.FILED, reference="EX-2612-2424")

    assert urls(text, make_actor(file.employer, "training_manager")) == []


def test_an_opco_file_is_found_by_the_number_of_its_accord():
    file = move(make_file_at(S.UNDER_REVIEW), S.GRANTED, reference="AC-77-001")

    assert urls("ac77001", make_actor(file.employer, "training_manager")) == [file.get_absolute_url()]


def test_an_opco_file_is_for_those_who_may_open_it():
    file = move(make_file_at(S.READY), S.FILED, reference="EX-2612-2424")
    another = make_file(session=file.session)

    assert opened("EX-2612-2424", make_person(file.employer, "training_manager")) == 1
    closed = [
        ANYONE,
        make_actor(file.employer, "entrepreneur"),
        make_actor(another.employer, "training_manager"),
        make_actor(make_member()),
    ]
    assert [urls("EX-2612-2424", actor) for actor in closed] == [[]] * len(closed)


# -- papers -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def attended():
    return make_attended(make_party("Organisme"), make_party("CAE Une"), make_party("CAE Deux"))


def numbers_of(session):
    """{the employer's name: the number of its agreement, established anew where it says something else by now}"""
    return {one.employer.name: one.agreement.paper.number for one in paperwork.issue_agreements(session, actor=SYSTEM)}


def test_an_agreement_is_found_by_the_number_of_each_of_its_papers(attended):
    old = numbers_of(attended)
    employer = next(row.employer for row in people_of(attended) if row.employer.name == "CAE Deux")
    staff = make_person(employer, "training_manager")
    found = {name: opened(number, staff) for name, number in old.items()}
    TrainingSession.unscoped.filter(pk=attended.pk).update(price_cents=12_300)
    attended.refresh_from_db()
    new = numbers_of(attended)["CAE Deux"]

    (item,) = exact_for(old["CAE Deux"].lower().replace("-", " "), actor_for(staff))
    (itself,) = exact_for(new, actor_for(staff))

    assert found == {"CAE Une": 0, "CAE Deux": 1}
    assert item["title"] == f"Convention de formation {old['CAE Deux']}"
    assert item["text"].endswith(f"En vigueur\u00a0: {new}.")
    assert (item["url"], "En vigueur" in itself["text"]) == (itself["url"], False)
    assert urls(new, make_actor(employer, "entrepreneur")) == urls(new, ANYONE) == []


def test_certificates_and_sheets_are_found_by_their_numbers(attended):
    sheets = close_all(attended)
    sheet = issue_paper(sheets[0], actor=SYSTEM) or sheets[0].paper
    certificate = paperwork.issue_certificates(attended, actor=SYSTEM)[0]
    row = certificate.registration
    other = next(one.employer for one in people_of(attended) if one.employer_id != row.employer_id)
    staff = make_person(row.employer, "training_manager")

    assert opened(certificate.paper.number, staff) == opened(certificate.paper.number, row.trainee) == 1
    assert opened(sheet.number, staff) == 1
    assert urls(certificate.paper.number, make_actor(other, "training_manager")) == urls(certificate.paper.number, ANYONE) == []
    assert urls(sheet.number, make_actor(make_member())) == urls(sheet.number, ANYONE) == []


def test_a_convocation_is_found_by_its_number():
    session = make_attended(make_party("Organisme"), make_party("CAE Une"), starts_in=20)
    paperwork.send_convocations(session, actor=SYSTEM)
    row = people_of(session)[0]
    number = Convocation.unscoped.get(registration=row).paper.number

    assert opened(number, row.trainee) == opened(number, make_person(row.employer, "training_manager")) == 1
    assert urls(number, make_actor(make_member())) == urls(number, actor_for(make_person(row.employer))) == []


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("CF-2026-0042", "CF-2026-0042"),
        ("cf 2026 0042", "CF-2026-0042"),
        ("CF202612345", "CF-2026-12345"),  # pragma: allowlist secret
        ("CF-2026", ""),
        ("2026 0042", ""),
    ],
)
def test_number_of_a_paper_is_read_however_it_is_typed(text, number):
    assert numbering.number_in(text) == number


# -- shared services --------------------------------------------------------------------------------------------------


def test_a_convention_of_services_and_its_statement_are_found_by_their_numbers():
    statement = make_statement()
    service = statement.service
    (receiver,) = directors(service.beneficiary)
    sharing.accept_statement(statement, round=1, actor=receiver)
    statement = sharing.establish_paper(statement)
    numbers = (service.number, statement.paper.number)

    assert [urls(number, receiver) for number in numbers] == [[service.get_absolute_url()], [statement.get_absolute_url()]]
    assert [urls(number, make_actor(make_member())) for number in numbers] == [[], []]


# -- organisations ----------------------------------------------------------------------------------------------------


def test_an_organisation_is_found_by_its_numbers_with_or_without_spaces():
    home = make_party("Bâti Commun")
    network = make_entry("Réseau d’essai", kind="network").organisation
    network.siren = "732829320"
    network.save()

    for number in (home.siren, home.siret, spaced(home.siret), spaced(home.siren).replace("\u00a0", " "), home.nda_number):
        (item,) = [item for item in exact_for(number, ANYONE) if item["title"] == "Bâti Commun"]
        assert (item["url"], item["kind"]) == (home.entry.get_absolute_url(), "Coopérative")
    assert [item["kind"] for item in exact_for("732 829 320", ANYONE)] == ["Réseau"]
    assert urls(home.siren[:8], ANYONE) == []


def test_an_organisation_that_hides_its_page_is_found_by_its_own_team_alone():
    home = make_party("La Cachée")
    home.entry.is_published = False
    home.entry.save()

    assert urls(home.siren, ANYONE) == []
    assert urls(home.siren, make_actor(home)) == [home.entry.get_absolute_url()]


# -- the page ---------------------------------------------------------------------------------------------------------


def test_without_a_digit_nothing_is_asked_and_each_panel_asks_once(django_assert_num_queries):
    actor = make_actor(make_party(), "training_manager")

    with django_assert_num_queries(0):
        assert exact_for("convention", actor) == []
    for panel in panels.for_place("search.exact"):
        for text in ("732 829 320", "CF-2026-0001", "CR-2026-0001", "CC-2026-0001", "FE-2026-0001", "RM-2026-0001"):
            with CaptureQueriesContext(connection) as queries:
                panel.build(actor, text)
            assert len(queries) <= 1, panel.key


def test_the_page_shows_it_first_and_counts_it(client):
    home = make_party("Bâti Commun")

    html = client.get("/recherche/", {"q": spaced(home.siren)}).content.decode()
    words = re.sub(r"[\s\u00a0]+", " ", html.replace("&nbsp;", " "))

    assert "1 résultat pour" in words
    assert f'<a href="{home.entry.get_absolute_url()}">Bâti Commun</a>' in html
    assert "Aucun" not in words[words.index("<main") :]
