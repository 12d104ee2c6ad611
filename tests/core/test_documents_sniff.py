"""Every bad file is refused with its sentence, every good one comes in (F1, F2, F6)."""

import io
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from PIL import Image

from hub.core.documents import kinds, sniff
from hub.core.documents.errors import SENTENCES, UploadRefused
from hub.core.documents.formats import ALL, IMAGES, MB, OFFICE, PDF, TEXT, spoken
from hub.core.documents.names import clean_name
from hub.core.documents.sniff import examine
from hub.core.documents.sniff.opening import Part
from hub.core.documents.sniff.package import Budget
from hub.core.papers.inspection import Inspection
from tests.core import bad_files

ANY = kinds.register("tests.any", "fichier d’essai", ALL, 10 * MB)
BAD, GOOD = bad_files.bad(), bad_files.good()


def refusal(name, data, kind=ANY):
    with pytest.raises(UploadRefused) as caught:
        examine(name, data, kind)
    return caught.value


def test_corpus_is_large_enough():
    assert len(BAD) >= 100
    assert len({label for label, *_ in BAD}) == len(BAD)
    assert len(GOOD) >= 40


@pytest.mark.parametrize(("name", "data", "code"), [row[1:] for row in BAD], ids=[row[0] for row in BAD])
def test_bad_file_is_refused_with_its_reason(name, data, code):
    assert refusal(name, data).code == code


@pytest.mark.parametrize(("name", "data"), [row[1:] for row in GOOD], ids=[row[0] for row in GOOD])
def test_good_file_comes_in(name, data):
    found = examine(name, data, ANY)

    assert found.name.endswith(found.format.extensions)
    assert found.data


@pytest.mark.parametrize("code", SENTENCES)
def test_every_sentence_says_what_to_do_in_french(code):
    words = {**dict.fromkeys(re.findall(r"{(\w+)}", SENTENCES[code]), "…"), "advice": "Réduisez-le."}

    sentence = UploadRefused(code, **words).sentence

    assert sentence.endswith((".", ")."))
    assert "'" not in sentence
    assert " :" not in sentence.replace("\u00a0:", "")
    assert len(re.findall(r"[.!?] |: |[.!?]$", sentence)) >= 2  # what it is, and what to do


def test_every_reason_of_refusal_is_met_by_the_corpus():
    assert set(SENTENCES) - {code for *_, code in BAD} == {"unknown", "storage_down", "antivirus_down", "busy"}  # said of no file


def test_kind_refuses_a_good_file_of_another_format():
    scans = kinds.register("tests.scans", "scan", PDF | IMAGES)

    refused = refusal("Programme.docx", bad_files.ooxml("docx"), scans)

    assert refused.code == "format"
    assert "un PDF ou une image" in refused.sentence


def test_size_is_said_with_its_limit_and_its_remedy():
    small = kinds.register("tests.small", "petit", PDF, 1000)

    sentence = refusal("a.pdf", bad_files.pdf(pages=40), small).sentence

    assert re.search(r"pèse \d+\u00a0ko, et la limite est de 1\u00a0ko\. Enregistrez-le sans les photos", sentence)


def test_photo_is_stored_upright_without_place_maker_or_comment():
    before = bad_files.photo()
    assert b"KANB" in before
    assert Image.open(io.BytesIO(before)).getexif().get_ifd(0x8825)

    found = examine("IMG.jpg", before, ANY)

    after = Image.open(io.BytesIO(found.data))
    assert after.size == (240, 320) == (found.width, found.height)
    assert not after.getexif()
    assert b"KANB" not in found.data
    assert "comment" not in after.info


def test_bytes_behind_a_picture_are_not_stored():
    assert b"SEFT" not in examine("IMG.jpg", bad_files.photo() + b"SEFT", ANY).data


def test_colour_profile_is_applied_and_not_stored():
    from PIL import ImageCms

    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for target in ("PNG", "JPEG", "WEBP"):
        found = examine("a", bad_files.picture(target, icc_profile=profile), ANY)
        assert "icc_profile" not in Image.open(io.BytesIO(found.data)).info


