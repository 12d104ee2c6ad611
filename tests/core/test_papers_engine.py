"""The typesetter: same data, same bytes; hostile data printed as it is; the traps that it has are guarded."""

import io
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pikepdf
import pytest

from hub.core.papers import engine, glyphs, kinds, post, seal
from hub.core.papers.canonical import canonical, clean
from hub.core.papers.errors import DataRefused, DocumentError, TemplateRefused
from hub.core.papers.specimen import Specimen, example
from tests.core import paper_reader as reader

AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
ROOT = Path(__file__).parent.parent.parent
IMPRINT = {
    "label": "Spécimen", "number": "SP-2026-0042", "version": "3", "template": "3f9a1c2e", "issued_on": "23\u00a0novembre 2026",
    "replaces": "SP-2026-0041",
}  # fmt: skip
HOSTILE = [
    '#import "@preview/cetz:0.3.0": *',
    ']) #read("/etc/passwd")',
    '#read("LiberationSans-Regular.ttf")',
    "*gras* _italique_ `code` $x^2$ = titre <etiquette> @renvoi",
    '#panic("pwn") #while true {}',
    "<script>alert(1)</script> &amp; {{ x }} {% load x %}",
    "\\u{41} // commentaire /* */ ~ --- ...",
    '"; sys.inputs.data',
    "https://example.org/?a=1&b=2#c javascript:alert(1)",
    "Nguyễn Thị Ánh, Łukasz Żółć, Ștefan Țepeș, Ольга Щукина, Ελένη",
]


def facts(**changes):
    return {**example(), "paper": IMPRINT, **changes}


def render(**changes):
    return post.finish(engine.render("specimen", facts(**changes), timestamp=AT))


def scratch_kind(name, tmp_path, source):
    template = tmp_path / f"{name}.typ"
    template.write_text(source)
    return kinds.register(name, template=template, label="Essai", series="ES", fields=Specimen)


@pytest.fixture(autouse=True)
def _own_kinds(monkeypatch):
    monkeypatch.setattr(kinds, "_kinds", dict(kinds._kinds))


def test_specimen_conforms_before_and_after_the_seal(tmp_path):
    hostile = render(title=HOSTILE[0], introduction="\n".join(HOSTILE), items=HOSTILE, address="\n".join(HOSTILE), email=HOSTILE[1])
    plain = render()
    long = render(rows=[[f"Ligne {rank}", "1", "10,00 €"] for rank in range(90)])

    said = reader.conforms(
        tmp_path, plain=plain, plain_sealed=seal.seal(plain), hostile=hostile, hostile_sealed=seal.seal(hostile), long=long
    )

    assert said == ""


def test_conformance_check_refuses_a_file_without_the_finishing_newline(tmp_path):
    without = seal.seal(engine.render("specimen", facts(), timestamp=AT))

    assert "6.1.9" in reader.conforms(tmp_path, without=without)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_printed_as_it_is(text):
    pdf = render(introduction=text)

    assert reader.says(pdf, text)
    assert "root:" not in reader.text(pdf)


