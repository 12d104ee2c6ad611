"""What an organisation holds for a time, kept by whoever keeps its facts, with the document that proves it."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from directory.cooperatives import services
from directory.cooperatives.errors import AccreditationWasChanged
from hub.core.accounts.models import Accreditation
from hub.core.accounts.selectors import actor_for
from hub.core.audit.models import AuditEntry
from hub.core.documents.models import PrivateFile
from hub.core.kit.dates import today
from tests.builders.accounts import SYSTEM, make_coordinator, make_member, make_person, sign_in
from tests.builders.funding import make_file
from tests.core.bad_files import pdf
from trainings.funding.selectors import read_file

pytestmark = pytest.mark.django_db
NEXT_YEAR = today() + timedelta(days=365)


def facts(**more):
    return {
        "kind": "qualiopi", "title": "Qualiopi, actions de formation", "number": "EX-12", "starts_on": "2025-01-15", "ends_on": f"{NEXT_YEAR}",
    } | more  # fmt: skip


def a_proof(name="certificat.pdf"):
    return SimpleUploadedFile(name, pdf(), "application/pdf")


@pytest.fixture
def home():
    return make_member("Bâti Commun")


@pytest.fixture
def client(home):
    return sign_in(make_person(home, "director"))


def held(organisation):
    return reverse("cooperatives:accreditations", args=[organisation.slug])


def test_a_certificate_is_added_with_its_document_and_read_on_the_page_of_the_cooperative(client, home):
    client.post(held(home), facts(proof=a_proof()))
    client.post(held(home), facts())

    row = Accreditation.objects.get()
    assert (row.kind, row.number, row.starts_on, row.ends_on) == ("qualiopi", "EX-12", date(2025, 1, 15), NEXT_YEAR)
    file = PrivateFile.unscoped.get(pk=row.proof_id)
    page = client.get(reverse("cooperatives:detail", args=[home.slug])).content.decode()
    assert "Qualiopi, actions de formation" in page
    assert file.get_absolute_url() in page
    other = sign_in(make_person(make_member("L’Étançon"), "advisor"))
    assert other.get(file.get_absolute_url()).status_code == 200
    assert AuditEntry.objects.filter(action="cooperatives.accreditation.add").count() == 1


def test_the_public_reads_of_it_but_not_the_document(client, home):
    client.post(held(home), facts(proof=a_proof()))
    home.entry.is_published = True
    home.entry.save()
    file = PrivateFile.unscoped.get()

    page = Client().get(reverse("cooperatives:detail", args=[home.slug])).content.decode()
    assert "Qualiopi, actions de formation" in page
    assert str(file.pk) not in page
    assert Client().get(file.get_absolute_url()).status_code != 200


def test_it_is_changed_and_its_document_replaced(client, home):
    client.post(held(home), facts(proof=a_proof()))
    row = Accreditation.objects.get()
    one = reverse("cooperatives:accreditation", args=[home.slug, row.pk])

    client.post(one, facts(number="EX-13", seen=row.stamp))
    kept = Accreditation.objects.get()
    assert (kept.number, kept.proof_id) == ("EX-13", row.proof_id), "a document that is not sent again stays"

    client.post(one, facts(number="EX-13", proof=a_proof("renouvelé.pdf"), seen=kept.stamp))
    assert PrivateFile.unscoped.get().pk == Accreditation.objects.get().proof_id != row.proof_id


def test_of_two_who_change_it_the_second_is_shown_what_the_first_wrote(client, home):
    client.post(held(home), facts())
    opened = Accreditation.objects.get()
    one = reverse("cooperatives:accreditation", args=[home.slug, opened.pk])

    client.post(one, facts(number="EX-13", seen=opened.stamp))
    late = client.post(one, facts(title="Qualiopi, bilans", seen=opened.stamp, proof=a_proof()))
    said = late.content.decode()

    assert late.status_code == 409
    assert Accreditation.objects.get().number == "EX-13"
    assert not PrivateFile.unscoped.exists()
    assert "Choisissez de nouveau" in said or "choisissez de nouveau" in said, "the document went with the refusal"
    again = Accreditation.objects.get().stamp
    assert again in said.replace("&#x2B;", "+").replace("&#43;", "+")
    client.post(one, facts(title="Qualiopi, bilans", seen=again))
    assert Accreditation.objects.get().title == "Qualiopi, bilans"


def test_sent_again_with_its_document_it_keeps_that_one(client, home):
    client.post(held(home), facts())
    client.post(held(home), facts(proof=a_proof()))
    first = Accreditation.objects.get().proof_id
    client.post(held(home), facts(proof=a_proof("autre.pdf")))

    assert first is not None
    assert PrivateFile.unscoped.get().pk == Accreditation.objects.get().proof_id != first


def test_it_is_not_made_the_double_of_another(client, home):
    client.post(held(home), facts())
    client.post(held(home), facts(number="EX-13"))
    other = Accreditation.objects.get(number="EX-13")

    answer = client.post(reverse("cooperatives:accreditation", args=[home.slug, other.pk]), facts(seen=other.stamp))

    assert "dit déjà cela" in answer.content.decode()
    assert Accreditation.objects.filter(number="EX-13").exists()


def test_one_that_was_removed_meanwhile_is_said_and_removed_once(client, home):
    client.post(held(home), facts())
    gone = Accreditation.objects.get()
    services.remove_accreditation(gone, actor=SYSTEM)
    services.remove_accreditation(Accreditation(pk=gone.pk, organisation=home), actor=SYSTEM)

    assert AuditEntry.objects.filter(action="cooperatives.accreditation.remove").count() == 1
    with pytest.raises(AccreditationWasChanged) as change:
        services.update_accreditation(gone, facts={"number": "EX-13"}, proof=None, actor=SYSTEM, seen="")
    assert change.value.theirs is None


def test_it_is_removed_with_its_document_once_asked(client, home):
    client.post(held(home), facts(proof=a_proof()))
    row = Accreditation.objects.get()
    away = reverse("cooperatives:remove_accreditation", args=[home.slug, row.pk])

    assert "Retirer «" in client.get(away).content.decode()
    assert Accreditation.objects.exists()
    client.post(away)

    assert not Accreditation.objects.exists()
    assert not PrivateFile.unscoped.exists()
    assert client.post(away).status_code == 302, "twice is once"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"ends_on": "2024-01-01"}, "La fin suit le début."),
        ({"starts_on": "0001-01-01"}, "Une date entre 1900 et 2099."),
        ({"kind": "magie"}, "n’est pas dans la liste"),
        ({"title": " "}, "À remplir."),
    ],
)
def test_what_cannot_be_is_said_and_what_was_typed_stays(client, home, typed, said):
    answer = client.post(held(home), facts(**typed)).content.decode()

    assert said in answer
    assert "EX-12" in answer
    assert not Accreditation.objects.exists()


def test_a_bad_document_is_refused_with_a_sentence(client, home):
    answer = client.post(held(home), facts(proof=SimpleUploadedFile("certificat.pdf", b"MZ rien", "application/pdf")))

    assert answer.status_code == 200
    assert not Accreditation.objects.exists()


def test_only_who_keeps_the_facts_comes_in(home):
    row = Accreditation.objects.create(organisation=home, kind="esus", title="ESUS", starts_on=today())
    addresses = [
        held(home),
        *(reverse(f"cooperatives:{name}", args=[home.slug, row.pk]) for name in ("accreditation", "remove_accreditation")),
    ]

    for role, status in (("advisor", 403), ("entrepreneur", 403), ("director", 200)):
        seen = sign_in(make_person(home, role))
        assert [seen.get(address).status_code for address in addresses] == [status] * 3
    assert [sign_in(make_coordinator()).get(address).status_code for address in addresses] == [200] * 3
    stranger = make_member("L’Étançon")
    elsewhere = reverse("cooperatives:accreditation", args=[stranger.slug, row.pk])
    assert sign_in(make_person(stranger, "director")).get(elsewhere).status_code == 404, "another one's"


def test_an_opco_file_that_lacks_a_certificate_leads_there():
    file = make_file(is_complete=False)
    organiser = file.session.organisation

    lacking = {piece.code: piece for piece in read_file(file, actor_for(make_person(organiser, "director"))).pieces}["qualiopi"]
    assert lacking.url == held(organiser)
    sign_in(make_person(organiser, "director")).post(lacking.url, facts())

    assert "qualiopi" not in {piece.code for piece in read_file(file, actor_for(make_person(organiser, "director"))).pieces}
