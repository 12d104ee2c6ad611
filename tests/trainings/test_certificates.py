"""Certificates from the hours really followed, and the proof file of an employer that anyone can check."""

import copy
import io
import json
import random
import re
import zipfile
from datetime import time

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from hub.core.accounts.models import Organisation, User
from hub.core.audit.models import AuditEntry
from hub.core.kit.text import fold
from hub.core.papers import seal
from hub.core.papers import services as papers
from hub.core.papers.dossier import Piece, faults, pack
from hub.core.papers.errors import DataRefused
from hub.core.privacy import services as privacy
from tests.builders.accounts import SYSTEM, make_member, make_person, sign_in
from tests.builders.attendance import close, close_all, drawing, make_attended, people_of, sign, trainer_of
from tests.core.paper_reader import conforms, says
from tests.core.paper_reader import text as papers_text
from tests.trainings.test_agreements import make_party
from trainings.attendance import services as attendance
from trainings.attendance.enums import Cause
from trainings.attendance.models import AttendanceSheet
from trainings.attendance.services import Signature
from trainings.paperwork import services
from trainings.paperwork.certificates import KEEPING
from trainings.paperwork.concordance import disagreements
from trainings.paperwork.errors import CertificateRefused, DossierRefused
from trainings.paperwork.models import CompletionCertificate
from trainings.paperwork.selectors.certificates import ground
from trainings.paperwork.selectors.dossiers import dossier_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def session():
    return make_attended(make_party("Organisme"), make_party("CAE Une"), make_party("CAE Deux"))


def certificates(session):
    return {
        row.registration_id: row.paper
        for row in CompletionCertificate.unscoped.filter(registration__session=session).select_related("paper")
    }


# -- certificates ------------------------------------------------------------------------------------------------------
def test_certificate_says_the_hours_really_followed(session):
    one, two = people_of(session)
    close_all(session, {0: (one,), 5: (one,)})

    results = services.issue_certificates(session, actor=SYSTEM)

    printed = certificates(session)
    assert len(results) == 2
    assert printed[one.pk].data["duration"] == "14\u00a0h"
    assert printed[two.pk].data["duration"] == "21\u00a0h"
    assert (printed[one.pk].data["employer"], printed[two.pk].data["employer"]) == ("CAE Une", "CAE Deux")
    pdf = papers.sealed_file(printed[one.pk])
    for words in (
        KEEPING,
        "Line Exemple",
        one.trainee.name,
        "action de formation",
        "14 h",
        "auprès du préfet de région de Nouvelle-Aquitaine",
    ):
        assert says(pdf, words), words


def test_numbers_have_no_holes_and_a_second_run_gives_the_same(session):
    close_all(session)

    first = services.issue_certificates(session, actor=SYSTEM)
    second = services.issue_certificates(session, actor=SYSTEM)

    assert sorted(one.paper.number[-4:] for one in first) == ["0001", "0002"]
    assert [one.paper.sha256 for one in second] == [one.paper.sha256 for one in first]
    assert not any(one.is_new for one in second)


def test_nothing_is_certified_before_all_sheets_are_closed(session):
    close(session.half_days.first())

    with pytest.raises(CertificateRefused, match="5\u00a0demi-journées ne sont pas closes"):
        services.issue_certificates(session, actor=SYSTEM)


def test_nothing_is_certified_before_the_session_is_over():
    session = make_attended(make_party(), make_party(), starts_in=2)

    with pytest.raises(CertificateRefused, match="pas finie"):
        services.issue_certificates(session, actor=SYSTEM)


def test_who_followed_nothing_has_no_certificate(session):
    one, two = people_of(session)
    close_all(session, dict.fromkeys(range(6), (one,)))

    services.issue_certificates(session, actor=SYSTEM)

    assert set(certificates(session)) == {two.pk}


def test_people_of_the_organisation_itself_are_certified_too():
    """Case 22 of the trade: no agreement with oneself, a certificate all the same."""
    provider = make_party("Organisme")
    session = make_attended(provider, provider, make_party("CAE"))
    close_all(session)

    assert len(services.issue_certificates(session, actor=SYSTEM)) == 2


