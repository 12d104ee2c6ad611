"""Personal data of papers: a paper names people in its data, and stays as long as the law wants proof of what it says."""

from hub.core.papers.models import IssuedPaper, PaperSeries
from hub.core.ui.panels import Personal, personal

personal(
    IssuedPaper,
    {
        "data": Personal(
            "prouver ce qui a été établi et pouvoir le rétablir à l’identique",
            "pièces d’une formation : 16 ans après la fin de l’année de la session ; relevés entre CAE : 10 ans après la fin de l’année",
            "keep: pièces justificatives des actions de formation (C. trav. R6332-26, arrêté du 21 décembre 2018) et pièces "
            "comptables (C. com. L123-22)",
        )
    },
    other={
        "id", "created_at", "updated_at", "number", "version", "kind", "template_version", "issued_at", "sha256", "sealed_sha256",
        "organisation_id", "replaces", "subject_kind", "subject_id",
    },
)  # fmt: skip
personal(PaperSeries, {}, other={"id", "created_at", "updated_at", "code", "year", "last_number"})
