from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from hub.core.ui.lists import ChoiceFilter, YesFilter
from hub.pages.events.enums import EventKind
from hub.pages.events.models import EventPage
from hub.pages.writing.filters import WrittenFilter


class EventFilter(WrittenFilter):
    """Also nature, and passes: without it, events to come."""

    nature = ChoiceFilter(label="nature", field_name="kind", choices=EventKind)
    passes = YesFilter(label="Passés aussi", method="past_too")

    class Meta:
        model = EventPage
        fields: list[str] = []

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().filter_queryset(queryset)
        return rows if self.form.cleaned_data.get("passes") else rows.filter(ends_at__gte=timezone.now())

    def past_too(self, rows: QuerySet[Any], name: str, value: bool) -> QuerySet[Any]:
        return rows