def test_large_photo_is_made_smaller_and_keeps_its_shape():
    found = examine("a.jpg", bad_files.picture("JPEG", (6000, 3000)), ANY)

    assert (found.width, found.height) == (4096, 2048)


COST = """
import resource, sys
from hub.core.documents.formats import FORMATS
from hub.core.documents.sniff import images
made = images.examine(sys.stdin.buffer.read(), FORMATS[sys.argv[1]])
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(made.width, made.height, used.ru_maxrss // 1024, used.ru_utime + used.ru_stime)
"""
WORST = {  # what is just accepted: format, sides, mode, options
    "JPEG decoded whole": ("jpeg", (5000, 5000), "RGB", {}),
    "JPEG of 36 million points": ("jpeg", (6100, 5900), "RGB", {}),
    "JPEG of 50 million points": ("jpeg", (8160, 6120), "RGB", {}),
    "JPEG of 65 million points": ("jpeg", (9280, 7000), "CMYK", {}),
    "progressive JPEG": ("jpeg", (4600, 4300), "RGB", {"progressive": True, "subsampling": 0}),
    "PNG": ("png", (5000, 5000), "RGB", {"compress_level": 1}),
    "PNG with transparency": ("png", (4470, 4470), "RGBA", {"compress_level": 1}),
    "PNG with a palette": ("png", (5000, 5000), "P", {"compress_level": 1}),
    "GIF": ("gif", (5000, 5000), "P", {}),
    "WebP": ("webp", (4080, 3060), "RGB", {"method": 0}),
}


@pytest.mark.parametrize("worst", WORST)
def test_worst_picture_that_comes_in_costs_200_megabytes_and_two_seconds(worst):
    """Peak memory of the process that draws it anew, Python included; `ru_maxrss` of a child counts nothing of this process."""
    code, sides, mode, options = WORST[worst]
    data = bad_files.picture(code.upper(), sides, mode, **options)

    done = subprocess.run([sys.executable, "-c", COST, code], input=data, capture_output=True, check=True)

    width, height, megabytes, seconds = map(float, done.stdout.split())
    assert megabytes <= 200
    assert seconds <= 2
    assert width * height >= 4_000_000, "still worth reading"


def test_picture_that_takes_more_memory_than_counted_is_refused(monkeypatch):
    from hub.core.documents.sniff import images

    data = bad_files.picture("PNG", (3000, 3000))
    assert examine("a.png", data, ANY).width == 3000

    monkeypatch.setattr(images, "MEMORY", 30 * MB)

    assert refusal("a.png", data).code == "too_costly"


def test_pictures_are_drawn_one_at_a_time(monkeypatch):
    from hub.core.documents.sniff import images

    at_once, most, run = [], [], subprocess.run

    def watched(*args, **named):
        at_once.append(1)
        most.append(len(at_once))
        done = run(*args, **named)
        at_once.pop()
        return done

    monkeypatch.setattr(images.subprocess, "run", watched)
    monkeypatch.setattr(sniff, "PATIENCE_S", 60)
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: examine("a.png", bad_files.picture("PNG"), ANY).width, range(4)))

    assert found == [64] * 4
    assert most == [1] * 4


def test_files_sent_at_once_keep_one_thread_of_a_process(monkeypatch):
    """Whatever they are: one is looked at, the others are told to come again after a moment."""
    looked_at, let_go = Event(), Event()

    def slow(_):
        looked_at.set()
        let_go.wait(30)
        return Inspection(1)

    monkeypatch.setattr(sniff.pdf, "inspect", slow)
    monkeypatch.setattr(sniff, "PATIENCE_S", 0.1)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(examine, "a.pdf", bad_files.pdf(), ANY)
        looked_at.wait(30)
        others = [
            refusal(name, data).code
            for name, data in [("a.pdf", bad_files.pdf()), ("a.png", bad_files.picture("PNG")), ("a.docx", bad_files.ooxml("docx"))]
        ]
        let_go.set()

    assert others == ["busy"] * 3
    assert first.result().pages == 1
    assert examine("a.png", bad_files.picture("PNG"), ANY).width == 64


