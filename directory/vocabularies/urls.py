from django.urls import path

from directory.vocabularies import views

app_name = "vocabularies"
urlpatterns = [
    path("vocabulaires/communes.json", views.communes, name="communes"),
    path("vocabulaires/metiers.json", views.trades, name="trades"),
    path("vocabulaires/competences.json", views.skills, name="skills"),
    path("sources/", views.sources, name="sources"),
]
