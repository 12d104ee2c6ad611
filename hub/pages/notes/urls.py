from django.urls import path

from hub.pages.notes import views
from hub.pages.writing.urls import of

app_name = "notes"
urlpatterns = [*of(views.NOUN, "experiences"), path("vie/experiences/<uuid:pk>/utile/", views.useful, name="useful")]
