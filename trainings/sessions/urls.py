from django.urls import path

from trainings.sessions.enums import SessionStatus
from trainings.sessions.views import listing, managing, needs, registering, releasing

app_name = "sessions"
urlpatterns = [
    path("formations/sessions/", listing.sessions, name="list"),
    path("formations/sessions.json", listing.sessions_json, name="list_json"),
    path("formations/sessions.csv", listing.sessions_csv, name="list_csv"),
    path("formations/<uuid:course_id>/sessions/nouvelle/", managing.new, name="new"),
    path("formations/sessions/<uuid:pk>/", listing.detail, name="detail"),
    path("formations/sessions/<uuid:pk>/modifier/", managing.edit, name="edit"),
    path("formations/sessions/<uuid:pk>/programme/", releasing.take_release, name="take_release"),
    path("formations/sessions/<uuid:pk>/supprimer/", managing.remove, name="remove"),
    path("formations/sessions/<uuid:pk>/annuler/", managing.cancel, name="cancel"),
    path("formations/sessions/<uuid:pk>/accessibilite/", needs.needs, name="needs"),
    path("formations/sessions/<uuid:pk>/inscrire/", registering.register, name="register"),
    path("formations/sessions/<uuid:pk>/inscriptions/<uuid:registration_id>/annuler/", registering.cancel, name="cancel_registration"),
    path("formations/sessions/<uuid:pk>/ouvrir/", managing.move, {"status": SessionStatus.OPEN}, name="open"),
    path("formations/sessions/<uuid:pk>/clore/", managing.move, {"status": SessionStatus.CLOSED}, name="close"),
]
