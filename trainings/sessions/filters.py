from typing import Any

import django_filters
from django.db.models import F, Q, QuerySet

from hub.core.kit.dates import today
from hub.core.kit.text import one_line
from trainings.sessions.models import TrainingSession


class SessionFilter(django_filters.FilterSet):
    """The list's address bar: q, organisation (slug), departement (two or three first signs of the postal code), places=1, passees=1."""

    q = django_filters.CharFilter(method="with_words", max_length=200)
    organisation = django_filters.CharFilter(field_name="organisation__slug", max_length=80)
    departement = django_filters.CharFilter(field_name="postal_code", lookup_expr="startswith", max_length=3)
    places = django_filters.BooleanFilter(method="with_places")
    passees = django_filters.BooleanFilter(method="unchanged")

    class Meta:
        model = TrainingSession
        fields: list[str] = []

    def filter_queryset(self, queryset: QuerySet[TrainingSession]) -> QuerySet[TrainingSession]:
        """Only what is still to come, unless the past is asked for."""
        rows: QuerySet[TrainingSession] = super().filter_queryset(queryset)
        return rows if self.form.cleaned_data.get("passees") else rows.upcoming(today())  # type: ignore[attr-defined]

    def with_words(self, rows: QuerySet[TrainingSession], name: str, value: str) -> QuerySet[TrainingSession]:
        for word in one_line(value).split()[:8]:
            rows = rows.filter(Q(title__icontains=word) | Q(city__icontains=word) | Q(organisation__name__icontains=word))
        return rows

    def with_places(self, rows: QuerySet[TrainingSession], name: str, value: bool | None) -> QuerySet[TrainingSession]:
        return rows.filter(confirmed_count__lt=F("capacity")) if value else rows

    def unchanged(self, rows: QuerySet[TrainingSession], name: str, value: Any) -> QuerySet[TrainingSession]:
        return rows
