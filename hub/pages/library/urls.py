from django.urls import path

from hub.pages.library import views
from hub.pages.writing.urls import of

app_name = "library"
ONE = "vie/ressources/<uuid:pk>"
urlpatterns = [
    *of(views.NOUN, "ressources"),
    path(f"{ONE}/fichier/", views.newest, name="newest"),
    path(f"{ONE}/version/", views.new_version, name="new_version"),
    path(f"{ONE}/versions/<uuid:version_id>/retirer/", views.remove_file, name="remove_file"),
    path(f"{ONE}/usage/", views.use, name="use"),
]
