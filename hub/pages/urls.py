from django.urls import path

from hub.pages.gallery import gallery

app_name = "pages"
urlpatterns = [path("composants/", gallery, name="gallery")]