def test_corrected_sheet_makes_a_new_version_of_the_certificate(session):
    one, _ = people_of(session)
    close_all(session)
    services.issue_certificates(session, actor=SYSTEM)
    before = certificates(session)
    half_day, actor = session.half_days.first(), trainer_of(session)
    attendance.correct_sheet(half_day, reason="Partie à 10 h", actor=actor)
    attendance.clear_line(half_day, one, cause=Cause.WRONG_LINE, actor=actor)
    sign(half_day, one, left_at=time(10), reason="Enfant malade")
    attendance.close_sheet(half_day, signature=Signature(typed=actor.name), actor=actor)

    services.issue_certificates(session, actor=SYSTEM)

    after = certificates(session)
    assert after[one.pk].data["duration"] == "19\u00a0h"
    assert after[one.pk].replaces_id == before[one.pk].pk
    assert [after[pk].pk == before[pk].pk for pk in after].count(True) == 1


def test_papers_name_who_was_erased_since_and_those_that_hold_do_not_change(session):
    one, two = people_of(session)
    names = {row.pk: row.trainee.name for row in (one, two)}
    close_all(session)
    services.issue_agreements(session, actor=SYSTEM)
    services.issue_certificates(session, actor=SYSTEM, employer_id=one.employer_id)
    before = certificates(session)[one.pk].sha256

    for row in (one, two):
        privacy.erase(row.trainee, actor=SYSTEM)
    again = services.issue_agreements(session, actor=SYSTEM)
    services.issue_certificates(session, actor=SYSTEM)

    printed = certificates(session)
    assert printed[one.pk].sha256 == before
    assert [result.is_new for result in again] == [False, False]
    assert {pk: names[pk] in str(paper.data) for pk, paper in printed.items()} == {one.pk: True, two.pk: True}


def test_what_is_missing_is_said_with_the_way_to_it(session):
    close_all(session)
    Organisation.objects.filter(pk=session.organisation_id).update(representative_name="")
    session = type(session).unscoped.get(pk=session.pk)
    address = reverse("paperwork:certificates", args=[session.pk])

    said = sign_in(make_person(session.organisation, "director")).get(address).content.decode()
    manager = sign_in(make_person(session.organisation, "training_manager")).post(address, follow=True).content.decode()

    assert "nom de la personne qui représente l’organisme" in said
    assert "arrêté du 21 décembre 2018, à vérifier" in said
    assert reverse("cooperatives:edit", args=[session.organisation.slug]) in said
    assert reverse("cooperatives:edit", args=[session.organisation.slug]) not in manager, "no link to a page that refuses her"
    assert "Il manque au certificat" in manager
    assert not any(certificates(session).values())


def test_workshop_has_no_certificate_page_and_no_convention():
    session = make_attended(make_party(), make_party(), nature="workshop")
    client = sign_in(make_person(session.organisation, "training_manager"))

    assert client.get(reverse("paperwork:certificates", args=[session.pk])).status_code == 404
    assert client.get(reverse("paperwork:agreements", args=[session.pk])).status_code == 404
    with pytest.raises(CertificateRefused, match="atelier"):
        services.issue_certificates(session, actor=SYSTEM)
    (result,) = services.issue_agreements(session, actor=SYSTEM)
    assert "atelier" in result.refusal
    page = client.get(reverse("sessions:detail", args=[session.pk])).content.decode()
    assert "Atelier</span>" in page
    assert "Conventions de formation" not in page


def test_certificate_is_read_by_the_trainee_her_employer_and_the_organisation(session):
    one, two = people_of(session)
    close_all(session)
    services.issue_certificates(session, actor=SYSTEM)
    address = reverse("paperwork:certificate_pdf", args=[session.pk, one.pk])

    def status(user):
        return sign_in(user).get(address).status_code

    assert status(one.trainee) == 200
    assert status(make_person(one.employer, "advisor")) == 200
    assert status(make_person(session.organisation, "trainer")) == 200
    assert status(two.trainee) == 404
    assert status(make_person(two.employer, "director")) == 404
    assert status(make_person(one.employer, "entrepreneur")) == 404
    assert AuditEntry.objects.filter(action="trainings.certificate.read").count() == 3


