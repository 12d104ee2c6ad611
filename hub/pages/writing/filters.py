from typing import Any

from django.db.models import Q, QuerySet

from hub.core.accounts.filters import OrganisationFilter
from hub.core.accounts.models import Organisation
from hub.core.ui.lists import ChoiceFilter, ListFilter, WordsFilter
from hub.pages.writing.themes import Theme, themes


class WrittenFilter(ListFilter):
    """A list's address bar: q, theme, organisation (slug or name)."""

    q = WordsFilter(label="mots", method="with_words")
    theme = ChoiceFilter(label="thème", method="on_theme", choices=list(themes().values()))
    organisation = OrganisationFilter(label="organisation", method="of_organisation")

    def with_words(self, rows: QuerySet[Any], name: str, value: list[str]) -> QuerySet[Any]:
        """Every word somewhere in the title or the text."""
        for word in value:
            rows = rows.filter(Q(title__icontains=word) | Q(body__icontains=word))
        return rows

    def on_theme(self, rows: QuerySet[Any], name: str, value: Theme) -> QuerySet[Any]:
        return rows.filter(theme=value.value)

    def of_organisation(self, rows: QuerySet[Any], name: str, value: Organisation) -> QuerySet[Any]:
        return rows.filter(organisation=value)

    def selects(self) -> list[dict[str, Any]]:
        """The filters with a closed list of values, as the column shows them."""
        return [
            {
                "name": name, "label": one.label,
                "options": [(choice.value, choice.label, self.chosen.get(name) == choice) for choice in one.field.choices],
            }
            for name, one in self.filters.items()
            if isinstance(one, ChoiceFilter)
        ]  # fmt: skip


class TaggedFilter(WrittenFilter):
    """Also metier (ROME) and competence (Formacode), by their codes."""

    metier = WordsFilter(label="métier", method="with_trade")
    competence = WordsFilter(label="compétence", method="with_skill")

    def with_trade(self, rows: QuerySet[Any], name: str, value: list[str]) -> QuerySet[Any]:
        return self._tagged(rows, "trades", value)

    def with_skill(self, rows: QuerySet[Any], name: str, value: list[str]) -> QuerySet[Any]:
        return self._tagged(rows, "skills", value)

    @staticmethod
    def _tagged(rows: QuerySet[Any], column: str, codes: list[str]) -> QuerySet[Any]:
        for code in codes:
            rows = rows.filter(**{f"{column}__icontains": f'"{code}"'}) if code.isalnum() else rows.none()
        return rows
