"""The register of papers: numbers without holes, papers that can be proved, replaced and never changed."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from django.core.files.storage import storages
from django.db import IntegrityError, connection, connections, transaction
from django.utils import timezone

from hub.core.accounts.actor import Actor
from hub.core.accounts.errors import UnscopedQuery
from hub.core.audit.models import AuditEntry
from hub.core.kit.identifiers import uuid7
from hub.core.papers import drafts, engine, kinds, numbering, seal, services
from hub.core.papers.errors import DataRefused, DigestChanged, DocumentError, TemplateChanged, TemplateRefused
from hub.core.papers.models import IssuedPaper, PaperSeries
from hub.core.papers.specimen import example
from tests.builders.accounts import make_actor, make_organisation
from tests.core import paper_reader as reader

AT = datetime(2026, 11, 23, 9, 30, 15, 250_000, tzinfo=UTC)
SYSTEM = Actor.system()
SUBJECT = uuid7()


@pytest.fixture(autouse=True)
def _own_folders(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    private = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path / "private", "base_url": None}}
    settings.STORAGES = {**settings.STORAGES, "private": private}


def make_paper(*, subject=SUBJECT, **facts):
    changes = {name: facts.pop(name) for name in list(facts) if name in example()}
    order = {"actor": SYSTEM, "subject_kind": "tests.thing", "subject_id": subject, "issued_at": AT, **facts}
    return services.issue("specimen", {**example(), **changes}, **order)


def again(*, subject=SUBJECT, **facts):
    changes = {name: facts.pop(name) for name in list(facts) if name in example()}
    order = {"actor": SYSTEM, "subject_kind": "tests.thing", "subject_id": subject, "issued_at": AT, **facts}
    return services.reissue_or_same("specimen", {**example(), **changes}, **order)


def ranks(series="SP"):
    return sorted(
        int(number.rsplit("-", 1)[1]) for number in IssuedPaper.unscoped.filter(number__startswith=series).values_list("number", flat=True)
    )


# -- one paper --------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_issued_paper_is_registered_sealed_stored_and_audited():
    organisation = make_organisation("Bâti Formation")

    issued = make_paper(organisation=organisation)

    paper = IssuedPaper.unscoped.get()
    entry = AuditEntry.objects.filter(action="papers.issue").get()
    assert paper == issued.paper
    assert (paper.number, paper.version, paper.kind, paper.organisation_id) == ("SP-2026-0001", 1, "specimen", organisation.pk)
    assert paper.issued_at == AT.replace(microsecond=0)
    assert paper.template_version == kinds.get("specimen").version
    assert seal.verify(issued.pdf).is_genuine
    assert services.sealed_file(paper) == issued.pdf
    assert (entry.object_label, entry.organisation_id) == ("SP-2026-0001", organisation.pk)
    assert paper.sha256 in entry.data


@pytest.mark.django_db
def test_issued_paper_prints_its_number_version_and_day_of_paris():
    issued = make_paper(issued_at=datetime(2026, 12, 31, 23, 30, tzinfo=UTC))

    assert issued.paper.number == "SP-2027-0001"
    assert reader.says(issued.pdf, "SP-2027-0001")
    assert reader.says(issued.pdf, "1er janvier 2027")
    assert issued.paper.template_version[:8] in reader.text(issued.pdf)


@pytest.mark.django_db
def test_issued_paper_conforms(tmp_path):
    assert reader.conforms(tmp_path, sealed=make_paper().pdf) == ""


@pytest.mark.django_db
def test_issuer_is_the_organisation_acted_for_when_none_is_named():
    organisation = make_organisation()
    actor = make_actor(organisation, "training_manager")

    assert make_paper(actor=actor).paper.organisation_id == organisation.pk


@pytest.mark.django_db
def test_rerendered_paper_has_the_digest_of_the_register():
    issued = make_paper(rows=[["é", "1", "2"], ["Total", "", "3"]])
    paper = IssuedPaper.unscoped.get()

    assert drafts.digest(services.rerender(paper)) == paper.sha256
    assert issued.pdf.startswith(services.rerender(paper))


@pytest.mark.django_db
def test_paper_whose_data_were_changed_does_not_rerender():
    paper = make_paper().paper
    IssuedPaper.unscoped.update(data={**paper.data, "title": "Un autre titre"})

    with pytest.raises(DigestChanged, match=paper.number):
        services.rerender(IssuedPaper.unscoped.get())


@pytest.mark.django_db
def test_paper_of_another_template_is_not_rerendered():
    make_paper()
    IssuedPaper.unscoped.update(template_version="0" * 64)

    with pytest.raises(TemplateChanged, match="fait foi"):
        services.rerender(IssuedPaper.unscoped.get())


@pytest.mark.django_db
def test_sealed_file_that_was_altered_or_lost_is_refused():
    paper = make_paper().paper
    stored = storages["private"].path(paper.path)
    with open(stored, "r+b") as file:
        file.seek(200)
        file.write(b"X")

    with pytest.raises(DigestChanged, match="altéré"):
        services.sealed_file(paper)

    storages["private"].delete(paper.path)
    with pytest.raises(DigestChanged, match="manque"):
        services.sealed_file(paper)


@pytest.mark.django_db
def test_data_without_glyph_takes_no_number():
    make_paper()
    with pytest.raises(DataRefused):
        make_paper(title="陈")
    with pytest.raises(DataRefused, match="absent ou inconnu"):
        services.issue("specimen", {"title": "seul"}, actor=SYSTEM, subject_kind="tests.thing", subject_id=SUBJECT)

    assert make_paper().paper.number == "SP-2026-0002"


@pytest.mark.django_db
def test_unknown_kind_and_bad_series_are_refused():
    with pytest.raises(TemplateRefused, match="inconnue"):
        services.issue("inconnue", {}, actor=SYSTEM, subject_kind="tests.thing", subject_id=SUBJECT)
    with pytest.raises(TemplateRefused, match="sp-1"):
        make_paper(series="sp-1")


@pytest.mark.django_db
def test_papers_are_read_by_the_staff_of_their_issuer_only():
    mine, other = make_organisation(), make_organisation()
    paper = make_paper(organisation=mine).paper
    make_paper(organisation=other)

    assert list(IssuedPaper.objects.visible_to(make_actor(mine, "training_manager"))) == [paper]
    assert not IssuedPaper.objects.visible_to(make_actor(mine, "entrepreneur")).exists()
    assert not IssuedPaper.objects.visible_to(Actor.anonymous()).exists()
    with pytest.raises(UnscopedQuery):
        IssuedPaper.objects.count()


# -- the same paper, or its replacement -------------------------------------------------------------------------------


@pytest.mark.django_db
def test_same_facts_keep_number_digest_and_file():
    first = make_paper()
    second = again(issued_at=timezone.now())

    assert second == services.Issued(first.paper, first.pdf, is_new=False)
    assert IssuedPaper.unscoped.count() == 1
    assert PaperSeries.objects.get().last_number == 1


@pytest.mark.django_db
def test_same_facts_keep_the_sealed_file_when_the_template_has_changed():
    first = make_paper()
    IssuedPaper.unscoped.update(template_version="0" * 64)

    assert again().pdf == first.pdf


@pytest.mark.django_db
def test_same_facts_whose_digest_differs_are_refused():
    make_paper()
    IssuedPaper.unscoped.update(sha256="0" * 64)

    with pytest.raises(DigestChanged):
        again()


@pytest.mark.django_db
def test_other_facts_make_a_paper_that_replaces_the_last():
    first = again().paper
    second = again(title="Autre").paper
    third = again(title="Encore autre")

    assert (second.number, second.version, second.replaces) == ("SP-2026-0002", 2, first)
    assert (third.paper.number, third.paper.version, third.paper.replaces) == ("SP-2026-0003", 3, second)
    assert reader.says(third.pdf, "Remplace")
    assert reader.says(third.pdf, "SP-2026-0002")
    assert AuditEntry.objects.filter(action="papers.replace").count() == 2
    assert drafts.digest(services.rerender(IssuedPaper.unscoped.get(pk=third.paper.pk))) == third.paper.sha256


@pytest.mark.django_db
def test_facts_that_come_back_make_a_new_version():
    again()
    again(title="Autre")

    assert again().paper.version == 3


@pytest.mark.django_db
def test_other_subject_has_its_own_paper():
    assert again().paper != again(subject=uuid7()).paper


@pytest.mark.django_db
def test_paper_is_replaced_once():
    first = make_paper().paper
    make_paper(title="Autre", replaces=first)
    with pytest.raises(IntegrityError), transaction.atomic():
        make_paper(title="Encore", replaces=first)

    assert make_paper().paper.number == "SP-2026-0003"


@pytest.mark.django_db
def test_paper_issued_meanwhile_on_the_same_subject_is_the_one_returned(monkeypatch):
    """Another request issues the very paper while ours is being typeset."""
    typeset, other = drafts.Draft.sheet, []

    def slow(draft, rank):
        if not other:
            other.append(None)
            other[0] = make_paper()
        return typeset(draft, rank)

    monkeypatch.setattr(drafts.Draft, "sheet", slow)

    issued = again()

    assert issued == services.Issued(other[0].paper, other[0].pdf, is_new=False)
    assert ranks() == [1]


# -- numbers ----------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_number_is_formatted_and_grows_past_four_digits():
    assert numbering.formatted("CF", 2026, 42) == "CF-2026-0042"
    PaperSeries.objects.create(code="SP", year=2026, last_number=9999)

    assert make_paper().paper.number == "SP-2026-10000"


@pytest.mark.django_db
def test_each_series_and_year_counts_by_itself():
    numbers = [
        make_paper(**facts).paper.number
        for facts in [{}, {"series": "AB"}, {"issued_at": datetime(2027, 3, 1, tzinfo=UTC)}, {}, {"series": "AB"}]
    ]

    assert numbers == ["SP-2026-0001", "AB-2026-0001", "SP-2027-0001", "SP-2026-0002", "AB-2026-0002"]


@pytest.mark.django_db
def test_transaction_that_fails_gives_its_number_back():
    make_paper()

    def abandoned():
        with transaction.atomic():
            make_paper()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        abandoned()

    assert make_paper().paper.number == "SP-2026-0002"
    assert ranks() == [1, 2]


@pytest.mark.django_db
def test_race_that_is_always_lost_ends_with_the_series_held(monkeypatch):
    """Somebody takes the expected number each time: after three races the work is done under the lock."""
    take, lost = numbering.take, []

    def overtaken(code, year, rank):
        if len(lost) < services.ATTEMPTS:
            lost.append(rank)
            take(code, year, rank)
            return False
        return take(code, year, rank)

    monkeypatch.setattr(numbering, "take", overtaken)

    assert make_paper().paper.number == "SP-2026-0004"
    assert lost == [1, 2, 3]


@pytest.mark.django_db
def test_series_never_moves_without_its_paper(monkeypatch):
    monkeypatch.setattr(services.audit, "record", lambda *args, **kwargs: 1 / 0)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        make_paper()

    assert not IssuedPaper.unscoped.exists()
    assert not PaperSeries.objects.filter(last_number__gt=0).exists()


@pytest.fixture
def shared_database(request, tmp_path):
    """A database that threads can share: on SQLite, the one in memory copied to a file, with the hub's own options."""
    if connection.vendor != "sqlite":
        request.getfixturevalue("transactional_db")
        yield
        return
    request.getfixturevalue("db")
    name = connection.settings_dict["NAME"]
    connection.ensure_connection()
    (tmp_path / "shared.sqlite3").write_bytes(connection.connection.serialize())
    connection.settings_dict["NAME"] = str(tmp_path / "shared.sqlite3")
    yield
    connection.settings_dict["NAME"] = name