def test_trainee_finds_her_hours_and_her_certificate_among_her_trainings(session):
    one, two = people_of(session)
    close_all(session, {0: (one,)})
    services.issue_certificates(session, actor=SYSTEM)

    page = sign_in(one.trainee).get(reverse("paperwork:mine")).content.decode()

    assert "17\u00a0h\u00a030 suivies" in page
    assert certificates(session)[one.pk].number in page
    assert certificates(session)[two.pk].number not in page


# -- the proof file ----------------------------------------------------------------------------------------------------
def run(session, employer, folder):
    call_command("dossier", str(session.pk), organisation=employer.slug, out=str(folder), stdout=io.StringIO())
    (made,) = folder.glob("*.zip")
    return made.read_bytes()


def test_proof_file_holds_every_piece_of_one_employer_and_its_digests(session, tmp_path):
    one, two = people_of(session)
    close_all(session)

    archive = run(session, one.employer, tmp_path / "a")
    again = run(session, one.employer, tmp_path / "b")

    assert archive == again
    assert faults(archive) == []
    with zipfile.ZipFile(io.BytesIO(archive)) as packed:
        names, manifest = packed.namelist(), json.loads(packed.read("manifeste.json"))
        sums = packed.read("SHA256SUMS").decode()
    assert [sum(name.startswith(kind) for name in names) for kind in ("convention", "emargement/", "certificats/")] == [1, 6, 1]
    assert manifest["employer"]["name"] == "CAE Une"
    assert all(f"{line['sha256']}  {line['file']}" in sums for line in manifest["pieces"])
    assert two.trainee.name not in json.dumps(manifest, ensure_ascii=False)


