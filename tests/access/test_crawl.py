"""A3: after following every link, taking every export, searching, reading mails and papers as A: no word of B outside the policy."""

import re
from collections import deque
from html import unescape
from urllib.parse import urljoin, urlsplit

import pypdfium2
import pytest
from django.core import mail
from django.urls import reverse

from hub.core.accounts.models import Organisation, User
from hub.core.jobs import runner
from search import index
from tests.access.watch import body_of
from tests.access.world import canary, make_world, tokens
from trainings.paperwork.models import TrainingAgreement

pytestmark = pytest.mark.slow

LINK = re.compile(r'(?:href|src|action)="([^"#]+)')
SEEDS = (
    "/", "/moi/", "/annuaire/", "/annuaire.json", "/annuaire.csv", "/cooperatives/", "/cooperatives.json", "/cooperatives.csv", "/cooperatives/carte/",
    "/formations/", "/formations.json", "/formations.csv", "/formations/sessions/", "/formations/sessions.json", "/formations/sessions.csv",
    "/recherche/?q=KANB", "/recherche/?q=trainee", "/recherche/?q=cooperative", "/recherche/?q=enduits", "/annuaire/?q=KANB",
    "/recherche/suggestions.json?q=kan",
    "/annuaire.json?q=KANB", "/formations/?q=KANB", "/moi/avis/", "/annuaire/ma-fiche/", "/sante/", "/vocabulaires/metiers.json?q=po",
    "/services/", "/services.json", "/services.csv", "/services/offres/", "/services/besoins.json", "/services/besoins.csv",
    "/services/demandes/", "/services/conventions/", "/services/mon-temps/", "/services/offres/?q=KANB",
    "/vie/", "/vie.atom", "/vie/questions/?q=KANB", "/vie/agenda/?passes=oui", "/vie/agenda.ics", "/vie/experiences.atom",
    "/vie/actualites/", "/vie/ressources/", "/moi/flux/",
    "/formations/dossiers/", "/formations/dossiers.csv", "/formations/besoins/", "/formations/besoins/federation/",
    "/absente/", "/annuaire/?metier=KANB", "/annuaire/?organisation=kanb-hidden-name",
)  # fmt: skip
LIMIT = 150
# what the crawl types itself comes back in its own pages
ASKED = re.compile(r"kanb(-hidden-name)?", re.I)


def crawl(client, seeds):
    """(address, status, headers and text) of every page found by links, outside the admin; a page of a list stands for its other filters."""
    queue, seen = deque(seeds), set()
    while queue and len(seen) < LIMIT:
        url = queue.popleft()
        parts = urlsplit(url)
        if url in seen or parts.netloc or parts.path.startswith(("/static/", "/admin/", "/deconnexion")):
            continue
        seen.add(url)
        response = client.get(url)
        body = body_of(response)
        yield url, response.status_code, body
        if response.status_code == 302:
            queue.append(response["Location"])
        if "text/html" in response.get("Content-Type", ""):
            queue.extend(
                link for link in (urljoin(url, unescape(found)) for found in LINK.findall(body)) if "?" not in link and link not in seen
            )


@pytest.mark.django_db
@pytest.mark.usefixtures("_quiet")
@pytest.mark.parametrize("actor", ["anonymous", "entrepreneur", "director"])
def test_crawl_meets_no_canary(actor):
    world = make_world(with_papers=actor == "director")
    index.rebuild()
    client, faults, pages = world.client(actor), [], 0
    for url, status, body in crawl(client, SEEDS):
        pages += 1
        own_words = set(tokens(url))
        if found := set(tokens(body)) - own_words:
            faults.append(f"{url}: {sorted(found)}")
        if status >= 500 and not url.startswith("/sante"):
            faults.append(f"{url}: {status}")
    print(f"{actor}: {pages} pages")
    assert pages >= {"anonymous": 30, "entrepreneur": 35, "director": 45}[actor]
    assert not faults, "\n".join(faults)


@pytest.mark.django_db
@pytest.mark.usefixtures("_quiet")
def test_the_crawl_would_find_a_canary_of_its_own_side():
    """The same sweep as B's own director meets the canaries: the sweep can fail."""
    from tests.access.world import World
    from tests.builders.accounts import make_person

    world = make_world()
    index.rebuild()
    of_b = World(world.a, world.b, {"director": make_person(world.b.organisation, "director")})
    met = {token for _, _, body in crawl(of_b.client("director"), SEEDS) for token in tokens(body)}

    assert {"course-title", "session-title", "profile-last", "trainee-last"} <= met


@pytest.mark.django_db(transaction=False)
def test_papers_and_mails_to_a_hold_nothing_of_b():
    world = make_world(with_papers=True)
    client = world.client("director")
    response = client.get(reverse("paperwork:agreement_pdf", args=[world.b.session.pk, world.a.organisation.slug]))
    assert response.status_code == 200
    paper = pypdfium2.PdfDocument(response.content)
    text = "\n".join(page.get_textpage().get_text_range() for page in paper)
    of_the_signatory = "organisation-representative"  # she signs for B, A is the other party; a long word may be cut at the line's end
    found = {token for token in tokens(text) if not of_the_signatory.startswith(token)}
    assert "Anne Martel" in text
    assert found == set()

    third = reverse("paperwork:agreement_pdf", args=[world.b.session.pk, world.b.employer.slug])
    assert client.get(third).status_code == 404
    assert TrainingAgreement.unscoped.filter(session=world.b.session).count() == 2

    runner.drain()
    parties = [world.b.organisation, world.b.service.provider]  # the two cooperatives of B's shared service are told of it
    told = set(User.objects.filter(memberships__organisation__in=parties).values_list("email", flat=True))
    of_a = [letter for letter in mail.outbox if not letter.to[0].lower().startswith("kanb") and letter.to[0] not in told]
    assert mail.outbox
    assert {token for letter in of_a for token in tokens(f"{letter.subject}\n{letter.body}")} == set()


@pytest.mark.django_db
def test_every_organisation_of_the_world_is_invented():
    world = make_world()

    assert canary("hidden", "name") in set(Organisation.objects.values_list("name", flat=True))
    assert world.b.hidden.name == canary("hidden", "name")
