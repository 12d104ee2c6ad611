"""Filters that name a département."""

from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError

from directory.vocabularies.models import Department
from directory.vocabularies.selectors import departments
from hub.core.kit.text import asked_line, fold
from hub.core.ui.lists import LONGEST, UNKNOWN


class DepartmentField(forms.Field):
    """A département by its code or its name."""

    def clean(self, value: Any) -> Department | None:
        text = asked_line(str(value or ""))[:LONGEST]
        if not text:
            return None
        found = departments().get(text.upper()) or next((row for row in departments().values() if fold(row.label) == fold(text)), None)
        if found is None:
            raise ValidationError(text, code=UNKNOWN)
        return found


class DepartmentFilter(django_filters.Filter):
    field_class = DepartmentField
