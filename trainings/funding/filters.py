from datetime import date

from django.db.models import Q, QuerySet

from hub.core.ui.lists import ChoiceFilter, ListFilter, WordsFilter, YesFilter
from trainings.funding.enums import FundingStatus
from trainings.funding.models import FundingFile
from trainings.funding.selectors import Reading


class FileFilter(ListFilter):
    """The list's address bar: q, etat, echeance=1 (within the fortnight, or late), manque=1, clos=1 (cancelled and closed ones too)."""

    q = WordsFilter(label="mots", method="with_words")
    etat = ChoiceFilter(label="état", choices=FundingStatus, field_name="status")
    echeance = YesFilter(label="Échéance proche ou passée", method="unchanged")
    manque = YesFilter(label="Pièces manquantes", method="unchanged")
    clos = YesFilter(label="Clos et annulés aussi", method="unchanged")

    class Meta:
        model = FundingFile
        fields: list[str] = []

    def filter_queryset(self, queryset: QuerySet[FundingFile]) -> QuerySet[FundingFile]:
        """Only the live ones, unless the others are asked for or one state is."""
        rows: QuerySet[FundingFile] = super().filter_queryset(queryset)
        return rows if {"clos", "etat"} & self.chosen.keys() else rows.open()  # type: ignore[attr-defined]  # django-filter knows no QuerySet of ours

    def with_words(self, rows: QuerySet[FundingFile], name: str, value: list[str]) -> QuerySet[FundingFile]:
        for word in value:
            rows = rows.filter(Q(session__title__icontains=word) | Q(reference__icontains=word))
        return rows

    def unchanged(self, rows: QuerySet[FundingFile], name: str, value: bool) -> QuerySet[FundingFile]:
        return rows

    def keeps(self, reading: Reading, day: date) -> bool:
        """What only a reading tells: the dates and the pieces follow from other rows."""
        near = any(due.is_late(day) or due.is_soon(day) for due in reading.dues)
        return (near or not self.chosen.get("echeance")) and (bool(reading.pieces) or not self.chosen.get("manque"))
