from django.urls import path

from hub.core.jobs import views

app_name = "jobs"
urlpatterns = [
    path("sante/", views.health_page, name="health"),
    path("sante.json", views.health_json, name="health_json"),
    path("sante/taches/<uuid:pk>/relancer/", views.retry, name="retry"),
]
