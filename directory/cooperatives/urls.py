from django.urls import path

from directory.cooperatives.views import accreditations, entries

app_name = "cooperatives"
HELD = "cooperatives/<slug:slug>/agrements/"
urlpatterns = [
    path("cooperatives/", entries.cooperatives, name="list"),
    path("cooperatives.json", entries.cooperatives_json, name="list_json"),
    path("cooperatives.csv", entries.cooperatives_csv, name="list_csv"),
    path("cooperatives/carte/", entries.zoomable_map, name="map"),
    path("cooperatives/<slug:slug>/", entries.cooperative, name="detail"),
    path("cooperatives/<slug:slug>/modifier/", entries.edit, name="edit"),
    path(HELD, accreditations.accreditations, name="accreditations"),
    path(f"{HELD}<uuid:pk>/", accreditations.accreditation, name="accreditation"),
    path(f"{HELD}<uuid:pk>/retirer/", accreditations.remove_accreditation, name="remove_accreditation"),
]
