import django_filters
from django.db.models import QuerySet

from directory.sharing import reference
from directory.sharing.models import Announcement
from directory.sharing.selectors.inventory import networks
from hub.core.accounts.models import Affiliation
from hub.core.accounts.models.organisations import in_force


class AnnouncementFilter(django_filters.FilterSet):
    """The list's address bar: q, fonction (key), reseau (slug)."""

    q = django_filters.CharFilter(method="with_words", max_length=200)
    fonction = django_filters.ChoiceFilter(
        field_name="function", choices=lambda: [(k, one.label) for k, one in reference.functions().items()]
    )
    reseau = django_filters.CharFilter(method="of_network", max_length=80)

    class Meta:
        model = Announcement
        fields: list[str] = []

    def filter_queryset(self, queryset: QuerySet[Announcement]) -> QuerySet[Announcement]:
        """A value that means nothing finds nothing."""
        rows: QuerySet[Announcement] = super().filter_queryset(queryset)
        return rows if self.form.is_valid() else rows.none()

    @property
    def networks(self) -> QuerySet:
        return networks()

    def with_words(self, rows: QuerySet[Announcement], name: str, value: str) -> QuerySet[Announcement]:
        return rows.matching(value)  # type: ignore[attr-defined]  # django-filter knows no QuerySet of ours

    def of_network(self, rows: QuerySet[Announcement], name: str, value: str) -> QuerySet[Announcement]:
        return rows.filter(organisation__in=Affiliation.objects.filter(in_force(), network__slug=value).values("organisation"))
