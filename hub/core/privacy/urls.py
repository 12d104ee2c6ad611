from django.urls import path

from hub.core.privacy import views

app_name = "privacy"
urlpatterns = [
    path("moi/donnees/", views.own_data, name="own_data"),
    path("moi/donnees/emporter/", views.own_export, name="own_export"),
    path("moi/donnees/effacer/", views.ask_erasure, name="ask_erasure"),
    path("moi/donnees/garder/", views.withdraw_erasure, name="withdraw_erasure"),
    path("federation/personnes/<uuid:pk>/effacement/", views.person_erasure, name="person_erasure"),
    path("organisations/<slug:slug>/donnees/", views.organisation_export, name="organisation_export"),
]
