"""The papers of the demo open, and say what they are."""

import pypdfium2
import pytest

from directory.cooperatives.services import PROOF
from hub.core.accounts.models import Accreditation
from hub.core.documents import kinds
from hub.core.documents.models import PrivateFile
from hub.core.documents.sniff import examine
from hub.demo.federation import Federation, accredit
from hub.demo.names import BUILDING, GENERAL
from hub.demo.sheets import sheet
from tests.builders.accounts import make_member, make_person, sign_in


def text_of(data):
    return pypdfium2.PdfDocument(data)[0].get_textpage().get_text_bounded()


@pytest.mark.parametrize("name", [*BUILDING[:2], GENERAL[0]])
def test_a_sheet_of_the_demo_is_a_pdf_that_the_hub_takes(name):
    made = sheet("agrement.pdf", f"Agrément : {name}")

    good = examine(made.name, made.data, kinds.get(PROOF))

    assert (good.format, good.pages) == (made.format, made.pages)
    assert text_of(made.data) == f"Agrément : {name}"
    start = int(made.data.split(b"startxref\n")[1].split()[0])
    assert made.data[start:].startswith(b"xref")


@pytest.mark.django_db
def test_three_caes_of_the_demo_prove_an_agrement():
    first, second, third = (make_member(name) for name in (*BUILDING[:2], GENERAL[0]))

    accredit(Federation(None, None, None, None, [], building=[first, second], general=[third]))

    rows = list(Accreditation.objects.select_related("organisation").order_by("kind"))
    assert [(row.organisation, row.kind) for row in rows] == [(second, "esus"), (first, "rge"), (third, "sap")]
    reader = sign_in(make_person(third, "advisor"))
    for row in rows:
        answer = reader.get(PrivateFile.unscoped.get(pk=row.proof_id).get_absolute_url())
        words = text_of(b"".join(answer.streaming_content))
        assert words == f"{row.title} : {row.organisation.name}, exemple de la démonstration"