def test_transparency_survives():
    found = examine("a.png", bad_files.picture("PNG", mode="RGBA"), ANY)

    assert Image.open(io.BytesIO(found.data)).mode == "RGBA"


def test_sixteen_bits_keep_their_greys():
    data = next(data for label, _, data in GOOD if label == "16-bit PNG")

    low, high = Image.open(io.BytesIO(examine("a.png", data, ANY).data)).getextrema()

    assert low < 10
    assert high > 240


def test_papers_are_stored_byte_for_byte():
    data = bad_files.pdf(pages=3)

    found = examine("a.pdf", data, ANY)

    assert found.data == data
    assert found.pages == 3


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\A\\Kbis.pdf", "Kbis.pdf"),
        ("kbis\0.pdf", "kbis.pdf"),
        ("kbis\r\nSet-Cookie: a.pdf", "kbis Set-Cookie- a.pdf"),
        ("kbis\u202efdp.pdf", "kbis fdp.pdf"),
        ("kbis\u200b\u2066.pdf", "kbis.pdf"),
        ("facture.exe.pdf", "facture-exe.pdf"),
        ("page.html.pdf", "page-html.pdf"),
        ("v1.2 finale.pdf", "v1.2 finale.pdf"),
        ("", "fichier.pdf"),
        ("...", "fichier.pdf"),
        (".pdf", "pdf.pdf"),
        ("scan", "scan.pdf"),
        ("ATTESTATION.PDF", "ATTESTATION.pdf"),
        ('a<b>:"|?*.pdf', "a-b.pdf"),
        ("Évaluation d’E\u0301lise.pdf", "Évaluation d’Élise.pdf"),
        ("%2e%2e%2fa.pdf", "2e-2e-2fa.pdf"),
    ],
)
def test_name_is_cleaned(raw, shown):
    from hub.core.documents.formats import FORMATS

    assert clean_name(raw, FORMATS["pdf"]) == shown


def test_long_name_keeps_its_extension():
    from hub.core.documents.formats import FORMATS

    name = clean_name("é" * 200 + ".pdf", FORMATS["pdf"])

    assert len(name) == 120
    assert name.endswith("é.pdf")


def test_name_of_the_stored_file_follows_its_true_format():
    assert examine("photo.png", bad_files.photo(), ANY).name == "photo.jpg"
    assert examine("logo.gif", bad_files.picture("GIF", mode="P"), ANY).name == "logo.png"


def test_decoder_that_breaks_is_a_refusal_and_leaves_no_name_in_the_log(monkeypatch, caplog):
    from hub.core.documents.sniff import images

    def broken(*_):
        raise ZeroDivisionError("KANB")

    monkeypatch.setattr(images, "examine", broken)

    assert refusal("KANB.png", bad_files.picture("PNG")).code == "damaged"
    assert "ZeroDivisionError" in caplog.text
    assert "KANB" not in caplog.text


def test_an_office_document_has_so_many_elements_at_most():
    """Each is read: nine million of them would keep a processor for ten seconds."""
    part = Part(Budget(nodes=1000))

    with pytest.raises(UploadRefused) as caught:
        part.feed(b"<a>" + b"<b/>" * 1001)

    assert caught.value.code == "too_complex"


def test_kind_cannot_take_more_than_the_hub():
    with pytest.raises(ValueError):
        kinds.register("tests.svg", "dessin", {"svg"})
    with pytest.raises(ValueError):
        kinds.register("tests.huge", "énorme", PDF, 500 * MB)
    with pytest.raises(ValueError):
        kinds.register("tests.any", "fichier d’essai", PDF, 10 * MB)


def test_accepted_formats_are_said_by_families():
    assert spoken(PDF | {"jpeg"}) == "un PDF ou une image (JPEG, PNG, WebP)"
    assert spoken(OFFICE | TEXT) == "un document (Word, Excel, PowerPoint ou LibreOffice), un tableau CSV ou un texte"