def test_same_data_gives_the_same_bytes_in_another_process():
    script = (
        "import sys; from hub.core.papers import engine, post; from tests.core.test_papers_engine import AT, facts;"
        "sys.stdout.buffer.write(post.finish(engine.render('specimen', facts(), timestamp=AT)))"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo", "RAYON_NUM_THREADS": "1"}
    before = render()  # the other process takes over a second: an identifier made from the clock would differ
    other = subprocess.run([sys.executable, "-c", script], cwd=ROOT, env=environment, capture_output=True, check=True).stdout

    engine.render("specimen", facts(title="Un autre document avant"), timestamp=AT)

    assert before == other == render()


def test_data_order_does_not_change_the_bytes():
    shuffled = dict(reversed(facts().items()))

    assert post.finish(engine.render("specimen", shuffled, timestamp=AT)) == render()


def test_moment_and_number_change_the_bytes():
    later = post.finish(engine.render("specimen", facts(), timestamp=datetime(2026, 11, 24, tzinfo=UTC)))

    assert later != render()
    assert render(paper={**IMPRINT, "number": "SP-2026-0043"}) != render()


def test_one_document_never_holds_the_data_of_the_one_before(tmp_path):
    secret = render(title="SECRET-A")
    scratch_kind("silent", tmp_path, '#import "lib.typ": *\n#show: paper.with(title: data.at("title", default: "vide"))\nRien.')
    after = engine.render("silent", {"paper": IMPRINT}, timestamp=AT)

    assert reader.says(secret, "SECRET-A")
    assert not reader.says(after, "SECRET-A")


def test_threads_render_the_same_bytes_side_by_side():
    titles = [f"Document {rank}" for rank in range(12)]
    alone = [render(title=title) for title in titles]

    with ThreadPoolExecutor(6) as pool:
        together = list(pool.map(lambda title: render(title=title), titles * 3))

    assert together == alone * 3


def test_child_of_a_process_that_has_compiled_refuses_instead_of_hanging():
    script = (
        "import os, signal; from hub.core.papers.errors import TemplateRefused; from tests.core.test_papers_engine import render\n"
        "render(); child = os.fork()\n"
        "if not child:\n"
        "    signal.alarm(20)\n"
        "    try: render()\n"
        "    except TemplateRefused: os._exit(42)\n"
        "    os._exit(0)\n"
        "raise SystemExit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))"
    )
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", script], cwd=ROOT, capture_output=True, check=False, timeout=60)

    assert done.returncode == 42, done.stderr.decode()


def test_text_without_glyph_is_refused_with_its_text():
    with pytest.raises(DataRefused, match="« 陈 », dans « Chén 陈 Wei »"):
        render(introduction="Chén 陈 Wei")


@pytest.mark.parametrize(
    ("text", "sign"), [("Paie 😀 d’avril", "😀"), ("مرحبا", "م"), ("陈 伟", "陈"), ("signe 𝕏", "𝕏"), ("Ana\u202e Ελένη Ольга →", "")]
)
def test_a_sign_without_glyph_is_known_before_any_paper(text, sign):
    assert glyphs.unprintable(text)[:1] == sign
    assert render(introduction=glyphs.legible(clean(text)))


def test_signs_taken_for_printable_without_asking_are():
    engine.set_alone("".join(sorted(glyphs._USUAL)))


def test_characters_without_glyph_are_told_beforehand():
    text = "Erreur 😷, Chén 陈 Wei, Ωμέγα, Жук, é\u0301, l’été\u202f; œ € ≥ → a\u2011b"

    odd = glyphs.unprintable(text)

    assert odd == "😷陈"
    assert reader.says(render(introduction=glyphs.legible(text)), "Erreur [U+1F637], Chén [U+9648] Wei")
    assert glyphs.legible({"a": ["陈", 3], "b": "é"}) == {"a": ["[U+9648]", 3], "b": "é"}


def test_typographic_characters_all_have_a_glyph():
    shown = "é œ Ç « » ’ — – … € → ≥ − \u202f; \u00a0: 1\u202f234,56\u00a0€ a\u2011b"

    assert reader.says(render(introduction=shown), shown)


@pytest.mark.parametrize("control", ["\u0000", "\u0007", "\ufeff", "\u202e", "\u2066", "\u0085"])
def test_control_characters_are_left_out(control):
    assert clean({"a": f"Ana{control} Lopes"}) == {"a": "Ana Lopes"}
    assert reader.says(render(introduction=f"Ana{control} Lopes"), "Ana Lopes")


def test_decomposed_and_composed_accents_are_one_text():
    assert canonical(clean({"a": "e\u0301"})) == canonical(clean({"a": "é"}))


@pytest.mark.parametrize("value", [1.5, b"x", object(), "\ud800", {"a": {1.2}}])
def test_value_that_has_no_single_text_is_refused(value):
    with pytest.raises(DataRefused, match="« champ"):
        clean({"champ": value})


def test_data_far_too_long_is_refused():
    with pytest.raises(DataRefused, match="trop long"):
        render(introduction="mot " * 300_000)


def test_template_that_reads_a_file_is_refused(tmp_path):
    outside = tmp_path / "secret.txt"
    outside.write_text("secret")
    (tmp_path / "link.txt").symlink_to(outside)
    for rank, path in enumerate(["/etc/passwd", "../../../../etc/passwd", "link.txt", str(outside)]):
        scratch_kind(f"reads{rank}", tmp_path, f'#import "lib.typ": *\n#show: paper.with(title: "x")\n#read("{path}")')
        with pytest.raises(TemplateRefused):
            engine.render(f"reads{rank}", facts(), timestamp=AT)


def test_template_that_imports_a_package_is_refused_before_any_network(tmp_path):
    with pytest.raises(TemplateRefused, match="paquet"):
        scratch_kind("package", tmp_path, '#import "@preview/cetz:0.3.0": *')


def test_template_without_a_known_font_is_refused(tmp_path):
    scratch_kind("fontless", tmp_path, '#set document(title: "x")\n#set text(font: "Nope", fallback: false)\n= A')
    with pytest.raises(DocumentError):
        engine.render("fontless", facts(), timestamp=AT)


def test_template_fault_is_not_blamed_on_data(tmp_path):
    scratch_kind("faulty", tmp_path, '#import "lib.typ": *\n#show: paper.with(title: "x")\n#panic("oups")')
    with pytest.raises(TemplateRefused, match="oups"):
        engine.render("faulty", facts(), timestamp=AT)


def test_engine_serves_again_after_a_fault():
    with pytest.raises(DataRefused):
        render(title="陈")

    assert reader.says(render(title="Ensuite"), "Ensuite")


def test_panic_of_the_engine_is_an_error_like_another(monkeypatch):
    """It derives from BaseException, so that an `except Exception` lets it through; the compiler that panicked is not used again."""

    class PanicException(BaseException):
        pass

    class Broken:
        def compile_with_warnings(self, **kwargs):
            raise PanicException("out of file ids")

    monkeypatch.setattr(engine._local, "compiler", Broken(), raising=False)
    with pytest.raises(TemplateRefused, match="s’est arrêté"):
        render()

    assert reader.says(render(title="Ensuite"), "Ensuite")


def test_interruption_is_not_taken_for_a_panic(monkeypatch):
    class Interrupted:
        def compile_with_warnings(self, **kwargs):
            raise KeyboardInterrupt

    monkeypatch.setattr(engine._local, "compiler", Interrupted(), raising=False)
    with pytest.raises(KeyboardInterrupt):
        render()
    monkeypatch.undo()


@pytest.mark.full
def test_table_of_files_does_not_grow_with_documents():
    """65,535 names per process: a worker that made a new one for each document would die at that one."""
    source = b'#set document(title: "x")\n#set text(font: "Liberation Sans")\n= #sys.inputs.rank'
    for rank in range(66_000):
        engine._compile(source, {"rank": str(rank)}, {}, AT)


def test_kind_name_is_taken_once(tmp_path):
    scratch_kind("twice", tmp_path, "un")
    scratch_kind("twice", tmp_path, "un")
    with pytest.raises(TemplateRefused, match="Deux gabarits"):
        scratch_kind("twice", tmp_path, "deux")


def test_template_version_follows_the_template_and_the_library(tmp_path, monkeypatch):
    one, other = scratch_kind("one", tmp_path, "un"), scratch_kind("other", tmp_path, "deux")
    before = one.version
    kinds._surroundings.cache_clear()
    monkeypatch.setattr(kinds, "library", lambda: b"another look")
    again = kinds.Kind(one.name, one.label, one.series, one.source, one.fields)

    assert len({before, other.version, again.version}) == 3
    kinds._surroundings.cache_clear()


def test_fields_of_the_kind_are_all_required():
    kind = kinds.get("specimen")
    kind.check(example())
    with pytest.raises(DataRefused, match="siret"):
        kind.check({name: value for name, value in example().items() if name != "siret"})
    with pytest.raises(DataRefused, match="inconnu"):
        kind.check({**example(), "inconnu": "x"})


def test_document_says_its_title_its_language_and_that_it_is_tagged():
    with pikepdf.open(io.BytesIO(render())) as document:
        assert document.Root.Lang == "fr-FR"
        assert document.Root.MarkInfo.Marked
        assert document.Root.ViewerPreferences.DisplayDocTitle
        assert document.docinfo["/Title"] == "Spécimen SP-2026-0042 – Spécimen des papiers du hub"


def test_every_table_has_headers_with_a_scope():
    tables = [children for tag, _, children in reader.walk(reader.elements(render())) if tag == "/Table"]
    rows = [cells for table in tables for tag, _, cells in reader.walk(table) if tag == "/TR"]

    assert len(tables) == 3
    assert len(rows) == 2 + 3 + 4
    for cells in rows:
        assert cells[0][0] == "/TH"
        assert {scope for tag, scope, _ in cells if tag == "/TH"} <= {"/Row", "/Column"}
    assert {scope for table in tables for tag, scope, _ in reader.walk(table) if tag == "/TH"} == {"/Row", "/Column"}


def test_table_headers_have_no_scope_of_rows_without_the_finishing_pass():
    bare = engine.render("specimen", facts(), timestamp=AT)

    assert "/Row" not in {scope for _, scope, _ in reader.walk(reader.elements(bare))}


def test_first_cell_that_spans_columns_keeps_its_span(tmp_path):
    source = """#import "lib.typ": *
#show: paper.with(title: "x")
#table(columns: 3, table.header[A][B][C], table.cell(colspan: 2)[deux], [c], [1], [2], [3])"""
    scratch_kind("spanning", tmp_path, source)
    pdf = post.finish(engine.render("spanning", facts(), timestamp=AT))

    assert reader.conforms(tmp_path, pdf=pdf) == ""


def test_headings_go_down_one_level_at_a_time():
    levels = [int(tag[2]) for tag, _, _ in reader.walk(reader.elements(render())) if tag in {"/H1", "/H2", "/H3", "/H4"}]

    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(deeper - level <= 1 for level, deeper in pairwise(levels))


def test_every_page_has_number_version_and_its_place():
    pages = reader.pages(render(rows=[[f"Ligne {rank}", "1", "10,00 €"] for rank in range(120)]))

    assert len(pages) >= 4
    for rank, page in enumerate(pages, 1):
        assert "Spécimen SP-2026-0042 · version 3" in page
        assert "gabarit 3f9a1c2e" in page
        assert f"page {rank}/{len(pages)}" in page


def test_long_table_repeats_its_header_on_every_page():
    pages = reader.pages(render(rows=[[f"Ligne {rank}", "1", "10,00 €"] for rank in range(120)]))
    with_rows = [page for page in pages if "Ligne " in page]

    assert len(with_rows) >= 3
    assert all("Désignation" in page for page in with_rows)


def test_static_text_has_french_spaces():
    shown = reader.text(render()).replace(" \r\n", " ").replace("\r\n", " ")

    assert "support\u202f; choisir une terre\u202f; doser «\u00a0juste\u00a0»" in shown
    assert "saura faire\u00a0: lire" in shown


def test_identifiers_that_fit_a_line_are_never_cut():
    address = "prenom.nom-compose@batiment.example.org"
    siret = "900 000 001 00017"
    shown = reader.text(render(email=address, siret=siret, introduction="mot " * 9))

    assert address in shown
    assert siret in shown


@pytest.mark.parametrize("long", ["x" * 150, "https://example.org/" + "chemin/" * 20 + "?a=1", "Anticonstitutionnellement-" * 5])
def test_long_word_stays_inside_the_margins_and_whole(long):
    pdf = render(introduction=long, items=[long], address=long, rows=[[long, long, "1"], ["Total", "", "1"]])

    assert reader.right_edge_mm(pdf) <= 210 - 22 + 0.5
    assert reader.text(pdf).replace("\r\n", "").replace("\ufffe", "-").count(long) >= 3


def test_attachment_is_carried_and_conforms(tmp_path):
    carried = engine.Attachment("facts.json", '{"a": 1}', "application/json", "Les faits", "source")
    pdf = post.finish(engine.render("specimen", facts(), timestamp=AT, attachments=[carried]))
    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert document.attachments["facts.json"].get_file().read_bytes() == b'{"a": 1}'

    assert reader.conforms(tmp_path, carried=pdf) == ""


@pytest.mark.full
def test_memory_stays_level_over_a_thousand_documents():
    script = (
        "from tests.core.test_papers_engine import render\n"
        "rss = lambda: int(open('/proc/self/statm').read().split()[1]) * 4096 / 1e6\n"
        "for rank in range(1000):\n"
        "    render(title=f'Document {rank}')\n"
        "    if rank == 199: early = rss()\n"
        "print(early, rss())"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, check=True, text=True)
    early, late = map(float, done.stdout.split())

    assert late <= 200
    assert late - early <= 15
