"""The addresses of the site; each package owns its own, named here as strings. What hub/access.toml does not name stays closed."""

from django.conf import settings
from django.conf.urls.static import static
from django.urls import include, path
from django.views.generic import RedirectView

handler400 = "hub.core.ui.errors.bad_request"
handler403 = "hub.core.ui.errors.forbidden"
handler404 = "hub.core.ui.errors.not_found"
handler500 = "hub.core.ui.errors.server_error"

urlpatterns = [
    path("", include("hub.core.accounts.signin_urls")),
    path("", include("hub.core.accounts.urls")),
    path("", include("hub.core.jobs.urls")),
    path("", include("hub.core.documents.urls")),
    path("", include("hub.core.notifications.urls")),
    path("", include("hub.core.privacy.urls")),
    path("", include("directory.vocabularies.urls")),
    path("", include("directory.cooperatives.urls")),
    path("", include("directory.people.urls")),
    path("", include("directory.sharing.urls")),
    path("", include("trainings.catalogue.urls")),
    path("", include("trainings.sessions.urls")),
    path("", include("trainings.attendance.urls")),
    path("", include("trainings.wishes.urls")),
    path("", include("trainings.funding.urls")),
    path("", include("trainings.paperwork.urls")),
    path("", include("workgroups.groups.urls")),
    path("", include("workgroups.roadmaps.urls")),
    path("", include("workgroups.decisions.urls")),
    path("", include("workgroups.meetings.urls")),
    path("", include("search.urls")),
    path("", include("hub.pages.urls")),
    path("", include("hub.pages.writing.urls")),
    path("", include("hub.pages.questions.urls")),
    path("", include("hub.pages.events.urls")),
    path("", include("hub.pages.news.urls")),
    path("", include("hub.pages.notes.urls")),
    path("", include("hub.pages.library.urls")),
    path("", include("hub.demo.urls")),
    path("admin/login/", RedirectView.as_view(pattern_name="account_login", query_string=True), name="admin_login"),
    path("admin/account/", RedirectView.as_view(pattern_name="accounts:security"), name="admin_account"),  # names and faces are the hub's
    path("_util/login/", RedirectView.as_view(pattern_name="account_login", query_string=True), name="page_login"),
    path("admin/", include("wagtail.admin.urls")),
    path("documents/", include("wagtail.documents.urls")),
    *static(settings.MEDIA_URL, document_root=settings.MEDIA_ROOT),
    path("", include("wagtail.urls")),
]
