from django.urls import path

from directory.people.views import editing, exports, listing, person, relay

app_name = "people"
urlpatterns = [
    path("annuaire/", listing.people, name="list"),
    path("annuaire.json", exports.people_json, name="list_json"),
    path("annuaire.csv", exports.people_csv, name="list_csv"),
    path("annuaire/ma-fiche/", editing.own, name="own"),
    path("annuaire/ma-fiche/apercu/", person.preview, name="own_preview"),
    path("annuaire/<uuid:pk>/", person.person, name="person"),
    path("annuaire/<uuid:pk>/modifier/", editing.edit, name="edit"),
    path("annuaire/<uuid:pk>/ecrire/", relay.write_to, name="write_to"),
]
