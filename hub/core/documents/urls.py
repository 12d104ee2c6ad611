from django.urls import path, re_path

from hub.core.documents import views

app_name = "documents"
urlpatterns = [
    path("fichiers/<uuid:pk>/", views.file, name="file"),
    path("documents/<uuid:public_id>/", views.editorial, name="editorial"),
    re_path(r"^media/(?P<name>(?:images|original_images)/[\w-][\w.-]*)$", views.media, name="media"),
]
