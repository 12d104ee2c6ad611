from django.db.models import Q, QuerySet

from hub.core.accounts.filters import OrganisationFilter
from hub.core.accounts.models import Organisation
from hub.core.ui.lists import ChoiceFilter, ListFilter, WordsFilter
from trainings.catalogue.enums import Modality
from trainings.catalogue.models import CoursePage


class CourseFilter(ListFilter):
    """The catalogue's address bar: q, organisation (slug or name), modalite."""

    q = WordsFilter(label="mots", method="with_words")
    organisation = OrganisationFilter(label="organisme", method="of_organisation")
    modalite = ChoiceFilter(label="modalité", field_name="modality", choices=Modality)

    class Meta:
        model = CoursePage
        fields: list[str] = []

    def with_words(self, rows: QuerySet[CoursePage], name: str, value: list[str]) -> QuerySet[CoursePage]:
        """Every word somewhere in the title, the sentence, the objectives or the content."""
        for word in value:
            rows = rows.filter(
                Q(title__icontains=word) | Q(summary__icontains=word) | Q(objectives__icontains=word) | Q(content__icontains=word)
            )
        return rows

    def of_organisation(self, rows: QuerySet[CoursePage], name: str, value: Organisation) -> QuerySet[CoursePage]:
        return rows.filter(organisation=value)
