from typing import Any

import django_filters
from django.db.models import Q, QuerySet

from hub.core.kit.text import one_line
from trainings.catalogue.enums import Modality
from trainings.catalogue.models import CoursePage


class CourseFilter(django_filters.FilterSet):
    """The catalogue's address bar: q, organisation (slug), modalite."""

    q = django_filters.CharFilter(method="with_words", max_length=200)
    organisation = django_filters.CharFilter(field_name="organisation__slug", max_length=80)
    modalite = django_filters.ChoiceFilter(field_name="modality", choices=Modality.choices)

    class Meta:
        model = CoursePage
        fields: list[str] = []

    def with_words(self, rows: QuerySet[CoursePage], name: str, value: str) -> QuerySet[CoursePage]:
        """Every word somewhere in the title, the sentence, the objectives or the content."""
        for word in one_line(value).split()[:8]:
            rows = rows.filter(
                Q(title__icontains=word) | Q(summary__icontains=word) | Q(objectives__icontains=word) | Q(content__icontains=word)
            )
        return rows

    def chips(self) -> list[dict[str, Any]]:
        if not self.form.is_valid():
            return []
        labels = dict(Modality.choices)
        values = {name: value for name, value in self.form.cleaned_data.items() if value}
        return [{"name": name, "label": f"« {value} »" if name == "q" else labels.get(value, value)} for name, value in values.items()]
