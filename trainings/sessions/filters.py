from django.db.models import Q, QuerySet

from directory.vocabularies.filters import DepartmentFilter
from directory.vocabularies.models import Department
from hub.core.accounts.filters import OrganisationFilter
from hub.core.accounts.models import Organisation
from hub.core.kit.dates import today
from hub.core.ui.lists import ListFilter, WordsFilter, YesFilter
from trainings.sessions.models import TrainingSession

CORSICA = {"2A": ("200", "201"), "2B": ("202", "206")}  # postal codes there do not begin with the code of the département


class SessionFilter(ListFilter):
    """The list's address bar: q, organisation (slug or name), departement (code or name), places=1, passees=1."""

    q = WordsFilter(label="mots, commune", method="with_words")
    organisation = OrganisationFilter(label="organisme", method="of_organisation")
    departement = DepartmentFilter(label="département", method="in_department")
    places = YesFilter(label="Avec des places libres", method="with_places")
    passees = YesFilter(label="Passées et annulées aussi", method="unchanged")

    class Meta:
        model = TrainingSession
        fields: list[str] = []

    def filter_queryset(self, queryset: QuerySet[TrainingSession]) -> QuerySet[TrainingSession]:
        """Only what is still to come, unless the past is asked for."""
        rows: QuerySet[TrainingSession] = super().filter_queryset(queryset)
        return rows if self.chosen.get("passees") else rows.upcoming(today())  # type: ignore[attr-defined]  # django-filter knows no QuerySet of ours

    def with_words(self, rows: QuerySet[TrainingSession], name: str, value: list[str]) -> QuerySet[TrainingSession]:
        for word in value:
            rows = rows.filter(Q(title__icontains=word) | Q(city__icontains=word) | Q(organisation__name__icontains=word))
        return rows

    def of_organisation(self, rows: QuerySet[TrainingSession], name: str, value: Organisation) -> QuerySet[TrainingSession]:
        return rows.filter(organisation=value)

    def in_department(self, rows: QuerySet[TrainingSession], name: str, value: Department) -> QuerySet[TrainingSession]:
        starts = Q()
        for start in CORSICA.get(value.code, (value.code,)):
            starts |= Q(postal_code__startswith=start)
        return rows.filter(starts)

    def with_places(self, rows: QuerySet[TrainingSession], name: str, value: bool) -> QuerySet[TrainingSession]:
        found: QuerySet[TrainingSession] = rows.with_places(today())  # type: ignore[attr-defined]  # as above
        return found

    def unchanged(self, rows: QuerySet[TrainingSession], name: str, value: bool) -> QuerySet[TrainingSession]:
        return rows