def in_threads(work, items, threads=4):
    def once(item):
        try:
            return work(item)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(once, items))


def test_numbers_have_no_hole_and_no_double_under_concurrency(shared_database):
    """24 orders from four threads, a third of which fail: at typesetting, or in the caller's transaction after the paper was made."""

    def order(rank):
        title = f"Document {rank} 陈" if rank % 6 == 1 else f"Document {rank}"
        try:
            if rank % 6 != 3:
                return make_paper(subject=uuid7(), title=title).paper.number
            with transaction.atomic():
                make_paper(subject=uuid7(), title=title)
                raise DocumentError("la suite a échoué")
        except DocumentError:
            return None

    given = in_threads(order, range(24))
    registered, last = in_threads(lambda _: (ranks(), PaperSeries.objects.get(code="SP").last_number), [0])[0]

    assert given.count(None) == 8
    assert registered == list(range(1, last + 1)), "no hole, no double"
    assert sorted(int(number[-4:]) for number in given if number) == registered[-16:], "each paper handed out is registered, and no other"


def test_one_subject_gets_one_paper_under_concurrency(shared_database):
    given = in_threads(lambda _: again().paper.number, range(8))
    count = in_threads(lambda _: IssuedPaper.unscoped.count(), [0])[0]

    assert set(given) == {"SP-2026-0001"}
    assert count == 1


@pytest.mark.django_db
def test_typesetting_is_done_before_the_transaction(monkeypatch):
    """SQLite's one write lock is not held while a document is set, when the caller holds none."""
    depths, render = [], engine.render

    def spy(*args, **kwargs):
        depths.append(len(connection.savepoint_ids))
        return render(*args, **kwargs)

    monkeypatch.setattr(engine, "render", spy)
    before = len(connection.savepoint_ids)
    make_paper()

    assert depths == [before]