def zipped(files):
    """An archive of these files as the hub writes one; None leaves a file out."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as packed:
        for name, content in files.items():
            if content is not None:
                entry = zipfile.ZipInfo(name)
                entry.create_system, entry.external_attr = 3, 0o644 << 16
                packed.writestr(entry, content)
    return made.getvalue()


def flipped(content, bit):
    spoilt = bytearray(content)
    spoilt[bit // 8] ^= 1 << bit % 8
    return bytes(spoilt)


@pytest.mark.parametrize("count", [300, pytest.param(10_000, marks=pytest.mark.full)])
def test_any_bit_of_the_evidence_of_a_session_is_seen_to_change(session, count):
    """C8: the sheet, a certificate and the proof file itself, archive and manifest alike; none of so many flips passes."""
    one = people_of(session)[0]
    close_all(session)
    services.complete_dossier(session, one.employer, actor=SYSTEM)
    sheet, certificate = AttendanceSheet.unscoped.first().paper, certificates(session)[one.pk]
    _, archive = services.pack_dossier(session, one.employer, actor=SYSTEM)
    holds = [
        (papers.sealed_file(sheet), lambda content: seal.verify(content).is_genuine),
        (papers.sealed_file(certificate), lambda content: seal.verify(content).is_genuine),
        (archive, lambda content: not faults(content)),
    ]
    assert all(is_good(content) for content, is_good in holds)
    chance, end = random.Random(8), zipfile.ZipFile(io.BytesIO(archive)).start_dir
    around = [rank for rank in range(len(archive)) if rank >= end or rank < 4_000]  # headers, manifest and checksums, the list at the end

    missed = []
    for turn in range(count):
        content, is_good = holds[turn % 3]
        byte = chance.choice(around) if turn % 3 == 2 and turn % 2 else chance.randrange(len(content))
        bit = byte * 8 + chance.randrange(8)
        if is_good(flipped(content, bit)):
            missed.append((turn % 3, bit))

    assert missed == []


def test_archive_written_again_by_another_hand_is_seen():
    """Digests and manifest agree, and it is not what left the hub."""
    files = {"manifeste.json": b"", "SHA256SUMS": b"", "a.pdf": b"un"}
    with zipfile.ZipFile(io.BytesIO(pack([Piece("a.pdf", b"un", {})], about={}))) as packed:
        files = {name: packed.read(name) for name in packed.namelist()}
    again = io.BytesIO()
    with zipfile.ZipFile(again, "w") as packed:
        for name, content in files.items():
            packed.writestr(name, content)

    assert faults(zipped(files)) == []
    assert faults(again.getvalue()) == ["Cette archive n’est pas, octet pour octet, celle que le hub a remise."]


def test_every_bit_of_a_proof_file_counts(session, tmp_path):
    close_all(session)
    archive = run(session, people_of(session)[0].employer, tmp_path)
    with zipfile.ZipFile(io.BytesIO(archive)) as packed:
        spans = [(entry.header_offset + 30 + len(entry.filename), entry.file_size) for entry in packed.infolist()]

    for start, size in spans:
        for place in range(start, start + size, max(1, size // 5)):
            spoilt = bytearray(archive)
            spoilt[place] ^= 1
            assert faults(bytes(spoilt)), place


def test_piece_swapped_with_its_checksum_is_found():
    good = pack([Piece("a.pdf", b"un", {}), Piece("b.pdf", b"deux", {})], about={})
    with zipfile.ZipFile(io.BytesIO(good)) as packed:
        files = {name: packed.read(name) for name in packed.namelist()}

    def repacked(**changes):
        return faults(zipped(files | {key.replace("_pdf", ".pdf"): value for key, value in changes.items()}))

    assert repacked() == []
    assert repacked(a_pdf=b"UN")
    assert repacked(a_pdf=None)
    assert repacked(c_pdf=b"trois")
    assert repacked(SHA256SUMS=b"")
    assert faults(b"rien")


@pytest.mark.parametrize("name", ["../a.pdf", "/a.pdf", "a/../b.pdf", "é.pdf", "manifeste.json", "a b.pdf", ""])
def test_name_that_leads_outside_is_refused(name):
    with pytest.raises(ValueError):
        pack([Piece(name, b"", {})], about={})


def test_incomplete_proof_file_does_not_leave(session, tmp_path):
    one = people_of(session)[0]
    close(session.half_days.first())

    with pytest.raises(CommandError, match="demi-journées ne sont pas closes"):
        run(session, one.employer, tmp_path)

    assert not list(tmp_path.glob("*"))
    with pytest.raises(DossierRefused):
        services.pack_dossier(session, one.employer, actor=SYSTEM)


@pytest.mark.parametrize(
    ("session_id", "slug", "said"), [("pas-un-id", "x", "Aucune session"), (None, "nulle-part", "Aucune organisation")]
)
def test_command_names_what_it_does_not_find(session, tmp_path, session_id, slug, said):
    with pytest.raises(CommandError, match=said):
        call_command("dossier", session_id or str(session.pk), organisation=slug, out=str(tmp_path))


def test_manager_establishes_every_piece_of_a_proof_file_at_once(session):
    one, two = people_of(session)
    close_all(session)
    address, client = reverse("paperwork:certificates", args=[session.pk]), sign_in(make_person(session.organisation, "training_manager"))
    assert client.get(address).content.decode().count("Établir les pièces") == 2

    said = client.post(address, {"employer": one.employer.slug}, follow=True).content.decode()

    assert f"{one.employer.name}\u00a0: les pièces sont établies." in said
    assert said.count("Établir les pièces") == 1
    assert dossier_of(ground(session), one.employer).is_whole
    assert not dossier_of(ground(session), two.employer).is_whole
    assert client.post(address, {"employer": make_member().slug}).status_code == 404
    employer = sign_in(make_person(one.employer, "director"))
    assert "Établir les pièces" not in employer.get(address).content.decode()
    assert employer.post(address, {"employer": one.employer.slug}).status_code == 403


def test_name_that_no_paper_can_print_stops_nobody_else_s_proof(session):
    """And a reason of before the form refused it: its characters are printed by their codes."""
    one, two = people_of(session)
    User.objects.filter(pk=one.trainee_id).update(first_name="雷", last_name="李")
    first, *_ = close_all(session)
    attendance.correct_sheet(first.half_day, reason="Erreur 😷", actor=trainer_of(session))
    attendance.close_sheet(first.half_day, signature=Signature(typed=trainer_of(session).name), actor=trainer_of(session))
    address, client = reverse("paperwork:certificates", args=[session.pk]), sign_in(make_person(session.organisation, "training_manager"))

    own = client.post(address, {"employer": one.employer.slug}, follow=True).content.decode()
    client.post(address, {"employer": two.employer.slug})

    assert "ne peut pas être imprimé" in own
    assert not dossier_of(ground(session), one.employer).is_whole
    assert dossier_of(ground(session), two.employer).is_whole
    sheet = AttendanceSheet.unscoped.get(replaces=first)
    pdf = papers.sealed_file(sheet.paper)
    assert says(pdf, "[U+96F7] [U+674E]")
    assert says(pdf, "Erreur [U+1F637]")


def test_sheet_without_its_paper_does_not_stop_the_other_pieces(session, monkeypatch):
    one, _ = people_of(session)
    close_all(session)
    true = attendance.papers.reissue_or_same

    def refuse(kind, *args, **kwargs):
        if kind == "emargement":
            raise DataRefused("Ce document est trop long pour être composé.")
        return true(kind, *args, **kwargs)

    monkeypatch.setattr(attendance.papers, "reissue_or_same", refuse)

    refusals = services.complete_dossier(session, one.employer, actor=SYSTEM)

    assert len(refusals) == 6
    assert all("trop long" in words for words in refusals)
    assert certificates(session)[one.pk]


def test_a_name_that_starts_with_its_article_is_said_as_one_says_it():
    buyer = make_party("Les Équerres")
    session = make_attended(make_party("Organisme"), buyer)
    close_all(session)
    address, client = reverse("paperwork:certificates", args=[session.pk]), sign_in(make_person(session.organisation, "training_manager"))

    before = client.get(address).content.decode()
    after = client.post(address, {"employer": buyer.slug}, follow=True).content.decode()

    assert 'Établir les pièces<span class="vh"> des Équerres' in before
    assert '(zip)<span class="vh"> des Équerres' in after


def test_pieces_are_not_offered_before_all_sheets_are_closed(session):
    close(session.half_days.first())
    client = sign_in(make_person(session.organisation, "training_manager"))

    assert "Établir les pièces" not in client.get(reverse("paperwork:certificates", args=[session.pk])).content.decode()


def test_sheet_changed_behind_the_hub_s_back_stops_the_proof_file(session):
    one = people_of(session)[0]
    close_all(session)
    services.complete_dossier(session, one.employer, actor=SYSTEM)
    assert dossier_of(ground(session), one.employer).is_whole
    sheet = AttendanceSheet.unscoped.first()
    sheet.content["lines"][0]["minutes"] = 60
    AttendanceSheet.unscoped.filter(pk=sheet.pk).update(content=sheet.content)

    missing = dossier_of(ground(session), one.employer).missing

    assert any("n’est plus celui qui a été clos" in line for line in missing)


def test_proof_file_is_for_the_two_parties(session):
    one, two = people_of(session)
    close_all(session)
    services.complete_dossier(session, one.employer, actor=SYSTEM)
    address = reverse("paperwork:dossier", args=[session.pk, one.employer.slug])

    def status(organisation, role):
        return sign_in(make_person(organisation, role)).get(address).status_code

    assert status(session.organisation, "training_manager") == 200
    assert status(one.employer, "advisor") == 200
    assert status(two.employer, "director") == 404
    assert status(make_member(), "director") == 404
    assert status(one.employer, "entrepreneur") == 403


# -- concordance -------------------------------------------------------------------------------------------------------
MUTATIONS = {
    "title of the agreement": lambda c, s, k: c.update(title="Autre"),
    "provider of the agreement": lambda c, s, k: c.update(provider="Autre"),
    "buyer of the agreement": lambda c, s, k: c.update(buyer="Autre"),
    "trainee of the agreement": lambda c, s, k: c.update(trainees=[["1", "Autre"]]),
    "day of the sheet": lambda c, s, k: s[0].update(date="2026-01-05"),
    "hour of the sheet": lambda c, s, k: s[0].update(starts_at="09:00"),
    "title of the sheet": lambda c, s, k: s[0].update(title="Autre"),
    "name on the sheet": lambda c, s, k: s[0]["lines"][0].update(name="Autre"),
    "employer on the sheet": lambda c, s, k: s[0]["lines"][0].update(employer="Autre"),
    "minutes on the sheet": lambda c, s, k: s[0]["lines"][0].update(minutes=10),
    "signature of the sheet": lambda c, s, k: s[0]["lines"][0].update(path="", typed=""),
    "trainer of the sheet": lambda c, s, k: s[0]["trainer"].update(name=""),
    "hours of the certificate": lambda c, s, k: k.update(duration="99\u00a0h"),
    "days of the certificate": lambda c, s, k: k["facts"][1].__setitem__(1, "le 1er\u00a0janvier 2026"),
    "title of the certificate": lambda c, s, k: k.update(title="Autre"),
    "employer of the certificate": lambda c, s, k: k.update(employer="Autre"),
}


@pytest.fixture
def printed():
    session = make_attended(make_party("Organisme"), make_party("CAE Une"))
    (one,) = people_of(session)
    sheets = close_all(session)
    services.complete_dossier(session, one.employer, actor=SYSTEM)
    found = dossier_of(ground(session), one.employer)
    by_kind = {paper.kind: paper for _, paper in found.papers}
    return by_kind["convention"].data, [sheet.content for sheet in sheets], str(one.pk), by_kind["certificat"].data


def test_any_mismatch_between_the_papers_is_named(printed):
    convention, sheets, pk, certificate = printed
    assert disagreements(convention, sheets, {pk: certificate}) == []

    missed = []
    for name, change in MUTATIONS.items():
        c, s, k = copy.deepcopy(convention), copy.deepcopy(sheets), copy.deepcopy(certificate)
        change(c, s, k)
        if not disagreements(c, s, {pk: k}):
            missed.append(name)

    assert missed == []


# -- names ---------------------------------------------------------------------------------------------------------------
LONG = {"first_name": "Immaculée-Conception", "last_name": "Vandenbroucke Chateaubriand"}


def broken_words(pdf):
    """Words that a hyphen parts, as an extractor marks it at the end of a line, put together again."""
    found = re.findall("\\w+(?:[-\u00ad\ufffe\x02](?:\r?\n)?\\w+)+", papers_text(pdf))
    return {fold(re.sub("\\W|\ufffe|\x02", "", word)) for word in found}


def test_no_name_is_hyphenated_on_the_papers_of_a_session():
    provider = make_party("Coopérative intercommunale d’accompagnement et d’apprentissage professionnel")
    session = make_attended(provider, make_party("Établissements Quarantesous Constructions bioclimatiques interdépartementales"), each=8)
    User.objects.filter(registrations__session=session).update(**LONG)
    session.trainers.update(**LONG)
    session = type(session).unscoped.get(pk=session.pk)
    half_day, actor = session.half_days.first(), trainer_of(session)
    for row in people_of(session):
        sign(half_day, row, arrived_at=time(9, 10), left_at=time(11, 45), reason="Train")
    attendance.close_sheet(half_day, signature=Signature(typed=actor.name), actor=actor)
    for rest in list(session.half_days.all())[1:]:
        close(rest)
    employer = people_of(session)[0].employer
    assert services.complete_dossier(session, employer, actor=SYSTEM) == []
    found = {paper.kind: papers.sealed_file(paper) for _, paper in reversed(dossier_of(ground(session), employer).papers)}

    names = {fold(word) for words in (LONG.values(), [provider.name, employer.name]) for text in words for word in re.findall(r"\w+", text)}
    assert {"emargement", "certificat", "convention"} <= found.keys()
    assert [kind for kind, pdf in found.items() if broken_words(pdf) & names] == []


# -- as archives -------------------------------------------------------------------------------------------------------
def test_papers_of_a_session_are_archives_that_everybody_can_read(session, tmp_path):
    one, two = people_of(session)
    half_day, actor = session.half_days.first(), trainer_of(session)
    sign(half_day, one, seed=1)
    sign(half_day, two, arrived_at=time(9), reason="Train")
    attendance.close_sheet(half_day, signature=Signature(strokes=drawing(9)), actor=actor)
    for rest in list(session.half_days.all())[1:]:
        close(rest)
    services.complete_dossier(session, one.employer, actor=SYSTEM)
    found = {paper.kind: papers.sealed_file(paper) for _, paper in reversed(dossier_of(ground(session), one.employer).papers)}
    drawn = papers.sealed_file(AttendanceSheet.unscoped.get(half_day=half_day).paper)

    for words in (one.trainee.name, two.trainee.name, "CAE Deux", "Arrivée à 9 h", "8 h 30", "Ana"):
        assert says(drawn, words), words
    assert conforms(tmp_path, sheet=drawn, certificate=found["certificat"], typed=found["emargement"]) == ""
