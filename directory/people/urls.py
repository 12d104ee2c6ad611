from django.urls import path

from directory.people.views import listing

app_name = "people"
urlpatterns = [
    path("annuaire/", listing.people, name="list"),
    path("annuaire/<uuid:pk>/", listing.people, name="person"),
    path("annuaire/ma-fiche/", listing.people, name="own"),
]
