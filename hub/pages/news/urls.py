from hub.pages.news import views
from hub.pages.writing.urls import of

app_name = "news"
urlpatterns = of(views.NOUN, "actualites")
