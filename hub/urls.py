"""The addresses of the site; each package owns its own, named here as strings. What hub/access.toml does not name stays closed."""

from django.conf import settings
from django.conf.urls.static import static
from django.urls import include, path
from django.views.generic import RedirectView

urlpatterns = [
    path("", include("hub.core.accounts.signin_urls")),
    path("", include("hub.core.accounts.urls")),
    path("", include("hub.core.jobs.urls")),
    path("", include("hub.core.documents.urls")),
    path("", include("hub.core.notifications.urls")),
    path("", include("directory.vocabularies.urls")),
    path("", include("directory.cooperatives.urls")),
    path("", include("directory.people.urls")),
    path("", include("trainings.catalogue.urls")),
    path("", include("trainings.sessions.urls")),
    path("", include("trainings.paperwork.urls")),
    path("", include("search.urls")),
    path("", include("hub.pages.urls")),
    path("", include("hub.demo.urls")),
    path("admin/login/", RedirectView.as_view(pattern_name="account_login", query_string=True), name="admin_login"),
    path("admin/", include("wagtail.admin.urls")),
    path("documents/", include("wagtail.documents.urls")),
    *static(settings.MEDIA_URL, document_root=settings.MEDIA_ROOT),
    path("", include("wagtail.urls")),
]
