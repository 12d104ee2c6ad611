"""Filters that name an organisation."""

from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError

from hub.core.accounts.models import Organisation
from hub.core.kit.text import asked_line
from hub.core.ui.lists import LONGEST, UNKNOWN


class OrganisationField(forms.Field):
    """An organisation by the word of its address or by its name."""

    def clean(self, value: Any) -> Organisation | None:
        text = asked_line(str(value or ""))[:LONGEST]
        if not text:
            return None
        found = Organisation.objects.filter(slug=text).first() or Organisation.objects.filter(name=text).first()
        if found is None:
            raise ValidationError(text, code=UNKNOWN)
        return found


class OrganisationFilter(django_filters.Filter):
    field_class = OrganisationField
