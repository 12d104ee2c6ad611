from typing import Any

from django.db.models import QuerySet

from hub.core.ui.lists import ChoiceFilter
from hub.pages.library.licences import Licence, licences
from hub.pages.library.models import ResourcePage
from hub.pages.writing.filters import WrittenFilter


class ResourceFilter(WrittenFilter):
    """Also licence."""

    licence = ChoiceFilter(label="licence", method="under_licence", choices=list(licences().values()))

    class Meta:
        model = ResourcePage
        fields: list[str] = []

    def under_licence(self, rows: QuerySet[Any], name: str, value: Licence) -> QuerySet[Any]:
        return rows.filter(licence_key=value.value)
