from django.urls import path

from directory.cooperatives import views

app_name = "cooperatives"
urlpatterns = [
    path("cooperatives/", views.cooperatives, name="list"),
    path("cooperatives.json", views.cooperatives_json, name="list_json"),
    path("cooperatives.csv", views.cooperatives_csv, name="list_csv"),
    path("cooperatives/carte/", views.zoomable_map, name="map"),
    path("cooperatives/<slug:slug>/", views.cooperative, name="detail"),
    path("cooperatives/<slug:slug>/modifier/", views.edit, name="edit"),
]
