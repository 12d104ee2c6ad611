from django.urls import path

from hub.pages.gallery import gallery
from hub.pages.views import own_home

app_name = "pages"
urlpatterns = [path("composants/", gallery, name="gallery"), path("moi/", own_home, name="own_home")]
